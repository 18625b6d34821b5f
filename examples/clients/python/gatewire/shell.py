# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT

"""The program `gatewire-py`: a server's methods and events from a shell.

    gatewire-py 127.0.0.1:2014 describe
    gatewire-py 127.0.0.1:2014 call add 1 2
    gatewire-py 127.0.0.1:2014 watch tick rb2405"""

from __future__ import annotations

import argparse
import difflib
import itertools
import json
import os
import sys
from typing import Any, Dict, List, Optional, Sequence, Tuple

from gatewire.client import Client, Contract, Gap, Options, RpcError, decode_json, type_name
from gatewire.version import __version__

# The program `gatewire` ends with the same.
OK, CALL_FAILED, USAGE, NOT_CONNECTED, TIMED_OUT, EVENTS_MISSED = range(6)
INTERRUPTED = 130

_CODE_OF_NAME = {
    "invalid_address": USAGE, "invalid_value": USAGE, "not_connected": NOT_CONNECTED,
    "connection_lost": NOT_CONNECTED, "connection_refused": NOT_CONNECTED,
    "protocol_violation": NOT_CONNECTED, "peer_silent": NOT_CONNECTED,
    "deadline_exceeded": TIMED_OUT}


class _Usage(Exception):
    """What was asked for cannot be."""


def _value(text: str) -> Any:
    """JSON where it is JSON, else the text as it stands."""
    try:
        return decode_json(text)
    except ValueError:
        return text


def _arguments(words: Sequence[str]) -> Tuple[List[Any], Dict[str, Any]]:
    """@raises _Usage  They go by position and by name."""
    named = [word.partition("=") for word in words if _is_named(word)]
    if named and len(named) != len(words):
        raise _Usage("arguments go by position or by name, not both")
    if len({name for name, _, _ in named}) != len(named):
        raise _Usage("an argument is given twice")
    return ([] if named else [_value(word) for word in words],
            {name: _value(text) for name, _, text in named})


def _is_named(word: str) -> bool:
    name, sign, _ = word.partition("=")
    return bool(sign) and name.isidentifier()


def _known(contract: Contract, name: str, kinds: Sequence[str]) -> None:
    """@raises _Usage  The server has none of this name."""
    names = [each for kind in kinds for each in getattr(contract, kind + "s")]
    if name not in names:
        near = difflib.get_close_matches(name, names, 1)
        hint = f", did you mean '{near[0]}'?" if near else f"; it has {', '.join(names) or 'none'}"
        raise _Usage(f"the server has no {' or '.join(kinds)} '{name}'{hint}")


def _print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False), flush=True)


def _rule(contract: Contract, schema: Any) -> str:
    """A type in some words, with the names of an enumeration."""
    name = type_name(schema)
    names = (contract.type_named(name) or schema or {}).get("enum", [])
    return f"{name}, one of {', '.join(names)}" if names else name


def tell_members(contract: Contract, schema: Any, indent: str = "  ",
                 outer: Sequence[str] = ()) -> None:
    """The members of a type, of those inside it and of what a list or an optional holds."""
    name = type_name(schema) if isinstance(schema, dict) and "$ref" in schema else ""
    parts = contract.type_named(name) if name and name not in outer else schema
    if not isinstance(parts, dict):
        return
    for member, part in parts.get("properties", {}).items():
        mark = "" if member in parts.get("required", []) else ", may be left out"
        print(f"{indent}{member}: {_rule(contract, part)}{mark}")
        tell_members(contract, part, indent + "  ", [*outer, name])
    for inner in [parts.get("items"), *parts.get("oneOf", []), *parts.get("anyOf", [])]:
        tell_members(contract, inner, indent, [*outer, name])


def _describe(client: Client, asked: argparse.Namespace) -> int:
    contract = client.discover()
    if not asked.name:
        for name in contract.methods:
            print(contract.signature(name))
        for name in contract.events:
            print("event", contract.event_line(name))
        return OK
    _known(contract, asked.name, ("method", "event"))
    if asked.name in contract.events:
        print("event", contract.event_line(asked.name))
        tell_members(contract, contract.events[asked.name].get("payload"))
        return OK
    print(contract.signature(asked.name))
    entry = contract.methods[asked.name]
    for each in entry.get("params", []):
        mark = "" if each.get("required") else ", may be left out"
        print(f"  {each['name']}: {_rule(contract, each.get('schema'))}{mark}")
        tell_members(contract, each.get("schema"), "    ")
    result = (entry.get("result") or {}).get("schema")
    print(f"  result: {type_name(result)}")
    tell_members(contract, result, "    ")
    return OK


def _call(client: Client, asked: argparse.Namespace) -> int:
    args, named = _arguments(asked.arguments)
    contract = client.discover()  # It checks the names and the number of the arguments.
    _known(contract, asked.method, ("method",))
    _print_json(client.call(asked.method, *args, **named))
    return OK


def _watch(client: Client, asked: argparse.Namespace) -> int:
    _known(client.discover(), asked.event, ("event",))
    for event in itertools.islice(client.events(asked.event, *asked.keys), asked.count):
        _print_json(event.data)
    return OK


def _count(text: str) -> int:
    count = int(text)
    if count < 1:
        raise ValueError
    return count


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="gatewire-py", description="Calls, describes and watches a gatewire server.",
        epilog="Ends with 0; 1: the call failed; 2: used wrongly; 3: no connection; 4: no answer "
               "in time; 5: events were missed.")
    parser.add_argument("--version", action="version", version=f"gatewire-py {__version__}")
    parser.add_argument("address", help="host:port, tls://host:port or unix:///path")
    parser.add_argument("--token", default=os.environ.get("GATEWIRE_TOKEN", ""),
                        help="what the server wants to be shown (GATEWIRE_TOKEN)")
    parser.add_argument("--timeout", type=float, default=10.0, help="seconds (10)")
    commands = parser.add_subparsers(dest="command", required=True)
    describe = commands.add_parser("describe", aliases=["list"], help="what the server serves")
    describe.add_argument("name", nargs="?", help="a method or an event, to see its members")
    describe.set_defaults(run=_describe)
    call = commands.add_parser("call", help="print a method's result",
                               epilog="Arguments are JSON, or texts: 1 two '[3]'; or a=1 b=2.")
    call.add_argument("method")
    call.add_argument("arguments", nargs="*", metavar="argument")
    call.set_defaults(run=_call)
    watch = commands.add_parser("watch", help="print an event's data as it comes, until Ctrl-C")
    watch.add_argument("event")
    watch.add_argument("keys", nargs="*", metavar="key", help="without, all of the event")
    watch.add_argument("-n", "--count", type=_count, help="end after so many")
    watch.set_defaults(run=_watch)
    return parser


def _run(asked: argparse.Namespace) -> int:
    gaps: List[Gap] = []

    def tell(gap: Gap) -> None:
        gaps.append(gap)
        print(f"gatewire-py: the events {gap.first} to {gap.last} may be missing: {gap.reason}",
              file=sys.stderr)

    address = asked.address if "://" in asked.address else "tcp://" + asked.address
    try:
        with Client(address, token=asked.token, options=Options(call_timeout=asked.timeout),
                    on_gap=tell) as client:
            client.wait_connected(asked.timeout, retry=False)
            code: int = asked.run(client, asked)
    except KeyboardInterrupt:
        code = OK if asked.run is _watch else INTERRUPTED
    return EVENTS_MISSED if gaps and code == OK else code


def main(words: Optional[Sequence[str]] = None) -> int:
    """@return The program's exit code."""
    asked = _parser().parse_args(words)
    try:
        code = _run(asked)
        sys.stdout.flush()  # Here, where a reader that is gone is no surprise.
        return code
    except _Usage as problem:
        print(f"gatewire-py: {problem}", file=sys.stderr)
        return USAGE
    except RpcError as error:
        data = "" if error.data is None else " " + json.dumps(error.data, ensure_ascii=False)
        print(f"gatewire-py: {error}{data}", file=sys.stderr)
        was_checked_here = error.name == "invalid_params" and error.outcome == "not_sent"
        return USAGE if was_checked_here else _CODE_OF_NAME.get(error.name, CALL_FAILED)
    except BrokenPipeError:  # Whoever read the output has enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK


if __name__ == "__main__":
    sys.exit(main())
