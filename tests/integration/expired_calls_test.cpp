// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: a server starts no call whose time is over, though nobody cancelled it. Method: a raw peer
// that gives its calls no time, or less than the engine is busy, and then waits for the answers.

#include "desk.hpp"
#include "raw_peer.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <string>
#include <thread>

namespace {

std::string call(const std::string& method, int id, const std::string& options = "") {
    const std::string params = method == "command" ? "[1]" : "[1,2]";
    return R"({"jsonrpc":"2.0","method":")" + method + R"(","params":)" + params + R"(,"id":)" +
           std::to_string(id) + options + "}";
}

/// Methods that run elsewhere.
struct workshop {
    int add(int a, int b) {
        ++additions;
        return a + b;
    }
    asio::awaitable<int> add_later(int a, int b) { co_return add(a, b); }

    using rpc_table = rpc::table<rpc::method<"add", &workshop::add, rpc::offload>,
                                 rpc::method<"add_later", &workshop::add_later, rpc::offload>>;

    std::atomic<int> additions{0};
};

}  // namespace

TEST_CASE("a call that comes without any time left is not started") {
    test::rig server;
    auto peer = test::raw_socket::connect(server.address());
    CHECK(peer.ask(call("add", 1, R"(,"rpc":{"timeout_ms":0})"))["error"]["code"] == -32003);
    CHECK(server.engine.additions == 0);
    CHECK(peer.ask(call("add", 2, R"(,"rpc":{"timeout_ms":60000})"))["result"] == 3);
}

TEST_CASE("a call whose time passes while the engine is busy is not started") {
    test::rig server;
    server.engine.on_command = [](int argument) {
        const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(5);
        while (std::chrono::steady_clock::now() < until) {
            std::this_thread::yield();
        }
        return argument;
    };
    auto peer = test::raw_socket::connect(server.address());
    peer.send(test::frame(call("command", 1)) +
              test::frame(call("add", 2, R"(,"rpc":{"timeout_ms":1})")) +
              test::frame(call("add", 3)));
    CHECK(peer.receive_json()["result"] == 1);
    CHECK(peer.receive_json()["error"]["code"] == -32003);
    CHECK(peer.receive_json()["result"] == 3);
    CHECK(server.engine.additions == 1);
}

TEST_CASE("a method that waits is told by its deadline, or by its caller, and not the same") {
    test::rig server;
    auto peer = test::raw_socket::connect(server.address());
    const auto held =
        peer.ask(R"({"jsonrpc":"2.0","method":"hold","params":[1],"id":1,"rpc":{"timeout_ms":5}})");
    CHECK(held["error"]["code"] == -32004);
    CHECK(held["error"]["data"] == "deadline");
    peer.send(test::frame(R"({"jsonrpc":"2.0","method":"hold","params":[2],"id":2})"));
    REQUIRE(server.engine.held.wait_for_count(2));
    peer.send(test::frame(R"({"jsonrpc":"2.0","method":"rpc.cancel","params":{"id":2}})"));
    const auto cancelled = peer.receive_json();
    CHECK(cancelled["error"]["code"] == -32004);
    CHECK_FALSE(cancelled["error"].contains("data"));
}

TEST_CASE("a method that runs elsewhere is not begun after its deadline") {
    workshop engine;
    asio::io_context elsewhere;
    rpc::io_thread loop;
    rpc::server<workshop> server(
        loop.get_executor(), engine,
        {.listen = {"tcp://127.0.0.1:0"}, .worker = elsewhere.get_executor()});
    server.start();
    auto peer = test::raw_socket::connect(server.addresses().front());
    peer.send(test::frame(call("add", 1, R"(,"rpc":{"timeout_ms":1})")) +
              test::frame(call("add_later", 2, R"(,"rpc":{"timeout_ms":1})")) +
              test::frame(call("add", 3)));
    peer.ask(R"({"jsonrpc":"2.0","method":"rpc.ping","id":0})");
    const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(5);
    while (std::chrono::steady_clock::now() < until) {
        std::this_thread::yield();
    }
    elsewhere.run();
    for (int answers = 0; answers != 3; ++answers) {
        const auto answer = peer.receive_json();
        CAPTURE(answer.dump());
        if (answer["id"] == 3) {
            CHECK(answer["result"] == 3);
        } else {
            CHECK(answer["error"]["code"] == -32003);
        }
    }
    CHECK(engine.additions == 1);
    server.stop();
}
