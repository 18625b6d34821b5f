// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef DESK_TYPES_HPP
#define DESK_TYPES_HPP

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

// What the server and its clients talk about, after the data types of vn.py. Plain C++: nothing
// here knows that these values travel.
namespace desk {

using time_point = std::chrono::sys_seconds;

enum class side { buy, sell };
enum class order_type { limit, market };
enum class order_status { not_traded, part_traded, all_traded, cancelled, rejected };

inline constexpr std::array<std::pair<side, std::string_view>, 2> side_names{
    {{side::buy, "buy"}, {side::sell, "sell"}}};
inline constexpr std::array<std::pair<order_type, std::string_view>, 2> order_type_names{
    {{order_type::limit, "limit"}, {order_type::market, "market"}}};
inline constexpr std::array<std::pair<order_status, std::string_view>, 5> order_status_names{
    {{order_status::not_traded, "not_traded"},
     {order_status::part_traded, "part_traded"},
     {order_status::all_traded, "all_traded"},
     {order_status::cancelled, "cancelled"},
     {order_status::rejected, "rejected"}}};

/// The name of a value in one of the lists above.
template <class Names, class Enum>
constexpr std::string_view name_of(const Names& names, Enum value) {
    for (const auto& [known, name] : names) {
        if (known == value) {
            return name;
        }
    }
    return "?";
}

struct contract {
    std::string symbol;
    std::string exchange;
    std::string name;
    double price_tick = 0.01;
    std::int64_t max_volume = 1'000;  // Of one order.
};

struct tick {
    std::string symbol;
    time_point datetime{};
    double last_price = 0;
    std::int64_t volume = 0;  // Since the day began.
    double open_price = 0;
    double high_price = 0;
    double low_price = 0;
    double bid_price_1 = 0;
    std::int64_t bid_volume_1 = 0;
    double ask_price_1 = 0;
    std::int64_t ask_volume_1 = 0;
};

struct bar {
    std::string symbol;
    time_point datetime{};
    double open_price = 0;
    double high_price = 0;
    double low_price = 0;
    double close_price = 0;
    std::int64_t volume = 0;
};

struct order_request {
    std::string symbol;
    desk::side side = side::buy;
    order_type type = order_type::limit;
    double price = 0;  // A market order ignores it.
    std::int64_t volume = 0;
    std::string reference;  // The sender's own mark; orders and trades carry it.
};

struct cancel_request {
    std::uint64_t order_id = 0;
};

struct history_request {
    std::string symbol;
    std::optional<time_point> start;
    std::optional<time_point> end;
};

struct order {
    std::uint64_t order_id = 0;
    std::string symbol;
    desk::side side = side::buy;
    order_type type = order_type::limit;
    double price = 0;
    std::int64_t volume = 0;
    std::int64_t traded = 0;
    order_status status = order_status::not_traded;
    std::string reason;  // Why it was rejected.
    std::string reference;
    time_point datetime{};

    bool is_active() const {
        return status == order_status::not_traded || status == order_status::part_traded;
    }
    std::int64_t rest() const { return volume - traded; }
};

struct trade {
    std::uint64_t trade_id = 0;
    std::uint64_t order_id = 0;
    std::string symbol;
    desk::side side = side::buy;
    double price = 0;
    std::int64_t volume = 0;
    std::string reference;
    time_point datetime{};

    std::int64_t signed_volume() const { return side == side::buy ? volume : -volume; }
};

struct position {
    std::string symbol;
    std::int64_t volume = 0;  // Bought less sold.
    double pnl = 0;           // At the last price.
};

struct log_line {
    time_point datetime{};
    std::string msg;
};

}  // namespace desk

#endif  // DESK_TYPES_HPP
