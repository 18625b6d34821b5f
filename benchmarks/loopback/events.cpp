// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Subscribers, and calls that are made while the server has other things to do.

#include "gateways.hpp"
#include "options.hpp"

#include <asio/buffer.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/read.hpp>
#include <asio/write.hpp>

#include <algorithm>
#include <atomic>
#include <deque>
#include <exception>
#include <optional>
#include <string_view>
#include <thread>

namespace {

using asio::ip::tcp;
using client = rpc::client<bench::subscriber>;

constexpr std::int64_t paced_rate = 10'000;
constexpr std::int64_t tail_rate = 100'000;

/// A peer that is not this library: it subscribes, and then reads without looking, or does not.
class plain_subscriber {
public:
    plain_subscriber(asio::io_context& loop, std::uint16_t port, bool reads)
        : socket_(loop), input_(std::size_t{64} << 10) {
        socket_.open(tcp::v4());
        if (!reads) {
            socket_.set_option(tcp::socket::receive_buffer_size(4 << 10));
        }
        socket_.connect(tcp::endpoint(asio::ip::address_v4::loopback(), port));
        asio::write(socket_,
                    asio::buffer(bench::frame_around(R"({"jsonrpc":"2.0","method":"rpc.subscribe",)"
                                                     R"("params":{"event":"tick"},"id":1})")));
        if (reads) {
            read();
        }
    }

private:
    void read() {
        socket_.async_read_some(asio::buffer(input_),
                                [this](const asio::error_code& failure, std::size_t) {
                                    if (!failure) {
                                        read();
                                    }
                                });
    }

    tcp::socket socket_;
    std::vector<char> input_;
};

/// Has the server send answers of 100,000 bars to somebody else, one after the other.
class large_answers {
public:
    large_answers(std::uint16_t port, std::string_view method)
        : request_(bench::frame_around(R"({"jsonrpc":"2.0","method":")" + std::string(method) +
                                       R"(","params":[{"symbol":"IF2412","exchange":"CFFEX",)"
                                       R"("begin":0,"count":100000,"interval":"1m"}],"id":1})")),
          socket_(loop_),
          reader_([this, port] { run(port); }) {}

    ~large_answers() {
        is_over_ = true;
        reader_.join();
    }

private:
    void run(std::uint16_t port) {
        socket_.connect(tcp::endpoint(asio::ip::address_v4::loopback(), port));
        std::vector<char> input(std::size_t{256} << 10);
        while (!is_over_) {
            asio::write(socket_, asio::buffer(request_));
            unsigned char header[4];
            asio::read(socket_, asio::buffer(header));
            std::size_t left = std::size_t{header[0]} << 24 | std::size_t{header[1]} << 16 |
                               std::size_t{header[2]} << 8 | std::size_t{header[3]};
            while (left != 0) {
                const std::size_t room = (std::min)(left, input.size());
                left -= socket_.read_some(asio::buffer(input.data(), room));
            }
        }
    }

    std::string request_;
    std::atomic<bool> is_over_{false};
    asio::io_context loop_;
    tcp::socket socket_;
    std::thread reader_;
};

/// Calls one after another and times them; of a hundred calls one may be slow, and is not timed.
class tail_caller {
public:
    tail_caller(client& orders, rpc::client<bench::orders>& others, const bench::task& what,
                bench::meter& results)
        : orders_(orders), others_(others), variant_(what.variant), results_(results) {}

    void call() {
        if (++calls_ % 100 == 0) {
            call_slow();
        }
        orders_.async_call<"send_order">(order_,
                                         [this](std::exception_ptr failure, const std::string& id) {
                                             if (failure || id.size() != 11) {
                                                 bench::fail("a call failed");
                                             }
                                             results_.lap();
                                             if (!results_.is_over()) {
                                                 call();
                                             }
                                         });
    }

private:
    void call_slow() {
        const auto ignore = [](std::exception_ptr) {};
        if (variant_ == "slow_on_strand") {
            others_.async_call<"wait">(ignore);
        } else if (variant_ == "slow_offloaded") {
            others_.async_call<"wait_aside">(ignore);
        }
    }

    client& orders_;
    rpc::client<bench::orders>& others_;
    std::string_view variant_;
    bench::meter& results_;
    bench::order_request order_ = bench::make_order(12);
    std::size_t calls_ = 0;
};

}  // namespace

namespace bench {

void receive_events(const task& what, meter& results) {
    asio::io_context loop(1);
    subscriber gateway{&results};
    std::deque<client> clients;
    for (std::size_t number = 0; number < what.count; ++number) {
        connect(loop, clients.emplace_back(loop.get_executor(), gateway, options_of(what)));
    }
    clients.front().notify<"start_ticks">(0);
    const meter_timer time(loop, results);
    loop.run();
}

/// All but one of the subscribers are this library's; the last one may have stopped reading.
void receive_beside_stopped(const task& what, meter& results) {
    asio::io_context loop(1);
    subscriber gateway{&results, true};
    std::deque<client> clients;
    for (std::size_t number = 1; number < what.count; ++number) {
        connect(loop, clients.emplace_back(loop.get_executor(), gateway, options_of(what)));
    }
    plain_subscriber last(loop, what.port, what.variant != "stopped");
    clients.front().notify<"start_ticks">(paced_rate);
    const meter_timer time(loop, results);
    loop.run();
}

void call_with_tail(const task& what, meter& results) {
    asio::io_context loop(1);
    subscriber gateway;
    client desk(loop.get_executor(), gateway, options_of(what));
    rpc::client<orders> others(loop.get_executor(), options_of(what));
    connect(loop, desk);
    connect(loop, others);
    std::optional<large_answers> answers;
    if (what.variant == "ticks") {
        desk.notify<"start_ticks">(tail_rate);
    } else if (what.variant == "query_history" || what.variant == "load_history") {
        answers.emplace(what.port, what.variant);
    }
    tail_caller calls(desk, others, what, results);
    results.begin();
    calls.call();
    const clock::time_point begin = clock::now();
    while (!results.is_over()) {
        loop.run_one();
    }
    results.note("ticks_per_second", static_cast<double>(gateway.ticks) * 1e9 /
                                         nanoseconds(clock::now() - begin).count());
}

}  // namespace bench
