# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT
"""What a program that uses the library costs to compile, and how large it is."""

import os
import pathlib
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).parents[2]
HELLO = ROOT / "examples" / "hello.cpp"
BASE = "#include <asio.hpp>\n#include <nlohmann/json.hpp>\nint main() {}\n"


def compile_once(compiler, source, output):
    """Seconds of processor time, which others on the machine stretch less, and peak bytes."""
    command = [compiler, "-std=c++20", "-O2", "-DNDEBUG", "-DASIO_STANDALONE", "-I",
               str(ROOT / "include"), "-c", str(source), "-o", str(output)]
    process = subprocess.Popen(command, env=os.environ | {"CCACHE_DISABLE": "1"})
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{compiler} cannot compile {source}")
    return used.ru_utime + used.ru_stime, used.ru_maxrss * 1024    # Linux counts in kB.


def stripped_size(compiler, compiled, folder):
    program = folder / "hello"
    subprocess.run([compiler, "-O2", str(compiled), "-pthread", "-s", "-o", str(program)],
                   check=True)
    return program.stat().st_size


def measure(compiler, rounds, is_quick):
    """Results as the table wants them. A quick run compiles a program of two lines instead."""
    seconds, memory = {"hello": [], "base": []}, {"hello": [], "base": []}
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        base = folder / "base.cpp"
        base.write_text("#include <string>\nint main() {}\n" if is_quick else BASE)
        for _ in range(rounds):
            for which, source in (("hello", base if is_quick else HELLO), ("base", base)):
                time, peak = compile_once(compiler, source, folder / f"{which}.o")
                seconds[which].append(time)
                memory[which].append(peak / 1e6)
        size = stripped_size(compiler, folder / "hello.o", folder)
    return [
        {"work": "hello in one file: compile time, CPU", "unit": "s", "goal": "<= 1.5",
         "gatewire": seconds["hello"], "beside": seconds["base"], "beside_name": "includes alone"},
        {"work": "hello in one file: peak compiler memory", "unit": "MB", "goal": "<= 1.5",
         "gatewire": memory["hello"], "beside": memory["base"], "beside_name": "includes alone"},
        {"work": "hello in one file: stripped size", "unit": "B", "goal": "< 250000",
         "gatewire": [size], "is_absolute": True}]
