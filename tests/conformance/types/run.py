#!/usr/bin/env python3
# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT

"""Has TypeScript check the declarations of the client for Node, beside those of Node itself and
without any others, with the packages that package-lock.json names, installed once into a folder of
the build. Where Node or its packages are
not to be had, it says so and skips the test."""

import pathlib
import re
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
SKIPPED = 77
# What npm says when it cannot reach its registry.
UNREACHABLE = re.compile(r"\b(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH|ECONNRESET"
                         r"|ENOTCACHED)\b")
OPTIONS = ("--noEmit", "--strict", "--target", "es2022", "--module", "nodenext",
           "--pretty", "false")


def run(command, folder):
    return subprocess.run(command, cwd=folder, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False)


def install(folder):
    """@return Why it could not, if so."""
    lock = (HERE / "package-lock.json").read_text(encoding="utf-8")
    stamp = folder / "installed"
    if stamp.exists() and stamp.read_text(encoding="utf-8") == lock:
        return ""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, folder)
    done = run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], folder)
    if done.returncode and not UNREACHABLE.search(done.stdout):
        sys.exit(f"npm ci failed:\n{done.stdout}")
    if done.returncode:
        return "npm does not reach its registry"
    stamp.write_text(lock, encoding="utf-8")
    return ""


def main():
    folder = pathlib.Path(sys.argv[1]).resolve()
    has_node = shutil.which("node") and shutil.which("npm")
    problem = install(folder) if has_node else "Node with npm was not found"
    if problem:
        print(f"skipped: {problem}")
        return SKIPPED
    modules = folder / "node_modules"
    checks = [("types_test.mts", "--lib", "es2022,esnext.disposable", "--types", "node",
               "--typeRoots", modules / "@types"),
              ("types_alone_test.mts", "--lib", "es2022", "--typeRoots", folder / "none")]
    failed = 0
    for file, *options in checks:
        done = run([modules / ".bin" / "tsc", *OPTIONS, *options, HERE / file], folder)
        print(done.stdout, end="")
        failed |= done.returncode
    return failed


if __name__ == "__main__":
    sys.exit(main())
