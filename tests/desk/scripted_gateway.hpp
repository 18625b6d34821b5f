// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TESTS_SCRIPTED_GATEWAY_HPP
#define TESTS_SCRIPTED_GATEWAY_HPP

#include "trader/base_gateway.hpp"
#include "waiting.hpp"

#include <nlohmann/json.hpp>

#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace test {

/// A gateway that does what the test says, and remembers what it was asked for.
class scripted_gateway : public trader::base_gateway {
public:
    static constexpr std::string_view default_name = "SIM";

    explicit scripted_gateway(trader::event_engine& events,
                              std::string name = std::string(default_name))
        : base_gateway(events, std::move(name)) {}

    nlohmann::json default_setting() const override { return {{"user", ""}, {"front", 1}}; }
    std::vector<trader::exchange> exchanges() const override { return {trader::exchange::CBOE}; }
    void connect(const nlohmann::json& setting) override { asked.add("connect " + setting.dump()); }
    void close() override { asked.add("close"); }
    void subscribe(const trader::subscribe_request& request, const std::string&) override {
        asked.add("subscribe " + request.vt_symbol());
    }
    void unsubscribe(const trader::subscribe_request& request, const std::string&) override {
        asked.add("unsubscribe " + request.vt_symbol());
    }
    std::string send_order(const trader::order_request& request, const std::string&) override {
        const std::string id = request.orderid.empty() ? next_id() : request.orderid;
        auto order = request.create_order_data(id, gateway_name());
        asked.add("send_order " + id);
        {
            const std::lock_guard lock(mutex_);
            if (!request.orderid.empty() && !known_.insert(id).second) {
                return order.vt_orderid();  // Sent twice, it is still one order.
            }
        }
        on_order(order);
        order.status = answer;
        on_order(order);
        return order.vt_orderid();
    }
    void cancel_order(const trader::cancel_request& request, const std::string&) override {
        asked.add("cancel_order " + request.orderid);
    }
    std::string send_quote(const trader::quote_request& request, const std::string&) override {
        const auto quote = request.create_quote_data(request.quoteid, gateway_name());
        asked.add("send_quote " + request.quoteid);
        on_quote(quote);
        return quote.vt_quoteid();
    }
    void cancel_quote(const trader::cancel_request& request, const std::string&) override {
        asked.add("cancel_quote " + request.orderid);
    }
    void query_account() override { asked.add("query_account"); }
    void query_position() override { asked.add("query_position"); }
    void query_history(const trader::history_request& request, const std::string&,
                       trader::history_handler handler) override {
        if (request.symbol == "SPX") {
            handler({{.gateway_name = gateway_name(), .symbol = "SPX", .close_price = 4.5}}, {});
        } else {
            handler({}, "no history of " + request.symbol);
        }
    }

    /// Tells anything.
    template <class Data>
    void tell(Data data) {
        data.gateway_name = gateway_name();
        on_event(trader::make_event(std::move(data)));
    }

    recorder<std::string> asked;
    trader::status answer = trader::status::NOTTRADED;

private:
    std::string next_id() {
        const std::lock_guard lock(mutex_);
        return "own-" + std::to_string(++last_id_);
    }

    std::mutex mutex_;
    std::set<std::string> known_;
    int last_id_ = 0;
};

inline trader::contract_data contract(const std::string& symbol) {
    return {.symbol = symbol, .exchange = trader::exchange::CBOE, .name = symbol + " index"};
}

inline trader::tick_data tick(const std::string& symbol, double price) {
    return {.symbol = symbol, .exchange = trader::exchange::CBOE, .last_price = price};
}

inline trader::trade_data trade(const std::string& id, double volume) {
    return {.symbol = "SPX",
            .exchange = trader::exchange::CBOE,
            .orderid = "o",
            .tradeid = id,
            .direction = trader::direction::LONG,
            .volume = volume};
}

inline trader::position_data position(double volume) {
    return {.symbol = "SPX", .exchange = trader::exchange::CBOE, .volume = volume};
}

inline trader::order_request buy(const std::string& id) {
    return {.symbol = "SPX",
            .exchange = trader::exchange::CBOE,
            .volume = 1,
            .price = 10,
            .orderid = id};
}

}  // namespace test

#endif  // TESTS_SCRIPTED_GATEWAY_HPP
