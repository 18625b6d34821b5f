# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT

"""The version of the client, which is that of the library, and of the Python that it needs.

An older Python reads this file before any that it cannot read."""

import sys

__version__ = "0.1.0"
PYTHON_MIN = (3, 9)

if sys.version_info < PYTHON_MIN:
    raise ImportError("gatewire needs Python %d.%d or later, this is Python %d.%d"
                      % (PYTHON_MIN + tuple(sys.version_info[:2])))
