#!/usr/bin/env python3
# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT

"""Lets browsers trade at a run_server: REST and a WebSocket in front of its RPC service.

POST /token with user and password gives what all else needs: `Authorization: Bearer <token>`.

    POST /tick/{vt_symbol}?gateway=SIM   subscribe; ticks come over the WebSocket
    POST /order                          a JSON order_request with gateway_name
    DELETE /order/{vt_orderid}           cancel
    GET /tick /order /trade /position /account /contract
    GET /history/{vt_symbol}?gateway=&start=2019-01-02T00:00:00Z&end=&interval=
    GET /ws?token=<token>                the WebSocket; browsers set no headers there

An order whose sender chose its orderid can be sent again if its fate is unknown (502, 504). Events
are {"topic": ..., "data": ...}; "connection" is LOST, or CONNECTED: then ask for lists anew."""

import argparse
import asyncio
import hashlib
import ipaddress
import json
import os
import random
import secrets
import socket
import struct
import time
from collections.abc import Callable
from datetime import datetime, timezone
from functools import partial
from typing import Any

from aiohttp import web

CALL_TIME, TOKEN_TIME = 10, 1800  # Seconds that the desk has for an answer; that a token is good.
PAUSE_MIN, PAUSE_MAX = 0.1, 5.0  # Seconds between attempts to reach the desk.
CLOSE_TIME, END_TIME = 10.0, 0.3  # Seconds to take leave of a browser; of all at the end.
LISTS = ("tick", "order", "trade", "position", "account", "contract")
TOPICS = (*LISTS, "quote", "gateway", "log", "reset", "event")
ORDER_DEFAULTS = {"offset": "NONE", "reference": "", "orderid": ""}
# What the desk's errors mean to a browser; the others are 502, the desk's own trouble.
STATUS_OF_CODE = {-32602: 400, -32002: 403, -32005: 429, -32000: 500, -32006: 503, -32003: 504}
say = partial(print, flush=True)


class Failure(Exception):
    """What a browser is told instead of a result; the code is the desk's, if it said no."""

    def __init__(self, status: int, text: str, code: int | None = None) -> None:
        super().__init__(text)
        self.status, self.code = status, code


async def read_message(reader: asyncio.StreamReader) -> dict[str, Any]:
    size, = struct.unpack(">I", await reader.readexactly(4))
    if size > 16 << 20:  # What a server sends at most.
        raise ValueError(f"a frame of {size} bytes is too large")
    return json.loads(await reader.readexactly(size))


def result_of(answer: dict[str, Any]) -> Any:
    if error := answer.get("error"):
        raise Failure(STATUS_OF_CODE.get(error["code"], 502), error["message"], error["code"])
    return answer["result"]


class Desk:
    """One connection to the desk, made again whenever it is lost; subscriptions outlive it."""

    def __init__(self, address: str, token: str, publish: Callable[[str, Any], None]) -> None:
        self.address, self.token, self.publish = address, token, publish
        self.ticks: dict[tuple[str, ...], list[Any]] = {}  # The params of each `subscribe`.
        self.pending: dict[int, asyncio.Future[Any]] = {}  # Calls in flight by id.
        self.is_ready, self.last_id, self.pause = False, 0, PAUSE_MIN

    async def call(self, method: str, *params: Any) -> Any:
        if not self.is_ready:
            raise Failure(503, "there is no connection to the desk")
        return await self._ask(method, list(params))

    async def run(self) -> None:
        """Keeps the connection up until cancelled."""
        while True:
            try:
                await self._connect_and_stay()
            except Exception as failure:  # Whatever ended this connection, there is a next one.
                why = getattr(failure, "exceptions", [failure])[0]
                say(f"no connection to the desk: {str(why) or type(why).__name__}")
            await asyncio.sleep(self.pause * random.uniform(0.5, 1))
            self.pause = min(2 * self.pause, PAUSE_MAX)

    async def _connect_and_stay(self) -> None:
        kind, _, place = self.address.partition("://")
        opening = (asyncio.open_unix_connection(place) if kind == "unix" else
                   asyncio.open_connection(*place.replace("[", "").replace("]", "").rsplit(":", 1)))
        reader, self.writer = await asyncio.wait_for(opening, CALL_TIME)
        try:
            self._write({"id": 0, "method": "rpc.hello",
                         "params": {"protocol": 1, "token": self.token or None}})
            hello = result_of(await asyncio.wait_for(read_message(reader), CALL_TIME))
            async with asyncio.TaskGroup() as both:  # Neither ends but by an exception.
                both.create_task(self._read(reader))
                both.create_task(self._subscribe_and_ping(hello["heartbeat_ms"] / 1000))
        finally:
            self.writer.transport.abort()
            for answer in self.pending.values():
                if not answer.done():
                    answer.set_exception(Failure(502, "the desk was lost; it may be done"))
            if self.is_ready:
                self.is_ready = False
                self.publish("connection", "LOST")

    async def _subscribe_and_ping(self, heartbeat: float) -> None:
        for topic in TOPICS:
            await self._ask("rpc.subscribe", {"event": topic})
        for params in self.ticks.values():
            try:
                await self._ask("subscribe", params)
            except Failure as refused:
                say(f"no more ticks of {params}: {refused}")
        self.is_ready, self.pause = True, PAUSE_MIN
        self.publish("connection", "CONNECTED")
        say("connected to the desk")
        while True:
            await asyncio.sleep(heartbeat / 2 or CALL_TIME)
            await self._ask("rpc.ping", {})

    async def _read(self, reader: asyncio.StreamReader) -> None:
        while True:
            message = await read_message(reader)
            if "method" in message:
                self.publish(message["method"], message["params"]["data"])
                await asyncio.sleep(0)  # Lets browsers take it before the next one comes.
            elif (answer := self.pending.get(message["id"])) and not answer.done():
                answer.set_result(message)

    async def _ask(self, method: str, params: list[Any] | dict[str, Any]) -> Any:
        number = self.last_id = self.last_id + 1
        answer = self.pending[number] = asyncio.get_running_loop().create_future()
        try:
            self._write({"id": number, "method": method, "params": params,
                         "rpc": {"timeout_ms": CALL_TIME * 1000}})  # It is not begun later.
            return result_of(await asyncio.wait_for(answer, CALL_TIME))
        except asyncio.TimeoutError:
            raise Failure(504, "the desk did not answer in time; it may be done") from None
        finally:
            del self.pending[number]

    def _write(self, message: dict[str, Any]) -> None:
        text = json.dumps({"jsonrpc": "2.0"} | message, ensure_ascii=False, allow_nan=False)
        body = text.encode()  # It is not waited for: calls end, and pings tell a desk that hangs.
        self.writer.write(struct.pack(">I", len(body)) + body)


class Tokens:
    """Random tokens that expire. Only hashes are kept, so that looking one up tells nothing."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock, self.ends = clock, dict[bytes, float]()

    def issue(self) -> str:
        now, token = self.clock(), secrets.token_urlsafe(32)
        self.ends = {known: end for known, end in self.ends.items() if end > now}
        self.ends[hashlib.sha256(token.encode()).digest()] = now + TOKEN_TIME
        return token

    def is_good(self, token: str) -> bool:
        end = self.ends.get(hashlib.sha256(token.encode(errors="replace")).digest(), 0.0)
        return self.clock() < end


class Browser:
    """A WebSocket and the events that wait for it. Too many end it, and nobody else's."""

    def __init__(self, stream: web.WebSocketResponse, limit: int) -> None:
        self.waiting: asyncio.Queue[str] = asyncio.Queue(limit)
        self.goodbye: tuple[int, str] | None = None
        self.sender = asyncio.create_task(self._send(stream))

    def offer(self, text: str) -> None:
        if self.waiting.full():
            return self.end(1008, f"too slow: more than {self.waiting.maxsize} events wait")
        self.waiting.put_nowait(text)

    def end(self, code: int, reason: str) -> None:
        if not self.goodbye:
            self.goodbye = (code, reason)
            self.sender.cancel()

    async def _send(self, stream: web.WebSocketResponse) -> None:
        try:
            while True:
                await stream.send_str(await self.waiting.get())
        except (asyncio.CancelledError, ConnectionError):
            code, reason = self.goodbye or (1006, "")
            say(f"a browser is gone: {reason or 'it left'}")
        closing = stream.close(code=code, message=reason.encode())
        await asyncio.wait([asyncio.create_task(closing)], timeout=CLOSE_TIME)


def microseconds(text: str) -> int:
    """Since 1970; UTC where no zone is given."""
    when = datetime.fromisoformat(text)
    return round((when if when.tzinfo else when.replace(tzinfo=timezone.utc)).timestamp() * 1e6)


async def members_of(request: web.Request) -> dict[str, Any]:
    body = await request.json()
    if not isinstance(body, dict) or any(isinstance(each, (dict, list)) for each in body.values()):
        raise ValueError("the body is no flat JSON object")
    return body


class Bridge:
    """What browsers see."""

    def __init__(self, options: argparse.Namespace, tokens: Tokens) -> None:
        self.tokens, self.queue_limit = tokens, options.queue
        self.secret = json.dumps([options.user, options.password]).encode()
        self.desk = Desk(options.server, options.server_token, self.publish)
        self.browsers: set[Browser] = set()
        self.app = web.Application(middlewares=[self.guard], client_max_size=64 << 10)
        self.app.add_routes([
            web.post("/token", self.post_token), web.get("/ws", self.get_ws),
            web.post("/tick/{symbol}.{exchange}", self.post_tick),
            web.post("/order", self.post_order), web.delete("/order/{id}", self.delete_order),
            web.get("/history/{symbol}.{exchange}", self.get_history),
            *(web.get(f"/{name}", partial(self.get_list, name)) for name in LISTS)])
        self.app.on_startup.append(self.begin)
        self.app.on_shutdown.append(self.end)

    def publish(self, topic: str, data: Any) -> None:
        text = json.dumps({"topic": topic, "data": data})
        for browser in self.browsers:
            browser.offer(text)

    async def begin(self, _: web.Application) -> None:
        self.running = asyncio.create_task(self.desk.run())

    async def end(self, _: web.Application) -> None:
        for browser in self.browsers:
            browser.end(1001, "the bridge ends")

    @web.middleware
    async def guard(self, request: web.Request, handler: Any) -> web.StreamResponse:
        """Lets in who has a token; makes JSON of what handlers give, and of what goes wrong."""
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        if request.path == "/ws":
            kind, token = "bearer", request.query.get("token", "")
        is_good = kind.lower() == "bearer" and self.tokens.is_good(token)
        try:
            if request.path != "/token" and not is_good:
                raise Failure(401, "a good token is needed, see POST /token")
            status, result = 200, await handler(request)
        except (Failure, web.HTTPError, ValueError, RecursionError) as failure:
            status = getattr(failure, "status", 400)  # Without one, what was sent makes no sense.
            result = {"error": str(failure), "code": getattr(failure, "code", None)}
        if isinstance(result, web.StreamResponse):
            return result
        return web.json_response(result, status=status, headers={
            "Cache-Control": "no-store", "WWW-Authenticate": "Bearer"})

    async def post_token(self, request: web.Request) -> Any:
        told = await (members_of(request) if "json" in request.content_type else request.post())
        shown = json.dumps([str(told.get("user")), str(told.get("password"))]).encode()
        if not secrets.compare_digest(shown, self.secret):
            raise Failure(401, "wrong user or password")
        return {"access_token": self.tokens.issue(), "token_type": "bearer",
                "expires_in": TOKEN_TIME}

    async def post_tick(self, request: web.Request) -> Any:
        symbol, gateway = dict(request.match_info), request.query.get("gateway", "")
        await self.desk.call("subscribe", symbol, gateway)
        self.desk.ticks[gateway, *symbol.values()] = [symbol, gateway]
        return symbol | {"gateway_name": gateway}

    async def get_list(self, name: str, _: web.Request) -> Any:
        return await self.desk.call(f"get_all_{name}s")

    async def post_order(self, request: web.Request) -> Any:
        order = ORDER_DEFAULTS | await members_of(request)
        gateway = order.pop("gateway_name", "")
        return {"vt_orderid": await self.desk.call("send_order", order, gateway)}

    async def delete_order(self, request: web.Request) -> Any:
        order = await self.desk.call("get_order", request.match_info["id"])
        if order is None:
            raise Failure(404, f"there is no order '{request.match_info['id']}'")
        cancel = {name: order[name] for name in ("orderid", "symbol", "exchange")}
        await self.desk.call("cancel_order", cancel, order["gateway_name"])
        return {"vt_orderid": request.match_info["id"]}

    async def get_history(self, request: web.Request) -> Any:
        asked, end = request.query, request.query.get("end")
        history = dict(request.match_info) | {"start": microseconds(asked.get("start", "")),
                                              "end": microseconds(end) if end else None,
                                              "interval": asked.get("interval") or None}
        return await self.desk.call("query_history", history, asked.get("gateway", ""))

    async def get_ws(self, request: web.Request) -> web.StreamResponse:
        stream = web.WebSocketResponse(heartbeat=30)
        await stream.prepare(request)
        browser = Browser(stream, self.queue_limit)
        self.browsers.add(browser)
        try:
            async for _ in stream:  # Nothing is expected; pings are answered inside.
                pass
        finally:
            self.browsers.discard(browser)
            browser.end(1000, "")
            await browser.sender
            if request.transport is not None:
                request.transport.abort()  # What was not read by now is not kept any longer.
        return stream


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, fromfile_prefix_chars="@",
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    add = partial(parser.add_argument, metavar="...")
    add("--server", default="tcp://127.0.0.1:2014", help="where it is; %(default)s by default")
    add("--server-token", default="", help="what it wants to see")
    add("--listen", default="127.0.0.1:8000", help="%(default)s by default; port 0 picks one")
    add("--user", required=True, help="who may log in")
    add("--password", default=os.environ.get("GATEWIRE_WEB_PASSWORD"),
        help="not to be seen by others in GATEWIRE_WEB_PASSWORD, or with flags in a file: @FILE")
    add("--queue", type=int, default=1000, help="events that may wait for one browser")
    parser.add_argument("--allow-remote", action="store_true", help="listen beyond this machine")
    options = parser.parse_args()
    if not options.password:
        parser.error("a password is needed, best in GATEWIRE_WEB_PASSWORD")
    host, _, port = options.listen.rpartition(":")
    try:
        listening = socket.create_server((host, int(port)))
    except (OSError, ValueError) as failure:
        parser.error(f"--listen {options.listen}: {failure}")
    host, port = listening.getsockname()[:2]
    if not (ipaddress.ip_address(host).is_loopback or options.allow_remote):
        parser.error("--listen: beyond this machine others could read and change what is sent, for "
                     "there is no TLS; use a reverse proxy that has it, or insist: --allow-remote")
    say(f"listening at http://{host}:{port}")
    # No log of requests: tokens stand in some of them.
    web.run_app(Bridge(options, Tokens()).app, sock=listening, print=None, access_log=None,
                shutdown_timeout=END_TIME)


if __name__ == "__main__":
    main()
