#!/usr/bin/env python3
# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT
"""Holds the sources to the house numbers and to the few rules that a formatter does not know."""

import argparse
import pathlib
import re
import sys

import shape
import source

FOLDERS = ("include", "tests", "examples", "benchmarks")
CPP = {".hpp", ".cpp"}
SCRIPTS = {".py", ".sh", ".cmake"}

LINE_MAX = 100
FUNCTION_MAX = 60
# A header is one idea, as long as that takes: longer ones are only named, not refused.
LENGTH_WARNED = 700

LICENCE = ("// Copyright (c) 2026 The gatewire authors", "// SPDX-License-Identifier: MIT")

# Written so that no search for these words finds this file.
LEFT_OVER = re.compile(r"\b(?:TO(?:DO)|FIX(?:ME)|X(?:XX)|HA(?:CK))\b")
SLEEP = re.compile(r"\b(?:sleep_(?:for|until)|(?:u|nano)(?:sleep))\b")
FIXED_PORT = re.compile(r"(?:tcp|tls)://[^\s\"]*?:[1-9]\d{3,4}\b"
                        r"|\b(?:endpoint|acceptor)\b[^;\n]*,\s*[1-9]\d{3,4}\b")
USING_NAMESPACE = re.compile(r"\busing\s+namespace\b")
PRAGMA_ONCE = re.compile(r"^\s*#\s*pragma\s+once\b", re.MULTILINE)

NOT_A_FUNCTION = re.compile(r"\b(?:namespace|class|struct|union|enum|extern)\b")
CONTROL = re.compile(r"\b(?:if|for|while|switch|catch|else|do|try)\b")


def guard_of(path):
    """Pattern for the guard of a header: the path as people include it. Outside of the library,
    where a header belongs to some program, that program's prefix and the file's name."""
    def spell(parts):
        return re.sub(r"[^A-Z0-9]", "_", "_".join(parts).upper())
    if path.parts[:2] == ("include", "gatewire"):
        return "GATEWIRE_" + spell(path.parts[2:])
    return r"[A-Z0-9_]+_" + spell(path.parts[-1:])


def opens_function(head):
    """Whether a brace after this text, outside of any function, opens a function's body."""
    head = re.sub(r"\b(?:public|private|protected)\s*:(?!:)", " ", head)
    while True:
        shorter = re.sub(r"<[^<>]*>", " ", head)
        if shorter == head:
            break
        head = shorter
    return ")" in head and not NOT_A_FUNCTION.search(head.split("(", 1)[0])


def is_member_initialiser(head):
    """Whether a brace after this text is `: member_{`, so that the function is still to come."""
    while True:
        shorter = re.sub(r"\([^()]*\)", "()", head)
        shorter = re.sub(r"\(\(\)\)", "()", shorter)
        if shorter == head:
            break
        head = shorter
    return bool(re.search(r"\)[^)]*[^:]:[^:]", head) and re.search(r"[\w>]\s*$", head)
                and not re.search(r"\b(?:noexcept|const|override|final)\s*$", head))


def functions(text):
    """Text before, first and last line of every function's body. Functions inside belong to it."""
    code = re.sub(r"^[ \t]*#(?:.*\\\n)*.*$", lambda match: re.sub(r"[^\n]", " ", match.group()),
                  source.code_only(text), flags=re.MULTILINE)
    stack, head_start, started, own_head = [], 0, None, ""
    for match in re.finditer(r"[{};]", code):
        position, head = match.start(), code[head_start:match.start()]
        if match.group() == "{":
            kind = "block"
            if started is None:
                if is_member_initialiser(head):
                    kind = "initialiser"
                elif opens_function(head) and not CONTROL.match(head.strip()):
                    kind, started, own_head = "function", position, head
            stack.append((kind, head_start))
        elif match.group() == "}" and stack:
            kind, outer_head = stack.pop()
            if kind == "initialiser":
                head_start = outer_head     # the function's head goes on after it
                code = code[:position] + ")" + code[position + 1:]
                continue
            if kind == "function":
                first, last = (source.line_number(code, at) for at in (started, position))
                yield own_head, first, last
                started = None
        head_start = position + 1


def check_header(path, text):
    body = "\n".join(line for line in text.splitlines()[2:] if line.strip())
    guard = re.match(rf"#ifndef ({guard_of(path)})\n#define \1\n", body)
    if not guard:
        yield 3, f"the include guard must follow the licence and be named {guard_of(path)}"
    elif not body.endswith(f"#endif  // {guard.group(1)}"):
        yield text.count("\n"), f"must end with #endif  // {guard.group(1)}"
    for match in PRAGMA_ONCE.finditer(text):
        yield source.line_number(text, match.start()), "use an include guard"
    code = source.code_only(text)
    for match in USING_NAMESPACE.finditer(code):
        yield source.line_number(code, match.start()), "no `using namespace` in a header"


def check_cpp(path, text):
    if tuple(text.splitlines()[:2]) != LICENCE:
        yield 1, "must begin with the two lines of the licence header"
    if path.suffix == ".hpp":
        yield from check_header(path, text)
    for _, first, last in functions(text):
        if last - first - 1 > FUNCTION_MAX:
            yield first, f"function of {last - first - 1} lines; the limit is {FUNCTION_MAX}"
    if path.parts[0] == "tests":
        code = source.without_comments(text)
        for match in SLEEP.finditer(code):
            yield source.line_number(code, match.start()), "tests wait for events, not for time"
        if path.parts[1] in ("integration", "support"):
            for match in FIXED_PORT.finditer(code):
                yield source.line_number(code, match.start()), "fixed port; port 0 picks one"


def check_file(path, text):
    """Line number and sentence for everything wrong with one file; the path is below the root."""
    lines = text.splitlines()
    for number, line in enumerate(lines, start=1):
        if len(line) > LINE_MAX:
            yield number, f"{len(line)} columns; the limit is {LINE_MAX}"
        if LEFT_OVER.search(line):
            yield number, "left-over note; open an issue instead"
        if line != line.rstrip():
            yield number, "space at the end of the line"
    if "\r" in text or not text.endswith("\n"):
        yield len(lines), "lines end with a single line feed, the last one too"
    if path.suffix in CPP:
        yield from check_cpp(path, text)
    elif LICENCE[1][3:] not in "\n".join(lines[:4]):
        yield 1, "must name its licence in the first lines"


def is_long(path, text):
    """Whether a header of the library is worth a second look for its length alone."""
    return path.parts[0] == "include" and text.count("\n") > LENGTH_WARNED


def sources(root):
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            if path.is_file() and path.suffix in CPP | SCRIPTS:
                yield path


def house(root):
    """What of all files together is wrong, and what is only said."""
    classes, texts, heads = shape.Classes(), {}, []
    for path in sources(root):
        name = path.relative_to(root).as_posix()
        # Mistakes that do not compile derive wrongly, too.
        if path.suffix not in CPP or name.startswith("tests/compile_fail/"):
            continue
        text = path.read_text(encoding="utf-8")
        code = source.code_only(text)
        classes.read(name, code)
        if name.startswith("include/gatewire/"):
            texts[name.removeprefix("include/gatewire/")] = text
            heads += [head for head, _, _ in functions(text)]
    return [*shape.problems(texts, heads, classes)], [*shape.notes(texts, heads)]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=pathlib.Path, default=source.ROOT)
    root = parser.parse_args().root
    failed = False
    for path in sources(root):
        name = path.relative_to(root)
        with open(path, encoding="utf-8", newline="") as file:
            text = file.read()
        for line, sentence in check_file(name, text):
            print(f"{name.as_posix()}:{line}: {sentence}")
            failed = True
        if is_long(name, text):
            print(f"{name.as_posix()}: warning: {text.count(chr(10))} lines; is it one idea?")
    problems, notes = house(root)
    print(*problems, *(f"note: {sentence}" for sentence in notes), sep="\n")
    return 1 if failed or problems else 0


if __name__ == "__main__":
    sys.exit(main())
