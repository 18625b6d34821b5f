#!/usr/bin/env python3
# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT
"""Finds headers that do not stand alone, and includes that a header uses nothing of.

clang-tidy reads each header by itself, without what it leaves to its companion *_impl.hpp, which is
read by itself too. Which headers, and with what flags, is written into the build folder by CMake.

What is used and not included is not asked for. Where a header gives its user another one on
purpose, the include says so: `// IWYU pragma: export`. Where only what is looked up by its
arguments is used of it, or only at instantiation, the tool cannot see that: `// IWYU pragma: keep`.
"""

import argparse
import concurrent.futures
import functools
import os
import pathlib
import re
import shlex
import subprocess
import sys

import source

# What these of nlohmann and Asio declare stands in another header of theirs, too; and the tool
# takes no placement new for a use.
IGNORED = "nlohmann/json\\.hpp;asio/(post|write)\\.hpp;new"
FOUND = re.compile(rf"^(?:{re.escape(str(source.ROOT))}/)?(.+?:\d+):\d+: (?:fatal )?error: (.*?)"
                   r"(?: \[[\w.,+-]+\])?$", re.MULTILINE)


def findings(output):
    """Place and sentence of everything that clang-tidy found, but for includes that are missing."""
    return [f"{place}: {sentence}" for place, sentence in FOUND.findall(output)
            if not sentence.startswith("no header providing ")]


def read(clang_tidy, flags, header):
    done = subprocess.run(
        [clang_tidy, "--quiet", "--checks=-*,clang-diagnostic-*,misc-include-cleaner",
         "--warnings-as-errors=*",
         f"--config={{CheckOptions: {{misc-include-cleaner.IgnoreHeaders: '{IGNORED}'}}}}",
         header, "--", *flags],
        cwd=source.ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    found = findings(done.stdout)
    if done.returncode not in (0, 1) or done.returncode and "error: " not in done.stdout:
        found.append(f"{header}: clang-tidy failed: {done.stdout}")
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clang-tidy", default="clang-tidy")
    parser.add_argument("--build", type=pathlib.Path, default=source.ROOT / "build/tidy")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("names", nargs="*", metavar="header, as gatewire/client.hpp")
    options = parser.parse_args()
    written = options.build / "tests"
    flags = shlex.split((written / "compile_flags.txt").read_text(encoding="utf-8"))
    headers = options.names or (written / "headers.txt").read_text(encoding="utf-8").split()
    read_one = functools.partial(read, options.clang_tidy, flags)
    seen = set()
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for found in pool.map(read_one, [f"include/{header}" for header in headers]):
            for line in found:
                if line not in seen:
                    print(line, flush=True)
            seen.update(found)
    print(f"{len(headers)} headers read alone, {len(seen)} findings")
    return 1 if seen else 0


if __name__ == "__main__":
    sys.exit(main())
