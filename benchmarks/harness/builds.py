# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT
"""Compiling what uses the library, and what that takes."""

import os
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).parents[2]
HELLO = ROOT / "examples" / "hello.cpp"
BASE = "#include <asio.hpp>\n#include <nlohmann/json.hpp>\nint main() {}\n"


def compile_once(compiler, source, output, *definitions, headers=ROOT / "include"):
    """Seconds of processor time, which others on the machine stretch less, and peak megabytes."""
    command = [compiler, "-std=c++20", "-O2", "-DNDEBUG", "-DASIO_STANDALONE", *definitions, "-I",
               str(headers), "-c", str(source), "-o", str(output)]
    process = subprocess.Popen(command, env=os.environ | {"CCACHE_DISABLE": "1"})
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{compiler} cannot compile {source}")
    return used.ru_utime + used.ru_stime, used.ru_maxrss * 1024 / 1e6   # Linux counts in kB.
