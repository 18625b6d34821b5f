# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT
"""The shape of vn.py's RpcServer: one REP socket for calls, one PUB socket for events."""

import os
import sys
import threading

import zmq

import messages


class Engine:
    def __init__(self):
        self.orders = 0
        self.bars = messages.make_bars(1000)

    def send_order(self, order):
        self.orders += bool(order.symbol)
        return f"RPC.{1000000 + self.orders % 9000000}"

    def query_history(self, request):
        return self.bars[:request.count]


def answer(socket, methods):
    while True:
        name, args, kwargs = socket.recv_pyobj()
        try:
            reply = [True, methods[name](*args, **kwargs)]
        except Exception as failure:        # Whatever it is, the caller is told.
            reply = [False, repr(failure)]
        socket.send_pyobj(reply)


def publish(socket):
    lock = threading.Lock()
    tick = messages.make_tick()
    while True:
        with lock:
            socket.send_pyobj(["eTick.", tick])


def port_of(socket):
    socket.bind("tcp://127.0.0.1:*")
    return socket.last_endpoint.decode().rsplit(":", 1)[1]


def end_with_input():
    sys.stdin.read()
    os._exit(0)


def main():
    context = zmq.Context()
    calls, events = context.socket(zmq.REP), context.socket(zmq.PUB)
    print(f"{port_of(calls)}:{port_of(events)}", flush=True)
    threading.Thread(target=end_with_input, daemon=True).start()
    engine = Engine()
    if sys.argv[1] == "events":
        publish(events)
    answer(calls, {name: getattr(engine, name) for name in ("send_order", "query_history")})


if __name__ == "__main__":
    main()
