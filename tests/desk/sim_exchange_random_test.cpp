// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: whatever is sent to the simulated exchange, what it tells adds up. Method: thousands of
// random orders, quotes and cancellations; an observer counts on its own and checks everything that
// it hears against what it has heard before.

#include "sim_gateway/sim_exchange.hpp"

#include "sim_market.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace {

using trader::direction;
using trader::order_type;
using trader::status;

using enum direction;

using test::make_markets;
using test::rig_setting;

/// Whether an order may go from one state to another; every change is told once.
bool is_legal(std::optional<status> from, status to) {
    if (!from) {
        return to == status::SUBMITTING || to == status::REJECTED;
    }
    switch (*from) {
        case status::SUBMITTING: return to != status::SUBMITTING && to != status::REJECTED;
        case status::NOTTRADED:
            return to == status::PARTTRADED || to == status::ALLTRADED || to == status::CANCELLED;
        case status::PARTTRADED:
            return to == status::PARTTRADED || to == status::ALLTRADED || to == status::CANCELLED;
        default: return false;
    }
}

/// An exchange with an observer, who counts on its own: fills by order, positions and money by
/// fills, margin by active orders.
struct random_rig {
    using told =
        std::variant<trader::tick_data, trader::trade_data, trader::order_data, trader::quote_data,
                     trader::position_data, trader::account_data, std::string>;

    explicit random_rig(rig_setting given = {})
        : setting(std::move(given)), exchange(setting.exchange, make_markets(setting)) {
        for (const auto& each : exchange.contracts()) {
            contracts[each.vt_symbol()] = each;
        }
        exchange.on_tick = [this](const auto& tick) { log.emplace_back(tick); };
        exchange.on_log = [this](const auto& msg, int) { log.emplace_back(msg); };
        exchange.on_trade = [this](const auto& trade) { hear(trade); };
        exchange.on_order = [this](const auto& order) { hear(order); };
        exchange.on_quote = [this](const auto& quote) { hear(quote); };
        exchange.on_position = [this](const auto& position) { hear(position); };
        exchange.on_account = [this](const auto& account) { hear(account); };
    }

    random_rig(const random_rig&) = delete;
    random_rig& operator=(const random_rig&) = delete;

    /// Everything that the exchange says of itself is what was heard of it.
    void check_totals() const {
        double margin = 0;
        for (const auto& [id, order] : orders) {
            const auto fills = filled.find(id);
            REQUIRE(order.traded == (fills == filled.end() ? 0 : fills->second));
            REQUIRE(order.status != status::SUBMITTING);
            if (order.is_active()) {
                margin += 0.1 * order.price * (order.volume - order.traded) * size(order);
            }
        }
        for (const auto& [id, quote] : quotes) {
            if (quote.is_active()) {
                margin += 0.1 * size(quote) *
                          (quote.bid_price * (quote.bid_volume - traded(quote, "bid_traded")) +
                           quote.ask_price * (quote.ask_volume - traded(quote, "ask_traded")));
            }
        }
        CHECK(exchange.account().frozen == doctest::Approx(margin));
        double worth = exchange.account().balance;
        for (const auto& position : exchange.positions()) {
            CHECK(position.volume == volumes.at(position.vt_symbol()));
            CHECK((position.volume != 0 || position.price == 0));
            worth += position.pnl;
        }
        // What was paid and got, with what is held at its last price.
        double expected = setting.exchange.balance - commission;
        for (const auto& [symbol, paid] : cash) {
            expected += paid + volumes.at(symbol) * exchange.find_tick(symbol)->last_price *
                                   contracts.at(symbol).size;
        }
        CHECK(worth == doctest::Approx(expected).epsilon(1e-9));
        CHECK(exchange.positions().size() == volumes.size());
    }

    double size(const auto& of) const { return contracts.at(of.vt_symbol()).size; }

    static double traded(const trader::quote_data& quote, const char* side) {
        return quote.extra.value_or(nlohmann::json::object()).at(side).get<double>();
    }

    void hear(const trader::trade_data& trade) {
        REQUIRE(trade.volume > 0);
        REQUIRE(trades.insert(trade.tradeid).second);
        REQUIRE((orders.contains(trade.orderid) || quotes.contains(trade.orderid)));
        if (const auto found = orders.find(trade.orderid); found != orders.end()) {
            check_price(trade, found->second);
        }
        filled[trade.orderid] += trade.volume;
        const double worth = trade.price * size(trade);
        volumes[trade.vt_symbol()] += trade.signed_volume();
        cash[trade.vt_symbol()] -= trade.signed_volume() * worth;
        commission += trade.volume * worth * setting.exchange.commission_rate;
        log.emplace_back(trade);
    }

    /// Nobody pays more, or gets less, than what was asked for.
    static void check_price(const trader::trade_data& trade, const trader::order_data& order) {
        REQUIRE(trade.vt_symbol() == order.vt_symbol());
        REQUIRE(trade.direction == order.direction);
        if (order.type != order_type::MARKET) {
            REQUIRE((order.direction == LONG ? trade.price <= order.price
                                             : trade.price >= order.price));
        }
    }

    void hear(const trader::order_data& order) {
        const auto before = orders.find(order.orderid);
        const bool is_new = before == orders.end();
        REQUIRE(
            is_legal(is_new ? std::nullopt : std::optional(before->second.status), order.status));
        REQUIRE((is_new || order != before->second));
        REQUIRE(order.traded == (is_new ? 0 : filled[order.orderid]));
        REQUIRE((order.status == status::ALLTRADED) ==
                (order.traded == order.volume && order.status != status::REJECTED));
        REQUIRE((order.status != status::PARTTRADED || order.traded > 0));
        REQUIRE((order.status == status::REJECTED) == !order.reason.empty());
        orders[order.orderid] = order;
        log.emplace_back(order);
    }

    void hear(const trader::quote_data& quote) {
        const auto before = quotes.find(quote.quoteid);
        const bool is_new = before == quotes.end();
        REQUIRE(
            is_legal(is_new ? std::nullopt : std::optional(before->second.status), quote.status));
        REQUIRE((is_new || quote != before->second));
        REQUIRE(traded(quote, "bid_traded") + traded(quote, "ask_traded") ==
                (is_new ? 0 : filled[quote.quoteid]));
        quotes[quote.quoteid] = quote;
        log.emplace_back(quote);
    }

    void hear(const trader::position_data& position) {
        REQUIRE(position.direction == direction::NET);
        REQUIRE(position.volume == volumes.at(position.vt_symbol()));
        const auto [before, is_new] = positions.try_emplace(position.vt_symbol(), position);
        REQUIRE((is_new || before->second != position));
        before->second = position;
        log.emplace_back(position);
    }

    void hear(const trader::account_data& account) {
        REQUIRE(account != std::exchange(told_account, account));
        log.emplace_back(account);
    }

    rig_setting setting;
    trader::sim::sim_exchange exchange;
    std::vector<told> log;

    std::map<std::string, trader::contract_data> contracts;
    std::map<std::string, trader::order_data> orders;
    std::map<std::string, trader::quote_data> quotes;
    std::map<std::string, trader::position_data> positions;
    trader::account_data told_account;
    std::set<std::string> trades;
    std::map<std::string, double> filled;
    std::map<std::string, double> volumes;
    std::map<std::string, double> cash;
    double commission = 0;
};

/// Any order, sensible or not, or the end of one.
void send_random(random_rig& desk, std::mt19937_64& random) {
    const auto contracts = desk.exchange.contracts();
    const auto& contract = contracts[random() % contracts.size()];
    const auto* tick = desk.exchange.find_tick(contract.vt_symbol());
    const auto some_price = [&] {
        const auto distance = static_cast<double>(random() % 41) - 20;
        return tick->last_price + distance * contract.pricetick * (random() % 5 == 0 ? 50 : 1);
    };
    const auto volume = static_cast<double>(random() % 31);
    const auto side = random() % 2 == 0 ? LONG : SHORT;
    const auto any_id = [&] {
        const auto number = std::to_string(1 + random() % (desk.orders.size() + 1));
        return "TEST-" + std::string(6 - number.size(), '0') + number;
    };
    const auto wanted = random() % 20;
    if (wanted < 12) {
        desk.exchange.send_order({.symbol = contract.symbol,
                                  .exchange = contract.exchange,
                                  .direction = side,
                                  .type = static_cast<order_type>(random() % 7),
                                  .volume = volume,
                                  .price = some_price(),
                                  .orderid = random() % 9 == 0 ? any_id() : ""});
    } else if (wanted < 14) {
        const double bid = some_price();
        desk.exchange.send_quote({.symbol = contract.symbol,
                                  .exchange = contract.exchange,
                                  .bid_price = bid,
                                  .bid_volume = volume,
                                  .ask_price = bid + contract.pricetick * 10,
                                  .ask_volume = volume});
    } else if (wanted < 18) {
        desk.exchange.cancel_order({.orderid = any_id()});
    } else {
        desk.exchange.cancel_quote({.orderid = any_id()});
    }
}

void play_turn(random_rig& desk, int turn, std::mt19937_64& random) {
    if (turn % 7 == 0) {
        desk.exchange.step();
    } else {
        send_random(desk, random);
    }
}

void play(random_rig& desk, int count, std::uint64_t seed) {
    std::mt19937_64 random(seed);
    for (int i = 0; i < count; ++i) {
        play_turn(desk, i, random);
        if (i % 20 == 0) {
            desk.check_totals();
        }
    }
}

}  // namespace

TEST_CASE("whatever is sent, every order goes a legal way and the accounts add up") {
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
        CAPTURE(seed);
        random_rig desk(
            {.exchange = {.session = "TEST", .commission_rate = seed % 2 == 0 ? 1e-4 : 0}});
        play(desk, 4000, seed);
        REQUIRE(desk.trades.size() > 500);
        std::set<status> seen;
        for (const auto& [id, order] : desk.orders) {
            seen.insert(order.status);
        }
        CHECK(seen.size() >= 4);
        for (const auto& [id, order] : desk.orders) {
            desk.exchange.cancel_order({.orderid = id});
        }
        for (const auto& [id, quote] : desk.quotes) {
            desk.exchange.cancel_quote({.orderid = id});
        }
        // Exactly: margin is not to leak by rounding.
        CHECK(desk.exchange.account().frozen == 0);
        for (const auto& position : desk.exchange.positions()) {
            CHECK(position.frozen == 0);
        }
        desk.check_totals();
    }
}

TEST_CASE("the same seed tells the same, another seed something else") {
    const auto told = [](std::uint64_t market_seed, std::uint64_t order_seed) {
        random_rig desk({.replay = {.seed = market_seed, .history_bars = 2}});
        play(desk, 500, order_seed);
        return std::move(desk.log);
    };
    const auto first = told(1, 1);
    CHECK(first.size() > 500);
    CHECK((first == told(1, 1)));
    CHECK((first != told(2, 1)));
    CHECK((first != told(1, 2)));
}

TEST_CASE("two exchanges side by side are two") {
    random_rig alone;
    play(alone, 500, 1);
    random_rig one;
    random_rig other;
    std::mt19937_64 random_one(1);
    std::mt19937_64 random_other(2);
    for (int i = 0; i < 500; ++i) {
        play_turn(one, i, random_one);
        play_turn(other, i, random_other);
    }
    CHECK((one.log == alone.log));
    CHECK((other.log != alone.log));
}
