# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT
"""Reading C++ sources for the checks in this folder."""

import functools
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]

# Longest forms first: a raw string may contain anything but its own end, and the quote between
# digits is no character literal.
_TOKEN = re.compile(
    r'R"(?P<mark>[^()\s\\]{0,16})\(.*?\)(?P=mark)"'
    r'|"(?:\\.|[^"\\\n])*"'
    r"|(?<![0-9A-Fa-f])'(?:\\.|[^'\\\n])+'"
    r"|//[^\n]*"
    r"|/\*.*?\*/",
    re.DOTALL)


def without_comments(text):
    """The text with comments blanked; lines keep their numbers."""
    def blank(match):
        token = match.group()
        return re.sub(r"[^\n]", " ", token) if token.startswith(("//", "/*")) else token
    return _TOKEN.sub(blank, text)


@functools.lru_cache(maxsize=None)
def code_only(text):
    """The text with comments and the insides of literals blanked; lines keep their numbers."""
    def blank(match):
        token = match.group()
        if token.startswith(("//", "/*")):
            return re.sub(r"[^\n]", " ", token)
        return token[0] + re.sub(r"[^\n]", " ", token[1:-1]) + token[-1]
    return _TOKEN.sub(blank, text)


def line_number(text, position):
    return text.count("\n", 0, position) + 1
