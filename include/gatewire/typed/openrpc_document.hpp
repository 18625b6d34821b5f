// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_TYPED_OPENRPC_DOCUMENT_HPP
#define GATEWIRE_TYPED_OPENRPC_DOCUMENT_HPP

#include <gatewire/detail/json_declared.hpp>
#include <gatewire/typed/describe_table.hpp>

#include <string>
#include <string_view>

namespace rpc::inline v1::typed {

/// What an OpenRPC document is made of.
struct openrpc_subject {
    std::string_view title;
    std::string_view version;
    described_entries methods;
    described_entries events;
    bool is_guarded = false;  ///< Every method wants to know who calls.
};

/// The OpenRPC document of a table; <gatewire/openrpc.hpp> says what stands in it.
nlohmann::json openrpc_document(const openrpc_subject& subject);

/// Its text; empty if some name in it has no JSON form.
std::string openrpc_text(const openrpc_subject& subject);

}  // namespace rpc::inline v1::typed

#ifndef GATEWIRE_SEPARATE_COMPILATION
#include <gatewire/typed/openrpc_document_impl.hpp>
#endif

#endif  // GATEWIRE_TYPED_OPENRPC_DOCUMENT_HPP
