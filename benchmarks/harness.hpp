// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef BENCH_HARNESS_HPP
#define BENCH_HARNESS_HPP

#include <time.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

using clock = std::chrono::steady_clock;
using nanoseconds = std::chrono::duration<double, std::nano>;

/// Makes the compiler believe that the value is used, and that it may have been changed.
template <class Value>
void keep(Value& value) {
    asm volatile("" : : "g"(&value) : "memory");
}

[[noreturn]] inline void fail(std::string_view why) {
    std::fprintf(stderr, "%.*s\n", static_cast<int>(why.size()), why.data());
    std::exit(1);
}

/// The value that `fraction` of the sorted values do not exceed.
inline double percentile(const std::vector<double>& sorted, double fraction) {
    if (sorted.empty()) {
        fail("nothing was measured");
    }
    const auto last = static_cast<double>(sorted.size() - 1);
    return sorted[static_cast<std::size_t>(last * fraction + 0.5)];
}

/// One result as one line of JSON. Names and texts are the benchmarks' own: nothing to escape.
class json_line {
public:
    json_line& add(std::string_view name, std::string_view text) {
        return put(name, '"' + std::string(text) + '"');
    }
    json_line& add(std::string_view name, double number) {
        char text[32];
        std::snprintf(text, sizeof text, "%.6g", number);
        return put(name, text);
    }
    json_line& add(std::string_view name, const std::vector<double>& numbers) {
        std::string list;
        for (const double number : numbers) {
            char text[32];
            std::snprintf(text, sizeof text, "%s%.6g", list.empty() ? "" : ",", number);
            list += text;
        }
        return put(name, '[' + list + ']');
    }
    void print() const {
        std::printf("{%s}\n", text_.c_str());
        std::fflush(stdout);
    }

private:
    json_line& put(std::string_view name, const std::string& value) {
        text_ += (text_.empty() ? "\"" : ",\"") + std::string(name) + "\":" + value;
        return *this;
    }

    std::string text_;
};

/// Measures two ways to do the same work beside each other, inside of one process.
///
/// Rounds alternate between the two, so that what the machine does meanwhile meets both.
class contest {
public:
    /// Reads `--quick` from the program's arguments.
    contest(int argc, char** argv)
        : is_quick_(argc > 1 && std::string_view(argv[1]) == "--quick") {}

    /// Both are called with a number that grows from call to call. Prints nanoseconds per call, one
    /// value for each round.
    template <class Ours, class Theirs>
    void run(std::string_view workload, Ours&& ours, Theirs&& theirs) const {
        const std::size_t our_calls = calls_per_round(ours);
        const std::size_t their_calls = calls_per_round(theirs);
        std::vector<double> our_times;
        std::vector<double> their_times;
        for (int round = 0; round < (is_quick_ ? 3 : 15); ++round) {
            our_times.push_back(time_of(ours, our_calls) / static_cast<double>(our_calls));
            their_times.push_back(time_of(theirs, their_calls) / static_cast<double>(their_calls));
        }
        json_line()
            .add("workload", workload)
            .add("unit", "ns")
            .add("gatewire", our_times)
            .add("baseline", their_times)
            .print();
    }

private:
    /// Of this thread on a processor: what else runs on the machine does not count.
    static double thread_time() {
        timespec time{};
        ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
        return static_cast<double>(time.tv_sec) * 1e9 + static_cast<double>(time.tv_nsec);
    }

    template <class Work>
    static double time_of(Work& work, std::size_t calls) {
        const double begin = thread_time();
        for (std::size_t number = 0; number < calls; ++number) {
            work(number);
        }
        return thread_time() - begin;
    }

    /// As many as fill a round; finding out warms up what there is to warm up.
    template <class Work>
    std::size_t calls_per_round(Work& work) const {
        const double wanted = is_quick_ ? 2e6 : 3e7;
        std::size_t calls = 1;
        for (;;) {
            const double time = time_of(work, calls);
            if (time >= wanted / 4) {
                const double fit = static_cast<double>(calls) * wanted / time;
                return (std::max)(std::size_t{1}, static_cast<std::size_t>(fit));
            }
            calls *= 2;
        }
    }

    bool is_quick_;
};

}  // namespace bench

#endif  // BENCH_HARNESS_HPP
