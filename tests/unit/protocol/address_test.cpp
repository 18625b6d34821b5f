// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: addresses are read exactly, or refused with the form that was expected. Method: literal
// texts, good ones there and back.

#include <gatewire/protocol/address.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace {

using rpc::protocol::address;
using rpc::protocol::parse_address;

/// What `parse_address` says against a text, or "ok".
std::string refusal(std::string_view text) {
    try {
        static_cast<void>(parse_address(text));
        return "ok";
    } catch (const rpc::error& why) {
        CHECK(why.code() == rpc::errc::invalid_address);
        CHECK(why.outcome() == rpc::outcome::not_sent);
        return why.message();
    }
}

}  // namespace

TEST_CASE("address: a host and a port, there and back") {
    struct sample {
        std::string_view text;
        std::string_view host;
        std::uint16_t port;
    };
    for (const sample& one :
         {sample{"tcp://127.0.0.1:2014", "127.0.0.1", 2014},
          sample{"tcp://localhost:0", "localhost", 0}, sample{"tcp://*:65535", "*", 65535},
          sample{"tcp://[::1]:2014", "::1", 2014},
          sample{"tcp://[fe80::1%eth0]:1", "fe80::1%eth0", 1},
          sample{"tcp://desk.example.com:1", "desk.example.com", 1}}) {
        CAPTURE(one.text);
        const address read = parse_address(one.text);
        CHECK(read.kind == address::scheme::tcp);
        CHECK(read.host == one.host);
        CHECK(read.port == one.port);
        CHECK(read.text() == one.text);
    }
}

TEST_CASE("address: a path, there and back") {
    const address read = parse_address("unix:///run/desk.sock");
    CHECK(read.kind == address::scheme::unix_socket);
    CHECK(read.host == "/run/desk.sock");
    CHECK(read.text() == "unix:///run/desk.sock");
    CHECK(parse_address("unix:///a:1").host == "/a:1");
}

TEST_CASE("address: what is no address is refused with the form that was expected") {
    constexpr std::string_view forms = "expected tcp://host:port, tls://host:port or unix:///path";
    for (std::string_view text : {"", "127.0.0.1:2014", "http://host:1", "TCP://host:1", "tcp:/h:1",
                                  " tcp://host:1", "unix:/path"}) {
        CHECK(refusal(text) == "address '" + std::string(text) + "': " + std::string(forms));
    }
    for (std::string_view text : {"tcp://", "tcp://host", "tcp://:1"}) {
        CHECK(refusal(text).find("expected a host and a port, for example") != std::string::npos);
    }
    for (std::string_view text : {"unix://", "unix://relative", "unix:///"}) {
        CHECK(refusal(text).find("expected an absolute path") != std::string::npos);
    }
    for (std::string_view text : {"tcp://::1:1", "tcp://[::1:1", "tcp://[]:1", "tcp://[::1]x:1"}) {
        CHECK(refusal(text).find("belongs in brackets") != std::string::npos);
    }
    CHECK(refusal(std::string_view("tcp://a\0b:1", 11)).find("NUL") != std::string::npos);
    CHECK(refusal(std::string_view("unix:///a\0", 10)).find("NUL") != std::string::npos);
}

TEST_CASE("address: the port is a number from 0 to 65535 and nothing else") {
    for (std::string_view port :
         {"", "65536", "99999999999999999999", "-1", "+1", " 1", "1 ", "x", "0x10", "1.0"}) {
        CAPTURE(port);
        CHECK(refusal("tcp://host:" + std::string(port))
                  .find("the port must be a number from 0 to 65535") != std::string::npos);
    }
    CHECK(parse_address("tcp://host:0080").port == 80);
}

TEST_CASE("address: a long text is not repeated whole") {
    CHECK(refusal(std::string(100'000, 'x')).size() < 400);
}
