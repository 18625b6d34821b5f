// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TRADER_TEXT_HPP
#define TRADER_TEXT_HPP

#include "../trader/object.hpp"

#include <QString>

#include <optional>
#include <string>
#include <string_view>

// What stands in tables and labels.
namespace trader::ui {

inline QString to_text(std::string_view text) {
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

/// The name of a value of an enumeration.
template <class Enum>
QString name_text(Enum value) {
    return to_text(name_of(value));
}

/// `2,713.06`: so many decimals.
QString price_text(double price, int decimals);

/// `999,344.47`: two decimals, for amounts and averages.
QString money_text(double amount);

/// `1,200`, or `0.5`: the decimals that it has.
QString volume_text(double volume);

// All times are in UTC, as exchanges give them.

/// The day and the time of day.
QString moment_text(time_point moment);
QString moment_text(const std::optional<time_point>& moment);

/// The time of day, for logs.
QString clock_text(time_point moment);

/// How many decimals a price step has.
int decimals_of(double step);

}  // namespace trader::ui

#endif  // TRADER_TEXT_HPP
