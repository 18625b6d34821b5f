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

// IWYU pragma: begin_exports
#include <gatewire/detail/error_impl.hpp>
#include <gatewire/detail/thrown_impl.hpp>
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
#include <gatewire/typed/describe_table_impl.hpp>
#include <gatewire/typed/openrpc_document_impl.hpp>
#include <gatewire/typed/params_impl.hpp>
// IWYU pragma: end_exports

#endif  // GATEWIRE_SRC_COMMON_HPP
