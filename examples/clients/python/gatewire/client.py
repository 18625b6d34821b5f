# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT

"""The client of gatewire servers; `gatewire` has its names.

The parts, from the bottom: `Core` is the protocol as a value, bytes and time go in, bytes and
completions come out; `_Driver` carries out on an asyncio loop what it says; `AsyncClient` and
`Client` are its faces, the latter with a thread for the loop and one for handlers."""

from __future__ import annotations

import asyncio
import concurrent.futures
import dataclasses
import difflib
import enum
import functools
import heapq
import inspect
import json
import logging
import numbers
import os
import random
import ssl
import struct
import threading
import time
from collections import deque
from typing import (Any, AsyncIterator, Awaitable, Callable, Deque, Dict, Iterable, Iterator, List,
                    NamedTuple, Optional, Sequence, Set, Tuple, Type, Union)

__all__ = ["AsyncClient", "Client", "Contract", "Core", "Event", "Gap", "Options", "Request",
           "RpcError", "SessionInfo"]

PROTOCOL_VERSION = 1
PART_SIZE_MAX = 1 << 16  # bytes of keys that one request holds
ACK_ANSWERS, ACK_BYTES = 64, 64 << 10  # So many answers are told to the server at the latest.
NEVER = float("inf")
HEARTBEAT_MIN = 0.001  # Or it would do nothing else.
DEPTH_MAX = 62  # Of arguments: servers read 64 levels, and a batch has two of its own.

log = logging.getLogger("gatewire")
Params = Union[List[Any], Dict[str, Any]]


# --- errors and values ----------------------------------------------------------------------------

_NAME_OF_CODE = {
    -32700: "invalid_request", -32600: "invalid_request", -32601: "method_not_found",
    -32602: "invalid_params", -32603: "internal_error", -32001: "unauthenticated",
    -32002: "forbidden", -32003: "deadline_exceeded", -32004: "cancelled", -32005: "overloaded",
    -32006: "shutting_down", -32007: "key_conflict", -32008: "answer_too_large",
    -32009: "outcome_unknown"}
_CODE_OF_NAME = {name: code for code, name in _NAME_OF_CODE.items()}
# A server that answers a hello like this answers the next one likewise.
_REFUSALS = frozenset({"unauthenticated", "forbidden", "contract_mismatch", "method_not_found",
                       "invalid_params", "invalid_request"})
# These are sent before anything ran; -32009 says that nobody knows.
_OUTCOME_OF_CODE = {-32003: "not_sent", -32005: "not_sent", -32006: "not_sent",
                    -32009: "may_have_run"}


class RpcError(Exception):
    """Why a call failed.

    `code` is the JSON-RPC code, for errors of this side the nearest one, or 0 where none is near:
    a lost connection has no code. `name` is what it means, as in `rpc::errc` ("deadline_exceeded",
    "connection_lost", "engine_error", ...). `outcome` says what the call may have done: "not_sent"
    (safe to repeat), "may_have_run" (ask before repeating) or "failed" (the server answered).
    `data` is what the server added."""

    def __init__(self, name: str, message: str, outcome: str = "failed",
                 code: Optional[int] = None, data: Any = None) -> None:
        super().__init__(message)
        self.name = name
        self.message = message
        self.outcome = outcome
        self.code = _CODE_OF_NAME.get(name, 0) if code is None else code
        self.data = data

    def __reduce__(self) -> Tuple[Any, ...]:
        """Pools of processes hand errors on by this: they make it anew by its arguments."""
        return type(self), (self.name, self.message, self.outcome, self.code, self.data)

    def __str__(self) -> str:
        code = f"{self.code}, " if self.code else ""
        return f"{self.name} ({code}{self.outcome}): {self.message}"

    @classmethod
    def from_peer(cls, error: Any, method: str = "") -> RpcError:
        """The error object of the answer to a call of `method`."""
        error = error if isinstance(error, dict) else {}
        code = error.get("code")
        code = code if type(code) is int else -32603
        text = str(error.get("message", ""))
        if code == -32601 and f"'{method}'" not in text:
            text += f": '{method}'"
        return cls(_NAME_OF_CODE.get(code, "engine_error"), text,
                   _OUTCOME_OF_CODE.get(code, "failed"), code, error.get("data"))


class Event(NamedTuple):
    """Something that the server published; `seq` numbers all events of a run of the server."""
    name: str
    seq: int
    data: Any


class Gap(NamedTuple):
    """Events that were missed for good: from `first` to `last`, and why."""
    first: int
    last: int
    reason: str


class SessionInfo(NamedTuple):
    """A connection that works. `resumed`: the session before goes on, and nothing was missed but
    what a gap tells. `position` is the newest event's number."""
    address: str
    session: str
    epoch: str
    resumed: bool
    position: int


class Request:
    """One call of a batch: `Request("add", 1, 2)` or `Request("add", a=1, b=2)`."""

    def __init__(self, method: str, /, *args: Any, **named: Any) -> None:
        self.method = method
        self.params = _params_of(args, named)


@dataclasses.dataclass
class Options:
    """What a client waits for, in seconds, and its limits. Every one is on by default."""
    call_timeout: float = 30.0        # of a call, waiting for a connection included
    connect_timeout: float = 10.0     # of connecting, and of the hello
    heartbeat: float = 5.0            # rest before a ping; the server's wish wins if shorter
    heartbeat_timeout: float = 15.0   # a server that is silent so long is given up
    backoff_min: float = 0.05         # the first pause before connecting again is at most this,
    # a later one twice the one before, and at most this, which it is at once where the server
    # refuses this client
    backoff_max: float = 5.0
    frame_size_max: int = 16 << 20    # bytes of a frame from the server
    calls_pending_max: int = 65_536   # calls that have not ended
    queue_size_max: int = 32 << 20    # bytes of calls that wait to be sent
    events_waiting_max: int = 100_000  # events that nobody has taken yet; more become a gap
    chance: Callable[[], float] = random.random  # draws the pauses, from 0 to 1

    def checked(self) -> Options:
        """The same as they can be used.
        @raises RpcError  One of them is no time, or no limit."""
        times = {}
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            if isinstance(field.default, float):
                times[field.name] = _seconds(value, field.name)
            elif field.name != "chance" and (not _is_number(value) or value < 0):
                raise _invalid(f"{field.name} is no limit: {value!r:.40}")
        return dataclasses.replace(self, **times)


def _params_of(args: Sequence[Any], named: Dict[str, Any]) -> Params:
    if args and named:
        raise TypeError("arguments go by position or by name, not both")
    return dict(named) if named else list(args)


# --- strict JSON ----------------------------------------------------------------------------------

def _unique(pairs: List[Tuple[str, Any]]) -> Dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member stands twice")
    return members


def _finite(text: str) -> float:
    number = float(text)
    if number - number != 0:
        raise ValueError(f"the number {text} is out of range")
    return number


def _no_constant(text: str) -> Any:
    raise ValueError(f"{text} is no JSON")


_decoder = json.JSONDecoder(object_pairs_hook=_unique, parse_float=_finite,
                            parse_constant=_no_constant)


def decode_json(text: str) -> Any:
    """@raises ValueError  It is no JSON, or JSON that other readers take for something else."""
    return _decoder.decode(text)


def _plain(value: Any) -> Any:
    """Objects by their members, enumerations by their names, as gatewire servers have them."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    if isinstance(value, enum.Enum):
        return value.name
    raise TypeError(f"{type(value).__name__} has no JSON form")


_encoder = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"),
                            default=_plain)


def _invalid(text: str) -> RpcError:
    return RpcError("invalid_value", text, "not_sent")


def _encode(value: Any) -> bytes:
    try:
        return _encoder.encode(value).encode()
    except (TypeError, ValueError, RecursionError) as problem:
        raise _invalid(_why(problem)) from None


def _why(problem: Exception) -> str:
    if isinstance(problem, UnicodeEncodeError):
        return f"a text has half of a surrogate pair: {problem.object[:40]!a}"
    return "nested too deep" if isinstance(problem, RecursionError) else str(problem)


def _check_shape(value: Any, depth: int = 0) -> None:
    """@raises RpcError  A server could not read it: members of one name, as 1 and "1" are in JSON,
    or what is nested too deep, as every circle is."""
    if value is None or isinstance(value, (str, int, float)):
        return
    if isinstance(value, dict):
        _check_names(value)
        inner: Iterable[Any] = value.values()
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        inner = [getattr(value, each.name) for each in dataclasses.fields(value)]
    elif isinstance(value, (list, tuple)):
        inner = value
    else:
        return  # Encoding it says the rest.
    if depth == DEPTH_MAX:
        raise _invalid(f"the arguments are nested more than {DEPTH_MAX} deep")
    for each in inner:
        _check_shape(each, depth + 1)


def _check_names(members: Dict[Any, Any]) -> None:
    if all(type(name) is str for name in members):
        return
    names = set()
    for name in members:
        if isinstance(name, str):
            names.add(str.__str__(name))
        elif name is None or isinstance(name, (int, float)):
            names.add(_encode(name).decode())
        else:
            raise _invalid(f"the name of a member is no text: {name!r:.40}")
    if len(names) != len(members):
        raise _invalid("two members of a dict have one name in JSON")


def _text(value: Any, what: str) -> str:
    """@raises RpcError  It is no text, or none that can be sent."""
    if not isinstance(value, str):
        raise _invalid(f"{what} is no text: {value!r:.40}")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise _invalid(f"{what} has half of a surrogate pair") from None
    return value


def _is_number(value: Any) -> bool:
    return isinstance(value, numbers.Real) and not isinstance(value, bool) and value == value


def _seconds(value: Any, what: str) -> float:
    """@raises RpcError  It is no time. Less than none is none, and very long is centuries."""
    if not _is_number(value) or not -NEVER < value < NEVER:
        raise _invalid(f"{what} is no time in seconds: {value!r:.40}")
    return float(min(max(0, value), threading.TIMEOUT_MAX))


def _frame(body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + body


_OTHER_PROTOCOLS = {b"HTTP": "HTTP", b"<!DO": "HTTP", b"<htm": "HTTP", b"SSH-": "SSH",
                    b"\x15\x03": "TLS", b"INFO": "NATS", b"-ERR": "Redis", b"220 ": "FTP or SMTP"}


class FrameReader:
    """Cuts the bytes of a connection into frames."""

    def __init__(self, size_max: int) -> None:
        self.size_max = size_max
        self._bytes = bytearray()

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The bodies of the frames that are whole now.

        @raises RpcError  A length is over the limit; nothing can follow it."""
        self._bytes += data
        begin = 0
        try:
            while len(self._bytes) - begin >= 4:
                size, = struct.unpack_from(">I", self._bytes, begin)
                if size > self.size_max:
                    raise self._refusal(size, bytes(self._bytes[begin:begin + 4]))
                if len(self._bytes) - begin - 4 < size:
                    break
                body = bytes(self._bytes[begin + 4:begin + 4 + size])
                begin += 4 + size
                yield body
        finally:
            del self._bytes[:begin]

    def _refusal(self, size: int, words: bytes) -> RpcError:
        """Such a length is most often another protocol's first words."""
        for begin, protocol in _OTHER_PROTOCOLS.items():
            if words.startswith(begin):
                hint = "; its address begins with tls://" if protocol == "TLS" else ""
                return RpcError("frame_too_large", f"the server speaks {protocol}, not gatewire's "
                                f"protocol{hint}")
        return RpcError("frame_too_large", f"the server sent a frame of {size} bytes, over the "
                        f"limit of {self.size_max}")


# --- what a server serves -------------------------------------------------------------------------

class Contract:
    """An OpenRPC document, as `rpc.discover` answers it, and what can be checked by it."""

    def __init__(self, document: Dict[str, Any]) -> None:
        self.document = document
        self.methods: Dict[str, Dict[str, Any]] = {
            each["name"]: each for each in document.get("methods", [])
            if not each["name"].startswith("rpc.")}
        self.events: Dict[str, Dict[str, Any]] = {
            each["name"]: each for each in document.get("x-events", [])}

    def check(self, method: str, params: Params) -> None:
        """@raises RpcError  The server would refuse this call: its name, or number or names of its
        arguments."""
        if method.startswith("rpc."):
            return
        if method not in self.methods:
            near = difflib.get_close_matches(method, self.methods, 1)
            hint = f"; did you mean '{near[0]}'?" if near else ""
            raise RpcError("method_not_found", f"the server has no method '{method}'{hint}",
                           "not_sent")
        wanted = self.methods[method].get("params", [])
        required = [each["name"] for each in wanted if each.get("required")]
        if isinstance(params, dict):
            if self.methods[method].get("paramStructure") == "by-position":
                raise RpcError("invalid_params", f"{self.signature(method)} takes its arguments by "
                               "position only", "not_sent")
            self._check_names(method, params, [each["name"] for each in wanted], required)
        elif not len(required) <= len(params) <= len(wanted):
            count = str(len(wanted)) if len(required) == len(wanted) else \
                f"{len(required)} to {len(wanted)}"
            raise RpcError("invalid_params", f"{self.signature(method)} takes {count} arguments, "
                           f"not {len(params)}", "not_sent")

    def _check_names(self, method: str, params: Dict[str, Any], known: List[str],
                     required: List[str]) -> None:
        strange = [name for name in params if name not in known]
        missing = [name for name in required if name not in params]
        if strange:
            raise RpcError("invalid_params", f"{self.signature(method)} has no parameter "
                           f"'{strange[0]}'", "not_sent")
        if missing:
            raise RpcError("invalid_params", f"{self.signature(method)} needs the argument "
                           f"'{missing[0]}'", "not_sent")

    def signature(self, method: str) -> str:
        """The method as a person writes it: `add(a: integer, b: integer) -> integer`."""
        entry = self.methods[method]
        params = ", ".join(f"{each['name']}: {type_name(each.get('schema', {}))}"
                           for each in entry.get("params", []))
        result = entry.get("result") or {}
        return f"{method}({params}) -> {type_name(result.get('schema', {}))}"

    def event_line(self, event: str) -> str:
        """`tick: tick (keyed, latest)`"""
        entry = self.events[event]
        marks = ", ".join(word for word in ("keyed", "latest") if entry.get(word))
        return f"{event}: {type_name(entry.get('payload', {}))}" + (f" ({marks})" if marks else "")

    def type_named(self, name: str) -> Dict[str, Any]:
        """The schema of a type that signatures name; empty where there is none."""
        found: Dict[str, Any] = self.document.get("components", {}).get("schemas", {}).get(name, {})
        return found


def type_name(schema: Any) -> str:
    """A JSON Schema in a word or some: `integer`, `[order]`, `string or null`."""
    if not isinstance(schema, dict):
        return "any"
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    for word in ("oneOf", "anyOf"):
        if word in schema:
            return " or ".join(type_name(each) for each in schema[word])
    if schema.get("type") == "array":
        return f"[{type_name(schema.get('items', {}))}]"
    if isinstance(schema.get("type"), list):
        return " or ".join(str(each) for each in schema["type"])
    return str(schema.get("type", "any"))


# --- the protocol as a value ----------------------------------------------------------------------

Waiter = Callable[[Any, Optional[RpcError]], None]


class Call:
    """A call on its way. `waiter` is whoever made it; the core hands it back and never runs it."""

    def __init__(self, method: str, params: Params, timeout: float,
                 waiter: Optional[Waiter] = None, *, key: Optional[str] = None,
                 epoch: Optional[str] = None, idempotent: bool = False,
                 is_notification: bool = False) -> None:
        self.method = _text(method, "the method's name")
        _check_shape(params)
        self.text = (b'{"jsonrpc":"2.0","method":' + _encode(method) + b',"params":' +
                     _encode(params))
        self.timeout = _seconds(timeout, "timeout")
        self.waiter = waiter
        self.extras: Dict[str, str] = {name: _text(value, name) for name, value in
                                       (("key", key), ("epoch", epoch)) if value is not None}
        if key == "":
            raise _invalid("key is empty")
        self.is_idempotent = idempotent
        self.is_notification = is_notification
        self.is_sent = self.is_waiting = False
        self.before: Optional[_Wish] = None  # what was wanted, where this changes it
        self.id = 0
        self.order = 0
        self.deadline = NEVER

    def encode(self, now: float) -> bytes:
        if self.is_notification:
            return self.text + b"}"
        left = -int(-min(max(0, self.deadline - now), 4_294_967) * 1000 // 1)
        options = _encode({"timeout_ms": left, **self.extras})
        return self.text + b',"rpc":' + options + b',"id":' + str(self.id).encode() + b"}"


class Completed(NamedTuple):
    """A call has ended, with a result or with an error."""
    call: Call
    result: Any
    error: Optional[RpcError]


class Connected(NamedTuple):
    info: SessionInfo


class Disconnected(NamedTuple):
    error: RpcError


class Failed(NamedTuple):
    """A try to connect failed; the next one comes after `pause` seconds. `is_known`: the server
    refused this client for the same reason the time before."""
    error: RpcError
    pause: float
    is_known: bool = False


News = Union[Completed, Event, Gap, Connected, Disconnected, Failed]


class _Wish:
    """What is wanted of one event."""

    def __init__(self) -> None:
        self.is_whole = False
        self.keys: Set[str] = set()
        self.ended: Set[str] = set()  # Keys that were wanted; the server may not know yet.

    def __bool__(self) -> bool:
        return self.is_whole or bool(self.keys)

    def copy(self) -> _Wish:
        other = _Wish()
        other.is_whole, other.keys, other.ended = self.is_whole, set(self.keys), set(self.ended)
        return other


class _Question:
    """What is asked of the server about one event, in parts, and the calls that wait for it."""

    def __init__(self, event: str, keys: List[str], is_wanted: bool, calls: List[Call]) -> None:
        self.event, self.keys, self.is_wanted, self.calls = event, keys, is_wanted, calls
        self.open = 0  # parts without an answer
        self.error: Optional[RpcError] = None
        self.position: Any = None


class Core:
    """A client's protocol, without I/O.

    The driver tells what happened, with the time, and then carries out what it finds: `outgoing`
    must be sent, `news` be delivered in their order, `must_close` ends the connection, a connection
    is made when `wants_connection` says so, and `on_time` is called when `deadline()` has come."""

    def __init__(self, address: str, token: str, options: Options) -> None:
        self.outgoing = bytearray()
        self.news: Deque[News] = deque()
        self.must_close: Optional[RpcError] = None
        self.unsent = 0  # Bytes that the driver could not send yet.
        self.epoch = ""  # Of the server's run; empty before the first session.
        self._address = address
        self._token = token
        self._options = options
        self._state = "stopped"  # idle, connecting, greeting, subscribing, ready
        self._connect_at = NEVER
        self._pause_bound = options.backoff_min
        self.refusal: Optional[RpcError] = None  # What the server says until it is asked again.
        self._last_refusal = ""
        # Calls.
        self._last_id = 0
        self._pending: Dict[int, Call] = {}
        self._deadlines: List[Tuple[float, int]] = []  # a heap; ids of ended calls stay for a while
        self._waiting: Deque[List[Call]] = deque()  # each in one frame, if it goes
        self._waiting_size = 0
        self._sent = 0
        self._in_flight = 0
        self._lost_until = NEVER  # a lost session may go on until then
        self._lost_error = RpcError("connection_lost", "", "may_have_run")
        self._failure: Optional[RpcError] = None  # why there is no connection
        # The session: what it needs to go on.
        self._session = ""
        self._newest = 0
        self._newest_of: Dict[str, int] = {}
        self._base = 0  # `seq` before which nothing was wanted
        self._answers_base = 0  # answers that arrived in the session before this connection
        self._attempts = 0
        # The connection.
        self._reader = FrameReader(options.frame_size_max)
        self._welcome: Dict[str, Any] = {}
        self._limits: Dict[str, int] = {}
        self._heartbeat = options.heartbeat
        self._position = 0
        self._is_over = False
        self._answers = self._told = self._untold_bytes = 0
        self._opened = self._last_sent = self._last_received = self._last_ping = 0.0
        # Subscriptions.
        self._wishes: Dict[str, _Wish] = {}
        self._last_wish = 0
        self._asked: Dict[str, Tuple[_Question, List[str]]] = {}  # parts by request id
        self._late: List[Tuple[str, List[str], bool, Call]] = []  # for when it is ready
        self._unsettled: Dict[str, List[Call]] = {}  # wishes of a connection that was lost
        self._open_wishes = 0

    # What the driver says.

    def start(self, now: float) -> None:
        if self._state == "stopped":
            self._state, self._connect_at = "idle", now

    def wants_connection(self, now: float) -> bool:
        return self._state == "idle" and now >= self._connect_at

    def connecting(self) -> None:
        self._state = "connecting"

    def connected(self, now: float) -> None:
        """There is a connection: says hello."""
        if self._state == "stopped":
            return
        self._state = "greeting"
        self.refusal = None
        self._reader = FrameReader(self._options.frame_size_max)
        self._welcome, self._is_over, self._heartbeat = {}, False, self._options.heartbeat
        self._answers = self._told = self._untold_bytes = 0
        self._opened = self._last_sent = self._last_received = now
        self._last_ping = 0.0
        self._ask("rpc.hello", "hello", self._hello())

    def received(self, data: bytes, now: float) -> None:
        self._last_received = now
        try:
            for body in self._reader.feed(data):
                self._receive_frame(body, now)
                if self.must_close:
                    return
        except RpcError as problem:
            self._fail(problem)
            return
        self._acknowledge(self._answers - self._told >= ACK_ANSWERS or
                          self._untold_bytes >= ACK_BYTES)
        self._pump(now)

    def lost(self, why: RpcError, now: float) -> None:
        """The connection ended, or none came about."""
        if self._state in ("stopped", "idle"):
            return
        was_ready = self._state == "ready"
        is_loss = why.name in ("connection_lost", "peer_silent")
        grace = self._grace() if is_loss and not self._is_over else 0.0
        self._state = "idle"
        self.outgoing.clear()
        self.must_close = None
        for question in {id(each): each for each, _ in self._asked.values()}.values():
            self._unsettled.setdefault(question.event, []).extend(question.calls)
        for event, _, _, call in self._late:
            self._unsettled.setdefault(event, []).append(call)
        self._asked, self._late = {}, []
        if self._is_over:
            self._session = ""
        if was_ready:
            self._answers_base += self._answers
            self.news.append(Disconnected(why))
        is_refused = not was_ready and why.name in _REFUSALS
        self.refusal = why if is_refused else None
        if is_refused:
            self._lost_until = NEVER
            self._end_all(why)
        elif was_ready:
            self._lost_error = RpcError("connection_lost",
                                        f"the connection was lost: {why.message}", "may_have_run")
            self._lost_until = now + grace if grace else NEVER
            if not grace:
                self._end_sent(self._lost_error, is_same_server=True)
        pause = self._options.chance() * self._pause_bound
        self._pause_bound = min(2 * self._pause_bound, self._options.backoff_max)
        if is_refused:
            pause = self._pause_bound = self._options.backoff_max
        is_known = is_refused and self._last_refusal == why.message
        self._last_refusal = why.message if is_refused else ""
        self._connect_at = now + pause
        self._failure = why
        self.news.append(Failed(why, pause, is_known))

    def stop(self, why: str) -> None:
        """Ends the session and every call; the driver sends what there is, then closes."""
        if self._state == "ready" and self._grace():
            self._ask("rpc.bye", None, {"reason": why.encode(errors="replace").decode()})
        if self._state == "ready":
            self.news.append(Disconnected(RpcError("cancelled", why)))
        self._state, self._connect_at, self._lost_until = "stopped", NEVER, NEVER
        self.refusal, self._last_refusal = None, ""
        self._session = ""
        self._asked, self._late = {}, []
        self._end_all(RpcError("cancelled", why))

    def on_time(self, now: float) -> None:
        self._check_patience(now)
        is_any = False
        while self._deadlines and self._deadlines[0][0] <= now:
            call = self._pending.get(heapq.heappop(self._deadlines)[1])
            if call:
                self._expire(call)
                is_any = True
        if now >= self._lost_until:
            self._lost_until = NEVER
            self._end_sent(self._lost_error, is_same_server=True)
        if is_any:  # Nothing is kept of what ended while it waited.
            waiting = ([each for each in parcel if each.is_waiting] for parcel in self._waiting)
            self._waiting = deque(parcel for parcel in waiting if parcel)
        self._pump(now)

    def deadline(self) -> float:
        """When `on_time` must be called next."""
        while self._deadlines and self._deadlines[0][1] not in self._pending:
            heapq.heappop(self._deadlines)
        first = self._deadlines[0][0] if self._deadlines else NEVER
        if self._state == "idle":
            first = min(first, self._connect_at)
        elif self._state in ("greeting", "subscribing"):
            first = min(first, self._opened + self._options.connect_timeout)
        elif self._state == "ready":
            first = min(first, self._last_received + self._options.heartbeat_timeout,
                        self._ping_time())
        return min(first, self._lost_until)

    # What users ask for.

    def submit(self, calls: List[Call], now: float) -> None:
        """Takes calls, more than one as a batch; they complete through `news`."""
        size = sum(len(call.text) for call in calls)
        error = None
        if self._state == "stopped":
            error = RpcError("not_connected", "the client is not started", "not_sent")
        elif self.refusal:
            error = RpcError(self.refusal.name, self.refusal.message, "not_sent",
                             self.refusal.code, self.refusal.data)
        elif len(self._pending) + len(calls) > self._options.calls_pending_max:
            error = RpcError("overloaded", "too many calls are pending: the limit is "
                             f"{self._options.calls_pending_max}", "not_sent")
        elif self._waiting_size + self.unsent + size > self._options.queue_size_max:
            error = RpcError("overloaded", "too many bytes of calls wait to be sent: the limit is "
                             f"{self._options.queue_size_max}", "not_sent")
        if error:
            self.news.extend(Completed(call, None, error) for call in calls)
            return
        for call in calls:
            self._open(call, now)
            call.is_waiting = True
        self._waiting.append(list(calls))
        self._waiting_size += size
        self._pump(now)

    def cancel(self, call: Call, why: str = "the caller cancelled the call") -> bool:
        """Ends a call for this side and tells the server. @return Whether it had not ended yet."""
        if self._pending.get(call.id) is not call:
            return False
        self._give_up(call, "cancelled", why)
        return True

    def knows(self, event: str) -> bool:
        """Whether it was said what is wanted of this event."""
        return event in self._wishes

    def change(self, event: str, keys: Sequence[str], is_wanted: bool, call: Call,
               now: float) -> None:
        """Wants an event, or these keys of it, or no longer. `call` completes when the server has
        answered, with the position from which events come."""
        wish = self._wishes.setdefault(event, _Wish())
        call.before = wish.copy()
        if not keys:
            wish.is_whole = is_wanted
            wish.keys.clear()
            wish.ended.clear()
        elif is_wanted:
            wish.is_whole = False
            wish.keys.update(keys)
            wish.ended.difference_update(keys)
        else:
            wish.ended.update(wish.keys.intersection(keys))
            wish.keys.difference_update(keys)
        if self._state == "stopped":
            self.news.append(Completed(call, None, RpcError(
                "not_connected", "the client is not started", "not_sent")))
            return
        self._open(call, now)
        if self._state == "ready":
            self._ask_wish(event, list(keys), is_wanted, [call])
        elif self._state == "subscribing":
            self._late.append((event, list(keys), is_wanted, call))
        else:
            self._unsettled.setdefault(event, []).append(call)

    @property
    def is_ready(self) -> bool:
        return self._state == "ready"

    # Sending.

    def _ask(self, method: str, id: Optional[str], params: Dict[str, Any]) -> None:
        self.outgoing += _frame(_encode(self._own(method, id, params)))

    @staticmethod
    def _own(method: str, id: Optional[str], params: Dict[str, Any]) -> Dict[str, Any]:
        message: Dict[str, Any] = {"jsonrpc": "2.0", "method": method, "params": params}
        if id is not None:
            message["id"] = id
        return message

    def _hello(self) -> Dict[str, Any]:
        hello: Dict[str, Any] = {"protocol": PROTOCOL_VERSION}
        if self._token:
            hello["token"] = self._token
        if self._session:
            self._attempts += 1
            hello.update(session=self._session, epoch=self.epoch, last_event=self._newest,
                         answers=self._answers_base, attempt=self._attempts,
                         events={event: self._newest_of.get(event, self._base)
                                 for event in self._wishes})
        return hello

    def _subscription(self, event: str, keys: Iterable[str]) -> Dict[str, Any]:
        names = sorted(keys)
        return {"event": event, "keys": names} if names else {"event": event}

    def _frame_max(self) -> int:
        return self._limits.get("frame_size_max") or PART_SIZE_MAX

    def _parts(self, event: str, keys: List[str]) -> List[List[str]]:
        """The keys in parts that fit into frames of the server; one without keys for the event."""
        envelope = 160 + len(_encode(event))
        size_max = min(self._frame_max(), PART_SIZE_MAX)
        parts: List[List[str]] = [[]]
        size = envelope
        for key in keys:
            of_key = len(_encode(key)) + 1
            if parts[-1] and size + of_key > size_max:
                parts.append([])
                size = envelope
            parts[-1].append(key)
            size += of_key
        return parts

    def _requests(self, event: str, keys: List[str], is_wanted: bool,
                  calls: List[Call]) -> List[bytes]:
        """What asks for this, or ends it: a request for each part."""
        question = _Question(event, keys, is_wanted, calls)
        requests = []
        for part in self._parts(event, keys):
            self._last_wish += 1
            id = f"s{self._last_wish}"
            self._asked[id] = (question, part)
            question.open += 1
            requests.append(_encode(self._own(
                "rpc.subscribe" if is_wanted else "rpc.unsubscribe", id,
                self._subscription(event, part))))
        return requests

    def _ask_wish(self, event: str, keys: List[str], is_wanted: bool, calls: List[Call]) -> None:
        too_long = [key for key in keys if len(_encode(key)) + 200 > self._frame_max()]
        if too_long and is_wanted:  # The server would end the connection, again and again.
            error = RpcError("frame_too_large", f"a key of event '{event}' does not fit into a "
                             "frame of the server", "not_sent")
            self._wishes[event].keys.difference_update(too_long)
            for call in calls:
                self._wishes[event] = call.before or self._wishes[event]
                self._complete(call, None, error)
            if not calls:
                log.warning("no events '%s': %s", event, error.message)
            return
        for request in self._requests(event, keys, is_wanted, calls):
            self.outgoing += _frame(request)

    def _subscribe_all(self, now: float) -> None:
        """A new session asks for all that is wanted, in batches, so that the server answers before
        the first event of any of them; of more than the server takes, for what it takes."""
        self._state = "subscribing"
        requests = []
        room = self._limits.get("subscriptions_max") or 1 << 62
        for event, wish in self._wishes.items():
            wish.ended.clear()
            if not wish:
                continue
            keys = [key for key in sorted(wish.keys)
                    if len(_encode(key)) + 200 <= self._frame_max()]
            calls = self._unsettled.pop(event, [])
            lacking = len(wish.keys) - len(keys[:room])
            if lacking or not room:
                text = f"the server takes no more subscriptions: {lacking or 'all'} are missing"
                log.warning("events '%s': %s", event, text)
                for call in calls:
                    self._complete(call, None, RpcError("overloaded", text, "failed"))
                calls = []
            if room and (wish.is_whole or keys):
                requests += self._requests(event, keys[:room], True, calls)
            room = max(0, room - max(1, len(keys)))
        self._settle_rest()
        self._open_wishes = len(requests)
        step = max(1, self._limits.get("batch_max", 1))
        while requests:
            count, size = 0, 2
            while count < min(step, len(requests)) and (
                    not count or size + len(requests[count]) + 1 <= self._frame_max()):
                size += len(requests[count]) + 1
                count += 1
            self.outgoing += _frame(b"[" + b",".join(requests[:count]) + b"]")
            del requests[:count]
        if not self._open_wishes:
            self._become_ready(now)

    def _subscribe_again(self) -> None:
        """A session goes on: a wish may have been lost on its way, so all are said again."""
        for event, wish in self._wishes.items():
            calls = self._unsettled.pop(event, [])
            self._ask_wish(event, sorted(wish.keys), bool(wish), calls)
            if wish.keys and wish.ended:
                self._ask_wish(event, sorted(wish.ended), False, [])
        self._settle_rest()

    def _settle_rest(self) -> None:
        for calls in self._unsettled.values():
            for call in calls:
                self._complete(call, self._position, None)
        self._unsettled = {}

    def _pump(self, now: float) -> None:
        """Sends what waits, as far as the server takes more calls."""
        if self._state != "ready":
            return
        window = max(1, self._limits.get("calls_in_flight_max", 1))
        size_max = self._limits.get("frame_size_max", 1 << 20)
        batch_max = max(1, self._limits.get("batch_max", 1))
        while self._waiting and self._in_flight < window:
            parcel = self._waiting.popleft()
            bodies: List[bytes] = []
            size = 2
            while parcel and len(bodies) < batch_max and self._in_flight < window:
                call = parcel[0]
                if call.is_waiting and call.deadline <= now:
                    self._expire(call)
                if not call.is_waiting:
                    parcel.pop(0)  # It ended while it waited.
                    continue
                body = call.encode(now)
                if bodies and size + len(body) + 1 > size_max:
                    break
                parcel.pop(0)
                self._no_longer_waits(call)
                if len(body) > size_max:
                    self._complete(call, None, RpcError(
                        "frame_too_large", f"the call has {len(body)} bytes, over the server's "
                        f"limit of {size_max}", "not_sent"))
                    continue
                size += len(body) + 1
                bodies.append(body)
                self._note_sent(call)
            if parcel:
                self._waiting.appendleft(parcel)
            if bodies:
                self.outgoing += _frame(bodies[0] if len(bodies) == 1 and not parcel
                                        else b"[" + b",".join(bodies) + b"]")
                self._last_sent = now

    def _note_sent(self, call: Call) -> None:
        if call.is_notification:
            self._complete(call, None, None)
            return
        self._sent += 1
        self._in_flight += 1
        call.is_sent, call.order = True, self._sent

    def _send_again(self, now: float) -> None:
        sent = sorted((call for call in self._pending.values() if call.is_sent),
                      key=lambda call: call.order)
        for call in sent:
            self.outgoing += _frame(call.encode(now))
        self._in_flight = len(sent)

    def _acknowledge(self, is_due: bool) -> None:
        if is_due and self._state == "ready" and self._grace():
            self._told, self._untold_bytes = self._answers, 0
            self._ask("rpc.ack", None, {"answers": self._answers_base + self._answers})

    # Receiving.

    def _fail(self, why: RpcError) -> None:
        if not self.must_close:
            self.must_close = why

    def _violation(self, text: str) -> None:
        self._fail(RpcError("protocol_violation", text))

    def _receive_frame(self, body: bytes, now: float) -> None:
        try:
            content = decode_json(body.decode())
        except (ValueError, RecursionError) as problem:
            self._violation(f"the server sent no JSON: {problem}")
            return
        messages = content if isinstance(content, list) else [content]
        has_answer = False
        for message in messages:
            if not isinstance(message, dict) or message.get("jsonrpc") != "2.0":
                self._violation("the server sent no JSON-RPC message")
                return
            if "method" in message:
                self._receive_notification(message)
                continue
            if not has_answer:  # The frame counts once, and before anything is told of it.
                has_answer = True
                self._answers += 1
                self._untold_bytes += len(body)
            if ("result" in message) == ("error" in message):
                self._violation("the server sent an answer that is none")
                return
            self._receive_answer(message, now)

    def _receive_answer(self, message: Dict[str, Any], now: float) -> None:
        id = message.get("id")
        method = self._method_of(id)
        error = RpcError.from_peer(message["error"], method) if "error" in message else None
        if isinstance(id, str):
            self._receive_own_answer(id, message.get("result"), error, now)
        elif type(id) is int:
            self._in_flight = max(0, self._in_flight - 1)
            call = self._pending.get(id)
            if call and call.is_sent:
                # Nobody cancelled it here: the server did, at the deadline by its own clock.
                if error and error.name == "cancelled" and error.data == "deadline":
                    error = RpcError("deadline_exceeded", error.message, "may_have_run")
                self._complete(call, message.get("result"), error)
        else:  # An error without an id is about the connection: what was sent made no sense there.
            self._violation(f"the server refused: {error.message if error else 'no id'}")

    def _method_of(self, id: Any) -> str:
        if isinstance(id, str):
            return "rpc.hello" if id == "hello" else "rpc.subscribe"
        call = self._pending.get(id) if type(id) is int else None
        return call.method if call else ""

    def _receive_own_answer(self, id: str, result: Any, error: Optional[RpcError],
                            now: float) -> None:
        if id == "hello" and self._state == "greeting":
            self._receive_welcome(result, error, now)
            return
        if id not in self._asked:
            return
        question, part = self._asked.pop(id)
        position = result.get("position") if isinstance(result, dict) else None
        if error:
            question.error = error
        elif type(position) is int:
            question.position = position
            self._position = max(self._position, position)
        if not error and not question.is_wanted:
            self._forget_ended(question.event, part)
        question.open -= 1
        if not question.open:
            self._answered(question)
        if self._state == "subscribing":
            self._open_wishes -= 1
            if not self._open_wishes:
                self._become_ready(now)

    def _forget_ended(self, event: str, part: List[str]) -> None:
        """The server has ended these; unless that is asked again, they are of the past."""
        later = {key for each, keys in self._asked.values() if each.event == event for key in keys}
        self._wishes[event].ended.difference_update(set(part) - later)

    def _answered(self, question: _Question) -> None:
        event, calls, error = question.event, question.calls, question.error
        if error and not calls:
            log.warning("no events '%s': %s", event, error.message)
        elif error and question.is_wanted and calls[0].before is not None:
            before = self._wishes[event] = calls[0].before
            taken = sorted(set(question.keys) - before.keys)
            if len(self._parts(event, question.keys)) > 1 and self._state == "ready":
                self._ask_wish(event, taken, False, [])  # The server may have some of them.
        for call in calls:
            self._complete(call, question.position, error)

    def _receive_welcome(self, result: Any, error: Optional[RpcError], now: float) -> None:
        if error:
            text = error.message
            if self._token and self._token in text:
                text = "unknown token"
            self._fail(RpcError(error.name, f"the server refused the hello: {text}", error.outcome,
                                error.code, error.data))
            return
        if not isinstance(result, dict) or not isinstance(result.get("epoch"), str):
            self._violation("the answer to rpc.hello cannot be read")
            return
        if result.get("protocol") != PROTOCOL_VERSION:
            self._violation(f"the server speaks version {result.get('protocol')} of the protocol, "
                            f"this client version {PROTOCOL_VERSION}")
            return
        self._welcome = result
        self._limits = result.get("limits") or {}
        if result.get("heartbeat_ms"):
            self._heartbeat = min(self._heartbeat, result["heartbeat_ms"] / 1000)
        self._position = result.get("event_position", 0)
        self._last_sent = now
        if result.get("resumed"):
            self._become_ready(now)  # The subscriptions are as they were.
        else:
            self._subscribe_all(now)

    def _receive_notification(self, message: Dict[str, Any]) -> None:
        name = message["method"]
        params = message.get("params")
        if name == "rpc.bye":
            reason = params.get("reason", "") if isinstance(params, dict) else ""
            self._is_over = True
            self._fail(RpcError("connection_lost", f"the server ended the session: {reason}"))
        elif "id" not in message and name in self._wishes:
            params = params if isinstance(params, dict) else {}
            seq = params.get("seq")
            if type(seq) is not int or "data" not in params:
                self._violation(f"the event '{name}' came without seq and data")
                return
            self._newest = max(self._newest, seq)
            self._newest_of[name] = max(self._newest_of.get(name, 0), seq)
            if self._wishes[name]:
                self.news.append(Event(name, seq, params["data"]))

    # Sessions.

    def _grace(self) -> float:
        return float(self._welcome.get("grace_ms") or 0) / 1000

    def _become_ready(self, now: float) -> None:
        welcome = self._welcome
        is_resumed = bool(welcome.get("resumed"))
        is_same_server = self.epoch == welcome["epoch"]
        self._state = "ready"
        self._failure = None
        self._last_refusal = ""
        self._pause_bound = self._options.backoff_min
        if is_resumed:
            self._subscribe_again()
        for event, keys, is_wanted, call in self._late:
            self._ask_wish(event, keys, is_wanted, [call])
        self._late = []
        self.news.append(Connected(SessionInfo(self._address, str(welcome.get("session", "")),
                                               welcome["epoch"], is_resumed, self._position)))
        gap = self._begin_session(is_resumed)
        if gap and self._wishes:
            self.news.append(gap)
        self._lost_until = NEVER
        if not is_resumed:
            self._end_sent(RpcError("connection_lost",
                                    "the connection was lost, and the session with it",
                                    "may_have_run"), is_same_server)
        self._send_again(now)
        self._acknowledge(is_resumed)
        self._pump(now)

    def _begin_session(self, is_resumed: bool) -> Optional[Gap]:
        """@return What may have been missed between the last connection and this one."""
        welcome, gap = self._welcome, None
        missed = welcome.get("missed")
        if is_resumed and missed:
            gap = Gap(missed["from"], missed["to"], missed["reason"])
            self._newest = max(self._newest, gap.last)
        elif not is_resumed:
            self._answers_base = 0
            if self.epoch and self.epoch != welcome["epoch"]:
                gap = Gap(1, self._position, "the server was started anew")
            elif self.epoch and self._position > self._newest:
                gap = Gap(self._newest + 1, self._position,
                          "the connection was lost, and the server ended the session")
            self._newest = self._base = self._position
            self._newest_of = {}
        self.epoch = welcome["epoch"]
        self._session = str(welcome.get("session", "")) if self._grace() else ""
        return gap

    def _ping_time(self) -> float:
        quiet = min(self._last_received, self._last_sent)
        return max(quiet, self._last_ping) + max(self._heartbeat, HEARTBEAT_MIN)

    def _check_patience(self, now: float) -> None:
        if self._state in ("greeting", "subscribing"):
            if now >= self._opened + self._options.connect_timeout:
                self._fail(RpcError("peer_silent", "the server did not answer the hello in time"))
        elif self._state == "ready":
            if now >= self._last_received + self._options.heartbeat_timeout:
                self._fail(RpcError("peer_silent", "no sign of life from the server for "
                                    f"{self._options.heartbeat_timeout:g} s"))
            elif now >= self._ping_time():
                self._acknowledge(self._answers != self._told)
                self._ask("rpc.ping", "ping", {})
                self._last_sent = self._last_ping = now

    # Calls.

    def _open(self, call: Call, now: float) -> None:
        self._last_id += 1
        call.id, call.deadline = self._last_id, now + call.timeout
        self._pending[call.id] = call
        heapq.heappush(self._deadlines, (call.deadline, call.id))

    def _complete(self, call: Call, result: Any, error: Optional[RpcError]) -> None:
        if self._pending.pop(call.id, None) is call:
            self._no_longer_waits(call)
            self.news.append(Completed(call, result, error))

    def _no_longer_waits(self, call: Call) -> None:
        if call.is_waiting:
            call.is_waiting = False
            self._waiting_size -= len(call.text)

    def _expire(self, call: Call) -> None:
        text = "no answer in time"
        if self._failure and not call.is_sent:
            text = f"no connection in time: {self._failure.message}"
        self._give_up(call, "deadline_exceeded", text)

    def _give_up(self, call: Call, name: str, text: str) -> None:
        if call.is_sent and self._state == "ready":
            self._ask("rpc.cancel", None, {"id": call.id})
        self._complete(call, None, RpcError(
            name, text, "may_have_run" if call.is_sent else "not_sent"))

    def _end_sent(self, why: RpcError, is_same_server: bool) -> None:
        """Ends what was sent and must not be sent again: its session is gone."""
        for call in list(self._pending.values()):
            is_safe = call.is_idempotent or (is_same_server and "key" in call.extras)
            if call.is_sent and not is_safe:
                self._complete(call, None, why)

    def _end_all(self, why: RpcError) -> None:
        for call in list(self._pending.values()):
            self._complete(call, None, RpcError(
                why.name, why.message, "may_have_run" if call.is_sent else "not_sent", why.code))
        self._waiting.clear()
        self._unsettled = {}


# --- the driver -----------------------------------------------------------------------------------

class _Connection(asyncio.Protocol):
    def __init__(self, driver: _Driver) -> None:
        self._driver = driver
        self.transport: Optional[asyncio.Transport] = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self._driver.on_made(self)

    def data_received(self, data: bytes) -> None:
        self._driver.on_data(self, data)

    def connection_lost(self, problem: Optional[Exception]) -> None:
        self._driver.on_lost(self, problem)


class _Driver:
    """Carries out on an asyncio loop what a core says."""

    def __init__(self, address: str, core: Core, tls: Optional[ssl.SSLContext],
                 connect_timeout: float, deliver: Callable[[News], None]) -> None:
        self.core = core
        self._address = address
        self._tls = tls
        self._connect_timeout = connect_timeout
        self._deliver = deliver
        self._loop: Optional[asyncio.AbstractEventLoop] = None
        self._connection: Optional[_Connection] = None
        self._connecting: Optional[asyncio.Task[None]] = None
        self._timer: Optional[asyncio.TimerHandle] = None
        self._closed: Optional[asyncio.Future[None]] = None
        self._process: Optional[int] = None  # the one that it was started in

    def start(self) -> None:
        self._loop, self._process = asyncio.get_running_loop(), os.getpid()
        self._do(lambda now: self.core.start(now))

    async def stop(self, why: str) -> None:
        """Takes leave of the server; after this nothing runs any more."""
        if self._loop is None:
            return
        self._do(lambda now: self.core.stop(why))
        if self._connecting:
            self._connecting.cancel()
            await asyncio.gather(self._connecting, return_exceptions=True)
            self._connecting = None
        if self._timer:
            self._timer.cancel()
        connection, self._loop, self._process = self._connection, None, None
        if connection and connection.transport:
            self._closed = asyncio.get_running_loop().create_future()
            connection.transport.close()
            try:
                await asyncio.wait_for(self._closed, 1)
            except asyncio.TimeoutError:
                connection.transport.abort()
        self._connection = None

    def submit(self, calls: List[Call]) -> None:
        self._do(lambda now: self.core.submit(calls, now))

    def cancel(self, call: Call) -> None:
        self._do(lambda now: self.core.cancel(call))

    def change(self, event: str, keys: Sequence[str], is_wanted: bool, call: Call) -> None:
        self._do(lambda now: self.core.change(event, keys, is_wanted, call, now))

    def on_made(self, connection: _Connection) -> None:
        """Comes before the first byte and before the end; whoever waits for `_open` hears of it
        later than of both."""
        self._connection = connection
        self._do(self.core.connected)

    def on_data(self, connection: _Connection, data: bytes) -> None:
        if connection is self._connection:
            self._do(lambda now: self.core.received(data, now))

    def on_lost(self, connection: _Connection, problem: Optional[Exception]) -> None:
        if connection is not self._connection:
            return
        self._connection = None
        if self._closed and not self._closed.done():
            self._closed.set_result(None)
        text = str(problem) if problem else "the server closed the connection"
        self._do(lambda now: self.core.lost(RpcError("connection_lost", text), now))

    def _do(self, what: Callable[[float], Any]) -> None:
        """Tells the core something, then carries out what it says."""
        if self._process not in (None, os.getpid()):
            return  # It was forked: the connection is the other process's.
        now = self._loop.time() if self._loop else 0.0
        what(now)
        while True:
            self._flush()
            while self.core.news:
                self._deliver(self.core.news.popleft())
            if self.core.must_close is None or self._loop is None:
                break
            connection, self._connection = self._connection, None
            if connection and connection.transport:
                connection.transport.abort()
            self.core.lost(self.core.must_close, now)
        if self._loop:
            self._go_on(self._loop, now)

    def _flush(self) -> None:
        transport = self._connection.transport if self._connection else None
        if transport and not transport.is_closing():
            if self.core.outgoing:
                transport.write(bytes(self.core.outgoing))
                self.core.outgoing.clear()
            self.core.unsent = transport.get_write_buffer_size()
        else:
            self.core.unsent = 0

    def _go_on(self, loop: asyncio.AbstractEventLoop, now: float) -> None:
        if self.core.wants_connection(now):
            self.core.connecting()
            self._connecting = loop.create_task(self._connect(loop))
        if self._timer:
            self._timer.cancel()
            self._timer = None
        deadline = self.core.deadline()
        if deadline < NEVER:
            self._timer = loop.call_at(deadline, self._do, self.core.on_time)

    async def _connect(self, loop: asyncio.AbstractEventLoop) -> None:
        connection = _Connection(self)
        try:
            await asyncio.wait_for(self._open(loop, connection), self._connect_timeout)
        except (OSError, ValueError, asyncio.TimeoutError) as problem:
            if connection.transport:
                return  # It came about at the last moment; its end is told by `on_lost`.
            text = f"{self._address}: {str(problem) or 'no answer in time'}"
            failure = RpcError("connection_refused", text, "not_sent")
            self._do(lambda now: self.core.lost(failure, now))

    async def _open(self, loop: asyncio.AbstractEventLoop, connection: _Connection) -> None:
        def factory() -> _Connection:
            return connection
        scheme, place = _split_address(self._address)
        if scheme == "unix":
            await loop.create_unix_connection(factory, place)
            return
        host, port = _split_place(place)
        tls = (self._tls or ssl.create_default_context()) if scheme == "tls" else None
        await loop.create_connection(factory, host, port, ssl=tls)


def _split_address(address: str) -> Tuple[str, str]:
    scheme, _, place = address.partition("://")
    if scheme not in ("tcp", "tls", "unix") or not place:
        raise RpcError("invalid_address", f"'{address}' is no address: tcp://host:port, "
                       "tls://host:port or unix:///path", "not_sent")
    try:
        os.fsencode(place) if scheme == "unix" else place.encode()
    except UnicodeEncodeError:
        raise RpcError("invalid_address", f"{address!a} has half of a surrogate pair",
                       "not_sent") from None
    if scheme != "unix":
        _split_place(place)
    return scheme, place


def _split_place(place: str) -> Tuple[str, int]:
    host, _, port = place.rpartition(":")
    if not host or not port.isdecimal() or int(port) > 65535:
        raise RpcError("invalid_address", f"'{place}' is not host:port", "not_sent")
    return host.strip("[]"), int(port)


# --- what waits for its consumer ------------------------------------------------------------------

class _Inbox:
    """News that somebody will take. Of events there is a limit: those over it are left out, and
    what is taken in their place is a gap that names them."""

    def __init__(self, limit: int) -> None:
        self._items: Deque[News] = deque()
        self._limit = limit
        self._left_out: Optional[Tuple[int, int]] = None
        self.is_closed = False

    def push(self, item: News) -> None:
        if isinstance(item, Event) and len(self._items) >= self._limit:
            first = self._left_out[0] if self._left_out else item.seq
            self._left_out = (first, item.seq)
            return
        self._tell_gap()
        self._items.append(item)

    def pop(self) -> Optional[News]:
        if not self._items:
            self._tell_gap()
        return self._items.popleft() if self._items else None

    def _tell_gap(self) -> None:
        if self._left_out:
            self._items.append(Gap(*self._left_out, "this program takes events too slowly"))
            self._left_out = None


class _ThreadInbox(_Inbox):
    """For a consumer on a thread of its own."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self._changed = threading.Condition()

    def push(self, item: News) -> None:
        with self._changed:
            super().push(item)
            self._changed.notify()

    def close(self) -> None:
        with self._changed:
            self.is_closed = True
            self._changed.notify_all()

    def get(self, timeout: Optional[float] = None) -> Optional[News]:
        """The next one; nothing at the end. @raises TimeoutError"""
        end = None if timeout is None else time.monotonic() + _seconds(timeout, "timeout")
        with self._changed:
            while True:
                item = self.pop()
                if item is not None or self.is_closed:
                    return item
                left = None if end is None else min(end - time.monotonic(), threading.TIMEOUT_MAX)
                if (left is not None and left <= 0) or not self._changed.wait(left):
                    if not self._items and not self.is_closed:
                        raise TimeoutError("no event in time")


class _LoopInbox(_Inbox):
    """For a consumer on the same loop."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self._sleeper: Optional[asyncio.Future[None]] = None

    def push(self, item: News) -> None:
        super().push(item)
        self._wake()

    def close(self) -> None:
        self.is_closed = True
        self._wake()

    def _wake(self) -> None:
        if self._sleeper and not self._sleeper.done():
            self._sleeper.set_result(None)

    async def get(self) -> Optional[News]:
        while True:
            item = self.pop()
            if item is not None or self.is_closed:
                return item
            self._sleeper = asyncio.get_running_loop().create_future()
            await self._sleeper


# --- calls by name --------------------------------------------------------------------------------

class _CallOptions(NamedTuple):
    timeout: Optional[float] = None
    key: Optional[str] = None
    epoch: Optional[str] = None
    idempotent: bool = False


class Remote:
    """The server's methods as attributes, and nothing else: `client.remote.subscribe(...)` is the
    server's method where `client.subscribe(...)` is the client's."""

    def __init__(self, client: _ClientBase, options: _CallOptions) -> None:
        self._client = client
        self._options = options

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("_"):
            raise AttributeError(name)
        contract = self._client.contract
        if contract and name not in contract.methods:
            near = difflib.get_close_matches(name, contract.methods, 1)
            raise AttributeError(f"the server has no method '{name}'" +
                                 (f"; did you mean '{near[0]}'?" if near else ""))
        return functools.partial(self._client._invoke, self._options, name)

    def __dir__(self) -> List[str]:
        contract = self._client.contract
        return sorted(contract.methods) if contract else []


class Caller:
    """Calls with options: `client.options(timeout=0.2).call("add", 1, 2)`."""

    def __init__(self, client: _ClientBase, options: _CallOptions) -> None:
        self._client = client
        self._options = options
        self.remote = Remote(client, options)

    def call(self, method: str, /, *args: Any, **named: Any) -> Any:
        """Calls by position or by name. The client's kind says whether it waits or is awaited."""
        return self._client._invoke(self._options, method, *args, **named)

    def submit(self, method: str, /, *args: Any, **named: Any) -> Any:
        """Begins a call; what it gives is a future, whose `cancel` reaches the server."""
        return self._client._submit(self._options, method, _params_of(args, named))

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("_"):  # Also when it is not whole yet.
            raise AttributeError(name)
        method: Callable[..., Any] = getattr(self.remote, name)
        return method

    def __dir__(self) -> List[str]:
        return sorted({*super().__dir__(), *dir(self.remote)})


Handler = Callable[[Event], Any]


class _ClientBase(Caller):
    """What both kinds of client have in common: who hears of what."""

    def __init__(self, address: str, token: str, options: Optional[Options],
                 tls: Optional[ssl.SSLContext], on_connected: Optional[Callable[..., Any]],
                 on_disconnected: Optional[Callable[..., Any]],
                 on_gap: Optional[Callable[..., Any]],
                 on_connect_failed: Optional[Callable[..., Any]]) -> None:
        super().__init__(self, _CallOptions())
        _split_address(address)
        _text(token, "the token")
        self.address = address
        self.contract: Optional[Contract] = None
        self.on_connected, self.on_disconnected = on_connected, on_disconnected
        self.on_gap, self.on_connect_failed = on_gap, on_connect_failed
        self._own_options = (options or Options()).checked()
        self._core = Core(address, token, self._own_options)
        self._driver = _Driver(address, self._core, tls, self._own_options.connect_timeout,
                               self._deliver)
        self._handlers: Dict[str, List[Handler]] = {}
        self._inboxes: List[Tuple[str, Any]] = []  # of iterators, by event
        self._inbox: Any = None  # of the handlers
        self._connect_waiters: List[Tuple[Any, bool]] = []  # and whether they try again
        self._failure: Optional[RpcError] = None
        self._contract_epoch = ""
        self._is_closed = False
        self._process: Optional[int] = None  # the one that it was started in
        self._lists = threading.Lock()  # of who hears of what; a list is replaced, never changed

    # What the two kinds do each in its own way.

    def _future(self) -> Any:
        raise NotImplementedError

    def _post(self, what: Callable[[], None]) -> None:
        """Runs it where the driver runs."""
        raise NotImplementedError

    def start(self) -> None:
        raise NotImplementedError

    def _refuse_fork(self) -> None:
        """@raises RpcError  The client was started in a process that this one was forked from. Its
        threads are there, and so is the owner of its connection: here nothing would ever answer."""
        if self._is_forked():
            raise RpcError("not_connected", "this process was forked from the one that started the "
                           "client: make a new client in it", "not_sent")

    def _is_forked(self) -> bool:
        return self._process is not None and self._process != os.getpid()

    def _begin(self) -> None:
        """Starts the client if it never was."""
        self._refuse_fork()
        if self._is_closed:
            raise RpcError("not_connected", "the client is closed", "not_sent")
        self.start()

    def _invoke(self, options: _CallOptions, method: str, /, *args: Any, **named: Any) -> Any:
        raise NotImplementedError

    # Calls.

    def options(self, *, timeout: Optional[float] = None, key: Optional[str] = None,
                epoch: Optional[str] = None, idempotent: bool = False) -> Caller:
        """Calls made through what this gives have these options: seconds they may take; a key under
        which an `rpc::once` method runs once, with the epoch in which it was made; whether running
        twice does no harm, so that a server that was started anew may be asked again."""
        return Caller(self, _CallOptions(timeout, key, epoch, idempotent))

    def notify(self, method: str, /, *args: Any, **named: Any) -> None:
        """Sends a call of which no answer is wanted."""
        self._begin()
        params = self._checked(method, _params_of(args, named))
        call = Call(method, params, self._own_options.call_timeout, is_notification=True)
        self._post(lambda: self._driver.submit([call]))

    def _checked(self, method: str, params: Params) -> Params:
        if self.contract:
            self.contract.check(method, params)
        return params

    def _call_of(self, options: _CallOptions, method: str, params: Params) -> Tuple[Call, Any]:
        future = self._future()

        def settle(result: Any, error: Optional[RpcError]) -> None:
            try:
                if error:
                    future.set_exception(error)
                else:
                    future.set_result(result)
            except (asyncio.InvalidStateError, concurrent.futures.InvalidStateError):
                pass  # It was cancelled at the same moment.

        timeout = self._own_options.call_timeout if options.timeout is None else options.timeout
        call = Call(method, self._checked(method, params), timeout, settle, key=options.key,
                    epoch=options.epoch, idempotent=options.idempotent)

        def on_done(_: Any) -> None:
            if future.cancelled():
                self._post(lambda: self._driver.cancel(call))

        future.add_done_callback(on_done)
        return call, future

    def _submit(self, options: _CallOptions, method: str, params: Params) -> Any:
        self._begin()
        call, future = self._call_of(options, method, params)
        self._post(lambda: self._driver.submit([call]))
        return future

    def _submit_batch(self, requests: Sequence[Request]) -> List[Any]:
        self._begin()
        made = [self._call_of(self._options, each.method, each.params) for each in requests]
        if made:
            self._post(lambda: self._driver.submit([call for call, _ in made]))
        return [future for _, future in made]

    def _change(self, event: str, keys: Sequence[str], is_wanted: bool) -> Any:
        _text(event, "the event's name")
        for key in keys:
            _text(key, "a key")
        self._begin()
        call, future = self._call_of(_CallOptions(), "rpc.subscribe", [])
        self._post(lambda: self._driver.change(event, keys, is_wanted, call))
        return future

    # Events.

    def on(self, event: str, handler: Optional[Handler] = None, *, subscribe: bool = True) -> Any:
        """Has the handler called with each `Event` of this name, in order. All of the event is
        subscribed to, unless `subscribe` names keys before or after, or is false here. Also a
        decorator."""
        if handler is None:
            return functools.partial(self.on, event, subscribe=subscribe)
        _text(event, "the event's name")
        self._refuse_fork()
        with self._lists:
            self._handlers[event] = [*self._handlers.get(event, []), handler]
        if subscribe:
            self._want(event)
        return handler

    def _add_inbox(self, entry: Tuple[str, Any]) -> None:
        with self._lists:
            self._inboxes = [*self._inboxes, entry]

    def _remove_inbox(self, entry: Tuple[str, Any]) -> None:
        with self._lists:
            self._inboxes = [each for each in self._inboxes if each is not entry]

    def _want(self, event: str) -> None:
        def want() -> None:
            if not self._core.knows(event):
                call = Call("rpc.subscribe", [], self._own_options.call_timeout)
                self._driver.change(event, [], True, call)
        self._post(want)

    def _adopt(self, document: Any) -> Contract:
        if not isinstance(document, dict):
            raise RpcError("invalid_answer", "rpc.discover did not answer with an object")
        self.contract = Contract(document)
        return self.contract

    # What the driver delivers.

    def _deliver(self, news: News) -> None:
        if isinstance(news, Completed):
            if news.call.waiter:
                news.call.waiter(news.result, news.error)
            elif news.error and news.error.name not in ("cancelled", "not_connected"):
                log.warning("%s: %s", news.call.method, news.error)
            return
        if isinstance(news, Event):
            for event, inbox in self._inboxes:
                if event == news.name:
                    inbox.push(news)
            if news.name not in self._handlers:
                return
        elif isinstance(news, Connected):
            self._note_connected(news)
        elif isinstance(news, Failed):
            self._note_failed(news)
            if news.is_known or not self.on_connect_failed:
                return
        if self._inbox:
            self._inbox.push(news)

    def _note_connected(self, news: Connected) -> None:
        self._failure = None
        if self.contract and news.info.epoch != self._contract_epoch:
            self.contract = None  # Another server may serve something else.
        for future, _ in self._connect_waiters:
            if not future.done():
                future.set_result(None)
        self._connect_waiters = []

    def _note_failed(self, news: Failed) -> None:
        self._failure = news.error
        if not news.is_known:
            log.info("no connection: %s; next try in %d ms", news.error.message, news.pause * 1000)
        is_final = news.error.name in _REFUSALS
        for future, retry in self._connect_waiters:
            if not future.done() and (is_final or not retry):
                future.set_exception(news.error if is_final else self._no_connection())
        self._connect_waiters = [each for each in self._connect_waiters if not each[0].done()]

    def _wait_connected(self, future: Any, retry: bool) -> None:
        if self._is_closed:
            future.set_exception(RpcError("not_connected", "the client is closed", "not_sent"))
        elif self._core.is_ready:
            future.set_result(None)
        elif self._core.refusal:
            future.set_exception(self._core.refusal)
        else:
            self._connect_waiters.append((future, retry))

    async def _stop(self, why: str) -> None:
        waiters, self._connect_waiters = self._connect_waiters, []
        for future, _ in waiters:
            if not future.done():
                future.set_exception(RpcError("not_connected", why, "not_sent"))
        await self._driver.stop(why)

    def _no_connection(self) -> RpcError:
        why = self._failure.message if self._failure else "no connection in time"
        return RpcError("not_connected", why, "not_sent")

    def _handlers_of(self, news: News) -> List[Callable[..., Any]]:
        """Who hears of it."""
        if isinstance(news, Event):
            return [*self._handlers.get(news.name, [])]
        hook = (self.on_connected if isinstance(news, Connected) else
                self.on_disconnected if isinstance(news, Disconnected) else
                self.on_connect_failed if isinstance(news, Failed) else
                self.on_gap if isinstance(news, Gap) else None)
        return [hook] if hook else []


def _argument(news: News) -> Any:
    """What a handler is called with."""
    if isinstance(news, Connected):
        return news.info
    return news.error if isinstance(news, (Disconnected, Failed)) else news


# --- the client with await ------------------------------------------------------------------------

class AsyncClient(_ClientBase):
    """A client for asyncio: `await client.call("add", 1, 2)`, `await client.add(1, 2)`.

    It connects, and connects again, by itself; a call made meanwhile waits for the connection
    within its own timeout. Handlers may be functions or coroutine functions; they run one after
    another. All of it belongs to the loop on which it is started."""

    def __init__(self, address: str = "tcp://127.0.0.1:2014", *, token: str = "",
                 options: Optional[Options] = None, tls: Optional[ssl.SSLContext] = None,
                 on_connected: Optional[Callable[[SessionInfo], Any]] = None,
                 on_disconnected: Optional[Callable[[RpcError], Any]] = None,
                 on_gap: Optional[Callable[[Gap], Any]] = None,
                 on_connect_failed: Optional[Callable[[RpcError], Any]] = None) -> None:
        super().__init__(address, token, options, tls, on_connected, on_disconnected, on_gap,
                         on_connect_failed)
        self._handling: Optional[asyncio.Task[None]] = None
        self._is_started = False

    async def __aenter__(self) -> AsyncClient:
        self.start()
        return self

    async def __aexit__(self, *_: Any) -> None:
        if not self._is_forked():
            await self.close()

    def start(self) -> None:
        """Begins to connect; calls do it by themselves."""
        self._refuse_fork()
        if not self._is_started:
            self._is_started, self._is_closed = True, False
            self._process = os.getpid()
            self._inbox = _LoopInbox(self._own_options.events_waiting_max)
            self._handling = asyncio.get_running_loop().create_task(self._handle(self._inbox))
            self._driver.start()

    async def close(self, why: str = "the client was closed") -> None:
        """Tells the server, ends every call and every iterator."""
        self._refuse_fork()
        self._is_closed = True
        if not self._is_started:
            return
        await self._stop(why)
        self._is_started, self._process = False, None
        for _, inbox in self._inboxes:
            inbox.close()
        self._inbox.close()
        if self._handling and self._handling is not asyncio.current_task():
            await self._handling

    async def wait_connected(self, timeout: Optional[float] = None, *, retry: bool = True) -> None:
        """@raises RpcError  There is no connection in time, or the token was refused; without
        `retry` also if the next try to connect fails."""
        time = None if timeout is None else _seconds(timeout, "timeout")
        self.start()
        future = self._future()
        self._wait_connected(future, retry)
        try:
            await asyncio.wait_for(future, time)
        except asyncio.TimeoutError:
            raise self._no_connection() from None

    async def subscribe(self, event: str, *keys: str) -> int:
        """Subscribes to these keys, or to all of the event; events with a higher number than the
        one returned are sure to come."""
        position: int = await self._change(event, keys, True)
        return position

    async def unsubscribe(self, event: str, *keys: str) -> None:
        await self._change(event, keys, False)

    async def batch(self, requests: Sequence[Request]) -> List[Any]:
        """Sends calls in one frame; the result of each, or its `RpcError`, in their order."""
        results: List[Any] = await asyncio.gather(*self._submit_batch(requests),
                                                  return_exceptions=True)
        return results

    async def discover(self) -> Contract:
        """Asks what the server serves; from then on names and numbers of arguments are checked, and
        attributes complete."""
        document = await self._submit(_CallOptions(), "rpc.discover", {})
        self._contract_epoch = self._core.epoch
        return self._adopt(document)

    async def events(self, event: str, *keys: str) -> AsyncIterator[Event]:
        """The events of this name as they come: `async for event in client.events("tick")`."""
        inbox = _LoopInbox(self._own_options.events_waiting_max)
        entry = (event, inbox)
        self._add_inbox(entry)
        try:
            if keys or not self._core.knows(event):
                await self.subscribe(event, *keys)
            while True:
                item = await inbox.get()
                if item is None:
                    return
                if isinstance(item, Event):
                    yield item
                else:
                    self._inbox.push(item)
        finally:
            self._remove_inbox(entry)

    def _future(self) -> Any:
        return asyncio.get_running_loop().create_future()

    def _post(self, what: Callable[[], None]) -> None:
        what()

    def _invoke(self, options: _CallOptions, method: str, /, *args: Any,
                **named: Any) -> Awaitable[Any]:
        future: Awaitable[Any] = self._submit(options, method, _params_of(args, named))
        return future

    async def _handle(self, inbox: _LoopInbox) -> None:
        while True:
            news = await inbox.get()
            if news is None:
                return
            for handler in self._handlers_of(news):
                try:
                    result = handler(_argument(news))
                    if inspect.isawaitable(result):
                        await result
                except Exception:
                    log.exception("a handler failed")


# --- the client that waits ------------------------------------------------------------------------

class Events:
    """The events of one name, as they come. Iterating ends when the client is closed."""

    def __init__(self, client: Client, event: str) -> None:
        client._refuse_fork()
        self._client = client
        self._inbox = _ThreadInbox(client._own_options.events_waiting_max)
        self._entry = (event, self._inbox)
        client._add_inbox(self._entry)

    def __iter__(self) -> Iterator[Event]:
        return self

    def __next__(self) -> Event:
        return self.get()

    def get(self, timeout: Optional[float] = None) -> Event:
        """@raises TimeoutError  None came in time.
        @raises StopIteration  The client was closed."""
        self._client._refuse_fork()
        while True:
            item = self._inbox.get(timeout)
            if isinstance(item, Event):
                return item
            if item is None:
                raise StopIteration
            self._client._inbox.push(item)

    def close(self) -> None:
        if not self._client._is_forked():
            self._client._remove_inbox(self._entry)
            self._inbox.close()

    def __enter__(self) -> Events:
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()


def _log_failure(event: str, future: concurrent.futures.Future[Any]) -> None:
    if not future.cancelled() and future.exception():
        log.warning("no events '%s': %s", event, future.exception())


class _Answer(concurrent.futures.Future):  # type: ignore[type-arg] # In 3.9 it takes none.
    """A call's answer. A process that was forked meanwhile does not wait for it in vain."""

    def __init__(self, refuse_fork: Callable[[], None]) -> None:
        super().__init__()
        self._refuse_fork = refuse_fork

    def result(self, timeout: Optional[float] = None) -> Any:
        if not self.done():
            self._refuse_fork()
        return super().result(timeout)

    def exception(self, timeout: Optional[float] = None) -> Optional[BaseException]:
        if not self.done():
            self._refuse_fork()
        return super().exception(timeout)


class Client(_ClientBase):
    """A client whose calls wait: `client.call("add", 1, 2)`, `client.add(1, 2)`.

    It connects, and connects again, by itself; a call made meanwhile waits for the connection
    within its own timeout. Any thread may use it. Handlers run one after another on a thread of
    their own, and may call."""

    def __init__(self, address: str = "tcp://127.0.0.1:2014", *, token: str = "",
                 options: Optional[Options] = None, tls: Optional[ssl.SSLContext] = None,
                 on_connected: Optional[Callable[[SessionInfo], Any]] = None,
                 on_disconnected: Optional[Callable[[RpcError], Any]] = None,
                 on_gap: Optional[Callable[[Gap], Any]] = None,
                 on_connect_failed: Optional[Callable[[RpcError], Any]] = None) -> None:
        super().__init__(address, token, options, tls, on_connected, on_disconnected, on_gap,
                         on_connect_failed)
        self._loop: Optional[asyncio.AbstractEventLoop] = None
        self._threads: List[threading.Thread] = []
        self._mutex = threading.RLock()

    def __enter__(self) -> Client:
        self.start()
        return self

    def __exit__(self, *_: Any) -> None:
        if not self._is_forked():
            self.close()

    def start(self) -> None:
        """Begins to connect; calls do it by themselves."""
        self._refuse_fork()
        with self._mutex:
            if self._loop:
                return
            self._process = os.getpid()
            self._loop, self._is_closed = asyncio.new_event_loop(), False
            self._inbox = _ThreadInbox(self._own_options.events_waiting_max)
            self._threads = [
                threading.Thread(target=self._run, args=(self._loop,), name="gatewire",
                                 daemon=True),
                threading.Thread(target=self._handle, args=(self._inbox,), name="gatewire handlers",
                                 daemon=True)]
            for thread in self._threads:
                thread.start()
            self._post(self._driver.start)

    def close(self, why: str = "the client was closed") -> None:
        """Tells the server, ends every call and every iterator, and waits for the threads."""
        self._refuse_fork()
        with self._mutex:
            self._refuse_deadlock()
            loop, self._loop = self._loop, None
            self._is_closed, self._process = True, None
        if not loop:
            return
        asyncio.run_coroutine_threadsafe(self._stop(why), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        for _, inbox in list(self._inboxes):
            inbox.close()
        self._inbox.close()
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join()

    def wait_connected(self, timeout: Optional[float] = None, *, retry: bool = True) -> None:
        """@raises RpcError  There is no connection in time, or the token was refused; without
        `retry` also if the next try to connect fails."""
        time = None if timeout is None else _seconds(timeout, "timeout")
        self.start()
        future = self._future()
        self._post(lambda: self._wait_connected(future, retry))
        try:
            future.result(time)
        except concurrent.futures.TimeoutError:
            raise self._no_connection() from None

    def subscribe(self, event: str, *keys: str, wait: bool = True) -> Optional[int]:
        """Subscribes to these keys, or to all of the event; events with a higher number than the
        one returned are sure to come. Without waiting a refusal is only logged."""
        future = self._change(event, keys, True)
        if not wait:
            future.add_done_callback(functools.partial(_log_failure, event))
            return None
        position: int = self._wait(future)
        return position

    def unsubscribe(self, event: str, *keys: str) -> None:
        self._wait(self._change(event, keys, False))

    def batch(self, requests: Sequence[Request]) -> List[Any]:
        """Sends calls in one frame; the result of each, or its `RpcError`, in their order."""
        results: List[Any] = []
        for future in self._submit_batch(requests):
            try:
                results.append(self._wait(future))
            except RpcError as error:
                results.append(error)
        return results

    def discover(self) -> Contract:
        """Asks what the server serves; from then on names and numbers of arguments are checked, and
        attributes complete."""
        document = self._wait(self._submit(_CallOptions(), "rpc.discover", {}))
        self._contract_epoch = self._core.epoch
        return self._adopt(document)

    def events(self, event: str, *keys: str) -> Events:
        """The events of this name as they come: `for event in client.events("tick")`."""
        events = Events(self, event)
        if keys or not self._core.knows(event):
            try:
                self.subscribe(event, *keys)
            except BaseException:
                events.close()
                raise
        return events

    def _future(self) -> Any:
        return _Answer(self._refuse_fork)

    def _post(self, what: Callable[[], None]) -> None:
        if self._is_forked():
            return  # The loop would be woken, and it is the other process's.
        loop = self._loop
        if loop:
            loop.call_soon_threadsafe(what)
        else:
            what()

    def _invoke(self, options: _CallOptions, method: str, /, *args: Any, **named: Any) -> Any:
        return self._wait(self._submit(options, method, _params_of(args, named)))

    def _wait(self, future: Any) -> Any:
        """Whoever is interrupted meanwhile gives the call up."""
        try:
            self._refuse_deadlock()
            return future.result()
        except BaseException as problem:
            if not isinstance(problem, RpcError) or problem.name == "would_deadlock":
                future.cancel()
            raise

    def _refuse_deadlock(self) -> None:
        if self._threads and threading.current_thread() is self._threads[0]:
            raise RpcError("would_deadlock", "this thread brings the answer: do not wait in the "
                           "callbacks of futures", "not_sent")

    def _run(self, loop: asyncio.AbstractEventLoop) -> None:
        asyncio.set_event_loop(loop)
        try:
            loop.run_forever()
        finally:
            loop.close()

    def _handle(self, inbox: _ThreadInbox) -> None:
        while True:
            news = inbox.get()
            if news is None:
                return
            for handler in self._handlers_of(news):
                try:
                    handler(_argument(news))
                except Exception:
                    log.exception("a handler failed")
