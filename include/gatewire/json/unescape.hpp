// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_JSON_UNESCAPE_HPP
#define GATEWIRE_JSON_UNESCAPE_HPP

#include <string>

namespace rpc::inline v1::codec {

/// Why the inside of a string is not JSON; `at` is where.
struct string_end {
    const char* at = nullptr;       // the closing quote, or the offending byte
    const char* failure = nullptr;  // null when it is the closing quote
};

/// Decodes from `at`, which is inside a string, to the closing quote, and appends to `out`.
string_end unescape(const char* at, const char* end, std::string& out);

}  // namespace rpc::inline v1::codec

#ifndef GATEWIRE_SEPARATE_COMPILATION
#include <gatewire/json/unescape_impl.hpp>
#endif

#endif  // GATEWIRE_JSON_UNESCAPE_HPP
