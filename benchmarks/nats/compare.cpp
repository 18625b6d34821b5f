// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Engine and client in one process each way: over a socket of the loopback interface, and over the
// broker whose URL is the argument. Prints one line of JSON for each way.

#include "../loopback/engine.hpp"
#include "../payloads.hpp"

#include <gatewire/nats.hpp>
#include <gatewire/rpc.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <mutex>
#include <string>
#include <vector>

namespace {

using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;

class gateway {
public:
    void on_tick(const bench::tick&) { ++ticks; }

    using rpc_table = rpc::table<rpc::remote<"send_order", std::string(bench::order_request)>,
                                 rpc::on<"tick", &gateway::on_tick>>;

    std::atomic<std::size_t> ticks{0};
};

struct counts {
    std::size_t sequential;
    std::size_t pipelined;
    std::size_t ticks;
};

double seconds_since(clock::time_point begin) {
    return std::chrono::duration<double>(clock::now() - begin).count();
}

template <class Client>
std::vector<double> call_one_by_one(Client& client, std::size_t count) {
    const bench::order_request order = bench::make_order(1);
    std::vector<double> times;
    for (std::size_t call = 0; call < count; ++call) {
        const auto begin = clock::now();
        client.template call<"send_order">(order);
        times.push_back(seconds_since(begin) * 1e6);
    }
    std::sort(times.begin(), times.end());
    return times;
}

/// Calls a second with 64 in flight.
template <class Client>
double call_side_by_side(Client& client, std::size_t count) {
    constexpr std::size_t window = 64;
    const bench::order_request order = bench::make_order(1);
    std::mutex mutex;
    std::condition_variable changed;
    std::size_t open = 0;
    const auto begin = clock::now();
    for (std::size_t call = 0; call < count; ++call) {
        std::unique_lock lock(mutex);
        changed.wait(lock, [&] { return open < window; });
        ++open;
        lock.unlock();
        client.template async_call<"send_order">(order, [&](std::exception_ptr, std::string) {
            const std::lock_guard ended(mutex);
            --open;
            changed.notify_all();
        });
    }
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return open == 0; });
    return static_cast<double>(count) / seconds_since(begin);
}

/// Ticks a second, from the first publish to the last handler.
template <class Server>
double tell_ticks(Server& server, const gateway& heard, std::size_t count) {
    const bench::tick tick = bench::make_tick(1);
    std::mutex mutex;
    std::condition_variable never_notified;
    std::unique_lock lock(mutex);
    const auto begin = clock::now();
    for (std::size_t published = 0; published < count; ++published) {
        while (server.queued_bytes() > (std::size_t{4} << 20)) {
            never_notified.wait_for(lock, 1ms);
        }
        server.template publish<"tick">(tick);
    }
    while (heard.ticks < count && seconds_since(begin) < 120) {
        never_notified.wait_for(lock, 1ms);
    }
    return static_cast<double>(heard.ticks) / seconds_since(begin);
}

template <class Server, class Client>
void measure(const char* way, Server& server, Client& client, const gateway& heard,
             const counts& how_many) {
    call_one_by_one(client, how_many.sequential / 10 + 1);
    const std::vector<double> times = call_one_by_one(client, how_many.sequential);
    const double calls = call_side_by_side(client, how_many.pipelined);
    const double ticks = tell_ticks(server, heard, how_many.ticks);
    std::printf(
        "{\"way\":\"%s\",\"call_p50_us\":%.1f,\"call_p99_us\":%.1f,\"calls_per_s\":%.0f,"
        "\"ticks_per_s\":%.0f}\n",
        way, times[times.size() / 2], times[times.size() * 99 / 100], calls, ticks);
    std::fflush(stdout);
}

void over_tcp(const counts& how_many) {
    bench::engine engine;
    gateway heard;
    rpc::io_thread there;
    rpc::io_thread here;
    rpc::server<bench::engine> server(there.get_executor(), engine,
                                      {.listen = {"tcp://127.0.0.1:0"}});
    server.start();
    rpc::client<gateway> client(here.get_executor(), heard,
                                {.address = server.addresses().front()});
    client.start();
    client.wait_connected();
    measure("tcp", server, client, heard, how_many);
}

void over_nats(const char* way, const std::string& url, rpc::nats::storage storage,
               const counts& how_many) {
    bench::engine engine;
    gateway heard;
    rpc::io_thread there;
    rpc::io_thread here;
    rpc::nats::server<bench::engine> server(
        there.get_executor(), engine, {.url = url, .name = way, .stream = {.storage = storage}});
    server.start();
    rpc::nats::client<gateway> client(here.get_executor(), heard, {.url = url, .name = way});
    client.start();
    client.wait_connected();
    measure(way, server, client, heard, how_many);
}

}  // namespace

int main(int count, char** arguments) {
    if (count < 2) {
        std::fprintf(stderr, "usage: compare URL-OF-A-BROKER [quick]\n");
        return 2;
    }
    const counts how_many = count > 2 ? counts{20, 200, 200} : counts{10'000, 100'000, 100'000};
    over_tcp(how_many);
    over_nats("nats_file", arguments[1], rpc::nats::storage::file, how_many);
    over_nats("nats_memory", arguments[1], rpc::nats::storage::memory, how_many);
    return 0;
}
