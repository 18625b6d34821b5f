// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef BENCH_PEER_HPP
#define BENCH_PEER_HPP

#include "../load.hpp"
#include "../payloads.hpp"

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>

// What the programs of the peers share. They end without ceremony: some libraries have threads that
// would have to be asked to.
namespace bench {

[[noreturn]] inline void end_now() {
    std::fflush(stdout);
    std::_Exit(0);
}

/// Ends this process when whoever started it closes its standard input.
inline void end_with_input() {
    std::thread([] {
        while (std::getchar() != EOF) {
        }
        end_now();
    }).detach();
}

/// Measures what other threads count.
inline void measure(meter& results, const std::atomic<std::size_t>& counted) {
    results.begin();
    std::this_thread::sleep_until(results.end_of_warm_up());
    const std::size_t before = counted;
    results.restart();
    std::this_thread::sleep_until(results.end());
    results.add(counted - before);
    results.finish();
}

}  // namespace bench

#endif  // BENCH_PEER_HPP
