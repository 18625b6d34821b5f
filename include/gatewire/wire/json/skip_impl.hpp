// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_WIRE_JSON_SKIP_IMPL_HPP
#define GATEWIRE_WIRE_JSON_SKIP_IMPL_HPP

#include <gatewire/detail/linkage.hpp>
#include <gatewire/wire/json/reader.hpp>
#include <gatewire/wire/json/skip.hpp>

#include <cstddef>
#include <string_view>

namespace rpc::inline v1::wire::json {

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

}  // namespace rpc::inline v1::wire::json

#endif  // GATEWIRE_WIRE_JSON_SKIP_IMPL_HPP
