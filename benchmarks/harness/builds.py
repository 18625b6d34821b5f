# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT
"""What a program that uses the library costs to compile, and how large it is."""

import os
import pathlib
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).parents[2]
HELLO = ROOT / "examples" / "hello.cpp"
SOURCE = ROOT / "include" / "gatewire" / "src.hpp"
BASE = "#include <asio.hpp>\n#include <nlohmann/json.hpp>\nint main() {}\n"
NOTHING = "#include <string>\nint main() {}\n"
SEPARATE = "-DGATEWIRE_SEPARATE_COMPILATION"


def compile_once(compiler, source, output, *definitions):
    """Seconds of processor time, which others on the machine stretch less, and peak megabytes."""
    command = [compiler, "-std=c++20", "-O2", "-DNDEBUG", "-DASIO_STANDALONE", *definitions, "-I",
               str(ROOT / "include"), "-c", str(source), "-o", str(output)]
    process = subprocess.Popen(command, env=os.environ | {"CCACHE_DISABLE": "1"})
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{compiler} cannot compile {source}")
    return used.ru_utime + used.ru_stime, used.ru_maxrss * 1024 / 1e6   # Linux counts in kB.


def stripped_size(compiler, folder, *objects):
    program = folder / "program"
    subprocess.run([compiler, "-O2", *(folder / f"{name}.o" for name in objects), "-pthread", "-s",
                    "-o", program], check=True)
    return program.stat().st_size


def rows(name, measured, which):
    for place, (label, unit) in enumerate((("compile time, CPU", "s"),
                                           ("peak compiler memory", "MB"))):
        yield {"work": f"{name}: {label}", "unit": unit,
               "goal": "" if which == "once" else "<= 1.5",
               "gatewire": [one[place] for one in measured[which]],
               "beside": [one[place] for one in measured["base"]],
               "beside_name": "the two includes alone"}


def measure(compiler, rounds, is_quick):
    """Results as the table wants them. A quick run compiles a program of two lines instead."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        base, once = folder / "base.cpp", folder / "once.cpp"
        base.write_text(NOTHING if is_quick else BASE)
        once.write_text("#include <gatewire/src.hpp>\n")
        jobs = {"hello": [base if is_quick else HELLO], "base": [base]}
        if SOURCE.exists() and not is_quick:
            jobs |= {"separate": [HELLO, SEPARATE], "once": [once, SEPARATE]}
        measured = {which: [] for which in jobs}
        for _ in range(rounds):
            for which, (source, *definitions) in jobs.items():
                measured[which].append(
                    compile_once(compiler, source, folder / f"{which}.o", *definitions))
        size = {"hello in one file": stripped_size(compiler, folder, "hello")}
        if "separate" in jobs:
            size["hello, sessions compiled apart"] = stripped_size(compiler, folder, "separate",
                                                                   "once")
    names = {"hello": "hello in one file", "separate": "hello, sessions compiled apart",
             "once": "the sessions, compiled once"}
    found = [row for which, label in names.items() if which in jobs
             for row in rows(label, measured, which)]
    return found + [{"work": f"{label}: stripped size", "unit": "B", "goal": "< 250000",
                     "gatewire": [bytes_], "is_absolute": True} for label, bytes_ in size.items()]
