#!/usr/bin/env python3
# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT
"""Holds every C++ file to .clang-format, which is written for one version of the formatter.

With --fix the files are formatted instead. Folders and files may be named, below the root.
"""

import argparse
import pathlib
import re
import subprocess
import sys

import check_style
import source

VERSION = "19"      # another one lays out some lines differently

# Its columns say more than its lines. It is left out unless it is named.
LEFT_OUT = ("include/gatewire/json/reflect_bind.hpp",)


def chosen(root, names):
    """Every file of C++ below one of the names; without names all but those that are left out."""
    for path in check_style.sources(root):
        name = path.relative_to(root)
        places = {name.as_posix(), *(parent.as_posix() for parent in name.parents)}
        if path.suffix in check_style.CPP and (
                not places.isdisjoint(names) if names else places.isdisjoint(LEFT_OUT)):
            yield path


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--formatter", default=f"clang-format-{VERSION}")
    parser.add_argument("--fix", action="store_true")
    parser.add_argument("names", nargs="*", metavar="file or folder, as include/gatewire/session")
    options = parser.parse_args()
    told = subprocess.run([options.formatter, "--version"], stdout=subprocess.PIPE, text=True,
                          check=True).stdout
    if f"version {VERSION}." not in told:
        print(f"Formatting is checked by clang-format {VERSION} alone; this is {told.strip()}")
        return 0
    paths = list(chosen(source.ROOT, {name.rstrip("/") for name in options.names}))
    if not paths:
        sys.exit("no file of C++ is named so")
    how = ["-i"] if options.fix else ["--dry-run", "-Werror"]
    done = subprocess.run([options.formatter, *how, *paths], stderr=subprocess.PIPE, text=True,
                          check=False)
    # Of each file one line; --fix shows the rest.
    found = re.findall(rf"^{source.ROOT}/(.*?:\d+):\d+: error:", done.stderr, re.MULTILINE)
    first = {place.split(":")[0]: place for place in reversed(found)}
    for place in sorted(first.values()):
        print(f"{place}: differs from .clang-format; tests/tidy/check_format.py --fix mends it")
    if done.returncode and not found:
        print(done.stderr)
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
