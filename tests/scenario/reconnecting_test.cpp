// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: a client comes back from every kind of loss, neither too early nor too late, and says what
// became of each call and each event.
// Method: real servers and clients in a world where time passes when the test says so.

#include "scene.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace {

using namespace test;
using namespace std::chrono_literals;
using rpc::testing::direction;
using rpc::testing::reachability;

TEST_CASE("a client that was cut off is back within its first pause") {
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
        scene play(seed);
        play.meet();
        play.link().cut();
        play.world.run_for(51ms);
        CHECK(play.client->is_connected());
        CHECK(play.gateway.story == "+-+");
        CHECK(play.server->connections() == 1);
    }
}

TEST_CASE("pauses between attempts grow to their bound, and every attempt is logged") {
    std::vector<std::chrono::milliseconds> attempts;
    scene play;
    play.client_options.log = [&](const rpc::log_record& record) {
        if (record.event == rpc::log_event::connect_failed) {
            attempts.push_back(play.elapsed());
        }
    };
    play.world.set(reachability::refused);
    play.begin();
    play.world.run_for(10min);
    // With pauses drawn evenly from zero to five seconds, ten minutes hold about 240 of them.
    CHECK(attempts.size() > 180);
    CHECK(attempts.size() < 300);
    std::chrono::milliseconds longest{};
    for (std::size_t at = 1; at < attempts.size(); ++at) {
        longest = (std::max)(longest, attempts[at] - attempts[at - 1]);
    }
    CHECK(longest <= 5s);
    CHECK(longest > 4s);
    play.world.set(reachability::reachable);
    play.world.run_for(5s);
    CHECK(play.client->is_connected());
}

/// A server that lets nobody in, for the reason that it is given, and counts who asks.
struct closed_door {
    closed_door() {
        play.server_options.authenticate = [this](const rpc::credentials&) {
            asked.push_back(play.elapsed());
            if (!reason.empty()) {
                throw rpc::error(rpc::errc::unauthenticated, reason);
            }
            return std::string("anybody");
        };
        play.client_options.token = "wrong";
        play.client_options.backoff_max = 20s;
        play.client_options.log = [this](const rpc::log_record& record) {
            if (record.event == rpc::log_event::connect_failed) {
                logged.emplace_back(record.text);
            }
        };
    }

    std::string reason = "this token is not known";
    std::vector<std::chrono::milliseconds> asked;
    std::vector<std::string> logged;
    scene play;
};

TEST_CASE("a server that refuses the token is asked again after the longest pause at once") {
    closed_door door;
    door.play.begin();
    door.play.world.run_for(61s);
    CHECK(door.asked == std::vector<std::chrono::milliseconds>{0s, 20s, 40s, 60s});
    door.reason.clear();
    door.play.world.run_for(20s);
    CHECK(door.play.client->is_connected());
    door.play.link().cut();
    door.play.world.run_for(51ms);
    CHECK(door.play.client->is_connected());
}

TEST_CASE("a refusal is logged once until it is another one, and again after a connection") {
    closed_door door;
    door.play.begin();
    door.play.world.run_for(61s);
    REQUIRE(door.logged.size() == 1);
    CHECK(door.logged[0] ==
          "the server refused the hello: this token is not known; next try in 20000 ms");
    door.reason = "this token is not valid any more";
    door.play.world.run_for(60s);
    REQUIRE(door.logged.size() == 2);
    CHECK(door.logged[1].find("not valid any more") != std::string::npos);
    door.reason.clear();
    door.play.world.run_for(20s);
    REQUIRE(door.play.client->is_connected());
    door.reason = "this token is not valid any more";
    door.play.link().cut();
    door.play.world.run_for(60s);
    CHECK(door.logged.size() == 4);  // The lost connection, and the refusal behind it.
}

TEST_CASE("a call of a client that is refused fails at once, and waits while it asks again") {
    closed_door door;
    door.play.begin();
    door.play.world.run_for(1s);
    for (int times = 0; times < 2; ++times) {
        ending<int> call;
        door.play.client->async_call<"add">(1, 2, call.handler());
        door.play.world.run_for(1ms);
        REQUIRE(call.is_over());
        CHECK(call.failure.value().code() == rpc::errc::unauthenticated);
        CHECK(call.failure.value().outcome() == rpc::outcome::not_sent);
    }
    // Nobody is there who could refuse it.
    door.play.world.set(reachability::refused);
    door.play.world.run_for(20s);
    ending<int> call;
    door.play.client->async_call<"add">(rpc::timeout{1min}, 1, 2, call.handler());
    door.play.world.run_for(1s);
    CHECK_FALSE(call.is_over());
    door.play.world.set(reachability::reachable);
    door.play.world.run_for(20s);
    REQUIRE(call.is_over());
    CHECK(call.failure.value().code() == rpc::errc::unauthenticated);
    door.reason.clear();
    door.play.world.run_for(20s);
    CHECK(door.play.client->call<"add">(1, 2) == 3);
}

TEST_CASE("a server that is full or stopping is asked again soon") {
    std::size_t tries = 0;
    scene play;
    play.server_options.limits.connections_max = 1;
    play.begin_server();
    rpc::client<audience> first(play.world.get_executor(), play.gateway,
                                play.world.client_options());
    first.start();
    REQUIRE(first.wait_connected());
    play.client_options.backoff_max = 1h;
    play.client_options.log = [&](const rpc::log_record& record) {
        tries += record.event == rpc::log_event::connect_failed ? 1 : 0;
    };
    play.client.emplace(play.world.get_executor(), play.gateway,
                        play.world.client_options(play.client_options));
    play.client->start();
    play.world.run_for(1s);
    CHECK(tries >= 3);
    first.stop();
    play.world.run_for(1min);
    CHECK(play.client->is_connected());
}

TEST_CASE("an address that does not answer costs one deadline per attempt") {
    std::vector<std::string> reasons;
    scene play;
    play.client_options.limits.connect_deadline = 2s;
    play.client_options.log = [&](const rpc::log_record& record) {
        reasons.emplace_back(record.text);
    };
    play.world.set(reachability::unreachable);
    play.begin();
    play.world.run_for(1'999ms);
    CHECK(reasons.empty());
    play.world.run_for(1ms);
    REQUIRE(reasons.size() == 1);
    CHECK(reasons[0].starts_with("no answer within 2000 ms"));
}

TEST_CASE("a client that is stopped while it connects stays away") {
    scene play;
    play.world.set({.latency = 1s});
    play.begin();
    play.world.run_for(1'500ms);  // The server has it, the client does not know yet.
    play.client->stop();
    play.world.run_for(1min);
    CHECK(play.gateway.story.empty());
    CHECK(play.server->connections() == 0);
}

TEST_CASE("two hundred clients do not come back to a new server all at once") {
    std::map<std::int64_t, int> arrivals;  // by tenth of a second
    audience crowd;
    scene play;
    play.begin_server();
    std::vector<std::unique_ptr<rpc::client<audience>>> clients;
    for (int number = 0; number < 200; ++number) {
        clients.push_back(std::make_unique<rpc::client<audience>>(play.world.get_executor(), crowd,
                                                                  play.world.client_options()));
        clients.back()->start();
    }
    play.world.run_until_idle();
    CHECK(play.server->connections() == 200);
    play.server.reset();
    play.world.run_for(1min);
    play.server_options.log = [&](const rpc::log_record& record) {
        arrivals[play.elapsed() / 100ms] += record.event == rpc::log_event::connected ? 1 : 0;
    };
    play.begin_server();
    play.world.run_for(6s);
    CHECK(play.server->connections() == 200);
    int most = 0;
    for (const auto& [when, count] : arrivals) {
        most = (std::max)(most, count);
    }
    CHECK(most < 20);  // an even spread over five seconds has four in each tenth
    CHECK(arrivals.size() > 30);
}

TEST_CASE("what was published meanwhile is a gap that is told before anything newer") {
    scene play;
    play.meet();
    play.server->publish<"news">(std::string("before"));
    play.world.run_until_idle();
    play.link().cut();
    play.server->publish<"news">(std::string("lost"));
    play.world.run_for(1s);
    play.server->publish<"news">(std::string("after"));
    play.world.run_until_idle();
    CHECK(play.gateway.news.front() == "before");
    CHECK(play.gateway.news.back() == "after");
    const bool was_replayed = play.gateway.news.size() == 3;
    CHECK((was_replayed || play.gateway.gaps.size() == 1));
}

TEST_CASE("a hello that arrives late makes no call run twice") {
    scene play;
    play.client_options.limits.connect_deadline = 500ms;
    play.meet();
    for (int number = 0; number < 5; ++number) {
        play.client->call<"add">(number, 1);
    }
    play.link().cut();
    REQUIRE(play.world.run_until([&] { return play.world.connections().size() == 1; }));
    rpc::testing::connection late = play.link();
    late.stall(direction::to_server);
    REQUIRE(play.world.run_until([&] { return play.client->is_connected(); }));
    rpc::testing::connection next = play.link();
    REQUIRE(next.number() != late.number());
    next.stall(direction::to_client);
    std::vector<ending<int>> calls(3);
    for (ending<int>& call : calls) {
        play.client->async_call<"add">(1, 2, call.handler());
    }
    play.world.run_until_idle();
    CHECK(play.engine.additions == 8);
    late.resume();
    play.world.run_until_idle();
    next.cut();
    play.world.run_for(5s);
    for (const ending<int>& call : calls) {
        CHECK(call.value == 3);
        CHECK(call.times == 1);
    }
    CHECK(play.engine.additions == 8);
}

TEST_CASE("events arrive whole and in order however the network cuts the bytes") {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        CAPTURE(seed);
        scene play(seed);
        play.world.set({.latency = 2ms, .jitter = 5ms, .split_reads = true});
        play.world.shuffle_handlers();
        play.meet();
        for (int price = 0; price < 200; ++price) {
            play.server->publish<"quote">(quote{"rb2405", price});
        }
        play.world.run_until_idle();
        REQUIRE(play.gateway.quotes.size() == 200);
        for (int price = 0; price < 200; ++price) {
            CHECK(play.gateway.quotes[static_cast<std::size_t>(price)] == price);
        }
    }
}

/// A small session, cut after so many bytes of one direction.
void play_with_cut(direction way, std::uint64_t bytes) {
    scene play;
    play.meet();
    play.link().cut_after(way, bytes);
    std::vector<ending<int>> calls(5);
    for (std::size_t at = 0; at < calls.size(); ++at) {
        play.client->async_call<"add">(static_cast<int>(at), 1, calls[at].handler());
    }
    play.server->publish<"news">(std::string("first"));
    play.world.run_for(10s);
    int answered = 0;
    int unsure = 0;
    for (std::size_t at = 0; at < calls.size(); ++at) {
        REQUIRE(calls[at].times == 1);
        answered += calls[at].value ? 1 : 0;
        unsure += calls[at].failure ? 1 : 0;
        CHECK((!calls[at].value || *calls[at].value == static_cast<int>(at) + 1));
        CHECK((!calls[at].failure || calls[at].failure->outcome() == rpc::outcome::may_have_run));
    }
    CHECK(play.engine.additions >= answered);
    CHECK(play.engine.additions <= answered + unsure);
    play.world.cut_all();  // where the session was shorter
    play.world.run_for(1s);
    CHECK(play.client->call<"add">(1, 2) == 3);
}

TEST_CASE("a session cut at any byte completes every call once and goes on afterwards") {
    for (std::uint64_t bytes = 0; bytes <= 700; ++bytes) {
        CAPTURE(bytes);
        play_with_cut(direction::to_server, bytes);
        play_with_cut(direction::to_client, bytes);
    }
}

TEST_CASE("the same seed gives the same run, and another one another") {
    const auto run = [](std::uint64_t seed) {
        scene play(seed);
        play.world.set({.latency = 1ms, .jitter = 3ms, .split_reads = true});
        play.meet();
        for (int round = 0; round < 10; ++round) {
            play.world.cut_all();
            play.world.run_for(1s);
            play.client->call<"add">(round, 1);
        }
        return play.world.trace_hash();
    };
    CHECK(run(7) == run(7));
    CHECK(run(7) != run(8));
}

}  // namespace
