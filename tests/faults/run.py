#!/usr/bin/env python3
# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT
"""Plants each fault of table.py in a copy of the headers, and demands that its test fails.

A test that does not compile has caught nothing. Without a fault every test must pass, and that is
tried first.
"""

import argparse
import concurrent.futures
import os
import pathlib
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


class Workshop:
    def __init__(self, folder, compiler):
        self.folder = folder
        self.compiler = compiler
        self.main = folder / "main.o"
        self.compile(ROOT / "tests/support/main.cpp", self.main, ROOT / "include")

    def compile(self, source, target, headers):
        flags = ["-std=c++20", "-O0", "-w", "-pthread", "-DASIO_STANDALONE",
                 '-DGATEWIRE_TEST_DATA_DIR="/nowhere"', f"-I{headers}",
                 f"-I{ROOT / 'tests/support'}"]
        if "clang" in self.compiler:
            # As the package's target sets them, see .cmake/gatewire-asio.cmake.
            flags += ["-DASIO_HAS_CO_AWAIT=1", "-DASIO_HAS_STD_COROUTINE=1"]
        subprocess.run([self.compiler, *flags, "-c", str(source), "-o", str(target)], check=True,
                       stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8",
                       errors="replace")

    def run_test(self, test, headers, name):
        """Compiles and runs a test file. @return whether it passed, and what it said."""
        built = self.folder / f"{name}.o"
        program = self.folder / name
        self.compile(ROOT / "tests" / test, built, headers)
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

    def check_passes(self, number, test):
        passed, said = self.run_test(test, ROOT / "include", f"good{number}")
        return None if passed else f"{test} fails without a fault: {said}"

    def check_caught(self, number, fault):
        """@return whether the fault was caught, and by what."""
        headers = self.folder / f"include{number}"
        shutil.copytree(ROOT / "include", headers)
        (headers / "gatewire" / fault.header).write_text(planted(fault), encoding="utf-8")
        try:
            passed, said = self.run_test(fault.test, headers, f"fault{number}")
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
                        help="do not try first that they pass without a fault")
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
        tests = [] if arguments.trust_tests else sorted({fault.test for fault in faults})
        failed += filter(None, pool.map(workshop.check_passes, range(len(tests)), tests))
        outcomes = pool.map(workshop.check_caught, range(len(faults)), faults)
        for fault, (is_caught, said) in zip(faults, outcomes):
            verdict = "caught" if is_caught else "MISSED"
            print(f"{verdict}  {fault.name}\n        {fault.test}: {said}", flush=True)
            if not is_caught:
                failed.append(f"missed: {fault.name}")
    print(*failed, sep="\n", end="\n" if failed else "")
    print(f"{len(faults)} faults, {len(failed)} problems, {time.monotonic() - begin:.0f} s")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
