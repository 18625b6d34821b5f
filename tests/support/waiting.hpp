// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TESTS_WAITING_HPP
#define TESTS_WAITING_HPP

#include <gatewire/error.hpp>

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <exception>
#include <future>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

/// Waiting for things that other threads bring about. Nothing here waits for time to pass: the
/// clock is only the watchdog that turns a hang into a failure.
namespace test {

/// How long something may take that must happen, on a loaded machine with sanitizers.
inline constexpr std::chrono::seconds patience{30};

/// Remembers what happened, in order, and lets other threads wait for it.
template <class Value>
class recorder {
public:
    void add(Value value) {
        const std::lock_guard lock(mutex_);
        values_.push_back(std::move(value));
        changed_.notify_all();
    }

    /// Waits until `holds(values)`. @return Whether it does in the end.
    template <class Holds>
    bool wait(Holds&& holds) const {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, patience, [&] { return holds(values_); });
    }

    bool wait_for_count(std::size_t count) const {
        return wait([count](const auto& values) { return values.size() >= count; });
    }

    std::vector<Value> all() const {
        const std::lock_guard lock(mutex_);
        return values_;
    }
    std::size_t count() const {
        const std::lock_guard lock(mutex_);
        return values_.size();
    }

private:
    mutable std::mutex mutex_;
    mutable std::condition_variable changed_;
    std::vector<Value> values_;
};

/// Waits for a condition that tells nobody when it changes. @return Whether it came to hold.
template <class Holds>
bool eventually(Holds&& holds) {
    std::mutex mutex;
    std::condition_variable never_notified;
    std::unique_lock lock(mutex);
    const auto until = std::chrono::steady_clock::now() + patience;
    while (!holds()) {
        if (std::chrono::steady_clock::now() >= until) {
            return false;
        }
        never_notified.wait_for(lock, std::chrono::milliseconds(1));
    }
    return true;
}

/// The value of a future, or its exception; a hang is an exception too.
template <class Value>
Value get(std::future<Value>& future) {
    if (future.wait_for(patience) != std::future_status::ready) {
        throw std::runtime_error("the future was not ready in time");
    }
    return future.get();
}
template <class Value>
Value get(std::future<Value>&& future) {
    return get(future);
}

/// The `rpc::error` that `action` throws.
template <class Action>
rpc::error error_of(Action&& action) {
    try {
        action();
    } catch (const rpc::error& thrown) {
        return thrown;
    }
    throw std::runtime_error("nothing was thrown");
}

/// The `rpc::error` in a completion handler's exception pointer; nothing if that is null.
inline std::optional<rpc::error> error_in(const std::exception_ptr& thrown) {
    if (!thrown) {
        return std::nullopt;
    }
    return error_of([&] { std::rethrow_exception(thrown); });
}

}  // namespace test

#endif  // TESTS_WAITING_HPP
