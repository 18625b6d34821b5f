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
#include <gatewire/detail/thrown_impl.hpp>
#include <gatewire/json/describe_impl.hpp>
#include <gatewire/json/description_impl.hpp>
#include <gatewire/json/dynamic_impl.hpp>
#include <gatewire/json/name_stack_impl.hpp>
#include <gatewire/json/number_impl.hpp>
#include <gatewire/json/read_aggregate_impl.hpp>
#include <gatewire/json/read_error_impl.hpp>
#include <gatewire/json/read_scalar_impl.hpp>
#include <gatewire/json/reader_impl.hpp>
#include <gatewire/json/schema_impl.hpp>
#include <gatewire/json/shapes_impl.hpp>
#include <gatewire/json/skip_impl.hpp>
#include <gatewire/json/take_impl.hpp>
#include <gatewire/json/take_number_impl.hpp>
#include <gatewire/json/unescape_impl.hpp>
#include <gatewire/json/utf8_impl.hpp>
#include <gatewire/json/write_dynamic_impl.hpp>
#include <gatewire/json/write_scalar_impl.hpp>
#include <gatewire/json/write_string_impl.hpp>
#include <gatewire/protocol/service_impl.hpp>
#include <gatewire/protocol/stats_answer_impl.hpp>
#include <gatewire/session/loop_thread_impl.hpp>
#include <gatewire/typed/arguments_impl.hpp>
#include <gatewire/typed/client_side_impl.hpp>
#include <gatewire/typed/dynamic_client_impl.hpp>
#include <gatewire/typed/openrpc_document_impl.hpp>
#include <gatewire/typed/request_impl.hpp>
#include <gatewire/typed/server_side_impl.hpp>

#endif  // GATEWIRE_SRC_HPP
