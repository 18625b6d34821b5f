// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "../arguments.hpp"
#include "../contract.hpp"
#include "../inbox.hpp"
#include "../latencies.hpp"
#include "../remote.hpp"
#include "commands.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <iostream>
#include <memory>
#include <mutex>

namespace cli {

namespace {

using clock = std::chrono::steady_clock;

struct bench_options {
    std::string method;
    std::vector<std::string> words;
    std::size_t calls = 10'000;
    std::size_t window = 1;
    std::size_t connections = 1;
    bool json = false;
};

/// The calls of all connections.
class bench_run {
public:
    bench_run(const settings& how, const bench_options& options) : options_(options) {
        for (std::size_t each = 0; each < options.connections; ++each) {
            lanes_.push_back(std::make_unique<lane>(how));
        }
        const contract terms = discover(lanes_[0]->server);
        params_.text =
            read_params(terms, terms.needed_method(options.method), unguarded(options.words));
        lanes_[0]->server.on_interrupt([this] {
            is_interrupted_ = true;
            left_ = 0;
            done_.push(true);
        });
    }

    void run() {
        const auto begin = clock::now();
        left_ = options_.calls;
        for (const auto& one : lanes_) {
            for (std::size_t each = 0; each < options_.window; ++each) {
                begin_call(*one);
            }
        }
        const bool shows = is_terminal(stream::error);
        while (!done_.pop(clock::now() + std::chrono::milliseconds(100))) {
            show_progress(shows);
        }
        show_progress(shows);
        std::cerr << (shows ? "\n" : "");
        seconds_ = std::chrono::duration<double>(clock::now() - begin).count();
    }

    exit_code report() {
        std::vector<latencies::duration> taken;
        for (const auto& one : lanes_) {
            one->server.client().stop();  // Whatever still runs after an interrupt ends here.
            const std::lock_guard lock(one->mutex);
            taken.insert(taken.end(), one->taken.begin(), one->taken.end());
        }
        const latencies found(std::move(taken));
        options_.json ? print_json(found) : print(found);
        const std::lock_guard lock(mutex_);
        if (failed_ != 0) {
            std::cerr << "gatewire: " << failed_ << " calls failed, the first with " << why_
                      << '\n';
        }
        return code_;
    }

private:
    /// One connection.
    struct lane {
        explicit lane(const settings& how) : server(how) {}
        std::mutex mutex;
        std::vector<latencies::duration> taken;
        remote server;
    };

    void begin_call(lane& from) {
        std::size_t left = left_;
        while (left != 0 && !left_.compare_exchange_weak(left, left - 1)) {
        }
        if (left == 0) {
            return;
        }
        from.server.client().async_call<rpc::json_text>(
            options_.method, params_, {},
            [this, &from, begin = clock::now()](const std::exception_ptr& problem,
                                                const rpc::json_text&) {
                end_call(from, begin, problem);
            });
    }

    void end_call(lane& from, clock::time_point begin, const std::exception_ptr& problem) {
        if (problem) {
            note(problem);
        } else {
            const std::lock_guard lock(from.mutex);
            from.taken.push_back(clock::now() - begin);
        }
        begin_call(from);
        if (++ended_ == options_.calls) {
            done_.push(true);
        }
    }

    void note(const std::exception_ptr& problem) {
        try {
            std::rethrow_exception(problem);
        } catch (const rpc::error& why) {
            if (is_interrupted_ && why.code() == rpc::errc::cancelled) {
                return;
            }
            const std::lock_guard lock(mutex_);
            if (failed_++ == 0) {
                why_ = text_of(why);
                code_ = code_of(why);
            }
        }
    }

    void show_progress(bool shows) const {
        if (shows) {
            constexpr std::size_t length = 40;
            const std::size_t ended = ended_;
            const std::string bar(ended * length / options_.calls, '#');
            std::cerr << "\r[" + bar + std::string(length - bar.size(), ' ') + "] " +
                             std::to_string(ended) + " of " + std::to_string(options_.calls);
        }
    }

    double each_second(const latencies& found) const {
        return seconds_ > 0 ? static_cast<double>(found.count()) / seconds_ : 0;
    }

    void print(const latencies& found) const {
        char text[160];
        std::snprintf(
            text, sizeof text, ": %zu calls in %.3f s, %.0f calls/s, window %zu, connections %zu",
            found.count(), seconds_, each_second(found), options_.window, options_.connections);
        std::cout << options_.method << text << '\n';
        for (const std::string& line : found.lines()) {
            std::cout << line << '\n';
        }
    }

    void print_json(const latencies& found) {
        json result;
        result["method"] = options_.method;
        result["calls"] = found.count();
        result["failed"] = failed_;
        result["seconds"] = seconds_;
        result["calls_per_second"] = each_second(found);
        result["window"] = options_.window;
        result["connections"] = options_.connections;
        result.update(found.as_json());
        std::cout << shown(result) << '\n';
    }

    const bench_options& options_;
    rpc::json_text params_;
    std::atomic<std::size_t> left_{0};
    std::atomic<std::size_t> ended_{0};
    std::atomic<bool> is_interrupted_{false};
    inbox<bool> done_;
    double seconds_ = 0;
    std::mutex mutex_;
    std::size_t failed_ = 0;
    std::string why_;
    exit_code code_ = exit_code::ok;
    std::vector<std::unique_ptr<lane>> lanes_;
};

exit_code bench(const settings& how, const bench_options& options) {
    bench_run one(how, options);
    one.run();
    return one.report();
}

}  // namespace

void add_bench(command_line& line) {
    static bench_options options;
    CLI::App* const command =
        add_command(line, "bench", "how long calls of a method take", options, bench);
    command->add_option("method", options.method, "its name")->required();
    command->add_option("arguments", options.words, "as of call");
    command->add_option("--calls", options.calls, "how many in all")
        ->check(CLI::Range(1, 1'000'000'000))
        ->capture_default_str();
    command->add_option("--window", options.window, "at a time on each connection")
        ->check(CLI::Range(1, 65'536))
        ->capture_default_str();
    command->add_option("--connections", options.connections, "each with a session of its own")
        ->check(CLI::Range(1, 1'000))
        ->capture_default_str();
    command->add_flag("--json", options.json, "the figures as JSON");
    command->footer("Ctrl-C ends it early. It really calls: choose a method that does no harm.");
}

}  // namespace cli
