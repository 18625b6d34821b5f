// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef BENCH_GATEWAYS_HPP
#define BENCH_GATEWAYS_HPP

#include "../meter.hpp"
#include "../payloads.hpp"

#include <gatewire/rpc.hpp>

#include <asio/io_context.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

// The engine of the benchmarks as its clients see it.
namespace bench {

struct orders {
    using rpc_table = rpc::table<rpc::remote<"send_order", std::string(order_request)>,
                                 rpc::remote<"query_history", std::vector<bar>(history_request)>,
                                 rpc::remote<"echo", std::string(std::string)>,
                                 rpc::remote<"wait", void()>, rpc::remote<"wait_aside", void()>>;
};

/// Receives ticks. Where they are paced, they say when they were published.
struct subscriber {
    meter* results = nullptr;
    bool is_timed = false;
    std::size_t ticks = 0;

    void on_tick(const tick& received) {
        if (received.symbol.size() != 6) {
            fail("a tick was damaged");
        }
        ++ticks;
        if (results == nullptr) {
            return;
        }
        if (is_timed) {
            const auto published =
                std::chrono::duration_cast<clock::duration>(nanoseconds(received.turnover));
            results->add_latency(clock::now().time_since_epoch() - published);
        }
        results->count();
    }

    using rpc_table = rpc::table<rpc::remote<"send_order", std::string(order_request)>,
                                 rpc::remote<"start_ticks", void(std::int64_t)>,
                                 rpc::on<"tick", &subscriber::on_tick>>;
};

/// Starts a client on a loop and runs the loop until it is connected.
template <class Client>
void connect(asio::io_context& loop, Client& client) {
    client.start();
    while (!client.is_connected()) {
        loop.run_one();
    }
}

// Each runs one workload; see client.cpp.
void receive_events(const task& what, meter& results);
void receive_beside_stopped(const task& what, meter& results);
void call_with_tail(const task& what, meter& results);

}  // namespace bench

#endif  // BENCH_GATEWAYS_HPP
