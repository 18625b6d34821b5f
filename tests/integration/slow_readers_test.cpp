// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: a peer that does not read costs its own connection only, and no more memory than allowed.
// Method: raw peers with small receive buffers stop reading; a client beside them gets everything.

#include "desk.hpp"
#include "raw_peer.hpp"

#include <gatewire/rpc.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

namespace {

using test::rig;
using test::watcher;
using namespace std::chrono_literals;

constexpr std::size_t soft_max = 64 << 10;
constexpr std::size_t hard_max = 256 << 10;

/// Limits of which only those that a test changes can be met.
rpc::server_options bounded() {
    rpc::server_options options;
    options.limits.queue_soft_max = soft_max;
    options.limits.queue_soft_time = test::patience;
    options.limits.queue_hard_max = hard_max;
    options.limits.write_deadline = test::patience;
    return options;
}

test::raw_socket subscriber_that_never_reads(const rig& served) {
    test::raw_socket peer = test::raw_socket::connect(served.address(), 4096);
    peer.ask(R"({"jsonrpc":"2.0","method":"rpc.subscribe","params":{"event":"fill"},"id":1})");
    return peer;
}

/// A well-behaved client, and a publisher that goes on when it has got the last event.
struct steady_reader {
    explicit steady_reader(rig& publisher)
        : served(publisher), client(io.get_executor(), gateway, publisher.to_here()) {
        client.start();
        connected = client.wait_connected(test::patience);
    }

    bool publish_one() {
        served.server.publish<"fill">(test::fill{0, ++number, std::string(8 << 10, 'x')});
        return gateway.fills.wait_for_count(number);
    }

    /// Publishes until `enough()`. @return Whether that came to be, with nothing lost.
    template <class Enough>
    bool publish_until(Enough&& enough) {
        const auto until = std::chrono::steady_clock::now() + test::patience;
        while (!enough()) {
            if (!publish_one() || std::chrono::steady_clock::now() > until) {
                return false;
            }
        }
        return gateway.losses.count() == 0;
    }

    rig& served;
    watcher gateway;
    rpc::io_thread io;
    rpc::client<watcher> client;
    std::uint32_t number = 0;
    bool connected = false;
};

bool was_ended(const rig& served) {
    return test::eventually([&] { return served.server.connections() == 1; });
}

}  // namespace

TEST_CASE("server: a subscriber that never reads is disconnected at the hard limit, alone") {
    rig served(bounded());
    steady_reader other(served);
    REQUIRE(other.connected);
    test::raw_socket peer = subscriber_that_never_reads(served);
    std::size_t deepest = 0;
    CHECK(other.publish_until([&] {
        deepest = std::max(deepest, served.server.queued_bytes());
        return served.server.connections() == 1;
    }));
    CHECK(deepest > soft_max);
    CHECK(deepest <= hard_max + (16 << 10));
    CHECK(peer.is_ended());
    CHECK(test::eventually([&] { return served.server.queued_bytes() == 0; }));
    CHECK(other.publish_one());
    CHECK(other.client.call<"add">(1, 2) == 3);
}

TEST_CASE("server: a subscriber above the soft limit for too long is disconnected, alone") {
    rpc::server_options options = bounded();
    options.limits.queue_hard_max = 64 << 20;
    options.limits.queue_soft_time = 100ms;
    rig served(options);
    steady_reader other(served);
    REQUIRE(other.connected);
    test::raw_socket peer = subscriber_that_never_reads(served);
    CHECK(other.publish_until([&] {
        return served.server.connections() == 1 || served.server.queued_bytes() > 2 * soft_max;
    }));
    CHECK(was_ended(served));  // No further event is needed for that.
    CHECK(peer.is_ended());
    CHECK(other.publish_one());
}

TEST_CASE("server: a write that makes no progress for too long ends the connection, alone") {
    rpc::server_options options = bounded();
    options.limits.queue_soft_max = 64 << 20;
    options.limits.queue_hard_max = 64 << 20;
    options.limits.write_deadline = 100ms;
    rig served(options);
    steady_reader other(served);
    REQUIRE(other.connected);
    test::raw_socket peer = subscriber_that_never_reads(served);
    CHECK(other.publish_until([&] {
        return served.server.connections() == 1 || served.server.queued_bytes() > soft_max;
    }));
    CHECK(was_ended(served));
    CHECK(peer.is_ended());
    CHECK(other.publish_one());
}

TEST_CASE("server: a peer that asks and never reads the answers is disconnected, alone") {
    rig served(bounded());
    steady_reader other(served);
    REQUIRE(other.connected);
    test::raw_socket peer = test::raw_socket::connect(served.address(), 4096);
    const std::string call =
        test::frame(R"({"jsonrpc":"2.0","method":"letters","params":[60000],"id":1})");
    REQUIRE(test::eventually([&] { return served.server.connections() == 2; }));
    std::string calls;
    CHECK(test::eventually([&] {
        if (calls.size() < 4096) {
            calls += call;
        }
        calls.erase(0, peer.stuff(calls));
        return served.server.connections() == 1;
    }));
    CHECK(other.publish_one());
    CHECK(other.client.call<"add">(1, 2) == 3);
}

TEST_CASE("server: a peer that reads slowly, but reads, gets everything") {
    // On a unix socket: TCP with a window smaller than its segments waits for timers of its own.
    test::temporary_folder folder;
    rpc::server_options options = bounded();
    options.listen = {folder.address("desk.sock")};
    rig served(options);
    test::raw_socket peer = subscriber_that_never_reads(served);
    std::uint32_t published = 0;
    std::uint32_t received = 0;
    bool in_order = true;
    while (published < 400) {
        // As a publisher does that can wait.
        while (served.server.queued_bytes() < soft_max / 2 && published < 400) {
            served.server.publish<"fill">(test::fill{0, ++published, std::string(8 << 10, 'x')});
        }
        in_order =
            in_order && peer.receive_json().at("params").at("data").at("number") == ++received;
    }
    while (received < published) {
        in_order =
            in_order && peer.receive_json().at("params").at("data").at("number") == ++received;
    }
    CHECK(in_order);
    CHECK(served.server.connections() == 1);
}

TEST_CASE("server: queued_bytes is zero when everyone reads") {
    rig served;
    steady_reader other(served);
    REQUIRE(other.connected);
    CHECK(other.publish_one());
    CHECK(test::eventually([&] { return served.server.queued_bytes() == 0; }));
}
