// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: a server that wants to know its clients serves those it knows, by name, and nobody else.
// Method: clients with good, bad and changing tokens, and raw peers that ask before they say hello.

#include "desk.hpp"
#include "raw_peer.hpp"

#include <gatewire/rpc.hpp>

#include <asio/awaitable.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace {

using test::error_of;
using test::log_line;
using test::recorder;
using test::threading;
using namespace std::chrono_literals;

/// An engine that tells callers who they are.
class mirror {
public:
    std::string name(const rpc::caller& who) { return who.identity(); }
    std::string name_elsewhere(const rpc::caller& who) { return who.identity(); }
    asio::awaitable<std::string> name_later(const rpc::caller& who) { co_return who.identity(); }
    std::size_t size(const std::string& text) { return text.size(); }

    using rpc_table =
        rpc::table<rpc::method<"name", &mirror::name>,
                   rpc::method<"name_elsewhere", &mirror::name_elsewhere, rpc::offload>,
                   rpc::method<"name_later", &mirror::name_later>,
                   rpc::method<"size", &mirror::size>, rpc::event<"quote", test::quote>>;
};

using ask = std::function<std::string(const rpc::credentials&)>;

using bound = std::function<void(rpc::server_limits&)>;

/// Knows ada and bob by their tokens.
std::string known(const rpc::credentials& shown) {
    if (rpc::same_secret(shown.token, "ada's secret")) {
        return "ada";
    }
    if (rpc::same_secret(shown.token, "bob's secret")) {
        return "bob";
    }
    throw rpc::error(rpc::errc::unauthenticated, "this token is not known here");
}

struct guarded {
    explicit guarded(
        ask authenticate = known, threading how = threading::one_thread,
        const bound& change = [](rpc::server_limits&) {})
        : runs_on(how),
          server(runs_on.get_executor(), engine, options(std::move(authenticate), change)) {
        server.start();
    }

    rpc::server_options options(ask authenticate, const bound& change) {
        rpc::server_options result;
        change(result.limits);
        result.listen = {"tcp://127.0.0.1:0"};
        result.authenticate = std::move(authenticate);
        result.log = test::log_into(log);
        return result;
    }

    rpc::client_options with(std::string token) {
        rpc::client_options result;
        result.address = server.addresses().front();
        result.token = std::move(token);
        result.backoff_min = 1ms;
        result.backoff_max = 20ms;
        result.log = test::log_into(client_log);
        return result;
    }

    test::raw_socket raw() { return test::raw_socket::connect(server.addresses().front()); }

    mirror engine;
    recorder<log_line> log;
    recorder<log_line> client_log;
    test::loop runs_on;
    rpc::server<mirror> server;
};

bool is_mentioned(const recorder<log_line>& log, std::string_view text) {
    for (const log_line& line : log.all()) {
        if (line.text.find(text) != std::string::npos) {
            return true;
        }
    }
    return false;
}

std::string hello(std::string_view token) {
    return R"({"jsonrpc":"2.0","method":"rpc.hello","params":{"protocol":1,"token":")" +
           std::string(token) + R"("},"id":1})";
}
constexpr std::string_view who_am_i = R"({"jsonrpc":"2.0","method":"name","id":2})";

}  // namespace

TEST_CASE("authentication: methods of every kind see who is calling") {
    for (const threading how : test::all_threadings) {
        CAPTURE(how);
        guarded served(known, how);
        rpc::client<mirror> ada(served.runs_on.get_executor(), served.with("ada's secret"));
        rpc::client<mirror> bob(served.runs_on.get_executor(), served.with("bob's secret"));
        ada.start();
        bob.start();
        CHECK(ada.call<"name">() == "ada");
        CHECK(bob.call<"name">() == "bob");
        CHECK(ada.call<"name_elsewhere">() == "ada");
        CHECK(bob.call<"name_later">() == "bob");
        std::vector<std::string> names;
        for (const rpc::session_stats& one : served.server.sessions()) {
            names.push_back(one.identity);
        }
        std::sort(names.begin(), names.end());
        CHECK(names == std::vector<std::string>{"ada", "bob"});
    }
}

TEST_CASE(
    "authentication: calls of a refused client end, and it goes on trying until it is known") {
    std::atomic<bool> is_known{false};
    std::atomic<int> hellos{0};
    guarded served([&](const rpc::credentials& shown) {
        ++hellos;
        if (!is_known) {
            throw rpc::error(rpc::errc::unauthenticated, "not today");
        }
        return "late " + shown.token;
    });
    rpc::client<mirror> client(served.runs_on.get_executor(), served.with("s3cret"));
    client.start();
    const rpc::error why = error_of([&] { client.call<"name">(); });
    CHECK(why.code() == rpc::errc::unauthenticated);
    CHECK(why.outcome() == rpc::outcome::not_sent);
    CHECK(why.message() == "the server refused the hello: not today");
    CHECK(test::eventually([&] { return hellos >= 3; }));
    CHECK_FALSE(client.wait_connected(0ms));
    CHECK(is_mentioned(served.client_log, "not today"));
    CHECK(served.client_log.count() == 1);
    CHECK(test::has_logged(served.log, rpc::log_event::disconnected, 2));
    is_known = true;
    CHECK(client.wait_connected(test::patience));
    CHECK(client.call<"name">() == "late s3cret");
    CHECK_FALSE(is_mentioned(served.log, "s3cret"));
    CHECK_FALSE(is_mentioned(served.client_log, "s3cret"));
}

TEST_CASE("authentication: a token that is no text is refused at the start, unspoken") {
    guarded served([](const rpc::credentials&) { return std::string("anybody"); });
    rpc::client<mirror> client(served.runs_on.get_executor(), served.with("s3cret\xff"));
    const rpc::error why = error_of([&] { client.start(); });
    CHECK(why.code() == rpc::errc::invalid_value);
    CHECK(std::string(why.what()).find("client_options::token") != std::string::npos);
    CHECK(std::string(why.what()).find("s3cret") == std::string::npos);
}

TEST_CASE("authentication: whatever is thrown refuses, and no token is repeated") {
    for (const int kind : {1, 2, 3}) {
        CAPTURE(kind);
        guarded served([kind](const rpc::credentials& shown) -> std::string {
            switch (kind) {
                case 1: throw std::runtime_error("the list of users is gone");
                case 2: throw 42;
                default: throw rpc::error(rpc::errc::forbidden, "bad token " + shown.token);
            }
        });
        auto peer = served.raw();
        const auto answer = peer.ask(hello("s3cret"));
        CHECK(answer["error"]["code"] == -32001);
        CHECK(answer["error"]["message"] ==
              (kind == 1 ? "the list of users is gone" : "the client is not known here"));
        CHECK(peer.is_ended());
        peer.close();
        CHECK(test::has_logged(served.log, rpc::log_event::disconnected));
        CHECK_FALSE(is_mentioned(served.log, "s3cret"));
    }
}

TEST_CASE("authentication: a peer that asks before its hello is told to say it") {
    guarded served;
    auto peer = served.raw();
    CHECK(peer.ask(who_am_i)["error"]["code"] == -32001);
    CHECK(peer.ask(R"({"jsonrpc":"2.0","method":"rpc.ping","id":3})")["result"].is_object());
    CHECK(peer.ask(hello("ada's secret")).contains("result"));
    CHECK(peer.ask(who_am_i)["result"] == "ada");
    CHECK(peer.ask(hello("bob's secret"))["error"]["code"] == -32600);
    CHECK(peer.ask(who_am_i)["result"] == "ada");
}

TEST_CASE("authentication: what was sent behind a hello is judged after it") {
    guarded served;
    auto known_peer = served.raw();
    known_peer.send(test::frame(hello("bob's secret")) + test::frame(who_am_i));
    CHECK(known_peer.receive_json()["id"] == 1);
    CHECK(known_peer.receive_json()["result"] == "bob");

    auto stranger = served.raw();
    stranger.send(test::frame(hello("a guess")) + test::frame(who_am_i));
    const auto answer = stranger.receive_json();
    CHECK(answer["error"]["code"] == -32001);
    CHECK(answer["error"]["message"] == "this token is not known here");
    CHECK_FALSE(stranger.receive_frame().has_value());
}

TEST_CASE("authentication: a stranger's frame may have so many bytes and not one more") {
    guarded served(known, threading::one_thread,
                   [](rpc::server_limits& limits) { limits.unauthenticated_frame_size_max = 300; });
    const auto padded = [](std::size_t size) {
        std::string text = hello("ada's secret");
        return text + std::string(size - text.size(), ' ');
    };
    CHECK(served.raw().ask(padded(300)).contains("result"));
    auto stranger = served.raw();
    stranger.send_frame(padded(301));
    CHECK(stranger.is_ended());
    CHECK(test::eventually([&] { return is_mentioned(served.log, "over the limit"); }));
    auto client = served.raw();
    CHECK(client.ask(hello("ada's secret")).contains("result"));
    CHECK(client.ask(R"({"jsonrpc":"2.0","method":"size","params":[")" + std::string(500, 'x') +
                     R"("],"id":2})")["result"] == 500);
}

TEST_CASE("authentication: strangers may send little, clients as much as ever") {
    guarded served;
    CHECK(rpc::server_limits().unauthenticated_frame_size_max == 16'384);
    const std::string text(20'000, 'x');
    auto stranger = served.raw();
    stranger.send(test::frame(hello(text)));
    CHECK(stranger.is_ended());
    rpc::client<mirror> client(served.runs_on.get_executor(), served.with("ada's secret"));
    client.start();
    CHECK(client.call<"size">(text) == text.size());
}

TEST_CASE("authentication: a stranger who talks on without a hello is sent away") {
    guarded served(known, threading::one_thread,
                   [](rpc::server_limits& limits) { limits.unauthenticated_frames_max = 3; });
    auto patient = served.raw();
    auto stranger = served.raw();
    for (auto* peer : {&patient, &stranger}) {
        for (int frame = 0; frame < 2; ++frame) {
            CHECK(peer->ask(who_am_i)["error"]["code"] == -32001);
        }
    }
    CHECK(patient.ask(hello("ada's secret")).contains("result"));
    CHECK(patient.ask(who_am_i)["result"] == "ada");
    CHECK(stranger.ask(who_am_i)["error"]["code"] == -32001);
    stranger.send_frame(who_am_i);
    CHECK(stranger.is_ended());
    CHECK(test::eventually([&] { return is_mentioned(served.log, "no hello was accepted in 3"); }));
    CHECK(patient.ask(who_am_i)["result"] == "ada");
}

TEST_CASE("authentication: no log line or answer repeats a token, however odd the hello") {
    guarded served;
    const auto with = [](const std::string& members) {
        return R"({"jsonrpc":"2.0",)" + members + "}";
    };
    const std::string method = R"("method":"rpc.hello",)";
    std::vector<std::string> hellos{R"(s3cret)", R"("s3cret")"};
    for (const char* params :
         {R"({"protocol":1,"token":"s3cret"})", R"({"protocol":9,"token":"s3cret"})",
          R"({"protocol":1,"token":["s3cret"]})", R"({"protocol":1,"token":{"s3cret":1}})",
          R"({"token":"s3cret"})", R"({"protocol":"s3cret"})", R"(["s3cret"])", R"("s3cret")",
          R"({"protocol":1,"token":"s3cret})", R"({"protocol":1,"token":s3cret})",
          R"({"token":"s3cret","token":"s3cret"})"}) {
        hellos.push_back(with(method + R"("params":)" + params + R"(,"id":1)"));
        hellos.push_back(with(method + R"("params":)" + params));
        hellos.push_back("[" + hellos.back() + "]");
        hellos.push_back(with(R"("method":"rpc.helo","params":)" + std::string(params)));
        hellos.push_back(with(method + R"("id":{},"params":)" + params));
    }
    hellos.push_back(with(method + R"("token":"s3cret","id":1)"));
    hellos.push_back(R"({"jsonrpc":"s3cret","method":"rpc.hello","id":1})");
    for (const std::string& text : hellos) {
        CAPTURE(text);
        auto peer = served.raw();
        peer.send_frame(text);
        peer.send_frame("no request");  // so that there is always an answer, or an end
        while (const auto answer = peer.receive_frame()) {
            CHECK(answer->find("s3cret") == std::string::npos);
            if (answer->find("-32700") != std::string::npos) {
                break;
            }
        }
    }
    CHECK(test::has_logged(served.log, rpc::log_event::disconnected, hellos.size()));
    CHECK_FALSE(is_mentioned(served.log, "s3cret"));
}

TEST_CASE("authentication: a client does not log its token, whatever the server writes") {
    test::raw_listener listener;
    test::loop runs_on(threading::one_thread);
    recorder<log_line> log;
    rpc::client_options options;
    options.address = listener.address();
    options.token = "s3cret";
    options.log = test::log_into(log);
    rpc::client<mirror> client(runs_on.get_executor(), options);
    client.start();
    auto peer = listener.accept();
    CHECK(peer.receive_frame().has_value());
    peer.send_frame(R"({"jsonrpc":"2.0","id":"hello","error":{"code":-32001,)"
                    R"("message":"no such token: s3cret\nforged line"}})");
    CHECK(test::has_logged(log, rpc::log_event::connect_failed));
    CHECK(is_mentioned(log, "the server refused the hello: unknown token"));
    CHECK_FALSE(is_mentioned(log, "s3cret"));
    CHECK_FALSE(is_mentioned(log, "\n"));
}

TEST_CASE("authentication: who is asked may use the server, for no lock is held") {
    rpc::server<mirror>* asked = nullptr;
    recorder<std::string> peers;
    guarded served([&](const rpc::credentials& shown) {
        peers.add(shown.peer);
        asked->publish<"quote">(test::quote{"a", 1});
        return std::to_string(asked->sessions().size());
    });
    asked = &served.server;
    rpc::client<mirror> client(served.runs_on.get_executor(), served.with("any"));
    client.start();
    CHECK(client.call<"name">() == "1");
    CHECK(peers.all() == std::vector<std::string>{served.server.sessions().at(0).peer});
}

TEST_CASE("authentication: a server that asks may listen beyond loopback") {
    mirror engine;
    rpc::io_thread io;
    rpc::server_options options;
    options.listen = {"tcp://*:0"};
    rpc::server<mirror> open(io.get_executor(), engine, options);
    const rpc::error why = error_of([&] { open.start(); });
    CHECK(why.code() == rpc::errc::invalid_address);
    for (const std::string_view way : {"authenticate", "anonymous_beyond_loopback"}) {
        CHECK(why.message().find(way) != std::string::npos);
    }
    options.authenticate = known;
    rpc::server<mirror> asking(io.get_executor(), engine, options);
    asking.start();
    CHECK(asking.is_running());
}

TEST_CASE("authentication: a server is not destroyed while somebody is being asked") {
    test::loop runs_on(threading::four_threads);
    mirror engine;
    std::promise<void> entered;
    std::promise<void> go;
    std::atomic<bool> has_left{false};
    rpc::server_options options;
    options.listen = {"tcp://127.0.0.1:0"};
    options.authenticate = [&](const rpc::credentials&) -> std::string {
        entered.set_value();
        test::get(go.get_future());
        has_left = true;
        return "late";
    };
    auto server = std::make_unique<rpc::server<mirror>>(runs_on.get_executor(), engine, options);
    server->start();
    auto peer = test::raw_socket::connect(server->addresses().front());
    peer.send_frame(hello("any"));
    test::get(entered.get_future());
    std::thread destroyer([&] {
        server.reset();
        CHECK(has_left);
    });
    go.set_value();
    destroyer.join();
    CHECK(peer.is_ended());
}
