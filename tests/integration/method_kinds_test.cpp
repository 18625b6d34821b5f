// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: every kind of method is served: members, functions, lambdas, awaitable and offloaded ones,
// and those that ask who is calling.
// Method: one engine with one of each, called over TCP.

#include "desk.hpp"
#include "raw_peer.hpp"

#include <gatewire/rpc.hpp>

#include <asio/post.hpp>
#include <asio/thread_pool.hpp>
#include <asio/use_future.hpp>

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <future>
#include <numeric>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace {

using test::error_of;
using namespace std::chrono_literals;

struct many_kinds {
    std::string who(const rpc::caller& by) { return by.peer(); }
    bool has_deadline(const rpc::caller& by) { return by.deadline().has_value(); }
    asio::awaitable<std::string> who_later(const rpc::caller& by, std::string greeting) {
        co_return greeting + " " + by.peer();
    }
    asio::awaitable<void> nothing_later() {
        ++times;
        co_return;
    }
    void nothing() { ++times; }
    int run(int number) { return work(number); }
    double total(std::span<const double> prices, const std::string_view& name) {
        return std::accumulate(prices.begin(), prices.end(), static_cast<double>(name.size()));
    }
    bool wait_for_cancel(const rpc::caller& by) {
        started.add(1);
        const bool seen = test::eventually([&by] { return by.cancelled(); });
        ended.add(seen);
        return seen;
    }

    std::function<int(int)> work = [](int number) { return number; };
    std::atomic<int> times{0};
    test::recorder<int> started;
    test::recorder<bool> ended;
};

int twice(many_kinds&, int number) {
    return 2 * number;
}

}  // namespace

template <>
struct rpc::table_of<many_kinds>
    : rpc::table<
          rpc::method<"who", &many_kinds::who>,
          rpc::method<"has_deadline", &many_kinds::has_deadline>,
          rpc::method<"who_later", &many_kinds::who_later>,
          rpc::method<"nothing_later", &many_kinds::nothing_later>,
          rpc::method<"nothing", &many_kinds::nothing>,
          rpc::method<"run", &many_kinds::run, rpc::offload>,
          rpc::method<"length", [](many_kinds&, std::string_view text) { return text.size(); }>,
          rpc::method<"total", &many_kinds::total, rpc::params<"prices", "name">>,
          rpc::method<"wait_for_cancel", &many_kinds::wait_for_cancel, rpc::offload>,
          rpc::method<"twice", &twice>,
          rpc::method<"thrice", [](many_kinds&, int number) { return 3 * number; }>> {};

namespace {

struct served_kinds {
    explicit served_kinds(rpc::server_options options = {})
        : server(io.get_executor(), engine, local(std::move(options))) {
        server.start();
        rpc::client_options to_here;
        to_here.address = server.addresses().front();
        client.emplace(client_io.get_executor(), to_here);
        client->start();
    }

    static rpc::server_options local(rpc::server_options options) {
        options.listen = {"tcp://127.0.0.1:0"};
        return options;
    }

    many_kinds engine;
    rpc::io_thread io;
    rpc::io_thread client_io;
    rpc::server<many_kinds> server;
    std::optional<rpc::client<many_kinds>> client;
};

}  // namespace

TEST_CASE("methods: members, functions, lambdas and awaitable ones, with and without results") {
    served_kinds served;
    CHECK(served.client->call<"twice">(4) == 8);
    CHECK(served.client->call<"thrice">(4) == 12);
    served.client->call<"nothing">();
    served.client->call<"nothing_later">();
    test::get(served.client->async_call<"nothing">(asio::use_future));
    test::get(served.client->async_call<"nothing_later">(asio::use_future));
    CHECK(served.engine.times == 4);
}

TEST_CASE("methods: string_view and span parameters, from both kinds of table") {
    struct gateway {
        using rpc_table =
            rpc::table<rpc::remote<"length", std::size_t(std::string_view)>,
                       rpc::remote<"total", double(std::vector<double>, std::string)>>;
    };
    served_kinds served;
    CHECK(served.client->call<"length">("a\"\n") == 3);
    CHECK(served.client->call<"length">(std::string(100'000, 'x')) == 100'000);
    CHECK(served.client->call<"total">(std::vector<double>{1.5, 2.5}, "ab") == 6.0);
    CHECK(served.client->call<&many_kinds::total>(std::vector<double>{}, "abc") == 3.0);

    gateway remote_side;
    rpc::client_options to_here;
    to_here.address = served.server.addresses().front();
    rpc::client<gateway> other(served.client_io.get_executor(), remote_side, to_here);
    other.start();
    CHECK(other.call<"length">("four") == 4);
    CHECK(other.call<"total">(std::vector<double>{1.0}, "") == 1.0);
    other.stop();
}

TEST_CASE("methods: a caller's address and deadline are told to those that ask") {
    served_kinds served;
    CHECK(served.client->call<"who">().starts_with("tcp://127.0.0.1:"));
    CHECK(served.client->call<"who_later">("hello").starts_with("hello tcp://127.0.0.1:"));
    CHECK(served.client->call<"has_deadline">());
}

TEST_CASE("methods: an offloaded one runs on the worker, and the engine goes on meanwhile") {
    asio::thread_pool worker(1);
    rpc::server_options options;
    options.worker = worker.get_executor();
    served_kinds served(options);
    std::promise<void> open;
    std::promise<std::thread::id> where;
    served.engine.work = [&, gate = open.get_future().share()](int number) {
        where.set_value(std::this_thread::get_id());
        gate.wait_for(test::patience);
        return number;
    };
    auto running = served.client->async_call<"run">(5, asio::use_future);
    const std::thread::id offloaded = test::get(where.get_future());
    CHECK(served.client->call<"twice">(4) == 8);
    open.set_value();
    CHECK(test::get(running) == 5);
    std::promise<std::thread::id> own;
    asio::post(worker, [&own] { own.set_value(std::this_thread::get_id()); });
    CHECK(test::get(own.get_future()) == offloaded);
    served.client.reset();
    worker.join();
}

TEST_CASE("methods: a long one sees that its caller gave up, or is gone") {
    asio::thread_pool worker(2);
    rpc::server_options options;
    options.worker = worker.get_executor();
    served_kinds served(options);
    CHECK(error_of([&] { served.client->call<"wait_for_cancel">(rpc::timeout{50ms}); }).code() ==
          rpc::errc::deadline_exceeded);
    CHECK(served.engine.ended.wait_for_count(1));
    auto pending = served.client->async_call<"wait_for_cancel">(asio::use_future);
    REQUIRE(served.engine.started.wait_for_count(2));
    served.client.reset();
    CHECK(error_of([&] { test::get(pending); }).code() == rpc::errc::cancelled);
    CHECK(served.engine.ended.wait_for_count(2));
    CHECK(served.engine.ended.all() == std::vector<bool>{true, true});
    worker.join();
}

TEST_CASE("methods: a server that is destroyed waits for an offloaded method") {
    asio::thread_pool worker(1);
    many_kinds engine;
    std::atomic<bool> is_running{false};
    std::promise<void> entered;
    engine.work = [&](int number) {
        is_running = true;
        entered.set_value();
        for (int spin = 0; spin < 1000; ++spin) {
            std::this_thread::yield();
        }
        is_running = false;
        return number;
    };
    rpc::io_thread io;
    rpc::server_options options = served_kinds::local({});
    options.worker = worker.get_executor();
    std::optional<rpc::server<many_kinds>> server(std::in_place, io.get_executor(), engine,
                                                  options);
    server->start();
    rpc::client_options to_here;
    to_here.address = server->addresses().front();
    rpc::client<many_kinds> client(io.get_executor(), to_here);
    client.start();
    auto call = client.async_call<"run">(5, asio::use_future);
    test::get(entered.get_future());
    server.reset();
    CHECK_FALSE(is_running);
    client.stop();
    try {
        const int answer = test::get(call);
        CHECK(answer == 5);  // Answered just before the end,
    } catch (const rpc::error& lost) {
        CHECK(lost.outcome() == rpc::outcome::may_have_run);  // or not.
    }
    worker.join();
}

TEST_CASE("methods: a batch is answered as one, when its last call has ended, notifications not") {
    test::rig served;
    test::raw_socket peer = test::raw_socket::connect(served.address());
    peer.send_frame(R"([{"jsonrpc":"2.0","method":"hold","params":[5],"id":1},)"
                    R"({"jsonrpc":"2.0","method":"add","params":[1,2]},)"
                    R"({"jsonrpc":"2.0","method":"add","params":{"b":1,"a":2},"id":"x"}])");
    REQUIRE(served.engine.held.wait_for_count(1));
    // A call behind the batch overtakes it.
    CHECK(peer.ask(R"({"jsonrpc":"2.0","method":"add","params":[3,4],"id":2})").at("id") == 2);
    served.release();
    const auto answers = peer.receive_json();
    REQUIRE(answers.is_array());
    REQUIRE(answers.size() == 2);
    for (const auto& answer : answers) {
        CHECK(answer.at("result") == (answer.at("id") == "x" ? 3 : 5));
    }
    CHECK(served.engine.additions == 3);
    // Nothing but notifications: no answer at all.
    peer.send_frame(R"([{"jsonrpc":"2.0","method":"add","params":[1,2]}])");
    CHECK(peer.ask(R"({"jsonrpc":"2.0","method":"add","params":[5,6],"id":3})").at("id") == 3);
}
