// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// The server of the loopback benchmarks over bare Asio: constant frames of the same bytes, without
// any codec. A frame is answered by a frame; `server events N` publishes to N clients once they are
// there.

#include "../load.hpp"
#include "../payloads.hpp"
#include "stream.hpp"

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/post.hpp>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace {

using asio::ip::tcp;

class server {
public:
    using stream = bench::stream<server>;

    server(asio::io_context& loop, const bench::server_task& what)
        : loop_(loop),
          acceptor_(loop, tcp::endpoint(asio::ip::address_v4::loopback(), 0)),
          subscribers_(what.workload == "events" ? what.count : 0),
          answer_(answer_to(what)) {
        accept();
    }

    std::string port() const { return std::to_string(acceptor_.local_endpoint().port()); }

    void on_frames(stream& from, std::size_t count) {
        for (; count != 0; --count) {
            from.send(answer_);
        }
    }

    void on_end(stream& which) {
        // It is kept: a write of it may have completed already, and still be told.
        const auto place = std::find_if(streams_.begin(), streams_.end(),
                                        [&which](const auto& one) { return one.get() == &which; });
        ended_.push_back(std::move(*place));
        streams_.erase(place);
    }

private:
    static std::string answer_to(const bench::server_task& what) {
        if (what.workload == "history") {
            return bench::history_answer_frame();
        }
        return what.workload == "payload" ? bench::echo_answer_frame(what.count)
                                          : bench::order_answer_frame();
    }

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
                for (const auto& to : streams_) {
                    for (std::size_t count = 0; count < bench::publish_burst; ++count) {
                        to->send(tick_);
                    }
                    to->flush();
                }
            }
            publish();
        });
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
    std::string answer_;
    std::string tick_ = bench::tick_frame();
    std::vector<std::unique_ptr<stream>> streams_;
    std::vector<std::unique_ptr<stream>> ended_;
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
