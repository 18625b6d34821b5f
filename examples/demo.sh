#!/usr/bin/env bash
# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT

# The demo: installs what is missing, builds it, and lets one server and two clients trade while
# the server is killed and started again. Ends with a summary that must add up.
#
#   examples/demo.sh [--seconds N] [--speed TICKS_PER_SECOND] [--unix] [--quiet]
set -euo pipefail

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build="$top/build/demo"
# shellcheck source-path=SCRIPTDIR source=../tests/support/install.sh
. "$top/tests/support/install.sh"

install_missing "${gatewire_build_packages[@]}"

echo "Building run_server and run_client in build/demo"
cmake -S "$top" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release \
    -DGATEWIRE_BUILD_TESTS=OFF -DGATEWIRE_BUILD_BENCHMARKS=OFF >/dev/null
cmake --build "$build" --target run_server run_client

programs="$build/examples/server_client"
exec python3 -B "$top/examples/server_client/session.py" \
    "$programs/run_server" "$programs/run_client" "$@"
