// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: a client without a table calls and receives whatever the server serves, and is told the
// same errors as one with a table. Method: a desk, and names and values made at run time.

#include "desk.hpp"

#include <gatewire/rpc.hpp>

#include <asio/use_future.hpp>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

namespace {

using test::error_of;
using test::rig;
using namespace std::chrono_literals;

struct two_numbers {
    int a = 0;
    int b = 0;
};

/// What arrived, as text.
struct story {
    test::recorder<std::string> lines;

    rpc::dynamic_handlers handlers(std::vector<std::string> events) {
        return {std::move(events),
                [this](const rpc::dynamic_event& event) {
                    lines.add(std::string(event.name) + ' ' + std::string(event.data));
                },
                [this](const rpc::session_info&) { lines.add("connected"); },
                [this](const rpc::error&) { lines.add("disconnected"); },
                [this](const rpc::gap&) { lines.add("gap"); }};
    }
};

}  // namespace

TEST_CASE("dynamic client: params and results are JSON, typed values or text as it is written") {
    for (const test::threading how : test::all_threadings) {
        CAPTURE(how);
        rig served({}, how);
        rpc::dynamic_client client(served.runs_on.get_executor(), {}, served.to_here());
        client.start();
        CHECK(client.call("add", {1, 2}) == 3);
        CHECK(client.call("add", nlohmann::json{{"b", 2}, {"a", 1}}) == 3);
        CHECK(client.call<int>("add", std::tuple(1, 2)) == 3);
        CHECK(client.call<int>("add", two_numbers{1, 2}) == 3);
        CHECK(client.call<rpc::json_text>("echo", rpc::json_text{R"( [ "\u0041" ] )"}).text ==
              R"("A")");
        CHECK(client.call("release") == 0);
        CHECK(client.call("rpc.discover")["methods"][0]["name"] == "add");
        CHECK(client.call("rpc.stats")["calls"]["failed"] == 0);
        CHECK(client.async_call<int>("add", std::tuple(1, 2), {}, asio::use_future).get() == 3);
        CHECK(client.async_call("add", nlohmann::json{1, 2}, {}, asio::use_future).get() == 3);
    }
}

TEST_CASE("dynamic client: what is wrong is said before or by the server") {
    rig served;
    rpc::dynamic_client client(served.runs_on.get_executor(), {}, served.to_here());
    const auto code_of = [&](std::string_view method, const rpc::json_text& params) {
        return error_of([&] { client.call(method, params); }).code();
    };
    CHECK(code_of("add", {"[1,2]"}) == rpc::errc::not_connected);
    client.start();
    CHECK(code_of("add", {"[1,"}) == rpc::errc::invalid_value);
    CHECK(code_of("add", {"3"}) == rpc::errc::invalid_params);
    CHECK(code_of("add", {"[1]"}) == rpc::errc::invalid_params);
    CHECK(code_of("\xff", {"[1]"}) == rpc::errc::invalid_value);
    CHECK(code_of("sub", {"[1,2]"}) == rpc::errc::method_not_found);
    CHECK(error_of([&] { client.call<bool>("add", nlohmann::json{1, 2}); }).code() ==
          rpc::errc::invalid_answer);
    CHECK(error_of([&] {
              client.async_call("add", rpc::json_text{"{"}, {}, asio::use_future).get();
          }).code() == rpc::errc::invalid_value);
    CHECK(error_of([&] { client.call("add", {1, 2}, {.timeout = 0ms}); }).code() ==
          rpc::errc::deadline_exceeded);
    CHECK(error_of([&] { client.call("add", {1, 2}, {.key = rpc::key{}}); }).code() ==
          rpc::errc::invalid_value);
    CHECK(error_of([&] { client.subscribe("fill"); }).code() == rpc::errc::invalid_value);
}

TEST_CASE("dynamic client: an observer is told the names, and traces travel") {
    struct watching final : rpc::observer {
        void on_reply(const rpc::observed_reply& reply) noexcept override {
            replies.add(std::string(reply.method) + ' ' + std::string(reply.traceparent));
        }
        test::recorder<std::string> replies;
    };
    const auto observer = std::make_shared<watching>();
    rig served;
    rpc::client_options options = served.to_here();
    options.observer = observer;
    rpc::dynamic_client client(served.runs_on.get_executor(), {}, options);
    client.start();
    const std::string trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    CHECK(client.call("add", {1, 2}) == 3);
    CHECK(client.call("add", {1, 2}, {.trace = rpc::traceparent{trace}}) == 3);
    CHECK(observer->replies.all() == std::vector<std::string>{"add ", "add " + trace});
}

TEST_CASE("dynamic client: notifications run, and nothing comes back") {
    rig served;
    rpc::dynamic_client client(served.runs_on.get_executor(), {}, served.to_here());
    client.start();
    client.notify("add", nlohmann::json{1, 2});
    CHECK(client.call("add", {1, 2}) == 3);
    CHECK(served.engine.additions == 2);
}

TEST_CASE("dynamic client: events arrive by their names, by keys where they are asked for") {
    rig served;
    story told;
    rpc::dynamic_client client(served.runs_on.get_executor(), told.handlers({"quote", "fill"}),
                               served.to_here());
    client.subscribe("quote", {"b"});
    client.start();
    REQUIRE(client.wait_connected(test::patience));
    for (const char* symbol : {"a", "b"}) {
        served.server.publish<"quote">(test::quote{symbol, 1.5});
    }
    served.server.publish<"fill">(test::fill{1, 2, "x"});
    REQUIRE(told.lines.wait_for_count(3));
    CHECK(told.lines.all() ==
          std::vector<std::string>{"connected", R"(quote {"symbol":"b","price":1.5})",
                                   R"(fill {"source":1,"number":2,"text":"x"})"});

    client.unsubscribe("fill");
    client.subscribe("quote");
    CHECK(client.call("add", {1, 2}) == 3);
    served.server.publish<"fill">(test::fill{1, 3, {}});
    served.server.publish<"quote">(test::quote{"a", 2});
    REQUIRE(told.lines.wait_for_count(4));
    CHECK(told.lines.all().back() == R"(quote {"symbol":"a","price":2.0})");
    client.stop();
    CHECK(told.lines.wait_for_count(5));
    CHECK(told.lines.all().back() == "disconnected");
}

TEST_CASE("dynamic client: an event that the server does not have is logged") {
    rig served;
    test::recorder<test::log_line> log;
    rpc::client_options options = served.to_here();
    options.log = test::log_into(log);
    rpc::dynamic_client client(served.runs_on.get_executor(), {.events = {"nothing"}}, options);
    client.start();
    CHECK(client.wait_connected(test::patience));
    CHECK(test::has_logged(log, rpc::log_event::contract_differs));
}
