#!/usr/bin/env python3
# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT

"""What run_server and run_client keep of their flags, lose of their settings, and say at the end.

    programs_test.py <run_server> <run_client> tls|plain [<fix_exchange>]

Real processes with folders of their own; nothing waits for a time, only for lines that must come.
"""

import json
import pathlib
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import unittest

PATIENCE = 60  # Seconds until something that must happen counts as failed.
SERVER, CLIENT = sys.argv[1:3]
HAS_TLS = sys.argv[3] == "tls"
MAKE_CERTIFICATES = (pathlib.Path(__file__).resolve().parents[2] / "examples" / "server_client" /
                     "make_certificates.sh")
FIX_EXCHANGE = sys.argv[4] if len(sys.argv) > 4 else None  # Where QuickFIX was found.


class Program:
    """A process, its lines one after another as they come, and each stream as a whole."""

    def __init__(self, *command):
        self.process = subprocess.Popen([*command, "--headless"], stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True)
        self.lines = queue.Queue()
        self.texts = {}
        self.readers = [threading.Thread(target=self._read, args=each, daemon=True) for each in
                        (("out", self.process.stdout), ("err", self.process.stderr))]
        for reader in self.readers:
            reader.start()

    def _read(self, name, stream):
        self.texts[name] = ""
        for line in stream:
            self.texts[name] += line
            self.lines.put(line)
        stream.close()

    def wait_for(self, text):
        while True:
            line = self.lines.get(timeout=PATIENCE)
            if text in line:
                return line

    def wait_for_all(self, *texts):
        """In any order."""
        missing = set(texts)
        while missing:
            line = self.lines.get(timeout=PATIENCE)
            missing = {each for each in missing if each not in line}

    def end(self):
        """@return  The exit code, and what was said on the two streams."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.ended()

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def ended(self):
        code = self.process.wait(PATIENCE)
        for reader in self.readers:
            reader.join(PATIENCE)
        return code, self.texts["out"], self.texts["err"]


class ProgramsTest(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = pathlib.Path(holder.name)
        self.address = f"unix://{self.folder}/desk.sock"

    def start(self, *command):
        program = Program(*command)
        self.addCleanup(program.kill)
        return program

    def server(self, *flags, listen=None):
        return self.start(SERVER, "--folder", self.folder / "server", "--listen",
                          listen or self.address, *flags)

    def client(self, *flags):
        return self.start(CLIENT, "--folder", self.folder / "client", "--watch", *flags)

    def file(self, side, name, text=None):
        file = self.folder / side / f"{name}.json"
        if text is not None:
            file.parent.mkdir(exist_ok=True)
            file.write_text(text)
        return file

    def test_flags_are_for_this_run(self):
        server = self.server("--speed", "7", "--token", "a secret", "--cancel-on-disconnect")
        server.wait_for("RPC service started")
        client = self.client("--connect", self.address, "--token", "a secret")
        client.wait_for("RPC: CONNECTED")
        self.assertEqual(client.end()[0], 0)
        self.assertEqual(server.end()[0], 0)
        self.assertEqual([*self.folder.rglob("*.json")], [])

    def test_what_was_saved_is_used_and_not_touched(self):
        saved = [self.file("server", "rpc_service", json.dumps({
                     "listen": [self.address], "later": {"x": 1},
                     "clients": [{"name": "al", "token": "a secret", "desk": 4}]})),
                 self.file("server", "connect_SIM", '{"speed":0,"later":2}'),
                 self.file("client", "connect_RPC",
                           json.dumps({"address": self.address, "token": "a secret", "later": 3}))]
        before = [each.read_text() for each in saved]
        server = self.start(SERVER, "--folder", self.folder / "server")
        server.wait_for("0 steps per second")
        server.wait_for("RPC service started")
        client = self.client()
        client.wait_for_all("'later'; it is left as it is", "RPC: CONNECTED")
        self.assertEqual(client.end()[0], 0)
        self.assertEqual(server.end()[0], 0)
        # And with flags for this run.
        other = f"unix://{self.folder}/other.sock"
        server = self.server("--speed", "3", "--token", "another", listen=other)
        server.wait_for("3 steps per second")
        server.wait_for(f"RPC service started: {other}")
        for flags in ((), ("--token", "another")):  # Who had a token has it still.
            client = self.client("--connect", other, *flags)
            client.wait_for("RPC: CONNECTED")
            self.assertEqual(client.end()[0], 0)
        server.end()
        self.assertEqual([each.read_text() for each in saved], before)

    def test_a_service_that_starts_by_itself_obeys_the_flags_of_this_run(self):
        self.file("server", "rpc_service",
                  json.dumps({"listen": [self.address], "autostart": True}))
        other = f"unix://{self.folder}/other.sock"
        server = self.server(listen=other)
        server.wait_for(f"RPC service started: {other}")
        client = self.client("--connect", other)
        client.wait_for("RPC: CONNECTED")
        client.end()
        self.assertEqual(server.end()[0], 0)

    def test_save_keeps_what_the_flags_say_and_the_rest(self):
        service = self.file("server", "rpc_service", json.dumps({
            "orders_per_second": 9, "later": 1,
            "clients": [{"name": "al", "token": "a secret", "desk": 4}]}))
        market = self.file("server", "connect_SIM", '{"seed":5,"later":2}')
        remote = self.file("client", "connect_RPC", '{"logs":false,"later":3}')
        server = self.server("--token", "t", "--speed", "3", "--save")
        server.wait_for("RPC service started")
        client = self.client("--connect", self.address, "--token", "t", "--save")
        client.wait_for("RPC: CONNECTED")
        client.end()
        server.end()
        self.assertEqual(json.loads(service.read_text()), {
            "orders_per_second": 9, "later": 1, "listen": [self.address],
            "clients": [{"name": "al", "token": "a secret", "may_trade": True, "sees_all": True,
                         "orders_per_second": 0, "desk": 4},
                        {"name": "client", "token": "t", "may_trade": True, "sees_all": True,
                         "orders_per_second": 0}]})
        self.assertEqual(json.loads(market.read_text()), {"seed": 5, "speed": 3, "later": 2})
        self.assertEqual(json.loads(remote.read_text()),
                         {"logs": False, "later": 3, "address": self.address, "token": "t"})
        # A plain start does as was saved.
        server = self.start(SERVER, "--folder", self.folder / "server")
        server.wait_for("3 steps per second")
        server.wait_for(f"RPC service started: {self.address}")
        client = self.client()
        client.wait_for("RPC: CONNECTED")
        client.end()
        server.end()

    def test_a_strategy_of_the_flags_is_kept_if_that_is_wanted(self):
        server = self.server("--speed", "0")
        server.wait_for("RPC service started")
        def trade(*flags):
            client = self.start(CLIENT, "--folder", self.folder / "client", "--connect",
                                self.address, "--name", "mine", *flags)
            client.wait_for("RPC: CONNECTED")
            self.assertEqual(client.end()[0], 0)
        kept = self.folder / "client" / "cta_strategy_setting.json"
        trade("--strategy", "Breakout", "--set", "entry_bars=30")
        self.assertFalse(kept.exists())
        trade("--strategy", "Breakout", "--set", "entry_bars=30", "--limit", "4", "--save")
        saved = json.loads(kept.read_text())["mine"]
        self.assertEqual((saved["class_name"], saved["position_limit"], saved["setting"]),
                         ("Breakout", 4, {"bar_minutes": 60, "entry_bars": 30, "exit_bars": 10,
                                          "volume": 2}))
        trade("--set", "exit_bars=5")  # For this run.
        self.assertEqual(json.loads(kept.read_text())["mine"], saved)
        trade("--set", "exit_bars=5", "--save")
        saved["setting"]["exit_bars"] = 5
        self.assertEqual(json.loads(kept.read_text())["mine"], saved)
        client = self.start(CLIENT, "--folder", self.folder / "client", "--connect", self.address,
                            "--symbol", "NONE.CBOE")
        client.wait_for("strategy 'ma_cross' waits: RPC.SIM has no NONE.CBOE")
        self.assertEqual(client.end()[0], 0)
        for flag, says in (("entry_bar=1", "there is no setting 'entry_bar'"),
                           ("entry_bars=few", "setting 'entry_bars' takes a number"),
                           ("entry_bars", "--set takes name=value, not entry_bars")):
            code, _, err = self.start(CLIENT, "--folder", self.folder / "client", "--name", "mine",
                                      "--set", flag).ended()
            self.assertEqual(code, 1)
            self.assertIn(says, err)

    def test_what_cannot_be_used_is_named_on_the_standard_error_and_left_alone(self):
        for side, name, text, says in (
                ("server", "rpc_service", '{"listen":"tcp://127.0.0.1:1"}',
                 "setting 'listen' takes a list of texts, as [\"tcp://127.0.0.1:2014\"], "
                 'not "tcp://127.0.0.1:1"'),
                ("server", "rpc_service", '{"clients":\n[}', "line 2, column 2: this is no JSON"),
                ("server", "connect_SIM", '{"speed":"fast"}',
                 "setting 'speed' takes a number, as 1, not \"fast\""),
                ("server", "connect_SIM", '{"speed":-1}',
                 "setting 'speed' takes a number from 0 to 100000, not -1"),
                ("client", "connect_RPC", '{"address":7}',
                 "setting 'address' takes a text, as \"tcp://127.0.0.1:2014\", not 7"),
                ("client", "connect_RPC", '{"address":"nowhere"}', "setting 'address': "),
                ("client", "connect_RPC", '{"token": "a sec',
                 "line 1, column 17: this is no JSON")):
            with self.subTest(text=text):
                file = self.file(side, name, text)
                started = (self.server("--save") if side == "server"
                           else self.client("--token", "t", "--save"))
                code, out, err = started.ended()
                self.assertEqual(code, 1)
                self.assertIn(f"run_{side}: {file}", err)
                self.assertIn(says, err)
                self.assertNotIn(says, out)
                self.assertEqual(file.read_text(), text)
                self.assertEqual([*self.folder.rglob("*.json*")], [file])
                file.unlink()

    def make_certificates(self, *arguments):
        done = subprocess.run([MAKE_CERTIFICATES, "--folder", self.folder, *arguments],
                              capture_output=True, text=True, timeout=PATIENCE, check=False)
        return done.returncode, done.stdout.splitlines(), done.stderr

    @unittest.skipUnless(HAS_TLS, "built without OpenSSL")
    def test_encrypted_with_certificates_of_the_desks_own(self):
        made = [f"{self.folder}/{name}.pem" for name in ("authority", "server", "guest")]
        self.assertEqual(self.make_certificates("127.0.0.1"), (0, made[:2], ""))
        self.assertEqual(self.make_certificates("--client", "guest"), (0, made[2:], ""))
        authority, _, guest = made
        own = ("--certificate", f"{self.folder}/server.pem", "--key", f"{self.folder}/server.key")
        flags = ("--authority", authority)
        server = self.server(*own, "--token", "a secret", "--save", listen="tls://127.0.0.1:0")
        address = server.wait_for("RPC service started: ").split()[-1]
        self.assertTrue(address.startswith("tls://127.0.0.1:"))
        client = self.client("--connect", address, "--token", "a secret", *flags, "--save")
        client.wait_for("RPC: CONNECTED")
        self.assertEqual(client.end()[0], 0)
        # Without the authority this server is nobody's that the system knows.
        other = self.start(CLIENT, "--folder", self.folder / "other", "--watch", "--connect",
                           address, "--token", "a secret")
        other.wait_for("connect_failed")
        code, _, err = other.end()
        self.assertEqual(code, 1)
        self.assertIn("certificate", err)
        self.assertEqual(server.end()[0], 0)

        # As saved, and for clients that show a certificate.
        settings = self.file("server", "rpc_service")
        saved = json.loads(settings.read_text())
        self.assertEqual((saved["certificate"], saved["key"]), (own[1], own[3]))
        saved["clients"].append({"name": "guest", "token": "", "may_trade": False})
        settings.write_text(json.dumps(saved))
        server = self.start(SERVER, "--folder", self.folder / "server", "--client-authority",
                            authority)
        address = server.wait_for("RPC service started: ").split()[-1]
        client = self.client("--connect", address)  # It has no certificate.
        client.wait_for("connect_failed")
        self.assertEqual(client.end()[0], 1)
        client = self.start(CLIENT, "--folder", self.folder / "other", "--watch", "--connect",
                            address, *flags, "--certificate", guest, "--key",
                            f"{self.folder}/guest.key", "--save")
        client.wait_for("the server lets guest look, not trade")
        client.wait_for("RPC: CONNECTED")
        server.wait_for("guest (")
        self.assertEqual(client.end()[0], 0)
        self.assertEqual(server.end()[0], 0)
        kept = json.loads(self.file("other", "connect_RPC").read_text())
        self.assertEqual(kept["certificate"], guest)

    def test_certificates_are_made_once_and_what_is_wrong_is_said(self):
        self.assertEqual(self.make_certificates()[0], 0)
        authority = (self.folder / "authority.pem").read_text()
        server = (self.folder / "server.pem").read_text()
        self.assertEqual(self.make_certificates("desk.example")[1], [f"{self.folder}/server.pem"])
        self.assertEqual((self.folder / "authority.pem").read_text(), authority)
        self.assertNotEqual((self.folder / "server.pem").read_text(), server)
        loose = [key for key in self.folder.glob("*.key") if key.stat().st_mode & 0o77]
        self.assertEqual(loose, [])
        for arguments, says in ((["--wrong"], "there is no flag --wrong"),
                                (["--client", "a/b"], "no client can be called 'a/b'"),
                                (["--client"], "--client needs a value"),
                                (["not a name,"], "failed")):
            with self.subTest(arguments):
                code, out, err = self.make_certificates(*arguments)
                self.assertEqual((code, out), (1, []))
                self.assertIn(says, err)
        (self.folder / "authority.key").unlink()
        self.assertIn("authority.key is missing", self.make_certificates()[2])
        self.assertEqual(sorted(each.name for each in self.folder.iterdir()),
                         ["authority.pem", "server.key", "server.pem"])

    def test_an_address_without_what_it_needs_is_refused_in_words(self):
        for listen, says in (("tls://127.0.0.1:0", "it needs a certificate and its key"),
                             ("tcp://0.0.0.0:0", "add a client with a token")):
            if listen.startswith("tls") and not HAS_TLS:
                says = "built without OpenSSL"
            server = self.server(listen=listen)
            code, _, err = server.ended()
            self.assertEqual(code, 1)
            self.assertIn(says, err.splitlines()[-1])
            self.assertNotIn("server_options", err)

    def test_a_start_that_fails_says_why_on_the_standard_error_and_saves_nothing(self):
        server = self.server("--save", listen="tcp://127.0.0.1:66001")
        code, out, err = server.ended()
        self.assertEqual(code, 1)
        self.assertIn("66001", err.splitlines()[-1])
        self.assertIn("run_server: the RPC service did not start: ", err)
        self.assertNotIn("66001", out)
        self.assertFalse(self.file("server", "rpc_service").exists())

    def test_a_client_that_never_was_connected_complains_of_it(self):
        client = self.client("--connect", self.address)
        client.wait_for("connect_failed")
        code, out, err = client.end()
        self.assertEqual(code, 1)
        self.assertNotIn("nothing to complain of", out)
        self.assertIn("COMPLAINT: RPC was never connected: ", err)
        self.assertIn("connect_failed", err)

    def test_a_refused_token_is_told_once_at_both_ends(self):
        server = self.server("--token", "right")
        server.wait_for("RPC service started")
        client = self.client("--connect", self.address, "--token", "wrong")
        client.wait_for("this token is not known")
        server.wait_for("is refused")
        code, _, err = client.end()
        self.assertEqual(code, 1)
        self.assertEqual(err.count("this token is not known"), 2)  # Told once, and complained of.
        code, out, err = server.end()
        self.assertEqual(code, 0)
        self.assertEqual((out + err).count("this token is not known"), 1)
        self.assertNotIn("is gone", out)
        self.assertNotIn("wrong", out + err)

    @unittest.skipUnless(FIX_EXCHANGE, "QuickFIX was not found")
    def test_a_server_of_a_fix_counterparty(self):
        exchange = subprocess.Popen([FIX_EXCHANGE, "--store", self.folder / "exchange",
                                     "--speed", "50"], stdin=subprocess.PIPE,
                                    stdout=subprocess.PIPE, text=True)
        self.addCleanup(exchange.wait)
        self.addCleanup(exchange.kill)
        self.addCleanup(exchange.stdin.close)
        self.addCleanup(exchange.stdout.close)
        port = json.loads(exchange.stdout.readline())["port"]
        self.file("server", "connect_FIX", json.dumps({"port": port, "account": "FIX-1"}))
        server = self.server("--fix")
        server.wait_for_all("RPC service started", f"FIX: CONNECTED: 127.0.0.1:{port}")
        self.assertTrue([*(self.folder / "server" / "fix").iterdir()])  # The session's numbers.
        summary = self.folder / "summary.json"
        client = self.client("--connect", self.address, "--summary", summary)
        client.wait_for("RPC: CONNECTED")
        self.assertEqual(client.end()[0], 0)
        self.assertEqual(json.loads(summary.read_text())["accounts"],
                         {"FIX.FIX-1": {"balance": 1000000, "frozen": 0}})
        self.assertEqual(server.end()[0], 0)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
