// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: calls over a broker end as those over a socket do. Method: a broker and engines of the
// test's own, in one process.

#include "nats_rig.hpp"

#include <asio/bind_cancellation_slot.hpp>
#include <asio/bind_executor.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <asio/use_future.hpp>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <exception>
#include <future>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

using namespace test;
using namespace std::chrono_literals;

TEST_CASE("nats calls: all kinds of calls are answered") {
    broker post;
    served_pit served(post);
    calling_client client(post);
    CHECK(client->call<"add">(2, 3) == 5);
    CHECK(get(client->async_call<"add">(2, 4, asio::use_future)) == 6);
    CHECK(client->call<"has_deadline">());
    CHECK(client->call<"peer">().starts_with("nats:_INBOX."));
    CHECK(client->call<"peer">() == client->call<"peer">());
    served.engine.may_go = true;
    CHECK(client->call<"block aside">() == 1);
    client->notify<"add">(1, 1);
    CHECK(eventually([&] { return served.engine.runs == 4; }));
}

TEST_CASE("nats calls: many at a time are answered, each with its own result") {
    broker post;
    served_pit served(post);
    calling_client client(post);
    std::vector<std::future<int>> results;
    for (int number = 0; number < 500; ++number) {
        results.push_back(client->async_call<"add">(number, number, asio::use_future));
    }
    for (int number = 0; number < 500; ++number) {
        CHECK(get(results[static_cast<std::size_t>(number)]) == 2 * number);
    }
}

TEST_CASE("nats calls: errors have the codes that they have over a socket") {
    broker post;
    served_pit served(post);
    calling_client client(post);

    const rpc::error own = error_of([&] { client->call<"fail">(-5); });
    CHECK(own.code() == rpc::errc::engine_error);
    CHECK(own.peer_code() == -5);
    CHECK(own.data() == nlohmann::json{{"symbol", "x"}});
    CHECK(own.outcome() == rpc::outcome::failed);

    CHECK(error_of([&] { client->call<"unknown">(); }).code() == rpc::errc::method_not_found);
    CHECK(error_of([&] { client->call<"secret">(); }).code() == rpc::errc::forbidden);
    const rpc::error large = error_of([&] { client->call<"letters">(std::size_t{2'000'000}); });
    CHECK(large.code() == rpc::errc::answer_too_large);
}

TEST_CASE("nats calls: a call that nobody serves was not sent") {
    broker post;
    calling_client client(post);
    const rpc::error why = error_of([&] { client->call<"add">(1, 2); });
    CHECK(why.code() == rpc::errc::not_connected);
    CHECK(why.outcome() == rpc::outcome::not_sent);
}

TEST_CASE("nats calls: without a broker a call waits for it, and was not sent") {
    broker post;
    served_pit served(post);
    post.stop();
    hearing_client client(post);
    client->start();
    const rpc::error why = error_of([&] { client->call<"add">(rpc::timeout{50ms}, 1, 2); });
    CHECK(why.code() == rpc::errc::deadline_exceeded);
    CHECK(why.outcome() == rpc::outcome::not_sent);

    auto later = client->async_call<"add">(3, 4, asio::use_future);
    post.start();
    CHECK(eventually([&] {
        try {
            return client->call<"add">(3, 4) == 7;
        } catch (const rpc::error& nobody_yet) {
            return false;
        }
    }));
    try {
        const int sum = get(later);
        CHECK(sum == 7);
    } catch (const rpc::error& nobody) {
        CHECK(nobody.outcome() == rpc::outcome::not_sent);  // It was faster than the engine.
    }
}

TEST_CASE("nats calls: engines share the calls, and each can be addressed") {
    broker post;
    served_pit first(post, {.engine_id = "first"});
    served_pit second(post, {.engine_id = "second"});
    calling_client client(post);
    std::multiset<std::string> seen;
    for (int call = 0; call < 200; ++call) {
        seen.insert(client->call<"who">());
    }
    CHECK(seen.count("first") > 20);
    CHECK(seen.count("second") > 20);
    for (int call = 0; call < 10; ++call) {
        CHECK(client->call<"who">(rpc::nats::to{"second"}) == "second");
    }
    CHECK(error_of([&] { client->call<"who">(rpc::nats::to{"third"}); }).outcome() ==
          rpc::outcome::not_sent);

    calling_client of_first(post, {.engine = "first"});
    CHECK(of_first->call<"who">() == "first");
}

TEST_CASE("nats calls: a deadline travels, and the outcome of a call that was sent is not known") {
    broker post;
    served_pit served(post);
    calling_client client(post);
    auto blocking = client->async_call<"block">(asio::use_future);
    REQUIRE(eventually([&] { return served.engine.runs == 1; }));

    const rpc::error why = error_of([&] { client->call<"add">(rpc::timeout{30ms}, 1, 2); });
    CHECK(why.code() == rpc::errc::deadline_exceeded);
    CHECK(why.outcome() == rpc::outcome::may_have_run);

    // The engine's time began when the call arrived there, a little later.
    const auto over = std::chrono::steady_clock::now() + 200ms;
    REQUIRE(eventually([&] { return std::chrono::steady_clock::now() >= over; }));
    served.engine.may_go = true;
    CHECK(get(blocking) == 1);
    CHECK(client->call<"add">(1, 2) == 3);
    CHECK(served.engine.runs == 2);  // The one whose time was over never ran.
}

TEST_CASE("nats calls: a cancelled call ends, and its engine hears of it") {
    broker post;
    served_pit served(post);
    calling_client client(post);
    asio::cancellation_signal signal;
    std::promise<std::exception_ptr> ended;
    client->async_call<"sleep">(asio::bind_cancellation_slot(
        signal.slot(), [&](std::exception_ptr why, int) { ended.set_value(std::move(why)); }));
    REQUIRE(eventually([&] { return served.engine.runs == 1; }));
    signal.emit(asio::cancellation_type::terminal);
    const auto why = error_in(get(ended.get_future()));
    REQUIRE(why);
    CHECK(why->code() == rpc::errc::cancelled);
    CHECK(why->outcome() == rpc::outcome::may_have_run);
    CHECK(eventually([&] { return served.engine.cancelled == 1; }));
}

TEST_CASE("nats calls: of calls with one key one runs, and other engines refuse its epoch") {
    broker post;
    served_pit first(post, {.engine_id = "first"});
    served_pit second(post, {.engine_id = "second"});
    calling_client client(post);
    const rpc::nats::to there{"first"};
    const rpc::key key{"order-1", first.server.epoch()};
    CHECK(client->call<"buy">(there, key, 5) == 5);
    CHECK(client->call<"buy">(there, key, 5) == 5);
    CHECK(first.engine.bought == 5);
    CHECK(error_of([&] { client->call<"buy">(there, key, 6); }).code() == rpc::errc::key_conflict);
    const rpc::error other =
        error_of([&] { client->call<"buy">(rpc::nats::to{"second"}, key, 5); });
    CHECK(other.code() == rpc::errc::outcome_unknown);
    CHECK(other.outcome() == rpc::outcome::may_have_run);
    CHECK(second.engine.bought == 0);
}

TEST_CASE("nats calls: only an idempotent call is sent again") {
    broker post;
    auto first = std::make_unique<served_pit>(post, rpc::nats::server_options{.engine_id = "one"});
    calling_client client(post, {.retry_after = 100ms});
    // The engine's strand is taken, so that nothing of what follows is answered by it.
    auto blocking = client->async_call<"block">(asio::use_future);
    REQUIRE(eventually([&] { return first->engine.runs == 1; }));
    auto query = client->async_call<"who">(asio::use_future);
    auto deed = client->async_call<"add">(rpc::timeout{2s}, 1, 2, asio::use_future);
    served_pit second(post, {.engine_id = "two"});
    REQUIRE(second.server.wait_connected());
    CHECK(get(query) == "two");
    const rpc::error why = error_of([&] { get(deed); });
    CHECK(why.code() == rpc::errc::deadline_exceeded);
    CHECK(why.outcome() == rpc::outcome::may_have_run);
    CHECK(second.engine.runs == 0);
    first->engine.may_go = true;
}

TEST_CASE("nats calls: a lost broker ends what was sent, and everybody comes back") {
    broker post;
    served_pit served(post);
    calling_client client(post);
    auto blocking = client->async_call<"block">(asio::use_future);
    REQUIRE(eventually([&] { return served.engine.runs == 1; }));
    post.kill();
    const rpc::error why = error_of([&] { get(blocking); });
    CHECK(why.code() == rpc::errc::connection_lost);
    CHECK(why.outcome() == rpc::outcome::may_have_run);
    served.engine.may_go = true;
    post.start();
    REQUIRE(client->wait_connected(patience));
    CHECK(eventually([&] {
        try {
            return client->call<"add">(1, 2) == 3;
        } catch (const rpc::error& nobody_yet) {
            return false;
        }
    }));
    CHECK(client.heard.connected.wait_for_count(2));
    CHECK(client.heard.disconnected.count() == 1);
}

TEST_CASE("nats calls: an engine that stops answers what it has taken") {
    broker post;
    served_pit served(post);
    calling_client client(post);
    auto blocking = client->async_call<"block aside">(asio::use_future);
    REQUIRE(eventually([&] { return served.engine.runs == 1; }));
    std::promise<void> drained;
    served.server.stop();
    served.server.when_drained([&] { drained.set_value(); });
    CHECK(eventually([&] {
        const auto why = error_of([&] { client->call<"add">(rpc::timeout{1s}, 1, 2); });
        return why.code() == rpc::errc::not_connected;
    }));
    served.engine.may_go = true;
    CHECK(get(blocking) == 1);
    get(drained.get_future());
    CHECK_FALSE(served.server.is_running());
    served.server.start();
    CHECK(client->call<"add">(1, 2) == 3);
}

TEST_CASE("nats calls: a client that goes completes its calls, and names must fit") {
    broker post;
    served_pit served(post);
    std::future<int> left;
    {
        calling_client client(post);
        left = client->async_call<"sleep">(asio::use_future);
    }
    CHECK(error_of([&] { get(left); }).code() == rpc::errc::cancelled);
    CHECK(error_of([&] { served_pit bad(post, {.name = "a.b"}); }).code() ==
          rpc::errc::invalid_value);
}

TEST_CASE(
    "nats calls: durations that are for ever end nothing, and those of no time make no loop") {
    broker post;
    const std::chrono::milliseconds four_centuries = std::chrono::hours(24 * 365 * 400);
    for (const std::chrono::milliseconds time : {four_centuries, (std::chrono::milliseconds::max)(),
                                                 0ms, -1ms, (std::chrono::milliseconds::min)()}) {
        CAPTURE(time.count());
        const bool is_long = time > 0ms;
        rpc::nats::server_options offered;
        offered.url = post.url();
        offered.name = "of" + std::to_string(time.count() & 0xffff);
        offered.drain_time = time;
        offered.confirm_timeout = time;
        offered.reconnect_wait = is_long ? time : 20ms;
        offered.connect_timeout = is_long ? time : 2s;
        using seconds = std::chrono::seconds;
        const seconds age = time == four_centuries ? seconds(four_centuries / 1s)
                            : is_long              ? (seconds::max)()
                            : time == 0ms          ? 0s
                                                   : (seconds::min)();
        offered.stream.age_max = age;
        offered.stream.duplicate_window = age;
        rpc::io_thread io;
        pit engine;
        rpc::nats::server<pit> server(io.get_executor(), engine, offered);
        server.start();
        listener heard;
        rpc::nats::client_options wanted;
        wanted.url = post.url();
        wanted.name = offered.name;
        wanted.call_timeout = time;
        wanted.retry_after = time;
        wanted.heartbeat = time;
        wanted.reconnect_wait = offered.reconnect_wait;
        wanted.connect_timeout = offered.connect_timeout;
        rpc::nats::client<listener> client(io.get_executor(), heard, wanted);
        client.start();
        REQUIRE(client.wait_connected(patience));
        CHECK(client.wait_connected(time));
        server.publish<"deal">(deal{1});
        CHECK(heard.deals.wait_for_count(1));
        if (is_long) {
            CHECK(client.call<"add">(1, 2) == 3);
            CHECK(client.call<"add">(rpc::timeout{time}, 1, 2) == 3);
            CHECK(client.call<"who">() == engine.name);
        } else {
            const rpc::error why = error_of([&] { client.call<"add">(1, 2); });
            CHECK(why.code() == rpc::errc::deadline_exceeded);
            CHECK(why.outcome() == rpc::outcome::not_sent);
        }
        CHECK(heard.disconnected.count() == 0);
    }
}

TEST_CASE("nats calls: what a completion handler throws leaves the loop") {
    broker post;
    served_pit served(post);
    asio::io_context loop;
    auto work = asio::make_work_guard(loop);
    rpc::nats::client_options options;
    options.url = post.url();
    listener heard;
    rpc::nats::client<listener> client(loop.get_executor(), heard, options);
    std::atomic<int> caught{0};
    std::thread runner([&] {
        for (bool is_over = false; !is_over;) {
            try {
                loop.run();
                is_over = true;
            } catch (int) {
                ++caught;
            }
        }
    });
    client.start();
    CHECK(client.wait_connected(patience));
    const auto thrower = [](const std::exception_ptr&, int) { throw 1; };
    client.async_call<"add">(1, 2, thrower);
    client.async_call<"fail">(1, thrower);
    client.async_call<"add">(rpc::timeout{0ms}, 1, 2, thrower);
    client.async_call<"add">(1, 2, asio::bind_executor(client.get_executor(), thrower));
    client.async_call<"add">(1, 2, asio::bind_executor(loop.get_executor(), thrower));
    CHECK(eventually([&] { return caught == 5; }));
    CHECK(client.call<"add">(1, 2) == 3);
    client.stop();
    work.reset();
    runner.join();
}
