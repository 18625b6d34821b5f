#!/usr/bin/env bash
# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT
# Builds the comparison of a socket with a broker, starts a broker, and prints the figures.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. tests/support/install.sh
install_missing "${gatewire_build_packages[@]}" "${gatewire_nats_packages[@]}"

cmake --preset release --log-level=WARNING -DCMAKE_CXX_FLAGS_RELEASE="-O2 -DNDEBUG"
cmake --build --preset release --target bench_nats_compare --parallel "$(nproc)"

folder=$(mktemp -d)
broker=
trap '[ -z "$broker" ] || kill "$broker"; rm -rf "$folder"' EXIT
PATH=$PATH:/usr/sbin nats-server -a 127.0.0.1 -p -1 -js -sd "$folder/store" \
    --ports_file_dir "$folder" >/dev/null 2>&1 &
broker=$!
for _ in $(seq 100); do
    ! compgen -G "$folder/*.ports" >/dev/null || break
    sleep 0.1
done
url=$(grep -o 'nats://127.0.0.1:[0-9]*' "$folder"/*.ports | head -n 1)
build/release/benchmarks/nats/compare "$url" "$@"
