#!/usr/bin/env python3
# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT
"""One server and two clients in processes of their own; the server is killed and started again in
the middle. Prints what they print, then a table of what they did, and fails if that does not add
up. Used by the demo and, shorter, by its test."""

import argparse
import json
import os
import queue
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

PATIENCE = 20  # Seconds until something that must happen counts as failed.
KINDS = ("tick", "bar", "order", "trade", "log")


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
                print(f"{self.name:>8} | {line}", end="", flush=True)
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

    def end(self, signal_number):
        """Sends the signal and returns the exit code."""
        self.process.send_signal(signal_number)
        try:
            code = self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            raise Failure(f"{self.name} did not end in {PATIENCE} s") from None
        self.reader.join()
        return code

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()


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


def play(options, folder, running):
    """Runs the session and returns one summary for each client."""
    address = f"unix://{folder}/desk.sock" if options.unix else free_address()

    def start(name, *command):
        running.append(Process(name, command, not options.quiet))
        return running[-1]

    def start_server():
        server = start("server", options.server, "--listen", address, "--speed",
                       str(options.speed))
        server.wait_for("listening on")
        return server

    say(f"a server at {address} and two clients")
    server = start_server()
    clients = []
    for name, fast, slow, limit in (("quick", 3, 8, 10), ("slow", 5, 20, 15)):
        client = start(name, options.client, "--connect", address, "--name", name, "--fast",
                       str(fast), "--slow", str(slow), "--limit", str(limit), "--summary",
                       os.path.join(folder, name))
        clients.append(client)
    for client in clients:
        client.wait_for("snapshot")
    time.sleep(options.seconds / 2)

    say("the server is killed (SIGKILL)")
    server.end(signal.SIGKILL)
    for client in clients:
        client.wait_for("lost")
    say("the server is started again")
    server = start_server()
    for client in clients:
        client.wait_for("resumed")
        client.wait_for("snapshot")
    time.sleep(options.seconds / 2)

    say("everybody is asked to end (SIGTERM)")
    for client in clients:
        if client.end(signal.SIGTERM) != 0:
            raise Failure(f"{client.name} failed")
    begin = time.monotonic()
    if server.end(signal.SIGTERM) != 0 or time.monotonic() - begin > 1:
        raise Failure("the server did not end cleanly within a second")

    summaries = []
    for client in clients:
        with open(os.path.join(folder, client.name), encoding="utf-8") as file:
            summaries.append(json.load(file))
    return summaries


def table(summaries):
    rows = [("orders sent", lambda s: s["orders_sent"]),
            ("= accepted", lambda s: s["accepted"]),
            ("+ rejected", lambda s: s["rejected"]),
            ("+ unknown", lambda s: s["unknown"])]
    rows += [(f"{kind} events", lambda s, kind=kind: s["events"].get(kind, 0)) for kind in KINDS]
    rows += [("own trades", lambda s: s["trades"]),
             ("position", lambda s: s["position"]),
             ("cash", lambda s: f"{s['cash']:.2f}"),
             ("times connected", lambda s: s["connected"]),
             ("new servers seen", lambda s: s["new_servers"]),
             ("server agrees", lambda s: "yes" if s["server_agrees"] else "NO")]
    print(f"{'':<18}" + "".join(f"{s['name']:>14}" for s in summaries))
    for title, value in rows:
        print(f"{title:<18}" + "".join(f"{value(s):>14}" for s in summaries))


def problems(summary):
    """What is wrong with a client's summary, in sentences."""
    s = summary
    checks = [
        (s["orders_sent"] == s["accepted"] + s["rejected"] + s["unknown"],
         "the orders do not add up"),
        (s["orders_sent"] > 0, "no order was sent"),
        (s["trades"] > 0, "there was no trade"),
        (s["trades_of_this_server"] > 0, "there was no trade after the new start"),
        (all(s["events"].get(kind, 0) > 0 for kind in ("tick", "bar", "order", "trade")),
         "a kind of event is missing"),
        (s["connected"] >= 2 and s["lost"] >= 1, "it did not connect again"),
        (s["new_servers"] == 1, "it did not notice the new server"),
        (s["server_agrees"] is True, "its position is not the sum of the server's trades"),
    ]
    return [f"{s['name']}: {text}" for holds, text in checks if not holds]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("server", help="the program run_server")
    parser.add_argument("client", help="the program run_client")
    parser.add_argument("--unix", action="store_true", help="a Unix socket instead of TCP")
    parser.add_argument("--seconds", type=float, default=10, help="how long the clients trade")
    parser.add_argument("--speed", type=float, default=100, help="ticks per second")
    parser.add_argument("--quiet", action="store_true", help="print the summary only")
    options = parser.parse_args()

    # So that everything below is left, and every process ended, on a polite request too.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, _: sys.exit(128 + number))
    running = []
    with tempfile.TemporaryDirectory() as folder:
        try:
            summaries = play(options, folder, running)
            say("summary")
            table(summaries)
            found = [text for summary in summaries for text in problems(summary)]
        except Failure as failure:
            found = [str(failure)]
        finally:
            for process in running:
                process.kill()
    print("\n" + ("FAILED: " + "; ".join(found) if found else "Everything adds up."))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
