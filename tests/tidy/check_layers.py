#!/usr/bin/env python3
# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT
"""Compares every include line of the library with the layer picture, which stands here as data.

Arrows point down only. A file directly in include/gatewire is public; one in a sub-folder is not.
"""

import argparse
import pathlib
import re
import sys
from dataclasses import dataclass

import source


@dataclass(frozen=True)
class Group:
    """Files that follow one rule. The first group whose pattern matches a path owns it."""
    name: str
    level: int
    files: str                      # pattern for paths below include/gatewire
    may_include: tuple              # names of groups; a group may always include itself
    external: tuple = ()            # which of the libraries: "asio", "json", ...
    pure: bool = False              # no clocks and no threads, so that tests decide the time


GROUPS = (
    Group("table", 1, r"table\.hpp|detail/table_.*", ("base",), pure=True),
    Group("base", 0, r"(error|options|limits|version|enum_names|default_members|log|caller"
                     r"|credentials|json_text|key|observer|server_stats|session_(end|info|stats)"
                     r"|spin|target|timeout|traceparent)\.hpp"
                     r"|detail/.*", ()),
    Group("json", 1, r"json/.*", ("base", "wire"), external=("json",), pure=True),
    # Where the codec was once, for programs that use it by itself.
    Group("moved", 2, r"wire/json/.*", ("json",)),
    Group("wire", 1, r"wire/.*", ("base",), external=("json",), pure=True),
    # The dynamic value is a part of some messages: an error's data, an id, a description.
    Group("protocol", 2, r"protocol/.*", ("base", "wire", "json", "table"), external=("json",),
          pure=True),
    Group("session", 3, r"session/.*", ("base", "wire", "json", "table", "protocol"),
          external=("asio",)),
    # Where the types of the user's engine and gateway meet the sessions, which know none.
    Group("typed", 4, r"typed/(?!dynamic_client_impl).*",
          ("base", "wire", "json", "table", "protocol", "session"),
          external=("asio", "json")),
    Group("faces", 5, r"(client|dynamic_client(_impl)?|server|io_thread|openrpc|serve)\.hpp",
          ("base", "wire", "json", "table", "protocol", "session", "typed"),
          external=("asio", "json")),
    # The world of tests stands where the system's sockets and clock stand otherwise.
    Group("testing", 5, r"(testing|fault_proxy)\.hpp|testing/.*", ("base", "protocol", "session"),
          external=("asio",)),
    # Optional, and so not under the umbrella: whoever includes it needs OpenSSL.
    Group("tls", 5, r"tls\.hpp|tls/.*", ("base", "protocol", "session"),
          external=("asio", "openssl")),
    # The same for NATS: the faces over a broker, with what they need below them.
    Group("nats", 5, r"nats\.hpp|nats/.*",
          ("base", "wire", "json", "table", "protocol", "session", "typed"),
          external=("asio", "json", "nats")),
    Group("umbrella", 6, r"rpc\.hpp", ("base", "table", "faces", "source"), external=("json",)),
    # What programs that choose so compile once; see GATEWIRE_SEPARATE_COMPILATION.
    Group("source", 6, r"src(_\w+)?\.hpp",
          ("base", "json", "protocol", "session", "typed", "faces")),
)

# Of a whole group only these files may be included from there.
ONLY = {
    # The two halves of the wire layer stay apart; both write into the same buffer.
    ("json", "wire"): {"wire/buffer.hpp"},
}

# Two faces of one connection: each must be usable without the other.
NEVER = {("client.hpp", "server.hpp"), ("server.hpp", "client.hpp")}

EXCEPTIONS = {
    # options.worker is an executor: where offloaded methods run is the user's choice. The
    # protocol layer takes limits.hpp, which knows no Asio, instead of the options.
    ("options.hpp", "asio/any_io_executor.hpp"),
    # error::data() is what the peer sent, whatever that is: the dynamic value is its type.
    ("detail/json_declared.hpp", "nlohmann/json_fwd.hpp"),
    ("detail/json_declared.hpp", "nlohmann/json.hpp"),
    ("detail/error_impl.hpp", "nlohmann/json.hpp"),
    ("session/gateway_batch.hpp", "nlohmann/json.hpp"),
    # Programs may count on it, save where the library is compiled once.
    ("rpc.hpp", "nlohmann/json.hpp"),
}

# Declarations and the functions that one source of a program may hold for all others: the second
# is included by the first, at its end.
HALVES = {
    ("error.hpp", "detail/error_impl.hpp"),
    ("detail/thrown.hpp", "detail/thrown_impl.hpp"),
    ("dynamic_client.hpp", "dynamic_client_impl.hpp"),
    ("protocol/service.hpp", "protocol/protocol_impl.hpp"),
    ("protocol/statistics.hpp", "protocol/protocol_impl.hpp"),
    ("session/loop_thread.hpp", "session/loop_thread_impl.hpp"),
    ("typed/describe_table.hpp", "typed/describe_table_impl.hpp"),
    ("typed/openrpc_document.hpp", "typed/openrpc_document_impl.hpp"),
    ("typed/params.hpp", "typed/params_impl.hpp"),
    ("json/describe.hpp", "json/describe_impl.hpp"),
    ("json/description.hpp", "json/description_impl.hpp"),
    ("json/dynamic.hpp", "json/dynamic_impl.hpp"),
    ("json/fast_scalar.hpp", "json/fast_scalar_impl.hpp"),
    ("json/message.hpp", "json/strict_message_impl.hpp"),
    ("json/number.hpp", "json/text_impl.hpp"),
    ("json/string.hpp", "json/text_impl.hpp"),
    ("json/strict_reader.hpp", "json/strict_reader_impl.hpp"),
    ("json/write_scalar.hpp", "json/write_impl.hpp"),
}

THREADS = {"thread", "mutex", "shared_mutex", "condition_variable", "future", "stop_token",
           "semaphore", "latch", "barrier"}
EXTERNAL = {"asio": re.compile(r"asio(\.hpp|/.*)"), "json": re.compile(r"nlohmann/.*"),
            "openssl": re.compile(r"openssl/.*"), "nats": re.compile(r"nats/.*")}
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.MULTILINE)
CLOCK = re.compile(r"::\s*now\s*\(")


def group_of(path):
    return next((group for group in GROUPS if re.fullmatch(group.files, path)), None)


def library_of(name):
    return next((lib for lib, pattern in EXTERNAL.items() if pattern.fullmatch(name)), None)


class Tree:
    """All headers, their include lines, and what was found wrong with them."""

    def __init__(self, folder):
        self.texts = {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
                      for path in sorted(folder.rglob("*.hpp"))}
        self.own = {path: set() for path in self.texts}     # paths below include/gatewire
        self.asio_by_itself = set()
        self.problems = []

    def report(self, path, line, sentence):
        self.problems.append(f"include/gatewire/{path}:{line}: {sentence}")

    def check(self):
        for path, text in self.texts.items():
            group = group_of(path)
            if group is None:
                self.report(path, 1, "belongs to no layer; add it to check_layers.py")
            else:
                self.check_file(path, group, source.without_comments(text))
        self.check_cycles()
        self.check_hidden_asio()
        return self.problems

    def check_file(self, path, group, text):
        for match in INCLUDE.finditer(text):
            line = source.line_number(text, match.start())
            self.check_include(path, group, line, *match.groups())
        if group.pure:
            for match in CLOCK.finditer(source.code_only(text)):
                line = source.line_number(text, match.start())
                self.report(path, line, f"{group.name} reads a clock; time enters as an argument")

    def check_include(self, path, group, line, bracket, name):
        if bracket == '"':
            self.report(path, line, "own headers are included as <gatewire/...>")
        elif name.startswith("gatewire/"):
            self.check_own(path, group, line, name.removeprefix("gatewire/"))
        elif library_of(name):
            if library_of(name) == "asio":
                self.asio_by_itself.add(path)
            if library_of(name) not in group.external and (path, name) not in EXCEPTIONS:
                self.report(path, line, f"{group.name} must not include <{name}>")
        elif group.pure and name in THREADS:
            self.report(path, line, f"{group.name} must not know threads: <{name}>")

    def check_own(self, path, group, line, name):
        other = group_of(name)
        if name not in self.texts or other is None:
            self.report(path, line, f"<gatewire/{name}> does not exist")
            return
        self.own[path].add(name)
        if other != group and other.name not in group.may_include:
            self.report(path, line, f"{group.name} must not include {other.name}: {name}")
        allowed = ONLY.get((group.name, other.name))
        if allowed is not None and name not in allowed:
            self.report(path, line, f"{group.name} may include of {other.name} only "
                                    f"{', '.join(sorted(allowed))}, not {name}")
        if (path, name) in NEVER:
            self.report(path, line, f"{path} must not include {name}")
        if group.name == "umbrella" and "/" in name:
            self.report(path, line, f"the umbrella includes public headers only, not {name}")

    def check_cycles(self):
        finished = set()

        def visit(path, trail):
            if path in trail:
                cycle = " -> ".join([*trail[trail.index(path):], path])
                self.report(path, 1, f"include cycle: {cycle}")
            elif path not in finished:
                for name in sorted(self.own[path]):
                    if (name, path) in HALVES:
                        continue
                    visit(name, [*trail, path])
                finished.add(path)

        for path in self.own:
            visit(path, [])

    def check_hidden_asio(self):
        """Asio must not arrive below its layer through another own header either."""
        for path in self.own:
            group = group_of(path)
            if group is None or not group.pure:
                continue
            reached, waiting = set(), [path]
            while waiting:
                for name in self.own[waiting.pop()] - reached:
                    reached.add(name)
                    waiting.append(name)
            for name in sorted(reached & self.asio_by_itself):
                self.report(path, 1, f"{group.name} reaches Asio through {name}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=pathlib.Path, default=source.ROOT)
    problems = Tree(parser.parse_args().root / "include/gatewire").check()
    print(*problems, sep="\n", end="\n" if problems else "")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
