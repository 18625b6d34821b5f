// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// How the work of a server spreads over the threads of its executor: 64 connections with windows of
// 16 calls, served by 1, 2, 4 and 8 threads. Counted is what each thread spends on a processor, so
// that it says something on a machine with fewer cores, too: calls in a second are those that the
// cores allow, the time per call shows what the threads cost each other, and the share of the
// busiest one how evenly they work.

#include "../load.hpp"
#include "../loopback/engine.hpp"
#include "../payloads.hpp"

#include <gatewire/rpc.hpp>

#include <asio/buffer.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/write.hpp>

#include <time.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <numeric>
#include <string>
#include <thread>
#include <vector>

namespace {

using asio::ip::tcp;

constexpr std::size_t connections = 64;
constexpr std::size_t window = 16;

/// Microseconds of this thread on a processor.
double cpu_us() {
    timespec now{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

/// Sends a window of calls in one write and waits for as many answers, again and again.
class caller {
public:
    caller(asio::io_context& loop, std::uint16_t port, std::size_t rounds, std::size_t& running)
        : socket_(loop), input_(std::size_t{64} << 10), rounds_(rounds), running_(running) {
        socket_.connect(tcp::endpoint(asio::ip::address_v4::loopback(), port));
        socket_.set_option(tcp::no_delay(true));
        for (std::size_t number = 0; number != window; ++number) {
            std::string frame = bench::order_frame();
            const std::string id = std::to_string(100'000 + number);
            frames_ += frame.replace(frame.size() - 7, id.size(), id);
        }
        send();
    }

private:
    void send() {
        asio::write(socket_, asio::buffer(frames_));
        answers_ = 0;
        receive();
    }

    void receive() {
        socket_.async_read_some(
            asio::buffer(input_), [this](asio::error_code failure, std::size_t size) {
                if (failure) {
                    bench::fail("the connection was lost");
                }
                // Each answer, and nothing else, holds the word once.
                const std::string_view got(input_.data(), size);
                for (std::size_t at = got.find("\"result\""); at != std::string_view::npos;
                     at = got.find("\"result\"", at + 1)) {
                    ++answers_;
                }
                if (answers_ < window) {
                    receive();
                } else if (--rounds_ != 0) {
                    send();
                } else {
                    --running_;
                }
            });
    }

    tcp::socket socket_;
    std::vector<char> input_;
    std::string frames_;
    std::size_t answers_ = 0;
    std::size_t rounds_;
    std::size_t& running_;
};

void measure(std::size_t threads, std::size_t rounds) {
    asio::io_context loop(static_cast<int>(threads));
    bench::engine served;
    rpc::server_options options;
    options.listen = {"tcp://127.0.0.1:0"};
    rpc::server<bench::engine> server(loop.get_executor(), served, options);
    server.start();
    const std::string address = server.addresses().front();
    const auto port =
        static_cast<std::uint16_t>(std::stoul(address.substr(address.rfind(':') + 1)));

    std::vector<double> spent(threads);
    std::vector<std::thread> team;
    auto work = asio::make_work_guard(loop);
    for (double& mine : spent) {
        team.emplace_back([&loop, &mine] {
            loop.run();
            mine = cpu_us();
        });
    }
    const auto begin = bench::clock::now();
    {
        asio::io_context load(1);
        std::size_t running = connections;
        std::deque<caller> callers;
        for (std::size_t number = 0; number != connections; ++number) {
            callers.emplace_back(load, port, rounds, running);
        }
        while (running != 0) {
            load.run_one();
        }
    }
    const double seconds = bench::nanoseconds(bench::clock::now() - begin).count() / 1e9;
    server.stop();
    work.reset();
    loop.stop();
    for (std::thread& one : team) {
        one.join();
    }
    const auto calls = static_cast<double>(connections * window * rounds);
    const double sum = std::accumulate(spent.begin(), spent.end(), 0.0);
    const double most = *std::max_element(spent.begin(), spent.end());
    std::printf("%7zu %12.0f %20.2f %18.2f\n", threads, calls / seconds, sum / calls, most / sum);
    std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
    const std::size_t rounds = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 400;
    std::printf("%u cores, %zu connections, %zu calls at a time on each\n",
                std::thread::hardware_concurrency(), connections, window);
    std::puts("threads      calls/s  processor us per call  share of busiest");
    for (std::size_t threads : {1U, 2U, 4U, 8U}) {
        measure(threads, rounds);
    }
}
