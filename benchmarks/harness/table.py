# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT
"""Judges results and prints them as one table."""

import operator
import statistics

from harness.works import FLOORS

LEGEND = """\
Medians of the rounds (least-greatest); a ratio is of two figures of one round, and a goal is for
the one that it names. Bare: Asio frames of the same bytes, nothing read or written. Codec floor:
those, and the library's codec reading and writing the values at both sides. Where the floors have
not the same work, they have the nearest: an order call alone, or the calls that a variant is of.
Beside it: nlohmann's tree for the codec (times faster); elsewhere what the row names, or what
gatewire does usually."""

OPERATORS = {"<=": operator.le, ">=": operator.ge, "<": operator.lt}


def ratios(ours, others):
    return [one / other for one, other in zip(ours, others) if other]


def judge(result):
    """Adds the ratios of the rounds and the verdict. Medians are judged."""
    ours, beside = result["gatewire"], result.get("beside", [])
    result["ratios"] = {side: ratios(ours, theirs)
                        for side, theirs in result.get("floors", {}).items()}
    result["ratios"]["beside"] = (ratios(beside, ours) if result.get("is_faster")
                                  else ratios(ours, beside))
    judged = (result["ratios"] | {"itself": ours}).get(result.get("goal_of"), [])
    if result.get("skipped"):
        result["verdict"] = result["skipped"].split(":")[0]
    elif result.get("goal") and judged:
        sign, bound = result["goal"].split()
        held = OPERATORS[sign](statistics.median(judged), float(bound))
        result["verdict"] = "ok" if held else "MISSED"
    else:
        result["verdict"] = ""
    return result


def number(value):
    if value >= 1e6:
        return f"{value / 1e6:.2f}M"
    return f"{value / 1e3:.1f}k" if value >= 1e4 else f"{value:.3g}"


def spread(values):
    if not values:
        return "-"
    middle = number(statistics.median(values))
    if len(values) == 1:
        return middle
    return f"{middle} ({number(min(values))}-{number(max(values))})"


def goal(result):
    wanted, of = result.get("goal", ""), result.get("goal_of")
    return f"{of} {wanted}" if wanted and of != "itself" else wanted


def cells(result, others, judged):
    floors = result.get("floors", {})
    beside_floors = [cell for side in FLOORS
                     for cell in (spread(floors.get(side)), spread(result["ratios"].get(side)))]
    return ([result["work"], result["unit"], spread(result["gatewire"]), *beside_floors,
             spread(result.get("beside")), spread(result["ratios"]["beside"]), goal(result),
             result["verdict"] if judged or result.get("skipped") else ""]
            + [spread(result.get("others", {}).get(side)) for side in others])


def show_machine(facts):
    """What the figures are of. The load afterwards is mostly the benchmarks' own."""
    print("{cpu}, {cores} cores, governor {governor}, Linux {kernel}; {compiler}, {flags}; Asio "
          "{asio}, nlohmann {nlohmann_json}; gatewire {gatewire}, {commit}".format(**facts))
    for label, name in (("before", "load_before"), ("after", "load_after")):
        loads = ", ".join(f"{load:.2f}" for load in facts[name])
        print(f"load {label}, of the last 1, 5 and 15 minutes: {loads}")
    print()


def show(results, judged):
    others = list(dict.fromkeys(side for one in results for side in one.get("others", {})))
    rows = [["work", "unit", "gatewire",
             *(head for side in FLOORS for head in (side, f"to {side}")),
             "beside it", "to that", "goal", "verdict"]
            + [f"{side} to bare" for side in others]]
    rows += [cells(result, others, judged) for result in results]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())
    print("\n" + LEGEND)
    verdicts = [one["verdict"] for one in results if one["verdict"] in ("ok", "MISSED")]
    print(f"{verdicts.count('ok')} of {len(verdicts)} goals held" if judged
          else "A run this short shows that everything works, and judges no goal.")
