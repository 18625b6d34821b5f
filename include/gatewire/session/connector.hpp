// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_CONNECTOR_HPP
#define GATEWIRE_SESSION_CONNECTOR_HPP

#include <gatewire/session/endpoint.hpp>
#include <gatewire/session/environment.hpp>
#include <gatewire/session/insist.hpp>
#include <gatewire/session/socket_stream.hpp>
#include <gatewire/session/sockets.hpp>

#include <asio/error.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/local/stream_protocol.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <mutex>
#include <new>
#include <string>
#include <utility>
#include <vector>

namespace rpc::inline v1::session {

/// One attempt to connect: resolves the name, then tries its addresses one after another. Each
/// step has its own deadline.
class connector final : public attempt, public std::enable_shared_from_this<connector> {
public:
    connector(const asio::any_io_executor& executor, protocol::address address,
              std::chrono::milliseconds deadline, environment::connect_callback done)
        : resolver_(executor),
          socket_(executor),
          timer_(executor),
          address_(std::move(address)),
          deadline_(deadline),
          done_(std::move(done)) {}

    void start() {
        const std::lock_guard lock(mutex_);
        if (address_.kind == protocol::address::scheme::unix_socket) {
            if (address_.host.size() >= sizeof(sockaddr_un::sun_path)) {
                fail("the path is too long for a unix socket");
                return;
            }
            endpoints_.emplace_back(asio::local::stream_protocol::endpoint(address_.host));
            try_next();
            return;
        }
        asio::error_code is_name;
        const auto literal = asio::ip::make_address(address_.host, is_name);
        if (!is_name) {  // Asio would start a thread to resolve it.
            endpoints_.emplace_back(asio::ip::tcp::endpoint(literal, address_.port));
            try_next();
            return;
        }
        arm();
        resolver_.async_resolve(
            address_.host, std::to_string(address_.port),
            [self = shared_from_this()](const asio::error_code& failure,
                                        const asio::ip::tcp::resolver::results_type& found) {
                self->on_resolved(failure, found);
            });
    }

    void cancel() override {
        const std::lock_guard lock(mutex_);
        is_done_ = true;
        stop_steps();
    }

private:
    // Errors: operation_aborted after `cancel` or the deadline, else the resolver's.
    void on_resolved(const asio::error_code& failure,
                     const asio::ip::tcp::resolver::results_type& found) {
        const std::lock_guard lock(mutex_);
        guard([&] { take_resolved(failure, found); });
    }

    void take_resolved(const asio::error_code& failure,
                       const asio::ip::tcp::resolver::results_type& found) {
        if (is_done_) {
            return;
        }
        if (failure) {
            fail("the name '" + address_.host + "' cannot be resolved: " + reason(failure));
            return;
        }
        for (const auto& entry : found) {
            endpoints_.emplace_back(entry.endpoint());
        }
        try_next();
    }

    void try_next() {
        if (next_ == endpoints_.size()) {
            fail(last_failure_);
            return;
        }
        const stream_endpoint endpoint = endpoints_[next_++];
        asio::error_code failure;
        socket_.close(failure);
        open_socket(socket_, protocol_of(endpoint), failure);
        if (failure) {
            last_failure_ = failure.message();
            try_next();
            return;
        }
        arm();
        socket_.async_connect(
            endpoint, [self = shared_from_this(), endpoint](const asio::error_code& connected) {
                self->on_connected(connected, endpoint);
            });
    }

    // Errors: operation_aborted after `cancel` or the deadline, else why the peer is not reached.
    void on_connected(const asio::error_code& failure, const stream_endpoint& endpoint) {
        const std::lock_guard lock(mutex_);
        guard([&] { take_connected(failure, endpoint); });
    }

    void take_connected(const asio::error_code& failure, const stream_endpoint& endpoint) {
        if (is_done_) {
            return;
        }
        if (failure) {
            last_failure_ = reason(failure);
            try_next();
            return;
        }
        finish(std::make_unique<socket_stream>(std::move(socket_), endpoint), {});
    }

    void arm() {
        is_late_ = false;
        timer_.expires_at(protocol::after(std::chrono::steady_clock::now(), deadline_));
        timer_.async_wait([self = shared_from_this()](const asio::error_code& aborted) {
            const std::lock_guard lock(self->mutex_);
            if (!aborted && !self->is_done_) {
                self->is_late_ = true;
                self->stop_steps();
            }
        });
    }

    void stop_steps() {
        asio::error_code ignored;
        resolver_.cancel();
        socket_.close(ignored);
        timer_.cancel();
    }

    std::string reason(const asio::error_code& failure) const {
        return is_late_ ? "no answer within " + std::to_string(deadline_.count()) + " ms"
                        : failure.message();
    }

    void fail(const std::string& why) { finish(nullptr, why); }

    /// Where there is no memory for a step, the attempt has failed.
    template <class Step>
    void guard(Step&& step) {
        try {
            step();
        } catch (const std::bad_alloc&) {
            finish(nullptr, "no memory");
        }
    }

    void finish(std::unique_ptr<stream> made, std::string failure) {
        is_done_ = true;
        timer_.cancel();
        made_ = std::move(made);
        last_failure_ = std::move(failure);
        // Never from inside of `start`, whose caller may hold what the callback needs.
        insist([this] {
            asio::post(timer_.get_executor(), [self = shared_from_this()] {
                self->done_(std::move(self->made_),
                            {errc::connection_refused, std::move(self->last_failure_)});
            });
        });
    }

    std::mutex mutex_;
    asio::ip::tcp::resolver resolver_;
    stream_socket socket_;
    asio::steady_timer timer_;
    protocol::address address_;
    std::chrono::milliseconds deadline_;
    environment::connect_callback done_;
    std::vector<stream_endpoint> endpoints_;
    std::size_t next_ = 0;
    std::unique_ptr<stream> made_;
    std::string last_failure_ = "the name has no address";
    bool is_late_ = false;
    bool is_done_ = false;
};

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_CONNECTOR_HPP
