# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT
"""A server with known behaviour, the program `gatewire` in pipes and on a terminal, and waiting for
what they say. Nothing waits for time to pass: the clock only turns a hang into a failure."""

import contextlib
import fcntl
import json
import os
import pty
import queue
import re
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time
import unittest

PATIENCE = 30  # Seconds until something that must happen counts as failed.
SERVER, PROGRAM = (os.path.abspath(path) for path in sys.argv[1:3])


class Server:
    """A conformance_server, told what to do by lines."""

    def __init__(self, *traits, prepare=None):
        self.folder = tempfile.TemporaryDirectory(prefix="gatewire-")
        if prepare:
            prepare(self.folder.name)
        self.process = subprocess.Popen([SERVER, self.folder.name, *traits], text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.addresses = json.loads(self.process.stdout.readline())
        self.address = self.addresses["tcp"]

    def tell(self, line):
        print(line, file=self.process.stdin, flush=True)
        answer = self.process.stdout.readline().strip()
        assert answer == "ok", f"the server answered '{answer}' to '{line}'"

    def end(self):
        self.process.kill()
        self.process.communicate()
        self.folder.cleanup()


class Listener:
    """Something else that listens: `serve` has each connection on a thread of its own."""

    def __init__(self, serve):
        self._serve = serve
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"tcp://127.0.0.1:{self._socket.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        with contextlib.suppress(OSError):  # It is closed in the end.
            while True:
                connection, _ = self._socket.accept()
                threading.Thread(target=self._run, args=(connection,), daemon=True).start()

    def _run(self, connection):
        with connection, contextlib.suppress(OSError):
            self._serve(connection)

    def end(self):
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


def messages(connection):
    """The requests that come on it, one after another."""
    with connection.makefile("rb") as stream:
        while header := stream.read(4):
            yield json.loads(stream.read(int.from_bytes(header, "big")))


def send(connection, message):
    body = json.dumps(message).encode()
    connection.sendall(len(body).to_bytes(4, "big") + body)


def described_server(document, published=()):
    """A server that describes itself so, takes every subscription and then publishes."""
    event = (document.get("x-events") or [{"name": ""}])[0]

    def serve(connection):
        answers = {
            "rpc.hello": {"protocol": 1, "session": "", "epoch": "e", "resumed": False,
                          "event_position": 0, "heartbeat_ms": 0,
                          "limits": {"frame_size_max": 1 << 20, "calls_in_flight_max": 9,
                                     "batch_max": 9, "subscriptions_max": 9}},
            "rpc.discover": {"openrpc": "1.3.2", "methods": [], **document},
            "rpc.subscribe": {"position": 0}}
        for each in messages(connection):
            for request in each if isinstance(each, list) else [each]:
                if "id" in request:
                    send(connection, {"jsonrpc": "2.0", "id": request["id"],
                                      "result": answers.get(request["method"], {})})
                if request["method"] == "rpc.subscribe":
                    for seq, data in enumerate(published, start=1):
                        send(connection, {"jsonrpc": "2.0", "method": event["name"],
                                          "params": {"seq": seq, "data": data}})
    return Listener(serve)


class Text:
    """What comes out of a descriptor, read by a thread."""

    def __init__(self, descriptor):
        self._descriptor = descriptor
        self._news = queue.Queue()
        self.text = ""
        self._seen = 0
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        while True:
            try:
                data = os.read(self._descriptor, 65536)
            except OSError:  # A terminal whose program is gone.
                data = b""
            self._news.put(data)
            if not data:
                return

    def wait(self, pattern):
        """Waits for a pattern behind the one before. @return The match."""
        try:
            found = self._search(pattern, time.monotonic() + PATIENCE)
        except queue.Empty:
            raise AssertionError(f"'{pattern}' did not come, only: {self.text!r}") from None
        self._seen = found.end()
        return found

    def wait_briefly(self, pattern):
        """Looks for a pattern in what comes soon. @throws TimeoutError"""
        try:
            self._seen = self._search(pattern, time.monotonic() + 0.1).end()
        except queue.Empty:
            raise TimeoutError from None

    def _search(self, pattern, deadline):
        found = re.compile(pattern).search(self.text, self._seen)
        while not found:
            if not self._take(deadline):
                raise AssertionError(f"'{pattern}' did not come, only: {self.text!r}")
            found = re.compile(pattern).search(self.text, self._seen)
        return found

    def rest(self):
        """All of it, when it has ended."""
        deadline = time.monotonic() + PATIENCE
        while self._take(deadline):
            pass
        return self.text

    def _take(self, deadline):
        data = self._news.get(timeout=max(0, deadline - time.monotonic()))
        self.text += data.decode("utf-8", "replace")
        return data


def environment(address=None, **more):
    kept = {name: value for name, value in os.environ.items()
            if not name.startswith("GATEWIRE_") and name != "NO_COLOR"}
    kept["TERM"] = "xterm"
    if address:
        kept["GATEWIRE_ADDRESS"] = address
    return {**kept, **more}


class Running:
    """A program that goes on for a while. `out` and `err` are pipes, or both of them a terminal."""

    def __init__(self, address, *words, terminal=(), size=(100, 30), more=None):
        self.master = None
        streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        if terminal:
            self.master, slave = pty.openpty()
            fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
            streams.update({name: slave for name in terminal})
        self.process = subprocess.Popen([PROGRAM, *words], stdin=subprocess.DEVNULL,
                                        env=environment(address, **(more or {})), **streams)
        if terminal:
            os.close(slave)
            self.screen = Text(self.master)
        self.out = Text(self.process.stdout.fileno()) if self.process.stdout else None
        self.err = Text(self.process.stderr.fileno()) if self.process.stderr else None

    def interrupt(self):
        self.process.send_signal(signal.SIGINT)

    def end(self):
        if self.process.returncode is None:
            self.process.kill()
            self.wait()

    def wait(self):
        try:
            code = self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        finally:
            for stream in (self.process.stdout, self.process.stderr):
                if stream:
                    (self.out if stream is self.process.stdout else self.err).rest()
                    stream.close()
            if self.master is not None:
                self.screen.rest()
                os.close(self.master)
        return code


class Case(unittest.TestCase):
    """Tests with one server for the whole class."""
    traits = ()
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.server = Server(*cls.traits)
        cls.addClassCleanup(cls.server.end)

    def run_it(self, *words, stdin=None, address=None, more=None):
        return subprocess.run([PROGRAM, *words], input=stdin, text=True, capture_output=True,
                              stdin=None if stdin is not None else subprocess.DEVNULL,
                              timeout=PATIENCE, check=False,
                              env=environment(address or self.server.address, **(more or {})))

    def succeed(self, *words, **more):
        """Runs it. @return What it printed; nothing may be said beside that."""
        done = self.run_it(*words, **more)
        self.assertEqual((done.returncode, done.stderr), (0, ""), f"{words}: {done.stdout}")
        return done.stdout

    def fail_with(self, code, pattern, *words, **more):
        """Runs it. It must fail with this code, say why, and print nothing."""
        done = self.run_it(*words, **more)
        self.assertEqual((done.returncode, done.stdout), (code, ""), f"{words}: {done.stderr}")
        self.assertRegex(done.stderr, pattern)
        return done.stderr

    def start(self, *words, **more):
        running = Running(more.pop("address", self.server.address), *words, **more)
        self.addCleanup(running.end)
        return running


class OwnServerCase(Case):
    """Tests with a server for each."""

    @classmethod
    def setUpClass(cls):
        pass

    def setUp(self):
        self.server = Server(*self.traits)
        self.addCleanup(self.server.end)


def lines(text):
    return [json.loads(line) for line in text.splitlines()]


def main():
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]])
