#!/usr/bin/env python3
# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT
"""Draws the plots from what `benchmarks/run.sh --curves [--peers] --json FILE` wrote.

Needs gnuplot (Debian and Ubuntu: gnuplot-nox).
"""

import argparse
import json
import pathlib
import shutil
import statistics
import subprocess
import sys

PLOTS = pathlib.Path(__file__).with_name("plots")
# As the programs report them; see meter.hpp.
FRACTIONS = (0.5, 0.75, 0.9, 0.95, 0.99, 0.995, 0.999, 0.9995, 0.9999)
COLORS = {"gatewire": "#0a5fb4", "gatewire spinning": "#4fb3ff", "bare": "#222222",
          "codec floor": "#888888", "tree": "#c4501b", "grpc": "#3c8d40", "capnp": "#8e44ad",
          "zeromq": "#d4a017", "nats": "#1abc9c", "pickle": "#b03060"}
LABELS = {"bare": "bare Asio frames", "codec floor": "codec floor: bare and the codec",
          "tree": "nlohmann tree over bare frames", "grpc": "gRPC",
          "capnp": "Cap'n Proto", "zeromq": "ZeroMQ, raw bytes", "nats": "NATS, raw bytes",
          "pickle": "ZeroMQ with pickle (Python)"}
HEAD = """\
set terminal svg size 760,520 font "sans,13" background "white"
set output "{output}"
set title "{title}"
set xlabel "{x}"
set ylabel "{y}"
set grid lc rgb "#dddddd"
set key outside below center horizontal maxrows 3
set border 3
set tics nomirror
"""


def usable(samples, **wanted):
    """Samples with these facts that have reports."""
    for sample in samples:
        rounds = [one for one in sample["rounds"] if "skipped" not in one]
        if rounds and all(sample[name] == value for name, value in wanted.items()):
            yield sample["side"], sample["count"], rounds


def latency_series(samples, place):
    """For each side the median of each percentile over the rounds."""
    found = list(usable(samples, workload="sequential", place=place, variant="", traced=False))
    found += [(f"{side} spinning", count, rounds) for side, count, rounds in
              usable(samples, workload="sequential", place=place, variant="spin", traced=False)]
    return {side: [(1 / (1 - fraction), statistics.median(curve))
                   for fraction, curve in zip(FRACTIONS, zip(*(one["curve_us"] for one in rounds)))]
            for side, _, rounds in found}


def rate_series(samples, workload):
    series = {}
    for side, count, rounds in usable(samples, workload=workload, place="apart", variant="",
                                      traced=False):
        rate = statistics.median(one["per_second"] for one in rounds)
        series.setdefault(side, []).append((count, rate))
    return {side: sorted(points) for side, points in series.items() if len(points) > 1}


def draw(name, series, settings, **texts):
    if not series:
        print(f"{name}: the file has nothing to draw")
        return
    order = [side for side in COLORS if side in series]
    script = HEAD.format(output=PLOTS / f"{name}.svg", **texts) + settings
    for side in order:
        points = "\n".join(f"{x:.6g} {y:.6g}" for x, y in series[side])
        script += f"${side.replace(' ', '_')} << EOD\n{points}\nEOD\n"
    script += "plot " + ", ".join(
        f"${side.replace(' ', '_')} with linespoints lw 2 pt 7 ps 0.5 lc rgb '{COLORS[side]}' "
        f'title "{LABELS.get(side, side)}"' for side in order) + "\n"
    subprocess.run(["gnuplot"], input=script, text=True, check=True)
    print(f"{name}.svg")


PERCENTILES = """\
set logscale xy
set xtics ("50" 2, "90" 10, "99" 100, "99.9" 1000, "99.99" 10000)
set xrange [2:10000]
"""
COUNTS = """\
set logscale x 2
set logscale y
set format y "%.0s%c"
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("results", type=pathlib.Path)
    samples = json.loads(parser.parse_args().results.read_text(encoding="utf-8"))["samples"]
    if not shutil.which("gnuplot"):
        sys.exit("gnuplot is missing (Debian and Ubuntu: gnuplot-nox)")
    PLOTS.mkdir(exist_ok=True)
    for place, label in (("apart", "two cores"), ("one core", "one core")):
        draw("latency_" + label.replace(" ", "_"), latency_series(samples, place), PERCENTILES,
             title=f"A sequential order call, two processes on {label}", x="percentile",
             y="microseconds")
    draw("windows", rate_series(samples, "pipelined"), COUNTS, x="calls in flight",
         y="calls per second", title="Order calls on one connection")
    draw("payloads", rate_series(samples, "payload"), COUNTS, x="bytes of the string",
         y="calls per second", title="A string echoed, 16 calls in flight")


if __name__ == "__main__":
    main()
