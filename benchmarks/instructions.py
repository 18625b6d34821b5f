#!/usr/bin/env python3
# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT
"""Counts the instructions of the hot paths and compares them with their budgets.

Times vary with the machine and its load, instructions hardly do: what is over its budget has become
slower. Of each path a small and a large number of runs are counted by callgrind, so that starting
and ending drop out. System calls count for the few instructions that make them.

With --profile it says instead where they go, by the source of each line; the build must have -g.
"""

import argparse
import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys
import tempfile

from harness import budgets, machine, profile

BUDGETS = pathlib.Path(__file__).with_name("budgets.json")
FEW, MANY = 64, 1088    # multiples of the widest window
# What holds an engine's strand: another call of the same engine waits for it to end.
STRAND = "void rpc::v1::session::serial_queue<*session::call_batch*>::run_all<*"


def count(program, path, times, only=()):
    with tempfile.TemporaryDirectory() as folder:
        result = subprocess.run(
            ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", *only, program,
             path, str(times), folder],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, timeout=300, check=False)
    found = re.search(r"Collected : (\d+)", result.stderr)
    if result.returncode or not found:
        sys.exit(f"{path} failed under callgrind:\n{result.stderr}")
    return int(found[1])


def per_run(program, path, only=()):
    return (count(program, path, MANY, only) - count(program, path, FEW, only)) / (MANY - FEW)


def measure(program):
    paths = subprocess.run([program], stdout=subprocess.PIPE, text=True, check=True).stdout.split()
    with concurrent.futures.ThreadPoolExecutor(len(os.sched_getaffinity(0))) as workers:
        return dict(zip(paths, workers.map(lambda path: per_run(program, path), paths)))


def build_of(facts):
    """What else decides how many instructions there are."""
    return {name: facts[name] for name in ("compiler", "flags", "asio", "nlohmann_json")}


def show(counts, allowed):
    """Prints the table. Returns the paths that are over their budgets."""
    print(f"{'path':24} {'instructions':>12} {'budget':>8}")
    over = []
    for path, instructions in counts.items():
        budget = allowed.get(path)
        is_over = budget is None or instructions > budget
        over += [path] if is_over else []
        print(f"{path:24} {instructions:12.0f} {budget or '-':>8}{'  OVER' if is_over else ''}")
    return over


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", type=pathlib.Path, required=True,
                        help="folder that holds micro/hot_paths, of an optimised build")
    parser.add_argument("--update", action="store_true",
                        help=f"make what is counted, and {budgets.SLACK - 1:.0%}% more, "
                             "the budgets")
    parser.add_argument("--profile", nargs="+", metavar="PATH",
                        help="show as a table where the instructions of these paths go")
    options = parser.parse_args()
    if options.profile:
        program = options.programs / "micro" / "hot_paths"
        counts = [profile.per_run(program, path, FEW, MANY) for path in options.profile]
        print(profile.table(options.profile, counts))
        return 0
    build = build_of(machine.facts(options.programs, "g++"))
    counts = measure(options.programs / "micro" / "hot_paths")
    allowed = budgets.Budgets(BUDGETS, build)
    if options.update:
        allowed.update(counts)
    over = show(counts, allowed.of)
    call = "server_answers_call"
    serial = per_run(options.programs / "micro" / "hot_paths", call, [f"--toggle-collect={STRAND}"])
    print(f"Of {call}, {serial:.0f} ({serial / counts[call]:.0%}) hold the engine's strand.")
    if serial == 0:
        sys.exit(f"nothing was counted in {STRAND}: the function that holds the strand is another")
    return allowed.verdict(over, counts, "paths")


if __name__ == "__main__":
    sys.exit(main())
