#!/usr/bin/env bash
# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT
# Builds and runs small programs that use the library in every way it is delivered. Names of ways
# as arguments choose some of them; the compiler is ${CXX:-c++}.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
here=$root/tests/package
export CXX=${CXX:-c++}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

for header in include/gatewire/rpc.hpp single_include/gatewire/rpc.hpp; do
    if [ ! -f "$root/$header" ]; then
        echo "$header does not exist; there is nothing to consume" >&2
        exit 1
    fi
done

version=$(sed -nE 's/^#define GATEWIRE_VERSION_(MAJOR|MINOR|PATCH) ([0-9]+)$/\2/p' \
    "$root/include/gatewire/version.hpp" | paste -sd .)

# Configures, builds and runs the consumer of one folder; further arguments go to CMake.
consume() {
    local name=$1
    shift
    cmake -S "$here/$name" -B "$work/build-$way" -G Ninja -DCMAKE_BUILD_TYPE=Debug \
        -DGATEWIRE_SOURCE_DIR="$root" -DGATEWIRE_EXPECTED_VERSION="$version" "$@"
    cmake --build "$work/build-$way"
    "$work/build-$way/consumer"
}

# Installs the library, then moves it: nothing in the package may point to where it was made.
installed() {
    local consumer=${consumer:-find_package}
    cmake -S "$root" -B "$work/library-$way" -G Ninja -DGATEWIRE_BUILD_TESTS=OFF \
        -DGATEWIRE_BUILD_EXAMPLES=OFF -DGATEWIRE_BUILD_BENCHMARKS=OFF \
        -DCMAKE_INSTALL_PREFIX="$work/first-$way" "$@"
    cmake --install "$work/library-$way"
    cp -r "$work/first-$way" "$work/moved-$way"
    rm -rf "$work/first-$way" "$work/library-$way"
    [ ! -e "$work/moved-$way/lib" ] # all of it is headers and data
    consume "$consumer" -DCMAKE_PREFIX_PATH="$work/moved-$way"
}

# Compiles with nothing but an include path, as a project without CMake does.
drop_in() {
    "$CXX" -std=c++20 -DGATEWIRE_EXPECTED_VERSION="\"$version\"" -I "$root/single_include" \
        "$here/main.cpp" "$@" -o "$work/consumer-$way" -pthread
    "$work/consumer-$way"
}

add_subdirectory() { consume add_subdirectory; }
fetch_content() { consume fetch_content; }
find_package() { installed; }
find_package_compiled() { consumer=find_package_compiled installed; }
add_subdirectory_compiled() { consume add_subdirectory -DGATEWIRE_TARGET=compiled; }
find_package_tls() { consumer=find_package_tls installed; }
find_package_tls_single_header() {
    consumer=find_package_tls installed -DGATEWIRE_SINGLE_HEADER=ON
}
find_package_nats() { consumer=find_package_nats installed; }
find_package_nats_single_header() {
    consumer=find_package_nats installed -DGATEWIRE_SINGLE_HEADER=ON
}
find_package_single_header() { installed -DGATEWIRE_SINGLE_HEADER=ON; }
add_subdirectory_single_header() { consume add_subdirectory -DGATEWIRE_SINGLE_HEADER=ON; }
single_header() { drop_in "$here/consumer.cpp"; }
single_header_twice() { drop_in "$here/single_header/twice.cpp"; }
single_header_meets_headers() {
    drop_in "$here/single_header/meets_headers.cpp" -I "$root/include"
}

ways=("$@")
[ ${#ways[@]} -gt 0 ] || ways=(add_subdirectory fetch_content find_package
    add_subdirectory_single_header find_package_single_header
    add_subdirectory_compiled find_package_compiled
    find_package_tls find_package_tls_single_header
    find_package_nats find_package_nats_single_header
    single_header single_header_twice single_header_meets_headers)

passed=0
failed=0
for way in "${ways[@]}"; do
    # A shell of its own, not a condition: inside a condition a failing command would be ignored.
    set +e
    (set -e; "$way") >"$work/log-$way" 2>&1
    status=$?
    set -e
    if [ $status -eq 0 ]; then
        echo "passed: $way"
        passed=$((passed + 1))
    else
        cat "$work/log-$way"
        echo "FAILED: $way"
        failed=$((failed + 1))
    fi
done
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
