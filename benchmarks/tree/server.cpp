// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// The server of the loopback benchmarks as one writes it by hand: the bare frames, and in them
// JSON-RPC through nlohmann's tree, with a map of methods.

#include "../baseline/stream.hpp"
#include "../load.hpp"
#include "tree.hpp"

#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <functional>
#include <memory>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace {

using asio::ip::tcp;
using nlohmann::json;

class server {
public:
    using stream = bench::stream<server>;

    server(asio::io_context& loop, const bench::server_task& what)
        : loop_(loop),
          acceptor_(loop, tcp::endpoint(asio::ip::address_v4::loopback(), 0)),
          subscribers_(what.workload == "events" ? what.count : 0) {
        methods_["send_order"] = [this](const json& params) -> json {
            bench::order_request order;
            bench::from_tree(params.at(0), order);
            orders_ += order.symbol.empty() ? 0 : 1;
            return bench::make_order_id(orders_);
        };
        methods_["query_history"] = [this](const json& params) -> json {
            bench::history_request request;
            bench::from_tree(params.at(0), request);
            return bench::tree_of(bars_);
        };
        methods_["echo"] = [](const json& params) -> json {
            return params.at(0).get<std::string>();
        };
        accept();
    }

    std::string port() const { return std::to_string(acceptor_.local_endpoint().port()); }

    void on_frame(stream& from, std::string_view text) {
        const json request = json::parse(text);
        json answer{{"jsonrpc", "2.0"}, {"id", request.at("id")}};
        try {
            const auto& method = methods_.at(request.at("method").get_ref<const std::string&>());
            answer["result"] = method(request.at("params"));
        } catch (const std::exception& failure) {
            answer["error"] = {{"code", -32000}, {"message", failure.what()}};
        }
        bench::send_text(from, answer.dump());
    }
    void on_frames(stream&, std::size_t) {}

    void on_end(stream& which) {
        // It is kept: a write of it may have completed already, and still be told.
        const auto place = std::find_if(streams_.begin(), streams_.end(),
                                        [&which](const auto& one) { return one.get() == &which; });
        ended_.push_back(std::move(*place));
        streams_.erase(place);
    }

private:
    void accept() {
        acceptor_.async_accept([this](const asio::error_code& failure, tcp::socket socket) {
            if (failure) {
                bench::fail(failure.message());
            }
            streams_.push_back(std::make_unique<stream>(std::move(socket), *this));
            streams_.back()->start();
            if (streams_.size() == subscribers_) {
                publish();
            }
            accept();
        });
    }

    void publish() {
        asio::post(loop_, [this] {
            for (std::size_t looks = 0;
                 looks < bench::publish_looks && queued_bytes() < bench::publish_queue_max;
                 ++looks) {
                publish_burst();
            }
            publish();
        });
    }

    void publish_burst() {
        for (std::size_t count = 0; count < bench::publish_burst; ++count) {
            const json params{{"seq", ++next_}, {"data", bench::tree_of(bench::make_tick(next_))}};
            const std::string text =
                json{{"jsonrpc", "2.0"}, {"method", "tick"}, {"params", params}}.dump();
            for (const auto& to : streams_) {
                bench::send_text(*to, text);
            }
        }
        for (const auto& to : streams_) {
            to->flush();
        }
    }

    std::size_t queued_bytes() const {
        std::size_t most = 0;
        for (const auto& to : streams_) {
            most = (std::max)(most, to->queued_bytes());
        }
        return most;
    }

    asio::io_context& loop_;
    tcp::acceptor acceptor_;
    std::size_t subscribers_;
    std::unordered_map<std::string, std::function<json(const json&)>> methods_;
    std::size_t orders_ = 0;
    std::vector<bench::bar> bars_ = bench::make_bars(bench::history_size);
    std::size_t next_ = 0;
    std::vector<std::unique_ptr<stream>> streams_;
    std::vector<std::unique_ptr<stream>> ended_;
};

}  // namespace

int main(int argc, char** argv) {
    asio::io_context loop(1);
    server serving(loop, bench::server_task(argc, argv));
    const bench::leash until_no_longer_wanted(loop);
    bench::leash::announce(serving.port());
    loop.run();
}
