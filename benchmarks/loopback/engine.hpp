// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef BENCH_ENGINE_HPP
#define BENCH_ENGINE_HPP

#include "../payloads.hpp"

#include <gatewire/table.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <thread>
#include <vector>

namespace bench {

/// What the benchmarks serve.
struct engine {
    std::size_t orders = 0;
    std::vector<bar> bars = make_bars(history_size);
    std::function<void(std::int64_t)> publish;

    std::string send_order(const order_request& order) {
        orders += order.symbol.empty() ? 0 : 1;
        return make_order_id(orders);
    }
    std::vector<bar> query_history(const history_request& request) {
        const auto count = static_cast<std::size_t>(request.count);
        return count == bars.size() ? bars : make_bars(count);
    }
    std::vector<bar> load_history(const history_request& request) {
        return make_bars(static_cast<std::size_t>(request.count));
    }
    std::string echo(const std::string& text) { return text; }
    /// A handler that waits for something else, 1 ms long.
    void wait() { std::this_thread::sleep_for(std::chrono::milliseconds(1)); }
    /// So many a second; as fast as the subscribers take them if it is zero.
    void start_ticks(std::int64_t per_second) { publish(per_second); }

    using rpc_table =
        rpc::table<rpc::method<"send_order", &engine::send_order>,
                   rpc::method<"query_history", &engine::query_history>,
                   rpc::method<"load_history", &engine::load_history, rpc::offload>,
                   rpc::method<"echo", &engine::echo>, rpc::method<"wait", &engine::wait>,
                   rpc::method<"wait_aside", &engine::wait, rpc::offload>,
                   rpc::method<"start_ticks", &engine::start_ticks>, rpc::event<"tick", tick>>;
};

}  // namespace bench

#endif  // BENCH_ENGINE_HPP
