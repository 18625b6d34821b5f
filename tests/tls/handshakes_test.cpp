// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: whoever does not shake hands as TLS wants it is sent away soon, with the reason in the log,
// and nobody else hears of it. Method: plain peers, OpenSSL alone, and bytes that make no sense.

#include "raw_tls.hpp"
#include "tls_rig.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace {

using test::authority;
using test::error_of;
using test::issued;
using test::mirror;
using test::ping;
using test::raw_socket;
using test::raw_tls;
using test::server_keys;
using test::tls_rig;
using namespace std::chrono_literals;

/// A served desk and a client that must stay untouched by whatever others do.
struct watched {
    explicit watched(rpc::server_options options = {}, rpc::tls_server_options keys = {})
        : served(server_keys(server, std::move(keys)), std::move(options)),
          neighbour(served.runs_on.get_executor(), served.options(ca.file())) {
        neighbour.start();
        REQUIRE(neighbour.wait_connected(test::patience));
    }
    ~watched() {
        CHECK(neighbour.call<"echo">("still here") == "still here");
        CHECK(test::eventually([&] { return served.server.connections() == 1; }));
    }

    authority ca{"test authority"};
    issued server = ca.issue();
    tls_rig served;
    rpc::client<mirror> neighbour;
};

/// The first bytes that a client sends.
std::string client_hello() {
    const rpc::tls::owned<SSL_CTX> context(SSL_CTX_new(TLS_client_method()));
    const rpc::tls::owned<SSL> connection(SSL_new(context.get()));
    SSL_set_bio(connection.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    SSL_set_connect_state(connection.get());
    SSL_do_handshake(connection.get());
    return rpc::tls::text_of(SSL_get_wbio(connection.get()));
}

}  // namespace

TEST_CASE("tls: a plain client at a port of TLS is told so in the log, and sent away") {
    watched here;
    for (const std::string_view bytes : {std::string_view("GET / HTTP/1.1\r\nHost: desk\r\n\r\n"),
                                         std::string_view("SSH-2.0-OpenSSH_9.2\r\n"),
                                         std::string_view("8=FIX.4.4\0019=65\00135=A")}) {
        auto peer = raw_socket::connect(here.served.plain_address());
        peer.send(bytes);
        CHECK(peer.is_ended());
    }
    auto peer = raw_socket::connect(here.served.plain_address());
    peer.send_frame(ping);
    CHECK(peer.is_ended());
    peer.close();
    CHECK(test::has_logged(here.served.log, rpc::log_event::disconnected, 4));
    CHECK(
        test::says(here.served.log, rpc::log_event::disconnected, "the client does not speak TLS"));

    rpc::client_options plain = here.served.options(here.ca.file());
    plain.address = here.served.plain_address();
    rpc::client<mirror> client(here.served.runs_on.get_executor(), plain);
    client.start();
    CHECK(error_of([&] { client.call<"echo">(rpc::timeout{50ms}, "a"); }).outcome() ==
          rpc::outcome::not_sent);
    CHECK(test::has_logged(here.served.client_log, rpc::log_event::connect_failed));
}

TEST_CASE("tls: a client of TLS at a plain port hears that nobody there speaks it") {
    const authority ca("test authority");
    mirror engine;
    test::recorder<test::log_line> log;
    test::recorder<test::log_line> client_log;
    rpc::io_thread io;
    rpc::server_options options;
    options.listen = {"tcp://127.0.0.1:0"};
    options.log = test::log_into(log);
    rpc::server<mirror> server(io.get_executor(), engine, options);
    server.start();
    rpc::client_options to;
    to.address = "tls" + server.addresses().front().substr(3);
    to.tls = rpc::tls_client({.ca_file = ca.file()});
    to.log = test::log_into(client_log);
    rpc::client<mirror> client(io.get_executor(), to);
    client.start();
    CHECK(test::says(client_log, rpc::log_event::connect_failed, "TLS handshake"));
    CHECK(test::has_logged(log, rpc::log_event::disconnected));
}

TEST_CASE("tls: who says nothing, or too little, is sent away at the deadline of a first frame") {
    rpc::server_options options;
    options.limits.first_frame_deadline = 200ms;
    watched here(options);
    const std::string hello = client_hello();
    std::vector<raw_socket> silent;
    for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{5}, hello.size() / 2,
                                   hello.size() - 1, hello.size()}) {
        silent.push_back(raw_socket::connect(here.served.plain_address()));
        silent.back().send(std::string_view(hello).substr(0, size));
    }
    for (raw_socket& peer : silent) {
        CHECK(peer.is_ended());
    }
    CHECK(test::says(here.served.log, rpc::log_event::disconnected, "nothing was said for 200 ms"));
}

TEST_CASE("tls: a client gives up a server that never answers its handshake") {
    const authority ca("test authority");
    test::raw_listener listener;
    test::recorder<test::log_line> log;
    rpc::io_thread io;
    rpc::client_options to;
    to.address = "tls" + listener.address().substr(3);
    to.tls = rpc::tls_client({.ca_file = ca.file()});
    to.limits.connect_deadline = 100ms;
    to.log = test::log_into(log);
    rpc::client<mirror> client(io.get_executor(), to);
    client.start();
    auto peer = listener.accept();
    CHECK(test::says(log, rpc::log_event::connect_failed,
                     "the TLS handshake took longer than 100 ms"));
    CHECK(peer.is_ended());
}

TEST_CASE("tls: a client survives a server that speaks anything but TLS") {
    const authority ca("test authority");
    test::raw_listener listener;
    test::recorder<test::log_line> log;
    rpc::io_thread io;
    rpc::client_options to;
    to.address = "tls" + listener.address().substr(3);
    to.tls = rpc::tls_client({.ca_file = ca.file()});
    to.backoff_min = 1ms;
    to.backoff_max = 2ms;
    to.log = test::log_into(log);
    rpc::client<mirror> client(io.get_executor(), to);
    client.start();
    std::mt19937 random(1);
    std::size_t failures = 0;
    for (const std::string_view answer :
         {std::string_view("\0\0\0\2{}", 6), std::string_view("HTTP/1.1 400 Bad Request\r\n\r\n"),
          std::string_view("\x15\x03\x01\0\2\2\x28", 7),
          std::string_view("\x16\x03\x03\xff\xff", 5), std::string_view("")}) {
        auto peer = listener.accept();
        peer.send(answer);
        peer.finish_sending();
        CHECK(peer.is_ended());
        CHECK(test::has_logged(log, rpc::log_event::connect_failed, ++failures));
    }
}

TEST_CASE("tls: versions below the wanted one are refused; 1.2 only where the options allow it") {
    struct pair {
        int version;
        rpc::tls_version wanted;
        bool works;
    };
    for (const pair& one : {pair{TLS1_VERSION, rpc::tls_version::tls_1_2, false},
                            pair{TLS1_1_VERSION, rpc::tls_version::tls_1_2, false},
                            pair{TLS1_2_VERSION, rpc::tls_version::tls_1_2, true},
                            pair{TLS1_2_VERSION, rpc::tls_version::tls_1_3, false},
                            pair{TLS1_3_VERSION, rpc::tls_version::tls_1_2, true},
                            pair{TLS1_3_VERSION, rpc::tls_version::tls_1_3, true}}) {
        CAPTURE(one.version);
        CAPTURE(one.wanted);
        watched here({}, {.version_min = one.wanted});
        auto peer = raw_tls::connect(here.served.plain_address(),
                                     {.version_min = one.version, .version_max = one.version});
        CHECK(peer.shake_hands() == one.works);
        if (one.works) {
            peer.send(test::frame(ping));
            CHECK(peer.receive_frame().has_value());
            CHECK(SSL_get_current_compression(peer.get()) == nullptr);
        } else {
            peer.socket().close();
            CHECK(test::has_logged(here.served.log, rpc::log_event::disconnected));
        }
    }
}

TEST_CASE("tls: a client refuses a server of an old version") {
    const authority ca("test authority");
    const issued shown = ca.issue();
    for (const bool allows_old : {false, true}) {
        CAPTURE(allows_old);
        test::raw_listener listener;
        test::recorder<test::log_line> log;
        rpc::io_thread io;
        rpc::client_options to;
        to.address = "tls" + listener.address().substr(3);
        to.tls = rpc::tls_client(
            {.ca_file = ca.file(),
             .version_min = allows_old ? rpc::tls_version::tls_1_2 : rpc::tls_version::tls_1_3});
        to.log = test::log_into(log);
        rpc::client<mirror> client(io.get_executor(), to);
        client.start();
        raw_tls server(listener.accept(),
                       {.version_max = TLS1_2_VERSION, .shown = &shown, .is_server = true});
        CHECK(server.shake_hands() == allows_old);
        if (allows_old) {
            CHECK(server.version() == "TLSv1.2");
            CHECK(server.receive_frame().has_value());
        } else {
            CHECK(test::says(log, rpc::log_event::connect_failed, "no common version"));
        }
    }
}

TEST_CASE("tls: nobody may negotiate again, and no session is resumed") {
    watched here({}, {.version_min = rpc::tls_version::tls_1_2});
    auto old = raw_tls::connect(here.served.plain_address(), {.version_max = TLS1_2_VERSION});
    REQUIRE(old.shake_hands());
    CHECK(SSL_renegotiate(old.get()) == 1);
    CHECK_FALSE(old.shake_hands());
    CHECK(old.failure().find("no renegotiation") != std::string::npos);
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        auto peer = raw_tls::connect(here.served.plain_address(), {.version_max = version});
        REQUIRE(peer.shake_hands());
        peer.send(test::frame(ping));
        CHECK(peer.receive_frame().has_value());
        CHECK(SSL_SESSION_has_ticket(SSL_get0_session(peer.get())) == 0);
        CHECK(SSL_SESSION_is_resumable(SSL_get0_session(peer.get())) == 0);
    }
}

TEST_CASE("tls: garbage in the handshake ends one connection, wherever it stands") {
    watched here;
    const std::string hello = client_hello();
    std::mt19937 random(7);
    std::size_t ended = 0;
    const auto try_bytes = [&](std::string_view bytes) {
        auto peer = raw_socket::connect(here.served.plain_address());
        peer.send(bytes);
        peer.finish_sending();
        CHECK(peer.is_ended());
        ++ended;
    };
    for (std::size_t cut = 0; cut < hello.size(); cut += 7) {
        try_bytes(std::string_view(hello).substr(0, cut));
    }
    for (std::size_t at = 0; at < hello.size(); ++at) {
        std::string changed = hello;
        changed[at] = static_cast<char>(changed[at] ^ (1 << (at % 8)));
        try_bytes(changed);
    }
    for (int round = 0; round < 50; ++round) {
        std::string noise(static_cast<std::size_t>(random() % 40'000), '\0');
        for (char& byte : noise) {
            byte = static_cast<char>(random());
        }
        try_bytes(round % 2 == 0 ? noise : hello + noise);
        try_bytes("\x16\x03\x01" + noise);
    }
    CHECK(test::has_logged(here.served.log, rpc::log_event::disconnected, ended));
}

TEST_CASE("tls: garbage after the handshake ends that connection alone") {
    watched here;
    auto peer = raw_tls::connect(here.served.plain_address());
    REQUIRE(peer.shake_hands());
    peer.send(test::frame(ping));
    CHECK(peer.receive_frame().has_value());
    peer.socket().send("this was never encrypted");
    CHECK(peer.socket().is_ended());
    peer.socket().close();
    CHECK(test::has_logged(here.served.log, rpc::log_event::disconnected));
    for (const test::log_line& line : here.served.log.all()) {
        if (line.event == rpc::log_event::disconnected) {
            CHECK(line.text.find("TLS") != std::string::npos);
        }
    }
}

TEST_CASE("tls: connections that shake hands count as connections") {
    rpc::server_options options;
    options.limits.connections_max = 3;
    watched here(options);
    {
        auto first = raw_socket::connect(here.served.plain_address());
        auto second = raw_socket::connect(here.served.plain_address());
        CHECK(test::eventually([&] { return here.served.server.connections() == 3; }));
        auto third = raw_tls::connect(here.served.plain_address());
        REQUIRE(third.shake_hands());
        const auto refusal = third.receive_frame();
        REQUIRE(refusal.has_value());
        CHECK(refusal->find("too many connections") != std::string::npos);
        CHECK(third.is_ended_cleanly());
    }
}
