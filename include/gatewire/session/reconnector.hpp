// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_RECONNECTOR_HPP
#define GATEWIRE_SESSION_RECONNECTOR_HPP

#include <gatewire/options.hpp>
#include <gatewire/protocol/backoff.hpp>
#include <gatewire/session/connector.hpp>

#include <asio/steady_timer.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <utility>

namespace rpc::inline v1::session {

/// Connects, and connects again after a pause that grows from try to try.
class reconnector : public std::enable_shared_from_this<reconnector> {
public:
    /// @param connected  Takes each socket; called without any mutex of this class.
    /// @param failed     Hears of each try that failed, with the pause before the next.
    reconnector(const asio::any_io_executor& executor, const client_options& options,
                std::function<void(stream_socket)> connected,
                std::function<void(const std::string&, std::chrono::milliseconds)> failed)
        : executor_(executor),
          deadline_(options.limits.connect_deadline),
          backoff_(options.backoff_min, options.backoff_max, std::random_device{}()),
          timer_(executor),
          connected_(std::move(connected)),
          failed_(std::move(failed)) {}

    void start(protocol::address address) {
        const std::lock_guard lock(mutex_);
        is_running_ = true;
        address_ = std::move(address);
        backoff_.reset();
        connect();
    }

    void stop() {
        const std::lock_guard lock(mutex_);
        is_running_ = false;
        timer_.cancel();
        if (attempt_) {
            attempt_->cancel();
            attempt_.reset();
        }
    }

    /// The connection works: the next pause is a short one again.
    void succeeded() {
        const std::lock_guard lock(mutex_);
        backoff_.reset();
    }

    /// There is no connection any more, or none came about: tries again after a pause.
    void again(const std::string& why) {
        std::chrono::milliseconds pause{};
        {
            const std::lock_guard lock(mutex_);
            if (!is_running_) {
                return;
            }
            pause = backoff_.next();
            timer_.expires_after(pause);
            timer_.async_wait([weak = weak_from_this()](const asio::error_code& aborted) {
                const auto self = weak.lock();
                if (self && !aborted) {
                    const std::lock_guard again(self->mutex_);
                    if (self->is_running_) {
                        self->connect();
                    }
                }
            });
        }
        failed_(why, pause);
    }

private:
    void connect() {
        attempt_ = std::make_shared<connector>(
            executor_, address_, deadline_,
            [weak = weak_from_this()](stream_socket socket, const std::string& failure) {
                if (const auto self = weak.lock()) {
                    self->on_attempt(std::move(socket), failure);
                }
            });
        attempt_->start();
    }

    void on_attempt(stream_socket socket, const std::string& failure) {
        {
            const std::lock_guard lock(mutex_);
            if (!is_running_) {
                return;
            }
            attempt_.reset();
        }
        if (failure.empty()) {
            connected_(std::move(socket));
        } else {
            again(failure);
        }
    }

    asio::any_io_executor executor_;
    std::chrono::milliseconds deadline_;
    std::mutex mutex_;
    protocol::address address_;
    protocol::backoff backoff_;
    asio::steady_timer timer_;
    std::function<void(stream_socket)> connected_;
    std::function<void(const std::string&, std::chrono::milliseconds)> failed_;
    std::shared_ptr<connector> attempt_;
    bool is_running_ = false;
};

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_RECONNECTOR_HPP
