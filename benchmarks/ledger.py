#!/usr/bin/env python3
# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT
"""What a program that uses the library costs: to compile, in ratios to the includes of its two
dependencies alone, and in bytes, by whose code they are.

Times vary and fail nothing. Sizes hardly do, so they have budgets, for the build that they name.
"""

import argparse
import collections
import concurrent.futures
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile

from harness import budgets, builds, machine

BUDGETS = pathlib.Path(__file__).with_name("ledger.json")
SEPARATE = "-DGATEWIRE_SEPARATE_COMPILATION"
UMBRELLA = "#include <gatewire/rpc.hpp>\n"
IMPLEMENTATION = re.compile(r"\bGATEWIRE_IMPLEMENTATION\b")

ENGINE = """struct engine {
    int add(int a, int b) { return a + b; }
    using rpc_table = rpc::table<rpc::method<"add", &engine::add>>;
};
"""
GATEWAY = """struct gateway {
    using rpc_table = rpc::table<rpc::remote<"add", int(int, int)>>;
};
"""
CLIENT = UMBRELLA + GATEWAY + """int main(int, char** arguments) {
    rpc::io_thread io;
    gateway g;
    rpc::client<gateway> client{io.get_executor(), g, {.address = arguments[1]}};
    client.start();
    return client.call<"add">(1, 2);
}
"""
SERVER = UMBRELLA + ENGINE + """int main(int, char** arguments) {
    rpc::io_thread io;
    engine e;
    rpc::server<engine> server{io.get_executor(), e, {.listen = {arguments[1]}}};
    server.start();
}
"""


class Way:
    """One translation unit: a name for the table, its text, and how it is compiled."""

    def __init__(self, name, text, *flags, single=False, goal=""):
        self.name, self.text, self.flags, self.goal = name, text, flags, goal
        self.folder = builds.ROOT / ("single_include" if single else "include")


def ways():
    hello = builds.HELLO.read_text(encoding="utf-8")
    part = "#include <gatewire/src_{}.hpp>\n"
    single = builds.ROOT / "single_include/gatewire/rpc.hpp"
    can_be_once = bool(IMPLEMENTATION.search(single.read_text(encoding="utf-8")))
    yield "base", Way("asio.hpp and nlohmann/json.hpp alone", builds.BASE)
    yield "hello", Way("hello, header-only", hello, goal="7, 2.4")
    yield "include", Way("the include alone", UMBRELLA + "int main() {}\n", goal="1.6")
    yield "client", Way("a client alone", CLIENT)
    yield "server", Way("a server alone", SERVER)
    yield "separate", Way("hello, the library compiled once", hello, SEPARATE, goal="1.15, 1")
    for side in ("client", "server", "common"):
        yield f"once_{side}", Way(f"the library, once, its part {side}", part.format(side),
                                  SEPARATE, goal="7")
    yield "single", Way("hello, single header", hello, single=True)
    yield "single_separate", Way(
        "hello, single header, the library compiled once", hello, SEPARATE,
        single=True, goal="1.15, 1") if can_be_once else None
    yield "single_once", Way(
        "the single header, once", "#define GATEWIRE_IMPLEMENTATION\n" + UMBRELLA, SEPARATE,
        single=True, goal="7") if can_be_once else None


def compile_all(compiler, folder, rounds, jobs, chosen):
    """Of every way seconds and megabytes by round; the ways take turns, some at a time."""
    measured = collections.defaultdict(list)
    for name, way in chosen.items():
        if way:
            (folder / f"{name}.cpp").write_text(way.text, encoding="utf-8")

    def compile_way(name):
        measured[name].append(builds.compile_once(
            compiler, folder / f"{name}.cpp", folder / f"{name}.o", *chosen[name].flags,
            headers=chosen[name].folder))

    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        for _ in range(rounds):
            list(pool.map(compile_way, [name for name, way in chosen.items() if way]))
    return measured


def show_ways(chosen, measured):
    print(f"{'compiled, -O2':48} {'CPU s':>7} {'ratio':>6} {'MB':>6} {'ratio':>6}  aim")
    base = measured["base"]
    for name, way in chosen.items():
        if way is None:
            print(f"{name:48} not yet possible")
            continue
        cells = []
        for place in (0, 1):
            figures = [one[place] for one in measured[name]]
            ratios = [one / other[place] for one, other in zip(figures, base)]
            cells += [statistics.median(figures), statistics.median(ratios)]
        print(f"{way.name:48} {cells[0]:7.2f} {cells[1]:6.2f} {cells[2]:6.0f} {cells[3]:6.2f}  "
              f"{way.goal}")


def owner(symbol):
    """Whose code a function is: by the namespace that it stands in. What std makes for a type of
    ours is std's. Of ours the folder follows, which the namespace is named after."""
    name = re.sub(r"operator(?:\(\)|<<=?|<=>|<=?|>>=?|>=?|->\*?|\s[\w:]+)", "operator", symbol)
    name = re.sub(r"\{[^{}]*\}|\(anonymous namespace\)", "here", name)
    shorter = None
    while shorter != name:
        name, shorter = re.sub(r"<[^<>]*>", "", name), name
    name = name.split("(", 1)[0].split("[", 1)[0].split()[-1]
    parts = name.split("::")
    if parts[0] == "rpc":
        known = parts[2] if len(parts) > 3 else ""
        known = {"codec": "json"}.get(known, known)
        is_folder = (builds.ROOT / "include/gatewire" / known).is_dir()
        return f"gatewire {known if known and is_folder else 'faces'}"
    return {"asio": "Asio", "nlohmann": "nlohmann", "std": "std",
            "__gnu_cxx": "std"}.get(parts[0], "the program")


def code_of(program):
    """Bytes of code and number of functions by owner."""
    listed = subprocess.run(["nm", "-S", "--size-sort", "-C", program], stdout=subprocess.PIPE,
                            text=True, check=True).stdout
    bytes_, functions = collections.Counter(), collections.Counter()
    for line in listed.splitlines():
        _, size, kind, symbol = line.split(" ", 3)
        if kind in "tTwW":
            whose = owner(symbol)
            bytes_[whose] += int(size, 16)
            functions[whose] += 1
    return bytes_, functions


def link(compiler, folder, name, *objects):
    program = folder / name
    subprocess.run([compiler, "-O2", *(folder / f"{one}.o" for one in objects), "-pthread", "-o",
                    program], check=True)
    bytes_, functions = code_of(program)
    subprocess.run(["strip", program], check=True)
    return program.stat().st_size, bytes_, functions


def show_code(bytes_, functions):
    print(f"\n{'code of hello, header-only':32} {'bytes':>8} {'functions':>10}")
    for whose, size in bytes_.most_common():
        print(f"{whose:32} {size:8} {functions[whose]:10}")
    print(f"{'all':32} {bytes_.total():8} {functions.total():10}")


def show_sizes(sizes, allowed):
    print(f"\n{'stripped':48} {'bytes':>8} {'budget':>8}")
    over = [name for name, size in sizes.items() if size > allowed.get(name, 0)]
    for name, size in sizes.items():
        print(f"{name:48} {size:8} {allowed.get(name, '-'):>8}{'  OVER' if name in over else ''}")
    return over


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--compiler", default="g++")
    parser.add_argument("--rounds", type=int, default=3, help="1 is enough for the sizes")
    parser.add_argument("--jobs", type=int, default=1, help="1 is best for the times")
    parser.add_argument("--update", action="store_true",
                        help=f"make the sizes, and {budgets.SLACK - 1:.0%}% more, the budgets")
    options = parser.parse_args()
    facts = machine.facts(builds.ROOT / "build", options.compiler)
    build = {name: facts[name] for name in ("compiler", "asio", "nlohmann_json")}
    allowed = budgets.Budgets(BUDGETS, build)
    chosen = dict(ways())
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        measured = compile_all(options.compiler, folder, options.rounds, options.jobs, chosen)
        linked = {"hello, header-only": ["hello"], "a client alone": ["client"],
                  "a server alone": ["server"],
                  "hello, the library compiled once": ["separate", "once_client", "once_server",
                                                       "once_common"]}
        sizes = {}
        for label, objects in linked.items():
            sizes[label], bytes_, functions = link(options.compiler, folder, "program", *objects)
            if label == "hello, header-only":
                code = bytes_, functions
    show_ways(chosen, measured)
    show_code(*code)
    if options.update:
        allowed.update(sizes)
    return allowed.verdict(show_sizes(sizes, allowed.of), sizes, "sizes")


if __name__ == "__main__":
    sys.exit(main())
