// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_WIRE_JSON_SKIP_HPP
#define GATEWIRE_WIRE_JSON_SKIP_HPP

#include <gatewire/wire/json/reader.hpp>
#include <gatewire/wire/json/text.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace rpc::inline v1::wire::json {

inline bool skip(reader& in);

inline bool skip_array(reader& in) {
    if (!in.enter_array()) {
        return false;
    }
    bool first = true;
    for (std::size_t index = 0;; ++index) {
        const step next = in.next_element(first);
        if (next != step::item) {
            return next == step::end;
        }
        if (!skip(in)) {
            return in.inside_element(index);
        }
    }
}

inline bool skip_object(reader& in) {
    if (!in.enter_object()) {
        return false;
    }
    const name_stack::mark mark = in.names().open();
    bool first = true;
    std::string_view name;
    for (;;) {
        const step next = in.next_member(first, name);
        if (next != step::item) {
            return next == step::end && in.close_names(mark);
        }
        const name_stack::mark position = in.names().open();
        in.add_name(name);
        if (!skip(in)) {
            return in.inside_member(in.names()[position]);
        }
    }
}

/// Moves over any value and checks all of it: grammar, UTF-8, depth, duplicate members. Numbers may
/// be of any size.
inline bool skip(reader& in) {
    switch (in.peek()) {
        case value_kind::null: return in.null();
        case value_kind::array: return skip_array(in);
        case value_kind::object: return skip_object(in);
        case value_kind::boolean: {
            bool value = false;
            return in.boolean(value);
        }
        case value_kind::number: {
            number_token token;
            return in.number(token);
        }
        case value_kind::string: {
            std::string_view value;
            return in.string(value);
        }
        case value_kind::none: break;
    }
    return in.fail_expected("a value");
}

/// `skip` that gives the text of the value.
inline bool skip_raw(reader& in, std::string_view& raw) {
    in.skip_space();
    const char* const first = in.at();
    if (!skip(in)) {
        return false;
    }
    raw = {first, static_cast<std::size_t>(in.at() - first)};
    return true;
}

/// The end of a string whose opening quote is before `at`, or `end`: looks for quotes and
/// backslashes only.
inline const char* find_string_end(const char* at, const char* end) noexcept {
    for (;;) {
        at = skip_plain(at, end);
        if (at == end || *at == '"') {
            return at;
        }
        if (*at == '\\') {
            ++at;
        }
        if (at != end) {
            ++at;
        }
    }
}

/// The next quote or bracket, or `end`.
inline const char* find_structure(const char* at, const char* end) noexcept {
    for (; at != end; ++at) {
        // '[' and '{', ']' and '}' differ in one bit.
        const char folded = static_cast<char>(*at | 0x20);
        if (*at == '"' || folded == '{' || folded == '}') {
            return at;
        }
    }
    return end;
}

/// Moves over any value by matching brackets and quotes only, and gives its text. What it accepts
/// may be anything inside; a later read or `validate` of that text finds out.
inline bool skip_raw_unchecked(reader& in, std::string_view& raw) {
    in.skip_space();
    const char* const first = in.at();
    const char* const end = in.end();
    const char* at = first;
    std::size_t depth = 0;
    if (at != end && *at != '"' && *at != '[' && *at != '{') {
        while (at != end && *at != ',' && *at != ']' && *at != '}' && !is_space(*at)) {
            ++at;
        }
    } else {
        do {
            at = find_structure(at, end);
            if (at != end && *at == '"') {
                at = find_string_end(at + 1, end);
            } else if (at != end) {
                depth += (*at | 0x20) == '{' ? std::size_t{1} : static_cast<std::size_t>(-1);
            }
            at += at != end ? 1 : 0;
        } while (depth != 0 && at != end);
    }
    in.move_to(at);
    if (at == first || depth != 0) {
        return in.fail_expected("a value");
    }
    raw = {first, static_cast<std::size_t>(at - first)};
    return true;
}

/// Whether the whole text is one valid value, by the rules of `skip`.
inline bool validate(std::string_view text, read_error& error) {
    reader in(text);
    if (skip(in) && in.finish()) {
        return true;
    }
    error = in.take_error();
    return false;
}

}  // namespace rpc::inline v1::wire::json

#endif  // GATEWIRE_WIRE_JSON_SKIP_HPP
