// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_TYPED_PARAMS_IMPL_HPP
#define GATEWIRE_TYPED_PARAMS_IMPL_HPP

#include <gatewire/detail/linkage.hpp>
#include <gatewire/error.hpp>
#include <gatewire/json/string.hpp>
#include <gatewire/typed/params.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rpc::inline v1::typed {

GATEWIRE_INLINE void throw_out_of_range(std::size_t index, std::uint64_t bits, bool is_negative) {
    const std::string number =
        is_negative ? "-" + std::to_string(std::uint64_t{0} - bits) : std::to_string(bits);
    throw error(
        errc::invalid_params,
        "params[" + std::to_string(index) + "]: " + number + " is out of range of the parameter",
        outcome::not_sent);
}

GATEWIRE_INLINE void throw_unwritable(std::size_t index, const codec::write_error& failure) {
    throw error(errc::invalid_value, failure.text("params[" + std::to_string(index) + "]"),
                outcome::not_sent);
}

inline std::string count_text(std::size_t count) {
    return std::to_string(count) + (count == 1 ? " parameter" : " parameters");
}

GATEWIRE_INLINE bool fail_count(codec::strict_reader& in, std::size_t wanted, std::size_t found) {
    return in.fail_value("expected " + count_text(wanted) + ", found " +
                         (found > wanted ? std::string("more") : std::to_string(found)));
}

GATEWIRE_INLINE bool fail_missing(std::size_t wanted, codec::read_error& failure) {
    failure.kind = codec::read_failure::value;
    failure.message = "missing, expected " + count_text(wanted);
    return false;
}

inline bool read_parameter(codec::strict_reader& in, std::string_view name,
                           const named_parameters& parameters, std::vector<bool>& seen) {
    std::size_t index = 0;
    while (index < seen.size() && parameters.names[index] != name) {
        ++index;
    }
    if (seen.empty()) {
        return in.fail_value("expected no parameters");
    }
    if (index == seen.size()) {
        return in.fail_value("there is no parameter '" + codec::printable(name) + "'");
    }
    const std::string_view known = parameters.names[index];
    if (seen[index]) {
        return in.fail_value("the parameter '" + std::string(known) + "' stands there twice");
    }
    seen[index] = true;
    return parameters.read(in, parameters.values, index) || in.inside_member(known);
}

GATEWIRE_INLINE bool read_named(codec::strict_reader& in, const named_parameters& parameters) {
    if (in.peek() != codec::value_kind::object) {
        return in.fail_expected("an array or an object");
    }
    std::vector<bool> seen(parameters.optional.size());
    if (parameters.names.size() != seen.size()) {
        return in.fail_value("expected an array: the method's parameters have no names");
    }
    // Of a method without parameters an empty object says as much as an empty array.
    if (!codec::read_each_member(in, [&](std::string_view name) {
            return read_parameter(in, name, parameters, seen);
        })) {
        return false;
    }
    for (std::size_t index = 0; index < seen.size(); ++index) {
        if (!seen[index] && !parameters.optional[index]) {
            return in.fail_value("missing parameter '" + std::string(parameters.names[index]) +
                                 "'");
        }
    }
    return true;
}

}  // namespace rpc::inline v1::typed

#endif  // GATEWIRE_TYPED_PARAMS_IMPL_HPP
