// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: the end of an encrypted connection is told from a cut, whoever makes it. Method: OpenSSL
// alone at the other side, which says goodbye or does not.

#include "raw_tls.hpp"
#include "tls_rig.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

namespace {

using test::authority;
using test::error_of;
using test::issued;
using test::mirror;
using test::ping;
using test::raw_tls;
using test::server_keys;
using test::tls_rig;
using namespace std::chrono_literals;

constexpr std::string_view cut_off_text = "the connection was cut: TLS was not closed properly";

}  // namespace

TEST_CASE("tls: a server tells a client that was cut off from one that said goodbye") {
    const authority ca("test authority");
    const issued server = ca.issue();
    for (const bool says_goodbye : {true, false}) {
        CAPTURE(says_goodbye);
        tls_rig served(server_keys(server));
        auto peer = raw_tls::connect(served.plain_address());
        REQUIRE(peer.shake_hands());
        peer.send(test::frame(ping));
        CHECK(peer.receive_frame().has_value());
        if (says_goodbye) {
            peer.say_goodbye();
        }
        peer.socket().close();
        CHECK(test::says(served.log, rpc::log_event::disconnected,
                         says_goodbye ? "the peer closed the connection" : cut_off_text));
    }
}

TEST_CASE("tls: what was sent before a goodbye is answered, and the answer comes before the end") {
    const authority ca("test authority");
    const issued server = ca.issue();
    tls_rig served(server_keys(server));
    auto peer = raw_tls::connect(served.plain_address());
    REQUIRE(peer.shake_hands());
    peer.send(test::frame(R"({"jsonrpc":"2.0","method":"echo","params":["last words"],"id":1})"));
    peer.say_goodbye();
    const auto answer = peer.receive_frame();
    REQUIRE(answer.has_value());
    CHECK(answer->find("last words") != std::string::npos);
    CHECK(peer.is_ended_cleanly());
}

TEST_CASE("tls: a client reports a cut as a cut, and its calls may have run") {
    const authority ca("test authority");
    const issued shown = ca.issue();
    for (const bool says_goodbye : {true, false}) {
        CAPTURE(says_goodbye);
        test::raw_listener listener;
        test::recorder<test::log_line> log;
        rpc::io_thread io;
        rpc::client_options to;
        to.address = "tls" + listener.address().substr(3);
        to.tls = rpc::tls_client({.ca_file = ca.file()});
        to.log = test::log_into(log);
        rpc::client<mirror> client(io.get_executor(), to);
        client.start();
        raw_tls server(listener.accept(), {.shown = &shown, .is_server = true});
        REQUIRE(server.shake_hands());
        CHECK(server.receive_frame().has_value());
        if (says_goodbye) {
            server.say_goodbye();
        }
        server.socket().close();
        CHECK(test::says(log, rpc::log_event::connect_failed,
                         says_goodbye ? "the peer closed the connection" : cut_off_text));
    }
}

TEST_CASE("tls: both sides of this library say goodbye when they stop or are destroyed") {
    const authority ca("test authority");
    const issued shown = ca.issue();
    {
        tls_rig served(server_keys(shown));
        {
            rpc::client<mirror> client(served.runs_on.get_executor(), served.options(ca.file()));
            client.start();
            CHECK(client.call<"echo">("a") == "a");
        }
        CHECK(
            test::says(served.log, rpc::log_event::disconnected, "the peer closed the connection"));
    }
    tls_rig served(server_keys(shown));
    auto peer = raw_tls::connect(served.plain_address());
    REQUIRE(peer.shake_hands());
    peer.send(test::frame(ping));
    CHECK(peer.receive_frame().has_value());
    served.server.stop();
    CHECK(peer.is_ended_cleanly());
}

TEST_CASE("tls: a server that is destroyed, or cuts an idle peer off, says goodbye too") {
    const authority ca("test authority");
    const issued shown = ca.issue();
    for (const bool is_destroyed : {true, false}) {
        CAPTURE(is_destroyed);
        rpc::server_options options;
        options.limits.plain_idle_max = is_destroyed ? 300'000ms : 50ms;
        auto served = std::make_unique<tls_rig>(server_keys(shown), options);
        auto peer = raw_tls::connect(served->plain_address());
        REQUIRE(peer.shake_hands());
        peer.send(test::frame(ping));
        CHECK(peer.receive_frame().has_value());
        if (is_destroyed) {
            // Goodbye is said at once or not at all, so not while the system has the answer and the
            // server has not heard of that.
            CHECK(test::eventually([&] { return served->server.queued_bytes() == 0; }));
            served.reset();
        }
        CHECK(peer.is_ended_cleanly());
    }
}

TEST_CASE("tls: a peer that does not read is given up as it is without TLS") {
    const authority ca("test authority");
    const issued shown = ca.issue();
    rpc::server_options options;
    options.limits.write_deadline = 200ms;
    tls_rig served(server_keys(shown), options);
    auto peer = raw_tls::connect(served.plain_address());
    REQUIRE(peer.shake_hands());
    const std::string text(500'000, 'x');
    for (int call = 0; call < 20; ++call) {
        peer.send(test::frame(R"({"jsonrpc":"2.0","method":"echo","params":[")" + text +
                              R"("],"id":1})"));
    }
    CHECK(test::has_logged(served.log, rpc::log_event::disconnected));
}
