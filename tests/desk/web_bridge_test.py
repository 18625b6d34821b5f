#!/usr/bin/env python3
# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT

"""Trades through the web bridge of the example at a real server.

    web_bridge_test.py <run_server> [arguments of unittest]

Nothing waits for a time, only for what must happen, each with a time limit. No port is fixed."""

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
LOGIN = {"user": "ann", "password": "pass word"}


class Process:
    """A program whose lines can be waited for."""

    def __init__(self, process):
        self.process = process
        self.text = ""
        self.reader = asyncio.create_task(self._read())

    @classmethod
    async def start(cls, *command, **environment):
        return cls(await asyncio.create_subprocess_exec(
            *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
            env=dict(os.environ, **environment)))

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
        """Returns the exit code and the seconds that it took."""
        begin = time.monotonic()
        if self.process.returncode is None:
            self.process.send_signal(number)
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

    async def asyncSetUp(self):
        self.running = []
        self.folder = self.enterContext(tempfile.TemporaryDirectory())
        self.address = f"unix://{self.folder}/desk.sock"
        await self.start_server()
        self.bridge = await self.start_bridge(*self.flags)
        self.url = await self.bridge.wait_for("listening at ")
        await self.bridge.wait_for("connected to the desk")
        self.web = await self.enterAsyncContext(aiohttp.ClientSession(
            self.url, timeout=aiohttp.ClientTimeout(total=PATIENCE)))
        status, body = await self.ask("POST", "/token", json=LOGIN)
        self.assertEqual(status, 200, body)
        self.token = body["access_token"]
        self.web.headers["Authorization"] = f"Bearer {self.token}"

    async def asyncTearDown(self):
        for process in self.running:
            await process.end(signal.SIGKILL)
        # A failure inside the bridge that nobody was told of.
        self.assertNotIn("Traceback", self.bridge.text)
        self.assertNotIn("never retrieved", self.bridge.text)

    async def start_server(self):
        self.server = await Process.start(
            SERVER, "--headless", "--listen", self.address, "--token", DESK_TOKEN, "--speed",
            str(self.speed), "--folder", f"{self.folder}/server")
        self.running.append(self.server)
        await self.server.wait_for("RPC service started")

    async def start_bridge(self, *flags, desk_token=DESK_TOKEN, listen="127.0.0.1:0"):
        bridge = await Process.start(
            sys.executable, str(FOLDER / "web_bridge.py"), "--server", self.address,
            "--server-token", desk_token, "--listen", listen, "--user", LOGIN["user"], *flags,
            GATEWIRE_WEB_PASSWORD=LOGIN["password"])
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
        async with self.web.ws_connect(f"/ws?token={self.token}") as stream:
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
        writer.write(f"GET /ws?token={self.token} HTTP/1.1\r\nHost: {host}\r\n"
                     "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                     "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode())
        await reader.readuntil(b"\r\n\r\n")
        return reader, writer

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
    async def test_everything_but_the_login_needs_a_token(self):
        for token in (None, "Bearer", "Bearer wrong", f"Basic {self.token}", self.token):
            self.web.headers.pop("Authorization", None)
            if token:
                self.web.headers["Authorization"] = token
            for method, path in (("GET", "/tick"), ("POST", f"/tick/{SYMBOL}"), ("POST", "/order"),
                                 ("DELETE", "/order/SIM.1"), ("GET", "/order"), ("GET", "/trade"),
                                 ("GET", "/position"), ("GET", "/account"), ("GET", "/contract"),
                                 ("GET", f"/history/{SYMBOL}"), ("GET", "/ws"), ("GET", "/none"),
                                 ("GET", "/ws?token=wrong")):
                status, body = await self.ask(method, path)
                self.assertEqual(status, 401, (token, method, path))
                self.assertIn("token", body["error"])

    async def test_a_wrong_password_gives_no_token(self):
        for login in (LOGIN | {"password": "pass wore"}, LOGIN | {"password": ""},
                      LOGIN | {"user": "bob"}, {"user": "ann"}, {"password": "pass word"}, {}):
            for form in ({"json": login}, {"data": login}):
                status, body = await self.ask("POST", "/token", **form)
                self.assertEqual(status, 401, login)
                self.assertNotIn("access_token", body)

    async def test_tokens_differ_and_a_form_may_ask_for_one(self):
        status, body = await self.ask("POST", "/token", data=LOGIN)
        self.assertEqual(status, 200)
        self.assertEqual((body["token_type"], body["expires_in"]), ("bearer", 1800))
        self.assertNotEqual(body["access_token"], self.token)
        self.web.headers["Authorization"] = f"bearer {body['access_token']}"
        await self.get("/order")

    async def test_a_token_expires(self):
        now = 0.0
        tokens = web_bridge.Tokens(lambda: now)
        first = tokens.issue()
        now = 1799.0
        second = tokens.issue()
        self.assertTrue(tokens.is_good(first))
        now = 1800.0
        self.assertFalse(tokens.is_good(first))
        self.assertTrue(tokens.is_good(second))
        tokens.issue()
        self.assertEqual(len(tokens.ends), 2)  # The expired one is forgotten.

    async def test_it_does_not_listen_beyond_this_machine_unasked(self):
        for address in ("0.0.0.0:0", ":0"):
            refused = await self.start_bridge(listen=address)
            await refused.wait_for("--allow-remote")
            self.assertNotEqual(await asyncio.wait_for(refused.process.wait(), PATIENCE), 0)
        allowed = await self.start_bridge("--allow-remote", listen="0.0.0.0:0")
        await allowed.wait_for("listening at ")

    async def test_a_desk_that_wants_another_token_is_said_so(self):
        other = await self.start_bridge(desk_token="wrong")
        url = await other.wait_for("listening at ")
        await other.wait_for("no connection to the desk: ")
        async with aiohttp.ClientSession(url) as web:
            async with web.post("/token", json=LOGIN) as answer:
                token = (await answer.json())["access_token"]
            async with web.get("/order", headers={"Authorization": f"Bearer {token}"}) as answer:
                self.assertEqual(answer.status, 503)


class TradingTest(DeskTest):
    async def test_lists_show_what_the_desk_knows(self):
        contracts = await self.get("/contract")
        self.assertIn(SYMBOL, [f"{each['symbol']}.{each['exchange']}" for each in contracts])
        self.assertEqual([each["accountid"] for each in await self.get("/account")], ["SIM-1"])
        for name in ("tick", "order", "trade", "position"):
            self.assertEqual(await self.get(f"/{name}"), [])

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
        self.assertEqual((await self.ask("DELETE", "/order/SIM.none"))[0], 404)

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
            status, told = await self.ask("POST", "/order", data=body)
            self.assertEqual(status, 400, (body[:50], told))
        self.assertEqual((await self.ask("POST", "/order", data="x" * 100_000))[0], 413)
        self.assertEqual((await self.ask("GET", "/none"))[0], 404)
        self.assertEqual((await self.ask("DELETE", "/trade"))[0], 405)
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
            states = []
            async for message in stream:
                event = json.loads(message.data)
                if event["topic"] == "connection":
                    states.append(event["data"])
                elif event["topic"] == "tick" and len(states) == 2:
                    break
            self.assertEqual(states, ["LOST", "CONNECTED"])
            self.assertEqual((await self.send_order(1))[0], 200)

    async def test_it_ends_cleanly_with_browsers_and_calls(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            bridge = self.bridge if number == signal.SIGTERM else await self.start_bridge()
            self.url = await bridge.wait_for("listening at ")
            await bridge.wait_for("connected to the desk")
            async with aiohttp.ClientSession(self.url) as web:
                async with web.post("/token", json=LOGIN) as answer:
                    token = (await answer.json())["access_token"]
                async with web.ws_connect(f"/ws?token={token}") as stream:
                    ending = asyncio.create_task(bridge.end(number))
                    async for _ in stream:
                        pass
                    self.assertEqual(stream.close_code, 1001)
            code, took = await ending
            self.assertEqual(code, 0, bridge.text)
            self.assertLess(took, END_WITHIN)
            self.assertNotIn("Traceback", bridge.text)


class SlowBrowserTest(DeskTest):
    """The market is fast and the queue is short."""

    speed = 1000
    flags = ("--queue", "200")

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
            reason = b"\x03\xf0too slow: more than 200 events wait"  # Code 1008.
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
