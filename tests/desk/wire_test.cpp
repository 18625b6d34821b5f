// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "rpc_service/wire_names.hpp"

#include "trader/object.hpp"

#include <gatewire/json/write.hpp>
#include <gatewire/wire/buffer.hpp>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

namespace {

template <class Value>
nlohmann::json on_the_wire(const Value& value) {
    rpc::wire::buffer text;
    rpc::codec::write_error failure;
    REQUIRE(rpc::codec::write(text, value, failure));
    return nlohmann::json::parse(text.view());
}

TEST_CASE("enumerations travel by vn.py's names, whatever language anybody speaks") {
    CHECK(on_the_wire(trader::direction::LONG) == "LONG");
    CHECK(on_the_wire(trader::status::NOTTRADED) == "NOTTRADED");
    CHECK(on_the_wire(trader::exchange::EUREX) == "EUREX");
    CHECK(trader::exchange_names.size() == 49);
    CHECK(trader::status_names.size() == 6);
    CHECK(trader::product_names.size() == 13);
    CHECK(trader::name_of(static_cast<trader::status>(99)) == "?");
}

TEST_CASE("objects travel with the fields that vn.py gave them") {
    const trader::order_data order{.gateway_name = "SIM", .symbol = "SPX", .orderid = "1"};
    const auto sent = on_the_wire(order);
    CHECK(sent.at("gateway_name") == "SIM");
    CHECK(sent.at("type") == "LIMIT");
    CHECK(sent.at("status") == "SUBMITTING");
    CHECK(on_the_wire(trader::tick_data{}).contains("bid_price_5"));
    CHECK(on_the_wire(trader::contract_data{}).contains("pricetick"));
}

TEST_CASE("ids follow from names") {
    const trader::position_data position{
        .gateway_name = "SIM", .symbol = "SPX", .exchange = trader::exchange::CBOE};
    CHECK(position.vt_positionid() == "SIM.SPX.CBOE.NET");
    const trader::trade_data trade{.gateway_name = "SIM", .orderid = "o", .tradeid = "t"};
    CHECK(trade.vt_tradeid() == "SIM.t");
    CHECK(trade.vt_orderid() == "SIM.o");
}

}  // namespace
