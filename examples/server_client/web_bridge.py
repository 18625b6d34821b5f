#!/usr/bin/env python3
# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT

"""Lets browsers trade at a run_server: a page, REST and a WebSocket in front of its RPC service.

GET / is the page. POST /token with a user's token of the desk (empty where it asks for none) logs
in and gives what all else needs: `Authorization: Bearer <access_token>`. Each login is a client of
the desk, with that user's name and rights. Needs Python 3.11, aiohttp and ../clients/python.

    POST /token                          {"token": ...}; DELETE /token logs out
    POST /tick/{vt_symbol}?gateway=SIM   subscribe; ticks come over the WebSocket
    POST /order /quote                   a JSON order_request or quote_request, and gateway_name
    DELETE /order/{vt_orderid}           cancel; DELETE /quote/{vt_quoteid} likewise
    GET /tick /order /trade /quote /position /account /contract /gateway
    GET /history/{vt_symbol}?gateway=&start=2019-01-02T00:00:00Z&end=&interval=
    GET /ws                              the WebSocket; browsers, which can set no headers there,
                                         offer the protocols "gatewire" and their access token

Errors are {"error": text, "code", "outcome"} with a status: 400 what was sent makes no sense, 401
not logged in, 403 not allowed, 429 too much, 503 no connection, 502 and 504 lost or too slow.
An order whose sender chose its orderid can be sent again if its fate is unknown ("may_have_run").
Events are {"topic": ..., "data": ...}; "connection" has the state LOST, or CONNECTED: then ask for
lists anew. A "heartbeat" comes every two seconds."""

import sys

if sys.version_info < (3, 11):
    sys.exit("web_bridge.py needs Python 3.11 or later; this is %d.%d" % sys.version_info[:2])

import argparse
import asyncio
import base64
import hashlib
import ipaddress
import json
import logging
import pathlib
import re
import secrets
import socket
import time
from collections.abc import Callable
from datetime import datetime, timezone
from functools import partial
from typing import Any
from urllib.parse import urlsplit

try:
    from aiohttp import web
except ImportError:
    sys.exit("web_bridge.py needs aiohttp; in Debian it is the package python3-aiohttp")

FOLDER = pathlib.Path(__file__).resolve().parent
sys.path.append(str(FOLDER.parent / "clients" / "python"))
import gatewire  # noqa: E402

CALL_TIME, IDLE_TIME = 10.0, 1800.0  # Seconds for an answer; that a login lasts unused.
HEARTBEAT = 2.0  # Seconds; by its lack the page notices a bridge that hangs.
CLOSE_TIME, REPLY_TIME = 10.0, 1.0  # Seconds to take leave of a browser; for its reply alone.
END_TIME = 0.3  # Seconds to take leave of all at the end.
LOGINS_MAX, LOGINS_AT_ONCE, BROWSERS_MAX = 100, 8, 16  # The last one is of a login.
LISTS = ("tick", "order", "trade", "quote", "position", "account", "contract", "gateway")
TOPICS = (*LISTS, "log", "reset", "event")
DEFAULTS = {"order": {"offset": "NONE", "reference": "", "orderid": ""},
            "quote": {"bid_offset": "NONE", "ask_offset": "NONE", "reference": "", "quoteid": ""}}
# What errors mean to a browser; the others are 502, the desk's own trouble.
STATUS_OF = {"invalid_params": 400, "invalid_value": 400, "unauthenticated": 401, "forbidden": 403,
             "overloaded": 429, "engine_error": 500, "not_connected": 503, "shutting_down": 503,
             "deadline_exceeded": 504}
say = partial(print, flush=True)


class Failure(Exception):
    """What a browser is told instead of a result."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


def microseconds(text: str) -> int:
    """Since 1970; UTC where no zone is given."""
    when = datetime.fromisoformat(text)
    return round((when if when.tzinfo else when.replace(tzinfo=timezone.utc)).timestamp() * 1e6)


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

    async def _read(self, stream: web.WebSocketResponse) -> None:
        async for _ in stream:  # Nothing is expected; pings are answered inside.
            pass
        self.end(1000, "")

    async def _send(self, stream: web.WebSocketResponse) -> None:
        reading = asyncio.create_task(self._read(stream))
        try:
            while True:
                await stream.send_str(await self.waiting.get())
        except (asyncio.CancelledError, ConnectionError):
            code, reason = self.goodbye or (1006, "")
            say(f"a browser is gone: {reason or 'it left'}")
        reading.cancel()  # Or the answer to the goodbye would not be waited for.
        await asyncio.wait([reading])
        closing = stream.close(code=code, message=reason.encode()[:120])
        await asyncio.wait([asyncio.create_task(closing)], timeout=CLOSE_TIME)


class Login:
    """A user's connection to the desk, and the WebSockets that hear of it."""

    def __init__(self, address: str, token: str) -> None:
        self.browsers: set[Browser] = set()
        self.ticks: dict[tuple[str, ...], list[Any]] = {}  # The arguments of each `subscribe`.
        self.last_used, self.refusal = 0.0, ""
        self.news, self.connected = dict[str, Any](), asyncio.Event()
        self.renewing: asyncio.Task[None] | None = None
        self.client = gatewire.AsyncClient(
            address, token=token, options=gatewire.Options(call_timeout=CALL_TIME),
            on_connected=self._on_connected, on_disconnected=self._on_lost,
            on_connect_failed=self._on_failed, on_gap=self._on_gap)
        for topic in TOPICS:
            self.client.on(topic, self._on_event)

    async def begin(self) -> None:
        """@raises gatewire.RpcError  The desk is not there, or refuses the token."""
        await self.client.wait_connected(CALL_TIME, retry=False)
        try:
            await asyncio.wait_for(self.connected.wait(), CALL_TIME)
        except asyncio.TimeoutError:
            raise Failure(504, "the desk did not answer in time") from None

    async def close(self, code: int, why: str) -> None:
        for browser in self.browsers:
            browser.end(code, why)
        if self.renewing:
            self.renewing.cancel()
        await self.client.close(why)

    async def call(self, method: str, *args: Any) -> Any:
        """Nothing waits for a connection, orders least of all."""
        if not self.connected.is_set():
            raise Failure(503, f"there is no connection to the desk: {self.news.get('text')}")
        return await self.client.call(method, *args)

    async def all_of(self, name: str) -> list[Any]:
        """A long list comes in parts."""
        if name == "tick":
            return await self.call("get_all_ticks")
        found, after = [], ""
        while True:
            page = await self.call(f"page_{name}s", after)
            found += page["items"]
            if not (after := page["next"]):
                return found

    def publish(self, topic: str, data: Any) -> None:
        text = json.dumps({"topic": topic, "data": data})
        for browser in self.browsers:
            browser.offer(text)

    def _tell(self, state: str, text: str = "") -> None:
        if self.news.get("state") != state:
            say(f"{state}: {text or self.client.address}")
            self.news = {"state": state, "since": time.time_ns() // 1000,
                         "server": self.client.address}
        self.news["text"] = text
        self.publish("connection", self.news)

    async def _on_event(self, event: gatewire.Event) -> None:
        self.publish(event.name, event.data)
        await asyncio.sleep(0)  # Lets browsers take it before the next one comes.

    def _on_connected(self, info: gatewire.SessionInfo) -> None:
        self.connected.set()
        self._tell("CONNECTED")
        if not info.resumed:
            self.renewing = asyncio.create_task(self._subscribe_again())

    async def _subscribe_again(self) -> None:
        for params in list(self.ticks.values()):
            try:
                await self.client.call("subscribe", *params)
            except gatewire.RpcError as refused:
                say(f"no more ticks of {params}: {refused}")

    def _on_gap(self, _: gatewire.Gap) -> None:
        if self.connected.is_set():  # Else it is told as soon as there is a connection again.
            self._tell("CONNECTED")

    def _on_lost(self, why: gatewire.RpcError) -> None:
        self.connected.clear()
        self._tell("LOST", why.message)

    def _on_failed(self, why: gatewire.RpcError) -> None:
        if why.name in ("unauthenticated", "forbidden"):
            self.refusal = f"the desk refuses the token: {why.message}"
            for browser in self.browsers:
                browser.end(1008, self.refusal)
        elif self.news:
            self._tell("LOST", why.message)


class Logins:
    """Logins by random access tokens, of which only hashes are kept, so that looking one up tells
    nothing. One ends that was not used for a while, unless a browser listens."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock, self.all = clock, dict[bytes, Login]()

    def add(self, login: Login) -> str:
        token = secrets.token_urlsafe(32)
        self.all[self._key(token)] = login
        login.last_used = self.clock()
        return token

    def find(self, token: str) -> Login | None:
        login = self.all.get(self._key(token))
        if not login or self._is_over(login):
            return None
        login.last_used = self.clock()
        return login

    def drop(self, which: Login | None = None) -> list[Login]:
        """Forgets this login, or those that are over."""
        over = {key: each for key, each in self.all.items()
                if each is which or not which and self._is_over(each)}
        self.all = {key: each for key, each in self.all.items() if key not in over}
        return list(over.values())

    def _is_over(self, login: Login) -> bool:
        is_unused = not login.browsers and self.clock() >= login.last_used + IDLE_TIME
        return is_unused or bool(login.refusal)

    def _key(self, token: str) -> bytes:
        return hashlib.sha256(token.encode(errors="replace")).digest()


def host_of(place: str) -> str:
    """Of `host:port`, without the port. Nothing if it is none."""
    try:
        return urlsplit(f"//{place}").hostname or ""
    except ValueError:
        return ""


def is_address(host: str) -> bool:
    try:
        return bool(ipaddress.ip_address(host))
    except ValueError:
        return False


class Doorkeeper:
    """Who may ask at all, wherever the request comes from: other sites' pages may not."""

    def __init__(self, origins: list[str]) -> None:
        self.origins = frozenset(origins)
        self.hosts = {"localhost", *(urlsplit(each).hostname for each in origins)}

    def check(self, request: web.Request) -> None:
        # Another site can give its name this machine's address. Then the browser calls its page and
        # this bridge one origin, but the name stands here.
        if not (is_address(host := host_of(request.host)) or host in self.hosts):
            raise Failure(403, f"this bridge is not called '{request.host}'; see --origin")
        origin = request.headers.get("Origin")
        is_own = origin in (None, f"http://{request.host}", f"https://{request.host}")
        if not is_own and origin not in self.origins:
            raise Failure(403, f"pages from {origin} may not use this bridge; see --origin")

    def is_preflight(self, request: web.Request) -> bool:
        return request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers

    def headers(self, request: web.Request) -> dict[str, str]:
        headers = {"Cache-Control": "no-store", "Vary": "Origin",
                   "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
        if (origin := request.headers.get("Origin")) in self.origins:
            headers["Access-Control-Allow-Origin"] = origin
            if self.is_preflight(request):
                headers |= {"Access-Control-Allow-Methods": "GET, POST, DELETE",
                            "Access-Control-Allow-Headers": "Authorization, Content-Type",
                            "Access-Control-Max-Age": "600"}
        return headers


def answer_to(failure: Exception) -> tuple[int, dict[str, Any]]:
    """Status and body."""
    code = outcome = None
    text, status = str(failure), getattr(failure, "status", 400)
    if isinstance(failure, gatewire.RpcError):
        code, outcome, text = failure.code or None, failure.outcome, failure.message
        status = STATUS_OF.get(failure.name, 503 if outcome == "not_sent" else 502)
    elif not isinstance(failure, (Failure, web.HTTPError, ValueError, LookupError, RecursionError)):
        logging.exception("this is a mistake of the bridge")
        status, text, outcome = 500, "the bridge has a mistake; its log says more", "may_have_run"
    return status, {"error": text, "code": code, "outcome": outcome or "not_sent"}


def access_token_of(request: web.Request) -> str:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() == "bearer":
        return token.strip()
    name, _, token = request.headers.get("Sec-WebSocket-Protocol", "").partition(",")
    return token.strip() if request.path == "/ws" and name.strip() == "gatewire" else ""


async def members_of(request: web.Request) -> dict[str, Any]:
    try:
        body = await request.json()
    except ValueError as wrong:
        raise ValueError(f"the body is not JSON: {wrong}") from None
    if not isinstance(body, dict) or any(isinstance(each, (dict, list)) for each in body.values()):
        raise ValueError("the body is no flat JSON object")
    return body


class Page:
    """The file, and the policy that lets it run what stands in it and nothing else."""

    def __init__(self) -> None:
        self.text = (FOLDER / "web_page.html").read_text(encoding="utf-8")
        self.policy = "; ".join([
            "default-src 'none'", "connect-src 'self'", "img-src data:", "base-uri 'none'",
            "form-action 'none'", "frame-ancestors 'none'",
            f"script-src {self._hash('script')}", f"style-src {self._hash('style')}"])

    def _hash(self, element: str) -> str:
        inside = re.search(f"<{element}>(.*?)</{element}>", self.text, re.DOTALL).group(1)
        return f"'sha256-{base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()}'"


class Bridge:
    """What browsers see."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options, self.page, self.logins = options, Page(), Logins()
        self.door, self.logging_in = Doorkeeper(options.origin), asyncio.Semaphore(LOGINS_AT_ONCE)
        self.is_exposed = options.allow_remote or any(
            urlsplit(each).hostname not in ("localhost", "127.0.0.1", "::1")
            for each in options.origin)
        self.app = web.Application(middlewares=[self.guard], client_max_size=64 << 10)
        self.app.add_routes([
            web.get("/", self.get_page), web.get("/ws", self.get_ws),
            web.post("/token", self.post_token), web.delete("/token", self.delete_token),
            web.post("/tick/{symbol}.{exchange}", self.post_tick),
            web.get("/history/{symbol}.{exchange}", self.get_history),
            *(web.get(f"/{name}", partial(self.get_list, name)) for name in LISTS),
            *(web.post(f"/{kind}", partial(self.post_request, kind)) for kind in DEFAULTS),
            *(web.delete(f"/{kind}/{{id}}", partial(self.cancel, kind)) for kind in DEFAULTS)])
        self.app.on_startup.append(self.begin)
        self.app.on_shutdown.append(self.end)

    async def begin(self, _: web.Application) -> None:
        self.beating = asyncio.create_task(self.beat())

    async def beat(self) -> None:
        while True:
            await asyncio.sleep(HEARTBEAT)
            for login in self.logins.all.values():
                login.publish("heartbeat", None)
            for login in self.logins.drop():
                await login.close(1008, login.refusal or "the login was not used any more")

    async def end(self, _: web.Application) -> None:
        self.beating.cancel()
        ending = [asyncio.create_task(login.close(1001, "the bridge ends"))
                  for login in self.logins.all.values()]
        if ending:
            await asyncio.wait(ending, timeout=END_TIME)

    @web.middleware
    async def guard(self, request: web.Request, handler: Any) -> web.StreamResponse:
        """Lets in who is logged in; makes JSON of what handlers give, and of what goes wrong."""
        headers = self.door.headers(request)
        try:
            self.door.check(request)
            if self.door.is_preflight(request):
                return web.Response(status=204, headers=headers)
            is_open = (request.method, request.path) in (("GET", "/"), ("POST", "/token"))
            if not is_open:
                request["login"] = self.logins.find(access_token_of(request))
                if not request["login"]:
                    raise Failure(401, "a good access token is needed, see POST /token")
            status, result = 200, await handler(request)
        except Exception as failure:
            status, result = answer_to(failure)
            if status == 401:
                headers["WWW-Authenticate"] = "Bearer"
            if isinstance(failure, web.HTTPMethodNotAllowed):
                headers["Allow"] = failure.headers["Allow"]
        if isinstance(result, web.StreamResponse):
            if not result.prepared:
                result.headers.update(headers)
            return result
        return web.json_response(result, status=status, headers=headers)

    async def get_page(self, _: web.Request) -> web.Response:
        return web.Response(text=self.page.text, content_type="text/html",
                            headers={"Content-Security-Policy": self.page.policy})

    async def post_token(self, request: web.Request) -> Any:
        told = await (members_of(request) if "json" in request.content_type else request.post())
        if not isinstance(token := told.get("token", ""), str):
            raise ValueError("the token is no text")
        if self.logging_in.locked() or len(self.logins.all) >= LOGINS_MAX:
            raise Failure(429, "too many log in")
        async with self.logging_in:
            if self.is_exposed and await self.is_desk_open():
                raise Failure(403, "the desk asks for no token; beyond its machine it must")
            login = await self.connect(token)
        return {"access_token": self.logins.add(login), "token_type": "bearer",
                "expires_in": int(IDLE_TIME)}

    async def connect(self, token: str) -> Login:
        login = Login(self.options.server, token)
        try:
            await login.begin()
        except BaseException:
            await login.close(1008, "")
            raise
        return login

    async def is_desk_open(self) -> bool:
        try:
            await (await self.connect("")).close(1000, "")
        except gatewire.RpcError as refused:
            if refused.name != "unauthenticated":
                raise
            return False
        return True

    async def delete_token(self, request: web.Request) -> Any:
        for login in self.logins.drop(request["login"]):
            await login.close(1000, "logged out")
        return {}

    async def post_tick(self, request: web.Request) -> Any:
        symbol, gateway = dict(request.match_info), request.query.get("gateway", "")
        await request["login"].call("subscribe", symbol, gateway)
        request["login"].ticks[gateway, *symbol.values()] = [symbol, gateway]
        return symbol | {"gateway_name": gateway}

    async def get_list(self, name: str, request: web.Request) -> Any:
        return await request["login"].all_of(name)

    async def post_request(self, kind: str, request: web.Request) -> Any:
        asked = DEFAULTS[kind] | await members_of(request)
        gateway = asked.pop("gateway_name", "")
        return {f"vt_{kind}id": await request["login"].call(f"send_{kind}", asked, gateway)}

    async def cancel(self, kind: str, request: web.Request) -> Any:
        wanted = request.match_info["id"]
        found = await request["login"].call(f"get_{kind}", wanted)
        if found is None:
            raise Failure(404, f"there is no {kind} '{wanted}'")
        which = {name: found[name] for name in ("symbol", "exchange")}
        await request["login"].call(f"cancel_{kind}", which | {"orderid": found[f"{kind}id"]},
                                    found["gateway_name"])
        return {f"vt_{kind}id": wanted}

    async def get_history(self, request: web.Request) -> Any:
        asked, end = request.query, request.query.get("end")
        history = dict(request.match_info) | {"start": microseconds(asked.get("start", "")),
                                              "end": microseconds(end) if end else None,
                                              "interval": asked.get("interval") or None}
        return await request["login"].call("query_history", history, asked.get("gateway", ""))

    async def get_ws(self, request: web.Request) -> web.StreamResponse:
        login = request["login"]
        if len(login.browsers) >= BROWSERS_MAX:
            raise Failure(429, f"no more than {BROWSERS_MAX} WebSockets of one login")
        stream = web.WebSocketResponse(heartbeat=30, timeout=REPLY_TIME, protocols=("gatewire",))
        await stream.prepare(request)
        browser = Browser(stream, self.options.queue)
        login.browsers.add(browser)
        browser.offer(json.dumps({"topic": "connection", "data": login.news}))
        try:
            await browser.sender
        finally:
            login.browsers.discard(browser)
            login.last_used = self.logins.clock()
            if request.transport is not None:
                request.transport.abort()  # What was not read by now is not kept any longer.
        return stream


def read_options() -> tuple[argparse.Namespace, socket.socket]:
    parser = argparse.ArgumentParser(description=__doc__, fromfile_prefix_chars="@",
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    add = partial(parser.add_argument, metavar="...")
    add("--server", default="tcp://127.0.0.1:2014", help="where it is; %(default)s by default")
    add("--listen", default="127.0.0.1:8000", help="%(default)s by default; port 0 picks one")
    add("--origin", action="append", default=[],
        help="whose pages may use it beside its own, as https://desk.example; can be repeated. "
             "Behind a reverse proxy: what browsers call it")
    add("--queue", type=int, default=1000, help="events that may wait for one browser")
    parser.add_argument("--allow-remote", action="store_true", help="listen beyond this machine")
    options = parser.parse_args()
    try:
        gatewire.AsyncClient(options.server)
    except gatewire.RpcError as wrong:
        parser.error(f"--server: {wrong.message}")
    for origin in options.origin:
        if not re.fullmatch(r"https?://[^/?#@\s*]+", origin):
            parser.error(f"--origin: '{origin}' is none; one is like https://desk.example")
    host, _, port = options.listen.rpartition(":")
    try:
        listening = socket.create_server((host.strip("[]"), int(port)))
    except (OSError, ValueError) as failure:
        parser.error(f"--listen {options.listen}: {failure}")
    if not (ipaddress.ip_address(listening.getsockname()[0]).is_loopback or options.allow_remote):
        parser.error("--listen: beyond this machine others could read and change what is sent, for "
                     "there is no TLS; use a reverse proxy that has it, or insist: --allow-remote")
    return options, listening


async def serve(options: argparse.Namespace) -> web.Application:
    return Bridge(options).app


def main() -> None:
    options, listening = read_options()
    host, port = listening.getsockname()[:2]
    say(f"listening at http://{host}:{port}")
    web.run_app(serve(options), sock=listening, print=None, access_log=None,
                shutdown_timeout=END_TIME)


if __name__ == "__main__":
    main()
