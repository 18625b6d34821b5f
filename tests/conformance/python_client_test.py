#!/usr/bin/env python3
# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT

"""What the cases cannot say of the Python clients: threads, handlers, iterators, the shell.

    python_client_test.py <conformance_server> [arguments of unittest]"""

import asyncio
import concurrent.futures
import contextlib
import io
import queue
import sys
import tempfile
import threading
import time
import unittest

import run_python
from run_python import PATIENCE, gatewire


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
        for address in ("127.0.0.1:1", "http://here:1", "tcp://here", "tcp://:1", "tcp://h:99999"):
            with self.assertRaises(gatewire.RpcError) as caught:
                gatewire.Client(address)
            self.assertEqual(caught.exception.name, "invalid_address")

    def test_nobody_listens(self):
        with gatewire.Client("unix:///nowhere/at/all") as client:
            text, end = "", time.monotonic() + PATIENCE
            while "/nowhere/at/all" not in text:
                self.assertLess(time.monotonic(), end, text)
                with self.assertRaises(gatewire.RpcError) as caught:
                    client.wait_connected(0.01)
                self.assertEqual(caught.exception.name, "not_connected")
                text = caught.exception.message


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


class ShellTest(ServerTest):
    traits = ("auth",)

    def run_main(self, *words):
        with contextlib.redirect_stdout(io.StringIO()) as out, \
                contextlib.redirect_stderr(io.StringIO()) as err:
            code = gatewire.main([self.address, *words])
        return code, out.getvalue(), err.getvalue()

    def test_calls_and_refusals(self):
        self.assertEqual(self.run_main("--token", "sesame", "call", "whoami")[:2],
                         (0, '"alice"\n'))
        words = ("--token", "sesame", "call", "echo", "value={\"a\": [1]}")
        self.assertEqual(self.run_main(*words)[1], '{"a": [1]}\n')
        code, out, err = self.run_main("--token", "no", "call", "whoami")
        self.assertEqual((code, out), (1, ""))
        self.assertIn("unauthenticated", err)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    SERVER = sys.argv.pop(1)
    unittest.main()
