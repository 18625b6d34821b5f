// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_NATS_ENGINE_CONNECTION_HPP
#define GATEWIRE_NATS_ENGINE_CONNECTION_HPP

#include <gatewire/nats/connection.hpp>
#include <gatewire/protocol/time.hpp>

#include <asio/any_io_executor.hpp>
#include <asio/execution/outstanding_work.hpp>
#include <asio/prefer.hpp>

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace rpc::inline v1::nats {

/// The connection of an engine while it is started, with its subscriptions. All functions may be
/// called from any thread at the same time.
class engine_connection {
public:
    using subscriptions = std::vector<subscription_ptr>;

    /// Keeps the loop of the executor running until `close`.
    void open(std::shared_ptr<connection> broker, subscriptions calls, subscriptions others,
              const asio::any_io_executor& executor) {
        const std::lock_guard lock(mutex_);
        broker_ = std::move(broker);
        calls_ = std::move(calls);
        others_ = std::move(others);
        work_ = asio::prefer(executor, asio::execution::outstanding_work.tracked);
    }

    /// Asks for no more calls; those that were sent here come.
    void drain() {
        const std::lock_guard lock(mutex_);
        for (const subscription_ptr& one : calls_) {
            natsSubscription_Drain(one.get());
        }
    }

    void close() {
        std::shared_ptr<connection> broker;
        subscriptions calls;
        subscriptions others;
        std::optional<asio::any_io_executor> work;
        {
            const std::lock_guard lock(mutex_);
            broker.swap(broker_);
            calls.swap(calls_);
            others.swap(others_);
            work.swap(work_);
            is_up_ = false;
        }
        if (broker) {
            broker->close();
        }
    }

    /// Null while it is not started.
    std::shared_ptr<connection> get() const {
        const std::lock_guard lock(mutex_);
        return broker_;
    }

    /// @return The connection, if it is started and this is new.
    std::shared_ptr<connection> set_up(bool is_up) {
        const std::lock_guard lock(mutex_);
        const bool is_new = broker_ && is_up != is_up_;
        is_up_ = is_up && broker_;
        changed_.notify_all();
        return is_new ? broker_ : nullptr;
    }
    bool is_up() const {
        const std::lock_guard lock(mutex_);
        return is_up_;
    }
    bool wait_up(std::chrono::milliseconds timeout) {
        std::unique_lock lock(mutex_);
        return changed_.wait_until(lock, protocol::after(std::chrono::steady_clock::now(), timeout),
                                   [this] { return is_up_; });
    }

private:
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::shared_ptr<connection> broker_;
    subscriptions calls_;
    subscriptions others_;
    std::optional<asio::any_io_executor> work_;
    bool is_up_ = false;
};

}  // namespace rpc::inline v1::nats

#endif  // GATEWIRE_NATS_ENGINE_CONNECTION_HPP
