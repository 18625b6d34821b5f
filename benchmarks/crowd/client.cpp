// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Many connections to gatewire's server, each with a session of its own, over bare sockets: what is
// measured is the server. `idle` calls and subscribes once, and after a rest says that it still
// lives; `fanout` subscribes and counts frames.

#include "../load.hpp"
#include "../payloads.hpp"

#include <asio/buffer.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/read.hpp>
#include <asio/write.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <deque>
#include <string>
#include <thread>
#include <vector>

namespace {

using asio::ip::tcp;

const std::string hello =
    bench::frame_around(R"({"jsonrpc":"2.0","method":"rpc.hello","params":{"protocol":1},"id":1})");
const std::string subscribe = bench::frame_around(
    R"({"jsonrpc":"2.0","method":"rpc.subscribe","params":{"event":"tick"},"id":2})");
const std::string heartbeat =
    bench::frame_around(R"({"jsonrpc":"2.0","method":"rpc.ack","params":{"answers":3}})") +
    bench::frame_around(R"({"jsonrpc":"2.0","method":"rpc.ping","params":{},"id":4})");
const std::string start_ticks =
    bench::frame_around(R"({"jsonrpc":"2.0","method":"start_ticks","params":[0],"id":3})");

std::size_t size_in(const unsigned char (&header)[4]) {
    return std::size_t{header[0]} << 24 | std::size_t{header[1]} << 16 |
           std::size_t{header[2]} << 8 | std::size_t{header[3]};
}

/// One connection that knows frames, not what is in them.
class member {
public:
    /// Ports are scarce among 10,000 connections, so each thousand has an address of its own.
    member(asio::io_context& loop, std::uint16_t port, std::size_t number) : socket_(loop) {
        const auto from = static_cast<unsigned>(1 + number / 1'000);
        socket_.open(tcp::v4());
        socket_.bind(tcp::endpoint(asio::ip::address_v4(0x7f000000U + from), 0));
        socket_.connect(tcp::endpoint(asio::ip::address_v4::loopback(), port));
        socket_.set_option(tcp::no_delay(true));
        ask(hello);
    }

    /// Sends a frame and waits for the next one.
    void ask(const std::string& frame) {
        send(frame);
        unsigned char header[4];
        asio::read(socket_, asio::buffer(header));
        std::vector<char> text(size_in(header));
        asio::read(socket_, asio::buffer(text));
    }

    void send(const std::string& frame) { asio::write(socket_, asio::buffer(frame)); }

    void count_frames(std::vector<char>& input, bench::meter& results) {
        socket_.non_blocking(true);
        socket_.async_wait(tcp::socket::wait_read, [&](const asio::error_code& failure) {
            asio::error_code ended = failure;
            const std::size_t size = failure ? 0 : socket_.read_some(asio::buffer(input), ended);
            if (ended && ended != asio::error::would_block) {
                bench::fail("the connection was lost");
            }
            walk(input.data(), size, results);
            count_frames(input, results);
        });
    }

private:
    void walk(const char* bytes, std::size_t size, bench::meter& results) {
        while (size != 0) {
            if (rest_ == 0) {
                header_[got_++] = static_cast<unsigned char>(*bytes++);
                --size;
                if (got_ == sizeof header_) {
                    rest_ = size_in(header_);
                    got_ = 0;
                }
                continue;
            }
            const std::size_t taken = (std::min)(rest_, size);
            bytes += taken;
            size -= taken;
            rest_ -= taken;
            if (rest_ == 0) {
                results.count();
            }
        }
    }

    tcp::socket socket_;
    unsigned char header_[4];
    std::size_t got_ = 0;
    std::size_t rest_ = 0;
};

/// Median time of a call, in microseconds. It does not count as the workload's.
double median_call(member& who, std::chrono::nanoseconds time) {
    std::vector<double> times;
    const auto end = bench::clock::now() + time;
    std::size_t number = 100;
    for (auto begin = bench::clock::now(); begin < end;) {
        std::string frame = bench::order_frame();
        const std::string id = std::to_string(100'000 + ++number);
        frame.replace(frame.size() - 1 - id.size(), id.size(), id);
        begin = bench::clock::now();
        who.ask(frame);
        times.push_back(bench::nanoseconds(bench::clock::now() - begin).count() / 1e3);
    }
    std::sort(times.begin(), times.end());
    return bench::percentile(times, 0.5);
}

void rest(const bench::task& what, bench::meter& results) {
    asio::io_context loop(1);
    member caller(loop, what.port, 0);
    results.note("quiet_p50_us", median_call(caller, what.time / 2));
    const double before = bench::server_memory();
    std::deque<member> crowd;
    results.begin();
    results.restart();
    for (std::size_t number = 0; number < what.count; ++number) {
        member& one = crowd.emplace_back(loop, what.port, number);
        one.ask(bench::order_frame());
        one.ask(subscribe);
        results.count();
    }
    results.finish();
    std::this_thread::sleep_for(std::chrono::milliseconds(1'100));  // The least that is a rest.
    for (member& one : crowd) {
        one.ask(heartbeat);
    }
    results.note("bytes_per_connection",
                 (bench::server_memory() - before) / static_cast<double>(what.count));
    results.note("busy_p50_us", median_call(caller, what.time / 2));
}

void fan_out(const bench::task& what, bench::meter& results) {
    asio::io_context loop(1);
    std::vector<char> input(std::size_t{256} << 10);
    std::deque<member> crowd;
    for (std::size_t number = 0; number < what.count; ++number) {
        crowd.emplace_back(loop, what.port, number).ask(subscribe);
    }
    crowd.front().send(start_ticks);
    for (member& one : crowd) {
        one.count_frames(input, results);
    }
    const bench::meter_timer time(loop, results);
    loop.run();
}

}  // namespace

int main(int argc, char** argv) {
    const bench::task what(argc, argv);
    bench::meter results(what);
    if (!bench::raise_descriptor_limit(what.count)) {
        bench::skip("skipped: this system allows a process too few descriptors");
    }
    if (what.workload == "idle") {
        rest(what, results);
    } else {
        fan_out(what, results);
    }
    results.report("gatewire");
}
