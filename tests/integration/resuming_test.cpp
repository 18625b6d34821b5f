// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: a peer that is not this library, and knows the wire only, goes on with its session: its
// calls run once, its events come once.
// Method: exact bytes on real sockets.

#include "raw_peer.hpp"
#include "waiting.hpp"

#include <gatewire/rpc.hpp>

#include <asio/thread_pool.hpp>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>

namespace {

using namespace std::chrono_literals;
using nlohmann::json;

struct till {
    int pay(int amount) {
        total += amount;
        return total;
    }
    int pay_once(int amount) { return pay(amount); }
    /// Begins, and ends when it is let.
    int wait_and_pay(int amount) {
        std::unique_lock lock(mutex);
        ++begun;
        changed.notify_all();
        changed.wait_for(lock, test::patience, [this] { return is_free; });
        return amount;
    }

    void free() {
        const std::lock_guard lock(mutex);
        is_free = true;
        changed.notify_all();
    }
    bool wait_begun() {
        std::unique_lock lock(mutex);
        return changed.wait_for(lock, test::patience, [this] { return begun > 0; });
    }

    using rpc_table = rpc::table<
        rpc::method<"pay", &till::pay>, rpc::method<"pay_once", &till::pay_once, rpc::once>,
        rpc::method<"wait_and_pay", &till::wait_and_pay, rpc::offload>, rpc::event<"paid", int>>;

    std::atomic<int> total{0};
    std::mutex mutex;
    std::condition_variable changed;
    int begun = 0;
    bool is_free = false;
};

json request(const std::string& method, json params, json id) {
    return {{"jsonrpc", "2.0"}, {"method", method}, {"params", params}, {"id", id}};
}

struct shop {
    shop() : server(io.get_executor(), engine, options()) { server.start(); }
    ~shop() { engine.free(); }

    rpc::server_options options() {
        rpc::server_options result;
        result.listen = {"tcp://127.0.0.1:0"};
        result.worker = worker.get_executor();
        return result;
    }

    asio::thread_pool worker{1};
    rpc::io_thread io;
    till engine;
    rpc::server<till> server;
};

class peer {
public:
    explicit peer(const shop& at)
        : socket_(test::raw_socket::connect(at.server.addresses().front())) {}

    void send(const json& message) { socket_.send_frame(message.dump()); }
    json receive() { return json::parse(socket_.receive_frame().value()); }
    json ask(const json& message) {
        send(message);
        return receive();
    }
    /// Whether the connection ends, whatever comes before.
    bool is_ended() {
        while (socket_.receive_frame()) {
        }
        return true;
    }

    /// Opens a session, or goes on with that of `before`.
    json hello(const json& before = nullptr, json last_event = nullptr) {
        json params{{"protocol", 1}};
        if (!before.is_null()) {
            params["session"] = before["session"];
            params["epoch"] = before["epoch"];
        }
        if (!last_event.is_null()) {
            params["last_event"] = last_event;
        }
        return ask(request("rpc.hello", params, "hello"))["result"];
    }

private:
    test::raw_socket socket_;
};

}  // namespace

TEST_CASE("resuming: a call sent again after a lost connection is answered and does not run") {
    shop open;
    json session;
    {
        peer one(open);
        session = one.hello();
        CHECK(session["resumed"] == false);
        CHECK(session["grace_ms"] == 30'000);
        CHECK(one.ask(request("pay", {5}, 7))["result"] == 5);
    }
    peer two(open);
    const json again = two.hello(session);
    CHECK(again["resumed"] == true);
    CHECK(again["session"] == session["session"]);
    CHECK(two.ask(request("pay", {5}, 7))["result"] == 5);
    CHECK(two.ask(request("pay", {5}, 8))["result"] == 10);
    CHECK(two.ask(request("pay", {5}, 7))["result"] == 15);  // a new call of the same id
    CHECK(open.engine.total == 15);
}

TEST_CASE("resuming: a call that still runs is joined") {
    shop open;
    json session;
    {
        peer one(open);
        session = one.hello();
        one.send(request("wait_and_pay", {5}, "a"));
        REQUIRE(open.engine.wait_begun());
    }
    peer two(open);
    CHECK(two.hello(session)["resumed"] == true);
    two.send(request("wait_and_pay", {5}, "a"));
    CHECK(two.ask(request("pay", {1}, 1))["result"] == 1);
    open.engine.free();
    const json answer = two.receive();
    CHECK(answer["id"] == "a");
    CHECK(answer["result"] == 5);
    CHECK(open.engine.begun == 1);
}

TEST_CASE("resuming: a connection that still stands is ended for the new one") {
    shop open;
    peer one(open);
    const json session = one.hello();
    peer two(open);
    CHECK(two.hello(session)["resumed"] == true);
    CHECK(one.is_ended());
    CHECK(two.ask(request("pay", {1}, 1))["result"] == 1);
}

TEST_CASE("resuming: what is unknown, or of another epoch, or ended by rpc.bye, is a new session") {
    shop open;
    peer one(open);
    const json session = one.hello();
    json wrong = session;
    wrong["session"] = "nobody";
    CHECK(peer(open).hello(wrong)["resumed"] == false);
    wrong = session;
    wrong["epoch"] = "long ago";
    CHECK(peer(open).hello(wrong)["resumed"] == false);
    one.send({{"jsonrpc", "2.0"}, {"method", "rpc.bye"}, {"params", {{"reason", "done"}}}});
    CHECK(one.ask(request("rpc.ping", json::object(), 1))["result"] == json::object());
    CHECK(peer(open).hello(session)["resumed"] == false);
}

TEST_CASE("resuming: events since the last one that arrived follow the hello, in order") {
    shop open;
    json session;
    {
        peer one(open);
        session = one.hello();
        const json position = one.ask(request("rpc.subscribe", {{"event", "paid"}}, 1))["result"];
        CHECK(position["position"] == 0);
        open.server.publish<"paid">(1);
        CHECK(one.receive()["params"] == json{{"seq", 1}, {"data", 1}});
    }
    for (int amount = 2; amount <= 4; ++amount) {
        open.server.publish<"paid">(amount);
    }
    peer two(open);
    CHECK(two.hello(session, 1)["resumed"] == true);
    for (int amount = 2; amount <= 4; ++amount) {
        CHECK(two.receive()["params"] == json{{"seq", amount}, {"data", amount}});
    }
    open.server.publish<"paid">(5);
    CHECK(two.receive()["params"]["seq"] == 5);
}

TEST_CASE("resuming: acknowledged answers are gone, and a call of their id is a new one") {
    shop open;
    json session;
    {
        peer one(open);
        session = one.hello();
        one.ask(request("pay", {5}, 7));
        one.send({{"jsonrpc", "2.0"}, {"method", "rpc.ack"}, {"params", {{"answers", 2}}}});
        one.ask(request("rpc.ping", json::object(), 1));
    }
    peer two(open);
    two.hello(session);
    CHECK(two.ask(request("pay", {5}, 7))["result"] == 10);
}

TEST_CASE("resuming: keys on the wire: run once, conflict, unknown epoch, no key wanted") {
    shop open;
    peer one(open);
    const json session = one.hello();
    const auto pay = [&](int amount, const json& options, const std::string& method = "pay_once") {
        json message = request(method, {amount}, 1);
        message["rpc"] = options;
        return one.ask(message);
    };
    CHECK(pay(5, {{"key", "a"}})["result"] == 5);
    CHECK(pay(5, {{"key", "a"}, {"timeout_ms", 1000}})["result"] == 5);
    CHECK(pay(5, {{"key", "a"}, {"epoch", session["epoch"]}})["result"] == 5);
    CHECK(pay(6, {{"key", "a"}})["error"]["code"] == -32007);
    CHECK(pay(5, {{"key", "b"}, {"epoch", "long ago"}})["error"]["code"] == -32009);
    CHECK(pay(5, {{"key", "b"}}, "pay")["error"]["code"] == -32602);
    CHECK(pay(5, {{"key", ""}})["error"]["code"] == -32600);
    CHECK(open.engine.total == 5);
}

TEST_CASE("resuming: a batch sent again is answered from what was kept") {
    shop open;
    json session;
    const json batch{request("pay", {1}, 1), request("pay", {2}, 2)};
    {
        peer one(open);
        session = one.hello();
        CHECK(one.ask(batch).size() == 2);
    }
    peer two(open);
    two.hello(session);
    CHECK(two.ask(batch).size() == 2);
    CHECK(open.engine.total == 3);
}
