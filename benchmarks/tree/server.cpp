// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// The server of the loopback benchmarks as one writes it by hand: the bare frames, and in them
// JSON-RPC through nlohmann's tree, with a map of methods.

#include "../baseline/listener.hpp"
#include "../load.hpp"
#include "tree.hpp"

#include <asio/io_context.hpp>
#include <nlohmann/json.hpp>

#include <functional>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace {

using nlohmann::json;

class server {
public:
    using stream = bench::stream<server>;

    server(asio::io_context& loop, const bench::server_task& what) : listener_(loop, what, *this) {
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
    }

    std::string port() const { return listener_.port(); }

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

    void on_end(stream& which) { listener_.remove(which); }

    void publish_burst(const bench::listener<server>::streams& streams) {
        for (std::size_t count = 0; count < bench::publish_burst; ++count) {
            const json params{{"seq", ++next_}, {"data", bench::tree_of(bench::make_tick(next_))}};
            const std::string text =
                json{{"jsonrpc", "2.0"}, {"method", "tick"}, {"params", params}}.dump();
            for (const auto& to : streams) {
                bench::send_text(*to, text);
            }
        }
    }

private:
    std::unordered_map<std::string, std::function<json(const json&)>> methods_;
    std::size_t orders_ = 0;
    std::vector<bench::bar> bars_ = bench::make_bars(bench::history_size);
    std::size_t next_ = 0;
    bench::listener<server> listener_;
};

}  // namespace

int main(int argc, char** argv) {
    asio::io_context loop(1);
    server serving(loop, bench::server_task(argc, argv));
    const bench::leash until_no_longer_wanted(loop);
    bench::leash::announce(serving.port());
    loop.run();
}
