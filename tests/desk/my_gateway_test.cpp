// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: the gateway that examples/server_client/my_gateway.md shows works. Method: the page quotes
// it from here, and an order goes through it.

#include "trader/base_gateway.hpp"

#include "desk_pair.hpp"
#include "station.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <atomic>
#include <string>
#include <vector>

namespace {

//[my_gateway
class my_gateway : public trader::base_gateway {
public:
    using base_gateway::base_gateway;

    nlohmann::json default_setting() const override { return {{"user", ""}, {"password", ""}}; }
    std::vector<trader::exchange> exchanges() const override { return {trader::exchange::LOCAL}; }

    void connect(const nlohmann::json& setting) override {
        write_log("hello " + setting.value("user", ""));
        on_contract({.gateway_name = gateway_name(), .symbol = "GOLD"});
        on_account({.gateway_name = gateway_name(), .accountid = "1", .balance = 1000});
        on_state(trader::gateway_state::CONNECTED);
    }
    void close() override { on_state(trader::gateway_state::DISCONNECTED); }
    void subscribe(const trader::subscribe_request& wanted, const std::string&) override {
        on_tick({.gateway_name = gateway_name(), .symbol = wanted.symbol, .last_price = 100});
    }
    std::string send_order(const trader::order_request& wanted, const std::string&) override {
        const auto id = wanted.orderid.empty() ? std::to_string(++last_id_) : wanted.orderid;
        auto order = wanted.create_order_data(id, gateway_name());
        on_order(order);  // SUBMITTING, until the market has answered.
        order.status = trader::status::NOTTRADED;
        on_order(order);
        return order.vt_orderid();
    }
    void cancel_order(const trader::cancel_request& wanted, const std::string&) override {
        write_log("order " + wanted.orderid + " cannot be cancelled", trader::log_data::warning);
    }

private:
    std::atomic<int> last_id_ = 0;
};
//]

TEST_CASE("one's own gateway is registered by one line, connects and takes an order") {
    trader::station all{"my desk"};
    //[my_gateway_line
    all.add_gateway<my_gateway>("MINE", "my own market");
    //]
    test::platform desk;
    all.fill(desk.main);
    CHECK(desk.main.get_default_setting("MINE").contains("user"));
    desk.main.connect({{"user", "me"}}, "MINE");
    desk.main.subscribe({.symbol = "GOLD"}, "MINE");
    const auto id = desk.main.send_order({.symbol = "GOLD", .volume = 1, .price = 99}, "MINE");
    desk.settle();
    CHECK(id == "MINE.1");
    CHECK(desk.main.get_order(id)->status == trader::status::NOTTRADED);
    CHECK(desk.main.get_tick("MINE.GOLD.LOCAL")->last_price == 100);
    CHECK(desk.main.get_account("MINE.1")->balance == 1000);
    CHECK(desk.main.get_trading_gateway_names() == std::vector<std::string>{"MINE"});
}

}  // namespace
