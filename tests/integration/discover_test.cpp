// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: a server tells what it serves and what it did, to whoever may call it, and whatever its
// engine does. Method: raw peers that ask, while calls are held, refused, lost and sent again.

#include "desk.hpp"
#include "raw_peer.hpp"

#include <gatewire/rpc.hpp>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <future>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace {

using test::threading;
using namespace std::chrono_literals;

struct served_desk {
    explicit served_desk(threading how = threading::one_thread, rpc::server_options options = {})
        : runs_on(how), server(runs_on.get_executor(), engine, local(std::move(options))) {
        server.start();
    }
    static rpc::server_options local(rpc::server_options options) {
        options.listen = {"tcp://127.0.0.1:0"};
        options.title = "a desk";
        options.version = "7.1";
        return options;
    }
    test::raw_socket raw() const { return test::raw_socket::connect(server.addresses().front()); }

    test::desk engine;
    test::loop runs_on;
    rpc::server<test::desk> server;
};

std::string request(std::string_view method, std::string_view params, int id = 1) {
    return R"({"jsonrpc":"2.0","method":")" + std::string(method) + R"(","params":)" +
           std::string(params) + R"(,"id":)" + std::to_string(id) + "}";
}
std::string discover(int id = 1) {
    return request("rpc.discover", "[]", id);
}
std::string stats(int id = 1) {
    return request("rpc.stats", "[]", id);
}

rpc::server_options asking_for(const std::string& secret) {
    rpc::server_options options;
    options.authenticate = [secret](const rpc::credentials& shown) -> rpc::identity {
        if (shown.token == secret) {
            return {"ada"};
        }
        throw rpc::error(rpc::errc::unauthenticated, "unknown");
    };
    return options;
}

const std::string hello_of_ada = request("rpc.hello", R"({"protocol":1,"token":"ada's"})");

}  // namespace

TEST_CASE("discover: the answer is the document of the engine, with the options' title") {
    for (const threading how : test::all_threadings) {
        CAPTURE(how);
        served_desk served(how);
        auto peer = served.raw();
        const nlohmann::json answer = peer.ask(discover());
        CHECK(answer["id"] == 1);
        CHECK(answer["result"] == rpc::openrpc<test::desk>("a desk", "7.1"));
        CHECK(peer.ask(R"({"jsonrpc":"2.0","method":"rpc.discover","id":2})")["result"] ==
              answer["result"]);
    }
}

TEST_CASE("discover: a text that is no UTF-8 does not spoil the document") {
    served_desk served;
    rpc::server_options options;
    options.listen = {"tcp://127.0.0.1:0"};
    options.title = "caf\xE9";
    test::desk engine;
    rpc::server<test::desk> server(served.runs_on.get_executor(), engine, options);
    server.start();
    auto peer = test::raw_socket::connect(server.addresses().front());
    CHECK(peer.ask(discover())["result"]["info"]["title"] == "caf\xEF\xBF\xBD");
}

TEST_CASE("discover: it is answered, and statistics are, while the engine is busy") {
    for (const threading how : {threading::four_threads, threading::pool}) {
        CAPTURE(how);
        served_desk served(how);
        std::promise<void> go_on;
        std::promise<void> is_busy;
        served.engine.on_command = [&](int argument) {
            is_busy.set_value();
            go_on.get_future().wait();
            return argument;
        };
        auto busy = served.raw();
        busy.send_frame(request("command", "[5]"));
        is_busy.get_future().wait();
        auto peer = served.raw();
        CHECK(peer.ask(discover()).contains("result"));
        CHECK(peer.ask(stats())["result"]["calls"]["in_flight"] == 1);
        go_on.set_value();
        CHECK(busy.receive_json()["result"] == 5);
    }
}

TEST_CASE("discover: many are answered one after the other, in order with the calls") {
    served_desk served;
    auto peer = served.raw();
    std::string bytes;
    for (int id = 1; id <= 20; ++id) {
        bytes += test::frame(id % 2 == 0 ? stats(id) : discover(id));
    }
    bytes += test::frame(request("add", "[1,2]", 21));
    peer.send(bytes);
    std::vector<int> ids;
    for (int count = 0; count != 21; ++count) {
        const nlohmann::json answer = peer.receive_json();
        CHECK(answer.contains("result"));
        ids.push_back(answer["id"].get<int>());
    }
    CHECK(std::is_sorted(ids.begin(), ids.end()));
}

TEST_CASE("discover: a batch asks once, and its calls are answered with it") {
    served_desk served;
    auto peer = served.raw();
    const nlohmann::json answers = peer.ask("[" + discover(1) + "," + request("add", "[1,2]", 2) +
                                            "," + stats(3) + "," + discover(4) + "]");
    REQUIRE(answers.size() == 4);
    for (const nlohmann::json& one : answers) {
        CAPTURE(one.dump());
        if (one["id"] == 4) {
            CHECK(one["error"]["code"] == -32005);
        } else {
            CHECK(one.contains("result"));
        }
    }
    CHECK(peer.ask(discover(5)).contains("result"));
}

TEST_CASE("discover: an answer over the limit is refused, and a peer that reads none is left") {
    rpc::server_options options;
    options.limits.answer_size_max = 2'000;
    served_desk served(threading::one_thread, options);
    auto peer = served.raw();
    CHECK(peer.ask(discover())["error"]["code"] == -32008);
    CHECK(peer.ask(stats()).contains("result"));

    rpc::server_options narrow;
    narrow.limits.inquiries_per_second_max = 1'000'000;
    narrow.limits.queue_soft_max = 50'000;
    narrow.limits.queue_hard_max = 100'000;
    served_desk other(threading::one_thread, narrow);
    auto deaf = test::raw_socket::connect(other.server.addresses().front(), 4'096);
    std::string bytes;
    for (int id = 1; id <= 200; ++id) {
        bytes += test::frame(discover(id));
    }
    for (int round = 0; round != 20; ++round) {
        deaf.stuff(bytes);
    }
    CHECK(test::eventually([&] { return other.server.connections() == 0; }));
}

TEST_CASE("discover: strangers learn nothing, and who said hello learns everything") {
    served_desk served(threading::one_thread, asking_for("ada's"));
    auto peer = served.raw();
    CHECK(peer.ask(discover())["error"]["code"] == -32001);
    CHECK(peer.ask(stats())["error"]["code"] == -32001);
    CHECK(peer.ask(hello_of_ada).contains("result"));
    const nlohmann::json document = peer.ask(discover())["result"];
    CHECK(document["methods"].size() == 7);
    CHECK(document["components"]["errors"].contains("Unauthenticated"));
    CHECK(peer.ask(stats())["result"]["connections"][0]["identity"] == "ada");
}

TEST_CASE("stats: every call is counted for what became of it") {
    served_desk served;
    served.engine.on_command = [](int) -> int { throw rpc::error(-32050, "no"); };
    auto peer = served.raw();
    CHECK(peer.ask(request("add", "[1,2]")).contains("result"));
    CHECK(peer.ask(request("command", "[1]"))["error"]["code"] == -32050);
    CHECK(peer.ask(request("add", "[true]"))["error"]["code"] == -32602);
    CHECK(peer.ask(request("nobody", "[]"))["error"]["code"] == -32601);
    peer.send_frame(R"({"jsonrpc":"2.0","method":"nobody"})");
    peer.send_frame(R"({"jsonrpc":"2.0","method":"command","params":[1]})");
    peer.send_frame(request("hold", "[1]", 9));
    CHECK(served.engine.held.wait_for_count(1));
    const nlohmann::json told = peer.ask(stats())["result"];
    CHECK(told["calls"] == nlohmann::json::parse(R"({"read":7,"started":5,"answered":3,"failed":2,
                                                     "refused":2,"in_flight":1})"));
    const nlohmann::json& one = told["connections"][0];
    CHECK(one["calls"] == 7);
    CHECK(one["errors"] == 3);
    CHECK(one["refused"] == 2);
    CHECK(one["in_flight"] == 1);
    CHECK(one["peer"].get<std::string>().starts_with("tcp://127.0.0.1:"));
    CHECK(one["lag_us"] == 0);
}

TEST_CASE("stats: what connections did counts when they are over, calls that ran on as well") {
    served_desk served;
    for (int round = 0; round != 3; ++round) {
        auto peer = served.raw();
        CHECK(peer.ask(request("add", "[1,2]")).contains("result"));
        peer.send_frame(request("hold", "[" + std::to_string(round) + "]"));
        CHECK(served.engine.held.wait_for_count(static_cast<std::size_t>(round) + 1));
        peer.reset();
    }
    CHECK(test::eventually([&] { return served.server.connections() == 0; }));
    CHECK(served.engine.given_up.wait_for_count(3));
    CHECK(test::eventually([&] { return served.server.stats().in_flight == 0; }));
    auto peer = served.raw();  // A new one sorts the old ones out.
    CHECK(peer.ask(request("add", "[1,2]")).contains("result"));
    const rpc::server_stats counted = served.server.stats();
    CHECK(counted.calls == 7);
    CHECK(counted.started == 7);
    CHECK(counted.answered == 7);
    CHECK(counted.failed == 3);
    CHECK(counted.refused == 0);
    CHECK(counted.in_flight == 0);
    CHECK(counted.connected == 1);
    CHECK(counted.sessions.size() == 1);
    CHECK(counted.bytes_received > 7 * 40);
}

TEST_CASE("stats: sessions that wait for their client, events and their deliveries") {
    served_desk served;
    auto peer = served.raw();
    CHECK(peer.ask(request("rpc.hello", R"({"protocol":1})")).contains("result"));
    CHECK(peer.ask(request("rpc.subscribe", R"({"event":"fill"})")).contains("result"));
    auto other = served.raw();
    CHECK(other.ask(stats())["result"]["sessions"] ==
          nlohmann::json::parse(R"({"connected":2,"kept":0,"resumed":0,"resumes_refused":0})"));
    served.server.publish<"fill">(test::fill{});
    served.server.publish<"quote">(test::quote{});
    peer.reset();
    CHECK(test::eventually([&] { return served.server.stats().kept == 1; }));
    const nlohmann::json told = other.ask(stats())["result"];
    CHECK(told["sessions"] ==
          nlohmann::json::parse(R"({"connected":1,"kept":1,"resumed":0,"resumes_refused":0})"));
    CHECK(told["events"] == nlohmann::json::parse(R"({"published":2,"queued":1,"conflated":0})"));
    CHECK(told["epoch"] == served.server.stats().epoch);
    CHECK(told["epoch"].get<std::string>().size() == 32);
    CHECK(told["uptime_ms"].get<std::int64_t>() >= 0);
}

TEST_CASE("stats: a server that never started has nothing to tell, and a method may ask") {
    test::loop runs_on(threading::one_thread);
    test::desk engine;
    rpc::server<test::desk> server(runs_on.get_executor(), engine, served_desk::local({}));
    CHECK(server.stats().uptime == 0ms);
    CHECK(server.stats().calls == 0);
    engine.on_command = [&](int) { return static_cast<int>(server.stats().in_flight); };
    server.start();
    auto peer = test::raw_socket::connect(server.addresses().front());
    CHECK(peer.ask(request("command", "[1]"))["result"] == 1);
}

TEST_CASE("stats: everybody may ask at the same time while events are published") {
    served_desk served(threading::four_threads);
    std::atomic<bool> is_over{false};
    std::thread publisher([&] {
        while (!is_over) {
            served.server.publish<"fill">(test::fill{});
        }
    });
    std::vector<std::thread> peers;
    std::atomic<int> answered{0};
    for (int number = 0; number != 4; ++number) {
        peers.emplace_back([&] {
            auto peer = served.raw();
            for (int round = 0; round != 50; ++round) {
                answered += peer.ask(stats()).contains("result") ? 1 : 0;
                answered += peer.ask(discover()).contains("result") ? 1 : 0;
            }
        });
    }
    for (std::thread& one : peers) {
        one.join();
    }
    is_over = true;
    publisher.join();
    CHECK(answered == 400);
}
