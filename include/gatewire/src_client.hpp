// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SRC_CLIENT_HPP
#define GATEWIRE_SRC_CLIENT_HPP

/// One of the three parts of <gatewire/src.hpp>, a client's side: a program may compile each with a
/// source of its own, side by side, instead of all with one.
#ifndef GATEWIRE_SEPARATE_COMPILATION
#error \
    "gatewire: src_client.hpp is for programs that define GATEWIRE_SEPARATE_COMPILATION everywhere"
#endif

// IWYU pragma: begin_exports
#include <gatewire/dynamic_client_impl.hpp>
#include <gatewire/typed/client_side_impl.hpp>
// IWYU pragma: end_exports

#endif  // GATEWIRE_SRC_CLIENT_HPP
