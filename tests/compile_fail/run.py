#!/usr/bin/env python3
# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT
"""Compiles one file twice: as it is, which must work, and with GATEWIRE_MISTAKE defined, which
must fail and say every sentence that the file's first comments announce as `// expect: <text>`."""

import argparse
import os
import pathlib
import re
import subprocess
import sys


def expected_sentences(source):
    """The `// expect:` lines of the comments that open the file, before its first code."""
    sentences = []
    for line in source.splitlines():
        if line.strip() and not line.startswith("//"):
            break
        match = re.match(r"//\s*expect:\s*(.+?)\s*$", line)
        if match:
            sentences.append(match.group(1))
    return sentences


def compile_once(arguments, *extra):
    # The C locale keeps the compiler's quotes plain, so that sentences compare as written.
    return subprocess.run(
        [arguments.compiler, f"@{arguments.flags}", "-fsyntax-only", *extra, str(arguments.file)],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        encoding="utf-8", errors="replace", env={**os.environ, "LC_ALL": "C"}, check=False)


def problems(arguments):
    sentences = expected_sentences(arguments.file.read_text(encoding="utf-8"))
    if not sentences:
        yield "the comments that open it hold no `// expect: <text>`", ""
        return
    correct = compile_once(arguments)
    if correct.returncode != 0:
        yield "without the mistake it must compile, and does not", correct.stdout
        return
    mistaken = compile_once(arguments, "-DGATEWIRE_MISTAKE")
    if mistaken.returncode == 0:
        yield "with the mistake it must not compile, and does", ""
        return
    for sentence in sentences:
        if sentence not in mistaken.stdout:
            yield f"the compiler does not say: {sentence}", mistaken.stdout


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--compiler", required=True)
    parser.add_argument("--flags", required=True, help="response file with the compiler's flags")
    parser.add_argument("file", type=pathlib.Path)
    arguments = parser.parse_args()

    failed = False
    for problem, output in problems(arguments):
        # The start of the output says what went wrong; the rest is instantiation history.
        print(f"{arguments.file.name}: {problem}", *output.splitlines()[:60], sep="\n")
        failed = True
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
