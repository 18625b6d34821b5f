#!/usr/bin/env python3
# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT

"""Runs the code of the READMEs that stands below the mark, at a server with known behaviour.

    run_readme.py <conformance_server> [node]

What a block prints must be what its comments say: `# prints 3`. Of shell commands only those with
such a comment are run. Without node the blocks for it are left out, which is said."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
CLIENTS = ROOT / "examples" / "clients"
MARK = re.compile(r"<!-- run by tests/conformance/run_readme\.py -->\n```(\w+)\n(.*?)\n```\n",
                  re.DOTALL)
# "copy it beside your program": what the page says that it takes.
NAMED = re.compile(r"\[`([\w.]+)`\]\(\1\)")
PRINTS = re.compile(r"(?:#|//) prints (.*)$", re.MULTILINE)
READMES = ("README.md", "examples/clients/python/README.md", "examples/clients/node/README.md")


def copy_named(page, folder):
    """Copies the files that a page says a program needs, and no others."""
    for name in NAMED.findall(page.read_text(encoding="utf-8").partition("<!-- run by")[0]):
        shutil.copy(page.parent / name, folder)


def command_of(language, text, folder, node):
    """What runs a block; nothing where it cannot be run."""
    if language == "python":
        return [sys.executable, "-B", "-c", text]
    if language == "sh":
        lines = [line for line in text.splitlines() if PRINTS.search(line)
                 and (node or not line.startswith("node "))]
        return ["sh", "-euc", "\n".join(lines)] if lines else None
    if not node:
        return None
    file = pathlib.Path(folder, "block.mjs")
    url = (CLIENTS / "node" / "gatewire.mjs").as_uri()
    if not pathlib.Path(folder, "gatewire.mjs").exists():
        text = re.sub(r'from "\S*gatewire\.mjs"', f'from "{url}"', text)
    file.write_text(text, encoding="utf-8")
    return [node, str(file)]


def run(server, name, language, text, node):
    """@return What went wrong, if anything; None in a list where nothing was run."""
    with tempfile.TemporaryDirectory(prefix="gatewire-") as folder:
        copy_named(ROOT / name, folder)
        command = command_of(language, text.replace("tcp://127.0.0.1:2014", server), folder, node)
        if command is None:
            print(f"skipped, node was not found: {language} in {name}")
            return ""
        is_main = name == "README.md"  # Its programs know the folders of the repository.
        path = os.pathsep.join([str(CLIENTS / "python"), os.environ.get("PYTHONPATH", "")])
        done = subprocess.run(command, cwd=ROOT if is_main else folder,
                              env={**os.environ, **({"PYTHONPATH": path} if is_main else {})},
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, timeout=60, check=False)
    wanted = PRINTS.findall(text)
    if language == "sh" and not node:
        wanted = [*wanted][:done.stdout.count("\n")]
    if done.returncode or done.stdout.splitlines() != wanted:
        return f"{name}: {language} block gave {done.returncode}:\n{done.stdout}instead of {wanted}"
    return ""


def main():
    program, node = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else ""
    failures, count = [], 0
    with tempfile.TemporaryDirectory(prefix="gatewire-") as folder:
        server = subprocess.Popen([program, folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                  text=True)
        try:
            address = json.loads(server.stdout.readline())["tcp"]
            print("tick rb2405 3650.5", file=server.stdin, flush=True)
            server.stdout.readline()
            for name in READMES:
                for language, text in MARK.findall((ROOT / name).read_text(encoding="utf-8")):
                    count += 1
                    failures.append(run(address, name, language, text, node))
        finally:
            server.kill()
            server.communicate()
    for failure in filter(None, failures):
        print(failure)
    if count < len(READMES):
        print("blocks are missing")
    return 1 if any(failures) or count < len(READMES) else 0


if __name__ == "__main__":
    sys.exit(main())
