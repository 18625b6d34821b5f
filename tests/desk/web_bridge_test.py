#!/usr/bin/env python3
# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT

"""Trades through the web bridge of the example at a real server.

    web_bridge_test.py <run_server> [arguments of unittest]

Nothing waits for a time, only for what must happen, each with a time limit. No port is fixed."""

import ast
import asyncio
import contextlib
import json
import os
import pathlib
import signal
import socket
import sys
import tempfile
import time
import unittest

try:
    import aiohttp
except ImportError:
    print("skipped: python3-aiohttp is not installed")
    sys.exit(77)

PATIENCE = 20  # Seconds until something that must happen counts as failed.
END_WITHIN = 1  # Seconds that a polite request to end may take.
FOLDER = pathlib.Path(__file__).resolve().parents[2] / "examples" / "server_client"
sys.path.insert(0, str(FOLDER))
sys.dont_write_bytecode = True
import web_bridge  # noqa: E402

SYMBOL = "ES.CME"
DESK_TOKEN = "desk-secret"
LOGIN = {"token": DESK_TOKEN}
WATCHER = {"name": "watcher", "token": "for-watching", "may_trade": False}


class Process:
    """A program whose lines can be waited for."""

    def __init__(self, process):
        self.process = process
        self.text = ""
        self.reader = asyncio.create_task(self._read())

    @classmethod
    async def start(cls, *command):
        return cls(await asyncio.create_subprocess_exec(
            *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
            start_new_session=True))

    async def _read(self):
        while part := await self.process.stdout.read(65536):
            self.text += part.decode(errors="replace")

    async def wait_for(self, text):
        """Waits for a line with the text and returns what stands behind it."""
        def rest():
            for line in self.text.splitlines(keepends=True):
                if text in line and line.endswith("\n"):
                    return line.partition(text)[2].strip() or True
            if self.reader.done():
                raise AssertionError(f"ended before it printed '{text}':\n{self.text}")
            return None
        return await eventually(rest, f"'{text}' to be printed")

    async def end(self, number):
        """Ends it and what it started. Returns the exit code and the seconds that it took."""
        begin = time.monotonic()
        if self.process.returncode is None:
            os.killpg(self.process.pid, number)
        code = await asyncio.wait_for(self.process.wait(), PATIENCE)
        took = time.monotonic() - begin
        await self.reader
        return code, took


async def eventually(check, what):
    """Polls until the check gives something that is true."""
    end = time.monotonic() + PATIENCE
    while True:
        found = check()
        if asyncio.iscoroutine(found):
            found = await found
        if found:
            return found
        if time.monotonic() > end:
            raise AssertionError(f"waited {PATIENCE} s for {what}")
        await asyncio.sleep(0.02)


class DeskTest(unittest.IsolatedAsyncioTestCase):
    """Each test has a server, a bridge and a browser that is logged in."""

    speed = 50
    flags = ()
    address = ""
    desk_token = DESK_TOKEN
    users = ()  # Besides the one with this token.

    async def asyncSetUp(self):
        self.running = []
        self.folder = self.enterContext(tempfile.TemporaryDirectory())
        self.addAsyncCleanup(self.end_all)
        self.address = self.address or f"unix://{self.folder}/desk.sock"
        await self.start_server()
        self.bridge = await self.start_bridge(*self.flags)
        self.url = await self.bridge.wait_for("listening at ")
        self.web = await self.enterAsyncContext(aiohttp.ClientSession(
            self.url, timeout=aiohttp.ClientTimeout(total=PATIENCE)))
        self.token = await self.log_in(self.desk_token)
        self.web.headers["Authorization"] = f"Bearer {self.token}"

    async def end_all(self):
        for process in self.running:
            await process.end(signal.SIGKILL)
        # A failure inside the bridge that nobody was told of.
        self.assertNotIn("Traceback", self.bridge.text)
        self.assertNotIn("never retrieved", self.bridge.text)

    async def log_in(self, token):
        status, body = await self.ask("POST", "/token", json={"token": token})
        self.assertEqual(status, 200, body)
        return body["access_token"]

    async def start_server(self):
        file = pathlib.Path(self.folder, "server", "rpc_service.json")
        file.parent.mkdir(exist_ok=True)
        file.write_text(json.dumps({"clients": self.users}))
        token = ("--token", self.desk_token) if self.desk_token else ()
        self.server = await Process.start(
            SERVER, "--headless", "--listen", self.address, *token, "--speed", str(self.speed),
            "--folder", f"{self.folder}/server")
        self.running.append(self.server)
        await self.server.wait_for("RPC service started")

    async def start_bridge(self, *flags, listen="127.0.0.1:0"):
        bridge = await Process.start(
            sys.executable, "-B", str(FOLDER / "web_bridge.py"), "--server", self.address,
            "--listen", listen, *flags)
        self.running.append(bridge)
        return bridge

    async def ask(self, method, path, **more):
        async with self.web.request(method, path, **more) as answer:
            return answer.status, await answer.json()

    async def get(self, path, **query):
        status, body = await self.ask("GET", path, params=query)
        self.assertEqual(status, 200, body)
        return body

    @contextlib.asynccontextmanager
    async def events(self):
        async with self.web.ws_connect("/ws") as stream:
            yield stream

    async def subscribe(self, symbol=SYMBOL):
        status, body = await self.ask("POST", f"/tick/{symbol}?gateway=SIM")
        self.assertEqual(status, 200, body)

    async def send_order(self, price, **more):
        symbol, exchange = SYMBOL.split(".")
        return await self.ask("POST", "/order", json={
            "gateway_name": "SIM", "symbol": symbol, "exchange": exchange, "direction": "LONG",
            "type": "LIMIT", "volume": 1, "price": price} | more)

    async def stubborn_browser(self):
        """Opens a WebSocket by hand, with little room for what comes."""
        host, port = self.url.removeprefix("http://").split(":")
        plain = socket.socket()
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        plain.setblocking(False)
        await asyncio.get_running_loop().sock_connect(plain, (host, int(port)))
        reader, writer = await asyncio.open_connection(sock=plain, limit=4096)
        writer.write(f"GET /ws HTTP/1.1\r\nHost: {host}\r\n"
                     f"Authorization: Bearer {self.token}\r\n"
                     "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                     "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode())
        await reader.readuntil(b"\r\n\r\n")
        return reader, writer

    async def close_code(self, stream):
        """Waits until the bridge closes it."""
        async def read_rest():
            async for _ in stream:
                pass
        await asyncio.wait_for(read_rest(), PATIENCE)
        return stream.close_code

    async def event(self, stream, topic, **wanted):
        """Waits for an event of a topic with these members."""
        async def search():
            async for message in stream:
                event = json.loads(message.data)
                data = event["data"]
                if event["topic"] == topic and (not wanted or wanted.items() <= data.items()):
                    return data
            raise AssertionError(f"closed with {stream.close_code} before {topic} {wanted}")
        return await asyncio.wait_for(search(), PATIENCE)


class AccessTest(DeskTest):
    users = (WATCHER,)

    async def test_everything_but_page_and_login_needs_a_token(self):
        for token in (None, "Bearer", "Bearer wrong", f"Basic {self.token}", self.token):
            self.web.headers.pop("Authorization", None)
            if token:
                self.web.headers["Authorization"] = token
            for method, path in (("GET", "/tick"), ("POST", f"/tick/{SYMBOL}"), ("POST", "/order"),
                                 ("DELETE", "/order/SIM.1"), ("POST", "/quote"), ("GET", "/quote"),
                                 ("DELETE", "/quote/SIM.1"), ("GET", "/order"), ("GET", "/trade"),
                                 ("GET", "/position"), ("GET", "/account"), ("GET", "/contract"),
                                 ("GET", "/gateway"), ("GET", f"/history/{SYMBOL}"),
                                 ("GET", "/ws"), ("GET", "/none"), ("DELETE", "/token"),
                                 ("GET", f"/ws?token={self.token}")):
                status, body = await self.ask(method, path)
                self.assertEqual(status, 401, (token, method, path))
                self.assertIn("token", body["error"])

    async def test_a_browsers_websocket_shows_its_token_as_a_protocol(self):
        del self.web.headers["Authorization"]
        async with self.web.ws_connect("/ws", protocols=("gatewire", self.token)) as stream:
            self.assertEqual(stream.protocol, "gatewire")
            state = await self.event(stream, "connection")
            self.assertEqual((state["state"], state["server"]), ("CONNECTED", self.address))
        for protocols in (("gatewire", "wrong"), ("gatewire",), ("other", self.token)):
            with self.assertRaises(aiohttp.WSServerHandshakeError) as refused:
                await self.web.ws_connect("/ws", protocols=protocols)
            self.assertEqual(refused.exception.status, 401)

    async def test_a_token_that_the_desk_does_not_know_gives_none(self):
        for token in ("wrong", DESK_TOKEN + "x", ""):
            for form in ({"json": {"token": token}}, {"data": {"token": token}}):
                status, body = await self.ask("POST", "/token", **form)
                self.assertEqual((status, body["code"]), (401, -32001), token)
                self.assertIn("token", body["error"])
        for form, status in (({"json": {"token": 1}}, 400), ({"data": "{", "headers": {
                "Content-Type": "application/json"}}, 400), ({"json": {}}, 401)):
            self.assertEqual((await self.ask("POST", "/token", **form))[0], status, form)

    async def test_tokens_differ_and_a_form_may_ask_for_one(self):
        status, body = await self.ask("POST", "/token", data=LOGIN)
        self.assertEqual(status, 200)
        self.assertEqual((body["token_type"], body["expires_in"]), ("bearer", 1800))
        self.assertNotEqual(body["access_token"], self.token)
        self.web.headers["Authorization"] = f"bearer {body['access_token']}"
        await self.get("/order")

    async def test_each_user_has_the_own_rights(self):
        status, _ = await self.send_order(1)
        self.assertEqual(status, 200)
        await self.server.wait_for("client (unix:")
        self.web.headers["Authorization"] = f"Bearer {await self.log_in(WATCHER['token'])}"
        status, body = await self.send_order(1)
        self.assertEqual((status, body["code"], body["error"]),
                         (403, -32002, "watcher may watch, not trade"))
        self.assertEqual(len(await self.get("/order")), 1)

    async def test_who_logs_out_is_gone_from_the_desk(self):
        async with self.events() as stream:
            self.assertEqual(await self.ask("DELETE", "/token"), (200, {}))
            self.assertEqual(await self.close_code(stream), 1000)
        self.assertEqual((await self.ask("GET", "/order"))[0], 401)
        await self.server.wait_for("is gone: ")

    async def test_a_login_that_is_not_used_ends(self):
        now = 0.0
        logins = web_bridge.Logins(lambda: now)
        first, second = (web_bridge.Login(self.address, "") for _ in range(2))
        token, other = logins.add(first), logins.add(second)
        now = 1799.0
        self.assertIs(logins.find(token), first)
        self.assertIsNone(logins.find("wrong"))
        now = 1800.0
        self.assertIsNone(logins.find(other))
        self.assertEqual(logins.drop(), [second])
        first.browsers = {"one that listens"}
        now = 9000.0
        self.assertEqual(logins.drop(), [])
        self.assertIs(logins.find(token), first)
        self.assertEqual(logins.drop(first), [first])
        self.assertIsNone(logins.find(token))

    async def test_a_gap_is_told_as_a_connection_is(self):
        told = []
        browser = type("Browser", (), {"offer": lambda _, text: told.append(json.loads(text))})()
        login = web_bridge.Login(self.address, "")
        login.browsers.add(browser)
        login.client.on_gap(None)
        self.assertEqual(told, [])  # There is none yet.
        login.connected.set()
        login.client.on_gap(None)
        self.assertEqual([(each["topic"], each["data"]["state"]) for each in told],
                         [("connection", "CONNECTED")])

    async def test_logins_and_websockets_have_limits(self):
        async with contextlib.AsyncExitStack() as streams:
            for _ in range(web_bridge.BROWSERS_MAX):
                await streams.enter_async_context(self.events())
            self.assertEqual((await self.ask("GET", "/ws"))[0], 429)
        for _ in range(web_bridge.LOGINS_MAX - 1):
            await self.log_in(DESK_TOKEN)
        self.assertEqual((await self.ask("POST", "/token", json=LOGIN))[0], 429)
        self.assertEqual((await self.ask("DELETE", "/token"))[0], 200)
        await self.log_in(DESK_TOKEN)

    async def test_it_does_not_listen_beyond_this_machine_unasked(self):
        for address in ("0.0.0.0:0", ":0"):
            refused = await self.start_bridge(listen=address)
            await refused.wait_for("--allow-remote")
            self.assertNotEqual(await asyncio.wait_for(refused.process.wait(), PATIENCE), 0)
        self.bridge = await self.start_bridge("--allow-remote", listen="0.0.0.0:0")
        port = (await self.bridge.wait_for("listening at ")).rpartition(":")[2]
        async with aiohttp.request("POST", f"http://127.0.0.1:{port}/token",
                                   json=LOGIN) as answer:
            self.assertEqual(answer.status, 200)  # This desk asks for a token.

    async def test_a_desk_that_is_not_there_is_said_so(self):
        await self.server.end(signal.SIGKILL)
        status, body = await self.ask("POST", "/token", json=LOGIN)
        self.assertEqual((status, body["outcome"]), (503, "not_sent"), body)
        self.assertIn(self.address, body["error"])

    async def test_a_desk_that_is_started_with_another_token_ends_logins(self):
        async with self.events() as stream:
            await self.server.end(signal.SIGKILL)
            pathlib.Path(self.folder, "desk.sock").unlink(missing_ok=True)
            self.desk_token = "another"
            await self.start_server()
            self.assertEqual(await self.close_code(stream), 1008)
        self.assertEqual((await self.ask("GET", "/order"))[0], 401)

    async def test_pythons_minimum_is_said(self):
        file = str(FOLDER / "web_bridge.py")
        ast.parse(pathlib.Path(file).read_text(), feature_version=(3, 9))  # It gets to say it.
        for version in ((3, 10, 17), (3, 9, 2)):
            old = await Process.start(
                sys.executable, "-c", f"import runpy, sys; sys.version_info = {version}\n"
                f"runpy.run_path({file!r}, run_name='__main__')")
            await old.wait_for("web_bridge.py needs Python 3.11 or later; this is "
                               f"{version[0]}.{version[1]}")
            self.assertEqual(await asyncio.wait_for(old.process.wait(), PATIENCE), 1)


class OpenDeskTest(DeskTest):
    """A desk that lets everybody on this machine in."""

    desk_token = ""

    async def test_an_empty_token_logs_in(self):
        self.assertEqual((await self.send_order(1))[0], 200)

    async def test_it_is_not_opened_to_other_machines(self):
        for flags in (("--allow-remote",), ("--origin", "https://desk.example")):
            self.bridge = await self.start_bridge(*flags)
            url = await self.bridge.wait_for("listening at ")
            for token in ("", "any"):
                async with aiohttp.request("POST", f"{url}/token",
                                           json={"token": token}) as answer:
                    self.assertEqual(answer.status, 403)
                    self.assertIn("the desk asks for no token", (await answer.json())["error"])


class OriginTest(DeskTest):
    """Pages of other sites."""

    flags = ("--origin", "https://desk.example", "--origin", "http://localhost:3000")

    async def test_they_may_use_it_if_they_were_named(self):
        for origin in ("https://desk.example", "http://localhost:3000"):
            preflight = {"Origin": origin, "Access-Control-Request-Method": "DELETE",
                         "Access-Control-Request-Headers": "authorization"}
            async with self.web.options("/order/SIM.1", headers=preflight) as answer:
                self.assertEqual(answer.status, 204)
                self.assertEqual(answer.headers["Access-Control-Allow-Origin"], origin)
                self.assertIn("DELETE", answer.headers["Access-Control-Allow-Methods"])
                self.assertIn("Authorization", answer.headers["Access-Control-Allow-Headers"])
                self.assertNotIn("Access-Control-Allow-Credentials", answer.headers)
            for path, status in (("/order", 200), ("/none", 404)):
                async with self.web.get(path, headers={"Origin": origin}) as answer:
                    self.assertEqual(answer.status, status)
                    self.assertEqual(answer.headers["Access-Control-Allow-Origin"], origin)
                    self.assertEqual(answer.headers["Vary"], "Origin")
        async with self.web.ws_connect("/ws", origin="https://desk.example"):
            pass

    async def test_others_may_not(self):
        port = self.url.rpartition(":")[2]
        for origin in ("https://evil.example", "null", "https://desk.example.evil",
                       "http://localhost:3001", f"http://localhost:{port}", "http://127.0.0.1"):
            for method, path in (("GET", "/"), ("POST", "/token"), ("GET", "/order"),
                                 ("POST", "/order"), ("GET", "/ws"), ("OPTIONS", "/order")):
                async with self.web.request(method, path, headers={
                        "Origin": origin, "Access-Control-Request-Method": "POST"}) as answer:
                    self.assertEqual(answer.status, 403, (origin, method, path))
                    self.assertNotIn("Access-Control-Allow-Origin", answer.headers)
                    self.assertIn("--origin", (await answer.json())["error"])
        async with self.web.get("/order", headers={"Origin": self.url}) as answer:
            self.assertEqual(answer.status, 200)

    async def test_a_name_that_was_not_named_is_none(self):
        """A site may have its name stand for this machine."""
        for host, status in (("evil.example", 403), ("evil.example:80", 403), ("", 403),
                             ("[", 403), ("localhost:8000", 200), ("desk.example", 200),
                             ("[::1]:8000", 200)):
            self.assertEqual((await self.ask("GET", "/order", headers={"Host": host}))[0], status,
                             host)

    async def test_what_is_no_origin_is_refused(self):
        for origin in ("*", "null", "desk.example", "https://desk.example/", "https://a@b"):
            refused = await self.start_bridge("--origin", origin)
            await refused.wait_for("error: --origin")
            self.assertNotEqual(await asyncio.wait_for(refused.process.wait(), PATIENCE), 0)


class TradingTest(DeskTest):
    async def test_lists_show_what_the_desk_knows(self):
        contracts = await self.get("/contract")
        self.assertIn(SYMBOL, [f"{each['symbol']}.{each['exchange']}" for each in contracts])
        self.assertEqual([each["accountid"] for each in await self.get("/account")], ["SIM-1"])
        for name in ("tick", "order", "trade", "quote", "position"):
            self.assertEqual(await self.get(f"/{name}"), [])
        self.assertEqual([(each["gateway_name"], each["state"])
                          for each in await self.get("/gateway")], [("SIM", "CONNECTED")])

    async def test_a_long_list_comes_whole(self):
        ids = [f"each-{number:04}" for number in range(501)]  # One more than a part has.
        await asyncio.gather(*(self.send_order(1, orderid=each) for each in ids))
        self.assertEqual([each["orderid"] for each in await self.get("/order")], ids)

    async def test_ticks_come_over_every_websocket(self):
        async with self.events() as first, self.events() as second:
            await self.subscribe()
            for stream in (first, second):
                tick = await self.event(stream, "tick", symbol="ES", exchange="CME")
                self.assertGreater(tick["last_price"], 0)
        self.assertEqual([each["symbol"] for each in await self.get("/tick")], ["ES"])

    async def test_an_order_and_its_trade_are_told(self):
        async with self.events() as stream:
            await self.subscribe()
            tick = await self.event(stream, "tick", symbol="ES")
            status, body = await self.send_order(tick["ask_price_1"] + 50, reference="web")
            self.assertEqual(status, 200, body)
            orderid = body["vt_orderid"].removeprefix("SIM.")
            await self.event(stream, "trade", orderid=orderid)
            await self.event(stream, "order", orderid=orderid, status="ALLTRADED", reference="web")
        order, = await self.get("/order")
        self.assertEqual((order["orderid"], order["offset"]), (orderid, "NONE"))
        self.assertEqual([each["orderid"] for each in await self.get("/trade")], [orderid])
        self.assertEqual([each["volume"] for each in await self.get("/position")], [1])

    async def test_an_order_is_cancelled(self):
        async with self.events() as stream:
            status, body = await self.send_order(1, orderid="browser-1")
            self.assertEqual((status, body), (200, {"vt_orderid": "SIM.browser-1"}))
            await self.event(stream, "order", orderid="browser-1", status="NOTTRADED")
            self.assertEqual((await self.ask("DELETE", "/order/SIM.browser-1"))[0], 200)
            await self.event(stream, "order", orderid="browser-1", status="CANCELLED")

    async def test_a_quote_is_sent_and_cancelled(self):
        quote = {"gateway_name": "SIM", "symbol": "ES", "exchange": "CME", "bid_price": 1,
                 "bid_volume": 2, "ask_price": 9000, "ask_volume": 3, "quoteid": "browser-q"}
        async with self.events() as stream:
            self.assertEqual(await self.ask("POST", "/quote", json=quote),
                             (200, {"vt_quoteid": "SIM.browser-q"}))
            await self.event(stream, "quote", quoteid="browser-q", status="NOTTRADED")
            self.assertEqual([each["quoteid"] for each in await self.get("/quote")], ["browser-q"])
            self.assertEqual(await self.ask("DELETE", "/quote/SIM.browser-q"),
                             (200, {"vt_quoteid": "SIM.browser-q"}))
            await self.event(stream, "quote", quoteid="browser-q", status="CANCELLED")
            status, body = await self.ask("POST", "/quote", json=quote | {
                "quoteid": "crossed", "ask_price": 1})
            self.assertEqual(status, 200, body)
            told = await self.event(stream, "quote", quoteid="crossed", status="REJECTED")
            self.assertEqual(told["reason"], "the bid price must be below the ask price")

    async def test_an_order_sent_twice_is_one_order(self):
        for _ in range(2):
            status, body = await self.send_order(1, orderid="browser-1")
            self.assertEqual((status, body), (200, {"vt_orderid": "SIM.browser-1"}))
        self.assertEqual(len(await self.get("/order")), 1)

    async def test_history_has_bars_within_its_bounds(self):
        bars = await self.get(f"/history/{SYMBOL}", gateway="SIM", start="2018-01-03",
                              end="2018-01-05T00:00:00+02:00", interval="DAILY")
        self.assertEqual([each["datetime"] for each in bars],  # Microseconds since 1970.
                         [1_514_937_600_000_000, 1_515_024_000_000_000])
        self.assertEqual(await self.get(f"/history/{SYMBOL}", gateway="SIM", start="2017-01-01",
                                        end="2017-12-31"), [])

    async def test_the_desks_errors_reach_the_browser(self):
        status, body = await self.send_order(1, gateway_name="NOPE")
        self.assertEqual((status, body["code"]), (400, -32602))
        self.assertIn("NOPE", body["error"])
        for method, path in (("POST", f"/tick/{SYMBOL}?gateway=NOPE"),
                             ("GET", f"/history/{SYMBOL}?gateway=NOPE&start=2018-01-01")):
            status, body = await self.ask(method, path)
            self.assertEqual((status, body["code"]), (400, -32602), path)
            self.assertIn("NOPE", body["error"])
        self.assertEqual((await self.send_order(1, direction="UP"))[0], 400)
        self.assertEqual((await self.send_order("much"))[0], 400)
        for kind in ("order", "quote"):
            self.assertEqual(await self.ask("DELETE", f"/{kind}/SIM.none"),
                             (404, {"error": f"there is no {kind} 'SIM.none'", "code": None,
                                    "outcome": "not_sent"}))

    async def test_nonsense_is_refused(self):
        for path, status in ((f"/tick/{SYMBOL}", 400), ("/tick/ES.MOON?gateway=SIM", 400),
                             ("/tick/ES?gateway=SIM", 404), ("/tick/.CME?gateway=SIM", 404)):
            self.assertEqual((await self.ask("POST", path))[0], status, path)
        for query in ("", "?gateway=SIM", "?gateway=SIM&start=soon", "?start=2018-01-01"):
            status, body = await self.ask("GET", f"/history/{SYMBOL}{query}")
            self.assertEqual(status, 400, body)
        for body in ("", "{", "[]", '"text"', "{}", '{"price": 1e999, "gateway_name": "SIM"}',
                     '{"symbol": "\\ud800", "gateway_name": "SIM"}', "[" * 60000,
                     '{"symbol": {"a": []}, "gateway_name": "SIM"}', '{"gateway_name": null}'):
            for path in ("/order", "/quote"):
                status, told = await self.ask("POST", path, data=body)
                self.assertEqual(status, 400, (path, body[:50], told))
                self.assertTrue(told["error"])
        self.assertEqual((await self.ask("POST", "/order", data="{}", headers={
            "Content-Type": "application/json; charset=none"}))[0], 400)
        self.assertEqual((await self.ask("POST", "/order", data="x" * 100_000))[0], 413)
        self.assertEqual((await self.ask("GET", "/none"))[0], 404)
        async with self.web.delete("/trade") as answer:
            self.assertEqual((answer.status, answer.headers["Allow"]), (405, "GET,HEAD"))
            self.assertEqual((await answer.json())["error"], "Method Not Allowed")
        self.assertEqual(await self.get("/order"), [])

    async def test_many_calls_are_in_flight_at_once(self):
        names = ["contract", "account", "order", "trade"] * 25
        answers = await asyncio.gather(*(self.get(f"/{name}") for name in names))
        for name, answer in zip(names, answers):
            self.assertEqual(bool(answer), name in ("contract", "account"), name)
            if answer:
                self.assertIn("pricetick" if name == "contract" else "balance", answer[0])


class LifeTest(DeskTest):
    async def test_a_killed_server_is_found_again(self):
        async with self.events() as stream:
            await self.subscribe()
            await self.event(stream, "tick", symbol="ES")
            await self.server.end(signal.SIGKILL)

            async def status():
                return (await self.ask("GET", "/order"))[0]

            async def is_lost():
                return await status() == 503
            await eventually(is_lost, "503")
            self.assertEqual((await self.send_order(1))[0], 503)
            pathlib.Path(self.folder, "desk.sock").unlink(missing_ok=True)
            await self.start_server()

            async def is_found():
                return await status() == 200
            await eventually(is_found, "200")
            # The same WebSocket goes on, with the ticks that were asked for before.
            await self.event(stream, "connection", state="LOST")
            await self.event(stream, "connection", state="CONNECTED")
            await self.event(stream, "tick", symbol="ES")
            self.assertEqual((await self.send_order(1))[0], 200)

    async def test_it_ends_cleanly_with_browsers_and_calls(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            bridge = self.bridge if number == signal.SIGTERM else await self.start_bridge()
            self.url = await bridge.wait_for("listening at ")
            async with aiohttp.ClientSession(self.url) as web:
                async with web.post("/token", json=LOGIN) as answer:
                    token = (await answer.json())["access_token"]
                async with web.ws_connect("/ws", protocols=("gatewire", token)) as stream:
                    ending = asyncio.create_task(bridge.end(number))
                    self.assertEqual(await self.close_code(stream), 1001)
            code, took = await ending
            self.assertEqual(code, 0, bridge.text)
            self.assertLess(took, END_WITHIN)
            self.assertNotIn("Traceback", bridge.text)


class SlowBrowserTest(DeskTest):
    """The market is fast, and a second of it is more than a queue takes."""

    speed = 400
    flags = ("--queue", "1000")

    async def test_a_browser_that_does_not_read_goes_and_the_others_stay(self):
        async with self.events() as healthy:
            reader, writer = await self.stubborn_browser()

            async def drink():
                async for _ in healthy:
                    pass
            await self.subscribe_to_all()
            drinking = asyncio.create_task(drink())
            await self.bridge.wait_for("too slow")
            # It reads again: what was under way, then the reason, then the end.
            text = await asyncio.wait_for(reader.read(-1), PATIENCE)
            reason = b"\x03\xf0too slow: more than 1000 events wait"  # Code 1008.
            self.assertTrue(reason in text, text[-200:])
            self.assertFalse(drinking.done())
            drinking.cancel()
            await asyncio.gather(drinking, return_exceptions=True)
            await self.event(healthy, "tick", symbol="ES")
            self.assertEqual(self.bridge.text.count("too slow"), 1)
            writer.close()

    async def test_it_ends_although_a_browser_does_not_read(self):
        _, writer = await self.stubborn_browser()
        await self.subscribe_to_all()
        await self.bridge.wait_for("too slow")
        code, took = await self.bridge.end(signal.SIGTERM)
        writer.close()
        self.assertEqual(code, 0, self.bridge.text)
        self.assertLess(took, END_WITHIN)

    async def subscribe_to_all(self):
        for contract in await self.get("/contract"):
            await self.subscribe(f"{contract['symbol']}.{contract['exchange']}")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    SERVER = sys.argv.pop(1)
    unittest.main()
