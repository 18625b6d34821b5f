// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// The server of the loopback benchmarks over bare Asio: constant frames of the same bytes, without
// any codec. A frame is answered by a frame; `server events N` publishes to N clients once they are
// there.

#include "../load.hpp"
#include "../payloads.hpp"
#include "listener.hpp"

#include <asio/io_context.hpp>

#include <cstddef>
#include <string>

namespace {

class server {
public:
    using stream = bench::stream<server>;

    server(asio::io_context& loop, const bench::server_task& what)
        : answer_(answer_to(what)), listener_(loop, what, *this) {}

    std::string port() const { return listener_.port(); }

    void on_frames(stream& from, std::size_t count) {
        for (; count != 0; --count) {
            from.send(answer_);
        }
    }

    void on_end(stream& which) { listener_.remove(which); }

    void publish_burst(const bench::listener<server>::streams& streams) {
        for (const auto& to : streams) {
            for (std::size_t count = 0; count < bench::publish_burst; ++count) {
                to->send(tick_);
            }
        }
    }

private:
    static std::string answer_to(const bench::server_task& what) {
        if (what.workload == "history") {
            return bench::history_answer_frame();
        }
        return what.workload == "payload" ? bench::echo_answer_frame(what.count)
                                          : bench::order_answer_frame();
    }

    std::string answer_;
    std::string tick_ = bench::tick_frame();
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
