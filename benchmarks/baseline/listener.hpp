// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef BENCH_LISTENER_HPP
#define BENCH_LISTENER_HPP

#include "../load.hpp"
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

namespace bench {

/// The connections of a server over bare Asio.
///
/// `Owner` is what their streams ask for, and has `publish_burst(streams)`: once as many clients as
/// the workload wants are there, it is called as fast as they take what it sends.
template <class Owner>
class listener {
public:
    using streams = std::vector<std::unique_ptr<stream<Owner>>>;

    listener(asio::io_context& loop, const server_task& what, Owner& owner)
        : loop_(loop),
          acceptor_(loop, asio::ip::tcp::endpoint(asio::ip::address_v4::loopback(), 0)),
          owner_(owner),
          subscribers_(what.workload == "events" || what.workload == "fanout" ? what.count : 0) {
        accept();
    }

    std::string port() const { return std::to_string(acceptor_.local_endpoint().port()); }

    void remove(stream<Owner>& which) {
        // It is kept: a write of it may have completed already, and still be told.
        const auto place = std::find_if(streams_.begin(), streams_.end(),
                                        [&which](const auto& one) { return one.get() == &which; });
        ended_.push_back(std::move(*place));
        streams_.erase(place);
    }

private:
    void accept() {
        acceptor_.async_accept(
            [this](const asio::error_code& failure, asio::ip::tcp::socket socket) {
                if (failure) {
                    fail(failure.message());
                }
                streams_.push_back(std::make_unique<stream<Owner>>(std::move(socket), owner_));
                streams_.back()->start();
                if (streams_.size() == subscribers_) {
                    publish();
                }
                accept();
            });
    }

    void publish() {
        asio::post(loop_, [this] {
            const std::size_t looks_max = publish_looks_max(streams_.size());
            for (std::size_t looks = 0; looks < looks_max && queued_bytes() < publish_queue_max;
                 ++looks) {
                owner_.publish_burst(streams_);
                for (const auto& to : streams_) {
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
    asio::ip::tcp::acceptor acceptor_;
    Owner& owner_;
    std::size_t subscribers_;
    streams streams_;
    streams ended_;
};

}  // namespace bench

#endif  // BENCH_LISTENER_HPP
