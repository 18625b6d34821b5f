// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// The engine of the loopback benchmarks, served by gatewire on one thread.

#include "../load.hpp"
#include "../payloads.hpp"

#include <gatewire/rpc.hpp>

#include <asio/io_context.hpp>
#include <asio/post.hpp>

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace {

struct engine {
    std::size_t orders = 0;
    std::function<void()> publish;

    std::string send_order(const bench::order_request& order) {
        orders += order.symbol.empty() ? 0 : 1;
        return bench::make_order_id(orders);
    }
    void start_ticks() { publish(); }

    using rpc_table = rpc::table<rpc::method<"send_order", &engine::send_order>,
                                 rpc::method<"start_ticks", &engine::start_ticks>,
                                 rpc::event<"tick", bench::tick>>;
};

/// Publishes as fast as the subscribers take it, and lets the loop do its other work in between.
class publisher {
public:
    publisher(asio::io_context& loop, rpc::server<engine>& server) : loop_(loop), server_(server) {
        for (std::size_t number = 0; number < 64; ++number) {
            ticks_.push_back(bench::make_tick(number));
        }
    }

    void start() {
        asio::post(loop_, [this] {
            for (std::size_t looks = 0; looks < bench::publish_looks &&
                                        server_.queued_bytes() < bench::publish_queue_max;
                 ++looks) {
                for (std::size_t count = 0; count < bench::publish_burst; ++count) {
                    server_.publish<"tick">(ticks_[next_++ % ticks_.size()]);
                }
            }
            start();
        });
    }

private:
    asio::io_context& loop_;
    rpc::server<engine>& server_;
    std::vector<bench::tick> ticks_;
    std::size_t next_ = 0;
};

}  // namespace

int main() {
    asio::io_context loop(1);
    engine served;
    rpc::server_options options;
    options.listen = {"tcp://127.0.0.1:0"};
    options.limits.calls_in_flight_max = 1'024;  // The widest window that is measured.
    rpc::server<engine> server(loop.get_executor(), served, options);
    publisher ticks(loop, server);
    served.publish = [&ticks] { ticks.start(); };
    server.start();
    const bench::leash until_no_longer_wanted(loop);
    const std::string address = server.addresses().front();
    bench::leash::announce(address.substr(address.rfind(':') + 1));
    loop.run();
}
