// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef BENCH_TREE_HPP
#define BENCH_TREE_HPP

#include "../payloads.hpp"

#include <nlohmann/json.hpp>

#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

// The payloads through nlohmann's tree, member by member as its own macros do it. The functions are
// not named `to_json` and `from_json`: gatewire would find those and go through the tree as well.
namespace bench {

/// Calls `visit(name, member)` for each member, in order.
template <class Order, class Visit>
    requires std::is_same_v<std::remove_const_t<Order>, order_request>
void for_each_member(Order& order, Visit&& visit) {
    visit("symbol", order.symbol);
    visit("exchange", order.exchange);
    visit("direction", order.direction);
    visit("type", order.type);
    visit("volume", order.volume);
    visit("price", order.price);
    visit("offset", order.offset);
    visit("reference", order.reference);
}

template <class Tick, class Visit>
    requires std::is_same_v<std::remove_const_t<Tick>, tick>
void for_each_member(Tick& tick, Visit&& visit) {
    visit("symbol", tick.symbol);
    visit("exchange", tick.exchange);
    visit("datetime", tick.datetime);
    visit("name", tick.name);
    visit("volume", tick.volume);
    visit("turnover", tick.turnover);
    visit("open_interest", tick.open_interest);
    visit("last_price", tick.last_price);
    visit("last_volume", tick.last_volume);
    visit("limit_up", tick.limit_up);
    visit("limit_down", tick.limit_down);
    visit("open_price", tick.open_price);
    visit("high_price", tick.high_price);
    visit("low_price", tick.low_price);
    visit("pre_close", tick.pre_close);
    visit("bid_price_1", tick.bid_price_1);
    visit("bid_price_2", tick.bid_price_2);
    visit("bid_price_3", tick.bid_price_3);
    visit("bid_price_4", tick.bid_price_4);
    visit("bid_price_5", tick.bid_price_5);
    visit("ask_price_1", tick.ask_price_1);
    visit("ask_price_2", tick.ask_price_2);
    visit("ask_price_3", tick.ask_price_3);
    visit("ask_price_4", tick.ask_price_4);
    visit("ask_price_5", tick.ask_price_5);
    visit("bid_volume_1", tick.bid_volume_1);
    visit("bid_volume_2", tick.bid_volume_2);
    visit("bid_volume_3", tick.bid_volume_3);
    visit("bid_volume_4", tick.bid_volume_4);
    visit("bid_volume_5", tick.bid_volume_5);
    visit("ask_volume_1", tick.ask_volume_1);
    visit("ask_volume_2", tick.ask_volume_2);
    visit("ask_volume_3", tick.ask_volume_3);
    visit("ask_volume_4", tick.ask_volume_4);
    visit("ask_volume_5", tick.ask_volume_5);
    visit("localtime", tick.localtime);
}

template <class Bar, class Visit>
    requires std::is_same_v<std::remove_const_t<Bar>, bar>
void for_each_member(Bar& bar, Visit&& visit) {
    visit("symbol", bar.symbol);
    visit("exchange", bar.exchange);
    visit("datetime", bar.datetime);
    visit("interval", bar.interval);
    visit("volume", bar.volume);
    visit("turnover", bar.turnover);
    visit("open_interest", bar.open_interest);
    visit("open_price", bar.open_price);
    visit("high_price", bar.high_price);
    visit("low_price", bar.low_price);
    visit("close_price", bar.close_price);
}

template <class Request, class Visit>
    requires std::is_same_v<std::remove_const_t<Request>, history_request>
void for_each_member(Request& request, Visit&& visit) {
    visit("symbol", request.symbol);
    visit("exchange", request.exchange);
    visit("begin", request.begin);
    visit("count", request.count);
    visit("interval", request.interval);
}

template <class Enum>
std::string_view name_of(Enum value) {
    for (const auto& [known, name] : rpc::enum_names<Enum>) {
        if (known == value) {
            return name;
        }
    }
    throw std::invalid_argument("an enumerator without a name");
}

template <class Enum>
Enum enum_of(std::string_view name) {
    for (const auto& [known, its_name] : rpc::enum_names<Enum>) {
        if (its_name == name) {
            return known;
        }
    }
    throw std::invalid_argument("a name without an enumerator");
}

template <class Value>
nlohmann::json tree_of(const Value& value) {
    nlohmann::json tree;
    for_each_member(value, [&tree]<class Member>(const char* name, const Member& member) {
        if constexpr (std::is_enum_v<Member>) {
            tree[name] = name_of(member);
        } else if constexpr (std::is_same_v<Member, time_point>) {
            tree[name] = member.time_since_epoch().count();
        } else {
            tree[name] = member;
        }
    });
    return tree;
}

template <class Value>
nlohmann::json tree_of(const std::vector<Value>& values) {
    nlohmann::json tree = nlohmann::json::array();
    for (const Value& value : values) {
        tree.push_back(tree_of(value));
    }
    return tree;
}

template <class Value>
void from_tree(const nlohmann::json& tree, Value& value) {
    for_each_member(value, [&tree]<class Member>(const char* name, Member& member) {
        const nlohmann::json& branch = tree.at(name);
        if constexpr (std::is_enum_v<Member>) {
            member = enum_of<Member>(branch.get_ref<const std::string&>());
        } else if constexpr (std::is_same_v<Member, time_point>) {
            member = time_point(std::chrono::milliseconds(branch.get<std::int64_t>()));
        } else {
            branch.get_to(member);
        }
    });
}

template <class Value>
void from_tree(const nlohmann::json& tree, std::vector<Value>& values) {
    values.reserve(tree.size());
    for (const nlohmann::json& branch : tree) {
        from_tree(branch, values.emplace_back());
    }
}

/// Queues a text as a frame.
template <class Stream>
void send_text(Stream& to, std::string_view text) {
    const auto size = static_cast<std::uint32_t>(text.size());
    const char header[]{static_cast<char>(size >> 24), static_cast<char>(size >> 16),
                        static_cast<char>(size >> 8), static_cast<char>(size)};
    to.send(std::string_view(header, sizeof header));
    to.send(text);
}

}  // namespace bench

#endif  // BENCH_TREE_HPP
