#!/usr/bin/env python3
# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT
# Goal: the checks of this folder see what they are for. Method: give each a small wrong source.

import pathlib
import tempfile
import unittest

import check_format
import check_includes
import check_layers
import check_readme
import check_style
import check_walk
import shape

LICENCE = "\n".join(check_style.LICENCE)


class Tree(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


class Layers(Tree):
    def header(self, name, *includes, code=""):
        text = "".join(f"#include <{include}>\n" for include in includes) + code
        self.write(f"include/gatewire/{name}", text)

    def problems(self):
        return "\n".join(check_layers.Tree(self.root / "include/gatewire").check())

    def test_accepts_arrows_that_point_down(self):
        self.header("error.hpp", "system_error")
        self.header("options.hpp", "asio/any_io_executor.hpp")
        self.header("wire/buffer.hpp", "gatewire/error.hpp")
        self.header("json/writer.hpp", "gatewire/wire/buffer.hpp", "nlohmann/json.hpp")
        self.header("protocol/pending.hpp", "gatewire/json/writer.hpp",
                    code="// std::chrono::steady_clock::now() is not ours to call\n")
        self.header("session/link.hpp", "gatewire/protocol/pending.hpp", "asio/ip/tcp.hpp")
        self.header("client.hpp", "gatewire/session/link.hpp", "gatewire/options.hpp")
        self.header("rpc.hpp", "gatewire/client.hpp", "gatewire/error.hpp")
        self.assertEqual(self.problems(), "")

    def test_refuses_an_arrow_up(self):
        self.header("session/link.hpp")
        self.header("protocol/pending.hpp", "gatewire/session/link.hpp")
        self.assertIn("protocol must not include session", self.problems())

    def test_refuses_asio_below_its_layer(self):
        self.header("protocol/pending.hpp", "asio/buffer.hpp")
        self.assertIn("protocol must not include <asio/buffer.hpp>", self.problems())

    def test_refuses_asio_that_hides_behind_the_options(self):
        self.header("options.hpp", "asio/any_io_executor.hpp")
        self.header("log.hpp", "gatewire/options.hpp")
        self.header("protocol/pending.hpp", "gatewire/log.hpp")
        self.assertIn("protocol reaches Asio through options.hpp", self.problems())

    def test_refuses_clocks_and_threads_in_the_protocol(self):
        self.header("protocol/pending.hpp", "mutex", code="auto t = clock::now();\n")
        self.assertIn("must not know threads: <mutex>", self.problems())
        self.assertIn("reads a clock", self.problems())

    def test_refuses_the_faces_knowing_each_other(self):
        self.header("server.hpp")
        self.header("client.hpp", "gatewire/server.hpp")
        self.assertIn("client.hpp must not include server.hpp", self.problems())

    def test_refuses_other_parts_of_the_wire_in_json(self):
        self.header("wire/frame.hpp")
        self.header("json/writer.hpp", "gatewire/wire/frame.hpp")
        self.assertIn("json may include of wire only wire/buffer.hpp", self.problems())

    def test_refuses_cycles_strangers_and_internals_in_the_umbrella(self):
        self.header("error.hpp", "gatewire/log.hpp")
        self.header("log.hpp", "gatewire/error.hpp")
        self.header("misc.hpp")
        self.header("detail/a.hpp")
        self.header("rpc.hpp", "gatewire/detail/a.hpp", "gatewire/none.hpp")
        found = self.problems()
        self.assertIn("include cycle: error.hpp -> log.hpp -> error.hpp", found)
        self.assertIn("belongs to no layer", found)
        self.assertIn("public headers only, not detail/a.hpp", found)
        self.assertIn("<gatewire/none.hpp> does not exist", found)


class Format(Tree):
    def chosen(self, *names):
        return [path.relative_to(self.root).as_posix()
                for path in check_format.chosen(self.root, set(names))]

    def test_formats_what_is_named_or_else_all_that_is_not_left_out(self):
        left_out = check_format.LEFT_OUT[0]
        for name in (left_out, "tests/a_test.cpp", "tests/unit/b_test.cpp", "tests/run.py"):
            self.write(name, "")
        self.assertEqual(self.chosen(), ["tests/a_test.cpp", "tests/unit/b_test.cpp"])
        self.assertEqual(self.chosen("tests/unit", left_out), [left_out, "tests/unit/b_test.cpp"])


class Style(unittest.TestCase):
    def found(self, name, text):
        return [sentence for _, sentence in check_style.check_file(pathlib.PurePath(name), text)]

    def header(self, guard, body=""):
        return (f"{LICENCE}\n\n#ifndef {guard}\n#define {guard}\n\n{body}\n"
                f"#endif  // {guard}\n")

    def source(self, body):
        return f"{LICENCE}\n\n{body}\n"

    def test_accepts_a_good_header(self):
        text = self.header("GATEWIRE_WIRE_A_HPP", "int a();\n")
        self.assertEqual(self.found("include/gatewire/wire/a.hpp", text), [])
        text = self.header("GATEWIRE_TESTS_SUPPORT_A_HPP", "int a();\n")
        self.assertEqual(self.found("tests/support/a.hpp", text), [])

    def test_accepts_the_guards_of_other_programs(self):
        text = self.header("DESK_A_HPP", "int a();\n")
        self.assertEqual(self.found("examples/desk/a.hpp", text), [])

    def test_refuses_wrong_guards_and_missing_licences(self):
        text = self.header("GATEWIRE_B_HPP")
        self.assertIn("GATEWIRE_WIRE_A_HPP", self.found("include/gatewire/wire/a.hpp", text)[0])
        self.assertIn("A_HPP", self.found("examples/desk/a.hpp", text)[0])
        self.assertIn("licence", self.found("tests/a.cpp", "int a;\n")[0])
        self.assertIn("licence", self.found("tests/a.py", "a = 1\n")[0])

    def test_names_long_headers_and_refuses_none_for_its_length(self):
        path = pathlib.Path("include/gatewire/wire/a.hpp")
        for lines, is_long in ((600, False), (800, True)):
            text = self.header("GATEWIRE_WIRE_A_HPP", "int a();\n" * lines)
            self.assertEqual(self.found(path.as_posix(), text), [])
            self.assertEqual(check_style.is_long(path, text), is_long)

    def test_refuses_long_lines(self):
        self.assertIn("101 columns", self.found("tests/a.cpp", self.source("// " + "x" * 98))[0])

    def test_measures_function_bodies(self):
        lines = "    step();\n"
        forms = ("void f() {{\n{0}}}", "struct a {{\n    void f() const {{\n{0}    }}\n}};",
                 "a::a() : b_{{1}}, c_(2), d_{{f(1)}} {{\n{0}}}", 'TEST_CASE("a {{ b") {{\n{0}}}',
                 "auto f() -> std::vector<std::pair<int, int>> {{\n{0}}}",
                 "namespace a {{\nvoid f() {{\n    if (x) {{\n{0}    }}\n}}\n}}")
        for form in forms:
            with self.subTest(form=form):
                within = self.source(form.format(lines * 58))
                beyond = self.source(form.format(lines * 61))
                self.assertEqual(self.found("tests/a.cpp", within), [])
                self.assertIn("the limit is 60", "".join(self.found("tests/a.cpp", beyond)))

    def test_measures_no_classes_and_namespaces(self):
        for head in ("struct a : b<decltype(c())>", "namespace a", "template <class T> class a"):
            text = self.source(f"{head} {{\n" + "int a();\n" * 70 + "};")
            self.assertEqual(self.found("examples/a.cpp", text), [])

    def test_refuses_left_over_notes_sleeps_and_ports(self):
        pause = "sleep" + "_for(1s);"
        self.assertEqual(len(self.found("tests/unit/a.cpp", self.source("// TO" + "DO"))), 1)
        self.assertEqual(len(self.found("tests/unit/a.cpp", self.source(pause))), 1)
        port = self.source('auto a = "tcp://127.0.0.1:2014";')
        self.assertEqual(len(self.found("tests/integration/a.cpp", port)), 1)
        self.assertEqual(self.found("tests/unit/a.cpp", port), [])

    def test_refuses_using_namespace_and_pragma_once(self):
        text = self.header("GATEWIRE_A_HPP", "#pragma once\nusing namespace std;\n")
        self.assertEqual(len(self.found("include/gatewire/a.hpp", text)), 2)


class Shape(unittest.TestCase):
    def classes(self, **files):
        found = shape.Classes()
        for place, code in files.items():
            found.read(f"{place}/a.hpp", code)
        return found

    def found(self, deeper=(), few_heirs=(), **files):
        return list(self.classes(**files).problems(set(deeper), set(few_heirs)))

    def test_refuses_deep_classes_and_bases_of_one_class(self):
        code = ("struct a { int x; }; class b final : public a { int x; };\n"
                "template <class T> struct c : private n::b<T, int>, std::list<int> { int x; };\n"
                "struct d : c<int> { int x; }; enum class e : int { one };\n")
        found = self.found(include=code)
        self.assertEqual([line.split(" ", 1)[0] for line in found], ["d", "a", "b", "c"])
        self.assertEqual(self.found({"d"}, {"a", "b", "c"}, include=code), [])
        self.assertIn("take it off", "".join(self.found({"a", "d"}, {"a", "b", "c"}, include=code)))

    def test_counts_the_fakes_of_tests_and_no_other_names(self):
        code = "struct a { virtual ~a() = default; virtual int f() = 0; };\n"
        heir = "struct x : a { int f() override { return 1; } };\n"
        self.assertIn("a is a base with 0 heirs", "".join(self.found(include=code)))
        self.assertIn("with 1 heirs", "".join(self.found(include=code, tests=heir)))
        self.assertEqual(self.found(include=code + heir, tests=heir), [])
        self.assertEqual(self.found(include="struct a { int x; }; struct b : a {};"), [])

    def test_counts_parameters(self):
        for head, count in (("void f()", 0), ("a::a(int b, std::map<int, int> c) : b_(b, 1)", 2),
                            ("bool operator()(int a, char b) const noexcept", 2),
                            ("void f(void (*g)(int, int), int b)", 2),
                            ("template <class T> requires (a<T, int>) auto f(T t, int b)", 2)):
            self.assertEqual(shape.parameters_of(head), count, head)

    def test_lists_small_headers_with_one_includer(self):
        include = "#include <gatewire/wire/{}.hpp>\n"
        texts = {"wire/a.hpp": "", "wire/b.hpp": include.format("a") + include.format("c"),
                 "wire/c.hpp": "\n" * 70, "rpc.hpp": include.format("b"), "d.hpp": ""}
        self.assertEqual(shape.small_headers(texts), ["wire/a.hpp", "wire/b.hpp"])

    def test_a_limit_holds_what_is_beyond_it_and_may_be_lowered(self):
        self.assertEqual(list(shape.limit("files", 2, 2)), [])
        self.assertIn("3, and 2 are allowed", next(shape.limit("files", 3, 2)))
        self.assertIn("1; 2 can be lowered", next(shape.loose("files", 1, 2)))


class UnusedIncludes(unittest.TestCase):
    def test_reads_what_clang_tidy_found(self):
        place = f"{check_includes.source.ROOT}/include/gatewire/a.hpp"
        output = "\n".join((
            "3 warnings generated.",
            f"{place}:7:1: error: included header vector is not used directly "
            "[misc-include-cleaner,-warnings-as-errors]",
            "    7 | #include <vector>",
            f'{place}:9:5: error: no header providing "std::string" is directly included '
            "[misc-include-cleaner,-warnings-as-errors]",
            f"{place}:11:1: error: unknown type name 'a' [clang-diagnostic-error]"))
        self.assertEqual(check_includes.findings(output), [
            "include/gatewire/a.hpp:7: included header vector is not used directly",
            "include/gatewire/a.hpp:11: unknown type name 'a'"])


class Walk(Tree):
    def problems(self, *lines):
        self.write("include/gatewire/a.hpp", "int read(); // int write();\nint x = b.close();\n"
                   "class d {\n    void step();\n};\ninline void e<T>::leave() {}\n")
        self.write(check_walk.NAME, "\n".join(lines))
        return "\n".join(check_walk.check(self.root))

    def test_accepts_functions_that_are_there(self):
        self.assertEqual(self.problems("1. `read` in `a.hpp`: x.", "2. `d::step` in `a.hpp`: x.",
                                       "",
                                       "1. `e::leave` in `a.hpp`: y."), "")

    def test_refuses_what_is_not_there_and_long_walks(self):
        found = self.problems("1. `write` in `a.hpp`: x.", "2. `read` in `b.hpp`: x.", "3. read",
                              "4. `close` in `a.hpp`: called only.",
                              "5. `c::read` in `a.hpp`: x.")
        for sentence in ("no function write", "b.hpp does not exist", "not a hop", "1 walks",
                         "no function close", "no class c"):
            self.assertIn(sentence, found)
        hops = [f"{number}. `read` in `a.hpp`: x." for number in range(1, 23)]
        self.assertEqual(self.problems(*hops, hops[0]), "a walk has more than 20 hops")


class Readme(Tree):
    def check(self, readme):
        self.write("README.md", readme)
        check_readme.check(self.root)

    def refused(self, readme, sentence):
        with self.assertRaises(check_readme.Problem) as caught:
            self.check(readme)
        self.assertIn(sentence, str(caught.exception))

    def setUp(self):
        super().setUp()
        self.write("examples/hello.cpp", "#include <a>\n//[hello\nint main() {}\n//]\n")
        self.write("examples/b.cpp", "void f() {\n    //[part\n    g();\n\n    h();\n    //]\n}\n")

    def test_accepts_true_quotations(self):
        self.check("# a\n```cpp\nint main() {}\n```\n"
                   "<!-- quoted from examples/b.cpp part -->\n```cpp\ng();\n\nh();\n```\n")

    def test_takes_the_whole_file_without_marks(self):
        self.write("examples/hello.cpp", "int whole();\n")
        self.check("```cpp\nint whole();\n```\n")

    def test_refuses_differences(self):
        self.refused("```cpp\nint main() { }\n```\n", "differs from examples/hello.cpp")
        self.refused("```cpp\nint main() {}\n```\n"
                     "<!-- quoted from examples/b.cpp part -->\n```cpp\ng();\n```\n", "README.md:7")

    def test_refuses_what_is_not_there(self):
        self.refused("no code\n", "no ```cpp block")
        self.refused("\n" * 12 + "```cpp\nint main() {}\n```\n", "within the first 12 lines")
        self.refused("```cpp\nint main() {}\n```\n"
                     "<!-- quoted from examples/b.cpp none -->\n```cpp\nx\n```\n", "has no part")
        (self.root / "README.md").unlink()
        with self.assertRaises(check_readme.Problem):
            check_readme.check(self.root)

    def test_looks_at_the_pages_of_the_desk_as_well(self):
        page = "examples/server_client/my_part.md"
        readme = "```cpp\nint main() {}\n```\n"
        self.write(page, "<!-- quoted from examples/b.cpp part -->\n```cpp\ng();\n\nh();\n```\n")
        self.check(readme)
        for text, sentence in (("no code\n", "no ```cpp block"),
                               ("```cpp\ng();\n```\n", f"{page}:1: this code is quoted"),
                               ("<!-- quoted from examples/b.cpp part -->\n```cpp\ng();\n```\n",
                                f"{page}:4: differs from examples/b.cpp")):
            self.write(page, text)
            self.refused(readme, sentence)


if __name__ == "__main__":
    unittest.main()
