// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: every limit of servers and clients can be reached, and then does what it says.
// Method: small limits, exact sizes. What a slow reader meets is tested in slow_readers_test.cpp,
// deadlines of frames in hostile_clients_test.cpp and hostile_servers_test.cpp.

#include "desk.hpp"
#include "raw_peer.hpp"

#include <gatewire/rpc.hpp>

#include <asio/use_future.hpp>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <vector>

namespace {

using test::error_of;
using test::raw_socket;
using test::remote_desk;
using test::rig;
using test::watcher;
using namespace std::chrono_literals;

const std::string ping_text = R"({"jsonrpc":"2.0","method":"rpc.ping","id":1})";

rpc::server_options with(const std::function<void(rpc::server_limits&)>& change) {
    rpc::server_options options;
    change(options.limits);
    return options;
}

std::string call_of(const std::string& method, const std::string& params,
                    const std::string& id = "1") {
    return R"({"jsonrpc":"2.0","method":")" + method + R"(","params":)" + params + R"(,"id":)" +
           id + "}";
}

int code_in(const nlohmann::json& answer) {
    return answer.contains("error") ? answer.at("error").at("code").get<int>() : 0;
}

std::string quoted(std::size_t size) {
    return '"' + std::string(size - 2, 'x') + '"';
}

}  // namespace

TEST_CASE("limits: frame_size_max of a server is known to its clients, who refuse what is larger") {
    rig served(with([](auto& limits) { limits.frame_size_max = 4096; }));
    watcher gateway;
    rpc::client<watcher> client(served.runs_on.get_executor(), gateway, served.to_here());
    client.start();
    REQUIRE(client.wait_connected(test::patience));
    CHECK(client.call<"echo">(std::string(3000, 'x')).size() == 3000);
    const rpc::error refused = error_of([&] { client.call<"echo">(std::string(4096, 'x')); });
    CHECK(refused.code() == rpc::errc::frame_too_large);
    CHECK(refused.outcome() == rpc::outcome::not_sent);
    CHECK(client.call<"add">(1, 2) == 3);
    CHECK(gateway.losses.count() == 0);
}

TEST_CASE("limits: a call with its trace is refused before it is over frame_size_max") {
    rig served(with([](auto& limits) { limits.frame_size_max = 4096; }));
    watcher gateway;
    rpc::client<watcher> client(served.runs_on.get_executor(), gateway, served.to_here());
    client.start();
    REQUIRE(client.wait_connected(test::patience));
    const rpc::traceparent longest{std::string(128, 'a')};
    bool is_refused = false;
    for (std::size_t size = 3700; !is_refused; ++size) {
        try {
            client.call<"echo">(longest, std::string(size, 'x'));
        } catch (const rpc::error& refused) {
            is_refused = true;
            CHECK(refused.code() == rpc::errc::frame_too_large);
        }
    }
    CHECK(client.call<"add">(1, 2) == 3);
    CHECK(gateway.losses.count() == 0);
}

TEST_CASE("limits: frame_size_max also meets calls that were made before the server was known") {
    rig served(with([](auto& limits) { limits.frame_size_max = 4096; }));
    rpc::client<remote_desk> client(served.runs_on.get_executor(), served.to_here());
    client.start();
    auto large = client.async_call<"echo">(std::string(5000, 'x'), asio::use_future);
    auto small = client.async_call<"echo">("x", asio::use_future);
    CHECK(error_of([&] { test::get(large); }).code() == rpc::errc::frame_too_large);
    CHECK(test::get(small) == "x");
}

TEST_CASE("limits: an answer over answer_size_max becomes an error of that call") {
    rig served(with([](auto& limits) { limits.answer_size_max = 4096; }));
    rpc::client<remote_desk> client(served.runs_on.get_executor(), served.to_here());
    client.start();
    CHECK(client.call<"letters">(std::size_t{4000}).size() == 4000);
    const rpc::error failed = error_of([&] { client.call<"letters">(std::size_t{4096}); });
    CHECK(failed.code() == rpc::errc::answer_too_large);
    CHECK(failed.peer_code() == -32008);
    CHECK(failed.outcome() == rpc::outcome::failed);
    raw_socket peer = raw_socket::connect(served.address());
    const std::string large = call_of("letters", "[3000]");
    const auto batch = peer.ask("[" + large + "," + large + "]");  // Each fits, both do not.
    CHECK(batch.dump().size() <= 4096);
    CHECK(client.call<"add">(1, 2) == 3);
}

TEST_CASE("limits: batch_max, id_size_max and method_size_max refuse a message, not the peer") {
    rig served(with([](auto& limits) {
        limits.batch_max = 2;
        limits.id_size_max = 16;
        limits.method_size_max = 16;
    }));
    raw_socket peer = raw_socket::connect(served.address());
    CHECK(peer.ask("[" + ping_text + "," + ping_text + "]").size() == 2);
    CHECK(code_in(peer.ask("[" + ping_text + "," + ping_text + "," + ping_text + "]")) == -32600);
    CHECK(peer.ask(call_of("add", "[1,2]", quoted(16))).at("result") == 3);
    const auto refused = peer.ask(call_of("add", "[1,2]", quoted(17)));
    CHECK(code_in(refused) == -32600);
    CHECK(refused.at("id").is_null());
    const auto unknown = peer.ask(call_of(std::string(100'000, 'm'), "[]"));
    CHECK(code_in(unknown) == -32601);
    CHECK(unknown.dump().size() < 1000);  // What a peer sends is not sent back whole.
    CHECK(peer.ask(ping_text).contains("result"));
}

TEST_CASE("limits: calls_in_flight_max refuses a plain peer, and makes a client wait") {
    rig served(with([](auto& limits) { limits.calls_in_flight_max = 2; }));
    raw_socket peer = raw_socket::connect(served.address());
    for (const std::string id : {"1", "2", "3"}) {
        peer.send_frame(call_of("hold", "[1]", id));
    }
    const auto refused = peer.receive_json();
    CHECK(refused.at("id") == 3);
    CHECK(code_in(refused) == -32005);
    served.release();
    CHECK(peer.receive_json().contains("result"));
    CHECK(peer.receive_json().contains("result"));

    rpc::client<remote_desk> client(served.runs_on.get_executor(), served.to_here());
    client.start();
    std::vector<std::future<int>> held;
    for (int number = 0; number < 6; ++number) {
        held.push_back(client.async_call<"hold">(number, asio::use_future));
    }
    for (std::size_t pair = 0; pair < 3; ++pair) {
        REQUIRE(served.engine.held.wait_for_count(2 + 2 * (pair + 1)));
        CHECK(served.engine.held.count() == 2 + 2 * (pair + 1));
        served.release();
        CHECK(test::get(held[2 * pair]) == static_cast<int>(2 * pair));
        CHECK(test::get(held[2 * pair + 1]) == static_cast<int>(2 * pair + 1));
    }
}

TEST_CASE("limits: calls given up by a client free their place once the server has ended them") {
    rig served(with([](auto& limits) { limits.calls_in_flight_max = 2; }));
    rpc::client<remote_desk> client(served.runs_on.get_executor(), served.to_here());
    client.start();
    REQUIRE(client.wait_connected(test::patience));
    for (int round = 0; round < 5; ++round) {
        auto first = client.async_call<"hold">(rpc::timeout{20ms}, 1, asio::use_future);
        auto second = client.async_call<"hold">(rpc::timeout{20ms}, 2, asio::use_future);
        CHECK(error_of([&] { test::get(first); }).code() == rpc::errc::deadline_exceeded);
        CHECK(error_of([&] { test::get(second); }).code() == rpc::errc::deadline_exceeded);
    }
    CHECK(client.call<"add">(1, 2) == 3);
}

TEST_CASE("limits: a connection over connections_max is told so and ended, those before go on") {
    rig served(with([](auto& limits) { limits.connections_max = 3; }));
    watcher gateway;
    rpc::client<watcher> client(served.runs_on.get_executor(), gateway, served.to_here());
    client.start();
    REQUIRE(client.wait_connected(test::patience));
    std::vector<raw_socket> peers;
    for (int number = 0; number < 2; ++number) {
        peers.push_back(raw_socket::connect(served.address()));
        CHECK(peers.back().ask(ping_text).contains("result"));
    }
    for (int number = 0; number < 10; ++number) {
        raw_socket one_more = raw_socket::connect(served.address());
        const auto refusal = one_more.receive_json();
        CHECK(code_in(refusal) == -32005);
        CHECK(refusal.at("id").is_null());
        CHECK(one_more.is_ended());
    }
    CHECK(client.call<"add">(1, 2) == 3);
    peers.pop_back();
    CHECK(test::eventually([&] {
        raw_socket next = raw_socket::connect(served.address());
        next.send_frame(ping_text);
        const auto answer = next.receive_frame();
        return answer && answer->find("result") != std::string::npos;
    }));
    CHECK(gateway.losses.count() == 0);
}

TEST_CASE("limits: a client refused by connections_max comes back when there is room") {
    rig served(with([](auto& limits) { limits.connections_max = 1; }));
    auto first =
        std::make_unique<rpc::client<remote_desk>>(served.runs_on.get_executor(), served.to_here());
    first->start();
    REQUIRE(first->wait_connected(test::patience));
    test::recorder<test::log_line> log;
    rpc::client_options options = served.to_here();
    options.log = test::log_into(log);
    rpc::client<remote_desk> second(served.runs_on.get_executor(), options);
    second.start();
    auto call = second.async_call<"add">(1, 2, asio::use_future);
    CHECK(test::has_logged(log, rpc::log_event::connect_failed, 3));
    first.reset();
    CHECK(test::get(call) == 3);
}

TEST_CASE("limits: subscriptions_max counts keys, and unsubscribing gives room") {
    rig served(with([](auto& limits) { limits.subscriptions_max = 3; }));
    raw_socket peer = raw_socket::connect(served.address());
    const auto subscribe = [&](const std::string& params) {
        return code_in(peer.ask(call_of("rpc.subscribe", params)));
    };
    CHECK(subscribe(R"({"event":"quote","keys":["A","B"]})") == 0);
    CHECK(subscribe(R"({"event":"quote","keys":["A","B"]})") == 0);  // Nothing new.
    CHECK(subscribe(R"({"event":"quote","keys":["C","D"]})") == -32005);
    CHECK(subscribe(R"({"event":"fill"})") == 0);
    CHECK(subscribe(R"({"event":"quote","keys":["C"]})") == -32005);
    CHECK(code_in(peer.ask(call_of("rpc.unsubscribe", R"({"event":"fill"})"))) == 0);
    CHECK(code_in(peer.ask(call_of("rpc.unsubscribe", R"({"event":"fill"})"))) == 0);
    CHECK(subscribe(R"({"event":"quote","keys":["C"]})") == 0);
    CHECK(subscribe(R"({"event":"fill"})") == -32005);
}

TEST_CASE("limits: plain_idle_max ends a plain peer that rests, not one that subscribed") {
    rig served(with([](auto& limits) { limits.plain_idle_max = 200ms; }));
    raw_socket subscriber = raw_socket::connect(served.address());
    CHECK(code_in(subscriber.ask(call_of("rpc.subscribe", R"({"event":"fill"})"))) == 0);
    raw_socket caller = raw_socket::connect(served.address());
    caller.send_frame(call_of("hold", "[1]"));
    raw_socket resting = raw_socket::connect(served.address());
    CHECK(resting.ask(ping_text).contains("result"));
    CHECK(resting.is_ended());
    CHECK(test::eventually([&] { return served.server.connections() == 2; }));
    served.server.publish<"fill">(test::fill{1, 2, {}});
    CHECK(subscriber.receive_json().at("method") == "fill");
    served.release();
    CHECK(caller.receive_json().at("result") == 1);
}

TEST_CASE("limits: a server's heartbeat_timeout ends a client that said hello and fell silent") {
    rpc::server_options options;
    options.heartbeat_timeout = 200ms;
    options.heartbeat = 50ms;
    rig served(options);
    raw_socket peer = raw_socket::connect(served.address());
    const auto hello = peer.ask(call_of("rpc.hello", R"({"protocol":1})"));
    CHECK(hello.at("result").at("heartbeat_ms") == 50);
    watcher gateway;
    rpc::client<watcher> client(served.runs_on.get_executor(), gateway, served.to_here());
    client.start();
    REQUIRE(client.wait_connected(test::patience));
    CHECK(peer.is_ended());
    // The client, told of the server's wish, showed signs of life all the time.
    CHECK(gateway.losses.count() == 0);
    CHECK(test::eventually([&] { return served.server.connections() == 1; }));
}

TEST_CASE("limits: a server's frame over a client's frame_size_max ends that connection") {
    rig served;
    watcher gateway;
    rpc::client_options options = served.to_here();
    options.limits.frame_size_max = 4096;
    rpc::client<watcher> client(served.runs_on.get_executor(), gateway, options);
    client.start();
    CHECK(client.call<"echo">(std::string(4000, 'x')).size() == 4000);
    const rpc::error lost = error_of([&] { client.call<"echo">(std::string(5000, 'x')); });
    CHECK(lost.code() == rpc::errc::connection_lost);
    CHECK(lost.outcome() == rpc::outcome::may_have_run);
    REQUIRE(gateway.losses.wait_for_count(1));
    CHECK(gateway.losses.all().front().code() == rpc::errc::frame_too_large);
    CHECK(client.call<"add">(1, 2) == 3);
}

TEST_CASE("limits: calls_pending_max and queue_hard_max of a client refuse a call as not sent") {
    rig served;
    rpc::client_options options = served.to_here();
    options.limits.calls_pending_max = 3;
    rpc::client<remote_desk> client(served.runs_on.get_executor(), options);
    client.start();
    std::vector<std::future<int>> held;
    for (int number = 0; number < 3; ++number) {
        held.push_back(client.async_call<"hold">(number, asio::use_future));
    }
    const rpc::error refused = error_of([&] { client.call<"add">(1, 2); });
    CHECK(refused.code() == rpc::errc::overloaded);
    CHECK(refused.outcome() == rpc::outcome::not_sent);
    REQUIRE(served.engine.held.wait_for_count(3));
    served.release();
    for (std::future<int>& one : held) {
        test::get(one);
    }
    CHECK(client.call<"add">(1, 2) == 3);

    options.address = test::unused_address();
    options.limits = {};
    options.limits.queue_hard_max = 10'000;
    rpc::client<remote_desk> waiting(served.runs_on.get_executor(), options);
    waiting.start();
    auto first = waiting.async_call<"echo">(std::string(6000, 'x'), asio::use_future);
    auto second = waiting.async_call<"echo">(std::string(6000, 'x'), asio::use_future);
    const rpc::error full = error_of([&] { test::get(second); });
    CHECK(full.code() == rpc::errc::overloaded);
    CHECK(full.outcome() == rpc::outcome::not_sent);
    waiting.stop();
    CHECK(error_of([&] { test::get(first); }).outcome() == rpc::outcome::not_sent);
}

TEST_CASE("limits: bytes of calls that ended while they waited count no longer") {
    rpc::io_thread io;
    rpc::client_options options;
    options.address = test::unused_address();
    options.limits.queue_hard_max = 10'000;
    rpc::client<remote_desk> client(io.get_executor(), options);
    client.start();
    for (int round = 0; round < 5; ++round) {
        const rpc::error late =
            error_of([&] { client.call<"echo">(rpc::timeout{10ms}, std::string(6000, 'x')); });
        CHECK(late.code() == rpc::errc::deadline_exceeded);
        client.notify<"echo">(std::string(10, 'x'));
    }
}

TEST_CASE("limits: a method that holds the engine longer than slow_call is reported by name") {
    rpc::server_options options;
    options.slow_call = 1ms;
    rig served(options);
    served.engine.on_command = [](int argument) {
        const auto until = std::chrono::steady_clock::now() + 5ms;
        while (std::chrono::steady_clock::now() < until) {
        }
        return argument;
    };
    rpc::client<remote_desk> client(served.runs_on.get_executor(), served.to_here());
    client.start();
    CHECK(client.call<"command">(1) == 1);
    CHECK(served.log.wait([](const std::vector<test::log_line>& lines) {
        return std::any_of(lines.begin(), lines.end(), [](const test::log_line& line) {
            return line.event == rpc::log_event::call_slow &&
                   line.text.find("command") != std::string::npos;
        });
    }));
}

TEST_CASE("limits: pings_per_second_max ends a flood of pings, and nobody else hears of it") {
    rig served(with([](auto& limits) { limits.pings_per_second_max = 50; }));
    auto neighbour = raw_socket::connect(served.address());
    auto peer = raw_socket::connect(served.address());
    for (int sent = 0; sent < 50; ++sent) {
        CHECK(peer.ask(ping_text).contains("result"));
    }
    std::string flood;
    for (int sent = 0; sent < 200; ++sent) {
        flood += test::frame(ping_text);
    }
    peer.send(flood);
    CHECK(peer.is_ended());
    CHECK(test::has_logged(served.log, rpc::log_event::disconnected));
    CHECK(served.log.all().back().text == "more than 50 pings within a second");
    CHECK(neighbour.ask(ping_text).contains("result"));
}
