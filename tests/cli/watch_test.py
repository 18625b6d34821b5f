#!/usr/bin/env python3
# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT
"""Goal: watch prints every event as it comes, over lost connections too, says what was missed, and
draws a table on a terminal. Method: a server that publishes on demand behind a network that is cut
on demand; pipes and pseudo-terminals.

    watch_test.py <conformance_server> <gatewire>"""

import json
import re

from rig import Case, Listener, OwnServerCase, lines, main, messages, send


class Watch(Case):
    traits = ("small",)

    def begun(self, *words, **more):
        """A watch of trades that has begun: it has printed one."""
        running = self.start("watch", "trade", *words, **more)
        while True:  # It subscribes some time after it was started.
            self.server.tell("trades 1")
            try:
                running.out.wait_briefly(r'{"id":\d+}\n')
                return running
            except TimeoutError:
                continue

    def test_lines_until_so_many_came(self):
        self.server.tell("tick rb2405 3650.5")
        self.server.tell("tick ag2406 5500")
        self.assertEqual(lines(self.succeed("watch", "tick", "--count", "2")),
                         [{"symbol": "rb2405", "price": 3650.5},
                          {"symbol": "ag2406", "price": 5500}])
        self.assertEqual(self.succeed("watch", "tick", "ag2406", "-n", "1"),
                         '{"symbol":"ag2406","price":5500.0}\n')

    def test_a_lost_connection_loses_nothing(self):
        running = self.begun()
        self.server.tell("refuse")
        self.server.tell("cut")
        running.err.wait("disconnected: .*connecting again")
        self.server.tell("trades 3")
        self.server.tell("heal")
        running.out.wait(r"(?s)({[^\n]*\n){3}")
        running.interrupt()
        self.assertEqual(running.wait(), 0)
        numbers = [line["id"] for line in lines(running.out.text)]
        self.assertEqual(numbers, list(range(numbers[0], numbers[0] + len(numbers))))

    def test_a_gap_is_said_and_tells_by_the_exit_code(self):
        running = self.begun()
        self.server.tell("refuse")
        self.server.tell("cut")
        running.err.wait("disconnected")
        self.server.tell("trades 200")  # More than this server keeps.
        self.server.tell("heal")
        running.err.wait(r"gatewire: gap: the events \d+ to \d+ may be missing: ")
        running.interrupt()
        self.assertEqual(running.wait(), 5)
        self.assertTrue(lines(running.out.text))

    def test_what_cannot_be_watched(self):
        self.fail_with(2, "no event 'tik', did you mean 'tick'\\?", "watch", "tik")
        self.fail_with(2, "'add' is a method, not an event: gatewire call add", "watch", "add")
        self.fail_with(2, "the event 'trade' has no keys", "watch", "trade", "x")
        self.fail_with(1, "event 'secret' needs the role 'trade'", "watch", "secret")


class Silence(OwnServerCase):
    def test_a_key_that_no_event_has_is_answered_with_what_keys_look_like(self):
        running = self.start("watch", "tick", "SPX.CBOE", "a\x1b[31mb")
        running.err.wait(r"gatewire: nothing has come yet for SPX.CBOE, a\S?\[31mb; a key of "
                         r"'tick' is its member 'symbol', a text; without keys all of it comes\n")
        self.assertNotIn("\x1b", running.err.text)
        self.server.tell("tick SPX.CBOE 1")
        running.out.wait('{"symbol":"SPX.CBOE","price":1.0}\n')
        running.interrupt()
        self.assertEqual(running.wait(), 0)
        self.assertEqual(running.err.text.count("nothing"), 1)

    def test_silence_is_told_on_a_terminal_and_nowhere_else(self):
        piped = self.start("watch", "trade")
        for terminal in (("stderr",), ("stdout", "stderr")):
            running = self.start("watch", "trade", terminal=terminal)
            running.screen.wait("gatewire: nothing has come yet; 'trade' comes when the server "
                                "publishes it")
            running.interrupt()
            self.assertEqual(running.wait(), 0)
        self.server.tell("trades 1")
        piped.out.wait("id")
        piped.interrupt()
        self.assertEqual(piped.wait(), 0)
        self.assertEqual(piped.err.text, "")


def server_of(event, published=()):
    """A server that describes one event, takes every subscription and then publishes."""
    def serve(connection):
        answers = {
            "rpc.hello": {"protocol": 1, "session": "", "epoch": "e", "resumed": False,
                          "event_position": 0, "heartbeat_ms": 0,
                          "limits": {"frame_size_max": 1 << 20, "calls_in_flight_max": 9,
                                     "batch_max": 9, "subscriptions_max": 9}},
            "rpc.discover": {"openrpc": "1.3.2", "methods": [], "x-events": [event]},
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


class Keys(Case):
    def watch(self, event, *words, published=(), **more):
        server = server_of({"name": "bar", "payload": {"type": "object"}, "keyed": True,
                            "latest": True, **event}, published)
        self.addCleanup(server.end)
        return self.start("watch", "bar", *words, address=server.address, **more)

    def test_keys_that_are_integers(self):
        for word in ("rb2405", "1.5", "07", "-0", "1e3", "+5", ""):
            running = self.watch({"key": {"member": "minute", "type": "integer"}}, word)
            self.assertEqual(running.wait(), 2)
            self.assertIn(f"'{word}' is no key: a key of 'bar' is its member 'minute', an integer, "
                          "for example 42", running.err.text)
        running = self.watch({"key": {"member": "minute", "type": "integer"}}, "42", "-7",
                             "--count", "1", published=[{"minute": 42}])
        self.assertEqual((running.wait(), running.err.text), (0, ""))

    def test_keys_that_a_function_makes_and_keys_that_are_not_described(self):
        for event, look in (
                ({"key": {"type": "string"}}, "a key of 'bar' is a text that the server makes"),
                ({"key": {"type": "integer"}}, "a key of 'bar' is an integer that the server"),
                ({}, "the server does not say what a key of 'bar' is")):
            running = self.watch(event, "5")
            running.err.wait(look)
            running.end()

    def test_a_row_for_each_key(self):
        published = [{"text": f"{number}", "minute": number % 2} for number in range(5)]
        for event, count in (({"key": {"member": "minute", "type": "integer"}}, 2), ({}, 5)):
            running = self.watch(event, "--count", "5", published=published, terminal=("stdout",))
            self.assertEqual(running.wait(), 0)
            self.assertEqual(rows_of(running.screen.text)[0], f"bar: {count} keys, 5 events")


def rows_of(screen):
    """The last picture on a terminal, as lines without colours."""
    picture = re.split(r"\x1b\[\d+F", screen)[-1]
    return [line.rstrip() for line in re.sub(r"\x1b\[[\d;]*[A-Za-z]", "", picture).splitlines()]


class Terminal(OwnServerCase):
    def test_a_table_has_one_row_for_each_key(self):
        self.server.tell("tick rb2405 3650.5")
        running = self.start("watch", "tick", terminal=("stdout",))
        running.screen.wait("3650.5")
        self.server.tell("tick ag2406 5500")
        running.screen.wait("5500")
        self.server.tell("tick rb2405 3651.25")
        running.screen.wait("3651.25")
        running.interrupt()
        self.assertEqual(running.wait(), 0)
        self.assertEqual(rows_of(running.screen.text),
                         ["tick: 2 keys, 3 events", "symbol    price", "ag2406   5500.0",
                          "rb2405  3651.25"])

    def test_a_table_says_that_nothing_has_come_until_something_does(self):
        running = self.start("watch", "tick", "ag2406", terminal=("stdout",))
        running.screen.wait("nothing has come yet for ag2406")
        running.screen.wait("a key of 'tick' is its member 'symbol', a text")
        self.server.tell("tick ag2406 5500")
        running.screen.wait("5500")
        running.interrupt()
        self.assertEqual(running.wait(), 0)
        self.assertEqual(rows_of(running.screen.text),
                         ["tick: 1 keys, 1 events", "symbol   price", "ag2406  5500.0"])

    def test_a_table_fits_its_screen(self):
        for number in range(40):
            self.server.tell(f"tick key{number:02} {number}")
        running = self.start("watch", "tick", terminal=("stdout",), size=(12, 10))
        running.screen.wait("more l")
        running.interrupt()
        self.assertEqual(running.wait(), 0)
        rows = rows_of(running.screen.text)
        self.assertLessEqual(len(rows), 9)
        self.assertLessEqual(max(map(len, rows)), 12)

    def test_lines_and_colours_on_a_terminal(self):
        self.server.tell("tick rb2405 1")
        words = ("watch", "tick", "rb2405", "--lines", "--count", "1")
        coloured = self.start(*words, terminal=("stdout",))
        self.assertEqual(coloured.wait(), 0)
        self.assertIn("\x1b[", coloured.screen.text)
        plain = self.start(*words, terminal=("stdout",), more={"NO_COLOR": "1"})
        self.assertEqual(plain.wait(), 0)
        self.assertEqual(plain.screen.text, '{"symbol":"rb2405","price":1.0}\r\n')

    def test_results_are_indented_for_people(self):
        for more, mark in (({}, "\x1b[35m1\x1b[0m"), ({"NO_COLOR": "1"}, "1"),
                           ({"TERM": "dumb"}, "1")):
            running = self.start("call", "echo", '{"a":[1]}', terminal=("stdout",), more=more)
            self.assertEqual(running.wait(), 0)
            text = running.screen.text
            self.assertEqual(json.loads(re.sub(r"\x1b\[[\d;]*m", "", text)), {"a": [1]})
            self.assertIn("\r\n    " + mark + "\r\n", text)

    def test_errors_are_coloured_by_the_stream_that_they_go_to(self):
        running = self.start("call", "nothing", terminal=("stderr",))
        self.assertEqual(running.wait(), 2)
        self.assertIn("\x1b[1;31mgatewire: \x1b[0m", running.screen.text)


if __name__ == "__main__":
    main()
