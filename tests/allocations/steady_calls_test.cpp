// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: once both sides have warmed up, a call allocates nothing at the client and nothing at the
// server. Method: each side has a loop of its own on the one thread, over TCP on loopback; operator
// new counts, and what it counts while a loop is run belongs to that side. Calls are made by the
// handlers of earlier ones, because only there Asio keeps the memory of its operations.

#include "counted.hpp"

#include <gatewire/rpc.hpp>

#include <asio/io_context.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <exception>
#include <optional>
#include <string>

namespace {

struct order {
    std::string symbol;
    double price = 0;
    int volume = 0;
};

struct engine {
    int orders = 0;

    std::string send_order(const order& request) {
        orders += request.volume;
        return "RPC." + std::to_string(1'000'000 + orders % 1'000'000);
    }

    using rpc_table = rpc::table<rpc::method<"send_order", &engine::send_order>>;
};

struct counts {
    std::size_t client = 0;
    std::size_t server = 0;
};

/// Adds what is allocated until it is destroyed.
class counting {
public:
    explicit counting(std::size_t& sum) : sum_(sum), before_(allocation_count()) {}
    ~counting() { sum_ += allocation_count() - before_; }
    counting(const counting&) = delete;
    counting& operator=(const counting&) = delete;

private:
    std::size_t& sum_;
    std::size_t before_;
};

class desk {
public:
    explicit desk(std::size_t window) {
        server_.start();
        rpc::client_options options;
        options.address = server_.addresses().front();
        client_.emplace(client_loop_.get_executor(), options);
        client_->start();
        while (!client_->is_connected()) {
            turn();
        }
        for (; window != 0; --window) {
            call();
        }
    }

    /// Runs until so many more calls are answered; each answer is followed by the next call.
    counts run(std::size_t calls) {
        allocated_ = {};
        for (const std::size_t end = answered_ + calls; answered_ < end;) {
            turn();
        }
        return allocated_;
    }

private:
    void call() {
        client_->async_call<"send_order">(
            request_, [this](std::exception_ptr failure, const std::string& id) {
                is_wrong_ = is_wrong_ || failure || id.size() != 11;
                ++answered_;
                if (!is_wrong_) {
                    call();
                }
            });
    }

    void turn() {
        {
            const counting what(allocated_.client);
            client_loop_.poll();
        }
        {
            const counting what(allocated_.server);
            server_loop_.poll();
        }
        if (is_wrong_) {
            FAIL("a call failed");
        }
    }

    static rpc::server_options options() {
        rpc::server_options chosen;
        chosen.listen = {"tcp://127.0.0.1:0"};
        return chosen;
    }

    asio::io_context server_loop_{1};
    asio::io_context client_loop_{1};
    engine engine_;
    rpc::server<engine> server_{server_loop_.get_executor(), engine_, options()};
    std::optional<rpc::client<engine>> client_;
    order request_{"rb2405", 3'650.5, 1};
    std::size_t answered_ = 0;
    bool is_wrong_ = false;
    counts allocated_;
};

TEST_CASE("allocations: a call in steady state allocates nothing on either side") {
    std::size_t window = 0;
    SUBCASE("one call at a time") { window = 1; }
    SUBCASE("a window of 64") { window = 64; }
    CAPTURE(window);

    constexpr std::size_t calls = 6'400;
    desk both(window);
    both.run(2 * calls);
    const counts allocated = both.run(calls);
    MESSAGE("window ", window, ", ", calls, " calls: the client allocates ", allocated.client,
            " times, the server ", allocated.server, " times");
    CHECK(allocated.client == 0);
    CHECK(allocated.server == 0);
}

}  // namespace
