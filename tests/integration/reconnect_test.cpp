// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: a client survives its server: it comes back, subscribes again, and loses no call silently.
// Method: servers are stopped, replaced, frozen and killed while clients have calls under way.

#include "desk.hpp"
#include "raw_peer.hpp"
#include "victim.hpp"

#include <gatewire/rpc.hpp>

#include <asio/use_future.hpp>

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <exception>
#include <memory>
#include <string>
#include <vector>

namespace {

using test::desk;
using test::error_of;
using test::remote_desk;
using test::threading;
using test::watcher;
using namespace std::chrono_literals;

rpc::client_options eager(const std::string& address) {
    rpc::client_options options;
    options.address = address;
    options.backoff_min = 1ms;
    options.backoff_max = 20ms;
    return options;
}

/// A server at a fixed address that can be taken away and replaced.
class replaceable {
public:
    replaceable(const asio::any_io_executor& executor, std::string address)
        : executor_(executor), address_(std::move(address)) {
        begin();
    }

    void begin() {
        rpc::server_options options;
        options.listen = {address_};
        server_ = std::make_unique<rpc::server<desk>>(executor_, engine, options);
        server_->start();
        address_ = server_->addresses().front();
    }
    void end() { server_.reset(); }

    const std::string& address() const { return address_; }
    rpc::server<desk>& server() { return *server_; }

    desk engine;

private:
    asio::any_io_executor executor_;
    std::string address_;
    std::unique_ptr<rpc::server<desk>> server_;
};

/// Keeps a window of calls under way: each one that ends submits the next, until told to rest.
class load {
public:
    load(const asio::any_io_executor& executor, const std::string& address)
        : client_(executor, eager(address)) {
        client_.start();
        for (int free = 50; free > 0; --free) {
            submit();
        }
    }

    void rest() { resting_ = true; }
    bool all_ended() const {
        return test::eventually([this] { return submitted_ == ended_ && resting_; });
    }

    rpc::client<remote_desk>& client() { return client_; }
    int submitted() const { return submitted_; }
    int completions() const { return completions_; }
    int good() const { return good_; }
    int twice() const { return twice_; }
    int wrong() const { return wrong_; }

private:
    struct one_call {
        std::atomic<int> ends{0};
        int number = 0;
    };

    void submit() {
        const auto call = std::make_shared<one_call>();
        call->number = submitted_++;
        client_.async_call<"add">(call->number, 1,
                                  [this, call](const std::exception_ptr& why, int sum) {
                                      count(*call, why, sum);
                                      if (!resting_) {
                                          submit();
                                      }
                                      ++ended_;
                                  });
    }

    void count(one_call& call, const std::exception_ptr& why, int sum) {
        ++completions_;
        twice_ += ++call.ends != 1;
        if (const auto failure = test::error_in(why)) {
            // Whatever failed must not claim that the server refused it.
            wrong_ += failure->outcome() == rpc::outcome::failed;
        } else {
            wrong_ += sum != call.number + 1;
            ++good_;
        }
    }

    std::atomic<int> submitted_{0};
    std::atomic<int> ended_{0};
    std::atomic<int> completions_{0};
    std::atomic<int> good_{0};
    std::atomic<int> twice_{0};
    std::atomic<int> wrong_{0};
    std::atomic<bool> resting_{false};
    rpc::client<remote_desk> client_;
};

bool has_grown(const load& one, int good) {
    return test::eventually([&] { return one.good() > good; });
}

}  // namespace

TEST_CASE("client: a server made anew at the same address is found, subscribed to and told of") {
    test::temporary_folder folder;
    for (const std::string& address : {test::unused_address(), folder.address("desk.sock")}) {
        for (const threading how : test::all_threadings) {
            CAPTURE(address);
            CAPTURE(how);
            test::loop runs_on(how);
            replaceable served(runs_on.get_executor(), address);
            watcher gateway;
            rpc::client<watcher> client(runs_on.get_executor(), gateway, eager(served.address()));
            client.subscribe<"quote">("A");
            client.start();
            for (std::size_t round = 1; round <= 3; ++round) {
                REQUIRE(gateway.sessions.wait_for_count(round));
                CHECK(client.call<"add">(1, 2) == 3);
                served.server().publish<"quote">(test::quote{"B", 1});
                served.server().publish<"quote">(test::quote{"A", 1});
                REQUIRE(gateway.quotes.wait_for_count(round));
                served.end();
                REQUIRE(gateway.losses.wait_for_count(round));
                served.begin();
            }
            REQUIRE(gateway.sessions.wait_for_count(4));
            const auto sessions = gateway.sessions.all();
            CHECK(sessions[0].epoch != sessions[1].epoch);
            CHECK(gateway.gaps.wait_for_count(3));
            std::vector<std::string> expected;
            for (int round = 0; round < 3; ++round) {
                expected.insert(expected.end(), {"connected", "gap", "quote A", "disconnected"});
            }
            expected.erase(expected.begin() + 1);  // The first connection misses nothing.
            expected.insert(expected.end(), {"connected", "gap"});
            CHECK(gateway.story.wait_for_count(expected.size()));
            CHECK(gateway.story.all() == expected);
        }
    }
}

TEST_CASE("client: calls made during an outage wait, and succeed or were not sent in time") {
    rpc::io_thread io;
    replaceable served(io.get_executor(), test::unused_address());
    watcher gateway;
    rpc::client<watcher> client(io.get_executor(), gateway, eager(served.address()));
    client.start();
    REQUIRE(client.wait_connected(test::patience));
    served.end();
    REQUIRE(gateway.losses.wait_for_count(1));
    auto patient = client.async_call<"add">(1, 2, asio::use_future);
    client.notify<"add">(0, 0);
    const rpc::error late = error_of([&] { client.call<"add">(rpc::timeout{50ms}, 3, 4); });
    CHECK(late.code() == rpc::errc::deadline_exceeded);
    CHECK(late.outcome() == rpc::outcome::not_sent);
    served.begin();
    CHECK(test::get(patient) == 3);
    CHECK(client.call<"add">(5, 6) == 11);
    CHECK(served.engine.additions == 3);  // The late one never ran.
}

TEST_CASE("client: events missed in an outage are replayed, or their numbers are told") {
    test::temporary_folder folder;
    rpc::server_options options;
    options.listen = {folder.address("desk.sock")};
    test::rig served(options);
    watcher gateway;
    rpc::client<watcher> client(served.runs_on.get_executor(), gateway, served.to_here());
    client.start();
    REQUIRE(client.wait_connected(test::patience));
    served.server.publish<"fill">(test::fill{0, 1, {}});
    REQUIRE(gateway.fills.wait_for_count(1));
    served.server.stop();
    REQUIRE(gateway.losses.wait_for_count(1));
    for (std::uint32_t number = 2; number <= 4; ++number) {
        served.server.publish<"fill">(test::fill{0, number, {}});
    }
    served.server.start();
    REQUIRE(gateway.sessions.wait_for_count(2));
    served.server.publish<"fill">(test::fill{0, 5, {}});
    REQUIRE(gateway.fills.wait([](const auto& fills) { return fills.back().number == 5; }));
    if (gateway.gaps.count() == 0) {
        CHECK(gateway.fills.count() == 5);
    } else {
        const rpc::gap missed = gateway.gaps.all().front();
        CHECK(missed.from == 2);
        CHECK(missed.to == 4);
        CHECK_FALSE(missed.reason.empty());
    }
}

TEST_CASE("client: it tries again and again, each try is reported, and stop ends that at once") {
    test::recorder<test::log_line> log;
    rpc::io_thread io;
    rpc::client_options options = eager(test::unused_address());
    options.log = test::log_into(log);
    rpc::client<remote_desk> client(io.get_executor(), options);
    client.start();
    CHECK(test::has_logged(log, rpc::log_event::connect_failed, 10));
    auto waiting = client.async_call<"add">(1, 2, asio::use_future);
    client.stop();
    const rpc::error ended = error_of([&] { test::get(waiting); });
    CHECK(ended.code() == rpc::errc::cancelled);
    CHECK(ended.outcome() == rpc::outcome::not_sent);
}

TEST_CASE("client: a frozen server is given up within the heartbeat's time and found again") {
    test::victim process("tcp://127.0.0.1:0");
    rpc::io_thread io;
    watcher gateway;
    rpc::client_options options = eager(process.address());
    options.heartbeat = 50ms;
    options.heartbeat_timeout = 500ms;
    options.limits.connect_deadline = 500ms;
    rpc::client<watcher> client(io.get_executor(), gateway, options);
    client.start();
    REQUIRE(client.wait_connected(test::patience));
    process.signal(SIGSTOP);
    auto lost = client.async_call<"add">(1, 2, asio::use_future);
    REQUIRE(gateway.losses.wait_for_count(1));
    CHECK(gateway.losses.all().front().code() == rpc::errc::peer_silent);
    process.signal(SIGCONT);
    CHECK(test::get(lost) == 3);
    CHECK(client.call<"add">(1, 2) == 3);
}

TEST_CASE("client: a server killed under load and started again leaves every client working") {
    test::temporary_folder folder;
    for (const std::string& address : {test::unused_address(), folder.address("desk.sock")}) {
        CAPTURE(address);
        auto process = std::make_unique<test::victim>(address);
        test::loop one_thread(threading::one_thread);
        test::loop many_threads(threading::four_threads);
        std::vector<std::unique_ptr<load>> loads;
        for (int client = 0; client < 4; ++client) {
            test::loop& runs_on = client % 2 == 0 ? one_thread : many_threads;
            loads.push_back(std::make_unique<load>(runs_on.get_executor(), address));
        }
        for (int round = 0; round < 4; ++round) {
            for (const auto& one : loads) {
                REQUIRE(has_grown(*one, one->good() + 100));
            }
            process->kill();
            process = std::make_unique<test::victim>(address);
        }
        for (const auto& one : loads) {
            REQUIRE(has_grown(*one, one->good() + 100));
            one->rest();
        }
        for (const auto& one : loads) {
            REQUIRE(one->all_ended());
            CHECK(one->completions() == one->submitted());
            CHECK(one->twice() == 0);
            CHECK(one->wrong() == 0);
            CHECK(one->client().call<"add">(20, 22) == 42);
            CHECK(one->completions() == one->submitted());
        }
    }
}
