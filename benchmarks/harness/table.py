# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT
"""Judges results and prints them as one table."""

import operator
import statistics

LEGEND = """\
Medians of the rounds (least-greatest); a ratio is of two figures of one round. Beside it: bare
Asio frames of the same bytes; nlohmann's tree for the codec (times faster); for a spinning pair
the bare pair that sleeps; elsewhere what the row names, or what gatewire does usually."""

OPERATORS = {"<=": operator.le, ">=": operator.ge, "<": operator.lt}


def ratios(ours, others):
    return [one / other for one, other in zip(ours, others) if other]


def judge(result):
    """Adds the ratios of the rounds and the verdict. Medians are judged."""
    result["ratio"] = ratios(result.get("gatewire", []), result.get("beside", []))
    if result.get("is_faster"):     # times: how many times faster instead
        result["ratio"] = ratios(result["beside"], result["gatewire"])
    judged = result.get("gatewire") if result.get("is_absolute") else result["ratio"]
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


def cells(result, others, judged):
    unit = result["unit"]
    return ([result["work"], unit, spread(result.get("gatewire")), spread(result.get("beside")),
             spread(result["ratio"]), result.get("goal", ""),
             result["verdict"] if judged or result.get("skipped") else ""]
            + [spread(result.get("others", {}).get(side)) for side in others])


def show(results, judged):
    others = list(dict.fromkeys(side for one in results for side in one.get("others", {})))
    rows = [["work", "unit", "gatewire", "beside it", "ratio", "goal", "verdict"]
            + [f"ratio of {side}" for side in others]]
    rows += [cells(result, others, judged) for result in results]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())
    print("\n" + LEGEND)
    verdicts = [one["verdict"] for one in results if one["verdict"] in ("ok", "MISSED")]
    print(f"{verdicts.count('ok')} of {len(verdicts)} goals held" if judged
          else "A run this short shows that everything works, and judges no goal.")
