// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_JSON_STRICT_MESSAGE_IMPL_HPP
#define GATEWIRE_JSON_STRICT_MESSAGE_IMPL_HPP

#include <gatewire/detail/linkage.hpp>
#include <gatewire/json/envelope.hpp>
#include <gatewire/json/message.hpp>
#include <gatewire/json/read.hpp>
#include <gatewire/json/strict_reader.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rpc::inline v1::codec {

/// The member `rpc` of a request.
struct request_options {
    std::optional<std::uint32_t> timeout_ms;
    std::optional<std::string> key;
    std::optional<std::string> epoch;
    std::optional<std::string> traceparent;
};

namespace detail {

enum class envelope_member : unsigned char { jsonrpc, id, method, params, result, error, rpc };

inline constexpr std::array<std::string_view, 7> envelope_names = {
    "jsonrpc", "id", "method", "params", "result", "error", "rpc"};

constexpr unsigned bit_of(envelope_member member) noexcept {
    return 1U << static_cast<unsigned>(member);
}

inline bool read_id(strict_reader& in, message& into) {
    switch (in.peek()) {
        case value_kind::null:
        case value_kind::number:
        case value_kind::string: break;
        default: return in.fail_expected("a string, a number or null");
    }
    return strict_skip_raw(in, into.id);
}

inline bool read_method(strict_reader& in, message& into) {
    std::string_view name;
    if (!in.string(name)) {
        return false;
    }
    into.has_method = true;
    into.method = name;
    const char* const begin = in.at() - name.size() - 1;
    if (begin != name.data()) {  // It had escapes: the next string would overwrite it.
        into.made_texts().method = name;
        into.method = into.texts->method;
    }
    return true;
}

inline void keep_texts(request_options options, message& into) {
    if (options.key) {
        into.key = into.made_texts().key = std::move(*options.key);
    }
    if (options.epoch) {
        into.epoch = into.made_texts().epoch = std::move(*options.epoch);
    }
    if (options.traceparent && is_traceparent(*options.traceparent)) {
        into.traceparent = into.made_texts().traceparent = std::move(*options.traceparent);
    }
}

inline bool read_envelope_member(strict_reader& in, envelope_member which, message& into) {
    switch (which) {
        case envelope_member::jsonrpc: {
            std::string_view text;
            return in.string(text) && (text == "2.0" || in.fail_value("expected \"2.0\""));
        }
        case envelope_member::id: return read_id(in, into);
        case envelope_member::method: return read_method(in, into);
        case envelope_member::params: return fast_skip_raw(in, into.params);
        case envelope_member::result: return fast_skip_raw(in, into.result);
        case envelope_member::error: return strict_skip_raw(in, into.error);
        case envelope_member::rpc: {
            request_options options;
            if (!read(in, options)) {
                return false;
            }
            into.timeout = options.timeout_ms;
            if (options.key && options.key->empty()) {
                return in.fail_value("a key must not be empty");
            }
            keep_texts(std::move(options), into);
            return true;
        }
    }
    return false;
}

inline bool read_named_member(strict_reader& in, std::string_view name, unsigned& seen,
                              message& into) {
    const auto known = std::find(envelope_names.begin(), envelope_names.end(), name);
    if (known == envelope_names.end()) {
        in.add_name(name);
        return strict_skip(in);
    }
    const auto which = static_cast<envelope_member>(known - envelope_names.begin());
    const bool is_first = (seen & bit_of(which)) == 0;
    seen |= bit_of(which);
    // The name itself may stand where the next string with escapes will be decoded.
    return (is_first ? read_envelope_member(in, which, into)
                     : in.fail_value("the member stands there twice")) ||
           in.inside_member(*known);
}

inline bool check_envelope(strict_reader& in, unsigned seen, const message& into) {
    const auto has = [seen](envelope_member member) { return (seen & bit_of(member)) != 0; };
    if (!has(envelope_member::jsonrpc)) {
        return in.fail_value("missing member 'jsonrpc'");
    }
    if (into.has_method) {
        return (!has(envelope_member::result) && !has(envelope_member::error)) ||
               in.fail_value("both a request and an answer");
    }
    if (!has(envelope_member::result) && !has(envelope_member::error)) {
        return in.fail_value("missing member 'method'");
    }
    if (has(envelope_member::result) && has(envelope_member::error)) {
        return in.fail_value("both a result and an error");
    }
    return has(envelope_member::id) || in.fail_value("missing member 'id'");
}

}  // namespace detail

GATEWIRE_INLINE bool strict_parse_message(std::string_view text, message& into,
                                          read_error& failure) {
    strict_reader in(text);
    const name_stack::mark names = in.names().open();
    unsigned seen = 0;
    const auto read_one = [&](std::string_view name) {
        return detail::read_named_member(in, name, seen, into);
    };
    const bool good = read_each_member(in, read_one) && in.close_names(names) && in.finish() &&
                      detail::check_envelope(in, seen, into);
    if (!good) {
        failure = in.take_error();
    }
    return good;
}

GATEWIRE_INLINE void split_array(std::string_view text, std::vector<std::string_view>& elements) {
    strict_reader in(text);
    bool first = true;
    if (!in.enter_array()) {
        return;
    }
    while (in.next_element(first) == step::item) {
        std::string_view raw;
        if (!fast_skip_raw(in, raw)) {
            return;
        }
        elements.push_back(raw);
    }
}

}  // namespace rpc::inline v1::codec

#endif  // GATEWIRE_JSON_STRICT_MESSAGE_IMPL_HPP
