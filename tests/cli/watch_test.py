#!/usr/bin/env python3
# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT
"""Goal: watch prints every event as it comes, over lost connections too, says what was missed, and
draws a table on a terminal. Method: a server that publishes on demand behind a network that is cut
on demand; pipes and pseudo-terminals.

    watch_test.py <conformance_server> <gatewire>"""

import json
import re

from rig import Case, OwnServerCase, described_server, lines, main


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


class DescribedCase(Case):
    def watch(self, event, *words, published=(), **more):
        server = described_server(
            {"x-events": [{"name": "bar", "payload": {"type": "object"}, "keyed": True,
                           "latest": True, **event}]}, published)
        self.addCleanup(server.end)
        return self.start("watch", "bar", *words, address=server.address, **more)


class Keys(DescribedCase):
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


class Columns(DescribedCase):
    """Which members a table shows, in which order, and how."""
    time = "microseconds since the epoch of system_clock, 1970-01-01T00:00:00Z"
    members = {
        "symbol": {"type": "string"}, "volume": {"type": "integer"},
        "at": {"type": "integer", "description": time}, "memo": {"type": "string"},
        "day": {"anyOf": [{"type": "integer", "description": time.replace("microseconds", "days")},
                          {"type": "null"}]},
        "bid_price_2": {"type": "number"}, "open_price": {"type": "number"},
        "last_price": {"type": "number"},
        "halted": {"type": "boolean"}}
    described = {"key": {"member": "symbol", "type": "string"},
                 "payload": {"type": "object", "properties": members}}
    published = [
        {"symbol": "b", "volume": 5, "at": 1514971800250000, "memo": "", "day": None,
         "bid_price_2": 9.5, "open_price": 9.75, "last_price": 10.5, "halted": False},
        {"symbol": "a", "volume": 70, "at": -1, "memo": "", "day": 17534, "bid_price_2": 8.5,
         "open_price": 9.0, "last_price": 9.25, "halted": False},
        {"symbol": "c", "volume": 8, "at": 1 << 62, "memo": "", "day": 0, "bid_price_2": 7.5,
         "open_price": 0, "last_price": 9.5, "halted": False}]

    def table(self, *words, size=(120, 30), event=None, published=None):
        published = published or self.published
        running = self.watch(self.described if event is None else event, *words,
                             "--count", str(len(published)), published=published,
                             terminal=("stdout",), size=size)
        self.assertEqual(running.wait(), 0)
        return rows_of(running.screen.text)

    def test_prices_come_first_times_are_readable_and_what_is_nowhere_set_is_left_out(self):
        self.assertEqual(self.table(), [
            "bar: 3 keys, 3 events, 8 of 9 columns",
            "symbol  last_price  open_price  at                       day         volume  halted"
            "  bid_price_2",
            "a             9.25         9.0  1969-12-31 23:59:59.999  2018-01-03      70  false "
            "          8.5",
            "b             10.5        9.75  2018-01-03 09:30:00.250  null             5  false "
            "          9.5",
            "c              9.5           0  4611686018427387904      1970-01-01       8  false "
            "          7.5"])

    def test_a_narrow_screen_has_those_that_matter(self):
        self.assertEqual(self.table(size=(20, 30)), [
            "bar: 3 keys, 3 even…", "symbol  last_price", "a             9.25",
            "b             10.5", "c              9.5"])

    def test_columns_that_were_asked_for(self):
        self.assertEqual(self.table("--columns", "volume,memo,symbol"), [
            "bar: 3 keys, 3 events, 3 of 9 columns", "volume  memo  symbol", "    70        a",
            "     5        b", "     8        c"])

    def test_rows_are_sorted_by_a_member(self):
        rows = self.table("--columns", "symbol", "--sort", "volume")
        self.assertEqual(rows[2:], ["b", "c", "a"])
        rows = self.table("--columns", "symbol", "--sort", "last_price", "--descending")
        self.assertEqual(rows[2:], ["b", "c", "a"])
        rows = self.table("--columns", "symbol", "--sort", "volume", published=[
            {"symbol": "a"}, {"symbol": "b", "volume": 2}, {"symbol": "c", "volume": 1}])
        self.assertEqual(rows[2:], ["c", "b", "a"])

    def test_data_that_is_not_described_or_no_object(self):
        rows = self.table("--columns", "x,symbol", event={}, published=[{"symbol": "a", "x": 1}])
        self.assertEqual(rows[1:], ["x  symbol", "1  a"])
        self.assertEqual(self.table(event={}, published=[7, [1]])[1:], ["value", "7", "[1]"])

    def test_lines_have_the_members_that_were_asked_for(self):
        running = self.watch(self.described, "--count", "1", "--columns", "volume,symbol",
                             published=self.published)
        self.assertEqual((running.wait(), running.out.text), (0, '{"volume":5,"symbol":"b"}\n'))

    def test_what_cannot_be_shown(self):
        for words, why in ((("--columns", "symbol,volum"), "'bar' has no member 'volum', did you "
                            "mean 'volume'"), (("--by", "x"), "'bar' has no member 'x'"),
                           (("--sort", "volume"), "--sort is for a table")):
            running = self.watch(self.described, *words)
            self.assertEqual((running.wait(), running.out.text), (2, ""))
            self.assertIn(why, running.err.text)


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
