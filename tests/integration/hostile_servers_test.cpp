// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: whatever a server sends, or does not send, a client reports it, drops that connection where
// it must, comes back, and ends each call exactly once.
// Method: raw servers that answer with exact bytes; after each attack a proper answer must work.

#include "desk.hpp"
#include "raw_peer.hpp"

#include <gatewire/rpc.hpp>

#include <asio/use_future.hpp>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <atomic>
#include <functional>
#include <future>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace {

using test::error_of;
using test::frame;
using test::raw_socket;
using test::watcher;
using namespace std::chrono_literals;
using json = nlohmann::json;

json result(const json& request, const json& value) {
    return {{"jsonrpc", "2.0"}, {"id", request.at("id")}, {"result", value}};
}

json event(int seq, const json& data) {
    return {{"jsonrpc", "2.0"}, {"method", "fill"}, {"params", {{"seq", seq}, {"data", data}}}};
}

const json one_fill{{"source", 1}, {"number", 1}, {"text", ""}};

std::string welcome(const json& hello) {
    return result(hello, {{"protocol", 1},
                          {"session", "s"},
                          {"epoch", "e"},
                          {"resumed", false},
                          {"event_position", 0},
                          {"limits",
                           {{"frame_size_max", 1 << 20},
                            {"calls_in_flight_max", 256},
                            {"batch_max", 100},
                            {"subscriptions_max", 1024}}},
                          {"heartbeat_ms", 5000}})
        .dump();
}

/// A client and the raw server that it comes to.
struct visited {
    explicit visited(rpc::client_limits limits = {})
        : client(io.get_executor(), gateway, options_for(limits)) {
        client.start();
    }

    rpc::client_options options_for(rpc::client_limits limits) {
        rpc::client_options options;
        options.address = listener.address();
        options.backoff_min = 1ms;
        options.backoff_max = 5ms;
        options.heartbeat = 100ms;
        options.heartbeat_timeout = 500ms;
        limits.frame_deadline = 200ms;
        limits.connect_deadline = 500ms;
        options.limits = limits;
        options.log = test::log_into(log);
        return options;
    }

    /// The next connection, as a proper server treats it.
    raw_socket accept_properly() {
        raw_socket peer = listener.accept();
        peer.send_frame(welcome(peer.receive_json()));
        json answers = json::array();
        for (const json& wish : peer.receive_json()) {
            answers.push_back(result(wish, {{"position", 0}}));
        }
        peer.send_frame(answers.dump());
        return peer;
    }

    /// The next request that is a call, with pings answered on the way.
    static json next_call(raw_socket& peer) {
        for (;;) {
            const json request = peer.receive_json();
            if (request.is_object() && request.at("method") == "rpc.ping") {
                peer.send_frame(result(request, json::object()).dump());
            } else {
                return request;
            }
        }
    }

    static void answer_call(raw_socket& peer) {
        const json call = next_call(peer);
        const auto& sent = call.at("params");
        peer.send_frame(result(call, sent[0].get<int>() + sent[1].get<int>()).dump());
    }

    test::raw_listener listener;
    watcher gateway;
    test::recorder<test::log_line> log;
    rpc::io_thread io;
    rpc::client<watcher> client;
};

/// Something that a server does on one connection.
struct attack {
    std::string name;
    std::function<void(raw_socket&)> run;
};

attack sending(std::string name, std::string bytes) {
    return {std::move(name), [bytes = std::move(bytes)](raw_socket& peer) { peer.send(bytes); }};
}

std::string junk() {
    std::mt19937 random(42);
    std::string bytes(4096, '\0');
    for (char& byte : bytes) {
        byte = static_cast<char>(random() & 0xff);
    }
    return bytes;
}

/// What ends a connection at any moment.
std::vector<attack> deadly() {
    std::vector<attack> all{
        sending("junk", junk()),
        sending("another protocol", "HTTP/1.1 400 Bad Request\r\n\r\n"),
        sending("an endless length", "\xff\xff\xff\xff"),
        sending("a length over the limit", std::string("\x01\x00\x00\x01", 4)),
        sending("half a header", std::string("\0\0", 2)),
        sending("half a frame", std::string("\0\0\1\0{", 5)),
        sending("no JSON", frame("{")),
        sending("an empty frame", frame("")),
        sending("no JSON in a batch", frame("[{]")),
        sending("no JSON-RPC", frame(R"({"hello":"world"})")),
        sending("result and error",
                frame(R"({"jsonrpc":"2.0","id":0,"result":3,"error":{"code":1,"message":""}})")),
        sending("deep nesting", frame(std::string(100'000, '['))),
        sending("an error about the connection",
                frame(R"({"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"no"}})"))};
    all.push_back({"silence", [](raw_socket&) {}});
    all.push_back({"an end", [](raw_socket& peer) { peer.finish_sending(); }});
    all.push_back({"a reset", [](raw_socket& peer) { peer.reset(); }});
    return all;
}

}  // namespace

TEST_CASE("client: a server that breaks the greeting is left, and calls wait for a better one") {
    std::vector<attack> attacks = deadly();
    attacks.push_back({"a refusal", [](raw_socket& peer) {
                           json answer = result(peer.receive_json(), nullptr);
                           answer.erase("result");
                           answer["error"] = {{"code", -32601}, {"message", "no such method"}};
                           peer.send_frame(answer.dump());
                       }});
    attacks.push_back({"a wrong welcome", [](raw_socket& peer) {
                           peer.send_frame(result(peer.receive_json(), {{"protocol", "x"}}).dump());
                       }});
    for (const attack& one : attacks) {
        CAPTURE(one.name);
        visited by;
        auto call = by.client.async_call<"add">(1, 2, asio::use_future);
        raw_socket bad = by.listener.accept();
        one.run(bad);
        raw_socket good = by.accept_properly();
        visited::answer_call(good);
        CHECK(test::get(call) == 3);
        CHECK(test::has_logged(by.log, rpc::log_event::connect_failed));
        CHECK(by.gateway.losses.count() == 0);  // Never connected, so never disconnected.
    }
}

TEST_CASE("client: a server that speaks another protocol is left with its name") {
    for (const auto& [words, name] :
         {std::pair{"HTTP/1.1 400 Bad Request\r\n\r\n", "the server speaks HTTP, not gatewire's"},
          std::pair{"\x15\x03\x03", "the server speaks TLS; its address begins with tls://"}}) {
        CAPTURE(name);
        visited by;
        raw_socket bad = by.listener.accept();
        bad.send(std::string(words) + std::string(3, '\0'));
        CHECK(by.log.wait([&](const std::vector<test::log_line>& lines) {
            return std::any_of(lines.begin(), lines.end(), [&](const test::log_line& line) {
                return line.event == rpc::log_event::connect_failed &&
                       line.text.find(name) != std::string::npos;
            });
        }));
    }
}

TEST_CASE("client: a server that breaks the rules later is left, and its calls may have run") {
    for (const attack& one : deadly()) {
        CAPTURE(one.name);
        visited by;
        raw_socket bad = by.accept_properly();
        auto call = by.client.async_call<"add">(1, 2, asio::use_future);
        visited::next_call(bad);
        one.run(bad);
        const rpc::error ended = error_of([&] { test::get(call); });
        CHECK(ended.code() == rpc::errc::connection_lost);
        CHECK(ended.outcome() == rpc::outcome::may_have_run);
        CHECK(by.gateway.losses.wait_for_count(1));

        raw_socket good = by.accept_properly();
        auto next = by.client.async_call<"add">(3, 4, asio::use_future);
        visited::answer_call(good);
        CHECK(test::get(next) == 7);
        CHECK(by.gateway.sessions.wait_for_count(2));
        CHECK(by.gateway.losses.count() == 1);
    }
}

TEST_CASE("client: messages that mean nothing to it are passed over") {
    const std::vector<std::string> messages{
        R"({"jsonrpc":"2.0","id":4503599627370496,"result":1})",
        R"({"jsonrpc":"2.0","id":"what","result":1})",
        R"({"jsonrpc":"2.0","method":"add","params":[1,2],"id":1})",
        R"({"jsonrpc":"2.0","method":"rpc.hello","params":{},"id":1})",
        R"({"jsonrpc":"2.0","method":"none","params":{"seq":1,"data":1}})",
        R"({"jsonrpc":"2.0","method":"none"})",
        R"([{"jsonrpc":"2.0","method":"none"},{"jsonrpc":"2.0","id":99,"result":null}])"};
    visited by;
    raw_socket peer = by.accept_properly();
    for (const std::string& message : messages) {
        CAPTURE(message);
        auto call = by.client.async_call<"add">(1, 2, asio::use_future);
        peer.send_frame(message);
        visited::answer_call(peer);
        CHECK(test::get(call) == 3);
    }
    CHECK(by.gateway.losses.count() == 0);
}

TEST_CASE("client: a second answer to a call is ignored, also when its place is used again") {
    visited by;
    raw_socket peer = by.accept_properly();
    std::optional<json> first;
    for (int round = 0; round < 20; ++round) {
        auto call = by.client.async_call<"add">(round, 1, asio::use_future);
        const json request = visited::next_call(peer);
        if (first) {
            peer.send_frame(result(*first, -1).dump());
        }
        first = request;
        peer.send_frame(result(request, round + 1).dump());
        peer.send_frame(result(request, -2).dump());
        CHECK(test::get(call) == round + 1);
    }
    CHECK(by.gateway.losses.count() == 0);
}

TEST_CASE("client: the answer to a call that was given up is ignored") {
    visited by;
    raw_socket peer = by.accept_properly();
    const rpc::error late = error_of([&] { by.client.call<"add">(rpc::timeout{20ms}, 1, 2); });
    CHECK(late.code() == rpc::errc::deadline_exceeded);
    const json request = visited::next_call(peer);
    const json cancel = visited::next_call(peer);
    CHECK(cancel.at("method") == "rpc.cancel");
    CHECK(cancel.at("params").at("id") == request.at("id"));
    CHECK_FALSE(cancel.contains("id"));
    auto next = by.client.async_call<"add">(3, 4, asio::use_future);
    peer.send_frame(result(request, 3).dump());
    visited::answer_call(peer);
    CHECK(test::get(next) == 7);
}

TEST_CASE("client: an answer of the wrong type fails that call only") {
    visited by;
    raw_socket peer = by.accept_properly();
    for (const json& wrong : {json("3"), json(3.5), json(nullptr), json(1e30), json{{"a", 1}}}) {
        CAPTURE(wrong.dump());
        auto call = by.client.async_call<"add">(1, 2, asio::use_future);
        peer.send_frame(result(visited::next_call(peer), wrong).dump());
        const rpc::error failed = error_of([&] { test::get(call); });
        CHECK(failed.code() == rpc::errc::invalid_answer);
        CHECK(failed.outcome() == rpc::outcome::failed);
    }
    for (const std::string wrong : {R"("text")", R"({"code":"x","message":"y"})", "{}"}) {
        CAPTURE(wrong);
        auto call = by.client.async_call<"add">(1, 2, asio::use_future);
        json answer = result(visited::next_call(peer), nullptr);
        answer.erase("result");
        answer["error"] = json::parse(wrong);
        peer.send_frame(answer.dump());
        const rpc::error failed = error_of([&] { test::get(call); });
        CHECK((failed.code() == rpc::errc::invalid_answer ||
               failed.code() == rpc::errc::connection_lost));
        if (failed.code() == rpc::errc::connection_lost) {
            peer = by.accept_properly();
        }
    }
    auto call = by.client.async_call<"add">(1, 2, asio::use_future);
    visited::answer_call(peer);
    CHECK(test::get(call) == 3);
}

TEST_CASE("client: an event with data of the wrong type is reported, the next one is handled") {
    visited by;
    raw_socket peer = by.accept_properly();
    for (const json& wrong : {json("fill"), json(1), json{{"source", -1}}, json::array()}) {
        peer.send_frame(event(1, wrong).dump());
    }
    peer.send_frame(event(2, one_fill).dump());
    CHECK(by.gateway.fills.wait_for_count(1));
    CHECK(test::has_logged(by.log, rpc::log_event::frame_refused, 4));
    CHECK(by.gateway.losses.count() == 0);
}

TEST_CASE("client: an event that nobody asked for, before the greeting is over, harms nothing") {
    visited by;
    raw_socket peer = by.listener.accept();
    const json hello = peer.receive_json();
    peer.send_frame(event(1, one_fill).dump());
    peer.send_frame(welcome(hello));
    json answers = json::array();
    for (const json& wish : peer.receive_json()) {
        answers.push_back(result(wish, {{"position", 1}}));
    }
    peer.send_frame(answers.dump());
    auto call = by.client.async_call<"add">(1, 2, asio::use_future);
    visited::answer_call(peer);
    CHECK(test::get(call) == 3);
}

TEST_CASE("client: what a server refuses for the moment is asked again until it is done") {
    visited by;
    raw_socket peer = by.listener.accept();
    peer.send_frame(welcome(peer.receive_json()));
    const auto refusal = [](const json& wish) {
        return json{{"jsonrpc", "2.0"},
                    {"id", wish.at("id")},
                    {"error", {{"code", -32005}, {"message", "not now"}}}};
    };
    json answers = json::array();
    for (const json& wish : peer.receive_json()) {
        answers.push_back(wish.at("params").at("event") == "quote"
                              ? refusal(wish)
                              : result(wish, {{"position", 0}}));
    }
    peer.send_frame(answers.dump());
    for (int times = 0; times < 3; ++times) {
        const json again = visited::next_call(peer);
        REQUIRE(again.size() == 1);
        CHECK(again[0].at("method") == "rpc.subscribe");
        CHECK(again[0].at("params").at("event") == "quote");
        CHECK_FALSE(by.client.is_connected());
        peer.send_frame(
            (times < 2 ? refusal(again[0]) : result(again[0], {{"position", 0}})).dump());
    }
    REQUIRE(by.client.wait_connected(test::patience));
    by.client.unsubscribe<"fill">();
    for (int times = 0; times < 3; ++times) {
        const json again = visited::next_call(peer);
        CHECK(again.at("method") == "rpc.unsubscribe");
        CHECK(again.at("params").at("event") == "fill");
        peer.send_frame((times < 2 ? refusal(again) : result(again, {{"position", 0}})).dump());
    }
    auto call = by.client.async_call<"add">(1, 2, asio::use_future);
    visited::answer_call(peer);
    CHECK(test::get(call) == 3);
    CHECK(by.gateway.losses.count() == 0);
    for (const test::log_line& line : by.log.all()) {
        CHECK(line.event != rpc::log_event::subscription_refused);
    }
}

TEST_CASE("client: a server that never reads is left when a write is stuck for too long") {
    rpc::client_limits limits;
    limits.write_deadline = 200ms;
    visited by(limits);
    raw_socket bad = by.accept_properly();
    // It shows that it lives, so that its silence is not what ends the connection.
    std::atomic<bool> is_over{false};
    std::thread alive([&] {
        while (!is_over && bad.send_frame(event(1, one_fill).dump())) {
            std::this_thread::yield();
        }
    });
    std::vector<std::future<std::string>> calls;
    for (int number = 0; number < 20; ++number) {
        calls.push_back(by.client.async_call<"echo">(std::string(900'000, 'x'), asio::use_future));
    }
    for (auto& call : calls) {
        const rpc::error ended = error_of([&] { test::get(call); });
        CHECK((ended.code() == rpc::errc::connection_lost ||
               ended.outcome() == rpc::outcome::not_sent));
    }
    is_over = true;
    alive.join();
    REQUIRE(by.gateway.losses.wait_for_count(1));
    CHECK(by.gateway.losses.all().front().code() == rpc::errc::peer_stuck);
}
