#!/usr/bin/env python3
# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT
"""Misuse must be explained by the compiler. Each file here holds one mistake, in two forms: as it
is, it must compile; with GATEWIRE_MISTAKE defined it must fail, and the compiler must say every
sentence that the file's first comments announce as `// expect: <text>`.

    run.py prepare           compiles the library once, for all the mistakes
    run.py correct FILE...   all files as they are, together, each in a namespace of its own
    run.py mistake FILE      one file with its mistake
"""

import argparse
import os
import pathlib
import re
import subprocess
import sys

prelude = "#include <gatewire/rpc.hpp>\n"


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


def run_compiler(arguments, *extra, text=""):
    # The C locale keeps the compiler's quotes plain, so that sentences compare as written.
    return subprocess.run(
        [arguments.compiler, f"@{arguments.flags}", *map(str, extra)], input=text,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", errors="replace",
        env={**os.environ, "LC_ALL": "C"}, check=False)


def precompiled(arguments):
    """What `prepare` writes, and the flags that make the compiler read it."""
    header = arguments.folder / "prelude.hpp"
    if arguments.compiler_id == "GNU":
        return header.with_name("prelude.hpp.gch"), ["-include", header]
    written = header.with_name("prelude.pch")
    return written, ["-include-pch", written]


def prepare(arguments):
    arguments.folder.mkdir(parents=True, exist_ok=True)
    header = arguments.folder / "prelude.hpp"
    header.write_text(prelude, encoding="utf-8")
    flags = [] if arguments.compiler_id == "GNU" else ["-fpch-instantiate-templates"]
    written, _ = precompiled(arguments)
    done = run_compiler(arguments, "-x", "c++-header", header, "-o", written, *flags)
    if done.returncode != 0:
        yield "the library itself does not compile", done.stdout


def correct(arguments):
    """Whatever the files include comes first, so that inside the namespaces it is there."""
    includes = set()
    for file in arguments.files:
        includes.update(re.findall(r"^#include <.*>$", file.read_text(encoding="utf-8"), re.M))
    lines = [prelude, *sorted(includes)]
    for number, file in enumerate(arguments.files):
        lines += [f"namespace case_{number} {{", f'#include "{file}"', "}"]
    done = run_compiler(arguments, "-fsyntax-only", "-x", "c++", "-", text="\n".join(lines) + "\n")
    if done.returncode != 0:
        yield "without the mistakes all must compile, and do not", done.stdout


def mistake(arguments):
    [file] = arguments.files
    sentences = expected_sentences(file.read_text(encoding="utf-8"))
    if not sentences:
        yield "the comments that open it hold no `// expect: <text>`", ""
        return
    _, flags = precompiled(arguments)
    done = run_compiler(arguments, *flags, "-fsyntax-only", "-DGATEWIRE_MISTAKE", file)
    if done.returncode == 0:
        yield "with the mistake it must not compile, and does", ""
        return
    for sentence in sentences:
        if sentence not in done.stdout:
            yield f"the compiler does not say: {sentence}", done.stdout


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--compiler", required=True)
    parser.add_argument("--compiler-id", required=True, help="as CMake names it")
    parser.add_argument("--flags", required=True, help="response file with the compiler's flags")
    parser.add_argument("--folder", required=True, type=pathlib.Path, help="for `prepare`")
    parser.add_argument("task", choices=["prepare", "correct", "mistake"])
    parser.add_argument("files", nargs="*", type=pathlib.Path)
    arguments = parser.parse_args()

    tasks = {"prepare": prepare, "correct": correct, "mistake": mistake}
    failed = False
    for problem, output in tasks[arguments.task](arguments):
        # The start of the output says what went wrong; the rest is instantiation history.
        names = " ".join(file.name for file in arguments.files[:3])
        print(f"{names}: {problem}", *output.splitlines()[:60], sep="\n")
        failed = True
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
