#!/usr/bin/env python3
# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT
"""Goal: top and bench show true figures, and what they show on a terminal goes nowhere else.
Method: a server that did known things; pipes and pseudo-terminals.

    tools_test.py <conformance_server> <gatewire>"""

import json

from rig import Case, OwnServerCase, lines, main


class Top(OwnServerCase):
    def test_once(self):
        self.succeed("call", "add", "1", "2")
        self.run_it("call", "crash", "x")
        text = self.succeed("top", "--once")
        self.assertIn("sessions   1 connected, ", text)
        self.assertRegex(text, r"calls      2 answered, 1 of them with an error, 0 refused, "
                               r"0 in flight\n")
        self.assertRegex(text, r"session +peer +identity +calls")
        self.assertNotIn("/s)", text)

    def test_json_is_what_the_server_says(self):
        self.succeed("call", "add", "1", "2")
        stats = json.loads(self.succeed("top", "--once", "--json"))
        self.assertEqual(stats["calls"]["answered"], 1)
        self.assertEqual(len(stats["connections"]), 1)

    def test_it_goes_on_until_it_is_interrupted(self):
        running = self.start("top", "--json", "--interval", "1ms")
        running.out.wait(r"(?s)({[^\n]*}\n){3}")
        running.interrupt()
        self.assertEqual(running.wait(), 0)
        times = [line["uptime_ms"] for line in lines(running.out.text)]
        self.assertEqual(times, sorted(times))

    def test_a_terminal_shows_rates_and_the_watchers(self):
        watching = self.start("watch", "tick", "rb2405")
        running = self.start("top", "--interval", "20ms", terminal=("stdout",), size=(160, 30))
        # Whom a server tells no more, it tells how much others subscribed to.
        running.screen.wait(r"unix:pid=\d+,uid=\d+ [ 0]*1\x1b\[K")
        running.screen.wait(r"answered \(\d+/s\)")
        running.interrupt()
        self.assertEqual(running.wait(), 0)
        self.assertRegex(running.screen.text, r"\x1b\[\d+F")
        watching.interrupt()
        self.assertEqual(watching.wait(), 0)

    def test_it_comes_back_with_the_server(self):
        running = self.start("top", "--json", "--interval", "1ms")
        running.out.wait("uptime_ms")
        self.server.tell("restart")
        running.err.wait("disconnected")
        running.out.wait("uptime_ms")
        running.interrupt()
        self.assertEqual(running.wait(), 0)


class Bench(Case):
    def test_all_calls_are_made_and_counted(self):
        before = int(self.succeed("call", "get_total"))
        text = self.succeed("bench", "pay", "1", "--calls", "500", "--window", "8",
                            "--connections", "3")
        self.assertEqual(int(self.succeed("call", "get_total")), before + 500)
        self.assertRegex(text, r"^pay: 500 calls in \d+\.\d+ s, \d+ calls/s, window 8, "
                               r"connections 3\n")
        self.assertRegex(text, r"latency  min .*p50 .*p90 .*p99 .*p99.9 .*max ")
        self.assertRegex(text, r"  up to +[\d.]+ [um]?s +\d+ #+\n")

    def test_json(self):
        found = json.loads(self.succeed("bench", "add", "a=1", "b=2", "--calls", "100", "--json"))
        self.assertEqual((found["calls"], found["failed"], found["window"]), (100, 0, 1))
        self.assertEqual(sum(bar["calls"] for bar in found["histogram"]), 100)
        figures = list(found["latency_us"].values())[:6]
        self.assertEqual(figures, sorted(figures))

    def test_failures_are_counted_and_told(self):
        done = self.run_it("bench", "crash", "x", "--calls", "20")
        self.assertEqual(done.returncode, 1)
        self.assertIn("20 calls failed, the first with engine_error (-32000): x", done.stderr)
        self.fail_with(2, "argument 2 'b' of add is missing", "bench", "add", "1")
        self.fail_with(2, "--calls", "bench", "add", "1", "2", "--calls", "0")

    def test_progress_is_for_terminals(self):
        running = self.start("bench", "add", "1", "2", "--calls", "50", terminal=("stderr",))
        self.assertEqual(running.wait(), 0)
        self.assertIn("[" + "#" * 40 + "] 50 of 50", running.screen.text)
        self.assertNotIn("[##", running.out.text)

    def test_an_interrupt_reports_what_was_done(self):
        running = self.start("bench", "add", "1", "2", "--calls", "1000000000",
                             terminal=("stderr",))
        running.screen.wait(r"\] [1-9]\d* of 1000000000")
        running.interrupt()
        self.assertEqual(running.wait(), 0)
        self.assertRegex(running.out.text, r"^add: [1-9]\d* calls in ")


if __name__ == "__main__":
    main()
