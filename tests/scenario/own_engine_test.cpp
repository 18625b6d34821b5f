// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: what README.md shows of testing one's own engine works as it stands there.
// Method: that code.

//[own_engine
#include <gatewire/rpc.hpp>
#include <gatewire/testing.hpp>

#include <doctest/doctest.h>

using namespace std::chrono_literals;

namespace {

struct counter {
    int add(int amount) { return total += amount; }
    using rpc_table = rpc::table<rpc::method<"add", &counter::add>>;
    int total = 0;
};

TEST_CASE("the counter survives a cut connection and a silent one") {
    rpc::testing::world world;
    counter engine;
    rpc::server<counter> server{world.get_executor(), engine, world.server_options()};
    rpc::client<counter> client{world.get_executor(), world.client_options()};
    server.start();
    client.start();
    CHECK(client.call<"add">(2) == 2);

    world.cut_all();
    world.run_for(1s);  // takes no time: the clock is the world's
    CHECK(client.call<"add">(3) == 5);

    world.connections().front().vanish();
    world.run_for(1h);
    CHECK(client.call<"add">(4) == 9);
}

}  // namespace
//]
