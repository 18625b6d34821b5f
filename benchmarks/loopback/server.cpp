// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// The engine of the loopback benchmarks, served by gatewire on one thread. Where the workload has
// methods that are offloaded, those have a second one.

#include "engine.hpp"
#include "options.hpp"

#include <gatewire/rpc.hpp>

#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace {

class publisher {
public:
    publisher(asio::io_context& loop, rpc::server<bench::engine>& server)
        : loop_(loop), server_(server), pause_(loop) {
        for (std::size_t number = 0; number < 64; ++number) {
            ticks_.push_back(bench::make_tick(number));
        }
    }

    void start(std::int64_t per_second) {
        if (per_second == 0) {
            publish_all_the_time();
            return;
        }
        interval_ = std::chrono::nanoseconds(1'000'000'000 / per_second);
        due_ = bench::clock::now();
        publish_paced();
    }

private:
    /// As fast as the subscribers take it, and lets the loop do its other work in between.
    void publish_all_the_time() {
        asio::post(loop_, [this] {
            const std::size_t looks_max = bench::publish_looks_max(server_.connections());
            for (std::size_t looks = 0;
                 looks < looks_max && server_.queued_bytes() < bench::publish_queue_max; ++looks) {
                for (std::size_t count = 0; count < bench::publish_burst; ++count) {
                    server_.publish<"tick">(ticks_[next_++ % ticks_.size()]);
                }
            }
            publish_all_the_time();
        });
    }

    /// Events that say when they were published. Where the rate is too much for this machine, it
    /// is what the machine reaches: the loop is let go after each burst.
    void publish_paced() {
        const bench::clock::time_point now = bench::clock::now();
        for (std::size_t count = 0; due_ <= now && count < bench::publish_burst; ++count) {
            bench::tick& made = ticks_[next_++ % ticks_.size()];
            made.turnover = bench::nanoseconds(bench::clock::now().time_since_epoch()).count();
            server_.publish<"tick">(made);
            due_ += interval_;
        }
        due_ = (std::max)(due_, now - std::chrono::milliseconds(1));
        pause_.expires_at(due_);
        pause_.async_wait([this](const asio::error_code&) { publish_paced(); });
    }

    asio::io_context& loop_;
    rpc::server<bench::engine>& server_;
    asio::steady_timer pause_;
    std::vector<bench::tick> ticks_;
    std::size_t next_ = 0;
    std::chrono::nanoseconds interval_{};
    bench::clock::time_point due_;
};

}  // namespace

int main(int argc, char** argv) {
    const bench::server_task what(argc, argv);
    asio::io_context loop(1);
    std::optional<rpc::io_thread> worker;
    bench::engine served;
    rpc::server_options options = bench::options_of(what);
    if (what.workload == "tail") {
        // Not elsewhere: a process with one thread counts references without locking the bus.
        options.worker = worker.emplace().get_executor();
    }
    bench::raise_descriptor_limit();
    rpc::server<bench::engine> server(loop.get_executor(), served, options);
    publisher ticks(loop, server);
    served.publish = [&ticks](std::int64_t per_second) { ticks.start(per_second); };
    server.start();
    const bench::leash until_no_longer_wanted(loop);
    const std::string address = server.addresses().front();
    bench::leash::announce(address.substr(address.rfind(':') + 1));
    loop.run();
}
