#!/usr/bin/env python3
# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT
"""Goal: a recording holds what happened, and its replay finds what is different now. Method: events
and calls of known content, recorded beside and in front of a server, and replayed against it as it
was and as it is not any more.

    record_test.py <conformance_server> <gatewire>"""

import json
import os
import tempfile

from rig import OwnServerCase, lines, main


class Recording(OwnServerCase):
    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory(prefix="gatewire-")
        self.addCleanup(folder.cleanup)
        self.file = os.path.join(folder.name, "day.jsonl")

    def recorded(self):
        with open(self.file, encoding="utf-8") as file:
            head, *rest = lines(file.read())
        self.assertEqual((head["recording"], head["address"]), (1, self.server.address))
        return rest

    def between(self):
        """A recording proxy, and its address."""
        proxy = self.start("record", self.file, "--listen", "tcp://127.0.0.1:0")
        return proxy, proxy.err.wait(r"connect to (tcp://\S+)\n").group(1)

    def test_events_with_their_keys(self):
        self.server.tell("tick rb2405 3650.5")
        self.server.tell("tick ag2406 5500")
        done = self.run_it("record", self.file, "tick", "--count", "2")
        self.assertEqual((done.returncode, done.stdout), (0, ""))
        self.assertIn("2 entries in " + self.file, done.stderr)
        first, second = self.recorded()
        self.assertEqual((first["event"], first["key"], first["data"]),
                         ("tick", "rb2405", {"symbol": "rb2405", "price": 3650.5}))
        self.assertEqual(second["key"], "ag2406")
        self.assertLessEqual(first["at"], second["at"])

    def test_all_events_are_recorded_if_none_is_named(self):
        self.server.tell("tick rb2405 1")
        done = self.run_it("record", "-", "--count", "1")
        self.assertEqual(done.returncode, 0)
        self.assertIn("event 'secret' needs the role", done.stderr)  # It is left out.
        self.assertEqual(lines(done.stdout)[1]["event"], "tick")
        self.assertEqual(self.run_it("record", self.file, "secret").returncode, 1)

    def test_a_recording_of_events_is_printed_at_its_speed(self):
        with open(self.file, "w", encoding="utf-8") as file:
            file.write('{"recording":1}\n{"at":3,"event":"trade","key":null,"data":{"id":2}}\n'
                       '{"at":2.9,"event":"trade","key":null,"data":{"id":1}}\n')
        for speed in ("0", "100"):
            printed = lines(self.succeed("replay", self.file, "--speed", speed,
                                         address="tcp://127.0.0.1:1"))
            self.assertEqual([line["data"]["id"] for line in printed], [1, 2])

    def test_a_proxy_writes_what_goes_by(self):
        proxy, address = self.between()
        self.assertEqual(self.succeed("call", "add", "1", "2", address=address), "3\n")
        self.fail_with(1, "nothing works", "call", "crash", "nothing works", address=address)
        self.succeed("call", "pay", "7", "--notify", address=address)
        self.succeed("call", "pay_once", "amount=8", "--key", "mine", address=address)
        self.fail_with(4, "deadline", "--timeout", "100ms", "call", "hold", address=address)
        self.server.tell("tick rb2405 1")
        self.succeed("watch", "tick", "--count", "1", address=address)
        proxy.interrupt()
        self.assertEqual(proxy.wait(), 0)
        found = self.recorded()
        kept = [{name: value for name, value in entry.items()
                 if name not in ("at", "took", "connection")} for entry in found]
        for entry in ({"call": "add", "params": [1, 2], "result": 3},
                      {"call": "crash", "params": ["nothing works"],
                       "error": {"code": -32000, "message": "nothing works"}},
                      {"notify": "pay", "params": [7]},
                      {"call": "pay_once", "params": {"amount": 8}, "key": "mine", "result": 15},
                      {"event": "tick", "key": "rb2405",
                       "data": {"symbol": "rb2405", "price": 1.0}}):
            self.assertIn(entry, kept)
        self.assertFalse([entry for entry in kept if "rpc." in json.dumps(entry)])
        self.assertTrue(all(entry["took"] >= 0 for entry in found if "result" in entry))

    def test_a_replay_compares_answers(self):
        proxy, address = self.between()
        self.succeed("call", "add", "1", "2", address=address)
        self.succeed("call", "pay", "5", address=address)
        self.run_it("call", "fail", "7", "mine", '{"x":[1]}', address=address)
        self.succeed("call", "echo", '{"b":1,"a":2}', address=address)
        proxy.interrupt()
        self.assertEqual(proxy.wait(), 0)
        self.server.tell("restart")
        for speed in ("0", "1000"):
            done = self.run_it("replay", self.file, "--speed", speed)
            if speed == "0":
                self.assertEqual((done.returncode, done.stdout), (0, ""))
                self.assertIn("4 calls, 0 answers differ", done.stderr)
        # It paid a second time.
        self.assertEqual(done.returncode, 5)
        difference, = lines(done.stdout)
        self.assertEqual((difference["call"], difference["recorded"], difference["now"]),
                         ("pay", {"result": 5}, {"result": 10}))
        self.assertIn("1 answers differ", done.stderr)
        ignoring = self.run_it("replay", self.file, "--speed", "0", "--ignore", "result,x")
        self.assertEqual(ignoring.returncode, 0)

    def test_files_that_are_none(self):
        self.fail_with(2, "cannot read .*none: No such file", "replay", self.file + ".none")
        self.fail_with(2, "line 1: this is no line of a recording", "replay", "-", stdin="x\n")
        self.fail_with(2, "line 2: this is no line", "replay", "-", stdin='{"recording":1}\n{}\n')
        self.fail_with(2, "is empty", "replay", "-", stdin="")
        self.fail_with(2, "cannot write /nowhere/x", "record", "/nowhere/x", "trade")
        self.fail_with(3, "not connected", "record", self.file, "--listen", "tcp://127.0.0.1:0",
                       address="tcp://127.0.0.1:1")
        self.fail_with(2, "--listen takes a tcp:// address", "record", self.file, "--listen",
                       "unix:///x")


if __name__ == "__main__":
    main()
