#!/usr/bin/env python3
# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT

"""What the cases cannot say of the Python clients: threads, handlers, iterators, the shell.

    python_client_test.py <conformance_server> [arguments of unittest]"""

import asyncio
import concurrent.futures
import contextlib
import dataclasses
import enum
import fractions
import gc
import io
import json
import os
import pathlib
import pickle
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import unittest

import run_python
from run_python import PATIENCE, gatewire
from gatewire import shell


class ServerTest(unittest.TestCase):
    """Each test has a server."""

    traits = ()

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="gatewire-")
        self.addCleanup(folder.cleanup)
        self.server = run_python.Server(SERVER, folder.name, self.traits)
        self.addCleanup(self.server.end)
        self.address = self.server.addresses["tcp"]


class ClientTest(ServerTest):
    def setUp(self):
        super().setUp()
        self.client = gatewire.Client(self.address)
        self.addCleanup(self.client.close)

    def test_threads_share_a_client(self):
        with concurrent.futures.ThreadPoolExecutor(8) as threads:
            sums = list(threads.map(lambda each: self.client.add(each, 1), range(400)))
        self.assertEqual(sums, list(range(1, 401)))

    def test_more_calls_than_the_server_takes_at_a_time_wait(self):
        waiting = [self.client.submit("hold") for _ in range(255)]
        more = [self.client.submit("add", each, 0) for each in range(600)]
        self.assertEqual([each.result(PATIENCE) for each in more], list(range(600)))
        self.client.release()
        self.assertEqual(len({each.result(PATIENCE) for each in waiting}), 255)

    def test_a_handler_may_call_and_may_fail(self):
        sums, client = queue.Queue(), self.client

        @client.on("trade")
        def on_trade(event):
            if event.data["id"] == 1:
                raise ValueError("on purpose")
            sums.put(client.add(event.data["id"], 40))
        client.subscribe("trade")
        with self.assertLogs("gatewire", "ERROR"):
            self.server.tell("trades 2")
            self.assertEqual(sums.get(timeout=PATIENCE), 42)

    def test_a_handler_may_close_the_client(self):
        closed = threading.Event()

        def on_trade(event):
            self.client.close()
            closed.set()
        self.client.on("trade", on_trade)
        self.client.subscribe("trade")
        self.server.tell("trades 1")
        self.assertTrue(closed.wait(PATIENCE))
        with self.assertRaisesRegex(gatewire.RpcError, "closed"):
            self.client.add(1, 2)
        self.client.start()
        self.assertEqual(self.client.add(1, 2), 3)

    def test_waiting_on_the_thread_that_brings_the_answer_is_refused(self):
        found = queue.Queue()

        def on_done(_):
            try:
                self.client.add(1, 2)
            except gatewire.RpcError as error:
                found.put(error.name)
        self.client.submit("add", 1, 2).add_done_callback(on_done)
        self.assertEqual(found.get(timeout=PATIENCE), "would_deadlock")

    def test_iterators_are_apart_and_end_with_the_client(self):
        first, second = self.client.events("trade"), self.client.events("trade")
        self.server.tell("trades 2")
        self.assertEqual([next(first).data["id"], next(first).data["id"]], [1, 2])
        with self.assertRaises(TimeoutError):
            first.get(0.01)
        first.close()
        self.server.tell("trades 1")
        self.assertEqual([next(second).data["id"] for _ in range(3)], [1, 2, 3])
        self.client.close()
        self.assertEqual(list(first) + list(second), [])

    def test_a_reader_that_is_too_slow_is_told_what_it_missed(self):
        gaps = queue.Queue()
        with gatewire.Client(self.address, options=gatewire.Options(events_waiting_max=2),
                             on_gap=gaps.put) as client:
            events = client.events("trade")
            self.server.tell("trades 5")
            position = client.subscribe("trade")  # Answered behind the events.
            self.assertEqual([events.get(PATIENCE).seq, events.get(PATIENCE).seq], [1, 2])
            with self.assertRaises(TimeoutError):
                events.get(0.01)
            self.assertEqual(gaps.get(timeout=PATIENCE)[:2], (3, position))

    def test_a_cancel_before_there_is_a_connection(self):
        self.server.tell("refuse")
        call = self.client.submit("pay", 5)
        self.assertTrue(call.cancel())
        self.server.tell("heal")
        self.assertEqual(self.client.get_total(), 0)

    def test_arguments_that_cannot_be(self):
        with self.assertRaises(TypeError):
            self.client.call("add", 1, b=2)
        with self.assertRaises(gatewire.RpcError) as caught:
            self.client.call("echo", object())
        self.assertEqual(caught.exception.name, "invalid_value")
        for address in ("127.0.0.1:1", "http://here:1", "tcp://here", "tcp://:1", "tcp://h:99999",
                        "tcp://h:\u00b2", "tcp://\ud800:1", "tls://a\udc00\ud800:1",
                        "unix:///\ud800"):
            with self.assertRaises(gatewire.RpcError) as caught:
                gatewire.Client(address)
            self.assertEqual(caught.exception.name, "invalid_address")

    def test_an_error_goes_from_process_to_process(self):
        with self.assertRaises(gatewire.RpcError) as caught:
            self.client.fail(7, "no", {"why": [1]})
        again = pickle.loads(pickle.dumps(caught.exception))
        self.assertEqual((type(again), vars(again), str(again)),
                         (gatewire.RpcError, vars(caught.exception), str(caught.exception)))

    def test_closing_ends_whoever_waits_for_a_connection(self):
        client, said = gatewire.Client("unix:///nowhere/at/all"), queue.Queue()

        def wait():
            try:
                client.wait_connected()
            except gatewire.RpcError as error:
                said.put((error.name, error.outcome))
        client.start()
        waiting = threading.Thread(target=wait, daemon=True)
        waiting.start()
        while not client._connect_waiters:
            waiting.join(0.001)
        client.close()
        self.assertEqual(said.get(timeout=PATIENCE), ("not_connected", "not_sent"))

    def refuse(self, what, *args, **named):
        with self.assertRaises(gatewire.RpcError) as caught:
            what(*args, **named)
        self.assertEqual((caught.exception.name, caught.exception.outcome),
                         ("invalid_value", "not_sent"))
        return caught.exception.message

    def test_arguments_without_a_form_in_json_are_refused_at_any_depth(self):
        circle, wide, deep = [], [], {}
        circle.append({"again": circle})
        wide += [wide, wide]
        for _ in range(100_000):
            deep = {"in": deep}
        half = dataclasses.make_dataclass("half", ["text"])("\ud800")
        for strange in (object(), b"bytes", {1}, float("nan"), 10 ** 5000, {1: 2, "1": 3},
                        {True: 1, "true": 2}, {None: 1, "null": 2}, {float("nan"): 1}, {(1,): 2},
                        {b"a": 1}, circle, wide, deep, half, lambda: 1, half.__class__,
                        dataclasses.make_dataclass("round", ["it"])(circle)):
            for args in ([strange], [1, [strange]], [{"in": {"the": (strange,)}}]):
                self.refuse(self.client.call, "echo", *args)
                self.refuse(self.client.submit, "echo", *args)
                self.refuse(self.client.notify, "echo", *args)
                self.refuse(self.client.batch, [gatewire.Request("pay", 1),
                                                gatewire.Request("echo", *args)])
            self.refuse(self.client.call, "echo", value=strange)
        self.assertEqual(self.client.get_total(), 0)
        color = enum.Enum("color", ["red"])
        point = dataclasses.make_dataclass("point", ["x", "y"])(1, (2, color.red))
        for given, wanted in ((point, {"x": 1, "y": [2, "red"]}), ({1: 2, "2": 3},) * 2,
                              ({None: 1, True: 2, 1.5: 3},) * 2, ((1, 2), [1, 2])):
            self.assertEqual(self.client.echo(given), json.loads(json.dumps(wanted)))

    def test_options_that_are_none_are_refused_at_once_and_long_ones_are_long(self):
        for token in ("a\ud800", 5, None):
            self.refuse(gatewire.Client, self.address, token=token)
        for options in ({"call_timeout": float("nan")}, {"call_timeout": float("inf")},
                        {"call_timeout": "5"}, {"connect_timeout": None}, {"heartbeat": True},
                        {"heartbeat_timeout": float("nan")}, {"backoff_max": float("-inf")},
                        {"calls_pending_max": float("nan")}, {"queue_size_max": -1},
                        {"frame_size_max": "1"}, {"events_waiting_max": None}):
            options = gatewire.Options(**options)
            self.refuse(gatewire.Client, self.address, options=options)
            self.refuse(gatewire.AsyncClient, self.address, options=options)
        for seconds in (2 ** 31, 10 ** 11, 1e300, 10 ** 400):
            options = gatewire.Options(call_timeout=seconds, connect_timeout=min(seconds, 1e300),
                                       heartbeat=seconds, heartbeat_timeout=seconds)
            with gatewire.Client(self.address, options=options) as client:
                client.wait_connected(seconds)
                events = client.events("trade")
                self.assertEqual(client.add(1, 2), 3)
                self.server.tell("trades 1")
                events.get(seconds)
        self.assertEqual(self.client.options(timeout=fractions.Fraction(7, 2)).add(1, 2), 3)

    def test_waiting_for_events_takes_times(self):
        events = self.client.events("trade")
        for seconds in (float("nan"), float("inf"), "5", True):
            self.refuse(events.get, seconds)
        for seconds in (0, -5):
            with self.assertRaises(TimeoutError):
                events.get(seconds)

    def test_handlers_iterators_and_a_farewell_take_no_broken_text(self):
        self.refuse(self.client.on, "tr\ud800ade", print)
        self.refuse(self.client.on("\ud800"), print)
        self.refuse(self.client.events, "tick", "\ud800")
        self.refuse(self.client.events, "\ud800")
        trades = self.client.events("trade")
        self.server.tell("cut")
        self.server.tell("trades 1")
        self.assertEqual(trades.get(PATIENCE).data["id"], 1)
        self.client.close("half: \ud800")

    def test_nobody_listens(self):
        with gatewire.Client("unix:///nowhere/at/all") as client:
            text, end = "", time.monotonic() + PATIENCE
            while "/nowhere/at/all" not in text:
                self.assertLess(time.monotonic(), end, text)
                with self.assertRaises(gatewire.RpcError) as caught:
                    client.wait_connected(0.01)
                self.assertEqual(caught.exception.name, "not_connected")
                text = caught.exception.message


def in_child(what):
    """Forks, and has the child say what an error of it says, within the time limit.
    @return The name of the error, and its text."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        try:
            signal.alarm(PATIENCE)  # It ends the child.
            try:
                said = ["nothing", str(what())]
            except gatewire.RpcError as error:
                said = [error.name, error.message]
            except BaseException:
                said = ["another", traceback.format_exc()]
            os.write(writing, json.dumps(said).encode())
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        said = pipe.read()
    os.waitpid(child, 0)
    return json.loads(said or '["no word", "the child hung"]')


@unittest.skipUnless(hasattr(os, "fork"), "this system has no fork")
class ForkTest(ServerTest):
    def setUp(self):
        super().setUp()
        self.news = queue.Queue()
        self.client = gatewire.Client(self.address, on_disconnected=self.news.put)
        self.addCleanup(self.client.close)

    def test_a_child_is_told_that_the_client_is_its_parents(self):
        client = self.client
        trades = client.events("trade")
        held = client.submit("hold")
        client.wait_held(1)
        for use in (lambda: client.add(1, 2), lambda: client.call("add", 1, 2),
                    lambda: client.options(timeout=0.1).call("add", 1, 2),
                    lambda: client.submit("add", 1, 2), lambda: client.notify("pay", 1),
                    lambda: client.batch([gatewire.Request("add", 1, 2)]), client.discover,
                    lambda: client.subscribe("tick", "a"),
                    lambda: client.subscribe("tick", wait=False),
                    lambda: client.unsubscribe("trade"), lambda: client.on("trade", print),
                    lambda: client.events("trade"), lambda: next(trades), trades.get,
                    client.wait_connected, client.start, client.close, held.result,
                    held.exception):
            name, text = in_child(use)
            self.assertEqual(name, "not_connected", text)
            self.assertIn("forked", text)
        client.release()
        self.assertEqual(held.result(PATIENCE), 1)
        self.assertEqual(client.get_total(), 0)
        self.assertTrue(self.news.empty())

    def test_a_child_leaves_without_a_word_to_the_server(self):
        with self.client as client:
            client.wait_connected()
            waiting = client.submit("hold")
            client.wait_held(1)

            def leave():
                waiting.cancel()  # Its own copy of the future.
                client.__exit__(None, None, None)
            self.assertEqual(in_child(leave)[0], "nothing")
            child = os.fork()
            if not child:
                signal.alarm(PATIENCE)
                sys.stderr = open(os.devnull, "w", encoding="utf-8")
                client.__exit__(SystemExit, SystemExit(7), None)
                del client, self.client
                gc.collect()
                os._exit(7)
            self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), 7)
            self.assertEqual(client.add(1, 2), 3)
            client.release()
            self.assertEqual(waiting.result(PATIENCE), 1)
            self.assertTrue(self.news.empty())

    def test_a_child_has_clients_of_its_own(self):
        later = gatewire.Client(self.address)  # Not started yet.
        ended = gatewire.Client(self.address)
        self.assertEqual(ended.add(1, 2), 3)
        ended.close()
        self.client.wait_connected()

        def use():
            ended.start()
            later.on("trade", print)
            with gatewire.Client(self.address) as own:
                return own.add(later.add(1, 2), ended.add(3, 4))
        self.assertEqual(in_child(use), ["nothing", "10"])
        self.assertEqual(self.client.add(1, 2), 3)
        self.assertTrue(self.news.empty())

    def test_an_async_client_is_its_parents_too(self):
        async def play():
            async with gatewire.AsyncClient(self.address, on_disconnected=self.news.put) as client:
                held = asyncio.ensure_future(client.hold())
                await client.wait_held(1)

                def drive(made):
                    """As far as it goes without a loop: nothing here may wait for one."""
                    try:
                        made.send(None)
                    except StopIteration as end:
                        return end.value

                def leave():
                    drive(client.__aexit__(None, None, None))
                    held.cancel()
                for use in (lambda: client.add(1, 2), lambda: client.notify("pay", 1),
                            lambda: drive(client.subscribe("trade")),
                            lambda: drive(client.batch([gatewire.Request("add", 1, 2)])),
                            lambda: client.on("trade", print), client.start,
                            lambda: drive(client.wait_connected(1)), lambda: drive(client.close())):
                    name, text = in_child(use)
                    self.assertEqual(name, "not_connected", text)
                    self.assertIn("forked", text)
                self.assertEqual(in_child(leave)[0], "nothing")
                await client.release()
                self.assertEqual(await held, 1)
                self.assertEqual(await client.get_total(), 0)
            self.assertEqual(self.news.get().name, "cancelled")
        asyncio.run(asyncio.wait_for(play(), PATIENCE))


class AsyncClientTest(ServerTest, unittest.IsolatedAsyncioTestCase):
    async def test_a_task_that_is_cancelled_cancels_its_call(self):
        async with gatewire.AsyncClient(self.address) as client:
            task = asyncio.create_task(asyncio.wait_for(client.hold(), PATIENCE))
            await client.wait_held(1)
            task.cancel()
            with self.assertRaises(asyncio.CancelledError):
                await task
            self.assertEqual(await client.wait_given_up(1), 1)

    async def test_handlers_may_be_coroutines_and_iterators_may_stop(self):
        async with gatewire.AsyncClient(self.address) as client:
            sums = asyncio.Queue()

            async def on_trade(event):
                await sums.put(await client.add(event.data["id"], 40))
            client.on("trade", on_trade)
            await client.subscribe("trade")
            self.server.tell("trades 1")
            self.assertEqual(await asyncio.wait_for(sums.get(), PATIENCE), 41)
            self.server.tell("tick a 1")
            async for event in client.events("tick", "a"):
                self.assertEqual(event.data["price"], 1)
                break

    async def test_an_iterator_of_what_is_not_there_raises(self):
        async with gatewire.AsyncClient(self.address) as client:
            with self.assertRaisesRegex(gatewire.RpcError, "quote"):
                async for _ in client.events("quote"):
                    pass


    async def test_closing_ends_whoever_waits_for_a_connection(self):
        client = gatewire.AsyncClient("unix:///nowhere/at/all")
        waiting = asyncio.ensure_future(client.wait_connected())
        while not client._connect_waiters:
            await asyncio.sleep(0)
        await client.close()
        with self.assertRaises(gatewire.RpcError) as caught:
            await asyncio.wait_for(waiting, PATIENCE)
        self.assertEqual(caught.exception.name, "not_connected")


class EagerLoop(asyncio.SelectorEventLoop):
    """Whoever connects goes on only after the connection has ended."""

    async def create_unix_connection(self, factory, *args, **named):
        ended = self.create_future()

        def watched():
            protocol = factory()
            lost = protocol.connection_lost

            def connection_lost(problem):
                lost(problem)
                ended.set_result(None)
            protocol.connection_lost = connection_lost
            return protocol
        made = await super().create_unix_connection(watched, *args, **named)
        await ended
        return made


class ShortConnectionTest(unittest.TestCase):
    def connect(self, words):
        """@return How a try to connect to a server fails that says this, and hangs up."""
        async def serve(_, writer):
            writer.write(words)
            writer.close()

        async def play():
            with tempfile.TemporaryDirectory(prefix="gatewire-") as folder:
                path = os.path.join(folder, "socket")
                async with await asyncio.start_unix_server(serve, path):
                    client = gatewire.AsyncClient("unix://" + path)
                    try:
                        with self.assertRaises(gatewire.RpcError) as caught:
                            await client.wait_connected(PATIENCE / 4, retry=False)
                    finally:
                        await client.close()
                    return caught.exception.message
        loop = EagerLoop()
        self.addCleanup(loop.close)
        return loop.run_until_complete(play())

    def test_a_connection_that_ends_at_once_has_failed_at_once(self):
        self.assertRegex(self.connect(b""), "closed the connection|reset|Broken pipe")

    def test_what_a_server_says_before_it_is_asked_is_read(self):
        self.assertIn("speaks SSH", self.connect(b"SSH-2.0-OpenSSH_9.2\r\n"))


class ShellTest(ServerTest):
    traits = ("auth",)

    def run_main(self, *words):
        with contextlib.redirect_stdout(io.StringIO()) as out, \
                contextlib.redirect_stderr(io.StringIO()) as err:
            code = shell.main([self.address, "--token", "sesame", *words])
        return code, out.getvalue(), err.getvalue()

    def check_refusal(self, wanted_code, pattern, *words):
        code, out, err = self.run_main(*words)
        self.assertEqual((code, out), (wanted_code, ""), err)
        self.assertRegex(err, "^gatewire-py: " + pattern)

    def test_calls(self):
        self.assertEqual(self.run_main("call", "whoami"), (0, '"alice"\n', ""))
        words = ("call", "echo", "value={\"a\": [1]}")
        self.assertEqual(self.run_main(*words), (0, '{"a": [1]}\n', ""))
        self.assertEqual(self.run_main("call", "add", "-1", "3"), (0, "2\n", ""))

    def test_refusals_and_their_codes(self):
        self.check_refusal(1, "unauthenticated", "--token", "no", "call", "whoami")
        self.check_refusal(1, r"engine_error \(-32050, failed\): no {\"a\": 1}",
                           "call", "fail", "-32050", "no", '{"a": 1}')
        self.check_refusal(2, "the server has no method 'ad', did you mean 'add'", "call", "ad")
        self.check_refusal(2, ".*takes 2 arguments, not 1", "call", "add", "1")
        self.check_refusal(2, "arguments go by position or by name", "call", "add", "1", "b=2")
        self.check_refusal(2, "an argument is given twice", "call", "add", "b=1", "b=2")
        self.check_refusal(2, "the server has no event 'tik', did you mean 'tick'", "watch", "tik")
        self.check_refusal(2, "the server has no method or event 'x'; it has add, echo",
                           "describe", "x")
        self.check_refusal(4, "deadline_exceeded", "--timeout", "0.1", "call", "hold")

    def test_a_server_that_is_not_there_is_told_at_once(self):
        self.address = "unix:///nowhere/at/all"
        self.check_refusal(3, r"not_connected \(not_sent\): .*nowhere", "list")
        self.check_refusal(2, "invalid_value", "--timeout", "nan", "list")
        self.address = "nowhere"
        self.check_refusal(2, "invalid_address", "list")

    def test_descriptions(self):
        code, out, _ = self.run_main("describe")
        self.assertEqual(code, 0)
        self.assertIn("add(a: integer, b: integer) -> integer\n", out)
        self.assertIn("event tick: tick (keyed, latest)\n", out)
        self.assertEqual(self.run_main("describe", "buy"), (
            0, "buy(symbol: string) -> string\n  symbol: string\n  result: string\n", ""))
        out = self.run_main("describe", "tick")[1].splitlines()
        self.assertEqual([out[0], *sorted(out[1:])], [
            "event tick: tick (keyed, latest)", "  price: number", "  symbol: string"])

    def test_members_inside_of_members(self):
        schemas = {"leg": {"properties": {"side": {"type": "string"}, "next": {
            "oneOf": [{"$ref": "#/components/schemas/leg"}, {"type": "null"}]}},
            "required": ["side"]}}
        contract = gatewire.Contract({"components": {"schemas": schemas}})
        legs = {"type": "array", "items": {"$ref": "#/components/schemas/leg"}}
        with contextlib.redirect_stdout(io.StringIO()) as out:
            shell.tell_members(contract, legs)
        self.assertEqual(out.getvalue(), "  side: string\n  next: leg or null, may be left out\n")

    def test_so_many_events_are_watched(self):
        self.server.tell("tick rb2405 3650.5")
        self.server.tell("tick ag2406 5500")
        self.assertEqual(self.run_main("watch", "tick", "ag2406", "--count", "1"),
                         (0, '{"symbol": "ag2406", "price": 5500.0}\n', ""))


class WatchTest(ServerTest):
    """The program in a process of its own, because it is interrupted."""

    traits = ("small",)

    def setUp(self):
        super().setUp()
        self.process = subprocess.Popen(
            [sys.executable, "-B", "-m", "gatewire", self.address, "watch", "trade"], text=True,
            cwd=pathlib.Path(shell.__file__).parents[1], stdout=subprocess.PIPE,
            stderr=subprocess.PIPE)
        self.addCleanup(lambda: (self.process.kill(), self.process.communicate()))
        printed = threading.Thread(target=self.process.stdout.readline)
        printed.start()
        while printed.is_alive():  # It subscribes some time after it was started.
            self.server.tell("trades 1")
            printed.join(0.1)

    def interrupt(self):
        self.process.send_signal(signal.SIGINT)
        return self.process.communicate(timeout=PATIENCE), self.process.returncode

    def test_an_interrupt_is_its_end(self):
        (_, said), code = self.interrupt()
        self.assertEqual((said, code), ("", 0))

    def test_a_gap_is_said_and_tells_by_the_exit_code(self):
        self.server.tell("refuse")
        self.server.tell("cut")
        self.server.tell("trades 200")  # More than this server keeps.
        self.server.tell("heal")
        said = self.process.stderr.readline()
        self.assertRegex(said, r"^gatewire-py: the events \d+ to \d+ may be missing: ")
        self.assertEqual(self.interrupt()[1], 5)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    SERVER = sys.argv.pop(1)
    unittest.main()
