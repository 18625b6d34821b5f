// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_JSON_SKIP_IMPL_HPP
#define GATEWIRE_JSON_SKIP_IMPL_HPP

#include <gatewire/detail/linkage.hpp>
#include <gatewire/detail/thrown.hpp>
#include <gatewire/json/reader.hpp>
#include <gatewire/json/skip.hpp>

#include <cstddef>
#include <string_view>

namespace rpc::inline v1::codec {

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

GATEWIRE_INLINE bool skip(reader& in) {
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

GATEWIRE_INLINE bool validate(std::string_view text, read_error& error) {
    reader in(text);
    if (skip(in) && in.finish()) {
        return true;
    }
    error = in.take_error();
    return false;
}

/// Goes into the member or element in which a byte stands, if it stands in one, and notes which.
inline bool enter_towards(const char* sought, reader& in, std::string& where) {
    const bool is_array = in.peek() == value_kind::array;
    const bool is_object = in.peek() == value_kind::object;
    if (sought <= in.at() || !(is_array || is_object)) {
        return false;
    }
    bool first = true;
    std::string_view name;
    if (!(is_array ? in.enter_array() : in.enter_object())) {
        return false;
    }
    for (std::size_t index = 0;; ++index) {
        if ((is_array ? in.next_element(first) : in.next_member(first, name)) != step::item) {
            return false;
        }
        std::string_view raw;
        const char* const begin = in.at();
        const std::string place =
            is_array ? "[" + std::to_string(index) + "]" : "." + printable(name);
        if (!skip_raw_unchecked(in, raw) || sought <= in.at()) {
            where += place;
            in.move_to(begin);
            return true;
        }
    }
}

GATEWIRE_INLINE bool reader::fail_thrown() {
    const char* const sought = at_;
    fail_value(printable(rpc::detail::thrown_text(), 200));
    reader again(std::string_view(begin_, static_cast<std::size_t>(end_ - begin_)));
    while (enter_towards(sought, again, rare().error.where)) {
    }
    return false;
}

GATEWIRE_INLINE bool take_worst_error(std::string_view text, reader& in, read_error& error) {
    error = in.take_error();
    read_error other;
    if (error.kind == read_failure::value && !validate(text, other) &&
        other.kind == read_failure::syntax) {
        error = std::move(other);
    }
    return false;
}

}  // namespace rpc::inline v1::codec

#endif  // GATEWIRE_JSON_SKIP_IMPL_HPP
