// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// The server of the codec floor: the bare frames, and in them the library's codec and the engine of
// the loopback benchmarks, called as it reads them. There is one method, the workload's.

#include "../../load.hpp"
#include "../../loopback/engine.hpp"
#include "../listener.hpp"
#include "messages.hpp"

#include <asio/io_context.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace {

using answering = void (*)(bench::engine&, std::string_view, rpc::wire::buffer&);

template <class Method, auto Member>
void answer(bench::engine& served, std::string_view text, rpc::wire::buffer& out) {
    typename Method::parameter value{};
    const std::uint64_t id = bench::read_request<Method>(text, value);
    bench::write_response(out, id, (served.*Member)(value));
}

answering answering_of(std::string_view workload) {
    if (workload == "history") {
        return answer<bench::query_history, &bench::engine::query_history>;
    }
    return workload == "payload" ? answer<bench::echo, &bench::engine::echo>
                                 : answer<bench::send_order, &bench::engine::send_order>;
}

class server {
public:
    using stream = bench::stream<server>;

    server(asio::io_context& loop, const bench::server_task& what)
        : answer_(answering_of(what.workload)), listener_(loop, what, *this) {
        for (std::size_t number = 0; number < 64; ++number) {
            ticks_.push_back(bench::make_tick(number));
        }
    }

    std::string port() const { return listener_.port(); }

    void on_frame(stream& from, std::string_view text) { answer_(served_, text, from.outgoing()); }
    void on_frames(stream&, std::size_t) {}
    void on_end(stream& which) { listener_.remove(which); }

    /// Each is written once, for all.
    void publish_burst(const bench::listener<server>::streams& streams) {
        for (std::size_t count = 0; count < bench::publish_burst; ++count) {
            event_.clear();
            ++sequence_;
            bench::write_tick(event_, sequence_, ticks_[sequence_ % ticks_.size()]);
            for (const auto& to : streams) {
                to->send(event_.view());
            }
        }
    }

private:
    bench::engine served_;
    answering answer_;
    std::vector<bench::tick> ticks_;
    rpc::wire::buffer event_;
    std::uint64_t sequence_ = 100'000;  // At first as many digits as in the bare frame.
    bench::listener<server> listener_;
};

}  // namespace

int main(int argc, char** argv) {
    bench::raise_descriptor_limit();
    asio::io_context loop(1);
    server serving(loop, bench::server_task(argc, argv));
    const bench::leash until_no_longer_wanted(loop);
    bench::leash::announce(serving.port());
    loop.run();
}
