// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef BENCH_METER_HPP
#define BENCH_METER_HPP

#include "harness.hpp"
#include "server_usage.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

namespace bench {

/// What a client shall do: `client port workload seconds count [variant]`.
struct task {
    std::uint16_t port = 0;
    std::string_view workload;
    std::chrono::nanoseconds time{};
    std::size_t count = 1;     ///< Calls in flight, subscribers, connections or bytes.
    std::string_view variant;  ///< What one workload has several of.

    task(int argc, char** argv) {
        if (argc < 5) {
            fail("usage: client port workload seconds count [variant]");
        }
        port = static_cast<std::uint16_t>(std::strtoul(argv[1], nullptr, 10));
        workload = argv[2];
        time = std::chrono::duration_cast<std::chrono::nanoseconds>(
            std::chrono::duration<double>(std::strtod(argv[3], nullptr)));
        count = std::strtoul(argv[4], nullptr, 10);
        variant = argc > 5 ? argv[5] : "";
    }

    /// Of those workloads that keep calls in flight on one connection.
    std::size_t calls_in_flight() const noexcept {
        return workload == "pipelined" ? count : workload == "payload" ? 16 : 1;
    }
};

/// Says that this build cannot do what is asked for, and why; the table shows it.
[[noreturn]] inline void skip(std::string_view why) {
    json_line().add("skipped", why).print();
    std::exit(0);
}

/// Counts and times what is completed, from the end of the warm-up on.
class meter {
public:
    explicit meter(const task& what) : task_(what) { latencies_.reserve(1 << 20); }

    /// Begins the warm-up, a quarter of the time to come.
    void begin() { warm_ = clock::now() + task_.time / 4; }

    clock::time_point end_of_warm_up() const noexcept { return warm_; }
    clock::time_point end() const noexcept { return end_; }
    bool is_measuring() const noexcept { return is_measuring_; }
    bool is_over() const noexcept { return is_over_; }

    /// Counts one, and leaves the time to whoever calls `restart` and `finish`.
    void count() noexcept { ++count_; }

    /// The same for many.
    void add(std::size_t many) noexcept { count_ += many; }

    /// Counts one, and looks at the clock: for loops that have no timer.
    void count_and_look() {
        ++count_;
        look(clock::now());
    }

    /// Counts one of those that follow each other without a pause, and times it.
    void lap() {
        const clock::time_point now = clock::now();
        add_latency(now - last_);
        last_ = now;
        ++count_;
        look(now);
    }

    void add_latency(clock::duration time) {
        latencies_.push_back(nanoseconds(time).count() / 1'000);
    }

    /// One more member of the report.
    template <class Value>
    void note(std::string_view name, const Value& value) {
        line_.add(name, value);
    }

    /// Ends the warm-up.
    void restart() {
        total_ += count_;
        latencies_.clear();
        count_ = 0;
        is_measuring_ = true;
        cpu_ = client_cpu();
        server_cpu_ = server_cpu_us();
        last_ = begun_ = clock::now();
        end_ = begun_ + task_.time;
    }

    void finish() {
        end_ = clock::now();
        is_over_ = true;
        server_cpu_ = server_cpu_us() - server_cpu_;
        cpu_ = client_cpu() - cpu_;
    }

    void report(std::string_view side) {
        if (count_ == 0) {
            fail("nothing was completed");
        }
        const double units = static_cast<double>(count_);
        line_.add("side", side).add("workload", task_.workload);
        line_.add("count", static_cast<double>(task_.count)).add("units", units);
        line_.add("total", static_cast<double>(total_ + count_));
        line_.add("per_second", units * 1e9 / nanoseconds(end_ - begun_).count());
        line_.add("client_cpu_us", cpu_ / units).add("server_cpu_us", server_cpu_ / units);
        if (!latencies_.empty()) {
            std::sort(latencies_.begin(), latencies_.end());
            line_.add("p50_us", percentile(latencies_, 0.5));
            line_.add("p99_us", percentile(latencies_, 0.99));
            line_.add("p99_9_us", percentile(latencies_, 0.999));
            std::vector<double> curve;
            for (const double fraction : curve_fractions) {
                curve.push_back(percentile(latencies_, fraction));
            }
            line_.add("curve_us", curve);
        }
        line_.print();
    }

private:
    static constexpr double curve_fractions[]{0.5,   0.75,  0.9,    0.95,  0.99,
                                              0.995, 0.999, 0.9995, 0.9999};

    void look(clock::time_point now) {
        if (is_measuring_ ? now >= end_ : now >= warm_) {
            if (is_measuring_) {
                finish();
            } else {
                restart();
            }
        }
    }

    static double client_cpu() {
        rusage used{};
        getrusage(RUSAGE_SELF, &used);
        const auto microseconds = [](const timeval& time) {
            return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_usec);
        };
        return microseconds(used.ru_utime) + microseconds(used.ru_stime);
    }

    const task& task_;
    json_line line_;
    std::vector<double> latencies_;
    std::size_t count_ = 0;
    std::size_t total_ = 0;
    bool is_measuring_ = false;
    bool is_over_ = false;
    double cpu_ = 0;
    double server_cpu_ = 0;
    clock::time_point warm_;
    clock::time_point begun_;
    clock::time_point last_ = clock::now();
    clock::time_point end_;
};

}  // namespace bench

#endif  // BENCH_METER_HPP
