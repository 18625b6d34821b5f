#!/usr/bin/env python3
# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT
"""Builds the fuzz targets with Clang's libFuzzer, address and undefined behaviour sanitizers, and
lets each run for a time, from the seeds in corpus/. An input that fails stays in the folder of the
run; make a named case of it, or a seed."""

import argparse
import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]


def build(compiler, name, folder):
    program = folder / name
    subprocess.run(
        [compiler, "-std=c++20", "-O1", "-g1", "-w", "-DASIO_STANDALONE", "-DASIO_HAS_CO_AWAIT=1",
         "-DASIO_HAS_STD_COROUTINE=1", "-fsanitize=fuzzer,address,undefined",
         "-fno-sanitize-recover=all", f"-I{ROOT / 'include'}", f"-I{ROOT / 'tests/support'}",
         str(HERE / f"{name}_fuzz.cpp"), "-o", str(program)], check=True)
    return program


def run(arguments, name):
    """@return whether nothing was found, and libFuzzer's last words."""
    folder = arguments.folder / name
    found = folder / "found"
    found.mkdir(parents=True, exist_ok=True)
    try:
        program = build(arguments.compiler, name, folder)
    except subprocess.CalledProcessError:
        return False, "it does not compile"
    # The sanitizer keeps freed memory for a while; with little of that the limit is meaningful.
    environment = {**os.environ, "ASAN_OPTIONS": "quarantine_size_mb=16"}
    done = subprocess.run(
        [str(program), str(found), str(HERE / "corpus" / name), "-max_len=4096", "-timeout=1",
         "-rss_limit_mb=256", f"-max_total_time={arguments.seconds}", "-print_final_stats=1",
         f"-artifact_prefix={folder}/"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, encoding="utf-8", errors="replace", env=environment, check=False)
    if done.returncode != 0:
        return False, done.stdout[-4000:]
    runs = re.search(r"stat::number_of_executed_units:\s*(\d+)", done.stdout)
    reached = re.findall(r"cov: (\d+)", done.stdout)
    return True, f"{runs.group(1) if runs else '?'} runs, {reached[-1] if reached else '?'} edges"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--compiler", default="clang++")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--folder", type=pathlib.Path, default=ROOT / "build/fuzz")
    parser.add_argument("names", nargs="*")
    arguments = parser.parse_args()
    names = arguments.names or sorted(path.name.removesuffix("_fuzz.cpp")
                                      for path in HERE.glob("*_fuzz.cpp"))
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        for name, (is_good, said) in zip(names, pool.map(lambda one: run(arguments, one), names)):
            print(f"{name:10} {'nothing found' if is_good else 'FAILED'}: {said}", flush=True)
            failed += not is_good
    print(f"{len(names) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
