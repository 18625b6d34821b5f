// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Events that are selected by key: the server sends each client the symbols it asked for, and
// nothing else crosses the wire.

#include "prove.hpp"

#include <gatewire/rpc.hpp>

#include <functional>
#include <future>
#include <string>
#include <utility>
#include <vector>

struct quote {
    std::string symbol;
    double price;
};

//[keyed_event
class market {
public:
    std::function<void(const quote&)> on_quote;
    std::function<void(int)> on_closed;

    void play(int day) {
        for (const auto* symbol : {"SPX", "DAX", "NDX"}) {
            on_quote({symbol, 100.0 + day});
        }
        on_closed(day);
    }

    using rpc_table =
        rpc::table<rpc::method<"play", &market::play>,
                   rpc::event<"quote", quote, rpc::keyed_by<&quote::symbol>, rpc::latest>,
                   rpc::event<"closed", int>>;
};
//]

struct reader {
    std::vector<std::string> symbols;
    std::promise<int> closed;

    void on_quote(const quote& q) { symbols.push_back(q.symbol); }
    void on_closed(int day) { closed.set_value(day); }

    // Events keep their order: when the closing is here, all quotes before it are too.
    std::vector<std::string> next_day() {
        closed.get_future().wait();
        closed = {};
        return std::exchange(symbols, {});
    }

    using rpc_table =
        rpc::table<rpc::remote<"play", void(int)>, rpc::on<"quote", &reader::on_quote>,
                   rpc::on<"closed", &reader::on_closed>>;
};

using strings = std::vector<std::string>;

int main() {
    rpc::io_thread io;
    market m;
    rpc::server<market> server{io.get_executor(), m, {.listen = {"tcp://127.0.0.1:0"}}};
    m.on_quote = [&server](const quote& q) { server.publish<"quote">(q); };
    m.on_closed = [&server](int day) { server.publish<"closed">(day); };
    server.start();
    const rpc::client_options options{.address = server.addresses().front()};

    reader all;
    rpc::client<reader> whole{io.get_executor(), all, options};
    whole.start();

    //[subscribe_keys
    reader some;
    rpc::client<reader> selected{io.get_executor(), some, options};
    selected.subscribe<"quote">("SPX", "NDX");
    selected.start();
    //]
    prove(whole.wait_connected() && selected.wait_connected(), "both clients are connected");

    selected.call<"play">(1);
    prove(all.next_day() == strings{"SPX", "DAX", "NDX"}, "without keys every quote comes");
    prove(some.next_day() == strings{"SPX", "NDX"}, "with keys only theirs");

    // What one client asks for is done in that order, so the call meets the new subscriptions.
    selected.unsubscribe<"quote">("SPX");
    selected.subscribe<"quote">("DAX");
    selected.call<"play">(2);
    // A quote is a `latest` event: the newest one of DAX comes with the subscription, at once.
    prove(some.next_day() == strings{"DAX", "DAX", "NDX"}, "keys can be changed at any time");
    prove(all.next_day().size() == 3, "and others do not notice");
}
