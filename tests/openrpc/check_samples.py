#!/usr/bin/env python3
# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT
"""Compares the schemas of types with what the library writes and reads; see samples.cpp.

What is written must fit its schema; what is read must fit, and what is refused must not, except
where a schema cannot say why.
"""

import argparse
import json
import math
import subprocess
import sys

try:
    import jsonschema
except ImportError:
    jsonschema = None

SKIPPED = 77
# Of these the reader refuses numbers that a schema has no word for.
ROUNDED = {"float": "a number over its range, or an integer that it would round",
           "double": "an integer that it would round"}


def check_line(line):
    """The sentences about one type, and how many texts were looked at."""
    validator = jsonschema.Draft7Validator(line["schema"])
    validator.check_schema(line["schema"])
    problems, count = [], 0
    for kind, wanted in (("written", True), ("accepted", True), ("refused", False)):
        for text in line[kind]:
            value = json.loads(text)
            count += 1
            if validator.is_valid(value) != wanted and not is_rounding(line["type"], kind, value):
                verdict = "does not fit" if wanted else "fits"
                problems.append(f"{line['type']}: {kind}, but it {verdict} the schema: {text}")
    if not line["written"]:
        problems.append(f"{line['type']}: no value of it was written")
    return problems, count


def is_rounding(name, kind, value):
    return (name in ROUNDED and kind == "refused" and isinstance(value, (int, float))
            and math.isfinite(value))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program", help="the program made of samples.cpp")
    arguments = parser.parse_args()
    if jsonschema is None:
        print("skipped: the Python package jsonschema (Debian: python3-jsonschema) is not there")
        return SKIPPED
    printed = subprocess.run([arguments.program], check=True, capture_output=True, text=True)
    problems, count, types = [], 0, 0
    for text in printed.stdout.splitlines():
        found, looked_at = check_line(json.loads(text))
        problems += found
        count += looked_at
        types += 1
    print(*problems, sep="\n", end="\n" if problems else "")
    print(f"{types} types, {count} texts, {len(problems)} problems")
    return 1 if problems or types == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
