# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT
