#!/usr/bin/env python3
# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT
"""Runs the benchmarks in rounds that interleave all sides, and prints one table."""

import argparse
import json
import os
import pathlib
import re
import sys

from harness import machine, processes, table, works

CODEC_GOALS = {"order": ">= 18", "tick": ">= 18", "1000 bars": ">= 10"}


def codec_results(programs, quick):
    for line in processes.run_micro(programs, "codec", quick):
        goal = CODEC_GOALS[line["workload"].split(" ", 2)[2]]
        yield {"work": line["workload"], "unit": "ns", "goal": goal, "goal_of": "beside",
               "gatewire": line["gatewire"], "beside": line["baseline"],
               "beside_name": "nlohmann's tree", "is_faster": True}


def plan_of(rows, peers):
    """Every pair of side and work that the rows need, once, so that sides take turns."""
    plan = {}
    for row in rows:
        for side in works.sides_of(row.work, peers):
            plan[(side, row.work)] = []
        if row.of_floors():
            for side in works.FLOORS:
                plan[(side, row.of_floors()[0])] = []
        if row.beside:
            plan[("gatewire", row.beside[0])] = []
    return plan


def run_rounds(programs, plan, rounds, seconds):
    for number in range(rounds):
        print(f"round {number + 1} of {rounds}", file=sys.stderr)
        for (side, work), reports in plan.items():
            reports.append(processes.measure(programs, side, work, seconds))


def values(reports, field):
    return [report[field] for report in reports if field in report]


def result_of(row, plan):
    result = {"work": row.name, "unit": row.unit, "goal": row.goal, "goal_of": row.goal_of,
              "field": row.field, "gatewire": values(plan["gatewire", row.work], row.field)}
    if row.of_floors():
        work, field = row.of_floors()
        result["floors"] = {side: values(plan[side, work], field) for side in works.FLOORS}
    if row.beside:
        work, field = row.beside
        result |= {"beside": values(plan["gatewire", work], field), "beside_name": "gatewire"}
    for report in plan["gatewire", row.work]:
        if "skipped" in report:
            result["skipped"] = report["skipped"]
    if not row.nearest and row.of_floors():
        result["others"] = {
            other: table.ratios(values(reports, row.field), result["floors"]["bare"])
            for (other, done), reports in plan.items()
            if done == row.work and other not in ("gatewire", *works.FLOORS)
            and values(reports, row.field)}
    return result


def extra_subscriber(results):
    """What one more subscriber costs the server, from the fan-outs to the fewest and the most."""
    found = [(int(match[1]), result) for result in results
             if (match := re.fullmatch(r"fan-out to (\d+): .*", result["work"]))]
    if len(found) < 2:
        return []
    (few, least), (many, most) = found[0], found[-1]
    def cost(fewest, greatest):
        return [(high - low) / (many - few) if many > few else 0
                for low, high in zip(fewest, greatest)]
    return [{"work": "fan-out: server CPU per event and subscriber", "unit": "us",
             "goal": "<= 0.5", "goal_of": "itself",
             "gatewire": cost(least["gatewire"], most["gatewire"]),
             "floors": {side: cost(least["floors"][side], most["floors"][side])
                        for side in works.FLOORS}}]


def samples(plan):
    return [{"side": side, "workload": work.workload, "count": work.count, "place": work.place,
             "variant": work.variant, "traced": work.is_traced, "rounds": reports}
            for (side, work), reports in plan.items()]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", type=pathlib.Path, required=True,
                        help="folder that holds the folders of the programs")
    parser.add_argument("--quick", action="store_true", help="only see that everything runs")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=0.8, help="of one run of one side")
    parser.add_argument("--only", default="", metavar="REGEX", help="works whose name matches")
    parser.add_argument("--peers", action="store_true", help="with the peers that are built")
    parser.add_argument("--curves", action="store_true", help="with what the plots need")
    parser.add_argument("--compiler", default="g++", help="that built the programs, for the facts")
    parser.add_argument("--json", type=pathlib.Path, help="also write everything to a file")
    return parser.parse_args()


def measure(options, peers):
    """The results in the table's order, and all reports."""
    rounds, seconds = (1, 0.3) if options.quick else (options.rounds, options.seconds)
    rows = [row for row in works.all_rows(options.curves) if re.search(options.only, row.name)]
    if options.quick:
        rows = list({row.work: works.smallest(row) for row in rows}.values())
    plan = plan_of(rows, peers)
    run_rounds(options.programs, plan, rounds, seconds)
    results = [result_of(row, plan) for row in rows]
    results += extra_subscriber(results)
    if options.quick:
        processes.try_hot_paths(options.programs)
    if re.search(options.only, "codec"):
        results += codec_results(options.programs, options.quick)
    return [table.judge(result) for result in results], plan


def main():
    options = arguments()
    facts = machine.facts(options.programs, options.compiler)
    peers = processes.peers_there(options.programs) if options.peers else []
    results, plan = measure(options, peers)
    facts["load_after"] = os.getloadavg()
    table.show_machine(facts)
    table.show(results, not options.quick)
    if options.json:
        options.json.write_text(json.dumps(
            {"machine": facts, "results": results, "samples": samples(plan)}, indent=1) + "\n",
            encoding="utf-8")
    return 1 if any(one.get("skipped", "").startswith("FAILED")
                    for reports in plan.values() for one in reports) else 0


if __name__ == "__main__":
    sys.exit(main())
