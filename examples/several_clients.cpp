// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Several clients of one engine: its methods run one at a time, and everybody sees the same events
// in the same order.

#include "prove.hpp"

#include <gatewire/rpc.hpp>

#include <asio/detached.hpp>

#include <cstddef>
#include <deque>
#include <functional>
#include <future>
#include <set>
#include <string>
#include <vector>

struct line {
    std::size_t number = 0;
    std::string text;
    bool operator==(const line&) const = default;
};

//[engine_publishes
class room {
public:
    std::function<void(const line&)> on_line;  // Connected to the server by main.

    std::size_t say(const rpc::caller& caller, const std::string& text) {
        speakers_.insert(caller.peer());
        on_line({++lines_, text});  // No lock: the server calls the engine on one strand.
        return lines_;
    }
    std::size_t speakers() const { return speakers_.size(); }

    using rpc_table =
        rpc::table<rpc::method<"say", &room::say>, rpc::method<"speakers", &room::speakers>,
                   rpc::event<"line", line>>;

private:
    std::size_t lines_ = 0;
    std::set<std::string> speakers_;
};
//]

constexpr std::size_t clients = 3;
constexpr std::size_t lines_each = 50;

struct visitor {
    std::vector<line> heard;
    std::promise<void> heard_all;

    void on_line(const line& l) {
        heard.push_back(l);
        if (heard.size() == clients * lines_each) {
            heard_all.set_value();
        }
    }

    using rpc_table =
        rpc::table<rpc::remote<"say", std::size_t(std::string)>,
                   rpc::remote<"speakers", std::size_t()>, rpc::on<"line", &visitor::on_line>>;
};

int main() {
    rpc::io_thread server_io;
    room r;
    rpc::server<room> server{server_io.get_executor(), r, {.listen = {"tcp://127.0.0.1:0"}}};
    r.on_line = [&server](const line& l) { server.publish<"line">(l); };
    server.start();

    rpc::io_thread client_io;
    std::deque<visitor> visitors(clients);
    std::deque<rpc::client<visitor>> connections;
    for (visitor& each : visitors) {
        connections.emplace_back(client_io.get_executor(), each,
                                 rpc::client_options{.address = server.addresses().front()});
        connections.back().start();
        prove(connections.back().wait_connected(), "a client is connected");
    }
    for (std::size_t i = 0; i < lines_each; ++i) {
        for (auto& each : connections) {
            each.async_call<"say">("line " + std::to_string(i), asio::detached);
        }
    }
    for (visitor& each : visitors) {
        each.heard_all.get_future().wait();
    }
    prove(visitors[0].heard == visitors[1].heard && visitors[0].heard == visitors[2].heard,
          "everybody heard the same lines in the same order");
    prove(visitors[0].heard.back().number == clients * lines_each, "no line is missing");
    prove(connections.front().call<"speakers">() == clients, "the engine knows who is calling");
}
