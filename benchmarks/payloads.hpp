// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef BENCH_PAYLOADS_HPP
#define BENCH_PAYLOADS_HPP

#include <gatewire/enum_names.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// What the benchmarks send, after the data types of vn.py. The values are made in a translation
// unit of their own, so that the optimiser cannot see through them.
namespace bench {

using time_point = std::chrono::sys_time<std::chrono::milliseconds>;

enum class exchange { cffex, shfe, dce, czce };
enum class direction { long_side, short_side };
enum class order_type { limit, market, stop };
enum class offset { open, close, close_today };
enum class interval { minute, hour, day };

template <class Enum, std::size_t Size>
using name_list = std::array<std::pair<Enum, std::string_view>, Size>;

inline constexpr name_list<exchange, 4> exchange_names{{{exchange::cffex, "CFFEX"},
                                                        {exchange::shfe, "SHFE"},
                                                        {exchange::dce, "DCE"},
                                                        {exchange::czce, "CZCE"}}};
inline constexpr name_list<direction, 2> direction_names{
    {{direction::long_side, "LONG"}, {direction::short_side, "SHORT"}}};
inline constexpr name_list<order_type, 3> order_type_names{
    {{order_type::limit, "LIMIT"}, {order_type::market, "MARKET"}, {order_type::stop, "STOP"}}};
inline constexpr name_list<offset, 3> offset_names{
    {{offset::open, "OPEN"}, {offset::close, "CLOSE"}, {offset::close_today, "CLOSETODAY"}}};
inline constexpr name_list<interval, 3> interval_names{
    {{interval::minute, "1m"}, {interval::hour, "1h"}, {interval::day, "d"}}};

struct order_request {
    std::string symbol;
    bench::exchange exchange{};
    bench::direction direction{};
    order_type type{};
    double volume = 0;
    double price = 0;
    bench::offset offset{};
    std::string reference;
};

struct tick {
    std::string symbol;
    bench::exchange exchange{};
    time_point datetime{};
    std::string name;
    double volume = 0;
    double turnover = 0;
    double open_interest = 0;
    double last_price = 0;
    double last_volume = 0;
    double limit_up = 0;
    double limit_down = 0;
    double open_price = 0;
    double high_price = 0;
    double low_price = 0;
    double pre_close = 0;
    double bid_price_1 = 0;
    double bid_price_2 = 0;
    double bid_price_3 = 0;
    double bid_price_4 = 0;
    double bid_price_5 = 0;
    double ask_price_1 = 0;
    double ask_price_2 = 0;
    double ask_price_3 = 0;
    double ask_price_4 = 0;
    double ask_price_5 = 0;
    double bid_volume_1 = 0;
    double bid_volume_2 = 0;
    double bid_volume_3 = 0;
    double bid_volume_4 = 0;
    double bid_volume_5 = 0;
    double ask_volume_1 = 0;
    double ask_volume_2 = 0;
    double ask_volume_3 = 0;
    double ask_volume_4 = 0;
    double ask_volume_5 = 0;
    time_point localtime{};
};

struct bar {
    std::string symbol;
    bench::exchange exchange{};
    time_point datetime{};
    bench::interval interval{};
    double volume = 0;
    double turnover = 0;
    double open_interest = 0;
    double open_price = 0;
    double high_price = 0;
    double low_price = 0;
    double close_price = 0;
};

struct history_request {
    std::string symbol;
    bench::exchange exchange{};
    time_point begin{};
    std::int64_t count = 0;
    bench::interval interval{};
};

/// Bars of one answer to `query_history`, where nothing else is said.
inline constexpr std::size_t history_size = 1'000;

// Each number makes another value of about the same size.

order_request make_order(std::size_t number);
tick make_tick(std::size_t number);
std::vector<bar> make_bars(std::size_t count);
history_request make_history_request(std::size_t count);

/// What the engine of the benchmarks answers to an order.
std::string make_order_id(std::size_t number);

// Whole frames, header included, as gatewire sends them: what the bare baseline sends instead.

std::string order_frame();
std::string order_answer_frame();
std::string history_frame();
std::string history_answer_frame();
std::string echo_frame(std::size_t size);
std::string echo_answer_frame(std::size_t size);
std::string tick_frame();

/// A frame around a text that is there already.
std::string frame_around(std::string_view text);

}  // namespace bench

template <>
inline constexpr auto rpc::enum_names<bench::exchange> = bench::exchange_names;
template <>
inline constexpr auto rpc::enum_names<bench::direction> = bench::direction_names;
template <>
inline constexpr auto rpc::enum_names<bench::order_type> = bench::order_type_names;
template <>
inline constexpr auto rpc::enum_names<bench::offset> = bench::offset_names;
template <>
inline constexpr auto rpc::enum_names<bench::interval> = bench::interval_names;

#endif  // BENCH_PAYLOADS_HPP
