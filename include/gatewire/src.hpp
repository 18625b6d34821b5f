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

#include <gatewire/detail/error_impl.hpp>
#include <gatewire/json/describe_impl.hpp>
#include <gatewire/json/description_impl.hpp>
#include <gatewire/json/dynamic_impl.hpp>
#include <gatewire/json/fast_scalar_impl.hpp>
#include <gatewire/json/strict_message_impl.hpp>
#include <gatewire/json/strict_reader_impl.hpp>
#include <gatewire/json/text_impl.hpp>
#include <gatewire/json/write_impl.hpp>
#include <gatewire/protocol/protocol_impl.hpp>
#include <gatewire/session/loop_thread_impl.hpp>
#include <gatewire/typed/client_side_impl.hpp>
#include <gatewire/typed/openrpc_document_impl.hpp>
#include <gatewire/typed/params_impl.hpp>
#include <gatewire/typed/server_side_impl.hpp>

#endif  // GATEWIRE_SRC_HPP
