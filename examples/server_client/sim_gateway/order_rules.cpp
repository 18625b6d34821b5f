// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "order_rules.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace trader::sim {

namespace {

std::string to_money_text(double amount) {
    std::array<char, 400> text{};  // The largest double has 309 digits before the point.
    std::snprintf(text.data(), text.size(), "%.2f", amount);
    return text.data();
}

bool is_taken(order_type type) {
    return type == order_type::LIMIT || type == order_type::MARKET || type == order_type::FAK ||
           type == order_type::FOK;
}

}  // namespace

std::string refuse_volume(const listing& traded, double volume, const std::string& what) {
    const auto& rules = traded.contract;
    if (!(std::isfinite(volume) && volume > 0)) {
        return what + " must be positive";
    }
    if (volume < rules.min_volume) {
        return what + " " + to_text(volume) + " is below the smallest order, " +
               to_text(rules.min_volume);
    }
    if (rules.max_volume && volume > *rules.max_volume) {
        return what + " " + to_text(volume) + " is over the largest order, " +
               to_text(*rules.max_volume);
    }
    const double count = volume / rules.min_volume;
    if (std::abs(count - std::round(count)) > 1e-9) {
        return what + " " + to_text(volume) + " is not a multiple of " + to_text(rules.min_volume);
    }
    return {};
}

std::string refuse_price(const listing& traded, double price, const std::string& what) {
    if (!(std::isfinite(price) && price > 0)) {
        return what + " must be a positive number";
    }
    if (price > price_max) {
        return what + " is over the highest that is taken, " + to_text(price_max);
    }
    if (!traded.is_on_grid(price)) {
        return what + " " + to_text(price) + " is not a multiple of " +
               to_text(traded.contract.pricetick) + ", the nearest is " +
               to_text(traded.rounded(price));
    }
    return {};
}

std::string refuse_offset(const listing& traded, offset how, const std::string& what) {
    if (traded.contract.net_position || how != offset::NONE) {
        return {};
    }
    return traded.contract.vt_symbol() + " is held long and short: " + what +
           " must be OPEN, CLOSE, CLOSETODAY or CLOSEYESTERDAY";
}

std::string refuse_order(const listing& traded, const order_request& request) {
    if (!is_taken(request.type)) {
        return "orders of type " + std::string(name_of(request.type)) +
               " are not supported, only LIMIT, MARKET, FAK and FOK";
    }
    if (request.direction != direction::LONG && request.direction != direction::SHORT) {
        return "the direction must be LONG or SHORT";
    }
    auto reason = refuse_volume(traded, request.volume, "the volume");
    if (reason.empty() && request.type != order_type::MARKET) {
        reason = refuse_price(traded, request.price, "the price");
    }
    return reason.empty() ? refuse_offset(traded, request.offset, "the offset") : reason;
}

std::string refuse_quote(const listing& traded, const quote_request& request) {
    auto reason = refuse_volume(traded, request.bid_volume, "the bid volume");
    if (reason.empty()) {
        reason = refuse_volume(traded, request.ask_volume, "the ask volume");
    }
    if (reason.empty()) {
        reason = refuse_price(traded, request.bid_price, "the bid price");
    }
    if (reason.empty()) {
        reason = refuse_price(traded, request.ask_price, "the ask price");
    }
    if (reason.empty() && traded.nearest(request.bid_price) >= traded.nearest(request.ask_price)) {
        reason = "the bid price must be below the ask price";
    }
    if (reason.empty()) {
        reason = refuse_offset(traded, request.bid_offset, "the bid offset");
    }
    return reason.empty() ? refuse_offset(traded, request.ask_offset, "the ask offset") : reason;
}

std::string refuse_close(const listing& traded, direction side, offset how, lots wanted,
                         lots closable) {
    if (wanted <= closable) {
        return {};
    }
    const std::string when = how == offset::CLOSETODAY       ? " of today"
                             : how == offset::CLOSEYESTERDAY ? " of before today"
                                                             : "";
    return "there is not so much to close: of the " +
           std::string(side == direction::LONG ? "SHORT" : "LONG") + " position" + when + " " +
           to_text(traded.to_volume((std::max)(closable, lots{0}))) +
           " is left that no other order closes";
}

std::string refuse_margin(double needed, double available) {
    // Half a cent, so that all of the money can be used.
    if (needed <= available + 0.005) {
        return {};
    }
    return "not enough money: the margin needed is " + to_money_text(needed) + ", available is " +
           to_money_text(available);
}

}  // namespace trader::sim
