#!/usr/bin/env python3
# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT
"""Checks that every place that states the project's version states the one of version.hpp."""

import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
RECIPE = "tests/package/conan/recipes/gatewire/"


def of_header():
    text = (ROOT / "include/gatewire/version.hpp").read_text(encoding="utf-8")
    return ".".join(re.search(rf"^#define GATEWIRE_VERSION_{part} (\d+)$", text, re.MULTILINE)[1]
                    for part in ("MAJOR", "MINOR", "PATCH"))


def of_manifest(path):
    return json.loads((ROOT / path).read_text(encoding="utf-8"))["version"]


def all_in(path, pattern):
    return set(re.findall(pattern, (ROOT / path).read_text(encoding="utf-8")))


def main():
    version = of_header()
    stated = {
        "vcpkg.json": {of_manifest("vcpkg.json")},
        "tests/package/vcpkg/ports/gatewire/vcpkg.json":
            {of_manifest("tests/package/vcpkg/ports/gatewire/vcpkg.json")},
        RECIPE + "config.yml": all_in(RECIPE + "config.yml", r'"(\d+\.\d+\.\d+)"'),
        "examples/clients/node/package.json": {of_manifest("examples/clients/node/package.json")},
        "examples/clients/python/gatewire/version.py":
            all_in("examples/clients/python/gatewire/version.py", r'__version__ = "(.*)"'),
        "examples/clients/python/README.md":
            all_in("examples/clients/python/README.md", r"prints gatewire-py (\d+\.\d+\.\d+)"),
        "README.md": all_in("README.md", r"gatewire/(\d+\.\d+\.\d+)"),
        RECIPE + "all/conandata.yml": all_in(RECIPE + "all/conandata.yml", r"(\d+\.\d+\.\d+)"),
        "single_include/gatewire/rpc.hpp": {".".join(
            re.findall(r"^#define GATEWIRE_VERSION_(?:MAJOR|MINOR|PATCH) (\d+)$",
                       (ROOT / "single_include/gatewire/rpc.hpp").read_text(encoding="utf-8"),
                       re.MULTILINE))},
    }
    wrong = [f"{path}: {', '.join(sorted(found)) or 'none'}, but version.hpp says {version}"
             for path, found in stated.items() if found != {version}]
    print(*wrong, sep="\n", end="\n" if wrong else "")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
