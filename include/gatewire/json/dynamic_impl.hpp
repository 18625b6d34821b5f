// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_JSON_DYNAMIC_IMPL_HPP
#define GATEWIRE_JSON_DYNAMIC_IMPL_HPP

#include <gatewire/detail/linkage.hpp>
#include <gatewire/json/dynamic.hpp>
#include <gatewire/json/read_scalar.hpp>
#include <gatewire/json/reader.hpp>

#include <nlohmann/json.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace rpc::inline v1::codec {

inline bool read_dynamic_number(reader& in, nlohmann::json& value) {
    number_token token;
    if (!in.number(token)) {
        return false;
    }
    if (!token.integral()) {
        double real = 0;
        const number_fit fit = to_float(token, real);
        value = real;
        return fit == number_fit::exact || fail_fit(in, token, fit, 64);
    }
    std::uint64_t magnitude = 0;
    const integer_range range = token.negative ? range_of<std::int64_t> : range_of<std::uint64_t>;
    if (!to_magnitude(token, magnitude) ||
        magnitude > (token.negative ? range.negative_max : range.positive_max)) {
        return fail_range(in, token, range);
    }
    if (token.negative) {
        value = static_cast<std::int64_t>(std::uint64_t{0} - magnitude);
    } else {
        value = magnitude;
    }
    return true;
}

inline bool read_dynamic_array(reader& in, nlohmann::json& value) {
    if (!in.enter_array()) {
        return false;
    }
    value = nlohmann::json::array_t();
    auto& elements = *value.get_ptr<nlohmann::json::array_t*>();
    bool first = true;
    for (std::size_t index = 0;; ++index) {
        const step next = in.next_element(first);
        if (next != step::item) {
            return next == step::end;
        }
        if (!read_dynamic(in, elements.emplace_back())) {
            return in.inside_element(index);
        }
    }
}

inline bool read_dynamic_object(reader& in, nlohmann::json& value) {
    if (!in.enter_object()) {
        return false;
    }
    value = nlohmann::json::object_t();
    auto& members = *value.get_ptr<nlohmann::json::object_t*>();
    bool first = true;
    std::string_view name;
    for (;;) {
        const step next = in.next_member(first, name);
        if (next != step::item) {
            return next == step::end;
        }
        const auto [member, added] = members.try_emplace(std::string(name));
        if (!added) {
            return in.fail_value("duplicate member '" + printable(member->first) + "'");
        }
        if (!read_dynamic(in, member->second)) {
            return in.inside_member(member->first);
        }
    }
}

/// Reads any value as nlohmann's. Integers must fit 64 bits, reals become the nearest double.
GATEWIRE_INLINE bool read_dynamic(reader& in, nlohmann::json& value) {
    switch (in.peek()) {
        case value_kind::null: value = nullptr; return in.null();
        case value_kind::array: return read_dynamic_array(in, value);
        case value_kind::object: return read_dynamic_object(in, value);
        case value_kind::number: return read_dynamic_number(in, value);
        case value_kind::boolean: {
            bool truth = false;
            const bool read = in.boolean(truth);
            value = truth;
            return read;
        }
        case value_kind::string: {
            value = std::string();
            return in.string(*value.get_ptr<std::string*>());
        }
        case value_kind::none: break;
    }
    return in.fail_expected("a value");
}

}  // namespace rpc::inline v1::codec

#endif  // GATEWIRE_JSON_DYNAMIC_IMPL_HPP
