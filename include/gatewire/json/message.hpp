// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_JSON_MESSAGE_HPP
#define GATEWIRE_JSON_MESSAGE_HPP

#include <gatewire/json/envelope.hpp>
#include <gatewire/json/fast_message.hpp>
#include <gatewire/json/strict_reader.hpp>

#include <cstddef>
#include <string_view>
#include <vector>

// The envelopes of JSON-RPC 2.0: a message is taken apart, its values are left where they are.
namespace rpc::inline v1::codec {

/// Whether a `traceparent` may be one. W3C Trace Context wants any other to be passed over, not
/// refused.
constexpr bool is_traceparent(std::string_view text) noexcept {
    return text.size() >= 55 && text.size() <= 128 &&
           text.find_first_not_of("0123456789abcdef-") == std::string_view::npos;
}

/// Whether a text is a batch: its first byte that is not white space opens an array.
inline bool is_batch(std::string_view text) noexcept {
    if (text.starts_with('{')) {
        return false;
    }
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    return first != std::string_view::npos && text[first] == '[';
}

/// The elements of an array that was validated, as they are written.
void split_array(std::string_view text, std::vector<std::string_view>& elements);

/// `parse_message` for every form that a message may have; says what is wrong with it.
bool strict_parse_message(std::string_view text, message& into, read_error& failure);

/// Takes a message apart, the fast way if it has the form in which this library writes it.
///
/// `params` and `result` are only delimited: whoever reads them finds out whether they are well
/// formed, and a text that is refused for another reason must be validated before it may be called
/// JSON.
/// @return false when it is not a message; `into.id` then still holds an id that was met.
inline bool parse_message(std::string_view text, message& into, read_error& failure) {
    return fast_parse_message(text, into) || strict_parse_message(text, into, failure);
}

}  // namespace rpc::inline v1::codec

#ifndef GATEWIRE_SEPARATE_COMPILATION
#include <gatewire/json/strict_message_impl.hpp>
#endif

#endif  // GATEWIRE_JSON_MESSAGE_HPP
