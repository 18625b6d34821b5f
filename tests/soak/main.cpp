// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: over minutes or hours on real sockets, with a fault every second, nothing is lost, nothing
// runs twice, and nothing is left behind.
// Method: clients place orders at a fixed rate through fault proxies; each order is an event for
// everyone. In the end every order has run once and every client has seen every event once.

#include <gatewire/fault_proxy.hpp>
#include <gatewire/rpc.hpp>

#include <asio/steady_timer.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace {

using namespace std::chrono_literals;
using clock_type = std::chrono::steady_clock;

constexpr std::size_t client_count = 4;
constexpr int orders_per_second = 100;  // of each client

/// How often each number came; all of them are known beforehand, so that nothing grows.
class tally {
public:
    explicit tally(std::size_t count) : seen_(count) {}
    void add(std::uint64_t number) { ++seen_.at(number); }
    /// How many of the first `count` did not come so many times.
    std::size_t count_other(int times, std::size_t count) const {
        return static_cast<std::size_t>(
            std::count_if(seen_.begin(), seen_.begin() + static_cast<std::ptrdiff_t>(count),
                          [times](const auto& seen) { return seen != times; }));
    }

private:
    std::vector<unsigned char> seen_;
};

struct exchange {
    std::uint64_t place(std::uint64_t order) {
        ran.add(order);
        publish(order);
        return order;
    }
    using rpc_table =
        rpc::table<rpc::method<"place", &exchange::place>, rpc::event<"filled", std::uint64_t>>;

    tally ran;
    std::function<void(std::uint64_t)> publish;
};

struct trader {
    void on_filled(std::uint64_t order) { seen.add(order); }
    void on_disconnected(const rpc::error&) { ++losses; }
    void on_gap(const rpc::gap&) { ++gaps; }
    using rpc_table = rpc::table<rpc::remote<"place", std::uint64_t(std::uint64_t)>,
                                 rpc::on<"filled", &trader::on_filled>>;

    tally seen;
    std::atomic<int> losses{0};
    std::atomic<int> gaps{0};
};

/// One client that places its share of the orders, one every few milliseconds.
class load {
public:
    load(rpc::io_thread& io, const std::string& server, std::size_t orders, std::size_t first)
        : proxy_(server),
          seen_{tally(orders * client_count)},
          client_(io.get_executor(), seen_, options()),
          timer_(client_.get_executor()),
          next_(first),
          last_(first + orders) {}

    void connect() {
        client_.start();
        client_.wait_connected();
    }
    void start() {
        due_ = clock_type::now();
        asio::post(client_.get_executor(), [this] { place(); });
    }

    rpc::testing::fault_proxy& proxy() noexcept { return proxy_; }
    const trader& seen() const noexcept { return seen_; }
    std::size_t answered() const noexcept { return answered_; }
    std::size_t failed() const noexcept { return failed_; }
    bool is_done() const noexcept { return is_done_; }
    void stop() { client_.stop(); }

private:
    rpc::client_options options() const {
        rpc::client_options result;
        result.address = proxy_.address();
        result.heartbeat = 250ms;
        result.heartbeat_timeout = 1s;
        result.backoff_max = 200ms;
        result.limits.connect_deadline = 2s;
        return result;
    }

    void place() {
        if (next_ == last_) {
            is_done_ = answered_ + failed_ == placed_;
            if (!is_done_) {
                again();
            }
            return;
        }
        ++placed_;
        client_.async_call<"place">(
            next_, [this, order = next_](const std::exception_ptr& failure, std::uint64_t answer) {
                ++(!failure && answer == order ? answered_ : failed_);
            });
        ++next_;
        again();
    }

    void again() {
        due_ += std::chrono::milliseconds(1'000 / orders_per_second);
        timer_.expires_at(due_);
        timer_.async_wait([this](asio::error_code ended) {
            if (!ended) {
                place();
            }
        });
    }

    rpc::testing::fault_proxy proxy_;
    trader seen_;
    rpc::client<trader> client_;
    asio::steady_timer timer_;
    clock_type::time_point due_;
    std::uint64_t next_;
    std::uint64_t last_;
    std::atomic<std::size_t> placed_{0};
    std::atomic<std::size_t> answered_{0};
    std::atomic<std::size_t> failed_{0};
    std::atomic<bool> is_done_{false};
};

void disturb(rpc::testing::fault_proxy& proxy, std::mt19937_64& random) {
    using rpc::testing::direction;
    const direction way = random() % 2 == 0 ? direction::to_server : direction::to_client;
    proxy.heal();
    switch (random() % 6) {
        case 0: proxy.cut(); break;
        case 1: proxy.reset(); break;
        case 2: proxy.vanish(); break;
        case 3: proxy.stall(way); break;
        case 4: proxy.cut_after(way, random() % 20'000); break;
        default:
            proxy.refuse(true);
            proxy.cut();
            break;
    }
}

std::size_t resident_kilobytes() {
    std::ifstream status("/proc/self/status");
    std::string word;
    while (status >> word) {
        if (word == "VmRSS:") {
            std::size_t kilobytes = 0;
            status >> kilobytes;
            return kilobytes;
        }
    }
    return 0;
}

std::size_t descriptors() {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
        count += entry.is_symlink() ? 1 : 0;
    }
    return count;
}

using loads_type = std::vector<std::unique_ptr<load>>;

void wait(clock_type::duration time) {
    asio::io_context clock;
    asio::steady_timer(clock, time).wait();
}

/// The most memory that was in use in each half of the time.
struct memory_use {
    std::size_t first = 0;
    std::size_t second = 0;

    double drift() const {
        return 100.0 * (static_cast<double>(second) - static_cast<double>(first)) /
               static_cast<double>(first);
    }
};

/// A fault every second, then none, until everything has arrived.
memory_use disturb_for(int seconds, const loads_type& loads, std::size_t orders) {
    std::mt19937_64 random(1);
    memory_use used;
    const auto begin = clock_type::now();
    for (int second = 1; second < seconds; ++second) {
        wait(begin + std::chrono::seconds(second) - clock_type::now());
        for (const auto& one : loads) {  // An outage lasts a second, far less than what is kept.
            one->proxy().heal();
        }
        disturb(loads[random() % client_count]->proxy(), random);
        std::size_t& half = second <= seconds / 2 ? used.first : used.second;
        half = (std::max)(half, resident_kilobytes());
    }
    for (const auto& one : loads) {
        one->proxy().heal();
    }
    const auto all_done = [&] {
        return std::all_of(loads.begin(), loads.end(), [&](const auto& one) {
            return one->is_done() && one->seen().seen.count_other(1, orders) == 0;
        });
    };
    for (int patience = 0; patience < 300 && !all_done(); ++patience) {
        wait(100ms);
    }
    return used;
}

/// Runs the session. @return The number of complaints.
int soak(int seconds) {
    const auto orders = static_cast<std::size_t>(seconds) * orders_per_second;
    const std::size_t all = orders * client_count;
    exchange engine{tally(all), {}};
    rpc::io_thread server_io;
    rpc::io_thread client_io;
    rpc::server_options options;
    options.listen = {"tcp://127.0.0.1:0"};
    options.limits.replay_size_max = std::size_t{1} << 20;  // full soon, so that it grows no more
    rpc::server<exchange> server(server_io.get_executor(), engine, options);
    engine.publish = [&server](std::uint64_t order) { server.publish<"filled">(order); };
    server.start();
    loads_type loads;
    for (std::size_t client = 0; client < client_count; ++client) {
        loads.push_back(
            std::make_unique<load>(client_io, server.addresses().front(), orders, client * orders));
        loads.back()->connect();
    }
    for (const auto& one : loads) {
        one->start();
    }
    const memory_use used = disturb_for(seconds, loads, all);
    for (const auto& one : loads) {
        one->stop();
    }
    int complaints = 0;
    const auto check = [&complaints](bool holds, const std::string& text) {
        std::printf("%s: %s\n", holds ? "good" : "BAD", text.c_str());
        complaints += holds ? 0 : 1;
    };
    const std::size_t odd = engine.ran.count_other(1, all);
    check(odd == 0,
          std::to_string(odd) + " of " + std::to_string(all) + " orders did not run exactly once");
    for (const auto& one : loads) {
        const std::size_t wrong = one->seen().seen.count_other(1, all);
        check(
            wrong == 0 && one->failed() == 0 && one->answered() == orders && one->seen().gaps == 0,
            std::to_string(one->answered()) + " orders answered, " + std::to_string(one->failed()) +
                " failed, " + std::to_string(wrong) + " events not seen exactly once, " +
                std::to_string(one->seen().gaps) + " gaps, " + std::to_string(one->seen().losses) +
                " connections lost");
    }
    std::printf("resident: %zu KiB at most in the first half, %+.2f %% in the second\n", used.first,
                used.drift());
    if (seconds >= 60) {  // A short run has little time to warm up.
        check(used.drift() < (seconds >= 600 ? 1.0 : 10.0), "memory stays where it was");
    }
    return complaints;
}

}  // namespace

int main(int count, char** arguments) {
    const int seconds = count > 1 ? std::atoi(arguments[1]) : 120;
    if (seconds < 4) {
        std::puts("soak [SECONDS]  at least 4, 120 unless told");
        return 2;
    }
    const std::size_t before = descriptors();
    const int complaints = soak(seconds);
    const std::size_t after = descriptors();
    std::printf("%s: %zu descriptors before, %zu after\n", before == after ? "good" : "BAD", before,
                after);
    return complaints == 0 && before == after ? 0 : 1;
}
