// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "payloads.hpp"

#include <gatewire/json/write.hpp>
#include <gatewire/wire/frame.hpp>

#include <cstdio>
#include <cstdlib>

namespace bench {
namespace {

constexpr time_point first_time{std::chrono::milliseconds{1'700'000'000'123}};

/// A price as a market quotes it: a whole number of ticks of 0.2.
double price_of(std::size_t number) {
    return static_cast<double>(19'000 + number % 1'000) / 5.0;
}

/// A frame around the text, with what `value` is in JSON between its two parts.
template <class Value>
std::string frame_of(std::string_view before, const Value& value, std::string_view after) {
    rpc::wire::buffer out;
    rpc::codec::write_error failure;
    const std::size_t begin = rpc::wire::begin_frame(out);
    out.append(before);
    if (!rpc::codec::write(out, value, failure)) {
        std::fputs("a payload has no JSON form\n", stderr);
        std::abort();
    }
    out.append(after);
    rpc::wire::end_frame(out, begin);
    return std::string(out.view());
}

}  // namespace

order_request make_order(std::size_t number) {
    order_request order;
    order.symbol = "IF" + std::to_string(2400 + number % 100);
    order.exchange = exchange::cffex;
    order.direction = number % 2 == 0 ? direction::long_side : direction::short_side;
    order.type = order_type::limit;
    order.volume = static_cast<double>(1 + number % 9);
    order.price = price_of(number);
    order.offset = number % 3 == 0 ? offset::open : offset::close;
    order.reference = "strategy_" + std::to_string(10 + number % 90);
    return order;
}

tick make_tick(std::size_t number) {
    const double price = price_of(number);
    const auto size = [number](std::size_t level) {
        return static_cast<double>(1 + (number * 7 + level * 13) % 97);
    };
    tick made;
    made.symbol = "IF" + std::to_string(2400 + number % 100);
    made.exchange = exchange::cffex;
    made.datetime = first_time + std::chrono::milliseconds(500 * number);
    made.name = "CSI 300 future";
    made.volume = static_cast<double>(48'123 + number);
    made.turnover = made.volume * 300.0 * price;
    made.open_interest = static_cast<double>(131'071 + number % 512);
    made.last_price = price;
    made.last_volume = size(0);
    made.limit_up = 4'268.8;
    made.limit_down = 3'492.8;
    made.open_price = 3'874.4;
    made.high_price = 3'921.6;
    made.low_price = 3'866.2;
    made.pre_close = 3'880.8;
    made.bid_price_1 = price - 0.2;
    made.bid_price_2 = price - 0.4;
    made.bid_price_3 = price - 0.6;
    made.bid_price_4 = price - 0.8;
    made.bid_price_5 = price - 1.0;
    made.ask_price_1 = price + 0.2;
    made.ask_price_2 = price + 0.4;
    made.ask_price_3 = price + 0.6;
    made.ask_price_4 = price + 0.8;
    made.ask_price_5 = price + 1.0;
    made.bid_volume_1 = size(1);
    made.bid_volume_2 = size(2);
    made.bid_volume_3 = size(3);
    made.bid_volume_4 = size(4);
    made.bid_volume_5 = size(5);
    made.ask_volume_1 = size(6);
    made.ask_volume_2 = size(7);
    made.ask_volume_3 = size(8);
    made.ask_volume_4 = size(9);
    made.ask_volume_5 = size(10);
    made.localtime = made.datetime + std::chrono::milliseconds(3);
    return made;
}

std::vector<bar> make_bars(std::size_t count) {
    std::vector<bar> bars(count);
    for (std::size_t number = 0; number < count; ++number) {
        bar& made = bars[number];
        const double price = price_of(number * 3);
        made.symbol = "IF2412";
        made.exchange = exchange::cffex;
        made.datetime = first_time + std::chrono::minutes(number);
        made.interval = interval::minute;
        made.volume = static_cast<double>(100 + number % 900);
        made.turnover = made.volume * 300.0 * price;
        made.open_interest = static_cast<double>(131'071 + number % 512);
        made.open_price = price;
        made.high_price = price + 1.4;
        made.low_price = price - 1.2;
        made.close_price = price + 0.6;
    }
    return bars;
}

history_request make_history_request(std::size_t count) {
    return {"IF2412", exchange::cffex, first_time, static_cast<std::int64_t>(count),
            interval::minute};
}

std::string make_order_id(std::size_t number) {
    return "RPC." + std::to_string(1'000'000 + number % 9'000'000);
}

std::string order_frame() {
    return frame_of(R"({"jsonrpc":"2.0","method":"send_order","params":[)", make_order(12),
                    R"(],"rpc":{"timeout_ms":30000},"id":123456})");
}

std::string order_answer_frame() {
    return frame_of(R"({"jsonrpc":"2.0","id":123456,"result":)", make_order_id(12), "}");
}

std::string history_frame() {
    return frame_of(R"({"jsonrpc":"2.0","method":"query_history","params":[)",
                    make_history_request(history_size),
                    R"(],"rpc":{"timeout_ms":30000},"id":123456})");
}

std::string history_answer_frame() {
    return frame_of(R"({"jsonrpc":"2.0","id":123456,"result":)", make_bars(history_size), "}");
}

std::string echo_frame(std::size_t size) {
    return frame_of(R"({"jsonrpc":"2.0","method":"echo","params":[)", std::string(size, 'x'),
                    R"(],"rpc":{"timeout_ms":30000},"id":123456})");
}

std::string echo_answer_frame(std::size_t size) {
    return frame_of(R"({"jsonrpc":"2.0","id":123456,"result":)", std::string(size, 'x'), "}");
}

std::string tick_frame() {
    return frame_of(R"({"jsonrpc":"2.0","method":"tick","params":{"seq":123456,"data":)",
                    make_tick(12), "}}");
}

std::string frame_around(std::string_view text) {
    rpc::wire::buffer out;
    const std::size_t begin = rpc::wire::begin_frame(out);
    out.append(text);
    rpc::wire::end_frame(out, begin);
    return std::string(out.view());
}

}  // namespace bench
