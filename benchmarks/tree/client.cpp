// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// The clients of the loopback benchmarks as one writes them by hand, through nlohmann's tree.

#include "../baseline/stream.hpp"
#include "../load.hpp"
#include "tree.hpp"

#include <asio/io_context.hpp>
#include <nlohmann/json.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace {

using nlohmann::json;

/// Matches answers to calls by their id.
class client {
public:
    using handler = std::function<void(const json& result)>;

    client(asio::io_context& loop, const bench::task& what)
        : link_(bench::connected_socket(loop, what), *this) {
        link_.start();
    }

    std::function<void(const json& data)> on_tick;

    void call(const char* method, json params, handler done) {
        const std::uint64_t id = ++last_id_;
        pending_.emplace(id, std::move(done));
        bench::send_text(
            link_,
            json{{"jsonrpc", "2.0"}, {"id", id}, {"method", method}, {"params", std::move(params)}}
                .dump());
    }
    void flush() { link_.flush(); }

    void on_frame(bench::stream<client>&, std::string_view text) {
        const json message = json::parse(text);
        if (message.contains("method")) {
            on_tick(message.at("params").at("data"));
            return;
        }
        const auto place = pending_.find(message.at("id").get<std::uint64_t>());
        if (place == pending_.end()) {
            bench::fail("an answer that nobody waits for");
        }
        const handler done = std::move(place->second);
        pending_.erase(place);
        done(message.at("result"));
    }
    void on_frames(bench::stream<client>&, std::size_t) {}
    void on_end(bench::stream<client>&) { bench::fail("the connection was lost"); }

private:
    bench::stream<client> link_;
    std::unordered_map<std::uint64_t, handler> pending_;
    std::uint64_t last_id_ = 0;
};

/// Keeps calls in flight: each answer is followed by the next call.
class caller {
public:
    caller(client& calls, const bench::task& what, bench::meter& results)
        : client_(calls),
          results_(results),
          workload_(what.workload),
          is_timed_(what.calls_in_flight() == 1),
          text_(what.workload == "payload" ? what.count : 0, 'x') {}

    bool is_timed() const noexcept { return is_timed_; }

    void call() {
        if (workload_ == "history") {
            client_.call("query_history", json::array({bench::tree_of(history_)}),
                         [this](const json& result) {
                             std::vector<bench::bar> bars;
                             bench::from_tree(result, bars);
                             take(bars.size() == bench::history_size);
                         });
        } else if (workload_ == "payload") {
            client_.call("echo", json::array({text_}), [this](const json& result) {
                take(result.get<std::string>().size() == text_.size());
            });
        } else {
            client_.call(
                "send_order", json::array({bench::tree_of(order_)}),
                [this](const json& result) { take(result.get<std::string>().size() == 11); });
        }
    }

private:
    void take(bool is_right) {
        if (!is_right) {
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
    }

    client& client_;
    bench::meter& results_;
    std::string_view workload_;
    bool is_timed_;
    std::string text_;
    bench::order_request order_ = bench::make_order(12);
    bench::history_request history_ = bench::make_history_request(bench::history_size);
};

void call_from_loop(const bench::task& what, bench::meter& results) {
    asio::io_context loop(1);
    client link(loop, what);
    caller calls(link, what, results);
    results.begin();
    for (std::size_t lane = 0; lane < what.calls_in_flight(); ++lane) {
        calls.call();
    }
    link.flush();
    bench::run_until_over(loop, results, calls.is_timed());
}

void receive_events(const bench::task& what, bench::meter& results) {
    asio::io_context loop(1);
    std::vector<std::unique_ptr<client>> clients;
    for (std::size_t number = 0; number < what.count; ++number) {
        clients.push_back(std::make_unique<client>(loop, what));
        clients.back()->on_tick = [&results](const json& data) {
            bench::tick received;
            bench::from_tree(data, received);
            if (received.symbol.size() != 6) {
                bench::fail("a tick was damaged");
            }
            results.count();
        };
    }
    bench::run_until_over(loop, results, false);
}

}  // namespace

int main(int argc, char** argv) {
    const bench::task what(argc, argv);
    bench::meter results(what);
    if (what.workload == "events") {
        receive_events(what, results);
    } else {
        call_from_loop(what, results);
    }
    results.report("tree");
}
