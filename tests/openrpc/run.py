#!/usr/bin/env python3
# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT
"""Runs check_documents.mjs with the packages that package-lock.json names, installed once into a
folder of the build. Where Node or its packages are not to be had, it says so and skips the test."""

import argparse
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


def install(folder):
    """Lets npm install what the lock file names. Returns why it could not, or nothing."""
    lock = (HERE / "package-lock.json").read_text(encoding="utf-8")
    stamp = folder / "installed"
    if stamp.exists() and stamp.read_text(encoding="utf-8") == lock:
        return None
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, folder)
    done = subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=folder,
                          text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    if done.returncode == 0:
        stamp.write_text(lock, encoding="utf-8")
        return None
    if UNREACHABLE.search(done.stdout):
        return "npm does not reach its registry"
    sys.exit(f"npm ci failed:\n{done.stdout}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=pathlib.Path, required=True, help="for the node_modules")
    parser.add_argument("--server", help="a server to be asked over a socket")
    parser.add_argument("programs", nargs="*", help="each prints documents")
    arguments = parser.parse_args()
    if shutil.which("node") is None or shutil.which("npm") is None:
        print("skipped: Node with npm was not found")
        return SKIPPED
    problem = install(arguments.folder)
    if problem is not None:
        print(f"skipped: {problem}")
        return SKIPPED
    command = ["node", HERE / "check_documents.mjs", arguments.folder, *arguments.programs]
    if arguments.server:
        command += ["--server", arguments.server]
    return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
