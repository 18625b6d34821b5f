// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SRC_HPP
#define GATEWIRE_SRC_HPP

/// The parts of the library that know no type of the user's: include this, or define
/// GATEWIRE_IMPLEMENTATION before <gatewire/rpc.hpp>, in exactly one source of a program whose
/// sources all define GATEWIRE_SEPARATE_COMPILATION; or link gatewire::compiled, which is that one
/// source. The others then compile much faster.
#ifndef GATEWIRE_SEPARATE_COMPILATION
#error "gatewire: src.hpp is for programs that define GATEWIRE_SEPARATE_COMPILATION everywhere"
#endif

// IWYU pragma: begin_exports
#include <gatewire/src_client.hpp>
#include <gatewire/src_common.hpp>
#include <gatewire/src_server.hpp>
// IWYU pragma: end_exports

#endif  // GATEWIRE_SRC_HPP
