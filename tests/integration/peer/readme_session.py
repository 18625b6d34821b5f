#!/usr/bin/env python3
# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT
"""Replays the session that README.md shows in hex against a server: what it says of the wire is so.

Blocks between empty lines are frames: requests go to the server, and what follows must come back.
"""

import pathlib
import re
import socket
import subprocess
import sys

README = pathlib.Path(__file__).resolve().parents[3] / "README.md"
LINE = re.compile(r"((?:[0-9a-f]{2} )*[0-9a-f]{2}) {2,}(.+)")


def frames():
    """The frames of the block; what stands beside them must be the same."""
    text = README.read_text(encoding="utf-8")
    block = re.search(r"^```\n(00 00 00 .*?)^```$", text, re.MULTILINE | re.DOTALL)
    if not block:
        sys.exit("README.md shows no session in hex")
    return [frame(part) for part in block[1].strip().split("\n\n")]


def frame(part):
    wire = b""
    for line in part.splitlines():
        found = LINE.fullmatch(line)
        if not found:
            sys.exit(f"README.md: this is no line of a hex dump: {line}")
        these = bytes.fromhex(found[1])
        beside = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in these)
        if found[2] != beside:
            sys.exit(f"README.md: beside {found[1]!r} stands {found[2]!r}, not {beside!r}")
        wire += these
    if int.from_bytes(wire[:4], "big") != len(wire) - 4:
        sys.exit(f"README.md: a frame's length is not the one in its header: {part}")
    return wire


def receive(peer, size):
    got = b""
    while len(got) < size:
        part = peer.recv(size - len(got))
        if not part:
            sys.exit(f"the server closed the connection after {got!r}")
        got += part
    return got


def main():
    sent_and_received = frames()
    with subprocess.Popen([sys.argv[1]], stdout=subprocess.PIPE) as server:
        port = int(server.stdout.readline())
        with socket.create_connection(("127.0.0.1", port), timeout=30) as peer:
            for wire in sent_and_received:
                if b'"id":' in wire and b'"method":' in wire:
                    peer.sendall(wire)
                    continue
                got = receive(peer, len(wire))
                if got != wire:
                    sys.exit(f"the server sends\n{got!r}\nand README.md says\n{wire!r}")
        server.terminate()
    print(f"{len(sent_and_received)} frames, as README.md shows them")


if __name__ == "__main__":
    main()
