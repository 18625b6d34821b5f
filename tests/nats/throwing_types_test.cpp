// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: over a broker, too, what a user's types throw ends that one call or event only. Method: an
// engine and a client whose types throw, and a broker of the test's own.

#include "nats_rig.hpp"
#include "throwing.hpp"

#include <asio/use_future.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace {

using namespace test;
using few = small_vector<int, 4>;

struct thrower {
    std::size_t legs(const few& all) { return all.size(); }
    std::size_t legs_once(const few& all) { return all.size(); }
    asio::awaitable<lazy_rows<>> read_later(int bad) { co_return lazy_rows<>{1000, bad}; }
    lazy_rows<> read(int bad) { return {1000, bad}; }
    int raw(int number) { return number; }
    int quiet() { throw mute(); }

    using rpc_table =
        rpc::table<rpc::method<"legs", &thrower::legs>,
                   rpc::method<"legs_once", &thrower::legs_once, rpc::once>,
                   rpc::method<"read", &thrower::read>,
                   rpc::method<"read_aside", &thrower::read, rpc::offload>,
                   rpc::method<"read_later", &thrower::read_later>,
                   rpc::method<"raw", &thrower::raw>, rpc::method<"quiet", &thrower::quiet>,
                   rpc::event<"list", std::vector<int>>, rpc::event<"lot", lot>>;
};

struct catcher {
    void on_list(const few& what) { lists.add(what.size()); }

    using ints = std::vector<int>;
    using rpc_table =
        rpc::table<rpc::remote<"legs", std::size_t(ints)>,
                   rpc::remote<"legs_once", std::size_t(ints), rpc::once>,
                   rpc::remote<"read", ints(int)>, rpc::remote<"read_aside", ints(int)>,
                   rpc::remote<"read_later", ints(int)>, rpc::remote<"raw", lot(int)>,
                   rpc::remote<"quiet", int()>, rpc::on<"list", &catcher::on_list>>;

    recorder<std::size_t> lists;
};

}  // namespace

TEST_CASE("nats throwing types: each ends its own call or event, and the others go on") {
    broker post;
    rpc::io_thread io;
    rpc::io_thread client_io;
    thrower engine;
    catcher gateway;
    rpc::nats::server<thrower> server(io.get_executor(), engine, {.url = post.url()});
    rpc::nats::client<catcher> client(client_io.get_executor(), gateway, {.url = post.url()});
    server.start();
    client.start();
    REQUIRE(client.wait_connected(patience));
    const auto words_of = [](auto&& call) { return std::string(error_of(call).what()); };
    const std::vector<int> five(5);

    CHECK(words_of([&] { client.call<"legs">(five); }) == "params[0][4]: it is full");
    CHECK(words_of([&] { client.call<"legs_once">(rpc::key{"a"}, five); }) ==
          "params[0][4]: it is full");
    CHECK(client.call<"legs_once">(rpc::key{"a"}, std::vector<int>(2)) == 2);
    client.notify<"legs">(five);
    CHECK(words_of([&] { client.call<"read">(500); }) == "result[500]: the database went away");
    CHECK(words_of([&] { client.call<"read_aside">(1); }) == "result[1]: the database went away");
    CHECK(words_of([&] { client.call<"read_later">(0); }) == "result[0]: the database went away");
    CHECK(words_of([&] { client.call<"raw">(13); }) ==
          "the answer cannot be read: result: the number 13 was thrown");
    CHECK(words_of([&] { get(client.async_call<"raw">(-1, asio::use_future)); }) ==
          "the answer cannot be read: result: a lot cannot be negative");
    CHECK(words_of([&] { client.call<"quiet">(); }) == "an exception without a text");
    CHECK(error_of([&] { server.publish<"lot">(lot{13}); }).code() == rpc::errc::invalid_value);

    server.publish<"list">(std::vector<int>(1));
    server.publish<"list">(five);
    server.publish<"list">(std::vector<int>(3));
    CHECK(gateway.lists.wait_for_count(2));
    CHECK(gateway.lists.all() == std::vector<std::size_t>{1, 3});
    CHECK(client.call<"read">(-1).size() == 1000);
}
