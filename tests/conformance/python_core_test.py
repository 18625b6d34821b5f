#!/usr/bin/env python3
# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT

"""The protocol of the Python client as a value: exact bytes and times in, bytes and news out."""

import json
import pathlib
import struct
import sys
import unittest

FOLDER = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parents[1] / "examples" / "clients" / "python"))
from gatewire import client as gatewire  # noqa: E402
from gatewire.client import Call, Completed, Core, Disconnected, Event, Failed  # noqa: E402

LIMITS = {"frame_size_max": 1000, "calls_in_flight_max": 2, "batch_max": 3, "subscriptions_max": 9}


def frame(message):
    body = json.dumps(message).encode()
    return struct.pack(">I", len(body)) + body


def answer(number, result):
    return {"jsonrpc": "2.0", "id": number, "result": result}


def welcome(**members):
    return answer("hello", {"protocol": 1, "session": "s", "epoch": "e", "resumed": False,
                            "event_position": 0, "limits": LIMITS, "heartbeat_ms": 4000,
                            "grace_ms": 30000, **members})


class CoreTest(unittest.TestCase):
    def setUp(self):
        self.core = Core("here", "", gatewire.Options(chance=lambda: 1.0))
        self.core.start(0)

    def said(self):
        """The messages that are to be sent."""
        messages, rest = [], bytes(self.core.outgoing)
        self.core.outgoing.clear()
        while rest:
            size, = struct.unpack(">I", rest[:4])
            messages.append(json.loads(rest[4:4 + size]))
            rest = rest[4 + size:]
        return messages

    def news(self, kind):
        found = [each for each in self.core.news if isinstance(each, kind)]
        self.core.news.clear()
        return found

    def connect(self, now=0.0, **members):
        self.assertTrue(self.core.wants_connection(now))
        self.core.connecting()
        self.core.connected(now)
        hello, = self.said()
        self.core.received(frame(welcome(**members)), now)
        return hello

    def call(self, number, timeout=30.0, **more):
        made = Call("add", [number], timeout, **more)
        self.core.submit([made], 0)
        return made

    def test_an_answer_completes_its_call_wherever_the_bytes_are_split(self):
        text = frame(answer(1, 3)) + frame(answer(2, 4))
        for cut in range(len(text) + 1):
            self.setUp()
            self.connect()
            self.call(1), self.call(2)
            self.core.received(text[:cut], 1)
            self.core.received(text[cut:], 2)
            self.assertEqual([each.result for each in self.news(Completed)], [3, 4])
            self.assertIsNone(self.core.must_close)

    def test_a_client_without_a_rest_has_one_between_its_pings(self):
        self.core = Core("here", "", gatewire.Options(heartbeat=0))
        self.core.start(0)
        self.connect(1)
        for now in (1, 1.0001, 1.0002, 1.0011, 1.0012):
            self.core.on_time(now)
        pings = [each for each in self.said() if each["method"] == "rpc.ping"]
        self.assertLess(len(pings), 3)
        self.assertGreater(self.core.deadline(), 1.0012)

    def test_calls_beyond_the_window_wait_for_a_place(self):
        self.connect()
        for number in (1, 2, 3):
            self.call(number)
        self.assertEqual([each["id"] for each in self.said()], [1, 2])
        self.core.received(frame(answer(1, 0)), 1)
        third, = self.said()
        self.assertEqual((third["id"], third["rpc"]), (3, {"timeout_ms": 29000}))

    def test_the_pause_doubles_and_begins_anew(self):
        pauses, now = [], 0.0
        for _ in range(9):
            now += 100
            self.assertTrue(self.core.wants_connection(now))
            self.core.connecting()
            self.core.lost(gatewire.RpcError("connection_refused", "no"), now)
            pauses += [each.pause for each in self.news(Failed)]
        self.assertEqual(pauses, [0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0])
        self.assertFalse(self.core.wants_connection(now + 4.9))
        self.connect(now + 5)
        self.core.lost(gatewire.RpcError("connection_lost", "cut"), now + 6)
        self.assertEqual([each.pause for each in self.news(Failed)], [0.05])

    def refuse(self, now, code=-32001, message="this token is not known"):
        """Lets the client connect and refuses its hello. @return What it was told of that."""
        self.assertTrue(self.core.wants_connection(now))
        self.core.connecting()
        self.core.connected(now)
        self.said()
        self.core.received(frame({"jsonrpc": "2.0", "id": "hello",
                                  "error": {"code": code, "message": message}}), now)
        self.core.lost(self.core.must_close, now)
        failed, = self.news(Failed)
        return failed

    def test_a_refusal_brings_the_longest_pause_at_once_and_is_known_until_it_is_another(self):
        for code, name in ((-32001, "unauthenticated"), (-32002, "forbidden"),
                           (-32601, "method_not_found"), (-32602, "invalid_params")):
            self.setUp()
            failed = self.refuse(0, code)
            self.assertEqual((failed.error.name, failed.pause, failed.is_known), (name, 5.0, False))
        self.setUp()
        self.assertEqual([(each.pause, each.is_known) for each in (
            self.refuse(0), self.refuse(5), self.refuse(10, message="not any more"),
            self.refuse(15, message="not any more"))],
            [(5.0, False), (5.0, True), (5.0, False), (5.0, True)])
        self.connect(20)
        self.core.lost(gatewire.RpcError("connection_lost", "cut"), 21)
        self.assertEqual([each.pause for each in self.news(Failed)], [0.05])
        self.assertFalse(self.refuse(22, message="not any more").is_known)

    def test_a_server_that_is_full_or_stopping_is_asked_again_soon(self):
        for code in (-32005, -32006, -32603):
            self.setUp()
            self.assertEqual(self.refuse(0, code).pause, 0.05)

    def test_calls_of_a_client_that_is_refused_fail_at_once_until_it_asks_again(self):
        self.refuse(0)
        self.call(1)
        completed, = self.news(Completed)
        self.assertEqual((completed.error.name, completed.error.outcome, completed.error.message),
                         ("unauthenticated", "not_sent",
                          "the server refused the hello: this token is not known"))
        self.core.connecting()
        self.core.connected(5)
        self.call(2)
        self.assertEqual(self.news(Completed), [])
        self.core.received(frame(welcome()), 5)
        self.assertEqual([each.get("method") for each in self.said()][-1], "add")

    def test_a_ping_is_sent_when_it_is_quiet_and_silence_ends_the_connection(self):
        self.connect()
        self.said()
        self.assertEqual(self.core.deadline(), 4)
        self.core.on_time(4)
        ack, ping = self.said()
        self.assertEqual((ack["method"], ack["params"]), ("rpc.ack", {"answers": 1}))
        self.assertEqual(ping["method"], "rpc.ping")
        self.core.received(frame(answer("ping", {})), 5)
        self.core.on_time(19.9)
        self.assertIsNone(self.core.must_close)
        self.core.on_time(20)
        self.assertEqual(self.core.must_close.name, "peer_silent")

    def test_a_hello_without_an_answer_is_given_up(self):
        self.core.connecting()
        self.core.connected(0)
        self.assertEqual(self.core.deadline(), 10)
        self.core.on_time(10)
        self.assertEqual(self.core.must_close.name, "peer_silent")

    def wish(self, keys, is_wanted=True):
        made = Call("rpc.subscribe", [], 30)
        self.core.change("trade", keys, is_wanted, made, 0)
        return made

    def test_many_keys_go_in_parts_that_fit_into_a_frame(self):
        keys = [f"symbol{number:05}" for number in range(200)]
        limits = {**LIMITS, "subscriptions_max": 1000}
        for is_early in (True, False):
            self.setUp()
            if not is_early:
                self.connect(limits=limits)
            wished = self.wish(keys)
            if is_early:
                self.connect(limits=limits)
            self.assertLess(max(len(json.dumps(each)) for each in self.core_said()), 1500)
            parts = [part for each in self.last for part in
                     (each if isinstance(each, list) else [each])]
            self.assertEqual([key for part in parts for key in part["params"]["keys"]], keys)
            for part in parts:
                self.assertEqual(self.news(Completed), [])
                self.core.received(frame(answer(part["id"], {"position": 3})), 0)
            done, = self.news(Completed)
            self.assertIs(done.call, wished)
            self.assertEqual(done.result, 3)
            self.wish(keys, False)
            ends = self.said()
            self.assertEqual([key for part in ends for key in part["params"]["keys"]], keys)

    def core_said(self):
        rest, self.last = bytes(self.core.outgoing), []
        while rest:
            size, = struct.unpack(">I", rest[:4])
            self.assertLessEqual(size, LIMITS["frame_size_max"])
            rest = rest[4 + size:]
        self.last = self.said()
        return self.last

    def test_of_parts_that_are_refused_nothing_is_wanted_or_left(self):
        self.connect()
        self.wish(["kept"])
        kept, = self.said()
        self.core.received(frame(answer(kept["id"], {"position": 1})), 0)
        self.news(Completed)
        self.wish([f"symbol{number:05}" for number in range(100)])
        first, *rest = self.said()
        self.core.received(frame(answer(first["id"], {"position": 1})), 0)
        for each in rest:
            self.core.received(frame({"jsonrpc": "2.0", "id": each["id"], "error": {
                "code": -32005, "message": "too many subscriptions"}}), 0)
        self.assertEqual([each.error.name for each in self.news(Completed)], ["overloaded"])
        self.assertEqual({each["method"] for each in self.said()}, {"rpc.unsubscribe"})
        self.core.lost(gatewire.RpcError("connection_lost", "cut"), 1)
        self.connect(2)
        (again,), = self.said()
        self.assertEqual(again["params"], {"event": "trade", "keys": ["kept"]})

    def test_a_new_server_is_asked_for_as_much_as_it_takes(self):
        self.wish([f"k{number}" for number in range(20)])
        self.connect()
        (asked,), = self.said()
        self.assertEqual(len(asked["params"]["keys"]), LIMITS["subscriptions_max"])
        self.assertEqual([each.error.name for each in self.news(Completed)], ["overloaded"])

    def test_a_key_that_fits_into_no_frame_is_refused_and_the_connection_stays(self):
        self.connect()
        self.wish(["x" * 2000])
        self.assertEqual([each.error.name for each in self.news(Completed)], ["frame_too_large"])
        self.assertEqual(self.said(), [])

    def test_ended_keys_are_forgotten_when_they_have_ended(self):
        self.connect()
        self.wish(["a", "b"])
        self.wish(["a"], False)
        for each in self.said():
            self.core.received(frame(answer(each["id"], {"position": 1})), 0)
        self.wish(["b"], False)  # Whether this arrived, nobody knows.
        self.wish(["c"])
        self.said()
        self.core.lost(gatewire.RpcError("connection_lost", "cut"), 1)
        self.connect(2, resumed=True)
        asked = [(each["method"], each["params"]["keys"]) for each in self.said()
                 if each["method"] != "rpc.ack"]
        self.assertEqual(asked, [("rpc.subscribe", ["c"]), ("rpc.unsubscribe", ["b"])])

    def test_a_session_goes_on_with_what_it_says(self):
        self.core.change("trade", [], True, Call("rpc.subscribe", [], 30), 0)
        self.connect()
        wish, = self.said()[0]
        self.core.received(frame([answer(wish["id"], {"position": 7})]), 0)
        self.call(1), self.call(2)
        self.core.received(frame({"jsonrpc": "2.0", "method": "trade",
                                  "params": {"seq": 9, "data": 5}}), 1)
        self.core.received(frame(answer(2, 0)), 1)
        self.assertEqual(self.news(Event), [Event("trade", 9, 5)])
        self.said()
        self.core.lost(gatewire.RpcError("connection_lost", "cut"), 2)
        self.assertEqual([type(each) for each in self.core.news], [Disconnected, Failed])
        self.core.news.clear()
        hello = self.connect(3, resumed=True)
        self.assertEqual(hello["params"], {
            "protocol": 1, "session": "s", "epoch": "e", "last_event": 9, "events": {"trade": 9},
            "answers": 3, "attempt": 1})
        wish, again, ack = self.said()
        self.assertEqual(wish["params"], {"event": "trade"})
        self.assertEqual((again["id"], again["params"]), (3, [2]))  # The wish has number 1.
        self.assertEqual(again["rpc"], {"timeout_ms": 27000})
        self.assertEqual(ack["params"], {"answers": 4})
        self.assertEqual(self.news(Completed), [])

    def test_calls_that_are_sent_again_keep_their_places(self):
        self.connect()
        for number in (1, 2, 3):
            self.call(number)
        self.core.lost(gatewire.RpcError("connection_lost", "cut"), 1)
        self.connect(2, resumed=True)
        self.assertEqual([each.get("id") for each in self.said()], [1, 2, None])
        self.core.received(frame(answer(2, 0)), 3)
        self.assertEqual([each["id"] for each in self.said()], [3])

    def test_a_client_that_leaves_says_so(self):
        self.connect()
        self.call(1)
        self.said()
        self.core.news.clear()
        self.core.stop("done")
        bye, = self.said()
        self.assertEqual((bye["method"], bye["params"]), ("rpc.bye", {"reason": "done"}))
        self.assertEqual([type(each) for each in self.core.news], [Disconnected, Completed])
        self.assertEqual(self.core.deadline(), float("inf"))

    def test_a_session_that_does_not_go_on_in_time_ends_its_calls(self):
        self.connect(grace_ms=2000)
        self.call(1, timeout=60)
        self.call(2, timeout=60, idempotent=True)
        self.core.lost(gatewire.RpcError("connection_lost", "cut"), 1)
        self.core.on_time(2.9)
        self.assertEqual(self.news(Completed), [])
        self.core.on_time(3)
        ended, = self.news(Completed)
        self.assertEqual((ended.call.id, ended.error.name, ended.error.outcome),
                         (1, "connection_lost", "may_have_run"))

    def test_a_method_that_the_server_ends_at_its_deadline_may_have_run(self):
        for data, name, outcome in (({}, "cancelled", "failed"),
                                    ({"data": "deadline"}, "deadline_exceeded", "may_have_run")):
            self.setUp()
            self.connect()
            self.call(1, timeout=1)
            ended = {"code": -32004, "message": "the call ended", **data}
            self.core.received(frame({"jsonrpc": "2.0", "id": 1, "error": ended}), 0.9)
            error = self.news(Completed)[0].error
            self.assertEqual((error.name, error.outcome), (name, outcome))

    def test_a_call_whose_time_is_over_is_not_sent_however_late_the_timers_are(self):
        self.connect()
        self.said()
        for number in (1, 2):
            self.call(number)
        late, third = self.call(3, timeout=5), self.call(4)
        self.said()
        self.core.received(frame(answer(1, 0)), 6)  # On time would have been at 5.
        ended = [each for each in self.news(Completed) if each.error]
        self.assertEqual([(each.call, each.error.name, each.error.outcome) for each in ended],
                         [(late, "deadline_exceeded", "not_sent")])
        self.assertEqual([each["id"] for each in self.said()], [third.id])

    def test_answers_are_acknowledged_after_64_of_them(self):
        self.connect()
        for number in range(1, 64):
            self.call(number)
            self.core.received(frame(answer(number, 0)), 0)
        acks = [each for each in self.said() if each["method"] == "rpc.ack"]
        self.assertEqual([each["params"] for each in acks], [{"answers": 64}])

    def test_what_makes_no_sense_ends_the_connection(self):
        for bytes_, name in [
                (frame("text"), "protocol_violation"), (frame({"id": 1}), "protocol_violation"),
                (b"\0\0\0\0", "protocol_violation"), (b"\0\0\0\2\xff\xff", "protocol_violation"),
                (b"\0\0\0\x0e" + b'{"a":1, "a":2}', "protocol_violation"),
                (b"\0\0\0\3NaN", "protocol_violation"),
                (b"\0\1\0\0" + b"[" * 65536, "protocol_violation"),
                (frame({"jsonrpc": "2.0", "id": None, "error": {"code": -32700, "message": "x"}}),
                 "protocol_violation"),
                (b"\x7f\0\0\0", "frame_too_large")]:
            self.setUp()
            self.connect()
            self.core.received(bytes_, 1)
            self.assertIsNotNone(self.core.must_close, bytes_[:20])
            self.assertEqual(self.core.must_close.name, name)

    def test_another_protocol_is_named(self):
        for words, text in ((b"HTTP/1.1 400 Bad Request\r\n\r\n", "speaks HTTP"),
                            (b"SSH-2.0-x\r\n", "speaks SSH"),
                            (b"\x15\x03\x01\0\2\2\x46", "speaks TLS.*tls://"),
                            (b"\x7f\0\0\0", "frame of 2130706432 bytes")):
            self.setUp()
            self.core.connecting()
            self.core.connected(0)
            self.core.received(words, 1)
            self.assertRegex(self.core.must_close.message, text)

    def test_calls_that_nobody_sends_are_bounded_and_forgotten(self):
        self.core = Core("here", "", gatewire.Options(calls_pending_max=2, queue_size_max=500))
        self.core.start(0)
        self.call(1, timeout=1), self.call(2, timeout=1)
        third = self.call(3)
        ended, = self.news(Completed)
        self.assertEqual((ended.call is third, ended.error.name, ended.error.outcome),
                         (True, "overloaded", "not_sent"))
        self.core.on_time(1)
        self.assertEqual([each.error.outcome for each in self.news(Completed)], ["not_sent"] * 2)
        self.assertEqual(len(self.core._waiting), 0)
        self.call("x" * 500)
        self.assertEqual(self.news(Completed)[0].error.name, "overloaded")


class ContractTest(unittest.TestCase):
    contract = gatewire.Contract({"methods": [
        {"name": "rpc.ping", "params": []},
        {"name": "add", "params": [{"name": "a", "required": True, "schema": {"type": "integer"}},
                                   {"name": "b", "schema": {"$ref": "#/components/schemas/bar"}}],
         "result": {"name": "result", "schema": {"type": "array", "items": {"type": "number"}}}},
        {"name": "move", "paramStructure": "by-position", "params": [{"name": "p1"}]}],
        "x-events": [{"name": "tick", "keyed": True, "payload": {"type": "string"}}]})

    def refusal(self, method, params):
        with self.assertRaises(gatewire.RpcError) as caught:
            self.contract.check(method, params)
        self.assertEqual(caught.exception.outcome, "not_sent")
        return caught.exception.name, caught.exception.message

    def test_names_and_numbers_of_arguments_are_checked(self):
        for params in ([1], [1, 2], {"a": 1}, {"b": 1, "a": 2}):
            self.contract.check("add", params)
        signature = "add(a: integer, b: bar) -> [number]"
        self.assertEqual(self.refusal("add", []), (
            "invalid_params", f"{signature} takes 1 to 2 arguments, not 0"))
        self.assertEqual(self.refusal("add", {"b": 1}), (
            "invalid_params", f"{signature} needs the argument 'a'"))
        self.assertEqual(self.refusal("add", {"a": 1, "c": 1}), (
            "invalid_params", f"{signature} has no parameter 'c'"))
        self.assertEqual(self.refusal("move", {"p1": 1}), (
            "invalid_params", "move(p1: any) -> any takes its arguments by position only"))
        self.assertEqual(self.refusal("ad", []), (
            "method_not_found", "the server has no method 'ad'; did you mean 'add'?"))

    def test_attributes_complete(self):
        client = gatewire.Client()
        client.contract = self.contract
        self.assertIn("add", dir(client))
        self.assertEqual(dir(client.remote), ["add", "move"])
        with self.assertRaisesRegex(AttributeError, "did you mean 'add'"):
            client.remote.ad  # noqa: B018


class InboxTest(unittest.TestCase):
    def test_events_over_the_limit_are_a_gap_in_their_place(self):
        inbox = gatewire._Inbox(2)
        for number in range(1, 6):
            inbox.push(Event("tick", number, None))
        taken = [inbox.pop() for _ in range(3)]
        self.assertEqual([each.seq for each in taken[:2]], [1, 2])
        self.assertEqual(taken[2][:2], (3, 5))
        inbox.push(Event("tick", 6, None))
        self.assertEqual(inbox.pop().seq, 6)
        self.assertIsNone(inbox.pop())


if __name__ == "__main__":
    unittest.main()
