#!/usr/bin/env python3
# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT
"""Runs the benchmarks, gatewire and bare baseline in turn, and prints one table."""

import argparse
import json
import os
import pathlib
import platform
import re
import statistics
import subprocess
import sys

# Two processes on one core share its caches and hand over to each other without waking a core;
# apart, every exchange pays for waking one. Which of the two the scheduler chooses decides the bare
# numbers by a factor of ten, so it is chosen here, and neither is left out of the table.
PLACES = ("apart", "one core", "free")

# workload, calls in flight or subscribers, placement
LOOPBACK = (
    [("sequential", 1, place) for place in PLACES] + [("blocking", 1, "apart")]
    + [("pipelined", window, place) for place in PLACES[:2] for window in (16, 128, 1024)]
    + [("events", subscribers, "apart") for subscribers in (1, 8)])

# Lower is better for times: the most that gatewire may take of the baseline's time, or the least
# that it must reach of its rate. The codec's ratio is how many times faster than the tree it is.
FLOORS = {
    r"codec (read|write) order": (">=", 6.0),
    r"sequential, .* p50": ("<=", 1.35),
    r"pipelined 128, .*": (">=", 0.35),
}


def cores_of(place):
    allowed = sorted(os.sched_getaffinity(0))
    if place == "free" or (place == "apart" and len(allowed) < 2):
        return allowed, allowed
    return [allowed[0]], [allowed[0] if place == "one core" else allowed[1]]


def run_pair(folder, workload, count, place, seconds):
    """One server and its client. Returns what the client reports."""
    server_cores, client_cores = cores_of(place)
    server = subprocess.Popen(
        [folder / "server", str(count if workload == "events" else 0)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        preexec_fn=lambda: os.sched_setaffinity(0, server_cores))
    try:
        port = server.stdout.readline().strip()
        client = subprocess.run(
            [folder / "client", port, workload, str(seconds), str(count)],
            stdout=subprocess.PIPE, text=True, check=True, timeout=30 + 10 * seconds,
            preexec_fn=lambda: os.sched_setaffinity(0, client_cores))
        return json.loads(client.stdout)
    finally:
        server.stdin.close()
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
        server.stdout.close()


def run_micro(programs, quick):
    for name in ("codec", "dispatch"):
        output = subprocess.run(
            [programs / "micro" / name] + (["--quick"] if quick else []),
            stdout=subprocess.PIPE, text=True, check=True, timeout=300).stdout
        for line in output.splitlines():
            yield json.loads(line)


def run_loopback(programs, rounds, seconds):
    metrics = {}
    for number in range(rounds):
        print(f"round {number + 1} of {rounds}", file=sys.stderr)
        for workload, count, place in LOOPBACK:
            for side, folder in (("gatewire", "loopback"), ("baseline", "baseline")):
                result = run_pair(programs / folder, workload, count, place, seconds)
                name = workload + (f" {count}" if workload in ("pipelined", "events") else "")
                is_timed = "p50_us" in result
                for metric in ("p50_us", "p99_us", "p99_9_us") if is_timed else ("per_second",):
                    label = metric.removesuffix("_us").replace("_", ".") if is_timed else ""
                    key = f"{name}, {place} {label}".strip()
                    entry = metrics.setdefault(key, {
                        "workload": key, "unit": "us" if is_timed else "/s",
                        "gatewire": [], "baseline": []})
                    entry[side].append(result[metric])
    return metrics.values()


def ratios(result):
    """One for each round; how many times faster for the codec, else ours by the baseline's."""
    pairs = zip(result["gatewire"], result["baseline"])
    if result["workload"].startswith("codec"):
        return [theirs / ours for ours, theirs in pairs]
    return [ours / theirs for ours, theirs in pairs]


def check_floors(results):
    """A floor that no workload answers to would never be missed."""
    for pattern in FLOORS:
        if not any(re.fullmatch(pattern, result["workload"]) for result in results):
            sys.exit(f"no workload matches the floor '{pattern}'")


def floor_of(workload):
    return next((floor for pattern, floor in FLOORS.items() if re.fullmatch(pattern, workload)),
                None)


def number(value):
    if value >= 1e6:
        return f"{value / 1e6:.2f}M"
    return f"{value / 1e3:.1f}k" if value >= 1e4 else f"{value:.4g}"


def spread(values, text):
    return f"{text(statistics.median(values))} ({text(min(values))}-{text(max(values))})"


def row_of(result, judged):
    floor = floor_of(result["workload"]) if judged else None
    values = ratios(result)
    held = None
    if floor:
        middle = statistics.median(values)
        held = middle >= floor[1] if floor[0] == ">=" else middle <= floor[1]
    return held, [
        result["workload"], result["unit"], spread(result["gatewire"], number),
        spread(result["baseline"], number), spread(values, lambda value: f"{value:.3g}"),
        f"{floor[0]} {floor[1]:g}" if floor else "",
        {None: "", True: "ok", False: "MISSED"}[held]]


def print_table(results, judged):
    rows = [["workload", "unit", "gatewire", "bare baseline", "ratio", "floor", "ok?"]]
    verdicts = []
    for result in results:
        held, row = row_of(result, judged)
        rows.append(row)
        verdicts += [] if held is None else [held]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())
    print("\nMedians of all rounds, (least-greatest); each ratio is of one round's pair.")
    print("codec: times faster than nlohmann's tree; all else: gatewire / bare baseline.")
    print(f"{sum(verdicts)} of {len(verdicts)} floors held" if judged
          else "A run this short shows that everything works, and judges no floor.")


def machine():
    model = next((line.split(":", 1)[1].strip()
                  for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines()
                  if line.startswith("model name")), "unknown")
    return {"machine": {"cpu": model, "cores": len(os.sched_getaffinity(0)),
                        "kernel": platform.release(), "load": os.getloadavg()}}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", type=pathlib.Path, required=True,
                        help="folder that holds micro, loopback and baseline")
    parser.add_argument("--quick", action="store_true", help="only see that everything runs")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--json", type=pathlib.Path, help="also write one line of JSON per result")
    options = parser.parse_args()
    rounds, seconds = (1, 0.04) if options.quick else (options.rounds, 0.8)

    results = list(run_micro(options.programs, options.quick))
    results += run_loopback(options.programs, rounds, seconds)
    check_floors(results)
    print_table(results, not options.quick)
    if options.json:
        lines = [machine()] + [result | {"ratio": ratios(result)} for result in results]
        options.json.write_text("".join(json.dumps(line) + "\n" for line in lines))


if __name__ == "__main__":
    main()
