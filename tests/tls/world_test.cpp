// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: TLS does not care how its bytes arrive, and where they stop arriving harms one attempt
// only. Method: the network in memory, which splits, stalls and cuts where it is told to.

#include "certificates.hpp"

#include <gatewire/rpc.hpp>
#include <gatewire/testing.hpp>
#include <gatewire/tls.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace {

using rpc::testing::direction;
using namespace std::chrono_literals;

struct echo_engine {
    std::string echo(std::string text) { return text; }
    using rpc_table =
        rpc::table<rpc::method<"echo", &echo_engine::echo>, rpc::event<"note", std::string>>;
};

struct echo_gateway {
    void on_note(const std::string& text) { notes.push_back(text); }
    using rpc_table = rpc::table<rpc::remote<"echo", std::string(std::string)>,
                                 rpc::on<"note", &echo_gateway::on_note>>;
    std::vector<std::string> notes;
};

/// Keys that are made once, for worlds that are made often.
struct keys {
    test::authority ca{"test authority"};
    test::issued server = ca.issue();
    test::issued ada = ca.issue_client("ada");
    std::shared_ptr<rpc::server_tls> of_server =
        rpc::tls_server({.certificate_file = server.files().certificate,
                         .key_file = server.files().key,
                         .client_ca_file = ca.file()});
    std::shared_ptr<rpc::client_tls> of_client =
        rpc::tls_client({.ca_file = ca.file(),
                         .certificate_file = ada.files().certificate,
                         .key_file = ada.files().key});
};

struct tls_scene {
    explicit tls_scene(const keys& with, std::uint64_t seed = 1)
        : world(seed), server(world.get_executor(), engine, of_server(with)) {
        rpc::client_options options;
        options.address = "tls://127.0.0.1:2014";
        options.tls = with.of_client;
        client.emplace(world.get_executor(), gateway, world.client_options(options));
        server.start();
    }
    rpc::server_options of_server(const keys& with) {
        rpc::server_options options;
        options.listen = {"tls://127.0.0.1:2014"};
        options.tls = with.of_server;
        return world.server_options(options);
    }

    rpc::testing::world world;
    echo_engine engine;
    echo_gateway gateway;
    rpc::server<echo_engine> server;
    std::optional<rpc::client<echo_gateway>> client;
};

}  // namespace

TEST_CASE("tls: split bytes make the same calls and events as whole ones") {
    const keys with;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        CAPTURE(seed);
        tls_scene play(with, seed);
        play.world.set({.latency = 3ms, .jitter = 5ms, .split_reads = true, .window = 20'000});
        play.world.shuffle_handlers();
        play.client->start();
        CHECK(play.server.addresses() == std::vector<std::string>{"tls://127.0.0.1:2014"});
        for (const std::size_t size : {0u, 100u, 16'384u, 100'000u}) {
            const std::string text(size, 'x');
            play.server.publish<"note">(text);
            CHECK(play.client->call<"echo">(text) == text);
        }
        play.world.run_for(1s);
        CHECK(play.gateway.notes.size() >= 3);
        CHECK(play.server.sessions().at(0).identity == "ada");
    }
}

TEST_CASE("tls: a connection that is cut after any byte is made again, and then works") {
    const keys with;
    for (const direction way : {direction::to_client, direction::to_server}) {
        for (std::uint64_t bytes = 0; bytes < 2'600; bytes += 13) {
            CAPTURE(bytes);
            tls_scene play(with);
            play.world.set({.latency = 1ms});
            play.client->start();
            REQUIRE(play.world.run_until([&] { return !play.world.connections().empty(); }));
            play.world.connections().front().cut_after(way, bytes);
            CHECK(play.client->call<"echo">("a") == "a");
            play.world.run_for(12s);  // heartbeats may bring the cut, too
            CHECK(play.client->call<"echo">("b") == "b");
            CHECK(play.world.run_until([&] { return play.server.connections() == 1; }));
        }
    }
}

TEST_CASE("tls: a handshake that stalls is given up by both sides in their time") {
    const keys with;
    for (const direction way : {direction::to_client, direction::to_server}) {
        for (std::uint64_t wait = 0; wait < 8; ++wait) {
            CAPTURE(wait);
            tls_scene play(with);
            play.world.set({.latency = 1ms});
            play.client->start();
            play.world.run_for(1us + wait * 500us);
            for (rpc::testing::connection one : play.world.connections()) {
                one.stall(way);
            }
            play.world.run_for(60s);
            CHECK(play.client->call<"echo">("a") == "a");
            CHECK(play.server.connections() == 1);
        }
    }
}

TEST_CASE("tls: either side may stop or go at any moment of a handshake") {
    const keys with;
    for (std::uint64_t wait = 0; wait < 20; ++wait) {
        CAPTURE(wait);
        tls_scene stopped(with);
        tls_scene destroyed(with);
        tls_scene left(with);
        for (tls_scene* play : {&stopped, &destroyed, &left}) {
            play->world.set({.latency = 1ms});
            play->client->start();
            play->world.run_for(1us + wait * 500us);
        }
        stopped.client->stop();
        stopped.world.run_for(20s);
        CHECK(stopped.server.connections() == 0);
        destroyed.client.reset();
        destroyed.world.run_for(20s);
        CHECK(destroyed.server.connections() == 0);
        left.server.stop();
        left.world.run_for(20s);
        CHECK(left.server.connections() == 0);
        left.server.start();
        CHECK(left.client->call<"echo">("a") == "a");
    }
}
