// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: the faults of the proxy are those that it promises, no more and no less. Method: raw peers
// on both sides of it count bytes; then clients and servers live through each fault.

#include <gatewire/fault_proxy.hpp>

#include "desk.hpp"
#include "raw_peer.hpp"
#include "waiting.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace {

using rpc::testing::fault_proxy;
using test::raw_socket;
using test::watcher;
using namespace std::chrono_literals;
using enum rpc::testing::direction;

/// A raw peer on each side of a proxy.
struct wire {
    wire() : client(raw_socket::connect(proxy.address())), server(listener.accept()) {
        REQUIRE(test::eventually([this] { return proxy.connections() == 1; }));
    }

    test::raw_listener listener;
    fault_proxy proxy{listener.address()};
    raw_socket client;
    raw_socket server;
};

std::string received(raw_socket& from, std::size_t count) {
    std::string bytes;
    return from.receive(bytes, count) ? bytes : "ended";
}

/// A client of a desk whose connection goes through a proxy.
struct troubled {
    explicit troubled(rpc::server_options options = {}) : server(options) {
        rpc::client_options to = server.to_here();
        to.address = proxy.address();
        to.heartbeat = 50ms;
        to.heartbeat_timeout = 1s;
        client.emplace(server.runs_on.get_executor(), gateway, to);
        client->start();
        client->wait_connected(test::patience);
    }

    bool comes_back(std::size_t sessions) { return gateway.sessions.wait_for_count(sessions); }

    test::rig server;
    fault_proxy proxy{server.address()};
    watcher gateway;
    std::optional<rpc::client<watcher>> client;
};

}  // namespace

TEST_CASE("fault_proxy: without a fault every byte arrives, both ways, and so does the end") {
    wire through;
    const std::string much(300'000, 'x');
    std::thread sender([&] { through.client.send(much + "end"); });
    CHECK(received(through.server, much.size() + 3) == much + "end");
    sender.join();
    through.server.send("answer");
    CHECK(received(through.client, 6) == "answer");
    CHECK(through.proxy.passed(to_server) == much.size() + 3);
    CHECK(through.proxy.passed(to_client) == 6);
    through.client.finish_sending();
    CHECK(through.server.is_ended());
    through.server.send("last");
    CHECK(received(through.client, 4) == "last");
}

TEST_CASE("fault_proxy: a cut after n bytes lets exactly n bytes pass") {
    for (std::size_t count = 0; count <= 9; ++count) {
        CAPTURE(count);
        wire through;
        through.proxy.cut_after(to_client, count);
        through.server.send("0123456789");
        CHECK(received(through.client, count) == std::string("0123456789").substr(0, count));
        CHECK(through.client.is_ended());
        CHECK(through.server.is_ended());
        CHECK(through.proxy.passed(to_client) == count);
    }
}

TEST_CASE("fault_proxy: a cut may come in a later connection, which counts on") {
    wire through;
    through.proxy.cut_after(to_server, 5);
    through.client.send("abc");
    CHECK(received(through.server, 3) == "abc");
    raw_socket second = raw_socket::connect(through.proxy.address());
    raw_socket other_end = through.listener.accept();
    second.send("defg");
    CHECK(received(other_end, 2) == "de");
    CHECK(other_end.is_ended());
    through.client.send("h");
    CHECK(received(through.server, 1) == "h");
}

TEST_CASE("fault_proxy: one byte is corrupted, in its lowest bit") {
    wire through;
    through.proxy.corrupt_after(to_server, 2);
    through.client.send("aaaa");
    CHECK(received(through.server, 4) == "aa`a");
    through.client.send("aaaa");
    CHECK(received(through.server, 4) == "aaaa");
}

TEST_CASE("fault_proxy: what is stalled waits, what is lost does not") {
    wire through;
    through.proxy.stall(to_server);
    through.client.send("wait");
    through.server.send("other way");
    CHECK(received(through.client, 9) == "other way");
    CHECK(through.proxy.passed(to_server) == 0);
    through.proxy.heal();
    CHECK(received(through.server, 4) == "wait");

    through.proxy.lose(to_server);
    through.client.send("gone");
    CHECK(test::eventually([&] { return through.proxy.lost(to_server) == 4; }));
    through.proxy.heal();
    through.client.send("here");
    CHECK(received(through.server, 4) == "here");
}

TEST_CASE("fault_proxy: the end of a stalled side is told when the stall is over") {
    wire through;
    through.proxy.stall();
    through.client.send("x");
    through.client.finish_sending();
    through.proxy.heal();
    CHECK(received(through.server, 1) == "x");
    CHECK(through.server.is_ended());
}

TEST_CASE("fault_proxy: who vanishes tells nobody, and the next one is not concerned") {
    wire through;
    through.proxy.vanish();
    through.client.send("into nothing");
    through.client.close();
    raw_socket second = raw_socket::connect(through.proxy.address());
    raw_socket other_end = through.listener.accept();
    second.send("hello");
    CHECK(received(other_end, 5) == "hello");
    CHECK(through.proxy.passed(to_server) == 5);
}

TEST_CASE("fault_proxy: slow bytes all arrive, and clients that are refused come back") {
    wire through;
    through.proxy.slow(1'000'000);
    const std::string much(100'000, 'y');
    std::thread sender([&] { through.client.send(much); });
    CHECK(received(through.server, much.size()) == much);
    sender.join();
    through.proxy.refuse(true);
    CHECK(raw_socket::connect(through.proxy.address()).is_ended());
    through.proxy.heal();
    raw_socket second = raw_socket::connect(through.proxy.address());
    raw_socket other_end = through.listener.accept();
    second.send("in");
    CHECK(received(other_end, 2) == "in");
}

TEST_CASE("fault_proxy: it speaks to unix sockets, and refuses what is no address") {
    test::temporary_folder folder;
    rpc::server_options options;
    options.listen = {"unix://" + folder.path("desk.sock")};
    troubled desk(options);
    CHECK(desk.client->call<"add">(1, 2) == 3);
    CHECK(test::error_of([] { fault_proxy("nothing"); }).code() == rpc::errc::invalid_address);
}

TEST_CASE("a client lives through cuts and resets, and hears of each once") {
    troubled desk;
    for (std::size_t round = 1; round <= 5; ++round) {
        CHECK(desk.client->call<"add">(1, 2) == 3);
        if (round % 2 == 0) {
            desk.proxy.cut();
        } else {
            desk.proxy.reset();
        }
        REQUIRE(desk.comes_back(round + 1));
        CHECK(desk.gateway.losses.count() == round);
    }
}

TEST_CASE("a connection that went silent is given up, and the next one works") {
    for (const bool both : {true, false}) {
        CAPTURE(both);
        troubled desk;
        if (both) {
            desk.proxy.vanish();
        } else {
            desk.proxy.lose(to_client);
            CHECK(desk.gateway.losses.wait_for_count(1));
            desk.proxy.heal();
        }
        REQUIRE(desk.comes_back(2));
        CHECK(desk.gateway.losses.all().front().code() == rpc::errc::peer_silent);
        CHECK(desk.client->call<"add">(1, 2) == 3);
    }
}

TEST_CASE("an answer that is cut at any byte ends its call once, and the next call works") {
    // Header and body of the answer, and of the answer to hello before it.
    for (std::uint64_t bytes = 1; bytes < 60; bytes += 7) {
        CAPTURE(bytes);
        troubled desk;
        desk.proxy.cut_after(to_client, bytes);
        test::recorder<int> completions;
        desk.client->async_call<"add">(2, 3, [&](std::exception_ptr, int) { completions.add(0); });
        CHECK(completions.wait_for_count(1));
        desk.proxy.heal();
        desk.client->wait_connected(test::patience);
        CHECK(desk.client->call<"add">(1, 2) == 3);
        CHECK(completions.count() == 1);
    }
}

TEST_CASE("a corrupted byte ends one connection at most, never the client or the server") {
    test::rig alone;
    for (std::uint64_t bytes = 0; bytes < 40; ++bytes) {
        CAPTURE(bytes);
        troubled desk;
        desk.proxy.corrupt_after(bytes % 2 == 0 ? to_server : to_client, bytes / 2);
        try {
            desk.client->call<"add">(rpc::timeout{200ms}, 1, 2);
        } catch (const rpc::error&) {
            // Whatever it is: the text of the call or of its answer is another one.
        }
        desk.proxy.heal();
        desk.proxy.cut();
        CHECK(test::eventually([&] {
            try {
                return desk.client->call<"add">(1, 2) == 3;
            } catch (const rpc::error&) {
                return false;
            }
        }));
    }
}
