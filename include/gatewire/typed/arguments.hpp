// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_TYPED_ARGUMENTS_HPP
#define GATEWIRE_TYPED_ARGUMENTS_HPP

#include <gatewire/typed/request.hpp>
#include <gatewire/wire/json/read.hpp>

#include <array>
#include <bitset>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

/// Reads a request's `params` straight into the values that a method is called with.
namespace rpc::inline v1::typed {

template <class Tuple>
struct tuple_facts;
template <class... Values>
struct tuple_facts<std::tuple<Values...>> {
    static constexpr std::size_t size = sizeof...(Values);
    /// What may be left out at the end, or by name.
    static constexpr std::array<bool, size> optional{is_optional<Values>...};

    static constexpr bool may_end_at(std::size_t count) noexcept {
        for (std::size_t at = count; at < size; ++at) {
            if (!optional[at]) {
                return false;
            }
        }
        return true;
    }
};

inline std::string count_text(std::size_t count) {
    return std::to_string(count) + (count == 1 ? " parameter" : " parameters");
}

/// Reads the value at place `index` of the tuple.
template <class Tuple, std::size_t... Index>
bool read_place(wire::json::reader& in, Tuple& values, std::size_t index,
                std::index_sequence<Index...>) {
    bool good = true;
    static_cast<void>((
        (index == Index && ((good = wire::json::read(in, std::get<Index>(values))), true)) || ...));
    return good;
}

template <class Tuple>
bool read_positional(wire::json::reader& in, Tuple& values) {
    using facts = tuple_facts<Tuple>;
    if (!in.enter_array()) {
        return false;
    }
    bool first = true;
    for (std::size_t index = 0;; ++index) {
        const wire::json::step next = in.next_element(first);
        if (next == wire::json::step::error) {
            return false;
        }
        if (next == wire::json::step::end) {
            return facts::may_end_at(index) || in.fail_value("expected " + count_text(facts::size) +
                                                             ", found " + std::to_string(index));
        }
        if (index == facts::size) {
            return in.fail_value("expected " + count_text(facts::size) + ", found more");
        }
        if (!read_place(in, values, index, std::make_index_sequence<facts::size>{})) {
            return in.inside_element(index);
        }
    }
}

template <class Tuple>
bool read_named(wire::json::reader& in, Tuple& values, std::span<const std::string_view> names) {
    using facts = tuple_facts<Tuple>;
    if (names.size() != facts::size || facts::size == 0) {
        return in.fail_value(facts::size == 0
                                 ? "expected no parameters"
                                 : "expected an array: the method's parameters have no names");
    }
    if (!in.enter_object()) {
        return false;
    }
    std::bitset<facts::size + 1> seen;
    bool first = true;
    std::string_view name;
    for (;;) {
        const wire::json::step next = in.next_member(first, name);
        if (next == wire::json::step::error) {
            return false;
        }
        if (next == wire::json::step::end) {
            break;
        }
        std::size_t index = 0;
        while (index < names.size() && names[index] != name) {
            ++index;
        }
        if (index == names.size()) {
            return in.fail_value("there is no parameter '" + wire::json::printable(name) + "'");
        }
        if (seen[index]) {
            return in.fail_value("the parameter '" + std::string(names[index]) +
                                 "' stands there twice");
        }
        seen.set(index);
        if (!read_place(in, values, index, std::make_index_sequence<facts::size>{})) {
            return in.inside_member(names[index]);
        }
    }
    for (std::size_t index = 0; index < facts::size; ++index) {
        if (!seen[index] && !facts::optional[index]) {
            return in.fail_value("missing parameter '" + std::string(names[index]) + "'");
        }
    }
    return true;
}

/// Reads `params` as they are written into the tuple; empty text stands for no params at all.
/// @param names  The parameters' names, or nothing if they have none.
template <class Tuple>
bool read_arguments(std::string_view params, Tuple& values, std::span<const std::string_view> names,
                    wire::json::read_error& failure) {
    using facts = tuple_facts<Tuple>;
    if (params.empty()) {
        if (!facts::may_end_at(0)) {
            failure.kind = wire::json::read_failure::value;
            failure.message = "missing, expected " + count_text(facts::size);
            return false;
        }
        return true;
    }
    wire::json::reader in(params);
    bool good = false;
    switch (in.peek()) {
        case wire::json::value_kind::array: good = read_positional(in, values); break;
        case wire::json::value_kind::object: good = read_named(in, values, names); break;
        default: in.fail_expected("an array or an object");
    }
    if (good && in.finish()) {
        return true;
    }
    failure = in.take_error();
    return false;
}

}  // namespace rpc::inline v1::typed

#endif  // GATEWIRE_TYPED_ARGUMENTS_HPP
