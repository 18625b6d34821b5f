// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: servers and clients may be destroyed at any moment; each call still ends exactly once.
// Method: destroy them under load, from outside and from their own handlers; count completions.

#include "desk.hpp"

#include <gatewire/rpc.hpp>

#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <asio/use_future.hpp>

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <exception>
#include <future>
#include <memory>
#include <optional>
#include <vector>

namespace {

using test::remote_desk;
using test::rig;
using test::threading;
using test::watcher;

/// Calls that count how often each of them completes.
class counted_calls {
public:
    explicit counted_calls(std::size_t count) : times_(count) {}

    template <class Client>
    void submit(Client& client) {
        for (std::size_t number = 0; number < times_.size(); ++number) {
            client.template async_call<"hold">(static_cast<int>(number),
                                               [this, number](const std::exception_ptr& why, int) {
                                                   ++times_[number];
                                                   ends_.add(test::error_in(why));
                                               });
        }
    }

    bool all_ended() const { return ends_.wait_for_count(times_.size()); }
    std::vector<std::optional<rpc::error>> ends() const { return ends_.all(); }

    bool each_ended_once() const {
        for (const std::atomic<int>& times : times_) {
            if (times != 1) {
                return false;
            }
        }
        return true;
    }

private:
    std::vector<std::atomic<int>> times_;
    test::recorder<std::optional<rpc::error>> ends_;
};

/// What it counts is guarded by its client's strand alone.
struct pairs {
    void on_connected(const rpc::session_info&) {
        visit();
        if (++connected == 1) {
            told.set_value();
        }
    }
    void on_disconnected(const rpc::error&) {
        visit();
        ++disconnected;
    }
    void visit() {
        has_met = has_met || is_inside;
        ++visits;
    }

    using rpc_table = rpc::table<rpc::remote<"add", int(int, int)>>;

    int connected = 0;
    int disconnected = 0;
    int visits = 0;
    bool is_inside = false;  // a handler is running
    bool has_met = false;
    std::promise<void> told;  // of the first connection
};

}  // namespace

TEST_CASE("client: the thread that destroys it tells the gateway beside no handler") {
    for (const threading how : test::all_threadings) {
        CAPTURE(how);
        rig served({}, how);
        pairs gateway;
        auto client = std::make_unique<rpc::client<pairs>>(served.runs_on.get_executor(), gateway,
                                                           served.to_here());
        client->start();
        test::get(gateway.told.get_future());
        std::promise<void> entered;
        std::promise<void> leave;
        // The end of a call that failed on this side is no part of what the connection brought.
        client->async_call<"add">(rpc::timeout{std::chrono::milliseconds(0)}, 1, 2,
                                  [&](const std::exception_ptr& why, int) {
                                      gateway.is_inside = true;
                                      CHECK(why);
                                      entered.set_value();
                                      leave.get_future().wait();
                                      gateway.is_inside = false;
                                      gateway.visit();
                                  });
        entered.get_future().wait();
        std::future<void> gone = std::async(std::launch::async, [&] { client.reset(); });
        // It never ends now; if it did, it would not take long.
        CHECK(gone.wait_for(std::chrono::milliseconds(50)) == std::future_status::timeout);
        leave.set_value();
        gone.get();
        CHECK_FALSE(gateway.has_met);
        CHECK(gateway.visits == 3);
        CHECK(gateway.connected == 1);
        CHECK(gateway.disconnected == 1);
    }
}

TEST_CASE("client: destroyed when its loop has stopped, the gateway is told all the same") {
    rig served;
    asio::io_context io;
    pairs gateway;
    {
        rpc::client<pairs> client(io.get_executor(), gateway, served.to_here());
        client.start();
        while (!client.is_connected()) {
            REQUIRE(io.run_one_for(test::patience) == 1);
        }
        io.poll();
        asio::post(client.get_executor(), [] {});
        io.stop();
    }
    CHECK(gateway.connected == 1);
    CHECK(gateway.disconnected == 1);
}

TEST_CASE("client: destroyed at any moment, each on_connected had its on_disconnected") {
    rig served({}, threading::four_threads);
    for (int round = 0; round < 60; ++round) {
        pairs gateway;
        {
            rpc::client<pairs> client(served.runs_on.get_executor(), gateway, served.to_here());
            client.start();
            if (round % 4 != 0) {
                CHECK(client.wait_connected(test::patience));
            }
            if (round % 4 == 2) {
                client.stop();
            } else if (round % 4 == 3) {
                client.stop();
                client.start();
            }
        }
        CHECK(gateway.connected == gateway.disconnected);
        CHECK_FALSE(gateway.has_met);
    }
}

TEST_CASE("client: destroyed with calls pending, each completes exactly once as cancelled") {
    for (const threading how : test::all_threadings) {
        CAPTURE(how);
        counted_calls calls(500);
        rig served({}, how);
        {
            rpc::client<remote_desk> client(served.runs_on.get_executor(), served.to_here());
            client.start();
            calls.submit(client);
            REQUIRE(served.engine.held.wait_for_count(100));
        }
        REQUIRE(calls.all_ended());
        for (const auto& end : calls.ends()) {
            REQUIRE(end);
            CHECK(end->code() == rpc::errc::cancelled);
        }
        CHECK(calls.each_ended_once());
    }
}

TEST_CASE("server: a client that is gone has given up the calls that still run for it") {
    rpc::server_options options;
    options.heartbeat_timeout = 2 * test::patience;  // The end of the connection tells already.
    rig served(options);
    counted_calls calls(10);
    {
        rpc::client<remote_desk> client(served.runs_on.get_executor(), served.to_here());
        client.start();
        calls.submit(client);
        REQUIRE(served.engine.held.wait_for_count(10));
    }
    CHECK(served.engine.given_up.wait_for_count(10));
    CHECK(test::eventually([&] { return served.server.connections() == 0; }));
    CHECK(calls.all_ended());
}

TEST_CASE("server: destroyed with calls running, each completes exactly once as lost") {
    for (const threading how : test::all_threadings) {
        CAPTURE(how);
        counted_calls calls(200);
        test::desk engine;
        test::loop runs_on(how);
        rpc::server_options options;
        options.listen = {"tcp://127.0.0.1:0"};
        auto server =
            std::make_unique<rpc::server<test::desk>>(runs_on.get_executor(), engine, options);
        server->start();
        rpc::client_options to_server;
        to_server.address = server->addresses().front();
        rpc::client<remote_desk> client(runs_on.get_executor(), to_server);
        client.start();
        calls.submit(client);
        REQUIRE(engine.held.wait_for_count(200));
        server.reset();
        REQUIRE(calls.all_ended());
        for (const auto& end : calls.ends()) {
            REQUIRE(end);
            CHECK(end->code() == rpc::errc::connection_lost);
            CHECK(end->outcome() == rpc::outcome::may_have_run);
        }
        client.stop();
        CHECK(calls.each_ended_once());
        CHECK(engine.given_up.wait_for_count(200));
    }
}

TEST_CASE("client: stopped and started under load, each call completes exactly once") {
    for (const threading how : test::all_threadings) {
        CAPTURE(how);
        rig served({}, how);
        rpc::client<remote_desk> client(served.runs_on.get_executor(), served.to_here());
        std::atomic<int> ended{0};
        int submitted = 0;
        for (int round = 0; round < 10; ++round) {
            client.start();
            for (int number = 0; number < 50; ++number) {
                client.async_call<"add">(1, 2, [&](const std::exception_ptr&, int) { ++ended; });
                ++submitted;
            }
            client.stop();
        }
        CHECK(test::eventually([&] { return ended == submitted; }));
        client.start();
        CHECK(client.call<"add">(1, 2) == 3);
        CHECK(ended == submitted);
    }
}

TEST_CASE("client and server: made and destroyed again and again while the loop runs") {
    for (const threading how : test::all_threadings) {
        CAPTURE(how);
        test::loop runs_on(how);
        for (int round = 0; round < 30; ++round) {
            test::desk engine;
            rpc::server_options options;
            options.listen = {"tcp://127.0.0.1:0"};
            rpc::server<test::desk> server(runs_on.get_executor(), engine, options);
            server.start();
            watcher gateway;
            rpc::client_options to_server;
            to_server.address = server.addresses().front();
            rpc::client<watcher> client(runs_on.get_executor(), gateway, to_server);
            client.start();
            if (round % 3 == 1) {
                CHECK(client.wait_connected(test::patience));
            } else if (round % 3 == 2) {
                CHECK(client.call<"add">(1, round) == 1 + round);
            }
        }
    }
}

TEST_CASE("client: it may be destroyed inside of its own event handler, which is then the last") {
    for (const threading how : test::all_threadings) {
        CAPTURE(how);
        for (int round = 0; round < 20; ++round) {
            rig served({}, how);
            watcher gateway;
            std::atomic<int> late{0};
            std::promise<void> done;
            std::atomic<bool> gone{false};
            auto client = std::make_unique<rpc::client<watcher>>(served.runs_on.get_executor(),
                                                                 gateway, served.to_here());
            gateway.react = [&](const test::fill&) {
                if (gone.exchange(true)) {
                    ++late;
                } else {
                    client.reset();
                    done.set_value();
                }
            };
            client->start();
            REQUIRE(client->wait_connected(test::patience));
            rpc::client<remote_desk> other(served.runs_on.get_executor(), served.to_here());
            other.start();
            CHECK(other.call<"trade">(10U) == 10);  // The ten events go out together.
            test::get(done.get_future());
            CHECK(other.call<"add">(1, 2) == 3);
            CHECK(late == 0);
        }
    }
}

TEST_CASE("client: it may be destroyed inside of its own completion handler") {
    for (const threading how : test::all_threadings) {
        CAPTURE(how);
        for (int round = 0; round < 20; ++round) {
            rig served({}, how);
            std::promise<void> done;
            auto client = std::make_unique<rpc::client<remote_desk>>(served.runs_on.get_executor(),
                                                                     served.to_here());
            client->start();
            client->async_call<"hold">(1, [&](const std::exception_ptr&, int) {
                client.reset();
                done.set_value();
            });
            REQUIRE(served.engine.held.wait_for_count(1));
            served.release();
            test::get(done.get_future());
            CHECK(test::eventually([&] { return served.server.connections() == 0; }));
        }
    }
}

TEST_CASE("server: it may be destroyed inside of a handler on its own loop") {
    for (const threading how : test::all_threadings) {
        CAPTURE(how);
        test::desk engine;
        test::loop runs_on(how);
        rpc::server_options options;
        options.listen = {"tcp://127.0.0.1:0"};
        auto server =
            std::make_unique<rpc::server<test::desk>>(runs_on.get_executor(), engine, options);
        server->start();
        watcher gateway;
        rpc::client_options to_server;
        to_server.address = server->addresses().front();
        rpc::client<watcher> client(runs_on.get_executor(), gateway, to_server);
        client.start();
        REQUIRE(client.wait_connected(test::patience));
        test::get(
            asio::post(runs_on.get_executor(), asio::use_future([&server] { server.reset(); })));
        CHECK(gateway.losses.wait_for_count(1));
    }
}
