# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT

"""The same as `gatewire-py`, without an installation: `python3 -m gatewire ADDRESS ...`."""

import sys

from gatewire.shell import main

sys.exit(main())
