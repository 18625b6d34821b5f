# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT
"""The shape of vn.py's RpcClient: calls one at a time, under a lock; events from a SUB socket.

What its publisher drops, because a subscriber is slow, is not delivered, and is not told either.
"""

import json
import multiprocessing
import sys
import threading
import time

import zmq

import messages


class Client:
    def __init__(self, port):
        self.socket = zmq.Context.instance().socket(zmq.REQ)
        self.socket.connect(f"tcp://127.0.0.1:{port}")
        self.lock = threading.Lock()

    def __getattr__(self, name):
        def call(*args, **kwargs):
            with self.lock:
                self.socket.send_pyobj([name, args, kwargs])
                if not self.socket.poll(30000):
                    raise TimeoutError(name)
                is_right, result = self.socket.recv_pyobj()
            if not is_right:
                raise RuntimeError(result)
            return result
        return call


def run_for(seconds, work):
    """Latencies in microseconds and how long it took, after a warm-up."""
    end = time.perf_counter() + seconds / 4
    while time.perf_counter() < end:
        work()
    latencies = []
    begin = last = time.perf_counter()
    while last < begin + seconds:
        work()
        now = time.perf_counter()
        latencies.append((now - last) * 1e6)
        last = now
    return sorted(latencies), last - begin


def receive(port, seconds, counts):
    socket = zmq.Context().socket(zmq.SUB)
    socket.connect(f"tcp://127.0.0.1:{port}")
    socket.setsockopt_string(zmq.SUBSCRIBE, "")
    latencies, time_taken = run_for(seconds, socket.recv_pyobj)
    counts.put(len(latencies) / time_taken)


def receive_events(port, seconds, subscribers):
    counts = multiprocessing.Queue()
    processes = [multiprocessing.Process(target=receive, args=(port, seconds, counts))
                 for _ in range(subscribers)]
    for process in processes:
        process.start()
    rate = sum(counts.get() for _ in processes)
    for process in processes:
        process.join()
    return {"per_second": rate, "units": rate * seconds}


def call(port, workload, seconds):
    client = Client(port)
    order = messages.make_order()
    request = messages.HistoryRequest("IF2412", messages.Exchange.CFFEX, messages.FIRST_TIME)
    latencies, time_taken = run_for(
        seconds, (lambda: client.query_history(request)) if workload == "history"
        else lambda: client.send_order(order))

    def at(part):
        return latencies[int((len(latencies) - 1) * part + 0.5)]
    parts = (0.5, 0.75, 0.9, 0.95, 0.99, 0.995, 0.999, 0.9995, 0.9999)
    return {"per_second": len(latencies) / time_taken, "units": len(latencies), "p50_us": at(0.5),
            "p99_us": at(0.99), "p99_9_us": at(0.999), "curve_us": [at(part) for part in parts]}


def main():
    ports, workload, seconds, count = sys.argv[1:5]
    calls, events = ports.split(":")
    if workload == "events":
        report = receive_events(events, float(seconds), int(count))
    elif workload == "pipelined":
        report = {"skipped": "skipped: it has one call in flight at most"}
    else:
        report = call(calls, workload, float(seconds))
    print(json.dumps({"side": "pickle", "workload": workload} | report))


if __name__ == "__main__":
    main()
