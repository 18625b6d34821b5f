#!/usr/bin/env python3
# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT

"""Plays the cases of cases.json with both Python clients.

    run_python.py <conformance_server> [text in the names of cases]

Each case has a server of its own. Nothing waits for a time, only for what must happen."""

import asyncio
import concurrent.futures
import functools
import json
import pathlib
import queue
import shutil
import ssl
import subprocess
import sys
import tempfile
import time

FOLDER = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parents[1] / "examples" / "clients" / "python"))
import gatewire  # noqa: E402

PATIENCE = 20  # Seconds until something that must happen counts as failed.


class Server:
    """A conformance_server, told what to do by lines."""

    def __init__(self, program, folder, traits):
        self.process = subprocess.Popen([program, folder, *traits], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        self.addresses = json.loads(self.process.stdout.readline())

    def tell(self, line):
        print(line, file=self.process.stdin, flush=True)
        answer = self.process.stdout.readline().strip()
        assert answer == "ok", f"the server answered '{answer}' to '{line}'"

    def end(self):
        self.process.kill()
        self.process.communicate()


class WaitingClient:
    """`gatewire.Client`, as the cases use a client."""

    def __init__(self, address, **options):
        self.news, self.failures = queue.Queue(), []
        self.client = gatewire.Client(
            address, on_connected=lambda info: self.news.put(("connected", info)),
            on_disconnected=lambda error: self.news.put(("disconnected", error)),
            on_gap=lambda gap: self.news.put(("gap", gap)),
            on_connect_failed=self.failures.append, **options)
        self.streams = {}

    def start(self):
        self.client.start()

    def close(self):
        self.client.close()

    def begin(self, method, params, options):
        caller = self.client.options(**options)
        if isinstance(params, dict):
            return caller.submit(method, **params)
        return caller.submit(method, *params)

    def end(self, future):
        return future.result(PATIENCE)

    def notify(self, method, params):
        self.client.notify(method, *params)

    def batch(self, requests):
        return self.client.batch(requests)

    def subscribe(self, event, keys):
        self.client.subscribe(event, *keys)

    def unsubscribe(self, event, keys):
        self.client.unsubscribe(event, *keys)

    def listen(self, event, keys):
        self.streams[event] = self.client.events(event, *keys)

    def event(self, name):
        return self.streams[name].get(PATIENCE).data

    def wait_connected(self, seconds, **how):
        self.client.wait_connected(seconds, **how)

    def discover(self):
        return self.client.discover()

    def next_news(self):
        return self.news.get(timeout=PATIENCE)


class AwaitingClient:
    """`gatewire.AsyncClient`, on a loop that runs while there is something to wait for."""

    def __init__(self, address, **options):
        self.loop = asyncio.new_event_loop()
        asyncio.set_event_loop(self.loop)  # Queues of Python 3.9 take theirs at once.
        self.news, self.failures = asyncio.Queue(), []
        self.client = gatewire.AsyncClient(
            address, on_connected=lambda info: self.news.put_nowait(("connected", info)),
            on_disconnected=lambda error: self.news.put_nowait(("disconnected", error)),
            on_gap=lambda gap: self.news.put_nowait(("gap", gap)),
            on_connect_failed=self.failures.append, **options)
        self.streams = {}

    def run(self, awaitable):
        return self.loop.run_until_complete(asyncio.wait_for(awaitable, PATIENCE))

    def start(self):
        self.run(self.soon(self.client.start))

    def close(self):
        self.run(self.client.close())

    @staticmethod
    async def soon(what, *args, **named):
        return what(*args, **named)

    def begin(self, method, params, options):
        caller = self.client.options(**options)
        if isinstance(params, dict):
            return self.run(self.soon(caller.submit, method, **params))
        return self.run(self.soon(caller.submit, method, *params))

    def end(self, future):
        return self.run(future)

    def notify(self, method, params):
        self.run(self.soon(self.client.notify, method, *params))

    def batch(self, requests):
        return self.run(self.client.batch(requests))

    def subscribe(self, event, keys):
        self.run(self.client.subscribe(event, *keys))

    def unsubscribe(self, event, keys):
        self.run(self.client.unsubscribe(event, *keys))

    def listen(self, event, keys):
        received = asyncio.Queue()
        self.streams[event] = received
        self.run(self.soon(self.client.on, event, lambda each: received.put_nowait(each.data)))
        self.subscribe(event, keys)

    def event(self, name):
        return self.run(self.streams[name].get())

    def wait_connected(self, seconds, **how):
        self.run(self.client.wait_connected(seconds, **how))

    def discover(self):
        return self.run(self.client.discover())

    def next_news(self):
        return self.run(self.news.get())


def made(value):
    """What JSON cannot say, or not in a line: values without a JSON form, long texts, deep ones."""
    if isinstance(value, list):
        return [made(each) for each in value]
    if not isinstance(value, dict):
        return value
    if "text_of" in value:
        return "x" * value["text_of"]
    if "not_a_number" in value:
        return float("nan")
    if "infinite" in value:
        return float("inf")
    if "depth" in value:
        return functools.reduce(lambda inner, _: [inner], range(value["depth"] - 1), [])
    return {name: made(each) for name, each in value.items()}


def check_error(error, wanted):
    text = str(error)
    name = getattr(error, "name", "cancelled")  # Futures have exceptions of their own for that.
    assert name == wanted["name"], f"{text} instead of {wanted['name']}"
    if isinstance(error, gatewire.RpcError):
        for member in {"code", "message", "data", "outcome"} & wanted.keys():
            assert getattr(error, member) == wanted[member], (member, text, error.data)
    assert wanted.get("text", "") in text, text
    assert "without" not in wanted or wanted["without"] not in text, text


def check_end(step, get):
    """What a call gives is what the step says."""
    try:
        result = get()
    except (gatewire.RpcError, concurrent.futures.CancelledError, asyncio.CancelledError) as error:
        assert "error" in step, f"an error: {error!r}"
        check_error(error, step["error"])
    else:
        assert "error" not in step, f"{result!r} instead of an error"
        assert "result" not in step or result == made(step["result"]), result


class NotServed(Exception):
    """The server cannot do what the case is about."""


class Player:
    def __init__(self, kind, case, server, folder):
        options = dict(case.get("client", {}))
        address = case.get("address", "tcp")
        if address not in server.addresses:
            raise NotServed
        if address == "tls":
            is_strange = options.pop("strange_authority", False)
            options["tls"] = ssl.create_default_context(
                cafile=None if is_strange else f"{folder}/server.pem")
        limits = {name: options.pop(name) for name in ["frame_size_max"] if name in options}
        # A short pause before connecting again, the same each time.
        limits.update(chance=lambda: 0.5, backoff_min=0.004, backoff_max=0.1)
        self.server = server
        self.client = kind(server.addresses[address],
                           options=gatewire.Options(**limits), **options)
        self.calls = {}
        self.client.start()

    def play(self, step):
        client = self.client
        if "control" in step:
            self.server.tell(step["control"])
        elif "begin" in step:
            self.calls[step["begin"]] = client.begin(step["call"], step["params"],
                                                     step.get("options", {}))
        elif "call" in step:
            for _ in range(step.get("times", 1)):
                check_end(step, lambda: client.end(client.begin(
                    step["call"], made(step["params"]), made(step.get("options", {})))))
        elif "end" in step:
            check_end(step, lambda: client.end(self.calls[step["end"]]))
        elif "cancel" in step:
            self.calls[step["cancel"]].cancel()
        elif "notify" in step:
            check_end(step, lambda: client.notify(step["notify"], made(step["params"])))
        elif "batch" in step:
            check_end(step, lambda: self.play_batch(step))
        elif "expect" in step:
            self.expect(step)
        elif "close" in step:
            client.close()
        elif "wait_connected" in step:
            time_limit = made(step["wait_connected"])
            check_end(step, lambda: client.wait_connected(
                PATIENCE if time_limit is True else time_limit))
        elif "wait_first_try" in step:
            check_end(step, lambda: client.wait_connected(PATIENCE, retry=False))
            self.wait_told(step["wait_first_try"])
        elif "wait_failure" in step:
            self.wait_failure(step["wait_failure"])
        elif "discover" in step:
            self.discover(step["discover"])
        else:
            self.play_event(step)

    def discover(self, wanted):
        try:
            contract = self.client.discover()
        except gatewire.RpcError as error:
            assert error.name == "method_not_found", error
            raise NotServed from None
        for method, signature in wanted["signatures"].items():
            assert contract.signature(method) == signature, contract.signature(method)
        assert wanted["events"].items() <= {
            name: [each["keyed"], each["latest"]] for name, each in contract.events.items()}.items()

    def wait_told(self, text):
        """The hook hears of a failed try, too."""
        end = time.monotonic() + PATIENCE
        while not any(text in str(each) for each in self.client.failures):
            assert time.monotonic() < end, f"{self.client.failures} without '{text}'"
            try:  # It has a thread or a loop of its own, which goes on meanwhile.
                self.client.wait_connected(0.01)
            except gatewire.RpcError:
                pass

    def wait_failure(self, text):
        end, told = time.monotonic() + PATIENCE, ""
        while text not in told:
            assert time.monotonic() < end, f"{told} without '{text}'"
            try:
                self.client.wait_connected(0.05)
            except gatewire.RpcError as error:
                told = str(error)

    def play_event(self, step):
        client, keys = self.client, step.get("keys", [])
        if "listen" in step:
            client.listen(step["listen"], keys)
        elif "subscribe" in step:
            check_end(step, lambda: client.subscribe(step["subscribe"], keys))
        elif "unsubscribe" in step:
            check_end(step, lambda: client.unsubscribe(step["unsubscribe"], keys))
        elif "sweep" in step:
            self.sweep(step)
        elif "events_until" in step:
            while client.event(step["events_until"]) != step["data"]:
                pass
        else:
            for wanted in step["data"]:
                got = client.event(step["events"])
                assert got == wanted, f"{got} instead of {wanted}"

    def sweep(self, step):
        """Has each connection end after so many bytes, from the hello on, with a call and an event
        under way; then at once, so that the next number is that of a new one."""
        for count, size in enumerate(range(0, step["bytes"], step["step"]), start=1):
            self.server.tell(f"{step['sweep']} {size}")
            self.server.tell("cut")
            self.server.tell("trades 1")
            total = self.client.end(self.client.begin("pay", [1], {}))
            assert total == count, f"{size} bytes: {total} instead of {count}"
            event = self.client.event("trade")
            assert event == {"id": count}, f"{size} bytes: {event} instead of {count}"

    def play_batch(self, step):
        requests = []
        for each in step["batch"]:
            params = made(each["params"])
            request = gatewire.Request(each["method"], **params) if isinstance(params, dict) else \
                gatewire.Request(each["method"], *params)
            requests += [request] * each.get("times", 1)
        answers = self.client.batch(requests)
        assert len(answers) == len(requests)
        if "sum_of_last" in step:
            assert answers[-1] == step["sum_of_last"], answers[-1]
        for got, wanted in zip(answers, step.get("answers", [])):
            if "error" in wanted:
                check_error(got, wanted["error"])
            else:
                assert got == made(wanted["result"]), got

    def expect(self, step):
        kind, what = self.client.next_news()
        assert kind == step["expect"], f"{kind} ({what}) instead of {step['expect']}"
        for member in {"resumed", "first", "last", "name"} & step.keys():
            assert getattr(what, member) == step[member], (member, what)
        assert step.get("text", "") in str(what), what


def make_certificate(folder, traits):
    """@return Whether there is one, where one is wanted."""
    if "tls" not in traits:
        return True
    if not shutil.which("openssl"):
        return False
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=desk",
                    "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", f"{folder}/server.key",
                    "-out", f"{folder}/server.pem"], check=True, capture_output=True)
    return True


def play(program, kind, case):
    """@return What went wrong, if anything."""
    with tempfile.TemporaryDirectory(prefix="gatewire-") as folder:
        if not make_certificate(folder, case.get("server", [])):
            print(f"skipped, openssl was not found: {case['name']}")
            return None
        server = Server(program, folder, case.get("server", []))
        player, step = None, None
        try:
            player = Player(kind, case, server, folder)
            for step in case["steps"]:
                player.play(step)
        except NotServed:
            print(f"skipped: {case['name']}")
        except Exception as problem:
            return f"{json.dumps(step)}\n        {type(problem).__name__}: {problem}"
        finally:
            if player:
                player.client.close()
            server.end()
    return None


def main():
    program, wanted = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else ""
    cases = json.loads((FOLDER / "cases.json").read_text(encoding="utf-8"))["cases"]
    passed = failed = 0
    for kind in (WaitingClient, AwaitingClient):
        for case in cases:
            if wanted in case["name"]:
                problem = play(program, kind, case)
                passed, failed = passed + (not problem), failed + bool(problem)
                if problem:
                    print(f"{kind.__name__}: {case['name']}\n    at {problem}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
