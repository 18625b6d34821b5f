// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef BENCH_OPTIONS_HPP
#define BENCH_OPTIONS_HPP

#include "../load.hpp"

#include <gatewire/options.hpp>

#include <chrono>
#include <string>
#include <string_view>

namespace bench {

/// Has a side poll before it sleeps. @return Whether this library can.
template <class Options>
bool let_spin(Options& options) {
    if constexpr (requires { options.spin = decltype(options.spin){spin_time}; }) {
        options.spin = decltype(options.spin){spin_time};
        return true;
    }
    return false;
}

/// Takes one promise away, or all of them, to see what it costs.
inline void drop_promise(rpc::server_options& options, std::string_view which) {
    const bool drops_all = which == "none";
    if (drops_all || which == "no_sessions") {
        options.session_grace = std::chrono::milliseconds(0);
        options.limits.sessions_kept_max = 0;
    }
    if (drops_all || which == "no_replay") {
        options.limits.replay_size_max = 0;
    }
    if (drops_all || which == "no_heartbeats") {
        options.heartbeat = options.heartbeat_timeout = std::chrono::hours(24);
        options.limits.frame_deadline = options.limits.write_deadline = std::chrono::hours(24);
    }
    if (drops_all || which == "no_slow_call_watch") {
        options.slow_call = std::chrono::milliseconds(0);
    }
}

inline rpc::server_options options_of(const server_task& what) {
    rpc::server_options options;
    options.listen = {"tcp://127.0.0.1:0"};
    options.limits.calls_in_flight_max = 1'024;  // The widest window that is measured.
    options.limits.connections_max = 20'000;
    options.limits.answer_size_max = std::size_t{64} << 20;  // Of 100,000 bars.
    if (what.workload == "idle") {
        options.heartbeat = options.heartbeat_timeout = std::chrono::minutes(10);
    }
    if (what.variant == "spin") {
        let_spin(options);
    }
    drop_promise(options, what.variant);
    return options;
}

inline rpc::client_options options_of(const task& what) {
    rpc::client_options options;
    options.address = "tcp://127.0.0.1:" + std::to_string(what.port);
    options.limits.frame_size_max = std::size_t{64} << 20;
    if (what.variant == "spin" && !let_spin(options)) {
        skip("not built: this library has no rpc::spin");
    }
    return options;
}

}  // namespace bench

#endif  // BENCH_OPTIONS_HPP
