// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TESTS_DESK_SCENE_HPP
#define TESTS_DESK_SCENE_HPP

#include "scene.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

/// A desk with orders, fills and ticks, and clients that lose their connections, in a world where
/// time is the test's.
namespace test {

struct tick {
    std::string symbol;
    int price = 0;
};

class desk {
public:
    explicit desk(rpc::testing::world& world) : world_(world) {}

    /// Places an order and tells everyone of it.
    int place(int volume) {
        placed.push_back(volume);
        if (on_place) {
            on_place(volume);
        }
        return static_cast<int>(placed.size());
    }
    int place_once(int volume) { return place(volume); }
    int query(int argument) {
        ++queries;
        return argument;
    }
    asio::awaitable<int> work(const rpc::caller& who, int milliseconds) {
        ++begun;
        callers.push_back(who.session());
        if (on_work) {
            on_work();
        }
        try {
            co_await world_.async_wait(std::chrono::milliseconds(milliseconds),
                                       asio::use_awaitable);
        } catch (const std::exception&) {
            ++given_up;
            throw;
        }
        ++ended;
        if (on_worked) {
            on_worked();
        }
        co_return milliseconds;
    }
    asio::awaitable<int> work_once(int milliseconds) {
        ++begun;
        co_await world_.async_wait(std::chrono::milliseconds(milliseconds), asio::use_awaitable);
        co_return ++ended;
    }
    asio::awaitable<int> work_again(int milliseconds) {
        ++begun;
        co_await world_.async_wait(std::chrono::milliseconds(milliseconds), asio::use_awaitable);
        co_return ++ended;
    }
    int fail_once(int code) {
        ++failures;
        throw rpc::error(code, "it did not work");
    }
    std::uint64_t number(const rpc::caller& who) { return who.session(); }

    void on_session_end(const rpc::session_end& what) { ends.push_back(what); }

    using rpc_table = rpc::table<
        rpc::method<"place", &desk::place>, rpc::method<"place_once", &desk::place_once, rpc::once>,
        rpc::method<"query", &desk::query, rpc::idempotent>, rpc::method<"work", &desk::work>,
        rpc::method<"work_once", &desk::work_once, rpc::once>,
        rpc::method<"work_again", &desk::work_again, rpc::idempotent>,
        rpc::method<"fail_once", &desk::fail_once, rpc::once>, rpc::method<"number", &desk::number>,
        rpc::event<"fill", int>,
        rpc::event<"tick", tick, rpc::keyed_by<&tick::symbol>, rpc::latest>>;

    std::vector<int> placed;
    std::function<void(int)> on_place;
    std::function<void()> on_work;    // before it waits
    std::function<void()> on_worked;  // after
    int queries = 0;
    int begun = 0;
    int given_up = 0;
    int ended = 0;
    int failures = 0;
    std::vector<std::uint64_t> callers;
    std::vector<rpc::session_end> ends;

private:
    rpc::testing::world& world_;
};

/// A client of the desk, and what it saw.
struct trader {
    void on_fill(int volume) {
        fills.push_back(volume);
        story += 'f';
    }
    void on_tick(const tick& event) {
        ticks.push_back(event.symbol + std::to_string(event.price));
        story += 't';
    }
    void on_connected(const rpc::session_info& info) {
        sessions.push_back(info);
        story += info.resumed ? 'r' : '+';
    }
    void on_disconnected(const rpc::error& why) {
        losses.push_back(why);
        story += '-';
    }
    void on_gap(const rpc::gap& missed) {
        gaps.push_back(missed);
        story += '?';
    }

    using rpc_table =
        rpc::table<rpc::remote<"place", int(int)>, rpc::remote<"place_once", int(int), rpc::once>,
                   rpc::remote<"query", int(int), rpc::idempotent>, rpc::remote<"work", int(int)>,
                   rpc::remote<"work_once", int(int), rpc::once>,
                   rpc::remote<"work_again", int(int), rpc::idempotent>,
                   rpc::remote<"fail_once", int(int), rpc::once>,
                   rpc::remote<"number", std::uint64_t()>, rpc::on<"fill", &trader::on_fill>,
                   rpc::on<"tick", &trader::on_tick>>;

    std::vector<int> fills;
    std::vector<std::string> ticks;
    std::vector<rpc::session_info> sessions;
    std::vector<rpc::error> losses;
    std::vector<rpc::gap> gaps;
    std::string story;
};

/// A trader with its client.
struct terminal {
    terminal(rpc::testing::world& world, rpc::client_options options = {})
        : client(world.get_executor(), seen, world.client_options(std::move(options))) {
        client.start();
        if (!client.wait_connected()) {
            throw std::runtime_error("the client did not connect");
        }
    }
    trader seen;
    rpc::client<trader> client;
};

/// A world with a desk and its server.
struct desk_scene {
    explicit desk_scene(rpc::server_options given = {}, std::uint64_t seed = 1)
        : world(seed), engine(world), options(std::move(given)) {
        restart();
    }

    /// A server of another epoch, at the same address.
    void restart() {
        server.reset();
        server.emplace(world.get_executor(), engine, world.server_options(options));
        server->start();
        engine.on_place = [this](int volume) { server->publish<"fill">(volume); };
    }

    rpc::testing::connection link(std::size_t at = 0) { return world.connections().at(at); }

    rpc::testing::world world;
    desk engine;
    rpc::server_options options;
    std::optional<rpc::server<desk>> server;
};

}  // namespace test

#endif  // TESTS_DESK_SCENE_HPP
