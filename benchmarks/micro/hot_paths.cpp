// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// One path through the library, so many times: `hot_paths path times folder`. It is not timed:
// benchmarks/instructions.py runs it with two numbers of times and counts instructions. Everything
// runs on one thread over unix sockets, so that each run is like the last one.

#include "../harness.hpp"
#include "../loopback/engine.hpp"
#include "../loopback/gateways.hpp"

#include <gatewire/json/read.hpp>
#include <gatewire/json/write.hpp>
#include <gatewire/rpc.hpp>
#include <gatewire/wire/buffer.hpp>

#include <asio/buffer.hpp>
#include <asio/io_context.hpp>
#include <asio/local/stream_protocol.hpp>

#include <cstdlib>
#include <deque>
#include <exception>
#include <iterator>
#include <string_view>
#include <utility>

namespace {

template <class Value>
void write_value(const Value& value, std::size_t times) {
    rpc::wire::buffer out;
    for (; times != 0; --times) {
        rpc::codec::write_error failure;
        out.clear();
        if (!rpc::codec::write(out, value, failure)) {
            bench::fail(failure.text("payload"));
        }
        bench::keep(out);
    }
}

template <class Value>
void read_value(const Value& value, std::size_t times) {
    rpc::wire::buffer text;
    rpc::codec::write_error unused;
    rpc::codec::write(text, value, unused);
    for (; times != 0; --times) {
        Value read{};
        rpc::codec::read_error failure;
        if (!rpc::codec::read_text(text.view(), read, failure)) {
            bench::fail(failure.text("payload"));
        }
        bench::keep(read);
    }
}

/// An engine of many methods that do next to nothing, so that finding one is what takes time.
struct many_methods {
    std::int64_t sum = 0;

    template <std::size_t Index>
    std::int64_t add(std::int64_t left, std::int64_t right) {
        return sum += left + right + static_cast<std::int64_t>(Index);
    }

    template <std::size_t Index>
    static consteval auto name() {
        const char text[]{'m', 'e', 't', 'h', 'o', 'd', '_', '0' + Index / 10, '0' + Index % 10,
                          '\0'};
        return rpc::detail::fixed_string(text);
    }

    template <std::size_t... Index>
    static auto methods(std::index_sequence<Index...>)
        -> rpc::table<rpc::method<name<Index>(), &many_methods::add<Index>>...>;
};

constexpr std::size_t many = 64;

}  // namespace

template <>
struct rpc::table_of<many_methods>
    : decltype(many_methods::methods(std::make_index_sequence<many>{})){};

namespace {

/// A server and what it needs.
template <class Engine>
struct desk_of {
    explicit desk_of(const std::string& folder)
        : path(folder + "/desk"), server(loop.get_executor(), served, options()) {
        server.start();
    }

    rpc::server_options options() const {
        rpc::server_options chosen;
        chosen.listen = {"unix://" + path};
        return chosen;
    }

    rpc::client_options client_options() const {
        rpc::client_options chosen;
        chosen.address = "unix://" + path;
        return chosen;
    }

    asio::io_context loop{1};
    std::string path;
    Engine served;
    rpc::server<Engine> server;
};

using desk = desk_of<bench::engine>;

/// A peer that spends next to nothing itself: it sends bytes, and reads without looking.
class plain_peer {
public:
    template <class Engine>
    explicit plain_peer(desk_of<Engine>& at)
        : loop_(at.loop), socket_(at.loop), input_(std::size_t{64} << 10) {
        socket_.connect(asio::local::stream_protocol::endpoint(at.path));
        socket_.non_blocking(true);
        ask(bench::frame_around(
            R"({"jsonrpc":"2.0","method":"rpc.hello","params":{"protocol":1},"id":1})"));
    }

    void ask(const std::string& frame) {
        socket_.write_some(asio::buffer(frame));
        while (!has_read()) {
            loop_.run_one();
        }
    }

    /// Whether anything was there; messages are small enough to be there whole.
    bool has_read() {
        asio::error_code failure;
        return socket_.read_some(asio::buffer(input_), failure) != 0;
    }

private:
    asio::io_context& loop_;
    asio::local::stream_protocol::socket socket_;
    std::vector<char> input_;
};

/// Requests that a server reads, runs and answers, each with an id of its own.
void answer(const std::string& folder, std::size_t times) {
    desk at(folder);
    plain_peer peer(at);
    std::string frame = bench::order_frame();
    char* const digits = frame.data() + frame.size() - 7;
    for (std::size_t number = 100'000; number < 100'000 + times; ++number) {
        const std::string id = std::to_string(number);
        id.copy(digits, id.size());
        peer.ask(frame);
    }
}

/// The same for the methods of a large table, in an order that no cache foresees.
void answer_of_many(const std::string& folder, std::size_t times) {
    desk_of<many_methods> at(folder);
    plain_peer peer(at);
    for (std::size_t number = 0; number < times; ++number) {
        const std::string digits = std::to_string(number * 37 % many + 100);
        peer.ask(bench::frame_around(R"({"jsonrpc":"2.0","method":"method_)" + digits.substr(1) +
                                     R"(","params":[1234,-56],"id":)" + std::to_string(number) +
                                     "}"));
    }
}

/// Calls of a client to a server, both here, so many at a time.
template <std::size_t Window>
void call(const std::string& folder, std::size_t times) {
    desk at(folder);
    rpc::client<bench::orders> client(at.loop.get_executor(), at.client_options());
    bench::connect(at.loop, client);
    const bench::order_request order = bench::make_order(12);
    for (std::size_t done = 0; done < times; done += Window) {
        std::size_t pending = Window;
        for (std::size_t lane = 0; lane < Window; ++lane) {
            client.async_call<"send_order">(order, [&](std::exception_ptr failure, std::string id) {
                if (failure || id.size() != 11) {
                    bench::fail("a call failed");
                }
                --pending;
            });
        }
        while (pending != 0) {
            at.loop.run_one();
        }
    }
}

/// Ticks that a server publishes to so many peers, which only take the bytes.
template <std::size_t Peers>
void publish(const std::string& folder, std::size_t times) {
    desk at(folder);
    std::deque<plain_peer> peers;
    for (std::size_t number = 0; number < Peers; ++number) {
        peers.emplace_back(at).ask(bench::frame_around(
            R"({"jsonrpc":"2.0","method":"rpc.subscribe","params":{"event":"tick"},"id":2})"));
    }
    const bench::tick made = bench::make_tick(12);
    for (; times != 0; --times) {
        at.server.publish<"tick">(made);
        for (plain_peer& one : peers) {
            while (!one.has_read()) {
                at.loop.run_one();
            }
        }
    }
}

/// Ticks that a server publishes to one client, which gives them to a handler.
void receive(const std::string& folder, std::size_t times) {
    desk at(folder);
    bench::subscriber gateway;
    rpc::client<bench::subscriber> client(at.loop.get_executor(), gateway, at.client_options());
    bench::connect(at.loop, client);
    const bench::tick made = bench::make_tick(12);
    for (std::size_t number = 1; number <= times; ++number) {
        at.server.publish<"tick">(made);
        while (gateway.ticks != number) {
            at.loop.run_one();
        }
    }
}

using path = void (*)(const std::string& folder, std::size_t times);

constexpr std::pair<std::string_view, path> paths[]{
    {"read_order",
     [](const std::string&, std::size_t times) { read_value(bench::make_order(12), times); }},
    {"write_order",
     [](const std::string&, std::size_t times) { write_value(bench::make_order(12), times); }},
    {"read_tick",
     [](const std::string&, std::size_t times) { read_value(bench::make_tick(12), times); }},
    {"write_tick",
     [](const std::string&, std::size_t times) { write_value(bench::make_tick(12), times); }},
    {"read_bar",
     [](const std::string&, std::size_t times) { read_value(bench::make_bars(13).back(), times); }},
    {"write_bar", [](const std::string&,
                     std::size_t times) { write_value(bench::make_bars(13).back(), times); }},
    {"server_answers_call", answer},
    {"server_of_64_methods_answers", answer_of_many},
    {"call_both_sides", call<1>},
    {"call_both_sides_of_64", call<64>},
    {"server_publishes_to_1", publish<1>},
    {"server_publishes_to_8", publish<8>},
    {"event_both_sides", receive},
};

}  // namespace

int main(int argc, char** argv) {
    if (argc != 4) {
        for (const auto& [name, unused] : paths) {
            std::puts(std::string(name).c_str());
        }
        return 0;
    }
    for (const auto& [name, run] : paths) {
        if (name == argv[1]) {
            run(argv[3], std::strtoul(argv[2], nullptr, 10));
            return 0;
        }
    }
    bench::fail("there is no such path");
}
