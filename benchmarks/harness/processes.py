# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT
"""Runs a server and its client, pinned, and gives what the client reports."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

FOLDERS = {"gatewire": "loopback", "bare": "baseline", "codec floor": "baseline/codec",
           "tree": "tree"}
CROWDS = ("idle", "fanout")
PEERS = pathlib.Path(__file__).parents[1] / "peers"
# The distribution's: its packages are not there for any other.
PYTHON = "/usr/bin/python3"


def cores_of(place):
    allowed = sorted(os.sched_getaffinity(0))
    if place == "free" or (place == "apart" and len(allowed) < 2):
        return allowed, allowed
    return [allowed[0]], [allowed[0] if place == "one core" else allowed[1]]


def program(programs, side, work, role):
    if side == "pickle":
        return [PYTHON, "-B", PEERS / "pickle" / f"{role}.py"]
    folder = FOLDERS.get(side, f"peers/{side}")
    if role == "client" and work.workload in CROWDS:
        folder = "crowd" if side == "gatewire" else "baseline"    # Neither reads what it counts.
    return [programs / folder / role]


def peers_there(programs):
    built = sorted(one.parent.name for one in programs.glob("peers/*/client"))
    has_zmq = subprocess.run([PYTHON, "-c", "import zmq"], stderr=subprocess.DEVNULL,
                             check=False).returncode == 0
    return built + (["pickle"] if has_zmq else [])


def strace_of(summary):
    """The words that count system calls, or none where the machine cannot."""
    if not shutil.which("strace"):
        return []
    words = ["strace", "-f", "-c", "-o", str(summary)]
    probe = subprocess.run(words + ["true"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                           check=False)
    return words if probe.returncode == 0 else []


def run_traced(programs, side, work, seconds):
    with tempfile.TemporaryDirectory() as folder:
        summary = pathlib.Path(folder) / "summary"
        words = strace_of(summary)
        if not words:
            return {"skipped": "skipped: strace is missing, or not allowed here"}
        report = run_pair(programs, side, work, seconds, words)
        if "skipped" in report:
            return report
        total = re.search(r"^100\.00\s+\S+\s+(?:\d+\s+)?(\d+)\s.*total$", summary.read_text(),
                          re.MULTILINE)
    if not total:
        return {"skipped": "skipped: strace printed no total"}
    return report | {"server_syscalls": int(total[1]) / report["total"]}


def stop(server):
    """Closing its standard input asks a server to end."""
    server.stdin.close()
    try:
        server.wait(10)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
    server.stdout.close()


def run_pair(programs, side, work, seconds, wrapper=()):
    server_cores, client_cores = cores_of(work.place)
    server = subprocess.Popen(
        [*wrapper, *program(programs, side, work, "server"), work.workload, str(work.count),
         work.variant],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        preexec_fn=lambda: os.sched_setaffinity(0, server_cores))
    try:
        port = server.stdout.readline().strip()
        if not port:
            sys.exit(f"the server of {side} did not start for {work}")
        client = subprocess.run(
            [*program(programs, side, work, "client"), port, work.workload, str(seconds),
             str(work.count), work.variant],
            stdout=subprocess.PIPE, text=True, check=True, timeout=60 + 10 * seconds,
            env=os.environ | {"BENCH_SERVER_PID": str(server.pid)},
            preexec_fn=lambda: os.sched_setaffinity(0, client_cores))
        return json.loads(client.stdout)
    finally:
        stop(server)


def measure(programs, side, work, seconds):
    """One report: fields by name, or why there is none."""
    if work.is_traced:
        return run_traced(programs, side, work, seconds)
    try:
        report = run_pair(programs, side, work, seconds)
    except (subprocess.SubprocessError, json.JSONDecodeError) as failure:
        print(f"{side}, {work}: {failure}", file=sys.stderr)
        return {"skipped": "FAILED: the client"}
    if work.workload == "fanout" and "server_cpu_us" in report:
        report["server_cpu_per_event_us"] = report["server_cpu_us"] * work.count
    return report


def try_hot_paths(programs):
    """Runs each of the paths that benchmarks/instructions.py counts, for a moment."""
    program = programs / "micro" / "hot_paths"
    paths = subprocess.run([program], stdout=subprocess.PIPE, text=True, check=True).stdout
    for path in paths.split():
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run([program, path, "64", folder], check=True, timeout=60)


def run_micro(programs, name, quick):
    """Lines of a program that compares two ways inside of one process."""
    output = subprocess.run(
        [programs / "micro" / name] + (["--quick"] if quick else []),
        stdout=subprocess.PIPE, text=True, check=True, timeout=300).stdout
    return [json.loads(line) for line in output.splitlines()]
