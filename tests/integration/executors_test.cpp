// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: calls work with every completion token on every kind of loop, and end as they should.
// Method: a served desk on TCP for each kind of loop; results travel through futures.

#include "desk.hpp"

#include <gatewire/rpc.hpp>

#include <asio/bind_executor.hpp>
#include <asio/co_spawn.hpp>
#include <asio/dispatch.hpp>
#include <asio/post.hpp>
#include <asio/strand.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/use_future.hpp>
#include <asio/version.hpp>
#if __has_include(<asio/deferred.hpp>)
#include <asio/as_tuple.hpp>
#include <asio/deferred.hpp>
#else
#include <asio/experimental/as_tuple.hpp>
#include <asio/experimental/deferred.hpp>
#endif

#include <doctest/doctest.h>

#include <exception>
#include <future>
#include <memory>
#include <string>
#include <system_error>
#include <tuple>
#include <utility>

namespace {

using test::desk;
using test::error_in;
using test::error_of;
using test::remote_desk;
using test::rig;
using test::threading;
using namespace std::chrono_literals;

#if __has_include(<asio/deferred.hpp>)
using asio::as_tuple;
using asio::deferred;
#else
using asio::experimental::as_tuple;
using asio::experimental::deferred;
#endif

template <class Value>
struct outcome_of {
    std::exception_ptr failure;
    Value value{};
};

/// A completion handler that fills a future.
template <class Value>
auto fill_promise(const std::shared_ptr<std::promise<outcome_of<Value>>>& promise) {
    return [promise](std::exception_ptr failure, Value value) {
        promise->set_value({std::move(failure), std::move(value)});
    };
}

asio::awaitable<int> add_in_coroutine(rpc::client<remote_desk>& client) {
    const int sum = co_await client.async_call<"add">(1, 2, asio::use_awaitable);
    const auto [failure, doubled] =
        co_await client.async_call<"add">(sum, sum, as_tuple(asio::use_awaitable));
    co_return failure ? 0 : doubled;
}

asio::awaitable<rpc::errc> fail_in_coroutine(rpc::client<remote_desk>& client) {
    try {
        co_await client.async_call<"command">(1, asio::use_awaitable);
    } catch (const rpc::error& thrown) {
        co_return static_cast<rpc::errc>(thrown.code().value());
    }
    co_return rpc::errc{};
}

}  // namespace

TEST_CASE("client: every completion token delivers the result on every kind of loop") {
    for (const threading how : test::all_threadings) {
        CAPTURE(how);
        rig served({}, how);
        rpc::client<remote_desk> client(served.runs_on.get_executor(), served.to_here());
        client.start();

        CHECK(client.call<"add">(1, 2) == 3);

        const auto promise = std::make_shared<std::promise<outcome_of<std::string>>>();
        client.async_call<"echo">("text", fill_promise<std::string>(promise));
        CHECK(test::get(promise->get_future()).value == "text");

        CHECK(test::get(client.async_call<"add">(3, 4, asio::use_future)) == 7);

        auto operation = client.async_call<"add">(5, 6, deferred);
        CHECK(test::get(std::move(operation)(asio::use_future)) == 11);

        CHECK(test::get(asio::co_spawn(served.runs_on.get_executor(), add_in_coroutine(client),
                                       asio::use_future)) == 6);
    }
}

TEST_CASE("client: every completion token delivers the error on every kind of loop") {
    for (const threading how : test::all_threadings) {
        CAPTURE(how);
        rig served({}, how);
        served.engine.on_command = [](int) -> int { throw rpc::error{rpc::errc::forbidden, "no"}; };
        rpc::client<remote_desk> client(served.runs_on.get_executor(), served.to_here());
        client.start();

        CHECK(error_of([&] { client.call<"command">(1); }).code() == rpc::errc::forbidden);

        const auto promise = std::make_shared<std::promise<outcome_of<int>>>();
        client.async_call<"command">(1, fill_promise<int>(promise));
        const auto failure = error_in(test::get(promise->get_future()).failure);
        REQUIRE(failure);
        CHECK(failure->code() == rpc::errc::forbidden);
        CHECK(failure->outcome() == rpc::outcome::failed);

        auto future = client.async_call<"command">(1, asio::use_future);
        CHECK(error_of([&] { test::get(future); }).code() == rpc::errc::forbidden);

        auto operation = client.async_call<"command">(1, deferred);
        CHECK(error_of([&] { test::get(std::move(operation)(asio::use_future)); }).code() ==
              rpc::errc::forbidden);

        CHECK(test::get(asio::co_spawn(served.runs_on.get_executor(), fail_in_coroutine(client),
                                       asio::use_future)) == rpc::errc::forbidden);
    }
}

TEST_CASE("client: methods of an engine's table are called by name and by member pointer") {
    rig served;
    rpc::client<desk> client(served.runs_on.get_executor(), served.to_here());
    client.start();
    CHECK(client.call<&desk::add>(1, 2) == 3);
    CHECK(client.call<"add">(1, 2) == 3);
    CHECK(client.call<&desk::add>(rpc::timeout{30s}, 1, 2) == 3);
    CHECK(test::get(client.async_call<&desk::echo>("a", asio::use_future)) == "a");
}

TEST_CASE("client: a completion handler runs on its own executor, else on the client's strand") {
    for (const threading how : test::all_threadings) {
        CAPTURE(how);
        rig served({}, how);
        rpc::client<remote_desk> client(served.runs_on.get_executor(), served.to_here());
        client.start();
        const auto strand = asio::make_strand(served.runs_on.get_executor());
        std::promise<bool> on_chosen;
        client.async_call<"add">(1, 2, asio::bind_executor(strand, [&](std::exception_ptr, int) {
                                     on_chosen.set_value(strand.running_in_this_thread());
                                 }));
        CHECK(test::get(on_chosen.get_future()));

        std::promise<bool> on_client;
        client.async_call<"add">(1, 2, [&](std::exception_ptr, int) {
            // On the strand already, so that this runs at once.
            const auto is_here = std::make_shared<bool>(false);
            asio::dispatch(client.get_executor(), [is_here] { *is_here = true; });
            on_client.set_value(*is_here);
        });
        CHECK(test::get(on_client.get_future()));
    }
}

TEST_CASE("client: a call never completes inside of async_call") {
    rig served;
    rpc::client<remote_desk> client(served.runs_on.get_executor(), served.to_here());
    // Not started, so it fails; on the client's own strand, where it could complete at once.
    std::promise<bool> later;
    asio::post(client.get_executor(), [&] {
        const auto returned = std::make_shared<bool>(false);
        client.async_call<"add">(1, 2, [&later, returned](const std::exception_ptr& why, int) {
            later.set_value(*returned && error_in(why)->outcome() == rpc::outcome::not_sent);
        });
        *returned = true;
    });
    CHECK(test::get(later.get_future()));
}

TEST_CASE("client: a timeout ends one call, tells the server and leaves the connection alone") {
    rig served;
    test::watcher gateway;
    rpc::client<test::watcher> client(served.runs_on.get_executor(), gateway, served.to_here());
    client.start();
    REQUIRE(client.wait_connected(test::patience));

    const rpc::error late = error_of([&] { client.call<"hold">(rpc::timeout{100ms}, 1); });
    CHECK(late.code() == rpc::errc::deadline_exceeded);
    CHECK(late.outcome() == rpc::outcome::may_have_run);
    CHECK(served.engine.given_up.wait_for_count(1));

    const rpc::error unsent = error_of([&] { client.call<"add">(rpc::timeout{0ms}, 1, 2); });
    CHECK(unsent.code() == rpc::errc::deadline_exceeded);

    CHECK(client.call<"add">(1, 2) == 3);
    CHECK(gateway.losses.count() == 0);
    CHECK(served.server.connections() == 1);
}

TEST_CASE("server: a call whose time is over before the engine is free is never started") {
    rig served;
    std::promise<void> open;
    std::shared_future<void> gate = open.get_future().share();
    std::promise<void> busy;
    served.engine.on_command = [&](int argument) {
        busy.set_value();
        gate.wait_for(test::patience);
        return argument;
    };
    // A loop of its own, since the only thread of the server's is about to be held up.
    rpc::io_thread io;
    rpc::client<remote_desk> client(io.get_executor(), served.to_here());
    client.start();
    auto blocking = client.async_call<"command">(1, asio::use_future);
    REQUIRE(busy.get_future().wait_for(test::patience) == std::future_status::ready);
    const rpc::error late = error_of([&] { client.call<"add">(rpc::timeout{50ms}, 1, 2); });
    CHECK(late.code() == rpc::errc::deadline_exceeded);
    open.set_value();
    CHECK(test::get(blocking) == 1);
    client.call<"echo">("behind it");
    CHECK(served.engine.additions == 0);
}

TEST_CASE("client: a notification runs and is not answered") {
    rig served;
    test::recorder<int> arguments;
    served.engine.on_command = [&](int argument) {
        arguments.add(argument);
        return argument;
    };
    rpc::client<remote_desk> client(served.runs_on.get_executor(), served.to_here());
    CHECK(error_of([&] { client.notify<"command">(0); }).code() == rpc::errc::not_connected);
    client.start();
    client.notify<"command">(1);  // Waits for the connection.
    REQUIRE(client.wait_connected(test::patience));
    client.notify<"command">(2);
    CHECK(client.call<"command">(3) == 3);
    CHECK(arguments.all() == std::vector<int>{1, 2, 3});
}

TEST_CASE("client: calls made by many threads all return their own result") {
    for (const threading how : test::all_threadings) {
        CAPTURE(how);
        rig served({}, how);
        rpc::client<remote_desk> client(served.runs_on.get_executor(), served.to_here());
        client.start();
        constexpr int callers = 6;
        constexpr int calls = 50;
        std::atomic<int> right{0};
        std::vector<std::thread> threads;
        for (int caller = 0; caller < callers; ++caller) {
            threads.emplace_back([&, caller] {
                for (int number = 0; number < calls; ++number) {
                    right += client.call<"add">(caller * calls, number) == caller * calls + number;
                }
            });
        }
        for (std::thread& thread : threads) {
            thread.join();
        }
        CHECK(right == callers * calls);
    }
}
