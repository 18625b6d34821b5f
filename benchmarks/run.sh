#!/usr/bin/env bash
# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT
# Installs what is missing, builds the benchmarks, runs all of them and prints one table.
#   --rounds N     rounds that interleave all sides; the default is 7
#   --quick        only see in a moment that everything runs
#   --json FILE    write everything to a file, too
#   --only REGEX   only works whose name in the table matches
#   --peers        with gRPC, Cap'n Proto, ZeroMQ, NATS and pickle as Debian has them
#   --curves       with what benchmarks/plot.py draws
set -euo pipefail
# Paths among the arguments are the caller's.
arguments=()
peers=OFF
while [ $# -gt 0 ]; do
    arguments+=("$1")
    if [ "$1" = --json ] && [ $# -gt 1 ]; then
        shift
        arguments+=("$(realpath -m "$1")")
    fi
    [ "$1" != --peers ] || peers=ON
    shift
done
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. tests/support/install.sh

install_missing "${gatewire_build_packages[@]}" "strace=strace"
if [ $peers = ON ]; then
    install_missing \
        "libgrpc++-dev=/usr/include/grpcpp/grpcpp.h" \
        "protobuf-compiler-grpc=grpc_cpp_plugin" "protobuf-compiler=protoc" \
        "libprotobuf-dev=/usr/include/google/protobuf/message.h" \
        "libcapnp-dev=/usr/include/capnp/ez-rpc.h" "capnproto=capnp" \
        "libzmq3-dev=/usr/include/zmq.h" "cppzmq-dev=/usr/include/zmq.hpp" \
        "libnats-dev=/usr/include/nats/nats.h" "nats-server=nats-server" \
        "python3-zmq=/usr/lib/python3/dist-packages/zmq/__init__.py"
fi

cmake --preset release --log-level=WARNING -DCMAKE_CXX_FLAGS_RELEASE="-O2 -DNDEBUG" \
    -DGATEWIRE_BENCHMARK_PEERS=$peers >&2
cmake --build --preset release --target benchmarks --parallel "$(nproc)" >&2
python3 -B benchmarks/run.py --programs build/release/benchmarks "${arguments[@]}"
