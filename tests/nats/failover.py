#!/usr/bin/env python3
# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT
"""A cluster of three brokers, two engines and two clients under load; one broker and one engine are
killed. No call that was answered and no event that was stored may be lost or doubled."""

import argparse
import json
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

BROKERS = 3
PATIENCE = 60       # seconds for any one thing


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()


class Cluster:
    def __init__(self, program, folder):
        ports = free_ports(3 * BROKERS)
        self.clients, routes, self.monitors = ports[:3], ports[3:6], ports[6:]
        self.brokers = []
        for at in range(BROKERS):
            config = folder / f"broker{at}.conf"
            config.write_text(json.dumps({
                "server_name": f"broker{at}", "host": "127.0.0.1", "port": self.clients[at],
                "http": f"127.0.0.1:{self.monitors[at]}",
                "jetstream": {"store_dir": str(folder / f"store{at}")},
                "cluster": {"name": "failover", "host": "127.0.0.1", "port": routes[at],
                            "routes": [f"nats://127.0.0.1:{port}" for port in routes]},
                "log_file": str(folder / f"broker{at}.log")}), encoding="utf-8")
            self.brokers.append(subprocess.Popen(
                [program, "-c", str(config)], stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL))

    def urls(self):
        return ",".join(f"nats://127.0.0.1:{port}" for port in self.clients)

    def state(self, at):
        address = f"http://127.0.0.1:{self.monitors[at]}/jsz?streams=1"
        try:
            with urllib.request.urlopen(address, timeout=1) as answer:
                return json.load(answer)
        except OSError:
            return {}

    def wait_ready(self):
        """JetStream answers once the three have chosen a leader."""
        eventually(lambda: all(self.state(at).get("meta_cluster", {}).get("leader")
                               for at in range(BROKERS)), "the brokers are a cluster")

    def leader_of_stream(self):
        for at in range(BROKERS):
            for account in self.state(at).get("account_details", []):
                for stream in account.get("stream_detail", []):
                    leader = stream.get("cluster", {}).get("leader", "")
                    if leader:
                        return int(leader.removeprefix("broker"))
        return 0

    def stop(self):
        for one in self.brokers:
            if one.poll() is None:
                one.kill()
            one.wait()


def start(program, *arguments):
    process = subprocess.Popen([program, *arguments], stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, text=True)
    return process


def expect(process, word):
    line = process.stdout.readline().strip()
    if line != word:
        raise SystemExit(f"{process.args[0]} said '{line}' instead of '{word}'")


def say_to(processes):
    for one in processes:
        one.stdin.write("\n")
        one.stdin.flush()


def eventually(holds, what):
    end = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > end:
            raise SystemExit(f"waited in vain until {what}")
        time.sleep(0.05)


def count(lines, kind):
    text = pathlib.Path(lines).read_text(encoding="utf-8")
    return sum(line.startswith(kind + " ") for line in text.split("\n"))


def stored(lines):
    """Events of an engine that the stream has confirmed."""
    text = pathlib.Path(lines).read_text(encoding="utf-8")
    confirmed = [line.split()[1] for line in text.split("\n")[:-1]
                 if line.startswith("confirmed ")]
    return int(confirmed[-1]) if confirmed else 0


def let_answers_come(client_lines, more):
    """Until each client has had so many more of its calls answered."""
    wanted = {one: count(one, "end") + more for one in client_lines}
    eventually(lambda: all(count(one, "end") >= wanted[one] for one in client_lines),
               f"{more} more calls end at each client")


def let_events_be_stored(engine_lines, more):
    wanted = stored(engine_lines) + more
    eventually(lambda: stored(engine_lines) >= wanted, f"{more} more events are stored")


def wait_for_events(engine_lines, client_lines):
    """Events that are stored may still be on their way; the check says which never came."""
    last = f"fill 1 {stored(engine_lines)}\n"
    try:
        eventually(lambda: all(last in pathlib.Path(one).read_text(encoding="utf-8")
                               for one in client_lines), "the last event has come")
    except SystemExit as why:
        print(why, flush=True)


def run(options, folder, processes):
    cluster = Cluster(options.broker, folder)
    processes.append(cluster)
    cluster.wait_ready()
    engine_lines = [str(folder / f"engine{at}.txt") for at in range(2)]
    client_lines = [str(folder / f"client{at}.txt") for at in range(2)]
    engines = [start(options.engine, cluster.urls(), str(at), engine_lines[at])
               for at in range(2)]
    processes += engines
    for one in engines:
        expect(one, "ready")
    clients = [start(options.client, cluster.urls(), str(at), client_lines[at])
               for at in range(2)]
    processes += clients
    for one in clients:
        expect(one, "ready")
    say_to(clients)  # Both have subscribed before the first event.

    let_answers_come(client_lines, options.calls)
    for one in engine_lines:
        let_events_be_stored(one, options.calls // 4)
    victim = cluster.leader_of_stream()
    cluster.brokers[victim].send_signal(signal.SIGKILL)
    print(f"killed broker {victim}, the leader of the stream", flush=True)
    let_answers_come(client_lines, options.calls)
    engines[0].send_signal(signal.SIGKILL)
    print("killed engine 0", flush=True)
    let_answers_come(client_lines, options.calls)
    let_events_be_stored(engine_lines[1], options.calls // 4)  # There is a leader again.

    say_to(clients)
    for one in clients:
        expect(one, "called")
    engines[1].stdin.close()
    if engines[1].wait(40) != 0:
        raise SystemExit("the engine that was not killed did not drain")
    wait_for_events(engine_lines[1], client_lines)
    for one in clients:
        one.stdin.close()
        one.wait(20)
    return subprocess.run([options.check, "2", *engine_lines, "2", *client_lines],
                          check=False).returncode


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=1000,
                        help="that each client has answered before, between and after the kills")
    parser.add_argument("--broker", default="nats-server")
    parser.add_argument("--keep", action="store_true", help="keep the journals and logs")
    parser.add_argument("engine")
    parser.add_argument("client")
    parser.add_argument("check")
    options = parser.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="gatewire-failover-"))
    processes = []
    try:
        return run(options, folder, processes)
    finally:
        for one in reversed(processes):
            if isinstance(one, Cluster):
                one.stop()
            elif one.poll() is None:
                one.kill()
        if options.keep:
            print(folder)
        else:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
