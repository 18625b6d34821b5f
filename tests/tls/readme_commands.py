#!/usr/bin/env python3
# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT
"""Runs the commands by which README.md makes certificates, and has OpenSSL verify what came out."""

import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
MARK = "<!-- run by tests/tls/readme_commands.py -->"


def run(folder, *command):
    return subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, encoding="utf-8", check=False)


def main():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    block = re.search(re.escape(MARK) + r"\n```sh\n(.*?)\n```\n", readme, re.DOTALL)
    if not block:
        print("README.md has no such block")
        return 1
    with tempfile.TemporaryDirectory() as folder:
        steps = [("sh", "-euc", block.group(1))]
        for name, purpose in (("server", "sslserver"), ("ada", "sslclient")):
            steps.append(("openssl", "verify", "-CAfile", "ca.pem", "-purpose", purpose,
                          f"{name}.pem"))
        steps.append(("openssl", "verify", "-CAfile", "ca.pem", "-verify_hostname", "desk.example",
                      "server.pem"))
        for step in steps:
            result = run(folder, *step)
            if result.returncode != 0:
                print(*step, result.stdout, sep="\n")
                return 1
        keys = pathlib.Path(folder).glob("*.key")
        loose = [key.name for key in keys if key.stat().st_mode & 0o77]
        if loose:
            print("readable by others:", *loose)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
