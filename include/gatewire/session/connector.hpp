// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_CONNECTOR_HPP
#define GATEWIRE_SESSION_CONNECTOR_HPP

#include <gatewire/detail/linkage.hpp>
#include <gatewire/options.hpp>
#include <gatewire/protocol/backoff.hpp>
#include <gatewire/session/environment.hpp>
#include <gatewire/session/retry_for_memory.hpp>
#include <gatewire/session/sockets.hpp>

#include <asio/ip/tcp.hpp>
#include <asio/local/stream_protocol.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
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

    GATEWIRE_COLD void try_next() {
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
    GATEWIRE_COLD void on_connected(const asio::error_code& failure,
                                    const stream_endpoint& endpoint) {
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

    GATEWIRE_COLD void finish(std::unique_ptr<stream> made, std::string failure) {
        is_done_ = true;
        timer_.cancel();
        made_ = std::move(made);
        last_failure_ = std::move(failure);
        // Never from inside of `start`, whose caller may hold what the callback needs.
        retry_for_memory([this] {
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

/// Connects, and connects again after a pause that grows from try to try. Where the server refuses
/// this client it is the longest one at once, and it is reported once until the answer is another.
class reconnector : public wakeable, public std::enable_shared_from_this<reconnector> {
public:
    /// @param attempted  Takes each connection, or why there is none, upon which it must call
    ///                   `again`; called without any mutex of this class.
    /// @param report     Says that a try failed, with the pause before the next.
    reconnector(const asio::any_io_executor& executor, const client_options& options,
                environment::connect_callback attempted,
                std::function<void(const std::string&, std::chrono::milliseconds)> report)
        : executor_(executor),
          environment_(options.environment),
          deadline_(options.limits.connect_deadline),
          backoff_(options.backoff_min, options.backoff_max, environment_->random()),
          timer_(environment_->make_timer(executor)),
          attempted_(std::move(attempted)),
          report_(std::move(report)) {}

    void start(protocol::address address) {
        const std::lock_guard lock(mutex_);
        is_running_ = true;
        address_ = std::move(address);
        refusal_.clear();
        backoff_.reset();
        connect();
    }

    void stop() {
        const std::lock_guard lock(mutex_);
        is_running_ = false;
        timer_->cancel();
        if (attempt_) {
            attempt_->cancel();
            attempt_.reset();
        }
    }

    /// The connection works: the next pause is a short one again.
    void succeeded() {
        const std::lock_guard lock(mutex_);
        refusal_.clear();
        backoff_.reset();
    }

    /// There is no connection any more, or none came about: tries again after a pause.
    /// @param is_refused  The next try will most likely end like this one.
    void again(const std::string& why, bool is_refused) {
        std::chrono::milliseconds pause{};
        bool is_known = false;
        {
            const std::lock_guard lock(mutex_);
            if (!is_running_) {
                return;
            }
            pause = is_refused ? backoff_.longest() : backoff_.next();
            is_known = is_refused && refusal_ == why;
            retry_for_memory([&] {
                timer_->arm(protocol::after(environment_->now(), pause), weak_from_this());
            });
        }
        if (is_known) {
            return;
        }
        {
            const std::lock_guard lock(mutex_);
            try {
                refusal_ = is_refused ? why : std::string();
            } catch (const std::bad_alloc&) {
                refusal_.clear();  // Then it is reported once more.
            }
        }
        report_(why, pause);
    }

private:
    void on_wake() override {
        try {
            const std::lock_guard lock(mutex_);
            if (is_running_ && !attempt_) {
                connect();
            }
        } catch (const std::bad_alloc&) {
            again("no memory", false);
        }
    }

    void connect() {
        attempt_ =
            environment_->connect(executor_, address_, deadline_,
                                  [weak = weak_from_this()](std::unique_ptr<stream> made,
                                                            const protocol::close_reason& failure) {
                                      if (const auto self = weak.lock()) {
                                          self->on_attempt(std::move(made), failure);
                                      }
                                  });
    }

    void on_attempt(std::unique_ptr<stream> made, const protocol::close_reason& failure) {
        {
            const std::lock_guard lock(mutex_);
            if (!is_running_) {
                return;
            }
            attempt_.reset();
        }
        try {
            attempted_(std::move(made), failure);
        } catch (const std::bad_alloc&) {
            again("no memory", false);
        }
    }

    asio::any_io_executor executor_;
    std::shared_ptr<environment> environment_;
    std::chrono::milliseconds deadline_;
    std::mutex mutex_;
    protocol::address address_;
    protocol::backoff backoff_;
    std::unique_ptr<timer> timer_;
    environment::connect_callback attempted_;
    std::function<void(const std::string&, std::chrono::milliseconds)> report_;
    std::string refusal_;  // the last try's, if it was one
    std::shared_ptr<attempt> attempt_;
    bool is_running_ = false;
};

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_CONNECTOR_HPP
