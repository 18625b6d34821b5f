// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Promise 1, calls with keys: goal: one key is one call, whoever asks again, and nothing is
// forgotten silently.

#include "desk_scene.hpp"

#include <doctest/doctest.h>

namespace {

using namespace test;
using namespace std::chrono_literals;
using rpc::testing::reachability;

TEST_CASE("once: the same key gets the same answer and runs once, from any client") {
    desk_scene play;
    terminal one(play.world);
    CHECK(one.client.call<"place_once">(rpc::key{"a"}, 5) == 1);
    CHECK(one.client.call<"place_once">(rpc::key{"a"}, 5) == 1);
    terminal two(play.world);
    CHECK(two.client.call<"place_once">(rpc::key{"a"}, 5) == 1);
    CHECK(two.client.call<"place_once">(rpc::key{"b"}, 5) == 2);
    CHECK(play.engine.placed.size() == 2);
}

TEST_CASE("once: the same key with other contents is refused") {
    desk_scene play;
    terminal one(play.world);
    one.client.call<"place_once">(rpc::key{"a"}, 5);
    const rpc::error why = failure_of([&] { one.client.call<"place_once">(rpc::key{"a"}, 6); });
    CHECK(why.code() == rpc::errc::key_conflict);
    CHECK(why.peer_code() == -32007);
    CHECK(why.outcome() == rpc::outcome::failed);
    CHECK(play.engine.placed == std::vector{5});
}

TEST_CASE("once: a second call joins the first that still runs") {
    desk_scene play;
    terminal one(play.world);
    terminal two(play.world);
    ending<int> first;
    ending<int> second;
    one.client.async_call<"work_once">(rpc::key{"a"}, 1'000, first.handler());
    play.world.run_for(500ms);
    two.client.async_call<"work_once">(rpc::key{"a"}, 1'000, second.handler());
    play.world.run_for(400ms);
    CHECK(!second.is_over());
    play.world.run_for(200ms);
    CHECK(first.value == 1);
    CHECK(second.value == 1);
    CHECK(play.engine.begun == 1);
}

TEST_CASE("once: what failed stays failed") {
    desk_scene play;
    terminal one(play.world);
    for (int time = 0; time < 2; ++time) {
        const rpc::error why = failure_of([&] { one.client.call<"fail_once">(rpc::key{"a"}, -1); });
        CHECK(why.peer_code() == -1);
        CHECK(why.message() == "it did not work");
    }
    CHECK(play.engine.failures == 1);
}

TEST_CASE("once: a client that was started anew finds the fate of its order") {
    desk_scene play;
    ending<int> lost;
    {
        terminal before(play.world);
        play.link().stall(rpc::testing::direction::to_client);
        before.client.async_call<"place_once">(rpc::key{"order-1"}, 5, lost.handler());
        play.world.run_for(100ms);
    }
    play.world.run_for(100ms);
    CHECK(lost.failure->outcome() == rpc::outcome::may_have_run);
    terminal after(play.world);
    CHECK(after.client.call<"place_once">(rpc::key{"order-1"}, 5) == 1);
    CHECK(play.engine.placed == std::vector{5});
}

TEST_CASE("once: a server that was started anew says that it does not know") {
    desk_scene play;
    terminal one(play.world);
    const std::string epoch = one.seen.sessions[0].epoch;
    CHECK(one.client.call<"place_once">(rpc::key{"a", epoch}, 5) == 1);
    play.restart();
    play.world.run_for(10s);
    const rpc::error why =
        failure_of([&] { one.client.call<"place_once">(rpc::key{"a", epoch}, 5); });
    CHECK(why.code() == rpc::errc::outcome_unknown);
    CHECK(why.peer_code() == -32009);
    CHECK(why.outcome() == rpc::outcome::may_have_run);
    CHECK(play.engine.placed == std::vector{5});
}

TEST_CASE("once: without a key of its own a call survives the end of its session") {
    rpc::server_options options;
    options.session_grace = 1s;
    desk_scene play(options);
    terminal one(play.world);
    ending<int> keyed;
    one.client.async_call<"work_once">(5'000, keyed.handler());
    play.world.run_for(100ms);
    play.world.set(reachability::refused);
    play.link().cut();
    play.world.run_for(8s);
    CHECK(!keyed.is_over());
    play.world.set(reachability::reachable);
    play.world.run_for(8s);
    CHECK(keyed.times == 1);
    CHECK(play.engine.begun == 1);
}

TEST_CASE("once: a full book takes no new keys and keeps the old ones, until they are forgotten") {
    rpc::server_options options;
    options.limits.once_keys_max = 2;
    desk_scene play(options);
    terminal one(play.world);
    one.client.call<"place_once">(rpc::key{"a"}, 1);
    one.client.call<"place_once">(rpc::key{"b"}, 2);
    const rpc::error why = failure_of([&] { one.client.call<"place_once">(rpc::key{"c"}, 3); });
    CHECK(why.code() == rpc::errc::overloaded);
    CHECK(why.outcome() == rpc::outcome::not_sent);
    CHECK(one.client.call<"place_once">(rpc::key{"a"}, 1) == 1);
    CHECK(play.server->forget_keys() == 2);
    CHECK(one.client.call<"place_once">(rpc::key{"c"}, 3) == 3);
    CHECK(one.client.call<"place_once">(rpc::key{"a"}, 1) == 4);
}

TEST_CASE("once: bytes of a full book are bounded too") {
    rpc::server_options options;
    options.limits.once_size_max = 100;
    desk_scene play(options);
    terminal one(play.world);
    const rpc::error why =
        failure_of([&] { one.client.call<"place_once">(rpc::key{std::string(100, 'k')}, 3); });
    CHECK(why.code() == rpc::errc::overloaded);
    CHECK(play.engine.placed.empty());
}

TEST_CASE("once: an empty key, or one that is no text, is refused at the call") {
    desk_scene play;
    terminal one(play.world);
    CHECK(failure_of([&] { one.client.call<"place_once">(rpc::key{""}, 3); }).code() ==
          rpc::errc::invalid_value);
    CHECK(failure_of([&] { one.client.call<"place_once">(rpc::key{"\xff"}, 3); }).code() ==
          rpc::errc::invalid_value);
}

}  // namespace
