// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_JSON_DYNAMIC_IMPL_HPP
#define GATEWIRE_JSON_DYNAMIC_IMPL_HPP

#include <gatewire/detail/linkage.hpp>
#include <gatewire/json/dynamic.hpp>
#include <gatewire/json/number.hpp>
#include <gatewire/json/strict_reader.hpp>
#include <gatewire/json/string.hpp>
#include <gatewire/json/write_scalar.hpp>

#include <nlohmann/json.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace rpc::inline v1::codec {

inline bool strict_read_dynamic_number(strict_reader& in, nlohmann::json& value) {
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
    std::uint64_t bits = 0;
    const integer_range range = token.negative ? range_of<std::int64_t> : range_of<std::uint64_t>;
    const bool is_held = to_bits(in, token, range, bits);
    value = token.negative ? nlohmann::json(static_cast<std::int64_t>(bits)) : nlohmann::json(bits);
    return is_held;
}

inline bool strict_read_dynamic_array(strict_reader& in, nlohmann::json& value) {
    value = nlohmann::json::array_t();
    auto& elements = *value.get_ptr<nlohmann::json::array_t*>();
    return read_each_element(in, [&] { return strict_read_dynamic(in, elements.emplace_back()); });
}

inline bool strict_read_dynamic_object(strict_reader& in, nlohmann::json& value) {
    value = nlohmann::json::object_t();
    auto& members = *value.get_ptr<nlohmann::json::object_t*>();
    return read_each_member(in, [&](std::string_view name) {
        const auto [member, added] = members.try_emplace(std::string(name));
        if (!added) {
            return in.fail_value("duplicate member '" + printable(member->first) + "'");
        }
        return strict_read_dynamic(in, member->second) || in.inside_member(member->first);
    });
}

GATEWIRE_INLINE bool strict_read_dynamic(strict_reader& in, nlohmann::json& value) {
    switch (in.peek()) {
        case value_kind::null: value = nullptr; return in.null();
        case value_kind::array: return strict_read_dynamic_array(in, value);
        case value_kind::object: return strict_read_dynamic_object(in, value);
        case value_kind::number: return strict_read_dynamic_number(in, value);
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

inline bool write_dynamic_array(wire::buffer& out, const nlohmann::json& value,
                                write_error& error) {
    if (!error.enter()) {
        return false;
    }
    char separator = '[';
    std::size_t index = 0;
    for (const auto& element : *value.get_ptr<const nlohmann::json::array_t*>()) {
        out.append(separator);
        separator = ',';
        if (!write_dynamic(out, element, error)) {
            return error.inside_element(index);
        }
        ++index;
    }
    out.append(index == 0 ? std::string_view("[]") : std::string_view("]"));
    error.leave();
    return true;
}

inline bool write_dynamic_object(wire::buffer& out, const nlohmann::json& value,
                                 write_error& error) {
    if (!error.enter()) {
        return false;
    }
    char separator = '{';
    for (const auto& [name, member] : *value.get_ptr<const nlohmann::json::object_t*>()) {
        out.append(separator);
        separator = ',';
        if (!write_string(out, name)) {
            return error.fail("a member name is not valid UTF-8");
        }
        out.append(':');
        if (!write_dynamic(out, member, error)) {
            return error.inside_member(name);
        }
    }
    out.append(separator == '{' ? std::string_view("{}") : std::string_view("}"));
    error.leave();
    return true;
}

/// Pointers, for what nlohmann throws where a reference is of another kind is a lot to carry.
GATEWIRE_INLINE bool write_dynamic(wire::buffer& out, const nlohmann::json& value,
                                   write_error& error) {
    using kind = nlohmann::json::value_t;
    switch (value.type()) {
        case kind::null: write_null(out); return true;
        case kind::boolean: write_bool(out, *value.get_ptr<const bool*>()); return true;
        case kind::number_integer:
            write_integer(out, *value.get_ptr<const std::int64_t*>());
            return true;
        case kind::number_unsigned:
            write_integer(out, *value.get_ptr<const std::uint64_t*>());
            return true;
        case kind::number_float: return write_real(out, *value.get_ptr<const double*>(), error);
        case kind::string: return write_string(out, *value.get_ptr<const std::string*>(), error);
        case kind::array: return write_dynamic_array(out, value, error);
        case kind::object: return write_dynamic_object(out, value, error);
        case kind::binary: return error.fail("binary data has no JSON form");
        case kind::discarded: break;
    }
    return error.fail("a discarded value has no JSON form");
}

}  // namespace rpc::inline v1::codec

#endif  // GATEWIRE_JSON_DYNAMIC_IMPL_HPP
