#!/usr/bin/env python3
# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT
"""A server and its clients in processes of their own: strategies that trade, counters that watch.
The server is killed and started again, and one client is frozen for a while, if so wanted. After
each fault the market is halted, and what every client knows must be what the server knows. Used by
the demo and, with other numbers, by its tests."""

import argparse
import json
import os
import queue
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time

PATIENCE = 30  # Seconds until something that must happen counts as failed.


class Failure(Exception):
    pass


class Process:
    """A program whose lines are passed on to the screen and can be waited for."""

    def __init__(self, name, command, show):
        self.name = name
        self.lines = queue.Queue()
        self.show = show
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                        text=True, errors="replace")
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for line in self.process.stdout:
            if self.show:
                print(f"{self.name:>9} | {line}", end="", flush=True)
            self.lines.put(line)
        self.lines.put(None)

    def wait_for(self, text):
        """Waits until a line has the text; lines before it count as read."""
        end = time.monotonic() + PATIENCE
        while True:
            try:
                line = self.lines.get(timeout=max(0.0, end - time.monotonic()))
            except queue.Empty:
                raise Failure(f"{self.name} did not print '{text}' in {PATIENCE} s") from None
            if line is None:
                raise Failure(f"{self.name} ended before it printed '{text}'")
            if text in line:
                return

    def send(self, signal_number):
        self.process.send_signal(signal_number)

    def end(self, signal_number):
        """Sends the signal and returns the exit code and the seconds that it took."""
        begin = time.monotonic()
        self.send(signal_number)
        try:
            code = self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            raise Failure(f"{self.name} did not end in {PATIENCE} s") from None
        took = time.monotonic() - begin
        self.reader.join()
        return code, took

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()


class Peer:
    """Calls the service as any program can: 4 bytes of length, then JSON-RPC 2.0."""

    def __init__(self, address):
        kind, place = address.split("://", 1)
        if kind == "unix":
            self.socket = socket.socket(socket.AF_UNIX)
            self.socket.connect(place)
        else:
            host, port = place.rsplit(":", 1)
            self.socket = socket.create_connection((host, int(port)))
        self.socket.settimeout(PATIENCE)
        self.file = self.socket.makefile("rb")

    def call(self, method, *params):
        request = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
        body = request.encode()
        self.socket.sendall(struct.pack(">I", len(body)) + body)
        size, = struct.unpack(">I", self.file.read(4))
        answer = json.loads(self.file.read(size))
        if "error" in answer:
            raise Failure(f"{method}: {answer['error']}")
        return answer["result"]

    def all_of(self, method):
        found, after = [], ""
        while True:
            page = self.call(method, after)
            found += page["items"]
            after = page["next"]
            if not after:
                return found

    def state(self):
        """What the server knows, in the words of a client's summary."""
        def signed(trade):
            return -trade["volume"] if trade["direction"] == "SHORT" else trade["volume"]
        def symbol(item):
            return f"{item['symbol']}.{item['exchange']}"
        return {
            "orders": {f"{o['gateway_name']}.{o['orderid']}":
                       {key: o[key] for key in ("status", "traded", "volume", "price", "reference")}
                       for o in self.all_of("page_orders")},
            "trades": {f"{t['gateway_name']}.{t['tradeid']}":
                       {"orderid": t["orderid"], "volume": signed(t), "price": t["price"]}
                       for t in self.all_of("page_trades")},
            "positions": {f"{p['gateway_name']}.{symbol(p)}.{p['direction']}":
                          {"volume": p["volume"], "price": p["price"]}
                          for p in self.all_of("page_positions")},
            "accounts": {f"{a['gateway_name']}.{a['accountid']}":
                         {"balance": a["balance"], "frozen": a["frozen"]}
                         for a in self.all_of("page_accounts")},
        }

    def close(self):
        self.file.close()
        self.socket.close()


def say(text):
    print(f"\n--- {text}\n", flush=True)


def free_address():
    """The default port if it is free, else another one."""
    for port in (2014, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return f"tcp://127.0.0.1:{probe.getsockname()[1]}"
    raise Failure("no port is free on 127.0.0.1")


def differences(server, client):
    """Where a client knows something else than the server; at most three, in words."""
    found = []
    for kind in ("orders", "trades", "positions", "accounts"):
        theirs, own = server[kind], client[kind]
        for key in sorted(theirs.keys() | own.keys()):
            # What never reached the server is known to the client alone, as rejected.
            if key not in theirs and own[key].get("status") == "REJECTED":
                continue
            if theirs.get(key) != own.get(key):
                found.append(f"{kind} {key}: server {theirs.get(key)}, client {own.get(key)}")
    return found[:3]


class Session:
    def __init__(self, options, folder, running):
        self.options = options
        self.folder = folder
        self.running = running
        self.address = f"unix://{folder}/desk.sock" if options.unix else free_address()
        self.server = None
        self.clients = []

    def start(self, name, *command):
        command = [*command, "--headless", "--folder", os.path.join(self.folder, name)]
        self.running.append(Process(name, command, not self.options.quiet))
        return self.running[-1]

    def start_server(self):
        self.server = self.start("server", self.options.server, "--listen", self.address,
                                 "--second", "--speed", str(self.options.speed))
        self.server.wait_for("RPC service started")

    def start_clients(self):
        kinds = [("trader", i) for i in range(self.options.strategies)]
        kinds += [("counter", i) for i in range(self.options.counters)]
        for kind, i in kinds:
            name = f"{kind}-{i + 1}"
            command = [self.options.client, "--connect", self.address, "--name", name,
                       "--summary", self.file_of(name)]
            if kind == "counter":
                command.append("--watch")
            else:
                command += ["--set", f"fast_days={2 + i}", "--set", f"slow_days={6 + 3 * i}",
                            "--limit", str(4 + 2 * i), "--rate", "600",
                            "--gateway", "RPC.SIM2" if i % 2 else "RPC.SIM"]
            self.clients.append(self.start(name, *command))
        for client in self.clients:
            client.wait_for("RPC: CONNECTED")

    def file_of(self, name):
        return os.path.join(self.folder, f"{name}.json")

    def halt(self, peer, is_wanted):
        for name in ("SIM", "SIM2"):
            peer.call("call_function", f"halt {name}", is_wanted)

    def summary_of(self, client):
        """What a client knows now."""
        file = self.file_of(client.name)
        if os.path.exists(file):
            os.remove(file)
        client.send(signal.SIGUSR1)
        end = time.monotonic() + PATIENCE
        while not os.path.exists(file):
            if time.monotonic() > end or client.process.poll() is not None:
                raise Failure(f"{client.name} wrote no summary")
            time.sleep(0.01)
        with open(file, encoding="utf-8") as read:
            return json.load(read)

    def compare(self, goes_on=True):
        """Halts the market and waits until every client knows what the server knows."""
        peer = Peer(self.address)
        self.halt(peer, True)
        end = time.monotonic() + PATIENCE
        for client in self.clients:
            while True:
                found = differences(peer.state(), self.summary_of(client))
                if not found:
                    break
                if time.monotonic() > end:
                    raise Failure(f"{client.name} knows something else: " + "; ".join(found))
                time.sleep(0.1)
        state = peer.state()
        if goes_on:
            self.halt(peer, False)
        peer.close()
        print(f"    all {len(self.clients)} clients know the server's {len(state['orders'])} "
              f"orders, {len(state['trades'])} trades, {len(state['positions'])} positions and "
              f"{len(state['accounts'])} accounts", flush=True)
        return state

    def restart_server(self):
        say("the server is killed (SIGKILL) and started again")
        self.server.end(signal.SIGKILL)
        for client in self.clients:
            client.wait_for("RPC: LOST")
        self.start_server()
        for client in self.clients:
            client.wait_for("RPC: CONNECTED: the server was started anew")

    def freeze(self, client):
        say(f"{client.name} is frozen (SIGSTOP) for {self.options.freeze} seconds")
        client.send(signal.SIGSTOP)
        time.sleep(self.options.freeze)
        client.send(signal.SIGCONT)

    def end(self):
        say("everybody is asked to end (SIGTERM)")
        summaries = {client.name: self.summary_of(client) for client in self.clients}
        for process in [*self.clients, self.server]:
            code, took = process.end(signal.SIGTERM)
            if code != 0:
                raise Failure(f"{process.name} ended with {code}")
            if took > self.options.end_within:
                raise Failure(f"{process.name} took {took:.1f} s to end")
        return summaries

    def play(self):
        """Runs the session and returns one summary for each client."""
        part = self.options.seconds / (3 if self.options.freeze else 2)
        say(f"a server at {self.address}, {self.options.strategies} strategies and "
            f"{self.options.counters} counters")
        self.start_server()
        self.start_clients()
        time.sleep(part)
        self.compare()
        self.restart_server()
        time.sleep(part)
        if self.options.freeze:
            self.compare()
            self.freeze(self.clients[0])
            time.sleep(max(0.0, part - self.options.freeze))
        # A client that ends between a trade and the position after it would have to complain.
        self.compare(goes_on=False)
        return self.end()


def table(summaries):
    def of_strategy(key):
        return lambda s: sum(each[key] for each in s["strategies"])
    rows = [("orders sent", of_strategy("orders")),
            ("rejected", of_strategy("rejected")),
            ("own trades", of_strategy("trades")),
            ("orders known", lambda s: len(s["orders"])),
            ("trades known", lambda s: len(s["trades"])),
            ("ticks", lambda s: s["events"].get("eTick.", 0)),
            ("times connected", lambda s: s["states"].get("RPC CONNECTED", 0)),
            ("times lost", lambda s: s["states"].get("RPC LOST", 0)),
            ("server anew", lambda s: s["events"].get("eReset", 0)),
            ("complaints", lambda s: len(s["complaints"]))]
    print(f"{'':<18}" + "".join(f"{name:>11}" for name in summaries))
    for title, value in rows:
        print(f"{title:<18}" + "".join(f"{value(s):>11}" for s in summaries.values()))


def problems(summaries, freeze):
    """What is wrong with the summaries, in sentences."""
    for i, (name, s) in enumerate(summaries.items()):
        lost = s["states"].get("RPC LOST", 0)
        checks = [
            (not s["complaints"], "it complains: " + "; ".join(s["complaints"][:3])),
            (len(s["trades"]) > 0, "there was no trade after the new start"),
            (s["events"].get("eReset", 0) == 1, "it did not notice the new server"),
            # The frozen one may lose its connection, and nobody else.
            (lost == 1 or (freeze and i == 0 and lost <= 2),
             f"it lost its connection {lost} times"),
        ]
        for strategy in s["strategies"]:
            checks.append((strategy["orders"] > 0, "it sent no order"))
            checks.append((strategy["trades"] > 0, "it had no trade"))
            checks.append((s["events"].get("eTick.", 0) > 0, "it had no tick"))
        for holds, text in checks:
            if not holds:
                yield f"{name}: {text}"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("server", help="the program run_server")
    parser.add_argument("client", help="the program run_client")
    parser.add_argument("--unix", action="store_true", help="a Unix socket instead of TCP")
    parser.add_argument("--seconds", type=float, default=10, help="how long the clients trade")
    parser.add_argument("--speed", type=float, default=50, help="ticks per second")
    parser.add_argument("--strategies", type=int, default=2)
    parser.add_argument("--counters", type=int, default=1)
    parser.add_argument("--freeze", type=float, default=0, help="seconds to freeze one client for")
    parser.add_argument("--end-within", type=float, default=1, help="seconds after SIGTERM")
    parser.add_argument("--quiet", action="store_true", help="print the summary only")
    parser.add_argument("--check", action="store_true", help="look at these arguments, no more")
    options = parser.parse_args()
    if options.check:
        return 0

    # So that everything below is left, and every process ended, on a polite request too.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, _: sys.exit(128 + number))
    running = []
    with tempfile.TemporaryDirectory() as folder:
        try:
            summaries = Session(options, folder, running).play()
            say("summary")
            table(summaries)
            found = list(problems(summaries, options.freeze))
        except Failure as failure:
            found = [str(failure)]
        finally:
            for process in running:
                process.kill()
    print("\n" + ("FAILED: " + "; ".join(found) if found else "Everything adds up."))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
