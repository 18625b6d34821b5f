# Copyright (c) 2026 The gatewire authors
# SPDX-License-Identifier: MIT

# Makes the target gatewire_nats_client of the NATS C client, by its header and library or by its own
# package; if there is neither, it does nothing. The package comes second: that of Debian 12 ends
# the configuration where its static library is not installed.
function(gatewire_find_nats)
  if(TARGET gatewire_nats_client)
    return()
  endif()
  set(found "")
  set(folder "")
  find_path(GATEWIRE_NATS_INCLUDE_DIR nats/nats.h)
  find_library(GATEWIRE_NATS_LIBRARY nats)
  mark_as_advanced(GATEWIRE_NATS_INCLUDE_DIR GATEWIRE_NATS_LIBRARY)
  if(GATEWIRE_NATS_INCLUDE_DIR AND GATEWIRE_NATS_LIBRARY)
    set(found "${GATEWIRE_NATS_LIBRARY}")
    set(folder "${GATEWIRE_NATS_INCLUDE_DIR}")
  else()
    find_package(cnats CONFIG QUIET)
    foreach(target cnats::nats_static cnats::nats)
      if(TARGET ${target})
        set(found ${target})
      endif()
    endforeach()
  endif()
  if(found)
    add_library(gatewire_nats_client INTERFACE IMPORTED GLOBAL)
    set_target_properties(gatewire_nats_client PROPERTIES
      INTERFACE_LINK_LIBRARIES "${found}" INTERFACE_INCLUDE_DIRECTORIES "${folder}")
  endif()
endfunction()
