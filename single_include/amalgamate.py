#!/usr/bin/env python3
# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT
"""Writes single_include/gatewire/rpc.hpp from include/gatewire/rpc.hpp, the optional headers beside
it, which include it and hold what it has not, and rpc.cpp, the source of programs that compile the
library once; or checks that all of them are current.

Every own include is replaced by the file it names, depth first and once each; nothing else is
changed. The include guards stay, so that the single header and separate ones can meet in one
translation unit. The result depends on nothing but the sources.

What the headers include unless GATEWIRE_SEPARATE_COMPILATION is defined, and src.hpp for the one
source that has GATEWIRE_IMPLEMENTATION, stands at the end, under one condition for both: whatever
comes before it is complete without it."""

import argparse
import difflib
import itertools
import pathlib
import re
import sys

ENTRY = "gatewire/rpc.hpp"
DEFINITIONS = "gatewire/src.hpp"
PART = re.compile(r"gatewire/src_\w+\.hpp")
ONE_SOURCE = "gatewire/rpc.cpp"
# Left out where the sources do not have them.
OPTIONAL = ("gatewire/nats.hpp", "gatewire/testing.hpp", "gatewire/tls.hpp")
ONE_SOURCE_LINES = (
    "// Part of a program whose other sources define GATEWIRE_SEPARATE_COMPILATION.",
    "#define GATEWIRE_IMPLEMENTATION",
    '#include "rpc.hpp"',
)
DIFF_LINES = 20

OWN_INCLUDE = re.compile(r"^\s*#\s*include\s*<(gatewire/[^>]+)>\s*(?://.*)?$")
QUOTED_INCLUDE = re.compile(r'^\s*#\s*include\s*"')
OWN_NAME_IN_DIRECTIVE = re.compile(r"^\s*#.*[<\"]gatewire/")
CHOICES = ("#ifndef GATEWIRE_SEPARATE_COMPILATION", "#ifdef GATEWIRE_IMPLEMENTATION")
DEFINED_HERE = "#if !defined(GATEWIRE_SEPARATE_COMPILATION) || defined(GATEWIRE_IMPLEMENTATION)"
CONDITION_OPENS = re.compile(r"^\s*#\s*if")
CONDITION_CLOSES = re.compile(r"^\s*#\s*endif")


class Problem(Exception):
    """Something in the sources that this script refuses to guess about."""


def read(path):
    return path.read_text(encoding="utf-8")


def version(include):
    """The version as text, from the header that states it."""
    source = read(include / "gatewire/version.hpp")
    parts = []
    for part in ("MAJOR", "MINOR", "PATCH"):
        match = re.search(rf"^#define GATEWIRE_VERSION_{part} (\d+)$", source, re.MULTILINE)
        if not match:
            raise Problem(f"gatewire/version.hpp does not define GATEWIRE_VERSION_{part}")
        parts.append(match.group(1))
    return ".".join(parts)


def expand(include, name, seen, needed_by):
    """The lines of one header with its own includes expanded; none if it was there before."""
    if name in seen:
        return
    seen.add(name)
    path = include / name
    if not path.is_file():
        raise Problem(f"{needed_by} includes <{name}>, which does not exist")

    yield f"// ==== {name} ===="
    depth = 0
    in_comment = False
    for number, line in enumerate(without_choice(include, path), start=1):
        place = f"{name}:{number}"
        own = None if in_comment else OWN_INCLUDE.match(line)
        if own:
            # One level is the include guard; more is a condition of its own.
            if depth > 1:
                raise Problem(f"{place}: own include inside a condition")
            yield from expand(include, own.group(1), seen, place)
        elif not in_comment and QUOTED_INCLUDE.match(line):
            raise Problem(f"{place}: include with quotes; own headers are <gatewire/...>")
        elif not in_comment and OWN_NAME_IN_DIRECTIVE.match(line):
            raise Problem(f"{place}: unknown way to name an own header")
        else:
            yield line
        if not in_comment:
            depth += bool(CONDITION_OPENS.match(line)) - bool(CONDITION_CLOSES.match(line))
        in_comment = stays_in_comment(line, in_comment)
    yield f"// ==== end of {name} ===="


def own_includes(path):
    found = map(OWN_INCLUDE.match, read(path).splitlines())
    return [match.group(1) for match in found if match]


def defining(include):
    """The headers with definitions: src.hpp includes them, by its parts or itself."""
    for name in own_includes(include / DEFINITIONS):
        if PART.match(name):
            yield from own_includes(include / name)
        else:
            yield name


def without_choice(include, path):
    """The lines of a header without the conditions under which it includes definitions. Blank lines
    keep the numbers of the others."""
    lines = read(path).splitlines()
    declared = list(lines)
    for first in range(len(lines)):
        last = first + 1
        while lines[first] in CHOICES and last < len(lines) and OWN_INCLUDE.match(lines[last]):
            last += 1
        if last > first + 1 and last < len(lines) and CONDITION_CLOSES.match(lines[last]):
            for left_out in lines[first + 1:last]:
                name = OWN_INCLUDE.match(left_out).group(1)
                if name not in (DEFINITIONS, *defining(include)):
                    raise Problem(f"{path.name}: {DEFINITIONS} does not include <{name}>")
            declared[first:last + 1] = [""] * (last + 1 - first)
    return declared


def definitions(include, seen):
    """What a program compiles with each source or, if it says so, with one of them."""
    if not (include / DEFINITIONS).is_file():
        return
    yield DEFINED_HERE
    for name in defining(include):
        yield from expand(include, name, seen, DEFINITIONS)
    yield f"#endif  // {DEFINED_HERE.split(' ', 1)[1]}"


def stays_in_comment(line, in_comment):
    """Whether the next line begins inside a block comment."""
    while True:
        if in_comment:
            end = line.find("*/")
            if end < 0:
                return True
            line = line[end + 2:]
            in_comment = False
        code = line.split("//", 1)[0]
        start = code.find("/*")
        if start < 0:
            return False
        line = line[start + 2:]
        in_comment = True


def banner(include, what):
    return [
        f"// gatewire {version(include)}, {what}.",
        "//",
        "// Generated by single_include/amalgamate.py from the headers in include/. Do not edit.",
        "//",
        "// Copyright (c) 2026 The gatewire authors",
        "// SPDX-License-Identifier: MIT",
        "",
    ]


def amalgamate(root):
    """The text of each header by its name."""
    include = root / "include"
    if not (include / ENTRY).is_file():
        raise Problem(f"include/{ENTRY} does not exist")
    seen = set()
    declared = [*banner(include, "the whole library in one header"),
                *expand(include, ENTRY, seen, "the script")]
    texts = {ENTRY: "\n".join([*declared, *definitions(include, set(seen)), ""]),
             ONE_SOURCE: "\n".join([*banner(include, "compiled once"), *ONE_SOURCE_LINES, ""])}
    for name in OPTIONAL:
        if (include / name).is_file():
            lines = banner(include, f"{name} for the single header") + [f"#include <{ENTRY}>", ""]
            texts[name] = "\n".join(itertools.chain(
                lines, expand(include, name, set(seen), "the script"), [""]))
    return texts


def check(text, output):
    if not output.is_file():
        raise Problem("the single header does not exist; run single_include/amalgamate.py")
    current = output.read_bytes().decode("utf-8")
    if current == text:
        return
    # Line ends are kept, so that a file that differs in them alone shows a difference too.
    difference = list(difflib.unified_diff(
        current.splitlines(keepends=True), text.splitlines(keepends=True),
        "single header now", "single header from the sources", n=1))
    for line in difference[:DIFF_LINES]:
        print(line.rstrip("\n").replace("\r", "\\r"))
    if len(difference) > DIFF_LINES:
        print(f"... and {len(difference) - DIFF_LINES} more lines")
    raise Problem("the single header is stale; run single_include/amalgamate.py")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare only; fails on a difference")
    parser.add_argument("--root", type=pathlib.Path, help="repository to work on",
                        default=pathlib.Path(__file__).resolve().parent.parent)
    arguments = parser.parse_args()
    try:
        for name, text in amalgamate(arguments.root).items():
            output = arguments.root / "single_include" / name
            if arguments.check:
                check(text, output)
            else:
                output.parent.mkdir(parents=True, exist_ok=True)
                output.write_bytes(text.encode("utf-8"))
    except Problem as problem:
        print(f"amalgamate: {problem}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
