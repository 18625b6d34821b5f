#!/usr/bin/env python3
# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT

"""Packs a client, installs the packed file into an empty folder, without a network, and uses what
is there at a server with known behaviour: imports, calls, and all code of the READMEs for it.

    package_test.py <conformance_server> python
    package_test.py <conformance_server> node [folder with TypeScript in node_modules]

What a block of a README prints must be what its comments say: `# prints 3`. Where the tools for
packing are missing it says so and skips the test."""

import ast
import importlib.util
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
CLIENTS = ROOT / "examples" / "clients"
SERVER, *WORDS = sys.argv[1:]
PATIENCE = 120  # Seconds until something that must happen counts as failed.
SKIPPED = 77

MARK = "<!-- run by tests/conformance/package_test.py -->"
PRINTS = re.compile(r"(?:#|//) prints (.*)$", re.MULTILINE)
ADDRESS = re.compile(r"(?:tcp://)?127\.0\.0\.1:2014")
OLD_PYTHON = ("import sys; sys.version_info = (3, 8, 18, 'final', 0)\n"
              "try:\n    import gatewire\nexcept ImportError as error:\n    print(error)")
NO_NETWORK = {"npm_config_offline": "true", "npm_config_audit": "false", "npm_config_fund": "false",
              "npm_config_update_notifier": "false", "PIP_NO_INDEX": "1", "PIP_QUIET": "1",
              "PIP_DISABLE_PIP_VERSION_CHECK": "1"}


def version():
    text = (ROOT / "include/gatewire/version.hpp").read_text(encoding="utf-8")
    return ".".join(re.search(rf"_VERSION_{part} (\d+)$", text, re.MULTILINE)[1]
                    for part in ("MAJOR", "MINOR", "PATCH"))


def blocks(page):
    """Language and text of the marked blocks; a page of a client has no others."""
    text = page.read_text(encoding="utf-8")
    found = re.findall(rf"(?:{MARK}\n)?^```(\w+)\n(.*?)\n^```$", text, re.DOTALL | re.MULTILINE)
    marked = re.findall(rf"{MARK}\n```(\w+)\n(.*?)\n```$", text, re.DOTALL | re.MULTILINE)
    if page.parent != ROOT and found != marked:
        raise AssertionError(f"{page}: a block is not marked as run")
    return marked


class PackageTest(unittest.TestCase):
    """An empty folder beside copies of the clients, and a server."""

    maxDiff = None

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="gatewire-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name).resolve()
        shutil.copytree(CLIENTS, cls.folder / "examples" / "clients",
                        ignore=shutil.ignore_patterns("__pycache__", "build", "*.egg-info"))
        cls.environment = {**os.environ, **NO_NETWORK, "npm_config_cache": str(cls.folder / "npm")}
        cls.environment.pop("PYTHONPATH", None)
        server = subprocess.Popen([SERVER, folder.name], stdin=subprocess.PIPE, text=True,
                                  stdout=subprocess.PIPE)
        cls.addClassCleanup(lambda: (server.kill(), server.communicate()))
        cls.address = json.loads(server.stdout.readline())["tcp"]
        print("tick rb2405 3650.5", file=server.stdin, flush=True)
        server.stdout.readline()

    @classmethod
    def run_it(cls, *command, cwd=None, code=0, path=None):
        """Runs it, with the programs of `path` before others. @return What it printed."""
        environment = dict(cls.environment)
        if path:
            environment["PATH"] = os.pathsep.join([str(path), environment["PATH"]])
        done = subprocess.run([str(word) for word in command], cwd=cwd or cls.folder, text=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, env=environment, timeout=PATIENCE,
                              check=False)
        if done.returncode != code:
            raise AssertionError(f"{command} gave {done.returncode}:\n{done.stdout}")
        return done.stdout

    def run_blocks(self, pages, languages, tools):
        """Runs the blocks of these languages, and of shell blocks the lines with these tools."""
        for page in pages:
            count = 0
            for language, text in blocks(ROOT / page):
                if language == "sh":
                    text = "\n".join(line for line in text.splitlines()
                                     if line.split()[0] in tools)
                if not text or language not in languages:
                    continue
                count += 1
                with self.subTest(page=page, text=text):
                    shown = self.run_block(language, ADDRESS.sub(self.address, text))
                    self.assertEqual(shown.splitlines(), PRINTS.findall(text))
            self.assertTrue(count, f"{page} has no such block")


class PythonTest(PackageTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for name in ("installed", "session"):
            cls.run_it(sys.executable, "-m", "venv", name)
        packed = cls.folder / "packed"
        packed.mkdir()
        cls.python = cls.folder / "installed" / "bin" / "python"
        cls.run_it(cls.python, "-c", "import sys, packing; packing.build_sdist(sys.argv[1])",
                   packed, cwd=cls.folder / "examples" / "clients" / "python")
        cls.source, = packed.glob("*.tar.gz")
        cls.run_it(cls.python, "-m", "pip", "wheel", "--wheel-dir", packed, cls.source)
        cls.wheel, = packed.glob("*.whl")
        cls.run_it(cls.python, "-m", "pip", "install", cls.wheel)
        cls.program = cls.folder / "installed" / "bin" / "gatewire-py"

    def test_the_packed_files_are_named_by_the_version(self):
        self.assertEqual(self.source.name, f"gatewire-{version()}.tar.gz")
        self.assertEqual(self.wheel.name, f"gatewire-{version()}-py3-none-any.whl")

    def test_what_is_imported_is_what_was_installed_and_typed(self):
        place, found = self.run_it(
            self.python, "-I", "-c", "import gatewire; print(gatewire.__file__)\n"
            "print(gatewire.__version__)").split()
        self.assertIn(self.folder / "installed", pathlib.Path(place).parents)
        self.assertEqual(found, version())
        self.assertTrue(pathlib.Path(place).with_name("py.typed").is_file())
        metadata = self.run_it(self.python, "-I", "-c", "import importlib.metadata as m\n"
                               "print(m.metadata('gatewire')['Requires-Python'])\n"
                               "print(m.requires('gatewire'))")
        self.assertIn(">=3.9", metadata)
        self.assertIn('vnpy>=3; extra == "vnpy"', metadata)

    def test_one_who_works_on_it_installs_a_reference(self):
        python, place = self.folder / "session" / "bin" / "python", "examples/clients/python"
        self.run_it(python, "-m", "pip", "install", "--editable", f"./{place}")
        shown = self.run_it(python, "-I", "-c", "import gatewire; print(gatewire.__file__)")
        self.assertEqual(shown, f"{self.folder / place}/gatewire/__init__.py\n")

    def test_the_part_for_vn_py_is_there_without_vn_py(self):
        shown = self.run_it(self.python, "-I", "-c", "from gatewire.vnpy import RpcGateway\n"
                            "print(RpcGateway.__module__)")
        self.assertEqual(shown, "gatewire.vnpy\n")

    def test_a_python_that_is_too_old_is_told_so(self):
        shown = self.run_it(self.python, "-I", "-c", OLD_PYTHON)
        self.assertEqual(shown, "gatewire needs Python 3.9 or later, this is Python 3.8\n")
        for name in ("__init__.py", "__main__.py", "version.py"):  # It must be able to read them.
            text = (CLIENTS / "python" / "gatewire" / name).read_text(encoding="ascii")
            ast.parse(text, feature_version=(3, 4))

    def test_types_are_known_to_those_who_install_it(self):
        if not shutil.which("mypy"):
            self.skipTest("mypy was not found")
        program = self.folder / "typed.py"
        text = "import gatewire\ngatewire.Client(5)\nreveal_type(gatewire.RpcError.from_peer(0))\n"
        program.write_text(text, encoding="utf-8")
        shown = self.run_it("mypy", "--strict", "--python-executable", self.python, program, code=1)
        self.assertIn('typed.py:2: error: Argument 1 to "Client" has incompatible type', shown)
        self.assertIn('typed.py:3: note: Revealed type is "gatewire.client.RpcError"', shown)
        self.assertIn("Found 1 error in 1 file", shown)

    def test_the_program(self):
        shown = self.run_it(self.program, "--help")
        for word in ("describe", "call", "watch", "--token", "--timeout"):
            self.assertIn(word, shown)
        self.assertEqual(self.run_it(self.program, self.address, "call", "add", 1, 2), "3\n")
        place = self.address.partition("://")[2]
        self.assertEqual(self.run_it(self.python, "-m", "gatewire", place, "call", "add", 1, 2),
                         "3\n")
        self.run_it(self.program, self.address, "call", "nothing", code=2)
        self.run_it(self.program, self.address, "call", "crash", "x", code=1)
        self.run_it(self.program, "unix:///nowhere/at/all", "call", "add", 1, 2, code=3)

    def test_a_reader_that_has_enough_ends_it_without_a_word(self):
        script = f"'{self.program}' {self.address} describe | head -n 0"
        self.assertEqual(self.run_it("bash", "-euo", "pipefail", "-c", script), "")

    def test_the_readmes(self):
        self.run_blocks(("examples/clients/python/README.md", "README.md"), ("python", "sh"),
                        ("pip", "gatewire-py", "python3"))

    def run_block(self, language, text):
        command = ["sh", "-euc", text] if language == "sh" else ["python3", "-I", "-c", text]
        return self.run_it(*command, path=self.folder / "session" / "bin")


class NodeTest(PackageTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.run_it("npm", "pack", "./examples/clients/node")
        cls.packed, = cls.folder.glob("*.tgz")
        cls.program_folder = cls.folder / "program"
        cls.program_folder.mkdir()
        cls.run_it("npm", "install", cls.packed, cwd=cls.program_folder)
        cls.installed = cls.program_folder / "node_modules" / "gatewire"

    def test_the_packed_file_is_named_by_the_version_and_has_what_is_needed(self):
        self.assertEqual(self.packed.name, f"gatewire-{version()}.tgz")
        self.assertFalse(self.installed.is_symlink())
        self.assertEqual(sorted(path.name for path in self.installed.iterdir()), [
            "README.md", "gatewire.d.mts", "gatewire.mjs", "package.json"])

    def test_what_is_imported_is_what_was_installed(self):
        shown = self.run_module(self.program_folder, (
            'import { Client } from "gatewire";\nimport { createRequire } from "node:module";\n'
            'const require = createRequire(import.meta.url);\n'
            'console.log(require.resolve("gatewire"), require("gatewire/package.json").version);\n'
            f'const client = new Client("{self.address}");\n'
            'console.log(await client.call("add", 1, 2));\nawait client.close();\n'))
        self.assertEqual(shown, f"{self.installed}/gatewire.mjs {version()}\n3\n")

    def test_the_program(self):
        place = self.address.partition("://")[2]
        program = self.program_folder / "node_modules" / ".bin" / "gatewire-js"
        self.assertIn("watch EVENT", self.run_it(program, "--help"))
        self.assertEqual(self.run_it(program, place, "call", "add", 1, 2), "3\n")
        self.run_it(program, place, "call", "crash", "x", code=1)

    def test_types_without_those_of_node(self):
        tools = [pathlib.Path(word, "node_modules/.bin/tsc").resolve() for word in WORDS[1:]]
        tool = next((path for path in tools if path.exists()), shutil.which("tsc"))
        if not tool:
            self.skipTest("TypeScript was not found")
        texts = [text for language, text in
                 blocks(CLIENTS / "node" / "README.md") if language == "ts"]
        self.assertTrue(texts)
        program = self.program_folder / "typed.mts"
        wrong = "// @ts-expect-error A text is no number.\nawait client.call(\"add\", 1, \"2\");\n"
        for text in texts:
            program.write_text(text + "\n" + wrong, encoding="utf-8")
            self.assertEqual(self.run_it(
                tool, "--noEmit", "--strict", "--target", "es2022", "--lib", "es2022", "--module",
                "nodenext", "--typeRoots", self.folder / "none", program), "")

    def test_the_readmes(self):
        self.run_blocks(("examples/clients/node/README.md", "README.md"), ("js", "sh"),
                        ("npm", "npx", "node"))

    def run_block(self, language, text):
        """Beside the folder that the READMEs install from."""
        if language == "sh":
            return self.run_it("sh", "-euc", text.replace("npm install ", "npm install --silent "))
        return self.run_module(self.folder, text)

    def run_module(self, folder, text):
        file = folder / "block.mjs"
        file.write_text(text, encoding="utf-8")
        return self.run_it("node", file)


def main():
    """Runs the tests of one client; what is missing for them is said."""
    client = WORDS[0] if WORDS else ""
    missing = {
        "python": "" if importlib.util.find_spec("ensurepip") else "Python's ensurepip",
        "node": ", ".join(tool for tool in ("node", "npm") if not shutil.which(tool))}
    if client not in missing:
        sys.exit(__doc__)
    if missing[client]:
        print(f"skipped: {missing[client]} was not found")
        return SKIPPED
    chosen = {"python": PythonTest, "node": NodeTest}[client]
    tests = unittest.defaultTestLoader.loadTestsFromTestCase(chosen)
    result = unittest.TextTestRunner(verbosity=2).run(tests)
    return 0 if result.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main())
