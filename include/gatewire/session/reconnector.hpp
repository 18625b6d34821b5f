// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_RECONNECTOR_HPP
#define GATEWIRE_SESSION_RECONNECTOR_HPP

#include <gatewire/options.hpp>
#include <gatewire/protocol/backoff.hpp>
#include <gatewire/session/environment.hpp>
#include <gatewire/session/insist.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <new>
#include <string>
#include <utility>

namespace rpc::inline v1::session {

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
            insist([&] {
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
                refusal_.clear();  // Then it is told once more.
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

#endif  // GATEWIRE_SESSION_RECONNECTOR_HPP
