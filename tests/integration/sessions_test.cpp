// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: a server tells what its connections do, and its engine hears of the end of each, once and
// last. Method: raw peers whose bytes are counted, clients that stop, servers that stop.

#include "desk.hpp"
#include "raw_peer.hpp"

#include <gatewire/rpc.hpp>

#include <asio/awaitable.hpp>
#include <asio/steady_timer.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using test::recorder;
using test::threading;
using namespace std::chrono_literals;
using texts = std::vector<std::string>;

/// An engine that hears of its sessions, and remembers what happened in which order.
class floor_desk {
public:
    std::uint64_t session(const rpc::caller& who) { return who.session(); }
    int fail() { throw rpc::error(-32050, "no such symbol"); }
    void note(int number) { story.add("note " + std::to_string(number)); }
    asio::awaitable<void> note_later(int number) {
        story.add("note " + std::to_string(number));
        co_return;
    }
    void on_session_end(const rpc::session_end& what) {
        story.add("end");
        ends.add(what);
        if (throws) {
            throw std::runtime_error("cannot cancel the orders");
        }
    }

    using rpc_table =
        rpc::table<rpc::method<"session", &floor_desk::session>,
                   rpc::method<"fail", &floor_desk::fail>, rpc::method<"note", &floor_desk::note>,
                   rpc::method<"note_later", &floor_desk::note_later>,
                   rpc::event<"quote", test::quote, rpc::keyed_by<&test::quote::symbol>>,
                   rpc::event<"fill", test::fill>>;

    recorder<std::string> story;
    recorder<rpc::session_end> ends;
    std::atomic<bool> throws{false};
};

struct trading_floor {
    explicit trading_floor(threading how = threading::one_thread, rpc::server_options options = {})
        : runs_on(how),
          server(std::make_unique<rpc::server<floor_desk>>(runs_on.get_executor(), engine,
                                                           completed(std::move(options)))) {
        server->start();
    }

    rpc::server_options completed(rpc::server_options options) {
        options.listen = {"tcp://127.0.0.1:0"};
        options.log = test::log_into(log);
        return options;
    }

    rpc::client_options to_here() const {
        rpc::client_options options;
        options.address = server->addresses().front();
        return options;
    }

    test::raw_socket raw() const { return test::raw_socket::connect(server->addresses().front()); }

    floor_desk engine;
    recorder<test::log_line> log;
    test::loop runs_on;
    std::unique_ptr<rpc::server<floor_desk>> server;
};

std::string request_of(std::string_view method, std::string_view params = "[]",
                       std::string_view id = R"(,"id":1)") {
    return R"({"jsonrpc":"2.0","method":")" + std::string(method) + R"(","params":)" +
           std::string(params) + std::string(id) + "}";
}

/// A raw peer that counts its bytes.
struct counting_peer {
    explicit counting_peer(test::raw_socket connected) : socket(std::move(connected)) {}

    void send(const std::string& body) {
        sent += body.size() + 4;
        socket.send_frame(body);
    }
    nlohmann::json receive() {
        const auto body = socket.receive_frame();
        if (!body) {
            throw std::runtime_error("the connection ended");
        }
        received += body->size() + 4;
        return nlohmann::json::parse(*body);
    }
    nlohmann::json ask(const std::string& body) {
        send(body);
        return receive();
    }

    test::raw_socket socket;
    std::uint64_t sent = 0;
    std::uint64_t received = 0;
};

}  // namespace

TEST_CASE("sessions: numbers begin at one and are never given twice") {
    for (const threading how : test::all_threadings) {
        CAPTURE(how);
        trading_floor served(how);
        CHECK(served.server->sessions().empty());
        for (std::uint64_t number = 1; number <= 3; ++number) {
            rpc::client<floor_desk> client(served.runs_on.get_executor(), served.to_here());
            client.start();
            CHECK(client.call<"session">() == number);
        }
        CHECK(served.engine.ends.wait_for_count(3));
        served.server->stop();
        served.server->start();
        auto fourth = served.raw();
        CHECK(fourth.ask(request_of("session"))["result"] == 4);
        auto fifth = served.raw();
        CHECK(fifth.ask(request_of("session"))["result"] == 5);
        const auto sessions = served.server->sessions();
        REQUIRE(sessions.size() == 2);
        CHECK(sessions[0].session == 4);
        CHECK(sessions[1].session == 5);
        CHECK(sessions[0].connected_at <= sessions[1].connected_at);
        CHECK(sessions[0].peer.starts_with("tcp://127.0.0.1:"));
        CHECK(sessions[0].peer != sessions[1].peer);
        CHECK(sessions[0].identity.empty());
    }
}

TEST_CASE("sessions: calls, errors, events, subscriptions and bytes are counted") {
    trading_floor served;
    counting_peer peer(served.raw());
    CHECK(peer.ask(request_of("session"))["result"] == 1);
    CHECK(peer.ask(request_of("fail"))["error"]["code"] == -32050);
    CHECK(peer.ask(request_of("note", "[true]"))["error"]["code"] == -32602);
    CHECK(peer.ask(request_of("nobody"))["error"]["code"] == -32601);
    peer.send(request_of("note", "[1]", ""));
    peer.send(request_of("fail", "[]", ""));  // Nobody is told, so it does not count as an error.
    CHECK(peer.ask("[" + request_of("session") + "," + request_of("fail") + "]").size() == 2);
    CHECK(peer.ask(request_of("rpc.ping", "{}")).contains("result"));
    CHECK(peer.ask(request_of("rpc.subscribe", R"({"event":"quote","keys":["b","a"]})"))
              .contains("result"));
    CHECK(peer.ask(request_of("rpc.subscribe", R"({"event":"fill"})")).contains("result"));
    served.server->publish<"quote">(test::quote{"a", 1});
    served.server->publish<"quote">(test::quote{"c", 1});
    served.server->publish<"fill">(test::fill{});
    CHECK(peer.receive()["method"] == "quote");
    CHECK(peer.receive()["method"] == "fill");
    CHECK(test::eventually(
        [&] { return served.server->sessions().at(0).bytes_sent == peer.received; }));
    const rpc::session_stats stats = served.server->sessions().at(0);
    CHECK(stats.calls == 8);
    CHECK(stats.errors == 4);
    CHECK(stats.events == 2);
    CHECK(stats.bytes_received == peer.sent);
    CHECK(stats.queued_bytes == 0);
    CHECK(stats.subscriptions == texts{"quote: a", "quote: b", "fill"});
    CHECK(stats.answer_time_max >= stats.answer_time_mean);
    CHECK(stats.connected_at <= std::chrono::steady_clock::now());
}

TEST_CASE("sessions: the answer time is what a caller waits for, whatever the kind of the method") {
    trading_floor served;
    counting_peer peer(served.raw());
    const auto begun = std::chrono::steady_clock::now();
    for (int round = 0; round < 10; ++round) {
        CHECK(peer.ask(request_of("note_later", "[1]")).contains("result"));
    }
    const auto taken = std::chrono::steady_clock::now() - begun;
    const rpc::session_stats stats = served.server->sessions().at(0);
    CHECK(stats.calls == 10);
    CHECK(stats.answer_time_max > 0us);
    CHECK(stats.answer_time_mean * 10 <= taken);
}

TEST_CASE("sessions: a long list of subscriptions is cut") {
    trading_floor served;
    counting_peer peer(served.raw());
    std::string keys;
    for (int key = 0; key < 100; ++key) {
        keys += (keys.empty() ? "\"" : ",\"") + std::to_string(key) + "\"";
    }
    CHECK(peer.ask(request_of("rpc.subscribe", R"({"event":"quote","keys":[)" + keys + "]}"))
              .contains("result"));
    CHECK(served.server->sessions().at(0).subscriptions.size() == 64);
}

TEST_CASE("sessions: the engine hears of the end of a client that stops, once, with the reason") {
    for (const threading how : test::all_threadings) {
        CAPTURE(how);
        rpc::server_options options;
        options.authenticate = [](const rpc::credentials&) { return std::string("ada"); };
        trading_floor served(how, options);
        {
            rpc::client<floor_desk> client(served.runs_on.get_executor(), served.to_here());
            client.start();
            CHECK(client.call<"session">() == 1);
        }
        REQUIRE(served.engine.ends.wait_for_count(1));
        const rpc::session_end end = served.engine.ends.all()[0];
        CHECK(end.session == 1);
        CHECK(end.identity == "ada");
        CHECK(end.peer.starts_with("tcp://127.0.0.1:"));
        CHECK(end.reason.code() == rpc::errc::connection_lost);
        served.server.reset();
        CHECK(served.engine.ends.count() == 1);
    }
}

TEST_CASE("sessions: the engine hears of the ends that a stop brings, before the drain is over") {
    for (const threading how : test::all_threadings) {
        CAPTURE(how);
        trading_floor served(how);
        rpc::client<floor_desk> client(served.runs_on.get_executor(), served.to_here());
        client.start();
        CHECK(client.call<"session">() == 1);
        auto plain = served.raw();
        CHECK(plain.ask(request_of("session"))["result"] == 2);
        std::promise<std::size_t> drained;
        served.server->when_drained([&] { drained.set_value(served.engine.ends.count()); });
        served.server->stop();
        plain.is_ended();
        plain.close();
        CHECK(test::get(drained.get_future()) == 2);
        for (const rpc::session_end& end : served.engine.ends.all()) {
            CHECK(end.reason.code() == rpc::errc::shutting_down);
            CHECK(end.reason.message() == "the server is shutting down");
        }
    }
}

TEST_CASE("sessions: the end comes after every call that arrived before it") {
    constexpr int count = 50;
    for (const threading how : test::all_threadings) {
        CAPTURE(how);
        trading_floor served(how);
        auto peer = served.raw();
        texts expected;
        for (int number = 0; number < count; ++number) {
            peer.send_frame(request_of(number % 2 == 0 ? "note" : "note_later",
                                       "[" + std::to_string(number) + "]", ""));
            expected.push_back("note " + std::to_string(number));
        }
        peer.close();
        expected.emplace_back("end");
        REQUIRE(served.engine.ends.wait_for_count(1));
        CHECK(served.engine.story.all() == expected);
    }
}

TEST_CASE("sessions: connections that were never served end as well") {
    rpc::server_options options;
    options.limits.connections_max = 1;
    options.authenticate = [](const rpc::credentials&) -> std::string {
        throw rpc::error(rpc::errc::unauthenticated, "no");
    };
    trading_floor served(threading::one_thread, options);
    auto first = served.raw();
    CHECK(first.ask(request_of("session"))["error"]["code"] == -32001);
    auto crowded = served.raw();
    CHECK(crowded.is_ended());
    crowded.close();
    REQUIRE(served.engine.ends.wait_for_count(1));
    CHECK(served.engine.ends.all()[0].reason.code() == rpc::errc::overloaded);
    CHECK(first.ask(request_of("rpc.hello", R"({"protocol":1})"))["error"]["code"] == -32001);
    CHECK(first.is_ended());
    first.close();
    REQUIRE(served.engine.ends.wait_for_count(2));
    CHECK(served.engine.ends.all()[1].reason.code() == rpc::errc::unauthenticated);
    CHECK(served.engine.ends.all()[1].session == 1);
}

TEST_CASE("sessions: what leaves the hook is logged, and the server goes on") {
    trading_floor served;
    served.engine.throws = true;
    {
        auto peer = served.raw();
        CHECK(peer.ask(request_of("session"))["result"] == 1);
    }
    CHECK(test::has_logged(served.log, rpc::log_event::handler_threw));
    auto peer = served.raw();
    CHECK(peer.ask(request_of("session"))["result"] == 2);
}

TEST_CASE("sessions: destroying the server ends its connections without a word to the engine") {
    for (const threading how : test::all_threadings) {
        CAPTURE(how);
        trading_floor served(how);
        auto peer = served.raw();
        CHECK(peer.ask(request_of("session"))["result"] == 1);
        served.server.reset();
        CHECK(peer.is_ended());
        CHECK(served.engine.ends.count() == 0);
    }
}
