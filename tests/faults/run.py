#!/usr/bin/env python3
# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT
"""Plants each fault of table.py in a copy of its header, and demands that its test fails.

A test that does not compile has caught nothing. Without a fault every test must pass, and that is
tried as well.

Most of a test's compilation are headers that its fault does not reach. Clang reads those
precompiled, in layers of which each holds the one before: a fault is compiled with the highest
layer whose headers do not include the one it is in.
"""

import argparse
import concurrent.futures
import functools
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

import table

ROOT = pathlib.Path(__file__).resolve().parents[2]
LIBRARY = ROOT / "include/gatewire"


def planted(fault):
    """The header with the fault; says so where the table no longer fits."""
    text = (LIBRARY / fault.header).read_text(encoding="utf-8")
    if text.count(fault.old) != 1:
        raise SystemExit(f"{fault.header} holds {text.count(fault.old)} times, not once: "
                         f"{fault.old!r} ({fault.name})")
    return text.replace(fault.old, fault.new)


@functools.cache
def includes(header):
    text = (LIBRARY / header).read_text(encoding="utf-8")
    return re.findall(r"^ *# *include <gatewire/(.+)>", text, re.MULTILINE)


@functools.cache
def reached(header):
    """What a header includes, also through others: itself, if a part of it includes it again."""
    found = set()
    waiting = [header]
    while waiting:
        new = set(includes(waiting.pop())) - found
        found |= new
        waiting += new
    return found


class Layers:
    """The order in which the headers can be precompiled."""

    def __init__(self, faulted):
        # A header and its *_impl.hpp include each other.
        self.changing = {header for one in faulted for header in {one} | reached(one)
                         if header == one or one in reached(header)}
        self.level = functools.cache(self.level)

    def level(self, header):
        """How many headers with faults stand below it, one on top of the other."""
        return max((self.level(below) + (below in self.changing) for below in reached(header)
                    if header not in reached(below)), default=0)

    def headers(self, level):
        """What stands in a layer: each of them includes no header with faults of its level."""
        return sorted(header for header in reached("rpc.hpp") if not header.startswith("src_")
                      and self.level(header) + (header in self.changing) <= level)


class Workshop:
    def __init__(self, folder, compiler):
        self.folder = folder
        self.compiler = compiler
        self.layer = []  # The flags that take the newest one in.
        self.main = folder / "main.o"
        self.compile(ROOT / "tests/support/main.cpp", self.main, [])

    def add_layer(self, level, headers):
        if "clang" not in self.compiler:
            return
        source = self.folder / f"layer{level}.hpp"
        third_party = ["doctest/doctest.h", "nlohmann/json.hpp"]
        source.write_text("".join(f"#include <{name}>\n" for name in third_party +
                                  [f"gatewire/{header}" for header in headers]), encoding="utf-8")
        made = source.with_suffix(".pch")
        try:
            # Not on top of the layer before: of such a chain Clang 19 breaks.
            self.compile(source, made, ["-Xclang", "-fpch-instantiate-templates",
                                        "-x", "c++-header"])
        except subprocess.CalledProcessError as failed:
            raise SystemExit("a layer does not compile: " + failed.stdout[:2000]) from failed
        self.layer = ["-include-pch", str(made)]

    def compile(self, source, target, options):
        flags = ["-std=c++20", "-O0", "-w", "-pthread", "-DASIO_STANDALONE",
                 '-DGATEWIRE_TEST_DATA_DIR="/nowhere"', *options, f"-I{ROOT / 'include'}",
                 f"-I{ROOT / 'tests/support'}"]
        if "clang" in self.compiler:
            # As the package's target sets them, see .cmake/gatewire-asio.cmake.
            flags += ["-DASIO_HAS_CO_AWAIT=1", "-DASIO_HAS_STD_COROUTINE=1"]
        subprocess.run([self.compiler, *flags, "-c", str(source), "-o", str(target)], check=True,
                       stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8",
                       errors="replace")

    def run_test(self, test, options, name):
        """Compiles and runs a test file. @return whether it passed, and what it said."""
        built = self.folder / f"{name}.o"
        program = self.folder / name
        self.compile(ROOT / "tests" / test, built, options)
        subprocess.run([self.compiler, str(built), str(self.main), "-o", str(program), "-pthread"],
                       check=True, capture_output=True)
        built.unlink()
        try:
            done = subprocess.run([str(program), "--no-colors"], stdin=subprocess.DEVNULL,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60,
                                  encoding="utf-8", errors="replace", check=False)
        except subprocess.TimeoutExpired:
            return False, "it did not end"
        finally:
            program.unlink()
        return done.returncode == 0, first_failure(done.stdout)

    def check_passes(self, test, layer, number):
        passed, said = self.run_test(test, layer, f"good{number}")
        return None if passed else f"{test} fails without a fault: {said}"

    def check_caught(self, fault, layer, number):
        """@return whether the fault was caught, and by what."""
        headers = self.folder / f"include{number}"
        changed = headers / "gatewire" / fault.header
        changed.parent.mkdir(parents=True)
        changed.write_text(planted(fault), encoding="utf-8")
        try:
            # Found before the header that it stands for.
            passed, said = self.run_test(fault.test, [*layer, f"-I{headers}"], f"fault{number}")
        except subprocess.CalledProcessError as failed:
            return False, "it does not compile: " + (failed.stdout or "")[:2000]
        finally:
            shutil.rmtree(headers)
        return not passed, "nothing noticed it" if passed else said


def first_failure(output):
    """The name of the first test case that failed."""
    for line in output.splitlines():
        if line.startswith("TEST CASE:"):
            return line.removeprefix("TEST CASE:").strip()
    return output.strip().splitlines()[-1] if output.strip() else "it ended by a signal"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--compiler", default=os.environ.get("CXX", "c++"))
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--trust-tests", action="store_true",
                        help="do not try that they pass without a fault")
    parser.add_argument("names", nargs="*", help="parts of the names of the faults to plant")
    arguments = parser.parse_args()
    faults = [fault for fault in table.FAULTS
              if not arguments.names or any(name in fault.name for name in arguments.names)]
    for fault in faults:
        planted(fault)

    begin = time.monotonic()
    failed = []
    with tempfile.TemporaryDirectory() as folder, \
            concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        workshop = Workshop(pathlib.Path(folder), arguments.compiler)
        layers = Layers({fault.header for fault in faults})
        faults.sort(key=lambda fault: layers.level(fault.header))
        outcomes = []
        level = -1
        for number, fault in enumerate(faults):
            if layers.level(fault.header) > level:
                level = layers.level(fault.header)
                workshop.add_layer(level, layers.headers(level))
            outcomes.append(pool.submit(workshop.check_caught, fault, workshop.layer, number))
        tests = [] if arguments.trust_tests else sorted({fault.test for fault in faults})
        passes = [pool.submit(workshop.check_passes, test, workshop.layer, number)
                  for number, test in enumerate(tests)]
        for fault, outcome in zip(faults, outcomes):
            is_caught, said = outcome.result()
            verdict = "caught" if is_caught else "MISSED"
            print(f"{verdict}  {fault.name}\n        {fault.test}: {said}", flush=True)
            if not is_caught:
                failed.append(f"missed: {fault.name}")
        failed += filter(None, (test.result() for test in passes))
    print(*failed, sep="\n", end="\n" if failed else "")
    print(f"{len(faults)} faults, {len(failed)} problems, {time.monotonic() - begin:.0f} s")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
