// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: servers listen where they are told to, tell where that is, and refuse the rest whole.
// Method: real sockets on loopback and in a temporary folder; clients prove that somebody is there.

#include "desk.hpp"
#include "raw_peer.hpp"

#include <gatewire/rpc.hpp>

#include <doctest/doctest.h>

#include <sys/stat.h>
#include <sys/un.h>

#include <algorithm>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

namespace {

using test::desk;
using test::error_of;
using test::remote_desk;
using namespace std::chrono_literals;

/// A server that is not started yet.
struct listening {
    explicit listening(std::vector<std::string> addresses, bool beyond_loopback = false)
        : server(io.get_executor(), engine, options_for(std::move(addresses), beyond_loopback)) {}

    static rpc::server_options options_for(std::vector<std::string> addresses, bool beyond) {
        rpc::server_options options;
        options.listen = std::move(addresses);
        options.anonymous_beyond_loopback = beyond;
        return options;
    }

    desk engine;
    rpc::io_thread io;
    rpc::server<desk> server;
};

/// Whether a call through this address is answered.
bool answers(const std::string& address) {
    rpc::io_thread io;
    rpc::client_options options;
    options.address = address;
    rpc::client<remote_desk> client(io.get_executor(), options);
    client.start();
    return client.call<"add">(1, 2) == 3;
}

bool has_ipv6() {
    const int probe = ::socket(AF_INET6, SOCK_STREAM, 0);
    sockaddr_in6 loopback{};
    loopback.sin6_family = AF_INET6;
    loopback.sin6_addr = in6addr_loopback;
    const bool works = probe >= 0 && ::bind(probe, reinterpret_cast<const sockaddr*>(&loopback),
                                            sizeof loopback) == 0;
    if (probe >= 0) {
        ::close(probe);
    }
    return works;
}

bool exists(const std::string& path) {
    struct stat facts{};
    return ::lstat(path.c_str(), &facts) == 0;
}

/// Leaves a socket file behind, as a process does that is killed.
void leave_socket_file(const std::string& path) {
    const test::raw_address address("unix://" + path);
    const test::raw_socket socket(::socket(AF_UNIX, SOCK_STREAM, 0));
    REQUIRE(::bind(socket.descriptor(), address.data(), address.size()) == 0);
    REQUIRE(exists(path));
}

}  // namespace

TEST_CASE("server: port 0 picks a port and addresses() tells it") {
    listening here({"tcp://127.0.0.1:0"});
    here.server.start();
    REQUIRE(here.server.addresses().size() == 1);
    const std::string address = here.server.addresses().front();
    CHECK(address.starts_with("tcp://127.0.0.1:"));
    CHECK_FALSE(address.ends_with(":0"));
    CHECK(answers(address));
}

TEST_CASE("server: an IPv6 address works, in brackets") {
    if (!has_ipv6()) {
        MESSAGE("this machine has no IPv6 loopback: not tested here");
        return;
    }
    listening here({"tcp://[::1]:0"});
    here.server.start();
    REQUIRE(here.server.addresses().size() == 1);
    CHECK(here.server.addresses().front().starts_with("tcp://[::1]:"));
    CHECK(answers(here.server.addresses().front()));
}

TEST_CASE("server: a host name stands for all its addresses, on one port") {
    listening here({"tcp://localhost:0"});
    here.server.start();
    const std::vector<std::string> addresses = here.server.addresses();
    REQUIRE_FALSE(addresses.empty());
    const auto port_of = [](const std::string& text) { return text.substr(text.rfind(':')); };
    for (const std::string& address : addresses) {
        CAPTURE(address);
        CHECK(port_of(address) == port_of(addresses.front()));
        CHECK(answers(address));
    }
    CHECK(answers("tcp://localhost" + port_of(addresses.front())));
}

TEST_CASE("server: a unix socket works, and its file goes with the server") {
    test::temporary_folder folder;
    const std::string path = folder.path("desk.sock");
    {
        listening here({"unix://" + path});
        here.server.start();
        CHECK(here.server.addresses() == std::vector<std::string>{"unix://" + path});
        CHECK(answers("unix://" + path));
        here.server.stop();
        CHECK_FALSE(exists(path));
        here.server.start();
        CHECK(answers("unix://" + path));
    }
    CHECK_FALSE(exists(path));
}

TEST_CASE("server: a socket file left behind by a killed process does not stop the next one") {
    test::temporary_folder folder;
    const std::string path = folder.path("desk.sock");
    leave_socket_file(path);
    listening here({"unix://" + path});
    here.server.start();
    CHECK(answers("unix://" + path));
}

TEST_CASE("server: a file that is no socket, and a socket in use, are left alone") {
    test::temporary_folder folder;
    const std::string path = folder.path("notes.txt");
    std::ofstream(path) << "keep me";
    listening here({"unix://" + path});
    CHECK(error_of([&] { here.server.start(); }).code() == rpc::errc::invalid_address);
    CHECK(exists(path));

    const std::string address = folder.address("desk.sock");
    listening first({address});
    first.server.start();
    listening second({address});
    CHECK(error_of([&] { second.server.start(); }).code() == rpc::errc::invalid_address);
    CHECK(answers(address));
}

TEST_CASE("server: several addresses are served at once") {
    test::temporary_folder folder;
    const std::string path = folder.address("desk.sock");
    listening here({"tcp://127.0.0.1:0", path, "tcp://127.0.0.1:0"});
    here.server.start();
    REQUIRE(here.server.addresses().size() == 3);
    for (const std::string& address : here.server.addresses()) {
        CAPTURE(address);
        CHECK(answers(address));
    }
}

TEST_CASE("server: an address in use is an error that names it, and nothing stays bound") {
    test::temporary_folder folder;
    listening first({"tcp://127.0.0.1:0"});
    first.server.start();
    const std::string taken = first.server.addresses().front();
    const std::string path = folder.path("desk.sock");
    listening second({"unix://" + path, taken});
    const rpc::error refused = error_of([&] { second.server.start(); });
    CHECK(refused.code() == rpc::errc::invalid_address);
    CHECK(refused.message().find(taken) != std::string::npos);
    CHECK_FALSE(second.server.is_running());
    CHECK_FALSE(exists(path));
    first.server.stop();
    second.server.start();  // Now it is free.
    CHECK(answers(taken));
}

TEST_CASE("server: what other machines can reach is refused unless the options allow it") {
    for (const std::string address : {"tcp://0.0.0.0:0", "tcp://*:0", "tcp://[::]:0"}) {
        CAPTURE(address);
        listening closed({"tcp://127.0.0.1:0", address});
        CHECK(error_of([&] { closed.server.start(); }).code() == rpc::errc::invalid_address);
        CHECK_FALSE(closed.server.is_running());
    }
    listening open({"tcp://*:0"}, true);
    open.server.start();
    const std::string bound = open.server.addresses().front();
    CHECK(answers("tcp://127.0.0.1" + bound.substr(bound.rfind(':'))));
}

TEST_CASE("server: the same port works again at once, though connections just ended on it") {
    std::string address = "tcp://127.0.0.1:0";
    for (int round = 0; round < 5; ++round) {
        listening here({address});
        here.server.start();
        address = here.server.addresses().front();
        CHECK(answers(address));
        test::raw_socket peer = test::raw_socket::connect(address);
        peer.ask(R"({"jsonrpc":"2.0","method":"rpc.ping","id":1})");
    }
}

TEST_CASE("server and client: an address that cannot be read is refused with its text") {
    for (const std::string address :
         {"", "127.0.0.1:0", "tcp://127.0.0.1", "tcp://:1", "tcp://127.0.0.1:x", "tcp://::1:0",
          "tcp://127.0.0.1:"
          "65536",
          "unix://relative", "unix://"}) {
        CAPTURE(address);
        listening here({address});
        const rpc::error refused = error_of([&] { here.server.start(); });
        CHECK(refused.code() == rpc::errc::invalid_address);
        CHECK(refused.message().find("'" + address + "'") != std::string::npos);

        rpc::client_options options;
        options.address = address;
        rpc::client<remote_desk> client(here.io.get_executor(), options);
        CHECK(error_of([&] { client.start(); }).code() == rpc::errc::invalid_address);
        CHECK(error_of([&] { client.call<"add">(1, 2); }).code() == rpc::errc::not_connected);
    }
    test::temporary_folder folder;
    listening here({folder.address(std::string(200, 'x'))});
    CHECK(error_of([&] { here.server.start(); }).code() == rpc::errc::invalid_address);
}

TEST_CASE("client: where nobody listens, a call waits its own time and was not sent") {
    test::temporary_folder folder;
    for (const std::string& nowhere :
         {test::unused_address(), folder.address("none.sock"),
          folder.address(std::string(200, 'x')), std::string("tcp://no-such-host.invalid:1")}) {
        CAPTURE(nowhere);
        test::recorder<test::log_line> log;
        rpc::io_thread io;
        rpc::client_options options;
        options.address = nowhere;
        options.backoff_min = 1ms;
        options.log = test::log_into(log);
        rpc::client<remote_desk> client(io.get_executor(), options);
        client.start();
        const rpc::error failed = error_of([&] { client.call<"add">(rpc::timeout{50ms}, 1, 2); });
        CHECK(failed.outcome() == rpc::outcome::not_sent);
        CHECK_FALSE(client.wait_connected(10ms));
        CHECK(test::has_logged(log, rpc::log_event::connect_failed));
    }
}
