#!/usr/bin/env python3
# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT

"""Plays a session of two people at the windows of the example: one runs a server, one a client.

    gui_test.py <gui_driver> [--screenshots <folder>] [--address <address>]

Each window is a real process without a screen, clicked by real events. Nothing waits for a time,
only for what must happen, each with a time limit.
"""

import argparse
import csv
import json
import os
import pathlib
import re
import select
import signal
import subprocess
import sys
import tempfile
import time

ANSWER_TIME = 30  # Seconds; a command of the driver gives up before.
PING_TIME = 1


class Failure(Exception):
    """Something was not as it must be."""


class Desk:
    """One process with windows."""

    def __init__(self, driver, role, folder):
        self.role = role
        self.checks = 0
        self.slowest_ping = 0.0
        environment = dict(
            os.environ,
            QT_QPA_PLATFORM="offscreen",
            QT_LOGGING_RULES="*.debug=false",
            HOME=str(folder),
            TZ="UTC",
        )
        self.process = subprocess.Popen(
            [driver, role, str(folder / "settings")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
        )
        self.buffer = b""

    def ask(self, *words, limit=ANSWER_TIME):
        """Does a command. Gives what stands behind `ok`."""
        line = " ".join(str(word) for word in words)
        self.process.stdin.write((line + "\n").encode())
        self.process.stdin.flush()
        end = time.monotonic() + limit
        while b"\n" not in self.buffer:
            left = end - time.monotonic()
            if left <= 0 or not select.select([self.process.stdout], [], [], left)[0]:
                raise Failure(f"{self.role}: no answer within {limit} s: {line}")
            part = os.read(self.process.stdout.fileno(), 65536)
            if not part:
                raise Failure(f"{self.role}: ended with {self.process.wait()} at: {line}")
            self.buffer += part
        answer, self.buffer = self.buffer.split(b"\n", 1)
        text = answer.decode()
        if not text.startswith("ok"):
            raise Failure(f"{self.role}: {text}")
        self.checks += 1
        return text[2:].strip()

    def ping(self):
        """The windows answer although everything else goes on."""
        began = time.monotonic()
        self.ask("ping", limit=PING_TIME)
        self.slowest_ping = max(self.slowest_ping, time.monotonic() - began)

    def menu(self, action):
        self.ask("click", action)

    def cell(self, table, row, column):
        return self.ask("cell", table, row, column)

    def wait(self, cause):
        code = self.process.wait(timeout=ANSWER_TIME)
        if code != 0:
            raise Failure(f"{self.role}: ended with {code} after {cause}")

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()


def expect(is_right, text):
    if not is_right:
        raise Failure(text)


class Session:
    """What the two do, one after the other."""

    def __init__(self, options, folder):
        self.driver = options.driver
        self.folder = folder
        self.screenshots = options.screenshots
        self.address = options.address or f"unix://{folder}/desk.sock"
        self.desks = []
        self.server = None
        self.client = None

    def open_desk(self, role):
        home = self.folder / role
        home.mkdir(exist_ok=True)
        desk = Desk(self.driver, role, home)
        self.desks.append(desk)
        desk.ask("wait_visible", "start_window")
        return desk

    def ping(self):
        for desk in (self.server, self.client):
            desk.ping()

    def grab(self, desk, window, name):
        if self.screenshots:
            desk.ask("grab", window, self.screenshots / name)

    def grab_desk(self, desk):
        """The main window, when its parts are at the same tick."""
        if self.screenshots:
            file = self.screenshots / f"{desk.role}.png"
            desk.ask("grab_alike", "main_window", file, "chart_price", "last_button")

    def play(self):
        self.start_server()
        self.start_client()
        self.trade()
        self.run_strategy()
        self.open_and_close()
        self.take_pictures()
        self.look_around()
        self.quote()
        self.stop_service()
        self.kill_server()
        self.look_only()
        self.leave()

    def load_server(self):
        self.server = desk = self.open_desk("server")
        desk.ask("check", "choose_SIM", "on")
        desk.ask("check", "choose_RpcService", "on")
        self.grab(desk, "start_window", "start.png")
        desk.ask("click", "start_button")
        desk.ask("wait_visible", "main_window")
        expect("hidden" in desk.ask("state", "start_window"), "the start-up window stays")

    def start_server(self):
        self.load_server()
        desk = self.server
        desk.menu("connect_SIM_action")
        desk.ask("wait_visible", "connect_SIM_dialog")
        desk.ask("type", "setting_speed", "fast")
        desk.ask("click", "connect_button")
        desk.ask("wait_text", "connect_error", "speed")
        desk.ask("type", "setting_speed", "10")
        self.grab(desk, "connect_SIM_dialog", "connect.png")
        desk.ask("click", "connect_button")
        desk.ask("wait_text", "state_SIM", "CONNECTED")
        desk.ask("wait_rows", "monitor_accounts", 1)
        self.start_service()

    def start_service(self):
        desk = self.server
        desk.menu("app_RpcService_action")
        desk.ask("wait_visible", "rpc_service_window")
        desk.ask("type", "rpc_addresses", "nowhere")
        desk.ask("click", "rpc_start_button")
        desk.ask("wait_text", "rpc_error", "not started")
        desk.ask("type", "rpc_addresses", self.address)
        desk.ask("check", "rpc_autostart_box", "on")
        desk.ask("check", "rpc_cancel_box", "on")
        desk.ask("click", "rpc_start_button")
        desk.ask("wait_text", "rpc_state", self.address)
        desk.ask("wait_text", "rpc_log", "RPC service started")
        expect("disabled" in desk.ask("state", "rpc_start_button"), "Start can be pressed twice")
        expect("enabled" in desk.ask("state", "rpc_stop_button"), "Stop cannot be pressed")

    def start_client(self):
        saved = self.folder / "client" / "settings" / "connect_RPC.json"
        saved.parent.mkdir(parents=True)
        saved.write_text('{"token": 5, "later": [1]}')
        self.client = desk = self.open_desk("client")
        desk.ask("check", "choose_RPC", "on")
        desk.ask("check", "choose_CtaStrategy", "on")
        desk.ask("check", "choose_MyApp", "on")
        desk.ask("click", "start_button")
        desk.ask("wait_visible", "main_window")
        desk.menu("connect_RPC_action")
        desk.ask("wait_visible", "connect_RPC_dialog")
        desk.ask("wait_text", "connect_error", "setting 'token' takes a text")
        desk.ask("type", "setting_address", "nonsense")
        desk.ask("click", "connect_button")
        desk.ask("wait_text", "connect_error", "nonsense")
        expect("visible" in desk.ask("state", "connect_RPC_dialog"), "the dialog went")
        desk.ping()
        desk.ask("type", "setting_address", self.address)
        desk.ask("click", "connect_button")
        desk.ask("wait_text", "state_RPC", "CONNECTED")
        desk.ask("wait_rows", "monitor_accounts", 1)
        expect(desk.cell("monitor_accounts", 0, "Gateway") == "RPC.SIM", "another gateway")
        kept = json.loads(saved.read_text())
        expect(kept == {"token": 5, "later": [1], "address": self.address}, f"saved: {kept}")
        self.server.ask("wait_rows", "rpc_clients", 1)

    def see_ticks_move(self):
        before = self.client.cell("monitor_ticks", 0, "Last")
        self.client.ask("wait_other", "monitor_ticks", 0, "Last", before)

    def trade(self):
        desk = self.client
        desk.ask("type", "symbol_line", "SPX.CBOE")
        desk.ask("click", "subscribe_button")
        desk.ask("wait_rows", "monitor_ticks", 1)
        desk.ask("wait_text", "gateway_list", "RPC.SIM")
        desk.ask("wait_text", "chart_title", "SPX.CBOE")
        self.see_ticks_move()
        # What is not right is told, and nothing is sent.
        desk.ask("type", "volume_number", "0")
        desk.ask("click", "send_order_button")
        desk.ask("wait_text", "order_error", "volume")
        expect(desk.ask("rows", "monitor_orders") == "0", "an order without a volume was sent")
        # Marketable: the best price of the other side, and as the market moves, well beyond it.
        desk.ask("type", "volume_number", "2")
        desk.ask("click", "ask_5_button")
        desk.ask("choose", "type_list", "MARKET")
        desk.ask("click", "send_order_button")
        desk.ask("wait_rows", "monitor_trades", 1)
        desk.menu("app_MyApp_action")
        desk.ask("wait_text", "my_window", "traded so far: 2")
        self.server.ask("wait_rows", "monitor_trades", 1)
        shown = ("Symbol", "Direction", "Price", "Volume", "Trade", "Order")
        mine = [desk.cell("monitor_trades", 0, title) for title in shown]
        its = [self.server.cell("monitor_trades", 0, title) for title in shown]
        expect(mine == its, f"the fill is {mine} here and {its} there")
        desk.ask("wait_cell", "monitor_orders", 0, "Status", "ALLTRADED")
        self.server.ask("wait_cell", "monitor_orders", 0, "Status", "ALLTRADED")
        # Far from the market an order rests, until a double click cancels it.
        desk.ask("choose", "type_list", "LIMIT")
        self.rest_order("1000")
        desk.ask("tab", "orders_tabs", "Active orders")
        desk.ask("double_click", "monitor_active_orders", 0)
        desk.ask("wait_cell", "monitor_orders", 0, "Status", "CANCELLED")
        expect(desk.ask("rows", "monitor_active_orders") == "0", "a cancelled order is active")
        self.ping()

    def rest_order(self, price):
        desk = self.client
        desk.ask("check", "follow_box", "off")
        desk.ask("type", "price_number", price)
        desk.ask("click", "send_order_button")
        desk.ask("wait_cell", "monitor_active_orders", 0, "Status", "NOTTRADED")

    def run_strategy(self):
        desk = self.client
        desk.menu("app_CtaStrategy_action")
        desk.ask("wait_visible", "strategy_window")
        # The form begins with what can trade.
        desk.ask("wait_text", "strategy_gateway", "RPC.SIM")
        desk.ask("wait_text", "strategy_symbol", "SPX.CBOE")
        desk.ask("wait_text", "strategy_class", "MaCross")
        desk.ask("type", "parameter_slow_days", "2")
        desk.ask("click", "add_strategy_button")
        desk.ask("wait_text", "strategy_error", "fast_days")
        desk.ask("type", "parameter_slow_days", "8")
        desk.ask("click", "add_strategy_button")
        desk.ask("wait_rows", "strategies", 1)
        desk.ask("click", "start_strategy_button")
        desk.ask("wait_cell", "strategies", 0, "Trading", "yes")
        desk.ask("wait_rows", "monitor_trades", 4)
        shown = [desk.cell("strategy_values", row, "Name") for row in range(5)]
        names = ["fast_average", "fast_days", "slow_average", "slow_days", "volume"]
        expect(sorted(shown) == names, f"the values are {shown}")
        self.run_another_strategy()
        self.ping()

    def run_another_strategy(self):
        """One of another class beside it: nobody has its symbol, and it is gone in the end."""
        desk = self.client
        desk.ask("choose", "strategy_class", "Breakout")
        desk.ask("type", "strategy_name", "channel")
        desk.ask("type", "strategy_symbol", "NONE.CBOE")
        desk.ask("click", "add_strategy_button")
        desk.ask("wait_rows", "strategies", 2)
        desk.ask("double_click", "strategies", 0)
        desk.ask("wait_cell", "strategy_values", 0, "Name", "upper")
        desk.ask("click", "start_strategy_button")
        desk.ask("wait_cell", "strategies", 0, "State", "waits: RPC.SIM has no NONE.CBOE")
        saved = self.folder / "client" / "settings" / "cta_strategy_setting.json"
        expect(set(json.loads(saved.read_text())) == {"cross", "channel"}, "not both are kept")
        desk.ask("click", "remove_strategy_button")
        expect(desk.ask("rows", "strategies") == "1", "a removed strategy is there")
        expect(set(json.loads(saved.read_text())) == {"cross"}, "a removed strategy is kept")

    def open_and_close(self):
        """A contract that is held long and short: what is opened is closed by a double click."""
        desk = self.client
        desk.menu("contracts_action")
        desk.ask("wait_rows", "contracts", 4)
        desk.ask("type", "contract_search", "long and short")
        desk.ask("wait_cell", "contracts", 0, "Symbol", "SPF.SHFE")
        expect(desk.ask("rows", "contracts") == "1", "the search finds too much")
        desk.ask("double_click", "contracts", 0)
        desk.ask("wait_text", "symbol_line", "SPF")
        desk.ask("wait_text", "offset_list", "OPEN")
        desk.ask("wait_text", "exchange_list", "SHFE")
        desk.ask("choose", "type_list", "MARKET")
        desk.ask("type", "volume_number", "3")
        desk.ask("click", "send_order_button")
        desk.ask("wait_cell", "monitor_positions", 0, "Symbol", "SPF.SHFE")
        expect(desk.cell("monitor_positions", 0, "Direction") == "LONG", "not long")
        expect(desk.cell("monitor_trades", 0, "Offset") == "OPEN", "not opened")
        desk.ask("choose", "offset_list", "CLOSEYESTERDAY")
        desk.ask("choose", "direction_list", "SHORT")
        desk.ask("type", "volume_number", "9")
        desk.ask("click", "send_order_button")
        desk.ask("wait_text", "order_error", "not so much to close")
        desk.ask("double_click", "monitor_positions", 0)
        shown = [desk.ask("text", name) for name in
                 ("direction_list", "offset_list", "volume_number")]
        expect(shown == ["SHORT", "CLOSE", "3"], f"the order that closes is {shown}")
        desk.ask("key", "volume_number", "Return")
        desk.ask("wait_cell", "monitor_trades", 0, "Offset", "CLOSE")
        desk.ask("wait_cell", "monitor_positions", 0, "Volume", "0")
        desk.ask("choose", "direction_list", "LONG")
        desk.ask("type", "symbol_line", "SPX.CBOE")
        desk.ask("click", "subscribe_button")
        expect("disabled" in desk.ask("state", "offset_list"), "a net contract has an offset")
        desk.ask("choose", "type_list", "LIMIT")

    def take_pictures(self):
        """Some more data, for the pictures and for the tables."""
        desk = self.client
        desk.ask("choose", "type_list", "MARKET")
        for symbol, volume in (("SPY", 100), ("ES", 1)):
            desk.ask("type", "symbol_line", symbol)
            desk.ask("click", "subscribe_button")
            desk.ask("type", "volume_number", volume)
            desk.ask("click", "send_order_button")
            desk.ask("wait_cell", "monitor_orders", 0, "Status", "ALLTRADED")
        desk.ask("choose", "type_list", "LIMIT")
        desk.ask("wait_rows", "monitor_positions", 4)
        for each in ("SPY", "ES", "SPX"):
            self.server.ask("type", "symbol_line", each)
            self.server.ask("click", "subscribe_button")
        desk.ask("type", "symbol_line", "SPX")
        desk.ask("click", "subscribe_button")
        desk.ask("type", "volume_number", "1")
        for price in ("2000", "2100"):
            self.rest_order(price)
        desk.ask("check", "follow_box", "on")
        desk.ask("tab", "orders_tabs", "All orders")
        desk.ask("wait_rows", "monitor_trades", 15)
        self.server.ask("wait_rows", "monitor_ticks", 3)
        self.server.ask("wait_rows", "monitor_active_orders", 2)
        self.server.ask("wait_cell", "rpc_clients", 0, "Subscriptions", "SPX")
        for each in (self.client, self.server):
            self.grab_desk(each)
        for width, height in ((1200, 800), (1600, 1000), (1400, 900)):
            desk.ask("size", "main_window", width, height)
            self.grab(desk, "main_window", f"client_{width}.png")
        self.grab(desk, "strategy_window", "strategy.png")
        self.grab(self.server, "rpc_service_window", "rpc_service.png")
        desk.ask("click", "stop_strategy_button")
        desk.ask("wait_cell", "strategies", 0, "Trading", "no")
        desk.ask("click", "cancel_all_button")
        desk.ask("wait_empty", "monitor_active_orders")

    def look_around(self):
        """Candles of other lengths, a table in a file, and what the program says of itself."""
        desk = self.client
        desk.ask("wait_candles", 60)
        desk.ask("choose", "chart_interval", "1 minute")
        desk.ask("wait_candles", 2, 59)  # There is no such history, only what was seen.
        desk.ask("choose", "chart_interval", "1 hour")
        desk.ask("wait_candles", 2, 59)
        desk.ask("choose", "chart_interval", "1 day")
        desk.ask("wait_candles", 60)
        file = self.folder / "positions.csv"
        desk.ask("save_csv", "monitor_positions", file)
        with open(file, newline="", encoding="utf-8") as lines:
            rows = list(csv.DictReader(lines))
        symbols = [desk.cell("monitor_positions", row, "Symbol") for row in range(4)]
        expect([row["Symbol"] for row in rows] == symbols, f"saved: {rows}")
        desk.ask("answer", "OK", "about_action")

    def quote(self):
        desk = self.client
        desk.ask("tab", "trading_tabs", "Quote")
        desk.ask("tab", "orders_tabs", "Quotes")
        desk.ask("type", "quote_bid_price", "3000")
        desk.ask("type", "quote_ask_price", "1000")
        desk.ask("click", "send_quote_button")
        desk.ask("wait_text", "quote_error", "less than the ask")
        desk.ask("type", "quote_bid_price", "1000")
        desk.ask("type", "quote_ask_price", "6000")
        desk.ask("click", "send_quote_button")
        desk.ask("wait_cell", "monitor_quotes", 0, "Status", "NOTTRADED")
        self.server.ask("wait_rows", "monitor_quotes", 1)
        desk.ask("double_click", "monitor_quotes", 0)
        desk.ask("wait_cell", "monitor_quotes", 0, "Status", "CANCELLED")
        desk.ask("tab", "trading_tabs", "Order")
        desk.ask("tab", "orders_tabs", "All orders")

    def stop_service(self):
        """The service stops and starts again; the client notices both by itself."""
        desk = self.client
        self.server.ask("click", "rpc_stop_button")
        self.server.ask("wait_text", "rpc_state", "stopped")
        desk.ask("wait_text", "state_RPC", "LOST")
        desk.ask("wait_text", "book_age", "Not connected since")
        self.grab(desk, "main_window", "client_lost.png")
        self.ping()
        desk.ask("click", "send_order_button")
        desk.ask("wait_text", "order_error", "not connected")
        self.server.ask("click", "rpc_start_button")
        self.server.ask("wait_text", "rpc_state", "running")
        desk.ask("wait_text", "state_RPC", "CONNECTED")
        self.see_ticks_move()
        trades = int(desk.ask("rows", "monitor_trades"))
        desk.ask("choose", "type_list", "MARKET")
        desk.ask("click", "send_order_button")
        desk.ask("wait_rows", "monitor_trades", trades + 1)
        self.server.ask("wait_rows", "monitor_trades", trades + 1)

    def kill_server(self):
        """Another server comes in place of one that was killed: what was known holds no longer."""
        desk = self.client
        self.server.kill()
        desk.ask("wait_text", "state_RPC", "LOST")
        desk.ping()
        self.load_server()
        self.server.ask("wait_text", "rpc_state", self.address)
        desk.ask("wait_text", "state_RPC", "CONNECTED")
        desk.ask("wait_empty", "monitor_trades")
        desk.ask("wait_empty", "monitor_orders")
        desk.ask("wait_empty", "monitor_positions")
        self.server.menu("connect_SIM_action")
        self.server.ask("wait_visible", "connect_SIM_dialog")
        expect(self.server.ask("text", "setting_speed") == "10", "the last setting is forgotten")
        self.server.ask("type", "setting_speed", "1000")  # Many more than anyone can see.
        self.server.ask("click", "connect_button")
        desk.ask("wait_rows", "monitor_accounts", 1)
        # The exchange was not open when the client came back: it comes once more.
        self.server.menu("app_RpcService_action")
        self.server.ask("click", "rpc_stop_button")
        desk.ask("wait_text", "state_RPC", "LOST")
        self.server.ask("click", "rpc_start_button")
        desk.ask("wait_text", "state_RPC", "CONNECTED")
        desk.ask("wait_rows", "monitor_ticks", 3)
        for _ in range(20):
            self.see_ticks_move()
            self.ping()
        desk.ask("click", "send_order_button")
        desk.ask("wait_rows", "monitor_trades", 1)
        self.server.ask("wait_rows", "monitor_trades", 1)

    def add_client(self, row, name, token, **ticks):
        desk = self.server
        desk.ask("click", "rpc_add_client_button")
        desk.ask("wait_rows", "rpc_access", row + 1)
        expect(len(desk.cell("rpc_access", row, "Token")) == 32, "a new client has no token")
        desk.ask("edit", "rpc_access", row, "Name", name)
        desk.ask("edit", "rpc_access", row, "Token", token)
        for title, wanted in ticks.items():
            desk.ask("tick", "rpc_access", row, title, wanted)

    def connect_client(self, **setting):
        desk = self.client
        desk.menu("connect_RPC_action")
        desk.ask("wait_visible", "connect_RPC_dialog")
        for name, value in setting.items():
            desk.ask("type", f"setting_{name}", value)
        desk.ask("click", "connect_button")

    def look_only(self):
        """Who may connect is said in the window, with certificates made there. Who may only look
        finds no button that trades."""
        desk, server = self.client, self.server
        server.ask("click", "rpc_stop_button")
        desk.ask("wait_text", "state_RPC", "LOST")
        server.ask("tab", "rpc_tabs", "Who may connect")
        self.add_client(0, "guest", "a secret", May_trade="off")
        self.add_client(1, "guest", "another secret")
        server.ask("edit", "rpc_access", 1, "Orders_/_s", "many")
        server.ask("type", "rpc_addresses", f"{self.address}, tls://127.0.0.1:0")
        server.ask("click", "rpc_start_button")
        server.ask("wait_text", "rpc_error", "are a whole number or empty, not 'many'")
        server.ask("edit", "rpc_access", 1, "Orders_/_s", "5")
        server.ask("click", "rpc_start_button")
        server.ask("wait_text", "rpc_error", "two clients have the name 'guest'")
        server.ask("edit", "rpc_access", 1, "Name", "trader")
        self.add_client(2, "third", "x")
        server.ask("click", "rpc_remove_client_button")
        expect(server.ask("rows", "rpc_access") == "2", "the client was not removed")
        server.ask("click", "rpc_start_button")
        server.ask("wait_text", "rpc_error", "it needs a certificate and its key")
        server.ask("click", "rpc_make_certificates_button")
        server.ask("wait_text", "rpc_hint", "authority.pem")
        expect(server.ask("text", "rpc_key").endswith("server.key"), "no key was filled in")
        server.ask("click", "rpc_start_button")
        address = server.ask("wait_text", "rpc_state", "tls://127.0.0.1:")
        address = re.search(r"tls://127\.0\.0\.1:\d+", address).group()
        self.grab(server, "rpc_service_window", "rpc_access.png")
        server.ask("tab", "rpc_tabs", "Connected")
        saved = json.loads((self.folder / "server/settings/rpc_service.json").read_text())
        expect([(each["name"], each["may_trade"], each["orders_per_second"])
                for each in saved["clients"]] == [("guest", False, 0), ("trader", True, 5)],
               f"saved: {saved}")

        # What is wrong is said in the dialog, and nothing is tried.
        self.connect_client(address=address, token="a secret", authority="/nowhere/authority.pem")
        desk.ask("wait_text", "connect_error", "setting 'authority'")
        desk.ask("type", "setting_authority", self.folder / "server/settings/authority.pem")
        self.grab(desk, "connect_RPC_dialog", "connect_tls.png")
        desk.ask("click", "connect_button")
        desk.ask("wait_text", "state_RPC", "CONNECTED")
        server.ask("wait_cell", "rpc_clients", 0, "Identity", "guest")
        desk.ask("wait_text", "rights_label", "You may look at RPC.SIM, not trade.")
        self.see_buttons("hidden")
        desk.ask("click", "subscribe_button")
        desk.ask("wait_rows", "monitor_ticks", 1)
        self.see_ticks_move()
        # An order of the server's: it is seen, and not cancelled by a double click.
        server.ask("choose", "type_list", "LIMIT")
        server.ask("type", "price_number", "1000")
        server.ask("click", "send_order_button")
        desk.ask("tab", "orders_tabs", "Active orders")
        desk.ask("wait_rows", "monitor_active_orders", 1)
        desk.ask("double_click", "monitor_active_orders", 0)
        desk.ask("key", "price_number", "Return")
        desk.ask("wait_text", "order_error", "You may look here, not trade.")
        self.see_ticks_move()
        expect(desk.cell("monitor_active_orders", 0, "Status") == "NOTTRADED", "it was cancelled")
        self.grab(desk, "main_window", "look_only.png")
        server.ask("click", "cancel_all_button")
        desk.ask("wait_empty", "monitor_active_orders")

        # The same person with the other token, at the other address.
        server.ask("click", "rpc_stop_button")
        desk.ask("wait_text", "state_RPC", "LOST")
        server.ask("click", "rpc_start_button")
        server.ask("wait_text", "rpc_state", "running")
        self.connect_client(address=self.address, token="another secret")
        desk.ask("wait_text", "state_RPC", "CONNECTED")
        server.ask("wait_cell", "rpc_clients", 0, "Identity", "trader")
        self.see_buttons("visible")
        expect("hidden" in desk.ask("state", "rights_label"), "it is still said to look only")

    def see_buttons(self, wanted):
        self.client.ask("tab", "trading_tabs", "Order")
        for button in ("send_order_button", "cancel_all_button"):
            expect(wanted in self.client.ask("state", button), f"{button} is not {wanted}")
        self.client.ask("tab", "trading_tabs", "Quote")
        expect(wanted in self.client.ask("state", "send_quote_button"), f"quotes: not {wanted}")
        self.client.ask("tab", "trading_tabs", "Order")

    def leave(self):
        """One by the menu, one by a signal; both end in good order. Whoever has active orders is
        asked first, and so is nobody who is told by a signal."""
        desk = self.client
        desk.ask("tab", "orders_tabs", "Active orders")
        desk.ask("choose", "type_list", "LIMIT")
        self.rest_order("1000")
        desk.ask("answer", "No", "exit_action")
        desk.ask("wait_visible", "main_window")
        desk.ask("double_click", "monitor_active_orders", 0)
        desk.ask("wait_empty", "monitor_active_orders")
        self.client.menu("dark_action")
        desk.ask("size", "main_window", 1310, 840)
        self.client.menu("exit_action")
        self.client.wait("its menu")
        self.come_back()
        self.server.process.send_signal(signal.SIGTERM)
        self.server.wait("SIGTERM")


    def come_back(self):
        """The windows are as they were left, and dark now."""
        desk = self.open_desk("client")
        desk.ask("check", "choose_RPC", "on")
        desk.ask("click", "start_button")
        desk.ask("wait_visible", "main_window")
        desk.ask("wait_geometry", "main_window", 1310, 840)
        desk.menu("connect_RPC_action")
        desk.ask("wait_visible", "connect_RPC_dialog")
        desk.ask("click", "connect_button")
        desk.ask("wait_text", "state_RPC", "CONNECTED")
        desk.ask("wait_text", "gateway_list", "RPC.SIM")  # What can trade is chosen by itself.
        desk.ask("click", "subscribe_button")
        desk.ask("wait_candles", 60)
        self.grab(desk, "main_window", "dark.png")
        desk.menu("exit_action")
        desk.wait("its menu")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("driver")
    parser.add_argument("--screenshots", type=pathlib.Path)
    parser.add_argument("--address", help="where the service listens; a socket file by default")
    options = parser.parse_args()
    if options.screenshots:
        options.screenshots.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="desk-") as folder:
        session = Session(options, pathlib.Path(folder))
        try:
            session.play()
        except (Failure, OSError, subprocess.TimeoutExpired) as failure:
            print(f"FAILED: {failure}")
            return 1
        finally:
            for desk in session.desks:
                desk.kill()
    slowest = max(desk.slowest_ping for desk in session.desks) * 1000
    commands = sum(desk.checks for desk in session.desks)
    print(f"passed: {commands} commands, slowest answer to a ping {slowest:.0f} ms")
    return 0


if __name__ == "__main__":
    sys.exit(main())
