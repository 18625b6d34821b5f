# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT
"""Where the instructions of a path go, by the source of the line that they were made from."""

import collections
import re
import subprocess
import sys
import tempfile

# The first pattern that is found decides; what is inlined counts where its line stands.
OF_FUNCTION = [
    ("memory", r"^(malloc|free|calloc|realloc|_int_|operator (new|delete)|unlink_chunk|tcache)"),
    ("copies and compares of bytes", r"^(mem(cpy|move|set|cmp|chr)|__mem|str(len|cmp)|__str)"),
    ("locks", r"pthread_(mutex|cond|rwlock)|lll_|^std::(mutex|unique_lock|lock_guard)"),
    ("clocks", r"^(__)?(vdso_)?clock_gettime|^gettimeofday|^std::chrono::_V2::\w+::now"),
    ("system calls", r"^(__)?(recv|send|read|write|epoll|poll|eventfd|timerfd|__libc_|ioctl)"),
]
OF_FILE = [
    ("the benchmark's own engine and handler", r"/benchmarks/"),
    ("envelopes", r"gatewire/(json/(envelope|message|fast_message|strict_message)|protocol/"
                  r"(response_writer|messages|client_requests|protocol_impl))"),
    ("values as JSON", r"gatewire/(wire/json|json|key|json_text)|nlohmann"),
    ("buffers and frames", r"gatewire/wire/"),
    ("write queue", r"gatewire/session/(write_queue|write_batch)"),
    ("locks", r"gatewire/session/optional_mutex|bits/(std_mutex|unique_lock)|gthr-|std/mutex"),
    ("strand", r"gatewire/session/serial_(queue|executor)"),
    ("timers", r"gatewire/session/timer|asio/.*timer"),
    ("promises: kept requests and answers, limits, deadlines (protocol/)", r"gatewire/protocol/"),
    ("sessions (session/)", r"gatewire/(session|detail|log|limits|statistics|session_)"),
    ("methods, arguments, completion (typed/)", r"gatewire/"),
    ("Asio", r"/asio"),
    ("clocks", r"/chrono"),
    ("std::string", r"bits/(basic_string|char_traits|string_view)|string_view$"),
    ("shared_ptr", r"bits/shared_ptr|ext/atomicity|bits/atomic_base"),
    ("std::vector, std::deque, std::function and the rest of std", r"/c\+\+/"),
]
SYSTEM = "the C library"


def category(function, file):
    for name, pattern in OF_FUNCTION:
        if re.search(pattern, function):
            return name
    for name, pattern in OF_FILE:
        if re.search(pattern, file):
            return name
    return SYSTEM


def costs(lines):
    """The instructions of each category, from the lines of callgrind's file."""
    counted = collections.Counter()
    names = {}
    function = file = ""
    is_call = False

    def named(kind, text):
        # "(12) name" says what "(12)" alone stands for later on.
        number, _, name = text.partition(" ")
        if name:
            names[kind, number] = name
        return names.get((kind, number), text)

    for line in lines:
        line = line.rstrip("\n")
        if is_call:
            is_call = False     # the cost of what was called, which is counted there
        elif line.startswith("calls="):
            is_call = True
        elif found := re.match(r"(fl|fi|fe|fn|cfi|cfl|cfn)=(.*)", line):
            what = found[1]
            name = named("function" if what.endswith("fn") else "file", found[2])
            if what == "fn":
                function = name
            elif not what.startswith("c"):
                file = name
        elif found := re.match(r"[+\-*]?\d* (\d+)$", line):
            counted[category(function, file)] += int(found[1])
    return counted


def of_runs(program, path, times):
    with tempfile.TemporaryDirectory() as folder:
        kept = f"{folder}/callgrind.out"
        result = subprocess.run(
            ["valgrind", "--tool=callgrind", f"--callgrind-out-file={kept}", program, path,
             str(times), folder],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, timeout=300, check=False)
        if result.returncode:
            sys.exit(f"{path} failed under callgrind:\n{result.stderr}")
        with open(kept, encoding="utf-8") as lines:
            return costs(lines)


def per_run(program, path, few, many):
    before = of_runs(program, path, few)
    after = of_runs(program, path, many)
    return {name: (cost - before[name]) / (many - few) for name, cost in after.items()}


def table(paths, counts):
    """A table in Markdown: a line for each category, a column for each path."""
    names = sorted({name for count in counts for name in count},
                   key=lambda name: -counts[0].get(name, 0))
    lines = ["| instructions of a run | " + " | ".join(f"`{path}`" for path in paths) + " |",
             "| --- |" + " ---: |" * len(paths)]
    for name in names:
        cells = [count.get(name, 0) for count in counts]
        if max(cells) >= 1:
            lines.append(f"| {name} | " + " | ".join(f"{cell:,.0f}" for cell in cells) + " |")
    sums = [sum(count.values()) for count in counts]
    lines.append("| all | " + " | ".join(f"{cell:,.0f}" for cell in sums) + " |")
    return "\n".join(lines)
