#!/usr/bin/env bash
# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT
# Installs what is missing, builds the library's tests and runs them. Arguments go to ctest.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. tests/support/install.sh

install_missing "${gatewire_build_packages[@]}" "${gatewire_desk_packages[@]}"

cmake --preset dev --log-level=WARNING
cmake --build --preset dev --parallel "$(nproc)"

log=$(mktemp)
trap 'rm -f "$log"' EXIT
status=0
ctest --preset dev --parallel "$(nproc)" "$@" 2>&1 | tee "$log" || status=$?
# Last, alone, what it all came to.
grep -E 'tests passed, [0-9]+ tests failed out of' "$log" | tail -n 1 || status=1
exit "$status"
