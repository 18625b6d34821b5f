#!/usr/bin/env python3
# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT
# Goal: the single header is complete, deterministic and refuses what it cannot know.
# Method: run the script on small trees of headers and read what it writes and says.

import pathlib
import subprocess
import sys
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "single_include/amalgamate.py"
VERSION = "#ifndef V\n#define V\n" + "".join(
    f"#define GATEWIRE_VERSION_{part} {number}\n"
    for part, number in (("MAJOR", 1), ("MINOR", 2), ("PATCH", 3))) + "#endif\n"


def header(guard, *lines):
    return "\n".join((f"#ifndef {guard}", f"#define {guard}", *lines, "#endif", ""))


class Amalgamate(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        self.output = self.root / "single_include/gatewire/rpc.hpp"
        self.write("version.hpp", VERSION)

    def write(self, name, text):
        path = self.root / "include/gatewire" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def run_script(self, *arguments):
        return subprocess.run(
            [sys.executable, "-B", str(SCRIPT), "--root", str(self.root), *arguments],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", check=False)

    def refused(self, sentence):
        result = self.run_script()
        self.assertNotEqual(result.returncode, 0)
        self.assertIn(sentence, result.stdout)
        self.assertFalse(self.output.exists())

    def good_tree(self):
        self.write("rpc.hpp", header("R", "#include <gatewire/a.hpp>", "#include <gatewire/b.hpp>"))
        self.write("a.hpp", header("A", "#include <gatewire/b.hpp>", "#include <map>", "int a;"))
        self.write("b.hpp", header("B", "/*", "#include <gatewire/none.hpp>", "*/", "int b;"))

    def test_expands_depth_first_and_once(self):
        self.good_tree()
        self.assertEqual(self.run_script().returncode, 0)
        lines = self.output.read_text(encoding="utf-8").splitlines()
        self.assertEqual(lines.count("int a;"), 1)
        self.assertEqual(lines.count("int b;"), 1)
        self.assertLess(lines.index("int b;"), lines.index("int a;"))
        self.assertLess(lines.index("#ifndef A"), lines.index("#ifndef B"))
        self.assertIn("#include <map>", lines)
        self.assertIn("#include <gatewire/none.hpp>", lines)  # a comment, kept as it is
        self.assertNotIn("#include <gatewire/b.hpp>", lines)

    def test_optional_header_holds_what_the_umbrella_has_not(self):
        self.good_tree()
        self.write("tls.hpp", header("T", "#include <gatewire/a.hpp>", "#include <gatewire/t.hpp>"))
        self.write("t.hpp", header("U", "int t;"))
        self.assertEqual(self.run_script().returncode, 0)
        optional = self.output.parent / "tls.hpp"
        lines = optional.read_text(encoding="utf-8").splitlines()
        self.assertIn("#include <gatewire/rpc.hpp>", lines)
        self.assertEqual(lines.count("int t;"), 1)
        self.assertNotIn("int a;", lines)
        self.assertEqual(self.run_script("--check").returncode, 0)
        optional.write_text("stale\n", encoding="utf-8")
        self.assertNotEqual(self.run_script("--check").returncode, 0)

    def test_definitions_stand_under_one_condition_at_the_end(self):
        choice = ("#ifndef GATEWIRE_SEPARATE_COMPILATION", "#include <gatewire/a_impl.hpp>",
                  "#endif")
        self.write("rpc.hpp", header("R", "#include <gatewire/a.hpp>", "#include <gatewire/c.hpp>",
                                     "#ifdef GATEWIRE_IMPLEMENTATION",
                                     "#include <gatewire/src.hpp>", "#endif"))
        self.write("a.hpp", header("A", "int a;", *choice))
        self.write("a_impl.hpp", header("I", "#include <gatewire/b.hpp>", "int i;"))
        self.write("b.hpp", header("B", "int b;"))
        self.write("c.hpp", header("C", "int c;"))
        self.write("tls.hpp", header("T", "#include <gatewire/b.hpp>"))
        self.write("src.hpp", header("S", "#error none of this", "#include <gatewire/a_impl.hpp>"))
        self.assertEqual(self.run_script().returncode, 0)
        text = self.output.read_text(encoding="utf-8")
        declared, defined = text.split("#if !defined(GATEWIRE_SEPARATE_COMPILATION) || "
                                       "defined(GATEWIRE_IMPLEMENTATION)\n")
        self.assertLess(declared.index("int a;"), declared.index("int c;"))
        self.assertLess(defined.index("int b;"), defined.index("int i;"))
        self.assertNotIn("#error", text)
        # Sources that have the declarations alone have no other place for it.
        self.assertIn("int b;", (self.output.parent / "tls.hpp").read_text(encoding="utf-8"))
        one_source = self.output.parent / "rpc.cpp"
        self.assertIn("#define GATEWIRE_IMPLEMENTATION", one_source.read_text(encoding="utf-8"))
        one_source.unlink()
        self.assertNotEqual(self.run_script("--check").returncode, 0)

    def test_refuses_definitions_that_the_one_source_has_not(self):
        self.good_tree()
        self.write("src.hpp", header("S"))
        self.write("a.hpp", header("A", "#ifndef GATEWIRE_SEPARATE_COMPILATION",
                                   "#include <gatewire/b.hpp>", "#endif"))
        self.refused("a.hpp: gatewire/src.hpp does not include <gatewire/b.hpp>")

    def test_banner_has_version_and_licence(self):
        self.good_tree()
        self.run_script()
        banner = self.output.read_text(encoding="utf-8").split("#ifndef", 1)[0]
        self.assertIn("gatewire 1.2.3", banner)
        self.assertIn("Do not edit", banner)
        self.assertIn("SPDX-License-Identifier: MIT", banner)

    def test_two_runs_write_the_same_bytes(self):
        self.good_tree()
        self.run_script()
        first = self.output.read_bytes()
        self.run_script()
        self.assertEqual(first, self.output.read_bytes())
        self.assertNotIn(b"\r", first)
        self.assertNotIn(str(self.root).encode(), first)

    def test_check_accepts_only_the_current_text(self):
        self.good_tree()
        self.assertNotEqual(self.run_script("--check").returncode, 0)
        self.run_script()
        self.assertEqual(self.run_script("--check").returncode, 0)
        self.write("b.hpp", header("B", "int changed;"))
        result = self.run_script("--check")
        self.assertNotEqual(result.returncode, 0)
        self.assertIn("+int changed;", result.stdout)
        self.assertIn("stale", result.stdout)

    def test_check_sees_line_ends(self):
        self.good_tree()
        self.run_script()
        self.output.write_bytes(self.output.read_bytes().replace(b"\n", b"\r\n"))
        self.assertNotEqual(self.run_script("--check").returncode, 0)

    def test_refuses_a_missing_umbrella(self):
        self.refused("include/gatewire/rpc.hpp does not exist")

    def test_refuses_an_unknown_include(self):
        self.write("rpc.hpp", header("R", "#include <gatewire/missing.hpp>"))
        self.refused("rpc.hpp:3 includes <gatewire/missing.hpp>, which does not exist")

    def test_refuses_a_conditional_include(self):
        self.good_tree()
        self.write("a.hpp", header("A", "#ifdef X", "#include <gatewire/b.hpp>", "#endif"))
        self.refused("a.hpp:4: own include inside a condition")

    def test_refuses_quotes_and_has_include(self):
        self.good_tree()
        self.write("a.hpp", header("A", '#include "b.hpp"'))
        self.refused("a.hpp:3: include with quotes")
        self.write("a.hpp", header("A", "#if __has_include(<gatewire/b.hpp>)", "#endif"))
        self.refused("a.hpp:3: unknown way to name an own header")


if __name__ == "__main__":
    unittest.main()
