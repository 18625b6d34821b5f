#!/usr/bin/env python3
# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT
"""A peer that knows JSON-RPC 2.0 and a length in front, no more: calls, batch, errors, events."""
import json
import socket
import struct
import subprocess
import sys

server = subprocess.Popen([sys.argv[1]], stdout=subprocess.PIPE)
link = socket.create_connection(("127.0.0.1", int(server.stdout.readline())), timeout=30)
stream = link.makefile("rb")


def send(message):
    text = json.dumps(message).encode()
    link.sendall(struct.pack(">I", len(text)) + text)


def receive():
    size, = struct.unpack(">I", stream.read(4))
    return json.loads(stream.read(size))


def request(number, method, params):
    return {"jsonrpc": "2.0", "id": number, "method": method, "params": params}


def ask(method, params):
    send(request(1, method, params))
    return receive()


assert ask("add", [1, 2]) == {"jsonrpc": "2.0", "id": 1, "result": 3}
assert ask("add", {"b": 40, "a": 2})["result"] == 42
assert ask("subtract", [1, 2])["error"]["code"] == -32601
assert ask("add", [1, "two"])["error"]["code"] == -32602

send([request(number, "add", [number, 1]) for number in (1, 2)] + ["nonsense"])
answers = receive()
assert sorted(one["result"] for one in answers if "result" in one) == [2, 3]
assert [one["error"]["code"] for one in answers if "error" in one] == [-32600]

# A method without parameters takes an empty object, as some clients send it; null is no params.
assert ask("touch", {})["result"] == 1
assert ask("touch", [])["result"] == 2
assert ask("touch", None)["error"]["code"] == -32602
send({"jsonrpc": "2.0", "method": "touch", "params": {}})
send([request(1, "touch", {}), {"jsonrpc": "2.0", "method": "touch", "params": {}}])
assert receive() == [{"jsonrpc": "2.0", "id": 1, "result": 4}]
send({"jsonrpc": "2.0", "id": 1, "method": "touch"})
assert receive()["result"] == 6

position = ask("rpc.subscribe", {"event": "tick", "keys": ["rb2405"]})["result"]["position"]
assert ask("move", ["other", 1.0])["result"] is None
assert ask("move", ["rb2405", 3650.5])["result"] is None
assert receive() == {"jsonrpc": "2.0", "method": "tick",
                     "params": {"seq": position + 2, "data": {"symbol": "rb2405", "price": 3650.5}}}
assert ask("rpc.unsubscribe", {"event": "tick"})["id"] == 1
assert ask("move", ["rb2405", 3651.0])["result"] is None
assert ask("rpc.ping", {})["result"] == {}

server.terminate()
assert stream.read() == b""
assert server.wait(timeout=30) == 0
