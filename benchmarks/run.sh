#!/usr/bin/env bash
# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT
# Installs what is missing, builds the benchmarks, runs all of them and prints one table.
# Arguments: --quick to see in a few seconds that they run, --rounds N, --json FILE.
set -euo pipefail
# Paths among the arguments are the caller's.
arguments=()
while [ $# -gt 0 ]; do
    arguments+=("$1")
    if [ "$1" = --json ] && [ $# -gt 1 ]; then
        shift
        arguments+=("$(realpath -m "$1")")
    fi
    shift
done
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. tests/support/install.sh

install_missing "${gatewire_build_packages[@]}"

cmake --preset release --log-level=WARNING -DCMAKE_CXX_FLAGS_RELEASE="-O2 -DNDEBUG" >&2
cmake --build --preset release --target benchmarks --parallel "$(nproc)" >&2
python3 -B benchmarks/run.py --programs build/release/benchmarks "${arguments[@]}"
