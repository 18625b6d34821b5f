# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT
"""Budgets of what hardly varies, kept in a file beside the script that measures it: what is counted
and a little more, for the build that they name."""

import json

SLACK = 1.05


class Budgets:
    def __init__(self, path, build):
        self.path, self.build = path, build
        known = json.loads(path.read_text()) if path.exists() else {"build": {}, "budgets": {}}
        self.theirs, self.of = known["build"], known["budgets"]

    def update(self, counts):
        self.theirs = self.build
        self.of = {name: round(count * SLACK) for name, count in counts.items()}
        self.path.write_text(
            json.dumps({"build": self.theirs, "budgets": self.of}, indent=2) + "\n")

    def verdict(self, over, counts, what):
        """Says it, and gives the exit code."""
        if self.build != self.theirs:
            print(f"The budgets are of another build, so they judge nothing here.\n"
                  f"theirs: {self.theirs}\nthis:   {self.build}")
            return 0
        print(f"{len(over)} of {len(counts)} {what} are over their budgets.")
        return 1 if over else 0
