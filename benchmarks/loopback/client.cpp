// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// The clients of the loopback benchmarks: gatewire.

#include "../load.hpp"
#include "../payloads.hpp"

#include <gatewire/rpc.hpp>

#include <asio/io_context.hpp>

#include <chrono>
#include <cstddef>
#include <exception>
#include <memory>
#include <string>
#include <vector>

namespace {

struct orders {
    using rpc_table =
        rpc::table<rpc::remote<"send_order", std::string(bench::order_request)>,
                   rpc::remote<"start_ticks", void()>>;
};

/// Keeps calls in flight: each answer is followed by the next call.
class caller {
public:
    caller(rpc::client<orders>& client, bench::meter& results, bool is_timed)
        : client_(client), results_(results), is_timed_(is_timed) {}

    void call() {
        client_.async_call<"send_order">(order_, [this](std::exception_ptr failure,
                                                        const std::string& id) {
            if (failure || id.size() != 11) {
                bench::fail("a call failed");
            }
            if (is_timed_) {
                results_.lap();
            } else {
                results_.count();
            }
            if (!results_.is_over()) {
                call();
            }
        });
    }

private:
    rpc::client<orders>& client_;
    bench::meter& results_;
    bench::order_request order_ = bench::make_order(12);
    bool is_timed_;
};

struct subscriber {
    bench::meter* results = nullptr;

    void on_tick(const bench::tick& received) {
        if (received.symbol.size() != 6) {
            bench::fail("a tick was damaged");
        }
        results->count();
    }

    using rpc_table = rpc::table<rpc::remote<"start_ticks", void()>,
                                 rpc::on<"tick", &subscriber::on_tick>>;
};

rpc::client_options options_of(const bench::task& what) {
    rpc::client_options options;
    options.address = "tcp://127.0.0.1:" + std::to_string(what.port);
    return options;
}

void call_from_loop(const bench::task& what, bench::meter& results) {
    asio::io_context loop(1);
    rpc::client<orders> client(loop.get_executor(), options_of(what));
    client.start();
    while (!client.is_connected()) {
        loop.run_one();
    }
    const bool is_timed = what.workload == "sequential";
    caller calls(client, results, is_timed);
    if (is_timed) {
        results.begin();
    } else {
        results.begin(loop);
    }
    for (std::size_t lane = 0; lane < what.count; ++lane) {
        calls.call();
    }
    while (!results.is_over()) {
        loop.run_one();
    }
    client.stop();
}

void call_from_thread(const bench::task& what, bench::meter& results) {
    rpc::io_thread io;
    rpc::client<orders> client(io.get_executor(), options_of(what));
    client.start();
    const bench::order_request order = bench::make_order(12);
    for (results.begin(); !results.is_over(); results.lap()) {
        if (client.call<"send_order">(order).size() != 11) {
            bench::fail("a call failed");
        }
    }
}

void receive_events(const bench::task& what, bench::meter& results) {
    asio::io_context loop(1);
    subscriber gateway{&results};
    std::vector<std::unique_ptr<rpc::client<subscriber>>> clients;
    for (std::size_t number = 0; number < what.count; ++number) {
        clients.push_back(std::make_unique<rpc::client<subscriber>>(loop.get_executor(), gateway,
                                                                    options_of(what)));
        clients.back()->start();
        while (!clients.back()->is_connected()) {
            loop.run_one();
        }
    }
    clients.front()->notify<"start_ticks">();
    results.begin(loop);
    loop.run();
}

}  // namespace

int main(int argc, char** argv) {
    const bench::task what(argc, argv);
    bench::meter results(what);
    if (what.workload == "events") {
        receive_events(what, results);
    } else if (what.workload == "blocking") {
        call_from_thread(what, results);
    } else {
        call_from_loop(what, results);
    }
    results.report("gatewire");
}
