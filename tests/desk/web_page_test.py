#!/usr/bin/env python3
# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT

"""Clicks through the web bridge's page in a headless Chromium, at a real server.

    web_page_test.py <run_server> [--screenshot <file> <address>] [arguments of unittest]

The browser is driven by its own DevTools protocol: real key strokes and mouse buttons, at places
where nothing lies above what is clicked. Nothing waits for a time, only for what must happen."""

import base64
import contextlib
import itertools
import json
import os
import pathlib
import shutil
import signal
import sys
import unittest

import web_bridge_test as bridge  # Ends here where aiohttp is missing.
from web_bridge_test import DESK_TOKEN, Process, eventually

import aiohttp

BROWSER = next(filter(None, map(shutil.which, (
    "chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"))), None)
if not BROWSER:
    print("skipped: Chromium is not installed (Debian: chromium-headless-shell)")
    sys.exit(77)

SIZES = ((1200, 800), (1600, 1000))
SCREENSHOT = None

# What of a page is cut, or lies over something else, in words.
FLAWS = """(() => {
  const flaws = [], seen = [];
  const root = document.documentElement;
  if (root.scrollWidth > innerWidth || root.scrollHeight > innerHeight) flaws.push("page scrolls");
  const name = each => each.id || each.className || each.textContent.trim().slice(0, 20);
  for (const each of document.querySelectorAll("header, section, button, input, select, h2")) {
    const box = each.getBoundingClientRect();
    if (!box.width || !box.height) continue;
    if (box.left < 0 || box.top < 0 || box.right > innerWidth || box.bottom > innerHeight) {
      if (!each.closest(".live")) flaws.push(`${each.tagName} ${name(each)} is outside`);
    }
    if (each.scrollWidth > Math.ceil(each.clientWidth) + 1 && each.tagName !== "INPUT") {
      flaws.push(`${each.tagName} ${name(each)} is cut`);
    }
    for (const [other, old] of seen) {
      if (!other.contains(each) && box.left < old.right - 0.5 && old.left < box.right - 0.5 &&
          box.top < old.bottom - 0.5 && old.top < box.bottom - 0.5 && !each.closest(".live")) {
        flaws.push(`${name(each)} lies over ${name(other)}`);
      }
    }
    if (!each.closest(".live")) seen.push([each, box]);
  }
  for (const each of document.querySelectorAll(".live")) {
    if (each.clientWidth && each.scrollWidth > each.clientWidth) {
      flaws.push(`${name(each.parentElement)} needs ${each.scrollWidth}, has ${each.clientWidth}`);
    }
  }
  return flaws;
})()"""


class Tab:
    """A page in a browser."""

    def __init__(self, socket):
        self.socket = socket
        self.numbers = itertools.count(1)
        self.session = None
        self.complaints = []  # Of scripts, and of what the page's policy forbids.

    async def open(self, url):
        target = await self.do("Target.createTarget", url="about:blank")
        attached = await self.do("Target.attachToTarget", targetId=target["targetId"], flatten=True)
        self.session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            await self.do(f"{domain}.enable")
        await self.resize(*SIZES[0])
        await self.do("Page.navigate", url=url)
        await self.until(f"location.origin === '{url}' && document.readyState === 'complete'")

    async def do(self, method, **params):
        number = next(self.numbers)
        message = {"id": number, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        await self.socket.send_json(message)
        while True:
            told = await self.socket.receive_json(timeout=bridge.PATIENCE)
            if told.get("id") == number:
                if "error" in told:
                    raise AssertionError(f"{method}: {told['error']}")
                return told["result"]
            self.note(told.get("method"), told.get("params"))

    def note(self, method, params):
        if method == "Runtime.exceptionThrown":
            self.complaints.append(params["exceptionDetails"])
        elif method == "Log.entryAdded" and params["entry"]["source"] in ("security", "javascript"):
            self.complaints.append(params["entry"]["text"])

    async def run(self, script):
        told = await self.do("Runtime.evaluate", expression=script, returnByValue=True)
        if "exceptionDetails" in told:
            raise AssertionError(f"{script}: {told['exceptionDetails']}")
        return told["result"].get("value")

    async def resize(self, width, height):
        await self.do("Emulation.setDeviceMetricsOverride", width=width, height=height,
                      deviceScaleFactor=1, mobile=False)

    async def until(self, script):
        """Waits until an expression is true, and gives it. A page that loads has nothing yet."""
        async def found():
            with contextlib.suppress(AssertionError):
                return await self.run(script)
        try:
            return await eventually(found, script)
        except AssertionError as failure:
            raise AssertionError(f"{failure}; the page says:\n"
                                 f"{await self.run('document.body.innerText')}") from None

    async def click(self, selector):
        """Waits until it is there, nothing lies above it and it can be clicked."""
        x, y = await self.until(f"""(() => {{
            const it = document.querySelector({json.dumps(selector)});
            if (!it || it.matches(":disabled")) return null;
            const box = it.getBoundingClientRect();
            const x = box.x + box.width / 2, y = box.y + box.height / 2;
            return it.contains(document.elementFromPoint(x, y)) ? [x, y] : null;
        }})()""")
        for kind in ("mousePressed", "mouseReleased"):
            await self.do("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left",
                          clickCount=1)

    async def write(self, selector, text):
        """Replaces what stands in a field."""
        await self.click(selector)
        await self.run(f"document.querySelector({json.dumps(selector)}).select()")
        await self.press("Delete", 46)
        await self.do("Input.insertText", text=text)

    async def choose(self, selector, value):
        """Sets a list as the keyboard does: a list that is open is no part of the page."""
        await self.run(f"""(() => {{
            const list = document.querySelector({json.dumps(selector)});
            list.focus();
            list.value = {json.dumps(value)};
            list.dispatchEvent(new Event("change", {{bubbles: true}}));
        }})()""")

    async def press(self, key, code):
        for kind in ("rawKeyDown", "keyUp"):
            await self.do("Input.dispatchKeyEvent", type=kind, key=key, code=key,
                          windowsVirtualKeyCode=code)

    async def text(self, selector):
        return await self.run(f"document.querySelector({json.dumps(selector)}).innerText")

    async def picture(self, file):
        told = await self.do("Page.captureScreenshot", format="png")
        pathlib.Path(file).write_bytes(base64.b64decode(told["data"]))


class PageTest(bridge.DeskTest):
    """Each test has a server, a bridge and a browser that shows the page."""

    async def asyncSetUp(self):
        await super().asyncSetUp()
        self.browser = await Process.start(
            BROWSER, "--headless", "--remote-debugging-port=0", "--no-first-run", "--disable-gpu",
            "--disable-dev-shm-usage", f"--user-data-dir={self.folder}/browser",
            *(("--no-sandbox",) if os.geteuid() == 0 else ()), "about:blank")
        self.running.append(self.browser)
        address = await self.browser.wait_for("DevTools listening on ")
        devtools = await self.enterAsyncContext(aiohttp.ClientSession())
        self.tab = Tab(await self.enterAsyncContext(devtools.ws_connect(address, max_msg_size=0)))
        await self.tab.open(self.url)

    async def asyncTearDown(self):
        self.assertEqual(self.tab.complaints, [])

    async def enter(self, token=DESK_TOKEN):
        await self.tab.write("#token", token)
        await self.tab.click("#enter")

    async def is_refused(self):
        await self.tab.until("document.querySelector('#login').offsetHeight && document."
                             "querySelector('#refused').innerText.endsWith('token is not known')")

    async def is_in(self, state):
        await self.tab.until(f"document.documentElement.dataset.state === '{state}'")

    async def enter_and_see_prices(self):
        await self.enter()
        await self.is_in("connected")
        self.contracts = len(await self.get("/contract"))
        await self.all_prices_are_seen()

    async def all_prices_are_seen(self):
        # Counted once: the test's own login may come back later than the page's.
        await self.tab.until(
            f"document.querySelectorAll('#prices tbody tr').length === {self.contracts}")

    async def order(self, price, volume="1", button="#buy"):
        """Fills the form, sends it and gives the order's id."""
        before = await self.tab.text("#told")
        await self.tab.write("#volume", volume)
        if price is not None:
            await self.tab.write("#price", price)
        await self.tab.click(button)
        told = await self.tab.until(
            f"(t => t !== {json.dumps(before)} && t.match(/^Order (\\S+):/)?.[1])"
            "(document.querySelector('#told').innerText)")
        return f"SIM.{told}"

    async def status(self, order, status):
        """Waits until the row of an order shows a status, and gives its cells."""
        return await self.tab.until(f"""(row => row?.cells[7].innerText === '{status}' &&
            [...row.cells].map(each => each.innerText))
            (document.querySelector('#orders tr[data-id="{order}"]'))""")

    async def assert_is_whole(self):
        for size in reversed(SIZES):
            await self.tab.resize(*size)
            self.assertEqual(await self.tab.run(FLAWS), [], size)


class TradingTest(PageTest):
    users = (bridge.WATCHER,)

    async def test_a_wrong_token_shows_an_error(self):
        await self.assert_is_whole()
        await self.enter("wrong")
        await self.is_refused()
        self.assertFalse(await self.tab.run("document.querySelector('#desk').offsetHeight"))
        await self.enter()
        await self.is_in("connected")
        self.assertNotIn(DESK_TOKEN, await self.tab.run(
            "location.href + JSON.stringify([sessionStorage, localStorage, document.cookie])"))
        self.assertEqual(await self.tab.run("location.pathname + location.search"), "/")

    async def test_prices_live(self):
        await self.enter_and_see_prices()
        first = await self.tab.text("#prices tbody")
        await self.tab.until(
            f"document.querySelector('#prices tbody').innerText !== {json.dumps(first)}")
        self.assertIn(f"Connected to {self.address} since", await self.tab.text("#connection"))
        self.assertIn("SIM CONNECTED", await self.tab.text("#gateways"))
        self.assertIn("SIM-1", await self.tab.text("#accounts"))

    async def test_orders_are_sent_cancelled_filled_and_rejected(self):
        await self.enter_and_see_prices()
        await self.tab.click("#prices tbody tr[data-id='SIM.SPX.CBOE']")
        self.assertEqual(await self.tab.run("document.querySelector('#contract').value"),
                         "SIM.SPX.CBOE")
        resting = await self.order("1000")
        cells = await self.status(resting, "NOTTRADED")
        self.assertEqual(cells[1:7], ["SPX.CBOE", "LIMIT", "LONG", "1,000.00", "1", "0"])
        self.assertEqual((await self.get("/order"))[0]["reference"], "web")

        cancelled = await self.order("1000.5", "2")
        await self.tab.click(f"#orders tr[data-id='{cancelled}'] .cancel")
        cells = await self.status(cancelled, "CANCELLED")
        self.assertEqual(cells[9], "")  # It cannot be cancelled twice.

        await self.tab.choose("#type", "MARKET")
        self.assertTrue(await self.tab.run("document.querySelector('#price').disabled"))
        filled = await self.order(None, "3")
        self.assertEqual((await self.status(filled, "ALLTRADED"))[6], "3")
        await self.tab.until("document.querySelector('#positions tbody')"
                             ".innerText.startsWith('SPX.CBOE\\tNET\\t3\\t')")
        await self.tab.until("document.querySelectorAll('#trades tbody tr').length > 0")
        sold = await self.order(None, "5", "#sell")
        await self.status(sold, "ALLTRADED")
        await self.tab.until("document.querySelector('#positions tbody')"
                             ".innerText.startsWith('SPX.CBOE\\tNET\\t-2\\t')")

        await self.tab.choose("#type", "LIMIT")
        reason = "the price 1000.123 is not a multiple of 0.01, the nearest is 1000.12"
        rejected = await self.order("1000.123")
        self.assertEqual((await self.status(rejected, "REJECTED"))[8], reason)
        self.assertTrue((await self.tab.text("#told")).endswith(f"REJECTED, {reason}"))
        await self.assert_is_whole()
        if SCREENSHOT:
            await self.tab.picture(SCREENSHOT)

        # Loaded again, the tab is still logged in and shows the same.
        await self.tab.do("Page.reload")
        for order, status in ((resting, "NOTTRADED"), (cancelled, "CANCELLED"),
                              (filled, "ALLTRADED"), (rejected, "REJECTED")):
            await self.status(order, status)

    async def test_contracts_are_opened_and_closed(self):
        await self.enter_and_see_prices()
        contract, = [each for each in await self.get("/contract") if not each["net_position"]]
        symbol = f"{contract['symbol']}.{contract['exchange']}"
        self.assertTrue(await self.tab.run("document.querySelector('#offset').disabled"))
        await self.tab.click(f"#prices tbody tr[data-id='SIM.{symbol}']")
        await self.tab.choose("#type", "MARKET")
        for button, direction in (("#buy", "LONG"), ("#sell", "SHORT")):
            cells = await self.status(await self.order(None, "2", button), "ALLTRADED")
            self.assertEqual(cells[3], f"{direction} OPEN")
        for direction in ("LONG", "SHORT"):
            await self.tab.until(f"document.querySelector('#positions tr[data-id=\"SIM.{symbol}."
                                 f"{direction}\"]')?.cells[2].innerText === '2'")
        await self.tab.choose("#offset", "CLOSE")
        await self.status(await self.order(None, "3", "#sell"), "REJECTED")
        await self.status(await self.order(None, "2", "#sell"), "ALLTRADED")
        await self.assert_is_whole()

    async def test_what_is_not_sent_is_said(self):
        await self.enter_and_see_prices()
        await self.tab.write("#volume", "many")
        await self.tab.click("#buy")
        await self.tab.until("document.querySelector('#told').innerText.includes('be numbers')")
        await self.tab.click("#leave")
        await self.enter(bridge.WATCHER["token"])
        await self.tab.click("#sell")
        await self.tab.until("document.querySelector('#told').innerText === "
                             "'Order not sent: watcher may watch, not trade'")
        self.assertEqual(await self.get("/order"), [])

    async def test_what_does_not_stand_in_the_file_is_not_run(self):
        await self.tab.run("document.body.append(Object.assign(document.createElement('script'), "
                           "{text: 'document.title = \"run\"'}))")

        async def is_told():
            self.assertNotEqual(await self.tab.run("document.title"), "run")
            return "Content Security Policy" in str(self.tab.complaints)
        await eventually(is_told, "the page's policy to be told")
        self.tab.complaints.clear()

    async def test_who_logs_out_sees_nothing(self):
        await self.enter_and_see_prices()
        await self.tab.click("#leave")
        await self.tab.until("document.querySelector('#login').offsetHeight > 0")
        await self.tab.until("document.querySelectorAll('tbody tr').length === 0")
        await self.server.wait_for("is gone: ")
        await self.tab.do("Page.reload")
        await self.tab.until("document.querySelector('#login')?.offsetHeight > 0")


class ConnectionTest(PageTest):
    async def opacity(self):
        return float(await self.tab.run(
            "getComputedStyle(document.querySelector('#prices .live')).opacity"))

    async def test_a_server_that_is_stopped_is_shown_and_found_again(self):
        await self.enter_and_see_prices()
        self.assertEqual(await self.opacity(), 1)
        order = await self.order("1000")
        await self.status(order, "NOTTRADED")
        code, _ = await self.server.end(signal.SIGTERM)
        self.assertEqual(code, 0)
        await self.is_in("lost")
        self.assertRegex(await self.tab.text("#connection"),
                         rf"No connection to the server {self.address} since \d\d:\d\d:\d\d")
        self.assertLess(await self.opacity(), 0.5)
        self.assertTrue(await self.tab.run("document.querySelector('#buy').matches(':disabled')"))
        await self.assert_is_whole()

        pathlib.Path(self.folder, "desk.sock").unlink(missing_ok=True)
        await self.start_server()
        await self.is_in("connected")
        self.assertEqual(await self.opacity(), 1)
        # This server knows nothing of the order, and has prices as before.
        await self.tab.until("document.querySelectorAll('#orders tbody tr').length === 0")
        await self.all_prices_are_seen()
        await self.status(await self.order("1001"), "NOTTRADED")

    async def test_a_bridge_that_is_killed_is_shown_and_found_again(self):
        await self.enter_and_see_prices()
        await self.bridge.end(signal.SIGKILL)
        await self.is_in("lost")
        self.assertRegex(await self.tab.text("#connection"),
                         r"No connection to the bridge since \d\d:\d\d:\d\d")
        await self.start_bridge(listen=self.url.removeprefix("http://"))
        await self.is_in("connected")  # It logged in again.
        await self.status(await self.order("1000"), "NOTTRADED")

    async def test_a_bridge_that_hangs_is_shown(self):
        await self.enter_and_see_prices()
        self.bridge.process.send_signal(signal.SIGSTOP)
        await self.is_in("lost")
        self.bridge.process.send_signal(signal.SIGCONT)
        await self.is_in("connected")

    async def test_a_server_that_wants_another_token_asks_for_it(self):
        await self.enter_and_see_prices()
        await self.server.end(signal.SIGKILL)
        await self.is_in("lost")
        pathlib.Path(self.folder, "desk.sock").unlink(missing_ok=True)
        self.desk_token = "another"
        await self.start_server()
        await self.is_refused()
        await self.enter("another")
        await self.is_in("connected")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    bridge.SERVER = sys.argv.pop(1)
    if sys.argv[1:2] == ["--screenshot"]:
        SCREENSHOT, PageTest.address = sys.argv[2:4]  # The address is seen in it.
        del sys.argv[1:4]
    unittest.main()
