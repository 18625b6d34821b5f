#!/usr/bin/env python3
# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT
"""Checks that the walks through include/gatewire name functions that exist where they say, and
that none has become long."""

import argparse
import pathlib
import re
import sys

import source

NAME = "include/gatewire/README.md"
HOPS_MAX = 20
WALKS_MIN = 2
NUMBERED = re.compile(r"\d+\. ")
HOP = re.compile(r"\d+\. `(?:(\w+)::)?(\w+)` in `([\w/]+\.hpp)`: ")


def check(root):
    """Sentences about what is wrong."""
    hops, walks = 0, 0
    for line in (root / NAME).read_text(encoding="utf-8").splitlines():
        if not NUMBERED.match(line):
            continue
        hops = 1 if line.startswith("1. ") else hops + 1
        walks += hops == 1
        if hops == HOPS_MAX + 1:
            yield f"a walk has more than {HOPS_MAX} hops"
        found = HOP.match(line)
        if not found:
            yield f"not a hop, which is `function` in `file.hpp`: and what it does: {line}"
            continue
        owner, function, file = found.groups()
        path = root / "include/gatewire" / file
        if not path.is_file():
            yield f"{file} does not exist: {line}"
            continue
        code = source.code_only(path.read_text(encoding="utf-8"))
        if not re.search(rf"(?<![\w.>])(?<!return ){function}\s*\(", code):
            yield f"{file} has no function {function}: {line}"
        elif owner and not re.search(rf"\b(?:class|struct)\s+{owner}\b"
                                     rf"|\b{owner}(?:<\w+>)?::{function}\b", code):
            yield f"{file} has no class {owner}: {line}"
    if walks < WALKS_MIN:
        yield f"{walks} walks; a server's request and a client's call have one each"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=pathlib.Path, default=source.ROOT)
    problems = [f"{NAME}: {sentence}" for sentence in check(parser.parse_args().root)]
    print(*problems, sep="\n", end="\n" if problems else "")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
