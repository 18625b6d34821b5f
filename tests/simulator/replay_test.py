#!/usr/bin/env python3
# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT
"""A seed gives the same run in every process: the same bytes at the same times."""

import argparse
import re
import subprocess
import sys


def trace_of(program, *arguments):
    output = subprocess.run([program, *arguments], stdout=subprocess.PIPE, text=True, check=True,
                            timeout=60).stdout
    return re.search(r"trace ([0-9a-f]{16})\n", output).group(1)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program")
    program = parser.parse_args().program
    seen = {}
    for seed in range(1, 31):
        first = trace_of(program, "--seed", str(seed))
        if trace_of(program, "--seed", str(seed)) != first:
            sys.exit(f"seed {seed} gave two different runs")
        if first in seen:
            sys.exit(f"seeds {seen[first]} and {seed} gave the same run")
        seen[first] = seed


if __name__ == "__main__":
    main()
