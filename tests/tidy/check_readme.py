#!/usr/bin/env python3
# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT
"""Checks that the code which README.md shows is, to the letter, code that is built and run.

The first block of C++ quotes examples/hello.cpp: the part between `//[hello` and `//]`, or the
whole file where there are no such marks. Any other block is a quotation when the line before it
says so: `<!-- quoted from examples/deadlines.cpp one_call -->`. C++ must say so. The same holds for
the pages of the trading desk that show how to write a part of one's own."""

import argparse
import pathlib
import re
import sys
from dataclasses import dataclass

import source

FIRST_CODE_LINE_MAX = 12
PAGES = "examples/server_client/my_*.md"
QUOTED = re.compile(r"<!-- quoted from (\S+)(?: (\S+))? -->")


class Problem(Exception):
    pass


@dataclass
class Block:
    line: int           # of the opening fence, counted from 1
    language: str
    text: str
    before: str         # the line above the fence that is not empty


def blocks(readme, page="README.md"):
    lines = readme.splitlines()
    opened = None
    before = ""
    for number, line in enumerate(lines, start=1):
        if line.startswith("```"):
            if opened is None:
                opened = number
            else:
                text = "\n".join(lines[opened:number - 1])
                yield Block(opened, lines[opened - 1][3:].strip(), text, before)
                opened, before = None, ""
        elif opened is None and line.strip():
            before = line.strip()
    if opened is not None:
        raise Problem(f"{page}:{opened}: this code block is never closed")


def quotable(root, name, mark, whole_file_too, page="README.md"):
    """The text of a file between `//[mark` and `//]`, without the depth it is indented by."""
    path = root / name
    if not path.is_file():
        raise Problem(f"{name} does not exist, {page} quotes it")
    text = path.read_text(encoding="utf-8")
    found = re.search(rf"^[ \t]*//\[{re.escape(mark)}[ \t]*\n(.*?)^[ \t]*//\][ \t]*$", text,
                      re.MULTILINE | re.DOTALL) if mark else None
    if found:
        lines = found.group(1).splitlines()
        depth = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
        return "\n".join(line[depth:] for line in lines)
    if mark and not whole_file_too:
        raise Problem(f"{name} has no part between //[{mark} and //], {page} quotes it")
    return text.rstrip("\n")


def compare(block, expected, name, page="README.md"):
    shown, real = block.text.splitlines(), expected.splitlines()
    for offset in range(max(len(shown), len(real))):
        pair = [lines[offset] if offset < len(lines) else "(nothing)" for lines in (shown, real)]
        if pair[0] != pair[1]:
            raise Problem(f"{page}:{block.line + 1 + offset}: differs from {name}\n"
                          f"  {page}: {pair[0]}\n  {name}: {pair[1]}")


def check(root):
    if not (root / "README.md").is_file():
        raise Problem("README.md does not exist")
    found = list(blocks((root / "README.md").read_text(encoding="utf-8")))
    first = next((block for block in found if block.language == "cpp"), None)
    if first is None:
        raise Problem("README.md shows no ```cpp block")
    if found[0].line > FIRST_CODE_LINE_MAX:
        raise Problem(f"README.md:{found[0].line}: the first code block must start within the "
                      f"first {FIRST_CODE_LINE_MAX} lines")
    compare(first, quotable(root, "examples/hello.cpp", "hello", True), "examples/hello.cpp")
    check_quotations(root, [block for block in found if block is not first], "README.md")
    for path in sorted(root.glob(PAGES)):
        page = path.relative_to(root).as_posix()
        shown = list(blocks(path.read_text(encoding="utf-8"), page))
        if not any(block.language == "cpp" for block in shown):
            raise Problem(f"{page} shows no ```cpp block")
        check_quotations(root, shown, page)


def check_quotations(root, shown, page):
    for block in shown:
        quoted = QUOTED.fullmatch(block.before)
        if block.language == "cpp" and not quoted:
            raise Problem(f"{page}:{block.line}: this code is quoted from nowhere, so nothing "
                          "compiles it")
        if quoted:
            name, mark = quoted.groups()
            compare(block, quotable(root, name, mark, False, page), name, page)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=pathlib.Path, default=source.ROOT)
    try:
        check(parser.parse_args().root)
    except Problem as problem:
        print(problem)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
