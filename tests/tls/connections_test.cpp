// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: behind TLS everything works as it does without. Method: real sockets on loopback and
// certificates made here.

#include "tls_rig.hpp"

#include <asio/use_future.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <future>
#include <memory>
#include <string>
#include <vector>

namespace {

using test::authority;
using test::error_of;
using test::issued;
using test::mirror;
using test::server_keys;
using test::threading;
using test::tls_rig;
using namespace std::chrono_literals;

struct listener_of_quotes {
    void on_quote(const test::quote& event) { quotes.add(event); }
    using rpc_table = rpc::table<rpc::remote<"echo", std::string(std::string)>,
                                 rpc::on<"quote", &listener_of_quotes::on_quote>>;
    test::recorder<test::quote> quotes;
};

}  // namespace

TEST_CASE("tls: calls, events and large values go both ways, on every kind of loop") {
    const authority ca("test authority");
    const issued server = ca.issue();
    for (const threading how : test::all_threadings) {
        CAPTURE(how);
        tls_rig served(server_keys(server), {}, how);
        CHECK(served.address().starts_with("tls://127.0.0.1:"));
        listener_of_quotes gateway;
        rpc::client<listener_of_quotes> client(served.runs_on.get_executor(), gateway,
                                               served.options(ca.file()));
        client.start();
        REQUIRE(client.wait_connected(test::patience));
        for (const std::size_t size : {0u, 1u, 16'383u, 16'384u, 16'385u, 40'000u, 1'000'000u}) {
            const std::string text(size, 'x');
            CHECK(client.call<"echo">(text) == text);
        }
        for (int number = 0; number < 100; ++number) {
            served.server.publish<"quote">(test::quote{std::string(5'000, 'q'), 1.0 * number});
        }
        REQUIRE(gateway.quotes.wait_for_count(100));
        CHECK(gateway.quotes.all().back().price == 99);
        client.stop();
        CHECK(test::has_logged(served.log, rpc::log_event::disconnected));
    }
}

TEST_CASE("tls: many calls of many clients at a time are each answered once") {
    const authority ca("test authority");
    const issued server = ca.issue();
    tls_rig served(server_keys(server), {}, threading::four_threads);
    std::vector<std::unique_ptr<rpc::client<mirror>>> clients;
    std::vector<std::future<std::string>> answers;
    for (int number = 0; number < 8; ++number) {
        clients.push_back(std::make_unique<rpc::client<mirror>>(served.runs_on.get_executor(),
                                                                served.options(ca.file())));
        clients.back()->start();
    }
    for (int call = 0; call < 400; ++call) {
        answers.push_back(
            clients[static_cast<std::size_t>(call) % clients.size()]->async_call<"echo">(
                std::string(3'000, 'a') + std::to_string(call), asio::use_future));
    }
    for (int call = 0; call < 400; ++call) {
        CHECK(test::get(answers[static_cast<std::size_t>(call)]).substr(3'000) ==
              std::to_string(call));
    }
}

TEST_CASE("tls: one server serves tls, tcp and unix addresses side by side") {
    const authority ca("test authority");
    const issued server = ca.issue();
    test::temporary_folder folder;
    mirror engine;
    rpc::io_thread io;
    rpc::server_options options;
    options.listen = {"tls://localhost:0", "tcp://127.0.0.1:0", folder.address("desk.sock")};
    options.tls = server_keys(server);
    rpc::server<mirror> desk(io.get_executor(), engine, options);
    desk.start();
    for (const std::string& address : desk.addresses()) {
        CAPTURE(address);
        rpc::client_options to;
        to.address = address;
        to.tls = rpc::tls_client({.ca_file = ca.file()});
        rpc::client<mirror> client(io.get_executor(), to);
        client.start();
        CHECK(client.call<"peer">().starts_with(address.substr(0, address.find(':'))));
    }
}

TEST_CASE("tls: an address is refused where the option is missing, with a sentence that helps") {
    rpc::io_thread io;
    mirror engine;
    rpc::server_options options;
    options.listen = {"tls://127.0.0.1:0"};
    rpc::server<mirror> server(io.get_executor(), engine, options);
    rpc::client_options to;
    to.address = "tls://127.0.0.1:1";
    rpc::client<mirror> client(io.get_executor(), to);
    for (const rpc::error& why :
         {error_of([&] { server.start(); }), error_of([&] { client.start(); })}) {
        CHECK(why.code() == rpc::errc::invalid_address);
        CHECK(why.message().find("tls://127.0.0.1:") != std::string::npos);
        CHECK(why.message().find("<gatewire/tls.hpp>") != std::string::npos);
    }
}

TEST_CASE("tls: a client comes back to a server that was started again") {
    const authority ca("test authority");
    const issued server = ca.issue();
    const auto keys = server_keys(server);
    auto first = std::make_unique<tls_rig>(keys);
    rpc::io_thread io;
    test::recorder<test::log_line> log;
    rpc::client_options options = first->options(ca.file());
    options.log = test::log_into(log);
    rpc::client<mirror> client(io.get_executor(), options);
    client.start();
    CHECK(client.call<"echo">("a") == "a");
    const std::string address = first->address();
    first.reset();
    CHECK(test::has_logged(log, rpc::log_event::connect_failed));
    mirror engine;
    rpc::server_options again;
    again.listen = {address};
    again.tls = keys;
    rpc::server<mirror> second(io.get_executor(), engine, again);
    second.start();
    CHECK(client.call<"echo">("b") == "b");
}

TEST_CASE("tls: a server that stops lets its clients see a clean end") {
    const authority ca("test authority");
    const issued server = ca.issue();
    tls_rig served(server_keys(server));
    rpc::client<mirror> client(served.runs_on.get_executor(), served.options(ca.file()));
    client.start();
    CHECK(client.call<"echo">("a") == "a");
    served.server.stop();
    CHECK(test::has_logged(served.log, rpc::log_event::disconnected));
    CHECK(test::says(served.client_log, rpc::log_event::disconnected, "is shutting down"));
}

TEST_CASE("tls: where other machines can come, TLS alone does not say who they are") {
    const authority ca("test authority");
    const issued server = ca.issue();
    rpc::io_thread io;
    mirror engine;
    rpc::server_options options;
    options.listen = {"tls://*:0"};
    options.tls = server_keys(server);
    rpc::server<mirror> anonymous(io.get_executor(), engine, options);
    const rpc::error why = error_of([&] { anonymous.start(); });
    CHECK(why.code() == rpc::errc::invalid_address);
    CHECK(why.message().find("'tls://*:0'") != std::string::npos);
    options.tls = server_keys(server, {.client_ca_file = ca.file()});
    rpc::server<mirror> known(io.get_executor(), engine, options);
    known.start();
    CHECK(known.is_running());
}
