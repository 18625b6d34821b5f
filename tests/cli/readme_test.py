#!/usr/bin/env python3
# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT
"""Runs the README's session below the mark in a shell, at the example's server with a client that
trades there. Each command must succeed, and what it prints must have the words of its comment.

    readme_test.py <gatewire> <run_server> <run_client>"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile

README = pathlib.Path(__file__).resolve().parents[2] / "README.md"
SESSION = re.compile(r"<!-- run by tests/cli/readme_test\.py -->\n```sh\n(.*?)\n```\n", re.DOTALL)
ADDRESS = re.compile(r"tcp://127\.0\.0\.1:\d+")


def start(*command):
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, text=True)


def run(line, folder, environment):
    """@return What went wrong, if anything."""
    command, _, wanted = line.partition("# prints ")
    done = subprocess.run(["bash", "-euo", "pipefail", "-c", command], text=True, check=False,
                          capture_output=True, timeout=60, cwd=folder, env=environment)
    if done.returncode or wanted not in done.stdout:
        return f"{line}\ngave {done.returncode}: {done.stdout}{done.stderr}"
    return ""


def play(text, program, server, client, folder):
    processes = [start(server, "--headless", "--listen", "tcp://127.0.0.1:0", "--folder",
                       os.path.join(folder, "server"))]
    try:
        address = next(found for found in map(ADDRESS.search, processes[0].stdout) if found).group()
        processes.append(start(client, "--headless", "--connect", address, "--folder",
                               os.path.join(folder, "client")))
        path = os.path.dirname(os.path.abspath(program)) + os.pathsep + os.environ["PATH"]
        environment = {**os.environ, "PATH": path, "GATEWIRE_ADDRESS": address}
        return [run(line, folder, environment) for line in text.splitlines()]
    finally:
        for process in processes:
            process.kill()
            process.communicate()


def main():
    text = SESSION.search(README.read_text(encoding="utf-8")).group(1)
    with tempfile.TemporaryDirectory(prefix="gatewire-") as folder:
        failures = [each for each in play(text, *sys.argv[1:4], folder) if each]
    print(*failures, sep="\n")
    return 1 if failures or text.count("# prints ") < 8 else 0


if __name__ == "__main__":
    sys.exit(main())
