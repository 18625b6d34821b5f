// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: once both sides have warmed up, a call allocates nothing at the client and nothing at the
// server; and where both are promised one thread only, calls and events lock no mutex.
// Method: each side of a call has a loop of its own on the one thread, over TCP on loopback;
// operator new and pthread_mutex_lock count, and what they count while a loop is run belongs to
// that side. Calls are made by the handlers of earlier ones, because only there Asio keeps the
// memory of its operations.

#include "counted.hpp"

#include <gatewire/rpc.hpp>

#include <asio/io_context.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <exception>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

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

    std::size_t note(std::string_view text, std::span<const double> prices) {
        return text.size() + prices.size();
    }

    using rpc_table = rpc::table<rpc::method<"send_order", &engine::send_order>,
                                 rpc::method<"note", &engine::note>, rpc::event<"placed", order>,
                                 rpc::event<"newest", order, rpc::latest>>;
};

struct watcher {
    int seen = 0;

    void on_placed(const order& what) { seen += what.volume; }
    void on_newest(const order& what) { seen += what.volume; }

    using rpc_table =
        rpc::table<rpc::on<"placed", &watcher::on_placed>, rpc::on<"newest", &watcher::on_newest>>;
};

struct counts {
    std::size_t client = 0;
    std::size_t server = 0;
};

enum class called { send_order, note };

/// Adds what is counted until it is destroyed.
class counting {
public:
    counting(std::size_t& sum, std::size_t (*count)() noexcept)
        : sum_(sum), count_(count), before_(count()) {}
    ~counting() { sum_ += count_() - before_; }
    counting(const counting&) = delete;
    counting& operator=(const counting&) = delete;

private:
    std::size_t& sum_;
    std::size_t (*count_)() noexcept;
    std::size_t before_;
};

class desk {
public:
    /// @param hint  The loops' concurrency hint; with the unsafe one nobody locks.
    explicit desk(std::size_t window, called method = called::send_order, int hint = 1)
        : server_loop_(hint),
          client_loop_(hint),
          server_(server_loop_.get_executor(), engine_, options_for(hint)),
          method_(method) {
        server_.start();
        rpc::client_options options;
        options.address = server_.addresses().front();
        options.single_threaded = hint != 1;
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
        locked_ = {};
        for (const std::size_t end = answered_ + calls; answered_ < end;) {
            turn();
        }
        return allocated_;
    }

    /// Mutexes locked in the last run.
    const counts& locked() const { return locked_; }

private:
    void call() {
        if (method_ == called::send_order) {
            client_->async_call<"send_order">(
                request_, [this](std::exception_ptr failure, const std::string& id) {
                    go_on(!failure && id.size() == 11);
                });
        } else {
            client_->async_call<"note">(text_, prices_,
                                        [this](std::exception_ptr failure, std::size_t size) {
                                            go_on(!failure && size == text_.size() + 3);
                                        });
        }
    }

    void go_on(bool is_right) {
        is_wrong_ = is_wrong_ || !is_right;
        ++answered_;
        if (is_right) {
            call();
        }
    }

    void turn() {
        {
            const counting what(allocated_.client, &allocation_count);
            const counting how_often(locked_.client, &lock_count);
            client_loop_.poll();
        }
        {
            const counting what(allocated_.server, &allocation_count);
            const counting how_often(locked_.server, &lock_count);
            server_loop_.poll();
        }
        if (is_wrong_) {
            FAIL("a call failed");
        }
    }

    static rpc::server_options options_for(int hint) {
        rpc::server_options chosen;
        chosen.listen = {"tcp://127.0.0.1:0"};
        chosen.single_threaded = hint != 1;
        return chosen;
    }

    asio::io_context server_loop_;
    asio::io_context client_loop_;
    engine engine_;
    rpc::server<engine> server_;
    std::optional<rpc::client<engine>> client_;
    called method_;
    order request_{"rb2405", 3'650.5, 1};
    std::string text_ = std::string(100, 'x');
    std::vector<double> prices_{1.5, 2.5, 3.5};
    std::size_t answered_ = 0;
    bool is_wrong_ = false;
    counts allocated_;
    counts locked_;
};

TEST_CASE("allocations: a call in steady state allocates nothing on either side") {
    std::size_t window = 0;
    SUBCASE("one call at a time") {
        window = 1;
    }
    SUBCASE("a window of 64") {
        window = 64;
    }
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

TEST_CASE("allocations: nor does one whose parameters are read in place") {
    desk both(16, called::note);
    both.run(1'000);
    const counts allocated = both.run(1'000);
    CHECK(allocated.client == 0);
    CHECK(allocated.server == 0);
}

TEST_CASE("allocations: where there is one thread only, a call locks no mutex") {
    std::size_t window = 0;
    SUBCASE("one call at a time") {
        window = 1;
    }
    SUBCASE("a window of 64") {
        window = 64;
    }
    CAPTURE(window);

    desk both(window, called::send_order, ASIO_CONCURRENCY_HINT_UNSAFE);
    both.run(1'000);
    both.run(1'000);
    CHECK(both.locked().client == 0);
    CHECK(both.locked().server == 0);

    desk ordinary(window);
    ordinary.run(1'000);
    CHECK(ordinary.locked().server > 0);  // The count counts.
}

TEST_CASE("allocations: where there is one thread only, an event locks no mutex") {
    asio::io_context loop(ASIO_CONCURRENCY_HINT_UNSAFE);
    engine served;
    rpc::server_options listening;
    listening.listen = {"tcp://127.0.0.1:0"};
    listening.single_threaded = true;
    rpc::server<engine> server(loop.get_executor(), served, listening);
    server.start();
    rpc::client_options there;
    there.address = server.addresses().front();
    there.single_threaded = true;
    watcher gateway;
    rpc::client<watcher> client(loop.get_executor(), gateway, there);
    client.start();
    while (!client.is_connected()) {
        loop.poll();
    }
    const auto publish = [&](int times) {
        const order what{"rb2405", 3'650.5, 1};
        const int end = gateway.seen + 2 * times;
        for (; times != 0; --times) {
            server.publish<"placed">(what);
            server.publish<"newest">(what);
            loop.poll();
        }
        while (gateway.seen != end) {
            loop.poll();
        }
    };
    publish(100);
    const std::size_t before = lock_count();
    publish(1'000);
    CHECK(lock_count() == before);
}

}  // namespace
