#!/usr/bin/env python3
# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT

"""Trades at a real server of the desk with the client and the gateway for vn.py. Without vn.py its
stand-in is used.

    vnpy_client_test.py <run_server> [arguments of unittest]

Nothing waits for a time, only for what must happen, each with a time limit. No port is fixed."""

import pathlib
import queue
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unittest
from datetime import datetime, timezone

PATIENCE = 20  # Seconds until something that must happen counts as failed.
FOLDER = pathlib.Path(__file__).resolve().parents[2] / "examples" / "clients" / "python"
sys.path.insert(0, str(FOLDER))
sys.dont_write_bytecode = True
from gatewire import vnpy  # noqa: E402
from gatewire.vnpy import (  # noqa: E402
    CancelRequest, Direction, EventEngine, Exchange, HistoryRequest, Interval, OrderRequest,
    OrderType, RpcClient, RpcGateway, Status, SubscribeRequest, gatewire)

ES = SubscribeRequest("ES", Exchange.CME)
TOKEN = "desk-secret"


def order(price, volume=1):
    return OrderRequest("ES", Exchange.CME, Direction.LONG, OrderType.LIMIT, volume, price)


class DeskTest(unittest.TestCase):
    """Each test has a server."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.address = f"unix://{self.folder}/desk.sock"
        self.start_server()

    def start_server(self):
        self.server = subprocess.Popen(
            [SERVER, "--headless", "--listen", self.address, "--token", TOKEN, "--speed", "50",
             "--folder", f"{self.folder}/server"], stdout=subprocess.PIPE, text=True)
        self.addCleanup(self.end_server)
        for line in self.server.stdout:
            if "RPC service started" in line:
                return
        self.fail("the server did not start")

    def end_server(self):
        self.server.kill()
        self.server.wait()
        self.server.stdout.close()


class FunctionsTest(DeskTest):
    def setUp(self):
        super().setUp()
        self.desk = RpcClient(self.address, TOKEN)
        self.addCleanup(self.desk.close)

    def test_the_17_functions(self):
        desk, ticks = self.desk, queue.Queue()
        self.assertEqual(len(vnpy.FUNCTIONS), 17)
        desk.on("tick", ticks.put)
        orders, trades, positions = queue.Queue(), queue.Queue(), queue.Queue()
        desk.on("order", orders.put)
        desk.on("trade", trades.put)
        desk.on("position", positions.put)

        def wait_order(vt_orderid, status):
            """The desk answers from what clients were told: an order is there with its event."""
            while (told := orders.get(timeout=PATIENCE)).vt_orderid != vt_orderid or \
                    told.status != status:
                pass
        contract = next(each for each in desk.get_all_contracts() if each.symbol == "ES")
        self.assertEqual(desk.get_contract("ES.CME"), contract)
        self.assertEqual((contract.exchange, contract.gateway_name), (Exchange.CME, "SIM"))
        account, = desk.get_all_accounts()
        self.assertEqual(desk.get_account(account.vt_accountid).accountid, "SIM-1")
        self.assertEqual(account.available, account.balance - account.frozen)

        self.assertIsNone(desk.subscribe(ES, "SIM"))
        tick = ticks.get(timeout=PATIENCE)
        self.assertEqual((tick.vt_symbol, tick.datetime.tzinfo is None), ("ES.CME", False))
        self.assertEqual([each.symbol for each in desk.get_all_ticks()], ["ES"])
        self.assertGreater(desk.get_tick("ES.CME").ask_price_1, 0)

        waiting = desk.send_order(order(1), "SIM")
        wait_order(waiting, Status.NOTTRADED)
        self.assertEqual([each.vt_orderid for each in desk.get_all_active_orders()], [waiting])
        self.assertEqual(desk.get_order(waiting).status, Status.NOTTRADED)
        self.assertIsNone(desk.cancel_order(desk.get_order(waiting).create_cancel_request(), "SIM"))
        done = desk.send_order(order(desk.get_tick("ES.CME").ask_price_1 + 100), "SIM")
        wait_order(done, Status.ALLTRADED)
        self.assertEqual(desk.get_order(done).status, Status.ALLTRADED)
        self.assertEqual(len(desk.get_all_orders()), 2)
        trade = trades.get(timeout=PATIENCE)
        self.assertEqual(desk.get_all_trades(), [trade])
        self.assertEqual(desk.get_trade(trade.vt_tradeid).vt_orderid, done)
        while positions.get(timeout=PATIENCE).volume != 1:
            pass
        self.assertEqual([each.volume for each in desk.get_all_positions()], [1])
        self.assertEqual(desk.get_position("SIM.ES.CME.NET").direction, Direction.NET)
        bars = desk.query_history(HistoryRequest(
            "ES", Exchange.CME, datetime(2018, 1, 3, tzinfo=timezone.utc),
            datetime(2018, 1, 4, tzinfo=timezone.utc), Interval.DAILY), "SIM")
        self.assertEqual([each.interval for each in bars], [Interval.DAILY] * 2)
        self.assertEqual(bars[0].datetime, datetime(2018, 1, 3, tzinfo=timezone.utc))

    def test_the_code_of_the_page_with_a_copy_of_the_folder_that_it_names(self):
        text = (FOLDER / "vnpy.md").read_text(encoding="utf-8")
        block = re.search(r"<!-- run by tests/desk/vnpy_client_test.py -->\n```python\n(.*?)```\n",
                          text, re.DOTALL).group(1)
        block = block.replace("tcp://127.0.0.1:2014", self.address).replace(
            'token=""', f"token='{TOKEN}'")
        block += "import gatewire; print(gatewire.__file__)\n"
        program = pathlib.Path(self.folder, "program").resolve()
        named, = re.findall(r"copy the folder \[`gatewire`\]\((\w+)\)", " ".join(text.split()))
        shutil.copytree(FOLDER / named, program / named)
        shown = subprocess.run([sys.executable, "-B", "-c", block], stdout=subprocess.PIPE,
                               cwd=program, text=True, check=True, timeout=PATIENCE).stdout
        self.assertIn("SIM.", shown)
        self.assertEqual(pathlib.Path(shown.splitlines()[-1]).resolve().parents[1], program)

    def test_what_is_not_there_and_what_is_wrong(self):
        for name in ("tick", "order", "trade", "position", "account", "contract"):
            self.assertIsNone(getattr(self.desk, f"get_{name}")("none"))
        with self.assertRaisesRegex(gatewire.RpcError, "NOPE"):
            self.desk.send_order(order(1), "NOPE")
        with self.assertRaises(AttributeError):
            self.desk.get_everything


class GatewayTest(DeskTest):
    def setUp(self):
        super().setUp()
        self.engine, self.events = EventEngine(), queue.Queue()
        for kind in ("eTick.", "eTrade.", "eOrder.", "ePosition.", "eAccount.", "eContract.",
                     "eLog"):
            self.engine.register(kind, self.events.put)
        self.engine.start()
        self.addCleanup(self.engine.stop)
        self.gateway = RpcGateway(self.engine, "RPC")
        self.addCleanup(self.gateway.close)

    def connect(self):
        self.gateway.connect({"address": self.address, "token": TOKEN})
        self.wait("eLog", lambda log: "everything was queried" in log.msg)

    def wait(self, kind, is_wanted=lambda data: True):
        """The next event of a kind that is wanted; those before it are passed over."""
        end = time.monotonic() + PATIENCE
        while True:
            event = self.events.get(timeout=max(0, end - time.monotonic()))
            if event.type == kind and is_wanted(event.data):
                return event.data

    def test_a_day_at_the_desk(self):
        self.gateway.connect({"address": self.address, "token": TOKEN})
        contract = self.wait("eContract.", lambda data: data.symbol == "ES")
        self.assertEqual(contract.gateway_name, "RPC")
        self.assertEqual(self.wait("eAccount.").vt_accountid, "RPC.SIM-1")
        self.wait("eLog", lambda log: "everything was queried" in log.msg)
        self.gateway.subscribe(ES)
        tick = self.wait("eTick.")
        self.assertEqual((tick.gateway_name, tick.vt_symbol), ("RPC", "ES.CME"))

        bought = self.gateway.send_order(order(tick.ask_price_1 + 100))
        self.assertTrue(bought.startswith("RPC."))
        seen = {"eTrade.": None, "ePosition.": None, "eOrder.": None}
        while not all(seen.values()):
            event = self.events.get(timeout=PATIENCE)
            if event.type in seen and getattr(event.data, "status", Status.ALLTRADED) == \
                    Status.ALLTRADED:
                seen[event.type] = event.data
        self.assertEqual(seen["eTrade."].vt_orderid, bought)
        self.assertEqual(seen["eOrder."].vt_orderid, bought)
        self.assertEqual(seen["ePosition."].gateway_name, "RPC")

        waiting = self.gateway.send_order(order(1))
        self.wait("eOrder.", lambda data: data.vt_orderid == waiting
                  and data.status == Status.NOTTRADED)
        self.gateway.cancel_order(CancelRequest(waiting[4:], "ES", Exchange.CME))
        self.wait("eOrder.", lambda data: data.vt_orderid == waiting
                  and data.status == Status.CANCELLED)
        self.gateway.query_account()
        self.gateway.query_position()
        bars = self.gateway.query_history(HistoryRequest(
            "ES", Exchange.CME, datetime(2018, 1, 3, tzinfo=timezone.utc), None, Interval.DAILY))
        self.assertEqual({each.gateway_name for each in bars}, {"RPC"})

    def test_an_order_for_what_is_not_there_is_rejected(self):
        self.connect()
        sent = self.gateway.send_order(
            OrderRequest("NONE", Exchange.CME, Direction.LONG, OrderType.LIMIT, 1, 1))
        rejected = self.wait("eOrder.", lambda data: data.vt_orderid == sent)
        self.assertEqual(rejected.status, Status.REJECTED)

    def test_a_killed_server_is_found_again_with_the_subscriptions(self):
        self.connect()
        self.gateway.subscribe(ES)
        self.wait("eTick.")
        self.end_server()
        self.wait("eLog", lambda log: "disconnected" in log.msg)
        sent = self.gateway.send_order(order(1))
        self.wait("eOrder.", lambda data: data.vt_orderid == sent
                  and data.status == Status.REJECTED)
        pathlib.Path(self.folder, "desk.sock").unlink(missing_ok=True)
        self.start_server()
        self.wait("eLog", lambda log: "events 1 to" in log.msg or "connected to" in log.msg)
        self.wait("eLog", lambda log: "everything was queried" in log.msg)
        self.assertEqual(self.wait("eTick.").vt_symbol, "ES.CME")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    SERVER = sys.argv.pop(1)
    print(f"with {EventEngine.__module__}", flush=True)
    unittest.main()
