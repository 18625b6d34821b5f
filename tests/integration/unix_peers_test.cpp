// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: behind a unix socket the operating system says who a client is, and who may be one.
// Method: real sockets in a temporary folder; this process is the client, too.

#include "desk.hpp"
#include "raw_peer.hpp"

#include <gatewire/rpc.hpp>

#include <doctest/doctest.h>

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace {

using test::error_of;
using test::recorder;

class name_plate {
public:
    std::string name(const rpc::caller& who) { return who.identity(); }
    std::string peer(const rpc::caller& who) { return who.peer(); }
    using rpc_table =
        rpc::table<rpc::method<"name", &name_plate::name>, rpc::method<"peer", &name_plate::peer>>;
};

/// A server that knows processes by their user.
struct unix_desk {
    unix_desk(std::string address, std::uint32_t user)
        : server(io.get_executor(), engine, [&] {
              rpc::server_options options;
              options.listen = {std::move(address)};
              options.authenticate = [this, user](const rpc::credentials& one) -> rpc::identity {
                  shown.add(one);
                  if (one.process && one.process->user == user) {
                      return "user " + std::to_string(one.process->user);
                  }
                  throw rpc::error(rpc::errc::unauthenticated, "another user");
              };
              options.log = [this](const rpc::log_record& record) { log.add(to_string(record)); };
              return options;
          }()) {
        server.start();
    }

    rpc::client_options to_here() const {
        rpc::client_options options;
        options.address = server.addresses().front();
        return options;
    }

    name_plate engine;
    recorder<rpc::credentials> shown;
    recorder<std::string> log;
    rpc::io_thread io;
    rpc::server<name_plate> server;
};

/// The permissions that a server's socket file gets while the process allows everything.
unsigned mode_of_socket(const std::optional<unsigned>& wanted) {
    test::temporary_folder folder;
    const std::string path = folder.path("desk.sock");
    rpc::io_thread io;
    name_plate engine;
    rpc::server_options options;
    options.listen = {"unix://" + path};
    if (wanted) {
        options.unix_socket_mode = *wanted;
    }
    rpc::server<name_plate> server(io.get_executor(), engine, options);
    const mode_t before = ::umask(0);
    server.start();
    ::umask(before);
    struct stat facts{};
    REQUIRE(::stat(path.c_str(), &facts) == 0);
    return facts.st_mode & 0777;
}

}  // namespace

TEST_CASE("unix peers: the hook sees process, user and group, and may admit by them") {
    test::temporary_folder folder;
    unix_desk here(folder.address("desk.sock"), ::getuid());
    rpc::client<name_plate> client(here.io.get_executor(), here.to_here());
    client.start();
    CHECK(client.call<"name">() == "user " + std::to_string(::getuid()));
    const rpc::credentials shown = here.shown.all().at(0);
    REQUIRE(shown.process.has_value());
    CHECK(shown.process->pid == ::getpid());
    CHECK(shown.process->user == ::getuid());
    CHECK(shown.process->group == ::getgid());
    const std::string text =
        "unix:pid=" + std::to_string(::getpid()) + ",uid=" + std::to_string(::getuid());
    CHECK(shown.peer == text);
    CHECK(client.call<"peer">() == text);
    CHECK(here.server.sessions().at(0).peer == text);
    CHECK(here.log.wait([&](const auto& lines) {
        return std::find(lines.begin(), lines.end(), "connected " + text) != lines.end();
    }));
}

TEST_CASE("unix peers: a user who is not admitted is refused") {
    test::temporary_folder folder;
    unix_desk here(folder.address("desk.sock"), ::getuid() + 1);
    rpc::client<name_plate> client(here.io.get_executor(), here.to_here());
    client.start();
    CHECK(error_of([&] { client.call<"name">(); }).code() == rpc::errc::unauthenticated);
}

TEST_CASE("unix peers: of a client that comes by TCP no process is known") {
    unix_desk here("tcp://127.0.0.1:0", ::getuid());
    rpc::client<name_plate> client(here.io.get_executor(), here.to_here());
    client.start();
    CHECK(error_of([&] { client.call<"name">(); }).code() == rpc::errc::unauthenticated);
    CHECK_FALSE(here.shown.all().at(0).process.has_value());
    CHECK(here.shown.all().at(0).peer.starts_with("tcp://127.0.0.1:"));
}

TEST_CASE(
    "unix peers: the socket's file is its owner's, whatever the umask, unless the options say") {
    CHECK(mode_of_socket(std::nullopt) == 0600);
    CHECK(mode_of_socket(0660) == 0660);
    CHECK(mode_of_socket(0666) == 0666);
}
