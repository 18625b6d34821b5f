# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT

set(VCPKG_BUILD_TYPE release) # header-only

if(DEFINED ENV{GATEWIRE_SOURCE_DIR})
  # For tests of this port before a release.
  set(SOURCE_PATH "$ENV{GATEWIRE_SOURCE_DIR}")
else()
  vcpkg_from_github(
    OUT_SOURCE_PATH SOURCE_PATH
    REPO gatewire/gatewire
    REF "v${VERSION}"
    # Of the archive of the release, which does not exist before the release.
    SHA512 0
    HEAD_REF main
  )
endif()

vcpkg_cmake_configure(
  SOURCE_PATH "${SOURCE_PATH}"
  OPTIONS
    -DGATEWIRE_BUILD_TESTS=OFF
    -DGATEWIRE_BUILD_EXAMPLES=OFF
    -DGATEWIRE_BUILD_BENCHMARKS=OFF
)
vcpkg_cmake_install()
vcpkg_cmake_config_fixup(CONFIG_PATH share/cmake/gatewire)
vcpkg_fixup_pkgconfig()
vcpkg_install_copyright(FILE_LIST "${SOURCE_PATH}/LICENSE")
