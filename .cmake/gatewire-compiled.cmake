# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT

# Makes gatewire::compiled, a static library of the parts that know no type of the user's. It is
# built where it is used, with the compiler and the flags of that place, and only if something links
# it. Used by the build and, installed beside the package config, by everyone who finds the package.

# gatewire_add_compiled(<folder that has gatewire/rpc.hpp>)
function(gatewire_add_compiled headers)
  if(TARGET gatewire_compiled)
    return()
  endif()
  if(EXISTS "${headers}/gatewire/src.hpp")
    # In parts, which are compiled side by side.
    set(sources)
    foreach(part IN ITEMS server client common)
      set(source "${CMAKE_CURRENT_BINARY_DIR}/gatewire_compiled_${part}.cpp")
      file(CONFIGURE OUTPUT "${source}" CONTENT "#include <gatewire/src_${part}.hpp>\n")
      list(APPEND sources "${source}")
    endforeach()
  else()
    # The single header.
    set(sources "${CMAKE_CURRENT_BINARY_DIR}/gatewire_compiled.cpp")
    file(CONFIGURE OUTPUT "${sources}"
      CONTENT "#define GATEWIRE_IMPLEMENTATION\n#include <gatewire/rpc.hpp>\n")
  endif()
  add_library(gatewire_compiled STATIC EXCLUDE_FROM_ALL ${sources})
  add_library(gatewire::compiled ALIAS gatewire_compiled)
  target_compile_definitions(gatewire_compiled PUBLIC GATEWIRE_SEPARATE_COMPILATION)
  target_link_libraries(gatewire_compiled PUBLIC gatewire::gatewire)
  # Of the functions in it, a program keeps those that it uses.
  if(CMAKE_CXX_COMPILER_ID MATCHES "GNU|Clang")
    target_compile_options(gatewire_compiled PRIVATE -ffunction-sections -fdata-sections)
  endif()
endfunction()
