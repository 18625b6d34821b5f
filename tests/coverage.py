#!/usr/bin/env python3
# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT
"""Prints how much of include/gatewire the tests reached, from the counters that they left in the
folder `profiles` of their build.

Counted is what Clang's source-based coverage counts: a line is reached if any code of it ran, in
any instantiation of a template; a branch is one outcome of a condition that stands in the source.
What a compiler adds, such as the ways of exceptions, is no branch. Conditions that the compiler
decides are no branches either. All instantiations of a template count together: an outcome that
one of them met is met.
"""

import argparse
import json
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]


def branches_of(file):
    """How often each outcome of each condition was met, instantiations taken together."""
    met = {}
    for line, column, end, end_column, yes, no, *_ in file["branches"]:
        place = (line, column, end, end_column)
        before = met.get(place, (0, 0))
        met[place] = (before[0] + yes, before[1] + no)
    return met


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tools", default="", help="what stands behind llvm-cov, such as -19")
    parser.add_argument("--lines", type=float, default=0, help="least percentage")
    parser.add_argument("--branches", type=float, default=0, help="least percentage")
    parser.add_argument("--show", action="store_true", help="name every outcome that was not met")
    parser.add_argument("build", type=pathlib.Path)
    arguments = parser.parse_args()
    programs = [arguments.build / "tests" / name
                for name in ("unit", "scenario", "integration", "tls_tests")]
    profiles = sorted((arguments.build / "profiles").glob("*.profraw"))
    if not profiles:
        raise SystemExit(f"{arguments.build}/profiles has no counters; "
                         ".ci/run asan_ubsan makes them")
    merged = arguments.build / "all.profdata"
    subprocess.run([f"llvm-profdata{arguments.tools}", "merge", "-sparse", "-o", str(merged),
                    *map(str, profiles)], check=True)
    objects = [part for program in programs[1:] for part in ("-object", str(program))]
    exported = subprocess.run(
        [f"llvm-cov{arguments.tools}", "export", "-skip-functions", "-instr-profile", str(merged),
         str(programs[0]), *objects, str(ROOT / "include/gatewire")],
        check=True, stdout=subprocess.PIPE)
    rows = []
    for file in json.loads(exported.stdout)["data"][0]["files"]:
        name = pathlib.Path(file["filename"]).relative_to(ROOT / "include/gatewire").as_posix()
        lines = file["summary"]["lines"]
        met = branches_of(file)
        sides = [(place, side, count) for place, pair in met.items()
                 for side, count in zip(("true", "false"), pair)]
        rows.append((name, lines["covered"], lines["count"],
                     sum(count > 0 for *_, count in sides), len(sides)))
        if arguments.show:
            for place, side, count in sides:
                if count == 0:
                    print(f"{name}:{place[0]}:{place[1]} is never {side}")
    rows.sort(key=lambda row: (row[2] - row[1]) + (row[4] - row[3]), reverse=True)
    print("the least reached headers: lines, branches")
    for name, lines, line_count, branches, branch_count in rows[:15]:
        print(f"  {name:42} {lines:5}/{line_count:<5} {branches:5}/{branch_count:<5}")
    totals = [sum(column) for column in zip(*(row[1:] for row in rows))]
    lines, branches = 100 * totals[0] / totals[1], 100 * totals[2] / totals[3]
    print(f"{len(rows)} headers, lines {lines:.2f} % ({totals[0]} of {totals[1]}), "
          f"branches {branches:.2f} % ({totals[2]} of {totals[3]})")
    if lines < arguments.lines or branches < arguments.branches:
        print(f"wanted: {arguments.lines} % and {arguments.branches} %")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
