#!/usr/bin/env python3
# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT
"""Goal: list, describe and call print what they should, and say what is wrong so that it can be
mended. Method: the program against a server with known methods; output, words and exit codes.

    calls_test.py <conformance_server> <gatewire>"""

import http.server
import json
import os
import shutil
import socket
import subprocess
import threading
import unittest

from rig import Case, Listener, Server, described_server, main


class List(Case):
    def test_methods_and_events_one_in_a_line(self):
        listed = self.succeed("list").splitlines()
        self.assertEqual(listed[0], "add(a: integer, b: integer) -> integer")
        self.assertIn("echo(value: any) -> any", listed)
        self.assertIn("release() -> null", listed)
        self.assertEqual(listed[-3:], ["event tick: tick (keyed, latest)", "event trade: trade",
                                       "event secret: trade"])
        self.assertIn("pay_once\n", self.succeed("list", "--names"))

    def test_options_may_stand_on_either_side_of_the_command(self):
        self.assertEqual(self.succeed("list", "--address", self.server.addresses["unix"]),
                         self.succeed("--address", self.server.addresses["unix"], "list"))


class Describe(Case):
    def test_everything(self):
        text = self.succeed("describe")
        for part in ("gatewire service, version 0.0.0", "Methods (16)", "Events (3)", "Types (2)",
                     "  pay_once(amount: integer) -> integer  once",
                     "  buy(symbol: string) -> string  needs trade"):
            self.assertIn(part + "\n", text)

    def test_a_method(self):
        text = self.succeed("describe", "pay_once")
        self.assertIn("  amount: integer from -2147483648 to 2147483647\n", text)
        self.assertIn("A call with --key runs once for each key.\n", text)
        self.assertIn("  -32007  The key was used before, with other params\n", text)

    def test_an_event_and_its_type(self):
        text = self.succeed("describe", "tick")
        self.assertIn("event tick: tick (keyed, latest)\n", text)
        self.assertIn("type tick: an object of\n  price: number\n  symbol: string\n", text)
        self.assertIn("It can be watched by keys: a key of 'tick' is its member 'symbol', a text."
                      "\n", text)
        self.assertIn("role: trade", self.succeed("describe", "secret"))

    def test_an_argument_and_what_it_is_made_of(self):
        def named(name):
            return {"$ref": "#/components/schemas/" + name}
        schemas = {
            "order": {"type": "object", "required": ["price", "legs"], "properties": {
                "price": {"type": "number"}, "side": named("side"),
                "legs": {"type": "array", "items": named("leg")}}},
            "leg": {"type": "object", "required": ["ratio"], "properties": {
                "ratio": {"type": "integer", "minimum": 0, "maximum": 9},
                "parent": {"anyOf": [named("order"), {"type": "null"}]}}},
            "side": {"type": "string", "enum": ["buy", "sell"]}}
        server = described_server({"components": {"schemas": schemas}, "methods": [
            {"name": "send", "result": {"name": "result", "schema": {"type": "string"}},
             "params": [{"name": "one", "required": True, "schema": named("order")},
                        {"name": "note", "schema": {"type": "string"}}]}]})
        self.addCleanup(server.end)
        self.assertEqual(self.succeed("describe", "send", address=server.address), """\
send(one: order, note: string) -> string
  one: order
    price: number
    side: side, may be left out
    legs: [leg]
      ratio: integer from 0 to 9
      parent: order or null, may be left out
  note: string, may be left out
  result: string
Errors:
type side: string, one of buy, sell
""")

    def test_json_is_the_part_of_the_document(self):
        self.assertEqual(json.loads(self.succeed("describe", "--json"))["openrpc"], "1.3.2")
        self.assertEqual(json.loads(self.succeed("describe", "add", "--json"))["name"], "add")
        self.assertEqual(json.loads(self.succeed("describe", "tick", "--json"))["keyed"], True)

    def test_what_is_not_there(self):
        self.fail_with(2, "nothing called 'trad', did you mean 'trade'\\?", "describe", "trad")


class Call(Case):
    def test_arguments_by_position_and_by_name(self):
        self.assertEqual(self.succeed("call", "add", "1", "2"), "3\n")
        self.assertEqual(self.succeed("call", "add", "-1", "-2"), "-3\n")
        self.assertEqual(self.succeed("call", "add", "b=1", "a=-2"), "-1\n")
        self.assertRegex(self.succeed("call", "get_total"), r"^\d+\n$")
        self.assertEqual(self.succeed("call", "release"), "null\n")

    def test_values_are_json_or_text(self):
        for word, result in (("[1,2]", "[1,2]"), ('{"a": [true]}', '{"a":[true]}'),
                             ("hello", '"hello"'), ('"7"', '"7"'), ("a=b", '"a=b"'),
                             ("value=x y", '"x y"'), ("-1.5", "-1.5"), ("", '""'),
                             ("grüße", '"grüße"'), ("null", "null"),
                             ("18446744073709551615", "18446744073709551615")):
            self.assertEqual(self.succeed("call", "echo", word), result + "\n")
        for word in ("42", "null", '"42"'):  # A text where the method wants nothing else.
            self.fail_with(1, r"engine_error \(-32000\): " + word.strip('"'), "call", "crash",
                           word)

    def test_params_from_the_input(self):
        self.assertEqual(self.succeed("call", "add", "-", stdin="[1, 2]\n"), "3\n")
        self.assertEqual(self.succeed("call", "add", "-", stdin='{"b": 1, "a": 4}'), "5\n")
        for text, words in (("", "the input is no JSON"), ("3", "the input is no JSON"),
                            ("[1]", "argument 2 'b' of add is missing"),
                            ("[1,2,3]", "takes 2 arguments, not 3"),
                            ('[1,"2"]', "argument 2 'b' of add: expected integer, found the text"),
                            ('{"a":1,"c":2}', "no parameter 'c'; its parameters are a, b")):
            self.fail_with(2, words, "call", "add", "-", stdin=text)

    def test_wrong_arguments_are_told_before_anything_is_sent(self):
        before = json.loads(self.succeed("call", "rpc.stats"))["calls"]["read"]
        for words, text in (
                (("add", "1"), "argument 2 'b' of add is missing: expected integer; write a whole"),
                (("add", "1", "x"), "argument 2 'b' of add: expected integer, found the text \"x\";"
                                    " write a whole number, for example 42"),
                (("add", "1", "2.5"), "argument 2 'b' of add: expected integer, found 2.5"),
                (("add", "1", "2", "3"), "add takes 2 arguments, not 3: add\\(a: integer, b: inte"),
                (("add", "1", "2147483648"), "expected an integer from -2147483648 to 2147483647, "
                                             "found 2147483648"),
                (("add", "a=1"), "argument 2 'b' of add is missing: expected integer; add b="),
                (("add", "a=1", "a=2"), "argument 1 'a' of add is given twice"),
                (("add", "a=1", "2"), "'2' stands beside arguments by name"),
                (("add", "a=1", "c=2"), "add has no parameter 'c'; its parameters are a, b"),
                (("add", "c=1", "2"), "add has no parameter 'c'; its parameters are a, b"),
                (("release", "x=1"), "release has no parameter 'x'; it takes none"),
                (("ad", "1", "2"), "no method 'ad', did you mean 'add'\\?; gatewire list shows"),
                (("tick",), "'tick' is an event, not a method: gatewire watch tick"),
                (("pay", "5", "--key", "k"), "calls of pay take no --key")):
            self.fail_with(2, text, "call", *words)
        self.assertEqual(json.loads(self.succeed("call", "rpc.stats"))["calls"]["read"], before)

    def test_a_misspelt_name_is_not_taken_for_a_text(self):
        before = json.loads(self.succeed("call", "rpc.stats"))["calls"]["read"]
        for words, name, meant in (
                (("echo", "valeu=5"), "valeu", "value"), (("echo", "vaule=x y"), "vaule", "value"),
                (("echo", "Value=5"), "Value", "value"), (("echo", "VALUE=5"), "VALUE", "value"),
                (("echo", "val=5"), "val", "value"), (("echo", "values=[1]"), "values", "value"),
                (("crash", "tex=boom"), "tex", "text"), (("buy", "symbl="), "symbl", "symbol"),
                (("fail", "7", "mesage=x", "null"), "mesage", "message"),
                (("fail", "code=7", "mesage=x", "data=null"), "mesage", "message"),
                (("add", "A=1", "b=2"), "A", "a")):
            self.fail_with(2, f"has no parameter '{name}', did you mean '{meant}'\\?", "call",
                           *words)
        self.fail_with(2, r"a text that looks so goes in quotes: '\"tex=boom\"'", "call", "crash",
                       "tex=boom")
        self.fail_with(2, "did you mean 'value'", "bench", "echo", "valu=5", "--calls", "1")
        self.fail_with(2, "has no parameter 'valu', did you mean 'value'", "call", "echo", "-",
                       stdin='{"valu": 1}')
        self.assertEqual(json.loads(self.succeed("call", "rpc.stats"))["calls"]["read"], before)
        for word, result in (('"valu=5"', "valu=5"), ("a=b", "a=b"), ("price=5", "price=5"),
                             ("http://x/?value=1", "http://x/?value=1"), ("value", "value")):
            self.assertEqual(self.succeed("call", "echo", word), json.dumps(result) + "\n")

    def test_errors_of_the_server(self):
        self.fail_with(1, r'gatewire: engine_error \(7\): mine \{"x":1\}\n$', "call", "fail", "7",
                       "mine", '{"x": 1}')
        self.fail_with(1, r"forbidden \(-32002\): .*role 'trade'", "call", "buy", "x")
        self.fail_with(1, r"method_not_found \(-32601\)", "call", "--unchecked", "nothing")
        self.fail_with(1, r"invalid_params \(-32602\): params\[1\]", "call", "--unchecked", "add",
                       "1", "x")

    def test_a_key_runs_a_call_once(self):
        before = int(self.succeed("call", "get_total"))
        for _ in range(2):
            self.assertEqual(int(self.succeed("call", "pay_once", "5", "--key", "mine")),
                             before + 5)
        self.fail_with(1, "key_conflict", "call", "pay_once", "6", "--key", "mine")

    def test_a_notification_arrives_and_prints_nothing(self):
        before = int(self.succeed("call", "get_total"))
        self.assertEqual(self.succeed("call", "pay", "3", "--notify"), "")
        self.assertEqual(int(self.succeed("call", "get_total")), before + 3)

    def test_deadlines(self):
        self.fail_with(4, "deadline_exceeded .*may_have_run", "call", "hold", "--timeout", "100ms")
        self.fail_with(2, "'soon' is no duration", "list", "--timeout", "soon")


class Lines(Case):
    def test_what_a_wrong_line_is_told(self):
        self.fail_with(2, "a command is missing; there are list, describe")
        self.fail_with(2, "no command 'lst', did you mean 'list'\\?", "lst")
        self.fail_with(2, "--foo", "list", "--foo")
        self.fail_with(2, "method is required", "call")

    def test_help_and_version(self):
        text = self.succeed("--help")
        for word in ("list", "describe", "call", "watch", "top", "bench", "record", "replay",
                     "completion", "Exit codes: 0", "GATEWIRE_TOKEN"):
            self.assertIn(word, text)
        self.assertNotIn("complete ", text)
        self.assertRegex(self.succeed("--version"), r"^gatewire \d+\.\d+\.\d+\n$")
        self.assertIn("name=value", self.succeed("call", "--help"))

    def test_no_colours_in_pipes(self):
        self.assertNotIn("\x1b", self.succeed("describe") + self.succeed("call", "echo", "[1]"))

    def test_a_reader_that_leaves_early_is_no_drama(self):
        script = f"'{self.program()}' list | head -n 1"
        done = subprocess.run(["sh", "-c", script], text=True, capture_output=True, timeout=30,
                              env={**os.environ, "GATEWIRE_ADDRESS": self.server.address},
                              check=True)
        self.assertEqual((done.stdout.count("\n"), done.stderr), (1, ""))

    @staticmethod
    def program():
        from rig import PROGRAM
        return PROGRAM


class Connections(Case):
    traits = ("auth",)

    def test_tokens(self):
        for words, more in ((("--token", "sesame"), {}), ((), {"GATEWIRE_TOKEN": "sesame"})):
            self.assertEqual(self.succeed(*words, "call", "whoami", more=more), '"alice"\n')
        self.assertEqual(self.succeed("--token", "sesame", "call", "buy", "rb"), '"bought rb"\n')
        for words in ((), ("--token", "wrong")):
            text = self.fail_with(3, "refused the hello.*\n.*--token or GATEWIRE_TOKEN", *words,
                                  "call", "whoami")
            self.assertNotIn("wrong", text)

    def test_nobody_listens(self):
        with socket.socket() as bound:
            bound.bind(("127.0.0.1", 0))
            address = "tcp://127.0.0.1:%d" % bound.getsockname()[1]
            self.fail_with(3, "not connected to tcp://.*refused\n.*--address or GATEWIRE_ADDRESS",
                           "list", address=address)

    def test_nobody_answers(self):
        with socket.socket() as silent:
            silent.bind(("127.0.0.1", 0))
            silent.listen()
            address = "tcp://127.0.0.1:%d" % silent.getsockname()[1]
            self.fail_with(4, "no answer in time", "list", "--timeout", "100ms", address=address)

    def test_something_else_that_listens_is_named(self):
        def saying(words):
            def serve(connection):
                connection.sendall(words)
                connection.recv(1)
            return Listener(serve).address
        for words, name in ((b"HTTP/1.1 400 Bad Request\r\n\r\n", "HTTP"),
                            (b"<!DOCTYPE HTML>", "HTTP"), (b"SSH-2.0-OpenSSH_9.2\r\n", "SSH"),
                            (b"\x15\x03\x01\x00\x02\x02F", "TLS; its address begins with tls:"),
                            (b"-ERR unknown command\r\n", "Redis"), (b"INFO {}\r\n", "NATS")):
            self.fail_with(3, f"not connected to tcp://.*the server speaks {name}", "list",
                           address=saying(words))

    def test_a_web_server_that_waits_for_a_line_is_named(self):
        class Quiet(http.server.SimpleHTTPRequestHandler):
            def log_message(self, *_):
                pass
        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Quiet) as server:
            server.handle_error = lambda *_: None  # Nobody reads all that it says.
            threading.Thread(target=server.serve_forever, daemon=True).start()
            for words in ((), ("--wait",)):
                self.fail_with(3, "not connected to tcp://.*the server speaks HTTP", *words, "list",
                               address=f"tcp://127.0.0.1:{server.server_port}")
            server.shutdown()

    def test_addresses_that_are_none(self):
        self.fail_with(2, "expected tcp://host:port", "list", "--address", "here")
        self.fail_with(2, "--tls-ca and --tls-certificate are for addresses like tls:", "list",
                       "--tls-ca", "x.pem")

    def test_waiting_for_a_server(self):
        self.server.tell("refuse")
        waiting = self.start("--wait", "--token", "sesame", "call", "whoami")
        self.server.tell("heal")
        self.assertEqual(waiting.wait(), 0)
        self.assertEqual(waiting.out.text, '"alice"\n')


def make_certificate(folder):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:P-256", "-nodes", "-days", "1", "-subj", "/CN=desk",
                    "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", "server.key",
                    "-out", "server.pem"], cwd=folder, check=True, capture_output=True)


@unittest.skipUnless(shutil.which("openssl"), "openssl was not found")
class Encrypted(Case):
    @classmethod
    def setUpClass(cls):
        cls.server = Server("tls", prepare=make_certificate)
        cls.addClassCleanup(cls.server.end)

    def test_the_authority_is_asked_for(self):
        if "tls" not in self.server.addresses:
            self.skipTest("the server was built without TLS")
        address = self.server.addresses["tls"]
        file = os.path.join(self.server.folder.name, "server.pem")
        self.assertEqual(self.succeed("--tls-ca", file, "call", "add", "1", "2", address=address),
                         "3\n")
        self.fail_with(3, "certificate", "call", "add", "1", "2", address=address)
        self.fail_with(2, "invalid_certificate", "--tls-ca", file + ".none", "list",
                       address=address)


if __name__ == "__main__":
    main()
