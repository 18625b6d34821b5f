#!/usr/bin/env bash
# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT

# The demo: installs what is missing, builds it, and lets one server and its clients trade while the
# server is killed and started again. Ends with a summary that must add up.
#
#   examples/demo.sh [--seconds N] [--speed TICKS_PER_SECOND] [--unix] [--quiet]
#   examples/demo.sh --gui    the same desk in two windows, with Qt 6
set -euo pipefail

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source-path=SCRIPTDIR source=../tests/support/install.sh
. "$top/tests/support/install.sh"
session="$top/examples/server_client/session.py"

# What cannot work is said before minutes of installing and building.
gui=OFF
case ${1-} in
    -h | --help)
        sed -n '5,9s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"
        exit
        ;;
    --gui)
        gui=ON
        if [ $# -gt 1 ]; then
            echo "--gui takes no other arguments: ${*:2}" >&2
            exit 2
        fi
        if [ -z "${DISPLAY-}${WAYLAND_DISPLAY-}${QT_QPA_PLATFORM-}" ]; then
            echo "There is no display to show windows on (DISPLAY, WAYLAND_DISPLAY);" \
                "examples/demo.sh without --gui needs none." >&2
            exit 1
        fi
        ;;
    *)
        if command -v python3 >/dev/null; then
            python3 -B "$session" run_server run_client --check "$@"
        fi
        ;;
esac

build="$top/build/demo"
packages=("${gatewire_demo_packages[@]}")
if [ $gui = ON ]; then
    build="$top/build/demo-gui"
    packages+=("${gatewire_gui_packages[@]}")
fi
install_missing "${packages[@]}"

echo "Building run_server and run_client in ${build#"$top"/}"
cmake -S "$top" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_UNITY_BUILD=ON \
    -DGATEWIRE_BUILD_GUI=$gui -DGATEWIRE_BUILD_TESTS=OFF -DGATEWIRE_BUILD_BENCHMARKS=OFF >/dev/null
cmake --build "$build" --target run_server run_client

programs="$build/examples/server_client"
if [ $gui = OFF ]; then
    exec python3 -B "$session" "$programs/run_server" "$programs/run_client" "$@"
fi

cat <<'TEXT'
Two windows open.
  server: press Start; System > Connect SIM, press Connect; Apps > RPC service, press Start.
  client: press Start; System > Connect RPC, press Connect; subscribe, trade, or add a strategy.
Close both to end.
TEXT
"$programs/run_server" &
server=$!
trap 'kill $server 2>/dev/null || true' EXIT
"$programs/run_client"
wait $server
