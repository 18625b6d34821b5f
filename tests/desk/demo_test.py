#!/usr/bin/env python3
# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT
"""Goal: examples/demo.sh says what cannot work before it installs or builds anything, and installs
what the demo needs and no more. Method: the script in a folder where nothing is installed, with a
package manager and a cmake that write down what they were asked for.

    demo_test.py [arguments of unittest]"""

import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
NEEDED = {"g++", "cmake", "ninja-build", "python3", "libasio-dev", "nlohmann-json3-dev",
          "libcli11-dev"}
WINDOWS = {"qt6-base-dev", "libqt6opengl6-dev", "libqt6charts6-dev", "fonts-dejavu-core"}


class DemoTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="gatewire-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        for name in ("examples/demo.sh", "examples/server_client/session.py",
                     "tests/support/install.sh"):
            (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, self.folder / name)
        install = self.folder / "tests/support/install.sh"
        install.write_text(install.read_text(encoding="utf-8").replace("=/usr/", "=/nowhere/"),
                           encoding="utf-8")
        self.tools = self.folder / "tools"
        self.tools.mkdir()
        for name in ("bash", "env", "dirname", "sed", "id", "cat"):
            (self.tools / name).symlink_to(shutil.which(name))
        self.add_tool("sudo", 'exec "$@"')
        self.add_tool("apt-get", 'echo "apt-get $*" >>"$ASKED"')

    def add_tool(self, name, text):
        tool = self.tools / name
        tool.unlink(missing_ok=True)
        tool.write_text(f"#!{shutil.which('bash')}\n{text}\n", encoding="utf-8")
        tool.chmod(0o755)

    def run_demo(self, *words, **variables):
        """@return Its exit code and what it said, and what was asked for meanwhile."""
        asked = self.folder / "asked"
        asked.write_text("", encoding="utf-8")
        kept = {name: value for name, value in os.environ.items() if name not in DISPLAYS}
        done = subprocess.run([self.folder / "examples/demo.sh", *words], text=True, timeout=60,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=False,
                              stderr=subprocess.STDOUT, env={
                                  **kept, "PATH": str(self.tools), "ASKED": str(asked),
                                  **variables})
        return done.returncode, done.stdout, asked.read_text(encoding="utf-8")

    def installed(self, asked):
        lines = [line.split(" install -y --no-install-recommends ") for line in asked.splitlines()]
        return {name for line in lines if len(line) > 1 for name in line[1].split()}

    def test_windows_without_a_display_are_refused_before_anything_is_done(self):
        for variables in ({}, {"DISPLAY": "", "WAYLAND_DISPLAY": ""}):
            code, said, asked = self.run_demo("--gui", **variables)
            self.assertEqual((code, asked), (1, ""))
            self.assertIn("There is no display to show windows on", said)
        for name in DISPLAYS:
            self.assertIn("qt6-base-dev", self.run_demo("--gui", **{name: "x"})[2])

    def test_wrong_arguments_are_refused_before_anything_is_done(self):
        (self.tools / "python3").symlink_to(shutil.which("python3"))
        for words in (("--sped", "5"), ("--speed", "fast"), ("--quiet", "--gui"), ("more",),
                      ("--gui", "--quiet")):
            code, said, asked = self.run_demo(*words, DISPLAY="x")
            self.assertEqual((code, asked), (2, ""), said)
            self.assertIn(words[-1] if words[0] == "--gui" else words[0], said)
        code, said, asked = self.run_demo("--help")
        self.assertEqual((code, asked), (0, ""))
        self.assertIn("examples/demo.sh --gui", said)

    def test_what_the_demo_needs_is_installed_and_no_more(self):
        self.assertEqual(self.installed(self.run_demo()[2]), NEEDED)
        self.assertEqual(self.installed(self.run_demo("--gui", DISPLAY="x")[2]), NEEDED | WINDOWS)

    def test_right_arguments_reach_the_build(self):
        for name in ("g++", "ninja"):
            self.add_tool(name, "exit 1")
        (self.tools / "python3").symlink_to(shutil.which("python3"))
        self.add_tool("cmake", 'echo "cmake $*" >>"$ASKED"; exit 3')
        code, _, asked = self.run_demo("--seconds", "5", "--speed", "100", "--unix", "--quiet")
        self.assertEqual(code, 3)
        self.assertIn("cmake -S ", asked)


if __name__ == "__main__":
    unittest.main()
