// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TRADER_FIELDS_HPP
#define TRADER_FIELDS_HPP

#include "../trader/setting.hpp"

#include <nlohmann/json.hpp>

#include <cmath>
#include <concepts>
#include <limits>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>

// Members of a class with the names that they have in files and windows. A class lists them once:
//
//     static constexpr std::tuple parameters{field{"fast_days", &ma_cross_strategy::fast_days_}};
namespace trader {

template <class Owner, class Value>
struct field {
    std::string_view name;
    Value Owner::* place;
};
template <class Owner, class Value>
field(const char*, Value Owner::*) -> field<Owner, Value>;

/// The values of all fields, as a JSON object.
template <class Owner, class... Field>
nlohmann::json get_fields(const Owner& owner, const std::tuple<Field...>& fields) {
    auto values = nlohmann::json::object();
    std::apply(
        [&](const auto&... each) { ((values[std::string(each.name)] = owner.*each.place), ...); },
        fields);
    return values;
}

/// Puts a value where it belongs; a number that would become another one is refused.
template <class Value>
void set_value(Value& place, const std::string& name, const nlohmann::json& value) {
    if constexpr (std::integral<Value> && !std::same_as<Value, bool>) {
        using limits = std::numeric_limits<Value>;
        const auto number = value.get<double>();
        if (!(number >= static_cast<double>(limits::lowest()) &&
              number <= static_cast<double>(limits::max()) && number == std::floor(number))) {
            throw std::invalid_argument(wrong_setting(name, "a whole number", value));
        }
    }
    place = value.get<Value>();
}

/// Sets the fields that `given` has; the others stay as they are.
/// @throws std::invalid_argument  If there is no such field, or it takes something else; the text
///                                names it. Nothing of `given` need be set then.
template <class Owner, class... Field>
void set_fields(Owner& owner, const std::tuple<Field...>& fields, const nlohmann::json& given) {
    const auto values = with_defaults(get_fields(owner, fields), given);
    std::apply(
        [&](const auto&... each) {
            (set_value(owner.*each.place, std::string(each.name),
                       values.at(std::string(each.name))),
             ...);
        },
        fields);
}

}  // namespace trader

#endif  // TRADER_FIELDS_HPP
