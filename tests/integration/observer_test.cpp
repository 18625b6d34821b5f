// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: an observer sees each call of a server and of a client from its beginning to its end, with
// its trace, and each event; and a method sees the trace of its caller.
// Method: both sides write down what they are told, over TCP.

#include "raw_peer.hpp"
#include "waiting.hpp"

#include <gatewire/rpc.hpp>

#include <asio/use_future.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace {

const std::string trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

struct note {
    std::string text;
};

struct engine {
    int add(int a, int b) { return a + b; }
    int fail(int code) { throw rpc::error{code, "as asked"}; }
    std::string trace_of(const rpc::caller& who) {
        callers.push_back(who);
        return std::string(who.traceparent());
    }
    asio::awaitable<int> later(int value) { co_return value; }
    int once(int value) { return value; }

    using rpc_table =
        rpc::table<rpc::method<"add", &engine::add>, rpc::method<"fail", &engine::fail>,
                   rpc::method<"trace_of", &engine::trace_of>, rpc::method<"later", &engine::later>,
                   rpc::method<"once", &engine::once, rpc::once>, rpc::event<"note", note>>;

    std::vector<rpc::caller> callers{};
};

/// Writes down what it sees, one line each.
class notebook final : public rpc::observer {
public:
    void on_call_started(const rpc::observed_call& call) noexcept override {
        add("started " + std::string(call.method) + " " + std::string(call.traceparent));
    }
    void on_call_ended(const rpc::observed_call& call,
                       const rpc::observed_answer& answer) noexcept override {
        const bool is_in_order = call.received <= call.started && call.started <= answer.ended;
        add("ended " + std::string(call.method) + " " + std::to_string(answer.code) +
            (answer.size != 0 ? " sized" : "") + (call.request_size != 0 ? " asked" : "") +
            (is_in_order ? "" : " in the wrong order"));
    }
    void on_event(const rpc::observed_event& event) noexcept override {
        add("event " + std::string(event.event) + " to " + std::to_string(event.subscribers));
    }
    void on_reply(const rpc::observed_reply& reply) noexcept override {
        add("reply " + std::string(reply.method) + " " + std::string(reply.traceparent) +
            (reply.code ? " " + reply.code.message() : "") +
            (reply.begun <= reply.ended ? "" : " in the wrong order"));
    }

    std::vector<std::string> lines() const {
        const std::lock_guard lock(mutex_);
        return lines_;
    }
    bool has(const std::string& line) const {
        return test::eventually([&] {
            const std::vector<std::string> all = lines();
            return std::find(all.begin(), all.end(), line) != all.end();
        });
    }

private:
    void add(std::string line) {
        const std::lock_guard lock(mutex_);
        lines_.push_back(std::move(line));
    }

    mutable std::mutex mutex_;
    std::vector<std::string> lines_;
};

struct observed_pair {
    observed_pair() {
        rpc::server_options options;
        options.listen = {"tcp://127.0.0.1:0"};
        options.observer = at_server;
        server.emplace(io.get_executor(), served, options);
        server->start();
        rpc::client_options to_here;
        to_here.address = server->addresses().front();
        to_here.observer = at_client;
        client.emplace(io.get_executor(), to_here);
        client->start();
    }

    engine served;
    rpc::io_thread io;
    std::shared_ptr<notebook> at_server = std::make_shared<notebook>();
    std::shared_ptr<notebook> at_client = std::make_shared<notebook>();
    std::optional<rpc::server<engine>> server;
    std::optional<rpc::client<engine>> client;
};

}  // namespace

TEST_CASE("observer: calls are seen at both sides, with results and errors") {
    observed_pair both;
    CHECK(both.client->call<"add">(1, 2) == 3);
    CHECK(both.client->call<"later">(4) == 4);
    CHECK_THROWS_AS(both.client->call<"fail">(-32050), rpc::error);
    CHECK(test::get(both.client->async_call<"add">(2, 2, asio::use_future)) == 4);
    CHECK(both.at_server->lines() ==
          std::vector<std::string>{"started add ", "ended add 0 sized asked", "started later ",
                                   "ended later 0 sized asked", "started fail ",
                                   "ended fail -32050 sized asked", "started add ",
                                   "ended add 0 sized asked"});
    const std::vector<std::string> replies = both.at_client->lines();
    REQUIRE(replies.size() == 4);
    CHECK(replies[0] == "reply add ");
    CHECK(replies[2].starts_with("reply fail "));
    CHECK(replies[2].size() > std::string("reply fail ").size());
}

TEST_CASE("observer: calls in a batch, with keys, and notifications") {
    observed_pair both;
    auto peer = test::raw_socket::connect(both.server->addresses().front());
    CHECK(peer.ask(R"([{"jsonrpc":"2.0","method":"add","params":[1,2],"id":1},)"
                   R"({"jsonrpc":"2.0","method":"add","params":[3,4]}])")
              .size() == 1);
    CHECK(both.at_server->has("ended add 0 sized asked"));
    CHECK(both.at_server->has("ended add 0 asked"));
    const rpc::key name{"k1"};
    CHECK(both.client->call<"once">(name, 5) == 5);
    CHECK(both.client->call<"once">(name, rpc::traceparent{trace}, 5) == 5);
    CHECK(both.at_server->has("ended once 0 sized asked"));
    CHECK(both.at_server->has("ended once 0 sized"));  // Answered from the book, not called.
    CHECK(both.at_client->has("reply once " + trace));
}

TEST_CASE("observer: events are seen with how many they go to") {
    observed_pair both;
    both.server->publish<"note">(note{"to nobody"});
    auto peer = test::raw_socket::connect(both.server->addresses().front());
    peer.ask(R"({"jsonrpc":"2.0","method":"rpc.subscribe","params":{"event":"note"},"id":1})");
    both.server->publish<"note">(note{"to one"});
    CHECK(both.at_server->has("event note to 0"));
    CHECK(both.at_server->has("event note to 1"));
}

TEST_CASE("traceparent: it travels with the call, and only a good one is sent or taken") {
    observed_pair both;
    CHECK(both.client->call<"trace_of">() == "");
    CHECK(both.client->call<"trace_of">(rpc::traceparent{trace}) == trace);
    CHECK(both.client->call<"trace_of">() == "");
    CHECK(both.client->call<"trace_of">(rpc::timeout{std::chrono::minutes(1)},
                                        rpc::traceparent{trace}) == trace);
    REQUIRE(both.served.callers.size() == 4);
    CHECK(both.served.callers[1].traceparent() == trace);  // Though that call is over.
    CHECK(both.served.callers[2].traceparent().empty());
    CHECK(both.at_server->has("started trace_of " + trace));
    CHECK(both.at_client->has("reply trace_of " + trace));
    for (const std::string& bad : {std::string("00-1"), std::string(200, 'a'),
                                   std::string(54, 'a') + "\"", std::string(55, 'X')}) {
        try {
            both.client->call<"trace_of">(rpc::traceparent{bad});
            FAIL("it was sent");
        } catch (const rpc::error& refused) {
            CHECK(refused.code() == rpc::errc::invalid_value);
            CHECK(refused.outcome() == rpc::outcome::not_sent);
        }
    }
    auto peer = test::raw_socket::connect(both.server->addresses().front());
    CHECK(peer.ask(R"({"jsonrpc":"2.0","method":"trace_of","id":1,"rpc":{"traceparent":"no"}})")
              ["result"] == "");
}
