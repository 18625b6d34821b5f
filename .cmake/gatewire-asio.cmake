# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT

# Finds standalone Asio as the target asio::asio. Used by the build and, installed beside the
# package config, by everyone who finds the package: Conan and vcpkg bring a CMake package of this
# name, distributions bring the headers alone.
#
# Sets gatewire_asio_version (empty if unknown) and, when Asio cannot be used,
# gatewire_asio_problem with the reason.

set(gatewire_asio_minimum 1.22.0)
set(gatewire_asio_problem "")
set(gatewire_asio_version "")

if(NOT TARGET asio::asio)
  find_package(asio CONFIG QUIET)
endif()

if(NOT TARGET asio::asio)
  find_path(GATEWIRE_ASIO_INCLUDE_DIR asio/version.hpp DOC "Folder that contains asio.hpp")
  mark_as_advanced(GATEWIRE_ASIO_INCLUDE_DIR)
  if(GATEWIRE_ASIO_INCLUDE_DIR)
    find_package(Threads QUIET)
    add_library(asio::asio INTERFACE IMPORTED)
    set_target_properties(asio::asio PROPERTIES
      INTERFACE_INCLUDE_DIRECTORIES "${GATEWIRE_ASIO_INCLUDE_DIR}"
      INTERFACE_COMPILE_DEFINITIONS ASIO_STANDALONE
      INTERFACE_LINK_LIBRARIES Threads::Threads)
  else()
    set(gatewire_asio_problem "standalone Asio was not found (neither its CMake package nor asio.hpp)")
  endif()
endif()

if(TARGET asio::asio)
  # The header is the truth; a package's own variable stands in where its include folder is a
  # generator expression that cannot be looked into here.
  get_target_property(gatewire_asio_folders asio::asio INTERFACE_INCLUDE_DIRECTORIES)
  foreach(folder IN LISTS gatewire_asio_folders)
    if(EXISTS "${folder}/asio/version.hpp")
      file(STRINGS "${folder}/asio/version.hpp" line REGEX "^#define ASIO_VERSION [0-9]+")
      if(line MATCHES "ASIO_VERSION ([0-9]+)")
        math(EXPR major "${CMAKE_MATCH_1} / 100000")
        math(EXPR minor "${CMAKE_MATCH_1} / 100 % 1000")
        math(EXPR patch "${CMAKE_MATCH_1} % 100")
        set(gatewire_asio_version "${major}.${minor}.${patch}")
      endif()
      break()
    endif()
  endforeach()
  unset(gatewire_asio_folders)
  if(NOT gatewire_asio_version AND DEFINED asio_VERSION)
    set(gatewire_asio_version "${asio_VERSION}")
  endif()
  if(gatewire_asio_version AND gatewire_asio_version VERSION_LESS gatewire_asio_minimum)
    set(gatewire_asio_problem
      "Asio ${gatewire_asio_version} is too old, ${gatewire_asio_minimum} or newer is needed")
  endif()
endif()

# Before 1.24 Asio's own test finds only <experimental/coroutine> under Clang, so that
# asio::awaitable is missing. The standard coroutines work when Asio is told to use them. The rule
# depends on the Asio found here and now: BUILD_INTERFACE keeps it out of an exported target, and
# the installed config applies it again.
function(gatewire_asio_coroutines target)
  if(gatewire_asio_version AND gatewire_asio_version VERSION_LESS 1.24)
    set(clang "$<AND:$<CXX_COMPILER_ID:Clang>,$<VERSION_GREATER_EQUAL:$<CXX_COMPILER_VERSION>,16>>")
    set_property(TARGET ${target} APPEND PROPERTY INTERFACE_COMPILE_DEFINITIONS
      "$<BUILD_INTERFACE:$<${clang}:ASIO_HAS_CO_AWAIT=1>>"
      "$<BUILD_INTERFACE:$<${clang}:ASIO_HAS_STD_COROUTINE=1>>")
  endif()
endfunction()
