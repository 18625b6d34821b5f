// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef BENCH_LOAD_HPP
#define BENCH_LOAD_HPP

#include "harness.hpp"

#include <asio/buffer.hpp>
#include <asio/io_context.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <asio/steady_timer.hpp>

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// What the clients and servers of both sides share: everything but how a call or an event travels.
namespace bench {

/// How far a publisher lets send queues grow before it lets go of the loop, how many events it
/// publishes between two looks at them, and how often it looks: the queue of a connection that has
/// ended never grows, and only the loop can take it away.
inline constexpr std::size_t publish_queue_max = std::size_t{256} << 10;
inline constexpr std::size_t publish_burst = 16;
inline constexpr std::size_t publish_looks = 32;

/// What a client shall do: `client port workload seconds count`.
struct task {
    std::uint16_t port = 0;
    std::string_view workload;    ///< `sequential`, `blocking`, `pipelined` or `events`.
    std::chrono::nanoseconds time{};
    std::size_t count = 1;        ///< Calls in flight, or subscribers.

    task(int argc, char** argv) {
        if (argc != 5) {
            fail("usage: client port sequential|blocking|pipelined|events seconds count");
        }
        workload = argv[2];
        port = static_cast<std::uint16_t>(std::strtoul(argv[1], nullptr, 10));
        time = std::chrono::duration_cast<std::chrono::nanoseconds>(
            std::chrono::duration<double>(std::strtod(argv[3], nullptr)));
        count = std::strtoul(argv[4], nullptr, 10);
    }
};

/// Counts and times what is completed, from the end of the warm-up on.
class meter {
public:
    explicit meter(const task& what) : task_(what) { latencies_.reserve(1 << 20); }

    /// Begins the warm-up, a quarter of the time to come.
    void begin() { warm_ = clock::now() + task_.time / 4; }

    /// The same, and stops the loop at the end.
    void begin(asio::io_context& loop) {
        begin();
        timer_.emplace_back(loop, warm_).async_wait([this, &loop](const asio::error_code&) {
            restart();
            timer_.front().expires_at(end_);
            timer_.front().async_wait([this, &loop](const asio::error_code&) {
                end_ = clock::now();
                is_over_ = true;
                loop.stop();
            });
        });
    }

    void count() noexcept { ++count_; }
    bool is_over() const noexcept { return is_over_; }

    /// Counts one of those that follow each other without a pause, and times it.
    void lap() {
        const clock::time_point now = clock::now();
        latencies_.push_back(nanoseconds(now - last_).count() / 1'000);
        last_ = now;
        ++count_;
        if (is_measuring_ ? now >= end_ : now >= warm_) {
            if (is_measuring_) {
                end_ = now;
                is_over_ = true;
            } else {
                restart();
            }
        }
    }

    void report(std::string_view side) {
        if (count_ == 0) {
            fail("nothing was completed");
        }
        rusage used{};
        getrusage(RUSAGE_SELF, &used);
        const double units = static_cast<double>(count_);
        const double cpu = microseconds(used.ru_utime) + microseconds(used.ru_stime) - cpu_;
        json_line line;
        line.add("side", side).add("workload", task_.workload);
        line.add("count", static_cast<double>(task_.count)).add("units", units);
        line.add("per_second", units * 1e9 / nanoseconds(end_ - begun_).count());
        line.add("client_cpu_us", cpu / units);
        if (!latencies_.empty()) {
            std::sort(latencies_.begin(), latencies_.end());
            line.add("p50_us", percentile(latencies_, 0.5));
            line.add("p99_us", percentile(latencies_, 0.99));
            line.add("p99_9_us", percentile(latencies_, 0.999));
        }
        line.print();
    }

private:
    static double microseconds(const timeval& time) {
        return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_usec);
    }

    void restart() {
        rusage used{};
        getrusage(RUSAGE_SELF, &used);
        cpu_ = microseconds(used.ru_utime) + microseconds(used.ru_stime);
        latencies_.clear();
        count_ = 0;
        is_measuring_ = true;
        last_ = begun_ = clock::now();
        end_ = begun_ + task_.time;
    }

    const task& task_;
    std::vector<asio::steady_timer> timer_;  // one, or none
    std::vector<double> latencies_;
    std::size_t count_ = 0;
    bool is_measuring_ = false;
    bool is_over_ = false;
    double cpu_ = 0;
    clock::time_point warm_;
    clock::time_point begun_;
    clock::time_point last_ = clock::now();
    clock::time_point end_;
};

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
