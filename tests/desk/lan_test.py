#!/usr/bin/env python3
# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT

"""Two machines of a LAN: a server and a client in two network namespaces with a cable between them,
over tls:// with a token. A third process taps the cable and sees no token.

    lan_test.py <run_server> <run_client>

The addresses are in the namespaces, which end with the processes that hold them. Without the right
to make namespaces it is skipped."""

import json
import os
import pathlib
import queue
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import unittest

PATIENCE = 60  # Seconds until something that must happen counts as failed.
SERVER, CLIENT = sys.argv[1:3]
EXAMPLE = pathlib.Path(__file__).resolve().parents[2] / "examples" / "server_client"
MAKE_CERTIFICATES = EXAMPLE / "make_certificates.sh"
TOKEN = "a token that nobody overhears"
SERVER_HOST, CLIENT_HOST = "192.168.1.5", "192.168.1.9"
README_COMMANDS = re.compile(r"<!-- run by tests/desk/lan_test\.py -->\n```sh\n(.*?)\n```\n",
                             re.DOTALL)

# Takes every packet of the cable until its input ends, and says whether the token was in one.
TAP = """
import select, socket, sys
tap = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.ntohs(3))
tap.bind(("lan0", 0))
print("ready", flush=True)
taken = b""
while True:
    readable, _, _ = select.select([tap, sys.stdin], [], [])
    if tap in readable:
        taken += tap.recv(65536)
    elif not sys.stdin.read(1):
        break
print(len(taken), sys.argv[1].encode() in taken, flush=True)
"""


class Machine:
    """A network namespace of its own, which ends with the process that holds it."""

    def __init__(self):
        self.holder = subprocess.Popen(["unshare", "--net", "sh", "-c", "echo ready; exec cat"],
                                       stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.is_made = self.holder.stdout.readline() == "ready\n"

    def command(self, *command):
        return ["nsenter", f"--net=/proc/{self.holder.pid}/ns/net", *map(str, command)]

    def run(self, *command):
        subprocess.run(self.command(*command), check=True, timeout=PATIENCE,
                       stdout=subprocess.DEVNULL)

    def end(self):
        self.holder.communicate()


class Program:
    """A process on a machine, and its lines one after another."""

    def __init__(self, machine, *command):
        self.process = subprocess.Popen(machine.command(*command), stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.lines = queue.Queue()
        self.seen = ""
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for line in self.process.stdout:
            self.lines.put(line)
        self.lines.put(None)

    def wait_for(self, text):
        while True:
            line = self.lines.get(timeout=PATIENCE)
            if line is None:
                raise AssertionError(f"it ended before it said '{text}': {self.seen}")
            self.seen += line
            if text in line:
                return line

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.reader.join()
        self.process.stdin.close()
        self.process.stdout.close()


class LanTest(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = pathlib.Path(holder.name)
        self.here, self.there = Machine(), Machine()
        for machine in (self.here, self.there):
            self.addCleanup(machine.end)
        self.here.run("ip", "link", "add", "lan0", "type", "veth", "peer", "name", "lan0", "netns",
                      self.there.holder.pid)
        for machine, host in ((self.here, SERVER_HOST), (self.there, CLIENT_HOST)):
            machine.run("ip", "address", "add", f"{host}/24", "dev", "lan0")
            machine.run("ip", "link", "set", "lan0", "up")
        self.here.run(MAKE_CERTIFICATES, "--folder", self.folder, SERVER_HOST)

    def start(self, machine, *command):
        program = Program(machine, *command)
        self.addCleanup(program.kill)
        return program

    def start_server(self, listen):
        server = self.start(self.here, SERVER, "--headless", "--folder", self.folder / "server",
                            "--listen", listen, "--token", TOKEN, "--certificate",
                            self.folder / "server.pem", "--key", self.folder / "server.key")
        port = server.wait_for("RPC service started: ").rsplit(":", 1)[1].strip()
        scheme = listen.partition(":")[0]
        return server, f"{scheme}://{SERVER_HOST}:{port}"

    def start_client(self, address, *flags):
        return self.start(self.there, CLIENT, "--headless", "--folder", self.folder / "client",
                          "--connect", address, *flags)

    def overhear(self, scheme):
        """A client trades while the cable is tapped. @return Whether the tap saw its token."""
        tap = self.start(self.there, sys.executable, "-c", TAP, TOKEN)
        tap.wait_for("ready")
        server, address = self.start_server(f"{scheme}://0.0.0.0:0")
        summary = self.folder / "summary.json"
        client = self.start_client(address, "--token", TOKEN, "--authority",
                                   self.folder / "authority.pem", "--summary", summary)
        client.wait_for("RPC: CONNECTED")
        server.wait_for(f"client ({scheme}://{CLIENT_HOST}:")
        server.wait_for(" sent SIM.")
        self.assertEqual(client.end(), 0)
        self.assertEqual(server.end(), 0)
        told = json.loads(summary.read_text())
        self.assertGreater(told["events"]["eTick."], 0)
        self.assertGreater(len(told["orders"]), 0)
        tap.process.stdin.close()
        size, found = tap.wait_for(" ").split()
        self.assertGreater(int(size), 10000)
        return found == "True"

    def test_a_desk_in_a_lan_is_encrypted(self):
        self.assertFalse(self.overhear("tls"))

    def test_the_commands_of_the_readme(self):
        text = README_COMMANDS.search((EXAMPLE / "README.md").read_text(encoding="utf-8")).group(1)
        make, serve, connect = text.replace("\\\n", "").splitlines()
        programs = self.folder / "programs"
        programs.mkdir()
        for program in (SERVER, CLIENT, MAKE_CERTIFICATES):
            (programs / pathlib.Path(program).name).symlink_to(pathlib.Path(program).resolve())

        def start(machine, home, command):
            home.mkdir(exist_ok=True)
            path = f"PATH={programs}:{os.environ['PATH']}"
            return self.start(machine, "env", f"HOME={home}", path, "bash", "-c",
                              f"cd && exec {command}")

        server_home, client_home = self.folder / "server home", self.folder / "client home"
        made = start(self.here, server_home, make)
        self.assertEqual(made.process.wait(PATIENCE), 0)
        client_home.mkdir()
        shutil.copy(server_home / ".trader" / "authority.pem", client_home)
        for commands in ((serve, connect), ("run_server --headless", "run_client --headless")):
            server = start(self.here, server_home, commands[0])
            server.wait_for("RPC service started: tls://0.0.0.0:2014")
            client = start(self.there, client_home, commands[1])
            client.wait_for("RPC: CONNECTED: tls://192.168.1.5:2014")
            self.assertEqual(client.end(), 0)
            self.assertEqual(server.end(), 0)

    def test_the_tap_would_hear_a_token_that_is_not(self):
        self.assertTrue(self.overhear("tcp"))

    def test_who_has_not_what_is_needed_stays_outside(self):
        server, address = self.start_server("tls://0.0.0.0:0")
        authority = ("--authority", self.folder / "authority.pem")
        for flags, says in ((authority, "this service wants a token"),
                            ((*authority, "--token", "a guess"), "this token is not known"),
                            (("--token", TOKEN), "the server's certificate")):
            client = self.start_client(address, *flags)
            self.assertIn("connect_failed", client.wait_for(says))
            self.assertEqual(client.end(), 1)
        client = self.start_client(address.replace("tls:", "tcp:"), "--token", TOKEN)
        client.wait_for("connect_failed")
        self.assertEqual(client.end(), 1)
        self.assertEqual(server.end(), 0)


def why_not():
    """Why there can be no namespaces here; empty if there can."""
    missing = [each for each in ("unshare", "nsenter", "ip", "openssl") if not shutil.which(each)]
    if missing:
        return f"there is no {missing[0]}"
    if os.geteuid() != 0:
        return "only root makes network namespaces"
    machine = Machine()
    machine.end()
    return "" if machine.is_made else "this machine allows no network namespaces"


if __name__ == "__main__":
    if problem := why_not():
        print(f"skipped: {problem}")
        sys.exit(77)
    unittest.main(argv=sys.argv[:1])
