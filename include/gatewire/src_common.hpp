// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SRC_COMMON_HPP
#define GATEWIRE_SRC_COMMON_HPP

/// One of the three parts of <gatewire/src.hpp>, the words and types that both sides have: a
/// program may compile each with a source of its own, side by side, instead of all with one.
#ifndef GATEWIRE_SEPARATE_COMPILATION
#error \
    "gatewire: src_common.hpp is for programs that define GATEWIRE_SEPARATE_COMPILATION everywhere"
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
#include <gatewire/session/loop_thread_impl.hpp>
#include <gatewire/typed/describe_table_impl.hpp>
#include <gatewire/typed/openrpc_document_impl.hpp>

#endif  // GATEWIRE_SRC_COMMON_HPP
