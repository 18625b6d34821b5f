// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: programs built at different times meet and say what does not fit; errors keep their sense.
// Method: clients whose tables differ from the server's in one way each; engines that throw.

#include "desk.hpp"
#include "raw_peer.hpp"

#include <gatewire/rpc.hpp>

#include <asio/use_future.hpp>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace {

using test::error_of;

/// What the server knows.
struct order {
    std::string symbol;
    double price = 0;
    std::int32_t volume = 0;
    std::optional<std::string> note;
};
struct report {
    std::int32_t id = 0;
    std::string text;
};

class old_engine {
public:
    std::int32_t send(const order& what) { return what.volume; }
    report look(std::int32_t id) { return {id, "report"}; }
    int add(int a, int b) { return a + b; }
    int throw_kind(int kind) {
        switch (kind) {
            case -1: throw rpc::error{-32050, "no such symbol", {{"symbol", "X"}}};
            case -2: throw rpc::error{42, "own code"};
            case -3: throw std::runtime_error("what it says");
            case -4: throw 7;
            default: throw rpc::error{static_cast<rpc::errc>(kind), "by name"};
        }
    }
    asio::awaitable<int> throw_later(int kind) { co_return throw_kind(kind); }

    using rpc_table =
        rpc::table<rpc::method<"send", &old_engine::send>, rpc::method<"look", &old_engine::look>,
                   rpc::method<"add", &old_engine::add>,
                   rpc::method<"throw_kind", &old_engine::throw_kind>,
                   rpc::method<"throw_later", &old_engine::throw_later>,
                   rpc::event<"report", report>, rpc::event<"order", order>>;
};

// What clients think of it: each differs in one way.
struct order_with_text_price {
    std::string symbol;
    std::string price;
    std::int32_t volume = 0;
};
struct order_without_volume {
    std::string symbol;
    double price = 0;
};
struct order_with_more {
    std::string symbol;
    double price = 0;
    std::int32_t volume = 0;
    std::vector<int> tags;
};
struct wide_report {
    std::int64_t id = 0;
    std::optional<std::string> comment;
};

struct text_price_client {
    using rpc_table = rpc::table<rpc::remote<"send", std::int32_t(order_with_text_price)>,
                                 rpc::remote<"add", int(int, int)>>;
};
struct no_volume_client {
    using rpc_table = rpc::table<rpc::remote<"send", std::int32_t(order_without_volume)>,
                                 rpc::remote<"add", int(int, int)>>;
};
struct compatible_client {
    using rpc_table = rpc::table<rpc::remote<"send", std::int64_t(order_with_more)>,
                                 rpc::remote<"look", wide_report(std::int16_t)>,
                                 rpc::remote<"add", void(int, int)>>;
};
struct eager_client {
    using rpc_table =
        rpc::table<rpc::remote<"add", int(int, int, int)>,
                   rpc::remote<"look", std::string(std::int32_t)>, rpc::remote<"cancel", int(int)>,
                   rpc::remote<"send", std::int32_t(order)>>;
};
struct thrower {
    using rpc_table =
        rpc::table<rpc::remote<"throw_kind", int(int)>, rpc::remote<"throw_later", int(int)>>;
};

struct reading_client {
    void on_report(const wide_report& event) { reports.add(event.id); }
    void on_order(const order_with_text_price&) {}
    void on_news(const std::string&) {}
    using rpc_table = rpc::table<rpc::on<"report", &reading_client::on_report>,
                                 rpc::on<"order", &reading_client::on_order>,
                                 rpc::on<"news", &reading_client::on_news>>;
    test::recorder<std::int64_t> reports;
};

struct served_engine {
    served_engine() : server(io.get_executor(), engine, local()) { server.start(); }

    static rpc::server_options local() {
        rpc::server_options options;
        options.listen = {"tcp://127.0.0.1:0"};
        return options;
    }
    rpc::client_options to_here() const {
        rpc::client_options options;
        options.address = server.addresses().front();
        return options;
    }

    old_engine engine;
    rpc::io_thread io;
    rpc::server<old_engine> server;
};

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("contract: a method whose types do not fit is refused before its first call, with both") {
    served_engine served;
    rpc::client<text_price_client> client(served.io.get_executor(), served.to_here());
    client.start();
    // Before the connection and after it.
    auto early = client.async_call<"send">(order_with_text_price{"A", "1.5", 3}, asio::use_future);
    const rpc::error refused = error_of([&] { test::get(early); });
    CHECK(refused.code() == rpc::errc::contract_mismatch);
    CHECK(refused.outcome() == rpc::outcome::not_sent);
    CHECK(has(refused.message(), "send"));
    CHECK(has(refused.message(), "price"));
    CHECK(has(refused.message(), "string here"));
    CHECK(has(refused.message(), "number there"));
    CHECK(error_of([&] { client.call<"send">(order_with_text_price{}); }).code() ==
          rpc::errc::contract_mismatch);
    CHECK(error_of([&] { client.notify<"send">(order_with_text_price{}); }).code() ==
          rpc::errc::contract_mismatch);
    CHECK(client.call<"add">(1, 2) == 3);  // The others work.
}

TEST_CASE("contract: a member that the server needs and the client does not send is refused") {
    served_engine served;
    rpc::client<no_volume_client> client(served.io.get_executor(), served.to_here());
    client.start();
    const rpc::error refused = error_of([&] { client.call<"send">(order_without_volume{}); });
    CHECK(refused.code() == rpc::errc::contract_mismatch);
    CHECK(has(refused.message(), "volume"));
    CHECK(client.call<"add">(1, 2) == 3);
}

TEST_CASE("contract: more members, missing optional ones, wider integers and unread results fit") {
    served_engine served;
    rpc::client<compatible_client> client(served.io.get_executor(), served.to_here());
    client.start();
    CHECK(client.call<"send">(order_with_more{"A", 1.5, 3, {1, 2}}) == 3);
    const wide_report seen = client.call<"look">(std::int16_t{9});
    CHECK(seen.id == 9);
    CHECK_FALSE(seen.comment);
    client.call<"add">(1, 2);
}

TEST_CASE("contract: other counts, other results and unknown methods are refused one by one") {
    served_engine served;
    rpc::client<eager_client> client(served.io.get_executor(), served.to_here());
    client.start();
    CHECK(error_of([&] { client.call<"add">(1, 2, 3); }).code() == rpc::errc::contract_mismatch);
    CHECK(error_of([&] { client.call<"look">(1); }).code() == rpc::errc::contract_mismatch);
    const rpc::error unknown = error_of([&] { client.call<"cancel">(1); });
    CHECK(unknown.code() == rpc::errc::method_not_found);
    CHECK(unknown.outcome() != rpc::outcome::may_have_run);
    CHECK(client.call<"send">(order{"A", 1, 5, {}}) == 5);
}

TEST_CASE("contract: events that do not fit, or are not served, are reported; the others come") {
    served_engine served;
    reading_client gateway;
    test::recorder<test::log_line> log;
    rpc::client_options options = served.to_here();
    options.log = test::log_into(log);
    rpc::client<reading_client> client(served.io.get_executor(), gateway, options);
    client.start();
    REQUIRE(client.wait_connected(test::patience));
    CHECK(test::has_logged(log, rpc::log_event::contract_differs, 2));
    std::string all;
    for (const test::log_line& line : log.all()) {
        all += line.text + "\n";
    }
    CHECK(has(all, "price"));
    CHECK(has(all, "news"));
    served.server.publish<"order">(order{});
    served.server.publish<"report">(report{5, "text"});
    CHECK(gateway.reports.wait_for_count(1));
    CHECK(gateway.reports.all() == std::vector<std::int64_t>{5});
    CHECK(client.is_connected());
}

TEST_CASE("errors: what an engine throws reaches the caller with its code, words and data") {
    served_engine served;
    rpc::client<thrower> client(served.io.get_executor(), served.to_here());
    client.start();
    const auto thrown = [&](int kind) {
        const rpc::error now = error_of([&] { client.call<"throw_kind">(kind); });
        const rpc::error later = error_of([&] { client.call<"throw_later">(kind); });
        CHECK(now.code() == later.code());
        CHECK(now.peer_code() == later.peer_code());
        CHECK(now.message() == later.message());
        CHECK(now.data() == later.data());
        CHECK(now.outcome() == later.outcome());
        return now;
    };
    const rpc::error chosen = thrown(-1);
    CHECK(chosen.code() == rpc::errc::engine_error);
    CHECK(chosen.peer_code() == -32050);
    CHECK(chosen.message() == "no such symbol");
    CHECK(chosen.data() == nlohmann::json{{"symbol", "X"}});
    CHECK(chosen.outcome() == rpc::outcome::failed);
    CHECK(thrown(-2).peer_code() == 42);
    CHECK(thrown(-2).data().is_null());

    const rpc::error standard = thrown(-3);
    CHECK(standard.code() == rpc::errc::engine_error);
    CHECK(standard.peer_code() == -32000);
    CHECK(standard.message() == "what it says");

    const rpc::error strange = thrown(-4);
    CHECK(strange.code() == rpc::errc::internal_error);
    CHECK(strange.peer_code() == -32603);
}

TEST_CASE("errors: what an engine throws by name has the wire's code and comes back by name") {
    served_engine served;
    rpc::client<thrower> client(served.io.get_executor(), served.to_here());
    client.start();
    const std::vector<std::pair<rpc::errc, int>> names{
        {rpc::errc::unauthenticated, -32001},   {rpc::errc::forbidden, -32002},
        {rpc::errc::deadline_exceeded, -32003}, {rpc::errc::cancelled, -32004},
        {rpc::errc::overloaded, -32005},        {rpc::errc::shutting_down, -32006},
        {rpc::errc::key_conflict, -32007},      {rpc::errc::answer_too_large, -32008},
        {rpc::errc::outcome_unknown, -32009},   {rpc::errc::method_not_found, -32601},
        {rpc::errc::invalid_params, -32602},    {rpc::errc::internal_error, -32603}};
    for (const auto& [name, code] : names) {
        CAPTURE(rpc::to_string(name));
        const rpc::error thrown =
            error_of([&, kind = static_cast<int>(name)] { client.call<"throw_kind">(kind); });
        CHECK(thrown.code() == name);
        CHECK(thrown.peer_code() == code);
        CHECK(thrown.message() == "by name");
    }
}
