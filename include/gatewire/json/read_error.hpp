// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_JSON_READ_ERROR_HPP
#define GATEWIRE_JSON_READ_ERROR_HPP

#include <gatewire/json/utf8.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace rpc::inline v1::codec {

enum class read_failure : unsigned char {
    none,
    syntax,  // the text is not JSON, or nested too deeply
    value    // it is JSON, but not what the type wants; duplicate members belong here
};

/// `root`, the place inside it and the message, as one line.
std::string place_text(std::string_view root, std::string_view where, std::string_view message);

void prepend_member(std::string& where, std::string_view name);

void prepend_element(std::string& where, std::size_t index);

/// Why a text could not be read, and where.
struct read_error {
    read_failure kind = read_failure::none;
    std::string where;       // from the value that was asked for: "[0].price", or empty
    std::string message;     // "expected a number, found a string"
    std::size_t offset = 0;  // of the byte in the text

    /// "params[0].price: expected a number, found a string" for the root "params".
    std::string text(std::string_view root) const { return place_text(root, where, message); }
};

}  // namespace rpc::inline v1::codec

#ifndef GATEWIRE_SEPARATE_COMPILATION
#include <gatewire/json/read_error_impl.hpp>
#endif

#endif  // GATEWIRE_JSON_READ_ERROR_HPP
