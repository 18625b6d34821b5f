#!/usr/bin/env python3
# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT
"""Goal: shells complete commands, options and the server's names, and are quiet without a server.
Method: the scripts are checked by their shells, and bash completes lines with them.

    completion_test.py <conformance_server> <gatewire>"""

import os
import pty
import shutil
import subprocess
import tempfile
import unittest

from rig import PATIENCE, PROGRAM, Case, Text, environment, main

# What bash does when the tab key is pressed behind a line.
COMPLETE = """
source <(gatewire completion bash)
COMP_LINE=$1 COMP_POINT=${#1}
read -ra COMP_WORDS <<<"$1"
[[ $1 == *" " ]] && COMP_WORDS+=("")
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
_gatewire
printf '%s\\n' "${COMPREPLY[@]}"
"""


class Bash(Case):
    def bash(self, *words, address=None):
        path = os.path.dirname(PROGRAM) + os.pathsep + os.environ["PATH"]
        done = subprocess.run(["bash", *words], text=True, capture_output=True, check=True,
                              env=environment(address or self.server.address, PATH=path),
                              stdin=subprocess.DEVNULL, timeout=PATIENCE)
        self.assertEqual(done.stderr, "")
        return done.stdout

    def complete(self, line, address=None):
        return self.bash("-c", COMPLETE, "bash", line, address=address).split()

    def test_the_script_is_one(self):
        subprocess.run(["bash", "-n"], input=self.succeed("completion", "bash"), text=True,
                       check=True, timeout=PATIENCE)

    def test_commands_and_options(self):
        self.assertEqual(self.complete("gatewire re"), ["record", "replay"])
        self.assertEqual(self.complete("gatewire call --no"), ["--notify"])
        self.assertEqual(self.complete("gatewire --tls-k"), ["--tls-key"])
        self.assertEqual(self.complete("gatewire completion "), ["bash", "zsh"])
        self.assertNotIn("complete", self.complete("gatewire "))

    def test_names_of_the_server(self):
        self.assertEqual(self.complete("gatewire call pa"), ["pay", "pay_once"])
        self.assertEqual(self.complete("gatewire call add "), ["a=", "b="])
        self.assertEqual(self.complete("gatewire watch t"), ["tick", "trade"])
        self.assertEqual(self.complete("gatewire --timeout 1s bench get_t"), ["get_total"])
        self.assertEqual(self.complete("gatewire record file tr"), ["trade"])
        self.assertIn("tick", self.complete("gatewire describe "))

    def test_the_address_of_the_line_is_asked(self):
        nobody = "tcp://127.0.0.1:1"
        line = "gatewire --address " + self.server.addresses["unix"] + " call pay_"
        self.assertEqual(self.complete(line, nobody), ["pay_once"])

    def test_without_a_server_it_is_quiet(self):
        self.assertEqual(self.complete("gatewire call pa", "tcp://127.0.0.1:1"), [])
        self.assertEqual(self.complete("gatewire call 'pa", "nonsense"), [])


@unittest.skipUnless(shutil.which("zsh"), "zsh was not found")
class Zsh(Case):
    """Shells that have read no file of their user's, so that nothing has loaded compinit."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="gatewire-")
        self.addCleanup(folder.cleanup)
        self.environment = environment(
            self.server.address, HOME=folder.name, ZDOTDIR=folder.name, PS1="", PS2="",
            PATH=os.path.dirname(PROGRAM) + os.pathsep + os.environ["PATH"])

    def zsh(self, *words, **more):
        return subprocess.run(["zsh", *words], text=True, capture_output=True, check=True,
                              env=self.environment, timeout=PATIENCE, **more)

    def test_the_script_is_one(self):
        self.zsh("-n", input=self.succeed("completion", "zsh"))

    def test_compinit_is_loaded_where_nobody_has_loaded_it(self):
        load = "source <(gatewire completion zsh)"
        for begin in ("", "autoload -Uz compinit && compinit -i; "):
            done = self.zsh("-f", "-c", f"{begin}{load}; print $_comps[gatewire]")
            self.assertEqual((done.stdout, done.stderr), ("_gatewire\n", ""))

    def test_the_tab_key(self):
        master, slave = pty.openpty()
        shell = subprocess.Popen(["zsh", "-f", "-i"], stdin=slave, stdout=slave, stderr=slave,
                                 env=self.environment, start_new_session=True)
        self.addCleanup(lambda: (shell.kill(), shell.wait(), os.close(master)))
        os.close(slave)
        screen = Text(master)
        os.write(master, b"source <(gatewire completion zsh); echo loa''ded\n")
        screen.wait("loaded")
        os.write(master, b"gatewire watch ti\t")
        screen.wait("gatewire watch tick")


class OtherShells(Case):
    def test_other_shells_are_refused(self):
        self.fail_with(2, "fish", "completion", "fish")


if __name__ == "__main__":
    main()
