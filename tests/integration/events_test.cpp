// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: events reach whoever wants them, all of them, in the order of their publishing.
// Method: publish from many threads to typed clients and to a raw one that sees the numbers.

#include "desk.hpp"
#include "raw_peer.hpp"

#include <gatewire/rpc.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <limits>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {

using test::error_of;
using test::rig;
using test::threading;
using test::watcher;
using namespace std::chrono_literals;

using names = std::vector<std::string>;

void publish_from_threads(rig& served, std::uint32_t publishers, std::uint32_t each) {
    std::vector<std::thread> threads;
    for (std::uint32_t source = 0; source < publishers; ++source) {
        threads.emplace_back([&served, source, each] {
            for (std::uint32_t number = 1; number <= each; ++number) {
                served.server.publish<"fill">(test::fill{source, number, {}});
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
}

/// Whether each source's events came completely and in order.
bool is_complete(const std::vector<test::fill>& fills, std::uint32_t sources, std::uint32_t each) {
    std::vector<std::uint32_t> seen(sources, 0);
    for (const test::fill& one : fills) {
        if (one.source >= sources || one.number != ++seen[one.source]) {
            return false;
        }
    }
    return fills.size() == std::size_t{sources} * each;
}

names symbols_of(const watcher& gateway) {
    names symbols;
    for (const test::quote& one : gateway.quotes.all()) {
        symbols.push_back(one.symbol);
    }
    return symbols;
}

void publish_quotes(rig& served, const names& symbols) {
    for (const std::string& symbol : symbols) {
        served.server.publish<"quote">(test::quote{symbol, 1.5});
    }
}

}  // namespace

TEST_CASE("events: published by many threads, each source's come whole and in order to everyone") {
    constexpr std::uint32_t publishers = 4;
    constexpr std::uint32_t each = 500;
    for (const threading how : test::all_threadings) {
        CAPTURE(how);
        rig served({}, how);
        watcher first_gateway;
        watcher second_gateway;
        rpc::client<watcher> first(served.runs_on.get_executor(), first_gateway, served.to_here());
        rpc::client<watcher> second(served.runs_on.get_executor(), second_gateway,
                                    served.to_here());
        first.start();
        second.start();
        REQUIRE(first.wait_connected(test::patience));
        REQUIRE(second.wait_connected(test::patience));
        publish_from_threads(served, publishers, each);
        REQUIRE(first_gateway.fills.wait_for_count(publishers * each));
        REQUIRE(second_gateway.fills.wait_for_count(publishers * each));
        CHECK(is_complete(first_gateway.fills.all(), publishers, each));
        CHECK(is_complete(second_gateway.fills.all(), publishers, each));
        bool same_order = true;
        const auto one = first_gateway.fills.all();
        const auto other = second_gateway.fills.all();
        for (std::size_t at = 0; at < one.size(); ++at) {
            same_order = same_order && one[at].source == other[at].source;
        }
        CHECK(same_order);
    }
}

TEST_CASE("events: their numbers grow by one, whoever publishes") {
    rig served;
    test::raw_socket peer = test::raw_socket::connect(served.address());
    const auto answer =
        peer.ask(R"({"jsonrpc":"2.0","method":"rpc.subscribe","params":{"event":"fill"},"id":1})");
    std::uint64_t last = answer.at("result").at("position").get<std::uint64_t>();
    publish_from_threads(served, 3, 200);
    bool by_one = true;
    for (int left = 600; left > 0; --left) {
        const auto event = peer.receive_json();
        by_one = by_one && event.at("method") == "fill" && !event.contains("id") &&
                 event.at("params").at("seq").get<std::uint64_t>() == ++last &&
                 event.at("params").at("data").contains("number");
    }
    CHECK(by_one);
}

TEST_CASE("events: keys chosen before the start hold from the first event on") {
    rig served;
    watcher gateway;
    rpc::client<watcher> client(served.runs_on.get_executor(), gateway, served.to_here());
    client.subscribe<"quote">("A", "B");
    client.start();
    REQUIRE(client.wait_connected(test::patience));
    publish_quotes(served, {"C", "A", "D", "B", "A"});
    REQUIRE(gateway.quotes.wait_for_count(3));
    CHECK(client.call<"add">(1, 2) == 3);
    CHECK(symbols_of(gateway) == names{"A", "B", "A"});
}

TEST_CASE("events: a key that is no text is refused, and the others are as they were") {
    rig served;
    watcher gateway;
    rpc::client<watcher> client(served.runs_on.get_executor(), gateway, served.to_here());
    client.subscribe<"quote">("A");
    CHECK_THROWS_WITH_AS(client.subscribe<"quote">("B", "\xff"),
                         doctest::Contains("a key of event 'quote'"), rpc::error);
    client.start();
    REQUIRE(client.wait_connected(test::patience));
    publish_quotes(served, {"B", "A"});
    REQUIRE(gateway.quotes.wait_for_count(1));
    CHECK(client.call<"add">(1, 2) == 3);
    CHECK(symbols_of(gateway) == names{"A"});
}

TEST_CASE("events: keys may be added and ended while connected; a later call comes behind that") {
    rig served;
    watcher gateway;
    rpc::client<watcher> client(served.runs_on.get_executor(), gateway, served.to_here());
    client.start();
    REQUIRE(client.wait_connected(test::patience));
    const auto settled = [&client] { return client.call<"add">(1, 2) == 3; };
    publish_quotes(served, {"A", "B"});  // The whole event at first.
    REQUIRE(settled());
    client.subscribe<"quote">("A");
    REQUIRE(settled());
    publish_quotes(served, {"A", "B"});
    client.subscribe<"quote">("C");
    REQUIRE(settled());
    publish_quotes(served, {"A", "B", "C"});
    client.unsubscribe<"quote">("A");
    REQUIRE(settled());
    publish_quotes(served, {"A", "B", "C"});
    client.subscribe<"quote">();  // All of them again.
    REQUIRE(settled());
    publish_quotes(served, {"A", "D"});
    client.unsubscribe<"quote">();
    client.unsubscribe<"quote">();
    REQUIRE(settled());
    publish_quotes(served, {"A", "B"});
    REQUIRE(settled());
    REQUIRE(gateway.quotes.wait_for_count(8));
    CHECK(symbols_of(gateway) == names{"A", "B", "A", "A", "C", "C", "A", "D"});
}

TEST_CASE("events: keys for an event without any are refused and reported") {
    rig served;
    watcher gateway;
    test::recorder<test::log_line> log;
    rpc::client_options options = served.to_here();
    options.log = test::log_into(log);
    rpc::client<watcher> client(served.runs_on.get_executor(), gateway, options);
    client.start();
    REQUIRE(client.wait_connected(test::patience));
    client.subscribe<"fill">("A");
    CHECK(client.call<"add">(1, 2) == 3);
    CHECK(log.wait([](const std::vector<test::log_line>& lines) {
        return std::any_of(lines.begin(), lines.end(), [](const test::log_line& line) {
            return line.event == rpc::log_event::subscription_refused ||
                   line.event == rpc::log_event::contract_differs;
        });
    }));
    CHECK(gateway.losses.count() == 0);
}

TEST_CASE("events: the answer to a call comes before the events that the call caused") {
    for (const threading how : test::all_threadings) {
        CAPTURE(how);
        rig served({}, how);
        test::raw_socket peer = test::raw_socket::connect(served.address());
        peer.ask(R"({"jsonrpc":"2.0","method":"rpc.subscribe","params":{"event":"fill"},"id":1})");
        for (int round = 0; round < 20; ++round) {
            // Two calls in one read, then one more.
            const std::string call =
                test::frame(R"({"jsonrpc":"2.0","method":"trade","params":[2],"id":2})");
            peer.send(call + call);
            peer.send(call);
            names order;
            for (int left = 9; left > 0; --left) {
                order.push_back(peer.receive_json().contains("id") ? "answer" : "event");
            }
            CHECK(order == names{"answer", "event", "event", "answer", "event", "event", "answer",
                                 "event", "event"});
        }
    }
}

TEST_CASE("events: a client's completion handlers and event handlers keep the server's order") {
    for (const threading how : test::all_threadings) {
        CAPTURE(how);
        rig served({}, how);
        watcher gateway;
        rpc::client<watcher> client(served.runs_on.get_executor(), gateway, served.to_here());
        client.start();
        REQUIRE(client.wait_connected(test::patience));
        for (int round = 0; round < 20; ++round) {
            client.async_call<"trade">(
                2U, [&gateway](const std::exception_ptr&, int) { gateway.story.add("answer"); });
        }
        REQUIRE(gateway.story.wait_for_count(61));
        names expected{"connected"};
        for (int round = 0; round < 20; ++round) {
            expected.insert(expected.end(), {"answer", "fill", "fill"});
        }
        CHECK(gateway.story.all() == expected);
    }
}

TEST_CASE("events: on_connected comes before the first event and after the subscriptions") {
    for (const threading how : test::all_threadings) {
        CAPTURE(how);
        rig served({}, how);
        std::atomic<bool> enough{false};
        std::thread publisher([&] {
            for (std::uint32_t number = 1; !enough; ++number) {
                served.server.publish<"fill">(test::fill{0, number, {}});
                std::this_thread::yield();
            }
        });
        for (int round = 0; round < 5; ++round) {
            watcher gateway;
            rpc::client<watcher> client(served.runs_on.get_executor(), gateway, served.to_here());
            client.start();
            CHECK(gateway.fills.wait_for_count(20));
            CHECK(gateway.story.all().front() == "connected");
            const auto fills = gateway.fills.all();
            bool by_one = true;
            for (std::size_t at = 1; at < fills.size(); ++at) {
                by_one = by_one && fills[at].number == fills[at - 1].number + 1;
            }
            CHECK(by_one);
        }
        enough = true;
        publisher.join();
    }
}

TEST_CASE("events: a payload without a JSON form is thrown, reaches nobody and has no number") {
    rpc::server_options options;
    options.limits.answer_size_max = 10'000;
    rig served(options);
    watcher gateway;
    rpc::client<watcher> client(served.runs_on.get_executor(), gateway, served.to_here());
    client.start();
    REQUIRE(client.wait_connected(test::patience));
    const double nan = std::numeric_limits<double>::quiet_NaN();
    CHECK(error_of([&] { served.server.publish<"quote">(test::quote{"A", nan}); }).code() ==
          rpc::errc::invalid_value);
    CHECK(error_of([&] { served.server.publish<"quote">(test::quote{"\xff", 1}); }).code() ==
          rpc::errc::invalid_value);
    CHECK(error_of([&] {
              served.server.publish<"fill">(test::fill{0, 0, std::string(10'000, 'x')});
          }).code() == rpc::errc::frame_too_large);
    served.server.publish<"quote">(test::quote{"B", 2});
    REQUIRE(gateway.quotes.wait_for_count(1));
    CHECK(symbols_of(gateway) == names{"B"});
    CHECK(gateway.fills.count() == 0);
    watcher later;
    rpc::client<watcher> second(served.runs_on.get_executor(), later, served.to_here());
    second.start();
    REQUIRE(later.sessions.wait_for_count(1));
    CHECK(later.sessions.all().front().event_position == 1);
}

TEST_CASE("events: a handler that throws is reported and the next event comes") {
    rig served;
    watcher gateway;
    test::recorder<test::log_line> log;
    rpc::client_options options = served.to_here();
    options.log = test::log_into(log);
    gateway.react = [](const test::fill& event) {
        if (event.number == 1) {
            throw std::runtime_error("handler");
        }
    };
    rpc::client<watcher> client(served.runs_on.get_executor(), gateway, options);
    client.start();
    REQUIRE(client.wait_connected(test::patience));
    CHECK(client.call<"trade">(2U) == 2);
    CHECK(gateway.fills.wait_for_count(2));
    CHECK(test::has_logged(log, rpc::log_event::handler_threw));
    CHECK(gateway.losses.count() == 0);
}
