// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef BENCH_LOAD_HPP
#define BENCH_LOAD_HPP

#include "meter.hpp"

#include <asio/buffer.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <asio/steady_timer.hpp>

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <string_view>

// What the clients and servers over Asio share: everything but how a call or an event travels.
namespace bench {

/// How far a publisher lets send queues grow before it lets go of the loop, how many events it
/// publishes between two looks at them, and how often it looks: the queue of a connection that has
/// ended never grows, and only the loop can take it away.
inline constexpr std::size_t publish_queue_max = std::size_t{256} << 10;
inline constexpr std::size_t publish_burst = 16;
inline constexpr std::size_t publish_looks = 32;

/// The looks before a publisher lets go of the loop: the fewer, the more connections there are.
inline std::size_t publish_looks_max(std::size_t connections) {
    const std::size_t crowd = (std::max)(connections / 8, std::size_t{1});
    return (std::max)(publish_looks / crowd, std::size_t{1});
}

/// How long those that poll before they sleep do so: longer than any answer takes here.
inline constexpr std::chrono::microseconds spin_time{1'000};

/// What a server shall serve: `server workload count [variant]`.
struct server_task {
    std::string_view workload;
    std::size_t count = 1;
    std::string_view variant;

    server_task(int argc, char** argv) {
        if (argc < 3) {
            fail("usage: server workload count [variant]");
        }
        workload = argv[1];
        count = std::strtoul(argv[2], nullptr, 10);
        variant = argc > 3 ? argv[3] : "";
    }
};

/// As many connections as the system allows this process. @return Whether those are enough.
inline bool raise_descriptor_limit(std::size_t connections = 0) {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        ::setrlimit(RLIMIT_NOFILE, &limit);
    }
    return limit.rlim_cur > connections + 100;
}

/// Runs the warm-up and the time of a meter on a loop, and stops the loop at the end.
class meter_timer {
public:
    meter_timer(asio::io_context& loop, meter& results)
        : loop_(loop), timer_(loop), results_(results) {
        results_.begin();
        timer_.expires_at(results_.end_of_warm_up());
        timer_.async_wait([this](const asio::error_code&) { measure(); });
    }

private:
    void measure() {
        results_.restart();
        timer_.expires_at(results_.end());
        timer_.async_wait([this](const asio::error_code&) {
            results_.finish();
            loop_.stop();
        });
    }

    asio::io_context& loop_;
    asio::steady_timer timer_;
    meter& results_;
};

/// A connection to the server, for those clients that are no library's.
inline asio::ip::tcp::socket connected_socket(asio::io_context& loop, const task& what) {
    asio::ip::tcp::socket socket(loop);
    socket.connect(asio::ip::tcp::endpoint(asio::ip::address_v4::loopback(), what.port));
    return socket;
}

/// Runs until the time of the meter is over: whoever times each call looks at the clock itself, for
/// others a timer does.
inline void run_until_over(asio::io_context& loop, meter& results, bool is_timed) {
    if (is_timed) {
        while (!results.is_over()) {
            loop.run_one();
        }
    } else {
        const meter_timer time(loop, results);
        loop.run();
    }
}

/// Ends a server when whoever started it closes its standard input, by ending itself too.
class leash {
public:
    explicit leash(asio::io_context& loop) : input_(loop, ::dup(STDIN_FILENO)) {
        input_.async_read_some(asio::buffer(&byte_, 1),
                               [&loop](const asio::error_code&, std::size_t) { loop.stop(); });
    }

    /// Tells whoever started the server where it listens.
    static void announce(std::string_view port) {
        std::printf("%.*s\n", static_cast<int>(port.size()), port.data());
        std::fflush(stdout);
    }

private:
    asio::posix::stream_descriptor input_;
    char byte_ = 0;
};

}  // namespace bench

#endif  // BENCH_LOAD_HPP
