// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TRADER_TICK_LEVELS_HPP
#define TRADER_TICK_LEVELS_HPP

#include "object.hpp"

#include <array>

namespace trader {

/// One of the five prices of a side, so that they can be counted through.
struct tick_level {
    double tick_data::* price;
    double tick_data::* volume;
};

inline constexpr std::array<tick_level, 5> bid_levels{
    {{&tick_data::bid_price_1, &tick_data::bid_volume_1},
     {&tick_data::bid_price_2, &tick_data::bid_volume_2},
     {&tick_data::bid_price_3, &tick_data::bid_volume_3},
     {&tick_data::bid_price_4, &tick_data::bid_volume_4},
     {&tick_data::bid_price_5, &tick_data::bid_volume_5}}};
inline constexpr std::array<tick_level, 5> ask_levels{
    {{&tick_data::ask_price_1, &tick_data::ask_volume_1},
     {&tick_data::ask_price_2, &tick_data::ask_volume_2},
     {&tick_data::ask_price_3, &tick_data::ask_volume_3},
     {&tick_data::ask_price_4, &tick_data::ask_volume_4},
     {&tick_data::ask_price_5, &tick_data::ask_volume_5}}};

}  // namespace trader

#endif  // TRADER_TICK_LEVELS_HPP
