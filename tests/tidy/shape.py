# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT
"""What the headers are as a house: who derives from whom, how many files, what functions take.

Limits that the tree does not keep yet stand here as data: nothing may go beyond what stands here,
and what has become better is made the new limit.
"""

import collections
import re

import source

# How many of our own classes a class may have above it.
DEPTH_MAX = 2
# Classes that are deeper. They are to go, none may come.
DEEPER = set()
# Bases, and classes with virtual functions, that have fewer than two heirs. The same.
FEW_HEIRS = {
    "client_encryption", "client_session_owner",
    "flushable", "handshake_user", "secure_stream", "server_encryption",
}

# Headers below a folder with one includer and fewer lines than that; at most 15 is the aim.
SMALL_LINES = 60
SMALL_MAX = 1
# Functions with more parameters than that: a struct says what they are. None is the aim.
PARAMETERS_MAX = 4
MANY_PARAMETERS_MAX = 18
# Public headers under the umbrella, without the definitions; 16 is the aim.
PUBLIC_MAX = 27
# More files in a folder than that are only named, as is the whole.
FILES_WARNED = {"json": 30, "protocol": 22, "session": 22, "typed": 12}
HEADERS_AIM, LINES_AIM = 150, 27000

INCLUDE = re.compile(r"^#include <gatewire/([^>]+)>", re.MULTILINE)
CLASS = re.compile(r"\b(?:class|struct)\s+([A-Za-z_]\w*)(?:\s*<[^;{}()]*>)?(?:\s+final)?\s*"
                   r"(?<!:)(?::(?!:)([^;{}]*))?\{")
VIRTUAL = re.compile(r"\bvirtual\s+(?!~)")


def without_arguments(text):
    """The text without template arguments, which may hold commas and names."""
    while True:
        shorter = re.sub(r"<[^<>]*>", " ", text)
        if shorter == text:
            return text
        text = shorter


def bases_of(clause):
    for base in without_arguments(clause or "").split(","):
        words = re.findall(r"[\w:]+", re.sub(r"\b(?:public|protected|private|virtual|typename)\b",
                                             " ", base))
        if words:
            yield words[0].split("::")[-1]


def own_body(code, begin):
    """The class's text behind its opening brace, without the classes and functions inside."""
    depth, kept = 1, []
    for match in re.finditer(r"[{}]|[^{}]+", code[begin:]):
        piece = match.group()
        depth += {"{": 1, "}": -1}.get(piece, 0)
        if depth == 0:
            break
        if depth == 1:
            kept.append(piece)
    return "".join(kept)


class Classes:
    """Classes of the library by name, and who derives from them anywhere."""

    def __init__(self):
        self.bases = {}                                 # of the library's own classes
        self.virtual = set()
        self.is_base = set()                            # of another of the library
        self.heirs = collections.defaultdict(set)       # (file, name) of those who derive

    def read(self, path, code):
        is_own = path.startswith("include/")
        for match in CLASS.finditer(code):
            name, bases = match[1], [base for base in bases_of(match[2]) if base != match[1]]
            if code[match.end():match.end() + 1] != "}":    # or it is just another name
                for base in bases:
                    self.heirs[base].add((path, name))
                    if is_own:
                        self.is_base.add(base)
            if is_own:
                self.bases.setdefault(name, set()).update(bases)
                if VIRTUAL.search(own_body(code, match.end())):
                    self.virtual.add(name)

    def depth(self, name):
        return max((1 + self.depth(base) for base in self.bases[name] if base in self.bases),
                   default=0)

    def problems(self, deeper, few_heirs):
        is_deeper = {name for name in self.bases if self.depth(name) > DEPTH_MAX}
        has_few = {name for name in self.bases if len(self.heirs[name]) < 2
                   and name in self.is_base | self.virtual}
        for name in sorted(is_deeper - deeper):
            yield f"{name} has {self.depth(name)} classes above it; the limit is {DEPTH_MAX}"
        for name in sorted(has_few - few_heirs):
            yield f"{name} is a base with {len(self.heirs[name])} heirs; at least two have one"
        for name in sorted((deeper - is_deeper) | (few_heirs - has_few)):
            yield f"{name} breaks no rule any more; take it off the list in tests/tidy/shape.py"


def split_parameters(text):
    text, depth, count = without_arguments(text), 0, 1
    for sign in text:
        depth += {"(": 1, "{": 1, "[": 1, ")": -1, "}": -1, "]": -1}.get(sign, 0)
        count += sign == "," and depth == 0
    return count if text.strip() else 0


def parameters_of(head):
    """How many parameters the function has whose body follows this text."""
    head = re.sub(r"\b(?:requires|decltype|noexcept|alignas)\s*\((?:[^()]|\([^()]*\))*\)", " ",
                  without_arguments(head))
    found = re.search(r"[\w)]\s*\(((?:[^()]|\((?:[^()]|\([^()]*\))*\))*)\)", head)
    operator = re.search(r"operator\s*\(\)\s*\(((?:[^()]|\([^()]*\))*)\)", head)
    found = operator or found
    return split_parameters(found[1]) if found else 0


def small_headers(texts):
    includers = collections.Counter(name for text in texts.values()
                                    for name in set(INCLUDE.findall(text)))
    return [name for name, text in sorted(texts.items())
            if "/" in name and includers[name] == 1 and text.count("\n") < SMALL_LINES]


def limit(what, found, allowed):
    if found > allowed:
        yield f"{what}: {found}, and {allowed} are allowed; see tests/tidy/shape.py"


def loose(what, found, allowed):
    if found < allowed:
        yield f"{what}: {found}; {allowed} can be lowered to that in tests/tidy/shape.py"


def figures(texts, heads):
    """What is counted against a limit: sentence, number, limit."""
    yield ("small headers with one includer", len(small_headers(texts)), SMALL_MAX)
    yield (f"functions with over {PARAMETERS_MAX} parameters",
           sum(parameters_of(head) > PARAMETERS_MAX for head in heads), MANY_PARAMETERS_MAX)
    public = set(INCLUDE.findall(texts.get("rpc.hpp", ""))) - {"src.hpp"}
    yield ("public headers under the umbrella", len(public), PUBLIC_MAX)


def notes(texts, heads):
    """Sentences that refuse nothing."""
    folders = collections.Counter(name.rpartition("/")[0] for name in texts)
    for folder, files in sorted(folders.items()):
        if files > FILES_WARNED.get(folder, files):
            yield f"{folder}: {files} files; the aim is {FILES_WARNED[folder]}"
    lines = sum(text.count("\n") for text in texts.values())
    yield (f"{len(texts)} headers of {lines} lines; the aim is {HEADERS_AIM} of {LINES_AIM}; "
           f"small ones with one includer: {', '.join(small_headers(texts))}")
    for figure in figures(texts, heads):
        yield from loose(*figure)


def problems(texts, heads, classes):
    yield from classes.problems(DEEPER, FEW_HEIRS)
    for figure in figures(texts, heads):
        yield from limit(*figure)
