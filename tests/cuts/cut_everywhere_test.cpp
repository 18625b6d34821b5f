// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: wherever a connection breaks, every order runs once, every call ends once with its own
// answer, and every event arrives once, in order. Method: one session of orders, cancels, queries
// and events in a world of memory; the connection is cut after each byte of it, in each direction.

#include <gatewire/rpc.hpp>
#include <gatewire/testing.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <numeric>
#include <string>
#include <vector>

namespace {

using namespace std::chrono_literals;
using rpc::testing::direction;

constexpr int order_count = 60;

struct report {
    int order = 0;
    std::string state;
    bool operator==(const report&) const = default;
};

/// Takes orders, and reports each and its end.
struct exchange {
    int send(int order) {
        sent.push_back(order);
        tell({order, "new"});
        return order;
    }
    int cancel(int order) {
        cancelled.push_back(order);
        tell({order, "cancelled"});
        return -order;
    }
    std::size_t count() const { return reports.size(); }

    void tell(const report& what) {
        reports.push_back(what);
        server->publish<"report">(what);
    }

    using rpc_table =
        rpc::table<rpc::method<"send", &exchange::send>, rpc::method<"cancel", &exchange::cancel>,
                   rpc::method<"count", &exchange::count>, rpc::event<"report", report>>;

    rpc::server<exchange>* server = nullptr;
    std::vector<int> sent;
    std::vector<int> cancelled;
    std::vector<report> reports;
};

struct desk {
    void on_report(const report& what) { reports.push_back(what); }
    void on_connected(const rpc::session_info&) { ++connections; }
    void on_disconnected(const rpc::error&) { ++losses; }
    void on_gap(const rpc::gap&) { ++gaps; }

    using rpc_table =
        rpc::table<rpc::remote<"send", int(int)>, rpc::remote<"cancel", int(int)>,
                   rpc::remote<"count", std::size_t()>, rpc::on<"report", &desk::on_report>>;

    std::vector<report> reports;
    int connections = 0;
    int losses = 0;
    int gaps = 0;
};

/// How the calls of a session ended.
struct endings {
    template <class Expected>
    auto handler(Expected holds) {
        ++begun;
        return [this, holds](const std::exception_ptr& thrown, auto value) {
            ++ended;
            right += !thrown && holds(value);
        };
    }
    int begun = 0;
    int ended = 0;
    int right = 0;  // with the right answer
};

/// One session from its beginning to its end.
struct session {
    session() {
        engine.server = &server;
        server.start();
        client.start();
        world.run_until([this] { return !world.connections().empty(); });
        link = world.connections();
    }

    /// Trades; what a cut leaves over is done when the connection is back.
    void play() {
        for (int order = 1; order <= order_count; ++order) {
            client.async_call<"send">(order, ends.handler([order](int id) { return id == order; }));
            if (order % 3 == 0) {
                const int older = order - 2;
                client.async_call<"cancel">(older,
                                            ends.handler([older](int id) { return id == -older; }));
            }
            if (order % 5 == 0) {
                const std::size_t least = last_count;
                client.async_call<"count">(ends.handler([this, least](std::size_t count) {
                    last_count = count;
                    return count >= least;
                }));
            }
            if (order % 4 == 0) {
                world.run_for(1ms);
            }
        }
        world.run_until([this] { return ends.ended >= ends.begun; });
        world.run_for(1s);
    }

    /// What went wrong; empty if nothing did.
    std::string problem() const {
        std::vector<int> in_order(order_count);
        std::iota(in_order.begin(), in_order.end(), 1);
        std::string all;
        all += engine.sent == in_order ? "" : "orders ran not once each in their order; ";
        all += engine.cancelled.size() == order_count / 3 ? "" : "cancels ran not once each; ";
        all += ends.ended == ends.begun ? "" : "calls ended not once each; ";
        all += ends.right == ends.begun ? "" : "calls had a wrong answer or none; ";
        all +=
            gateway.reports == engine.reports ? "" : "events were lost, doubled or out of order; ";
        all += gateway.gaps == 0 ? "" : "a gap was told; ";
        all += gateway.connections == gateway.losses + 1 ? "" : "connections and losses no pairs; ";
        return all;
    }

    rpc::testing::world world;
    exchange engine;
    desk gateway;
    endings ends;
    std::size_t last_count = 0;
    rpc::server<exchange> server{world.get_executor(), engine, world.server_options()};
    rpc::client<desk> client{world.get_executor(), gateway, world.client_options()};
    std::vector<rpc::testing::connection> link;
};

std::uint64_t bytes_of(direction way) {
    session whole;
    whole.play();
    REQUIRE(whole.problem().empty());
    REQUIRE(whole.gateway.losses == 0);
    return whole.link.at(0).delivered(way);
}

void cut_everywhere(direction way) {
    const std::uint64_t size = bytes_of(way);
    std::uint64_t cuts = 0;
    for (std::uint64_t at = 0; at <= size; ++at) {
        session one;
        one.link.at(0).cut_after(way, at);
        one.play();
        cuts += one.world.connections().empty() || !one.link.at(0).is_open();
        if (const std::string problem = one.problem(); !problem.empty()) {
            FAIL_CHECK("cut after byte " << at << " of " << size << ": " << problem);
        }
    }
    CHECK(cuts >= size);
    MESSAGE("cut at " << cuts << " places of " << size << " bytes");
}

}  // namespace

TEST_CASE("a session that is cut after any byte to the server loses and doubles nothing") {
    cut_everywhere(direction::to_server);
}

TEST_CASE("a session that is cut after any byte to the client loses and doubles nothing") {
    cut_everywhere(direction::to_client);
}
