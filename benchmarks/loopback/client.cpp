// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// The clients of the loopback benchmarks: gatewire. Here are the calls; events.cpp has the rest.

#include "gateways.hpp"
#include "options.hpp"

#include <asio/post.hpp>

#include <algorithm>
#include <deque>
#include <exception>
#include <memory>
#include <utility>

namespace {

/// Keeps calls in flight on one connection: each answer is followed by the next call.
class caller {
public:
    caller(asio::io_context& loop, const bench::task& what, bench::meter& results)
        : client_(loop.get_executor(), bench::options_of(what)),
          results_(results),
          workload_(what.workload),
          is_timed_(what.calls_in_flight() == 1 && what.workload != "active"),
          text_(what.workload == "payload" ? what.count : 0, 'x') {
        bench::connect(loop, client_);
    }

    bool is_timed() const noexcept { return is_timed_; }
    double answered() const noexcept { return answered_; }

    void call() {
        if (workload_ == "history") {
            client_.async_call<"query_history">(
                history_, [this](std::exception_ptr failure, const std::vector<bench::bar>& bars) {
                    take(!failure && bars.size() == bench::history_size);
                });
        } else if (workload_ == "payload") {
            client_.async_call<"echo">(text_,
                                       [this](std::exception_ptr failure, const std::string& text) {
                                           take(!failure && text.size() == text_.size());
                                       });
        } else {
            client_.async_call<"send_order">(
                order_, [this](std::exception_ptr failure, const std::string& id) {
                    take(!failure && id.size() == 11);
                });
        }
    }

    rpc::client<bench::orders>& client() noexcept { return client_; }

private:
    void take(bool is_right) {
        if (!is_right) {
            bench::fail("a call failed");
        }
        answered_ += results_.is_measuring() ? 1 : 0;
        if (is_timed_) {
            results_.lap();
        } else {
            results_.count();
        }
        if (!results_.is_over()) {
            call();
        }
    }

    rpc::client<bench::orders> client_;
    bench::meter& results_;
    std::string_view workload_;
    bool is_timed_;
    std::string text_;
    bench::order_request order_ = bench::make_order(12);
    bench::history_request history_ = bench::make_history_request(bench::history_size);
    double answered_ = 0;
};

void call_from_loop(const bench::task& what, bench::meter& results) {
    asio::io_context loop(1);
    caller calls(loop, what, results);
    results.begin();
    for (std::size_t lane = 0; lane < what.calls_in_flight(); ++lane) {
        calls.call();
    }
    if (calls.is_timed()) {
        while (!results.is_over()) {
            loop.run_one();
        }
    } else {
        const bench::meter_timer time(loop, results);
        loop.run();
    }
    calls.client().stop();
}

/// One call in flight on each of many connections, and how evenly they are served.
void call_on_many(const bench::task& what, bench::meter& results) {
    if (!bench::raise_descriptor_limit(what.count)) {
        bench::skip("skipped: this system allows a process too few descriptors");
    }
    asio::io_context loop(1);
    std::deque<caller> callers;
    for (std::size_t number = 0; number < what.count; ++number) {
        callers.emplace_back(loop, what, results);
    }
    for (caller& one : callers) {
        one.call();
    }
    const bench::meter_timer time(loop, results);
    loop.run();
    std::vector<double> shares;
    for (const caller& one : callers) {
        shares.push_back(one.answered());
    }
    std::sort(shares.begin(), shares.end());
    results.note("calls_min", shares.front());
    results.note("calls_median", bench::percentile(shares, 0.5));
    results.note("calls_max", shares.back());
}

void call_blocking(rpc::client<bench::orders>& client, bench::meter& results) {
    const bench::order_request order = bench::make_order(12);
    for (results.begin(); !results.is_over(); results.lap()) {
        if (client.call<"send_order">(order).size() != 11) {
            bench::fail("a call failed");
        }
    }
}

/// Calls that block, while another thread runs the loop.
void call_beside_loop(const bench::task& what, bench::meter& results) {
    rpc::io_thread io;
    rpc::client<bench::orders> client(io.get_executor(), bench::options_of(what));
    client.start();
    call_blocking(client, results);
}

/// Calls that block, on the thread that runs the loop: it goes on meanwhile.
void call_inside_loop(const bench::task& what, bench::meter& results) {
    asio::io_context loop;
    rpc::client<bench::orders> client(loop.get_executor(), bench::options_of(what));
    bench::connect(loop, client);
    asio::post(loop, [&] {
        call_blocking(client, results);
        loop.stop();
    });
    loop.run();
}

using work = void (*)(const bench::task&, bench::meter&);

constexpr std::pair<std::string_view, work> works[]{
    {"sequential", call_from_loop},  {"pipelined", call_from_loop},
    {"history", call_from_loop},     {"payload", call_from_loop},
    {"active", call_on_many},        {"blocking", call_beside_loop},
    {"calling", call_inside_loop},   {"events", bench::receive_events},
    {"tail", bench::call_with_tail}, {"stopped", bench::receive_beside_stopped},
};

}  // namespace

int main(int argc, char** argv) {
    const bench::task what(argc, argv);
    bench::meter results(what);
    const auto* const found =
        std::find_if(std::begin(works), std::end(works),
                     [&what](const auto& known) { return known.first == what.workload; });
    if (found == std::end(works)) {
        bench::fail("there is no such workload");
    }
    found->second(what, results);
    results.report("gatewire");
}
