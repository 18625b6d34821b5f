// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_CLI_INBOX_HPP
#define GATEWIRE_CLI_INBOX_HPP

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>

namespace cli {

/// What other threads have for one that waits.
template <class Item>
class inbox {
public:
    void push(Item item) {
        const std::lock_guard lock(mutex_);
        items_.push_back(std::move(item));
        changed_.notify_one();
    }

    /// The oldest item; nothing after the time.
    std::optional<Item> pop(std::chrono::steady_clock::time_point until) {
        std::unique_lock lock(mutex_);
        changed_.wait_until(lock, until, [this] { return !items_.empty(); });
        return take();
    }
    /// The oldest item, whenever it comes.
    Item pop() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return !items_.empty(); });
        return *take();
    }

private:
    std::optional<Item> take() {
        if (items_.empty()) {
            return std::nullopt;
        }
        std::optional<Item> item = std::move(items_.front());
        items_.pop_front();
        return item;
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Item> items_;
};

}  // namespace cli

#endif  // GATEWIRE_CLI_INBOX_HPP
