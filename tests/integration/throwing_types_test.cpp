// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: whatever a user's types throw while a message is read or written ends that one call or
// event with its place and text, at whichever side, and nobody else notices. Method: every kind of
// call and both kinds of client, with types that throw, between calls of a neighbour.

#include "desk.hpp"
#include "raw_peer.hpp"
#include "throwing.hpp"

#include <gatewire/rpc.hpp>

#include <asio/bind_executor.hpp>
#include <asio/use_future.hpp>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <atomic>
#include <chrono>
#include <exception>
#include <future>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#if defined(__SANITIZE_THREAD__)
#define TEST_THREAD_SANITIZER
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define TEST_THREAD_SANITIZER
#endif
#endif

namespace {

#ifdef TEST_THREAD_SANITIZER
constexpr bool has_thread_sanitizer = true;
#else
constexpr bool has_thread_sanitizer = false;
#endif

using test::armed;
using test::arming;
using test::error_of;
using test::lot;
using test::stubborn;
using namespace std::chrono_literals;

using four = test::small_vector<int, 4>;
using rows = test::lazy_rows<>;

struct row_event {
    std::string key;
    rows all;
};

/// A key that cannot always be made.
std::string key_of(const row_event& event) {
    if (event.key.empty()) {
        throw 7;
    }
    return event.key;
}

struct stall {
    std::size_t legs(const four& all) { return ++runs, all.size(); }
    asio::awaitable<std::size_t> legs_later(four all) { co_return ++runs, all.size(); }
    std::size_t legs_once(const four& all) { return ++runs, all.size(); }
    std::vector<int> many(int count) {
        return std::vector<int>(static_cast<std::size_t>(count), 7);
    }
    int buy(const lot& what) { return ++runs, what.size; }
    int use(const armed& what) { return ++runs, what.value; }
    lot give(int size) { return {size}; }
    rows read(int bad) { return {1000, bad}; }
    asio::awaitable<rows> read_later(int bad) { co_return rows{1000, bad}; }
    int raw(int number) { return number; }
    int quiet() { throw test::mute(); }
    int wrong_data() { throw rpc::error{-5, "no", nlohmann::json::binary({1})}; }

    using rpc_table =
        rpc::table<rpc::method<"legs", &stall::legs>, rpc::method<"legs_later", &stall::legs_later>,
                   rpc::method<"legs_aside", &stall::legs, rpc::offload>,
                   rpc::method<"legs_once", &stall::legs_once, rpc::once>,
                   rpc::method<"many", &stall::many>, rpc::method<"buy", &stall::buy>,
                   rpc::method<"use", &stall::use>, rpc::method<"give", &stall::give>,
                   rpc::method<"read", &stall::read>, rpc::method<"read_later", &stall::read_later>,
                   rpc::method<"read_aside", &stall::read, rpc::offload>,
                   rpc::method<"read_once", &stall::read, rpc::once>,
                   rpc::method<"raw", &stall::raw>, rpc::method<"quiet", &stall::quiet>,
                   rpc::method<"wrong_data", &stall::wrong_data>, rpc::event<"lots", lot>,
                   rpc::event<"few", std::vector<int>>,
                   rpc::event<"rows", row_event, rpc::keyed_by<&key_of>>>;

    std::atomic<int> runs{0};
};

/// Takes some things as types that throw.
struct customer {
    void on_lots(const lot& what) { lots.add(what.size); }
    void on_few(const four& what) { few.add(what.size()); }
    void on_disconnected(const rpc::error&) { ++losses; }

    using ints = std::vector<int>;
    using rpc_table = rpc::table<
        rpc::remote<"legs", std::size_t(ints)>, rpc::remote<"legs_later", std::size_t(ints)>,
        rpc::remote<"legs_aside", std::size_t(ints)>,
        rpc::remote<"legs_once", std::size_t(ints), rpc::once>, rpc::remote<"many", four(int)>,
        rpc::remote<"buy", int(lot)>, rpc::remote<"use", int(int)>, rpc::remote<"give", int(int)>,
        rpc::remote<"read", ints(int)>, rpc::remote<"read_later", ints(int)>,
        rpc::remote<"read_aside", ints(int)>, rpc::remote<"read_once", ints(int), rpc::once>,
        rpc::remote<"raw", lot(int)>, rpc::remote<"quiet", int()>, rpc::remote<"wrong_data", int()>,
        rpc::on<"lots", &customer::on_lots>, rpc::on<"few", &customer::on_few>>;

    test::recorder<int> lots;
    test::recorder<std::size_t> few;
    std::atomic<int> losses{0};
};

struct armed_customer {
    using rpc_table = rpc::table<rpc::remote<"raw", armed(int)>>;
};

struct stubborn_customer {
    using rpc_table = rpc::table<rpc::remote<"raw", stubborn(int)>>;
};

struct open_shop {
    open_shop() : server(io.get_executor(), engine, options()) {
        server.start();
        client.emplace(client_io.get_executor(), gateway, to_here());
        client->start();
        REQUIRE(client->wait_connected());
    }
    static rpc::server_options options() {
        rpc::server_options result;
        result.listen = {"tcp://127.0.0.1:0"};
        return result;
    }
    rpc::client_options to_here() {
        rpc::client_options result;
        result.address = server.addresses().front();
        result.log = test::log_into(log);
        return result;
    }
    /// A call works, and no connection was lost.
    bool goes_on() { return client->call<"give">(3) == 3 && gateway.losses == 0; }

    test::recorder<test::log_line> log;
    stall engine;
    customer gateway;
    rpc::io_thread io;
    rpc::io_thread client_io;
    rpc::server<stall> server;
    std::optional<rpc::client<customer>> client;
};

const std::vector<int> five(5);

/// Checks what a call fails with.
template <class Call>
void fails(Call&& call, rpc::errc code, std::string_view text,
           rpc::outcome outcome = rpc::outcome::failed) {
    const rpc::error why = error_of(call);
    CHECK(why.code() == code);
    CHECK(why.what() == std::string(text));
    CHECK(why.outcome() == outcome);
}

}  // namespace

TEST_CASE("throwing types: params that throw are refused with their place, and nothing runs") {
    open_shop open;
    auto& client = *open.client;
    constexpr auto invalid = rpc::errc::invalid_params;
    const std::string_view full = "params[0][4]: it is full";
    fails([&] { client.call<"legs">(five); }, invalid, full);
    fails([&] { client.call<"legs_later">(five); }, invalid, full);
    fails([&] { client.call<"legs_aside">(five); }, invalid, full);
    fails([&] { client.call<"legs_once">(rpc::key{"a"}, five); }, invalid, full);
    fails([&] { test::get(client.async_call<"legs">(five, asio::use_future)); }, invalid, full);
    CHECK(open.engine.runs == 0);
    CHECK(client.call<"legs_once">(rpc::key{"a"}, std::vector<int>(2)) == 2);  // It is still free.
    client.notify<"legs">(five);
    CHECK(client.call<"legs">(std::vector<int>(4)) == 4);
    CHECK(open.engine.runs == 2);

    rpc::dynamic_client dynamic(open.client_io.get_executor(), {}, open.to_here());
    dynamic.start();
    fails([&] { dynamic.call("buy", {13}); }, invalid, "params[0]: the number 13 was thrown");
    fails([&] { dynamic.call("buy", {-1}); }, invalid, "params[0]: a lot cannot be negative");
    fails([&] { dynamic.call("buy", {15}); }, invalid, "params[0]: something unknown was thrown");
    {
        const arming now;
        fails([&] { dynamic.call("use", {1}); }, invalid, "params: no default now");
    }
    CHECK(dynamic.call("use", {1}) == 1);
    CHECK(open.goes_on());
}

TEST_CASE("throwing types: a result that throws half way is an error, and nothing of it is sent") {
    open_shop open;
    auto& client = *open.client;
    for (const int bad : {0, 1, 999}) {
        const std::string text = "result[" + std::to_string(bad) + "]: the database went away";
        auto before = client.async_call<"give">(1, asio::use_future);
        auto broken = client.async_call<"read">(bad, asio::use_future);
        auto behind = client.async_call<"give">(2, asio::use_future);
        fails([&] { test::get(broken); }, rpc::errc::engine_error, text);
        CHECK(test::get(before) == 1);
        CHECK(test::get(behind) == 2);
        fails([&] { client.call<"read_later">(bad); }, rpc::errc::engine_error, text);
        fails([&] { client.call<"read_aside">(bad); }, rpc::errc::engine_error, text);
        const rpc::key key{"r" + text};
        fails([&] { client.call<"read_once">(key, bad); }, rpc::errc::engine_error, text);
        fails([&] { client.call<"read_once">(key, bad); }, rpc::errc::engine_error, text);
    }
    client.notify<"read">(3);
    fails([&] { client.call<"give">(13); }, rpc::errc::engine_error,
          "result: the number 13 was thrown");
    fails([&] { client.call<"give">(-1); }, rpc::errc::engine_error,
          "result: a lot cannot be negative");
    CHECK(client.call<"read">(-1).size() == 1000);
    CHECK(open.goes_on());
}

TEST_CASE("throwing types: in a batch the others are answered") {
    open_shop open;
    test::raw_socket peer = test::raw_socket::connect(open.server.addresses().front());
    const auto answers =
        peer.ask(R"([{"jsonrpc":"2.0","method":"give","params":[1],"id":1},)"
                 R"({"jsonrpc":"2.0","method":"read","params":[500],"id":2},)"
                 R"({"jsonrpc":"2.0","method":"legs","params":[[1,2,3,4,5]],"id":3},)"
                 R"({"jsonrpc":"2.0","method":"read_later","params":[1],"id":4},)"
                 R"({"jsonrpc":"2.0","method":"buy","params":[14]},)"
                 R"({"jsonrpc":"2.0","method":"give","params":[2],"id":5}])");
    REQUIRE(answers.size() == 5);
    for (const nlohmann::json& answer : answers) {
        CAPTURE(answer.dump());
        switch (answer.at("id").get<int>()) {
            case 1: CHECK(answer.at("result") == 1); break;
            case 2: CHECK(answer.at("error").at("code") == -32000); break;
            case 3: CHECK(answer.at("error").at("code") == -32602); break;
            case 4: CHECK(answer.at("error").at("code") == -32000); break;
            default: CHECK(answer.at("result") == 2); break;
        }
    }
    CHECK(open.goes_on());
}

TEST_CASE("throwing types: a result that throws while it is read is an invalid answer") {
    open_shop open;
    auto& client = *open.client;
    constexpr auto invalid = rpc::errc::invalid_answer;
    const std::string_view full = "the answer cannot be read: result[4]: it is full";
    fails([&] { client.call<"many">(5); }, invalid, full);
    fails([&] { test::get(client.async_call<"many">(5, asio::use_future)); }, invalid, full);
    fails([&] { client.call<"raw">(13); }, invalid,
          "the answer cannot be read: result: the number 13 was thrown");
    fails([&] { test::get(client.async_call<"raw">(-1, asio::use_future)); }, invalid,
          "the answer cannot be read: result: a lot cannot be negative");
    CHECK(client.call<"many">(4).size() == 4);

    rpc::dynamic_client dynamic(open.client_io.get_executor(), {}, open.to_here());
    dynamic.start();
    fails([&] { dynamic.call<four>("many", {5}); }, invalid, full);
    fails(
        [&] {
            test::get(dynamic.async_call<lot>("raw", nlohmann::json{14}, {}, asio::use_future));
        },
        invalid, "the answer cannot be read: result: the number 14 was thrown");

    rpc::client<armed_customer> other(open.client_io.get_executor(), open.to_here());
    other.start();
    CHECK(other.call<"raw">(1).value == 1);
    {
        auto begun = other.async_call<"raw">(2, asio::use_future);
        const arming now;
        fails([&] { other.call<"raw">(3); }, invalid,
              "the answer cannot be read: result: no default now");
        CHECK_THROWS(other.async_call<"raw">(3, asio::use_future));  // There is no value to give.
        begun.wait();
    }
    CHECK(other.call<"raw">(4).value == 4);
    CHECK(open.goes_on());
}

TEST_CASE("throwing types: a result is not moved where nobody would hear that it cannot be") {
    open_shop open;
    rpc::client<stubborn_customer> client(open.client_io.get_executor(), open.to_here());
    client.start();
    CHECK(client.call<"raw">(1).value == 1);
    const auto value_at_handler = [&](auto&& bound_with) {
        std::promise<int> told;
        client.async_call<"raw">(2, bound_with([&](std::exception_ptr, const stubborn& result) {
                                     told.set_value(result.value);
                                 }));
        return test::get(told.get_future());
    };
    stubborn::moves_left = 0;
    CHECK(value_at_handler([](auto handler) { return handler; }) == 2);
    CHECK(value_at_handler([&](auto handler) {
              return asio::bind_executor(open.client_io.get_executor(), std::move(handler));
          }) == 2);
    if (!has_thread_sanitizer) {  // Its std::call_once, of std::promise, outlives no exception.
        CHECK_THROWS_WITH(test::get(client.async_call<"raw">(3, asio::use_future)),
                          "it cannot be moved");
    }
    stubborn::moves_left = 0;
    fails([&] { client.call<"raw">(4); }, rpc::errc::invalid_answer,
          "the answer cannot be read: result: it cannot be moved");
    stubborn::moves_left = -1;
    CHECK(client.call<"raw">(5).value == 5);
    CHECK(open.goes_on());
}

TEST_CASE("throwing types: an event that throws is logged, and the others come") {
    open_shop open;
    open.server.publish<"few">(std::vector<int>(1));
    open.server.publish<"few">(five);
    open.server.publish<"few">(std::vector<int>(3));
    CHECK(open.gateway.few.wait_for_count(2));
    CHECK(open.gateway.few.all() == std::vector<std::size_t>{1, 3});
    CHECK(test::has_logged(open.log, rpc::log_event::frame_refused));
    CHECK(open.goes_on());
}

TEST_CASE("throwing types: a payload or key that throws is refused where it is published") {
    open_shop open;
    fails([&] { open.server.publish<"lots">(lot{13}); }, rpc::errc::invalid_value,
          "event 'lots': the number 13 was thrown", rpc::outcome::not_sent);
    fails([&] { open.server.publish<"rows">(row_event{"a", {10, 5}}); }, rpc::errc::invalid_value,
          "event 'rows'.all[5]: the database went away", rpc::outcome::not_sent);
    fails([&] { open.server.publish<"rows">(row_event{"", {10, -1}}); }, rpc::errc::invalid_value,
          "event 'rows': the number 7 was thrown", rpc::outcome::not_sent);
    open.server.publish<"lots">(lot{5});
    CHECK(open.gateway.lots.wait_for_count(1));
    CHECK(open.gateway.lots.all() == std::vector<int>{5});
    CHECK(open.goes_on());
}

TEST_CASE("throwing types: an argument that throws is refused where it is given, and not sent") {
    open_shop open;
    auto& client = *open.client;
    const std::string_view thrown = "params[0]: the number 13 was thrown";
    constexpr auto invalid = rpc::errc::invalid_value;
    constexpr auto unsent = rpc::outcome::not_sent;
    fails([&] { client.call<"buy">(lot{13}); }, invalid, thrown, unsent);
    fails([&] { test::get(client.async_call<"buy">(lot{13}, asio::use_future)); }, invalid, thrown,
          unsent);
    fails([&] { client.notify<"buy">(lot{13}); }, invalid, thrown, unsent);
    rpc::dynamic_client dynamic(open.client_io.get_executor(), {}, open.to_here());
    dynamic.start();
    fails([&] { dynamic.call("buy", std::tuple(lot{14})); }, invalid,
          "params[0]: the number 14 was thrown", unsent);
    fails([&] { dynamic.notify("legs", std::tuple(rows(3, 1))); }, invalid,
          "params[0][1]: the database went away", unsent);
    CHECK(client.call<"buy">(lot{4}) == 4);
    CHECK(open.engine.runs == 1);
    CHECK(open.goes_on());
}

TEST_CASE("throwing types: an exception without a text is answered, and data that cannot be sent") {
    open_shop open;
    fails([&] { open.client->call<"quiet">(); }, rpc::errc::engine_error,
          "an exception without a text");
    const rpc::error why = error_of([&] { open.client->call<"wrong_data">(); });
    CHECK(why.peer_code() == -5);
    CHECK(why.message() == "no");
    CHECK(why.data() == "the error's data cannot be sent: data: binary data has no JSON form");
    CHECK(open.goes_on());
}
