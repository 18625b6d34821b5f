# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Sourced by the scripts that build: installs what a Debian or Ubuntu machine lacks.

# What the demo needs, as package=proof that it is there already, however it came: the name of a
# command or the path of a file. A path stands for any file that matches it.
# shellcheck disable=SC2034 # Used by the scripts that source this.
gatewire_demo_packages=(
    "g++=g++"
    "cmake=cmake"
    "ninja-build=ninja"
    "python3=python3"
    "libasio-dev=/usr/include/asio.hpp"
    "nlohmann-json3-dev=/usr/include/nlohmann/json.hpp"
    "libcli11-dev=/usr/include/CLI/CLI.hpp"
)

# What the tests need beyond that.
# shellcheck disable=SC2034
gatewire_build_packages=(
    "${gatewire_demo_packages[@]}"
    "doctest-dev=/usr/include/doctest/doctest.h"
    "libssl-dev=/usr/include/openssl/ssl.h"
    "openssl=openssl"
    "python3-jsonschema=/usr/lib/python3/dist-packages/jsonschema/__init__.py"
)

# What the tests of all examples need beyond that, also to pack and install the clients, and the
# desk's windows.
# shellcheck disable=SC2034
gatewire_desk_packages=(
    "iproute2=ip"
    "nodejs=node"
    "prometheus-cpp-dev=/usr/include/prometheus/registry.h"
    "python3-aiohttp=/usr/lib/python3/dist-packages/aiohttp/__init__.py"
    "python3-venv=/usr/lib/python3*/ensurepip/__init__.py"
    "npm=npm"
    "zsh=zsh"
    "libquickfix-dev=/usr/include/quickfix/Session.h"
)
# shellcheck disable=SC2034
gatewire_gui_packages=(
    "qt6-base-dev=/usr/lib/*/cmake/Qt6Widgets/Qt6WidgetsConfig.cmake"
    "libqt6opengl6-dev=/usr/lib/*/cmake/Qt6OpenGL/Qt6OpenGLConfig.cmake"
    "libqt6charts6-dev=/usr/lib/*/cmake/Qt6Charts/Qt6ChartsConfig.cmake"
    "fonts-dejavu-core=/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"
)
# What clicks the web bridge's page. Ubuntu has no browser as a package: there the test is skipped.
# shellcheck disable=SC2034
gatewire_web_packages=(
    "chromium-headless-shell=chromium-headless-shell"
    "fonts-dejavu-core=/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"
)

# What engines and clients over NATS need: the C client, and a broker to test with.
# shellcheck disable=SC2034
gatewire_nats_packages=(
    "libnats-dev=/usr/include/nats/nats.h"
    "nats-server=/usr/sbin/nats-server"
)

gatewire_is_there() {
    case $1 in
        /*) compgen -G "$1" >/dev/null ;;
        *) command -v "$1" >/dev/null ;;
    esac
}

# Runs a command as root, directly or with sudo.
gatewire_as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        echo "Root or sudo is needed for: $*" >&2
        return 1
    fi
}

update_package_list() {
    command -v apt-get >/dev/null || return 0
    echo "Updating the list of packages"
    gatewire_as_root apt-get -qq update </dev/null
}

# install_missing package=proof...: asks the package manager for those that are missing, and only
# then; with everything in place it needs neither root nor a network.
install_missing() {
    local entry missing=()
    for entry in "$@"; do
        gatewire_is_there "${entry#*=}" || missing+=("${entry%%=*}")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    if ! command -v apt-get >/dev/null; then
        echo "Missing: ${missing[*]} (package names of Debian); please install them." >&2
        return 1
    fi
    update_package_list || return 1
    echo "Installing missing packages: ${missing[*]}"
    gatewire_as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get -qq install -y --no-install-recommends "${missing[@]}" </dev/null >/dev/null
}
