// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_JSON_WRITE_DYNAMIC_IMPL_HPP
#define GATEWIRE_JSON_WRITE_DYNAMIC_IMPL_HPP

#include <gatewire/detail/linkage.hpp>
#include <gatewire/json/write_dynamic.hpp>
#include <gatewire/json/write_scalar.hpp>
#include <gatewire/json/write_string.hpp>

#include <nlohmann/json.hpp>

#include <cstddef>
#include <cstdint>
#include <string>

namespace rpc::inline v1::codec {

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

#endif  // GATEWIRE_JSON_WRITE_DYNAMIC_IMPL_HPP
