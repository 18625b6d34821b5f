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

# Configures, builds and runs the consumer of one folder; further arguments go to CMake. Its sources
# are compiled together: that two of them link is tried by the ways without CMake.
consume() {
    local name=$1
    shift
    cmake -S "$here/$name" -B "$work/build-$way" -G Ninja -DCMAKE_BUILD_TYPE=Debug \
        -DCMAKE_UNITY_BUILD=ON \
        -DGATEWIRE_SOURCE_DIR="$root" -DGATEWIRE_EXPECTED_VERSION="$version" "$@"
    cmake --build "$work/build-$way" --parallel 1
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
    [ "$consumer" = nothing ] || consume "$consumer" -DCMAKE_PREFIX_PATH="$work/moved-$way"
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
find_package_compiled_single_header() {
    consumer=find_package_compiled installed -DGATEWIRE_SINGLE_HEADER=ON
}
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
# The library compiled with one of two sources: with the program's own, or with the one beside the
# single header. With none or with two of them, the linker names functions of rpc.
compiled_once() {
    local options=(-std=c++20 -DGATEWIRE_EXPECTED_VERSION="\"$version\"" -c)
    "$CXX" "${options[@]}" -I "$root/$1" -DGATEWIRE_SEPARATE_COMPILATION "$here/consumer.cpp" \
        -o "$work/consumer-$way.o"
    "$CXX" "${options[@]}" -I "$root/$1" "$2" "$here/main.cpp" -o "$work/main-$way.o"
    "$CXX" "$work/consumer-$way.o" "$work/main-$way.o" "${@:3}" -o "$work/consumer-$way" -pthread
    "$work/consumer-$way"
}
# Fails to link what is left of the program of this way when these objects are with it.
does_not_link() {
    local reason=$1
    shift
    if "$CXX" "$work/consumer-$way.o" "$@" -o "$work/wrong" -pthread 2>"$work/said-$way"; then
        return 1
    fi
    grep -qE "($reason).*rpc::" "$work/said-$way"
}
headers_compiled_once() {
    compiled_once include -DGATEWIRE_IMPLEMENTATION
    does_not_link "multiple definition|duplicate symbol" "$work/main-$way.o" "$work/main-$way.o"
    echo "int main() {}" | "$CXX" -x c++ -c - -o "$work/nothing-$way.o"
    does_not_link "undefined reference|undefined symbol" "$work/nothing-$way.o"
}
single_header_compiled_once() {
    "$CXX" -std=c++20 -c "$root/single_include/gatewire/rpc.cpp" -o "$work/rpc-$way.o"
    compiled_once single_include -DGATEWIRE_SEPARATE_COMPILATION "$work/rpc-$way.o"
}
single_header_twice() { drop_in "$here/single_header/twice.cpp"; }
# What an installed package tells compilers that CMake does not call.
pkg_config() {
    consumer=nothing installed
    export PKG_CONFIG_PATH=$work/moved-$way/share/pkgconfig
    [ "$(pkg-config --modversion gatewire)" = "$version" ]
    # shellcheck disable=SC2046 # These are words.
    "$CXX" -std=c++20 $(pkg-config --cflags gatewire) \
        -DGATEWIRE_EXPECTED_VERSION="\"$version\"" "$here/main.cpp" "$here/consumer.cpp" \
        -o "$work/consumer-$way" $(pkg-config --libs gatewire)
    "$work/consumer-$way"
}

# Leaves a way out where its tool is not there.
needs() {
    if ! type -P "$1" >/dev/null; then
        echo "skipped: $1 is not on the PATH"
        exit 77
    fi
}

needs_nats() {
    if [ ! -e /usr/include/nats/nats.h ] && [ ! -e /usr/local/include/nats/nats.h ]; then
        echo "skipped: the NATS C client is not installed"
        exit 77
    fi
}

# Its own recipe and the one for the central index, which takes the sources from here.
conan() {
    needs conan
    export CONAN_HOME=$work/conan
    command conan profile detect
    command conan create "$root" --build=missing -s compiler.cppstd=20
    cp -r "$here/conan/recipes/gatewire/all" "$work/recipe"
    mkdir "$work/archive"
    git -C "$root" archive --prefix=gatewire/ -o "$work/archive/$version.tar.gz" HEAD
    printf 'sources:\n  "%s":\n    url: "file://%s"\n    sha256: "%s"\n' "$version" \
        "$work/archive/$version.tar.gz" \
        "$(sha256sum "$work/archive/$version.tar.gz" | cut -d' ' -f1)" >"$work/recipe/conandata.yml"
    command conan create "$work/recipe" --version "$version" --build=missing \
        -s compiler.cppstd=20
}

# The port, with the checks that the registry makes, and a consumer that finds what it installed.
vcpkg() {
    needs vcpkg
    GATEWIRE_SOURCE_DIR=$root command vcpkg install --enforce-port-checks \
        --x-manifest-root="$here/vcpkg/consumer" --overlay-ports="$here/vcpkg/ports" \
        --x-install-root="$work/vcpkg"
    for manifest in "$root/vcpkg.json" "$here/vcpkg/ports/gatewire/vcpkg.json"; do
        cp "$manifest" "$work/vcpkg.json"
        command vcpkg format-manifest "$work/vcpkg.json"
        cmp "$manifest" "$work/vcpkg.json"
    done
    consume find_package -DCMAKE_PREFIX_PATH="$(dirname "$work"/vcpkg/*/share)"
}

# Compiles against the separate headers beside something that might not get on with them.
beside() {
    "$CXX" -std=c++20 -I "$root/include" "$here/beside/$1.cpp" "${@:2}" \
        -o "$work/consumer-$way" -pthread
    "$work/consumer-$way"
}
no_rtti() { beside no_rtti -fno-rtti -DASIO_NO_TYPEID; }
macros() { beside macros; }
macros_after_others() { beside macros -DAFTER_OTHERS -lssl -lcrypto; }
# Real headers of others, with their macros, before ours.
keywords() { beside keywords; }
keywords_qt() { keywords_of Qt6Core -DWITH_QT -fPIC; }
keywords_x11() { keywords_of x11 -DWITH_X11; }
keywords_of() {
    needs pkg-config
    if ! pkg-config --exists "$1"; then
        echo "skipped: pkg-config does not know $1"
        exit 77
    fi
    # shellcheck disable=SC2046 # These are words.
    "$CXX" -std=c++20 -I "$root/include" $(pkg-config --cflags "$1") "${@:2}" -fsyntax-only \
        "$here/beside/keywords.cpp"
}

# Nothing that a user may warn of is in our headers, when they are found with -I. Warnings of the
# consumer's own lines do not count: GCC 12 has one for every coroutine.
warned() {
    local compiler=$1
    shift
    local flags=(-Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wold-style-cast
        -Wzero-as-null-pointer-constant -Wnull-dereference)
    if "$compiler" --version | grep -q clang; then
        flags+=(-DASIO_HAS_CO_AWAIT -DASIO_HAS_STD_COROUTINE)
    else
        flags+=(-Wuseless-cast)
    fi
    "$compiler" -std=c++20 "${flags[@]}" "$@" 2>"$work/warnings-$way" || {
        cat "$work/warnings-$way"
        return 1
    }
    ! grep -E -A 5 "include/gatewire/[^ ]*: warning" "$work/warnings-$way"
}
warnings() {
    warned "$CXX" -O2 -I "$root/include" "$here/beside/warnings.cpp" -DWITH_TLS \
        -o "$work/consumer-$way" -pthread -lssl -lcrypto
    "$work/consumer-$way"
}
warnings_clang() {
    local clang
    clang=$(compgen -c clang++- | grep -E '^clang\+\+-[0-9]+$' | sort -V | tail -n 1)
    needs "${clang:-clang++}"
    warned "$clang" -I "$root/include" "$here/beside/warnings.cpp" -DWITH_TLS -fsyntax-only
}
warnings_single_header() {
    warned "$CXX" -I "$root/single_include" "$here/beside/warnings.cpp" -DONLY_RPC -fsyntax-only
}
warnings_compiled() {
    echo "#include <gatewire/src.hpp>" >"$work/source.cpp"
    warned "$CXX" -O1 -I "$root/include" "$work/source.cpp" -DGATEWIRE_SEPARATE_COMPILATION -c \
        -o "$work/source.o"
    warned "$CXX" -I "$root/include" "$here/beside/warnings.cpp" -DGATEWIRE_SEPARATE_COMPILATION \
        -fsyntax-only
}
warnings_nats() {
    needs_nats
    warned "$CXX" -I "$root/include" "$here/beside/warnings.cpp" -DWITH_NATS -fsyntax-only
}

boost_asio() { beside boost_asio/main "$here/beside/boost_asio/timer.cpp"; }

# Whoever includes the library without using it compiles none of it.
nothing_used() {
    echo "#include <gatewire/rpc.hpp>" >"$work/nothing.cpp"
    "$CXX" -std=c++20 -O2 -I "$root/include" -c "$work/nothing.cpp" -o "$work/nothing.o"
    nm -C "$work/nothing.o" >"$work/names"
    ! grep "rpc::" "$work/names"
}

single_header_meets_headers() {
    drop_in "$here/single_header/meets_headers.cpp" -I "$root/include"
}

ways=("$@")
[ ${#ways[@]} -gt 0 ] || ways=(add_subdirectory fetch_content find_package
    add_subdirectory_single_header find_package_single_header
    add_subdirectory_compiled find_package_compiled find_package_compiled_single_header
    find_package_tls find_package_tls_single_header
    find_package_nats find_package_nats_single_header
    single_header single_header_twice single_header_meets_headers
    nothing_used headers_compiled_once single_header_compiled_once
    pkg_config no_rtti macros macros_after_others boost_asio keywords keywords_qt keywords_x11
    warnings warnings_clang warnings_single_header warnings_compiled warnings_nats
    conan vcpkg)

# One way, in a shell of its own: as a condition a failing command in it would be ignored.
try_one() {
    way=$1
    set +e
    (set -e; "$way") >"$work/log-$way" 2>&1
    echo $? >"$work/status-$way"
    set -e
}

# As many at a time as there are cores; what they say comes in the order of the list.
running=0
for way in "${ways[@]}"; do
    if [ $running -ge "$(nproc)" ]; then
        wait -n
        running=$((running - 1))
    fi
    try_one "$way" &
    running=$((running + 1))
done
wait

passed=0
failed=0
for way in "${ways[@]}"; do
    status=$(cat "$work/status-$way")
    if [ "$status" -eq 0 ]; then
        echo "passed: $way"
        passed=$((passed + 1))
    elif [ "$status" -eq 77 ]; then
        echo "skipped: $way: $(sed -n "s/^skipped: //p" "$work/log-$way")"
    else
        cat "$work/log-$way"
        echo "FAILED: $way"
        failed=$((failed + 1))
    fi
done
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
