// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_RECONNECTOR_HPP
#define GATEWIRE_SESSION_RECONNECTOR_HPP

#include <gatewire/options.hpp>
#include <gatewire/protocol/backoff.hpp>
#include <gatewire/session/environment.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

namespace rpc::inline v1::session {

/// Connects, and connects again after a pause that grows from try to try.
class reconnector : public wakeable, public std::enable_shared_from_this<reconnector> {
public:
    /// @param connected  Takes each connection; called without any mutex of this class.
    /// @param failed     Hears of each try that failed, with the pause before the next.
    reconnector(const asio::any_io_executor& executor, const client_options& options,
                std::function<void(std::unique_ptr<stream>)> connected,
                std::function<void(const std::string&, std::chrono::milliseconds)> failed)
        : executor_(executor),
          environment_(options.environment),
          deadline_(options.limits.connect_deadline),
          backoff_(options.backoff_min, options.backoff_max, environment_->random()),
          timer_(environment_->make_timer(executor)),
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
        timer_->cancel();
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
            timer_->arm(protocol::after(environment_->now(), pause), weak_from_this());
        }
        failed_(why, pause);
    }

private:
    void on_wake() override {
        const std::lock_guard lock(mutex_);
        if (is_running_ && !attempt_) {
            connect();
        }
    }

    void connect() {
        attempt_ = environment_->connect(
            executor_, address_, deadline_,
            [weak = weak_from_this()](std::unique_ptr<stream> made, const std::string& failure) {
                if (const auto self = weak.lock()) {
                    self->on_attempt(std::move(made), failure);
                }
            });
    }

    void on_attempt(std::unique_ptr<stream> made, const std::string& failure) {
        {
            const std::lock_guard lock(mutex_);
            if (!is_running_) {
                return;
            }
            attempt_.reset();
        }
        if (failure.empty()) {
            connected_(std::move(made));
        } else {
            again(failure);
        }
    }

    asio::any_io_executor executor_;
    std::shared_ptr<environment> environment_;
    std::chrono::milliseconds deadline_;
    std::mutex mutex_;
    protocol::address address_;
    protocol::backoff backoff_;
    std::unique_ptr<timer> timer_;
    std::function<void(std::unique_ptr<stream>)> connected_;
    std::function<void(const std::string&, std::chrono::milliseconds)> failed_;
    std::shared_ptr<attempt> attempt_;
    bool is_running_ = false;
};

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_RECONNECTOR_HPP
