// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TESTS_SCENE_HPP
#define TESTS_SCENE_HPP

#include <gatewire/rpc.hpp>
#include <gatewire/testing.hpp>

#include <asio/awaitable.hpp>
#include <asio/use_awaitable.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

/// A server, a client and what happens to them, in a world where time is the test's.
namespace test {

struct quote {
    std::string symbol;
    int price = 0;
};

/// An engine whose methods take as long as they are told to.
class stage {
public:
    explicit stage(rpc::testing::world& world) : world_(world) {}

    int add(int a, int b) {
        ++additions;
        return a + b;
    }

    /// Holds the engine: nothing else of it runs meanwhile, everything beside it does.
    int block(int milliseconds) {
        world_.run_for(std::chrono::milliseconds(milliseconds));
        return milliseconds;
    }

    /// Takes as long, and lets others run.
    asio::awaitable<int> rest(int milliseconds) {
        ++rests_begun;
        try {
            co_await world_.async_wait(std::chrono::milliseconds(milliseconds),
                                       asio::use_awaitable);
        } catch (const std::exception&) {
            ++rests_given_up;
            throw;
        }
        ++rests_ended;
        co_return milliseconds;
    }

    std::string letters(std::size_t count) { return std::string(count, 'x'); }
    int command(int argument) { return on_command(argument); }
    void on_session_end(const rpc::session_end& what) { ends.push_back(what.reason); }

    using rpc_table =
        rpc::table<rpc::method<"add", &stage::add>, rpc::method<"block", &stage::block>,
                   rpc::method<"rest", &stage::rest>, rpc::method<"letters", &stage::letters>,
                   rpc::method<"command", &stage::command>,
                   rpc::event<"quote", quote, rpc::keyed_by<&quote::symbol>>,
                   rpc::event<"news", std::string>>;

    int additions = 0;
    int rests_begun = 0;
    int rests_given_up = 0;
    int rests_ended = 0;
    std::vector<rpc::error> ends;
    std::function<int(int)> on_command = [](int argument) { return argument; };

private:
    rpc::testing::world& world_;
};

/// Remembers what it was told, in order.
struct audience {
    void on_quote(const quote& event) { quotes.push_back(event.price); }
    void on_news(const std::string& text) { news.push_back(text); }
    void on_connected(const rpc::session_info&) { story += '+'; }
    void on_disconnected(const rpc::error& why) {
        story += '-';
        losses.push_back(why);
    }
    void on_gap(const rpc::gap& missed) {
        story += '?';
        gaps.push_back(missed);
    }

    using rpc_table =
        rpc::table<rpc::remote<"add", int(int, int)>, rpc::remote<"block", int(int)>,
                   rpc::remote<"rest", int(int)>, rpc::remote<"letters", std::string(std::size_t)>,
                   rpc::remote<"command", int(int)>, rpc::on<"quote", &audience::on_quote>,
                   rpc::on<"news", &audience::on_news>>;

    std::vector<int> quotes;
    std::vector<std::string> news;
    std::string story;  // connected, disconnected and gaps
    std::vector<rpc::error> losses;
    std::vector<rpc::gap> gaps;
};

/// How one asynchronous call ended.
template <class Result>
struct ending {
    int times = 0;
    std::optional<Result> value;
    std::optional<rpc::error> failure;

    /// A completion handler that notes it here; the ending must outlive the call.
    auto handler() {
        return [this](const std::exception_ptr& thrown, Result result) {
            ++times;
            if (!thrown) {
                value = std::move(result);
                return;
            }
            try {
                std::rethrow_exception(thrown);
            } catch (const rpc::error& why) {
                failure = why;
            }
        };
    }
    bool is_over() const { return times != 0; }
};

/// The `rpc::error` that `action` throws.
template <class Action>
rpc::error failure_of(Action&& action) {
    try {
        action();
    } catch (const rpc::error& thrown) {
        return thrown;
    }
    throw std::runtime_error("nothing was thrown");
}

/// A world with one server and one client in it; both are started by `begin`.
struct scene {
    explicit scene(std::uint64_t seed = 1) : world(seed), engine(world) {}

    scene& begin() {
        begin_server();
        client.emplace(world.get_executor(), gateway, world.client_options(client_options));
        client->start();
        return *this;
    }
    /// The same, and waits until they have met.
    scene& meet() {
        begin();
        if (!client->wait_connected()) {
            throw std::runtime_error("the client did not connect");
        }
        return *this;
    }
    void begin_server() {
        server.emplace(world.get_executor(), engine, world.server_options(server_options));
        server->start();
    }

    /// The only connection there is.
    rpc::testing::connection link() { return world.connections().at(0); }

    std::chrono::milliseconds elapsed() const {
        return std::chrono::duration_cast<std::chrono::milliseconds>(world.elapsed());
    }

    /// Begins a call of `rest`.
    void rest(ending<int>& noted, int milliseconds,
              std::chrono::milliseconds timeout = std::chrono::seconds(30)) {
        client->async_call<"rest">(rpc::timeout{timeout}, milliseconds, noted.handler());
    }

    rpc::testing::world world;
    stage engine;
    audience gateway;
    rpc::server_options server_options;
    rpc::client_options client_options;
    std::optional<rpc::server<stage>> server;
    std::optional<rpc::client<audience>> client;
};

}  // namespace test

#endif  // TESTS_SCENE_HPP
