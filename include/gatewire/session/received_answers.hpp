// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_RECEIVED_ANSWERS_HPP
#define GATEWIRE_SESSION_RECEIVED_ANSWERS_HPP

#include <gatewire/detail/cached_allocator.hpp>
#include <gatewire/session/gateway_item.hpp>
#include <gatewire/session/optional_mutex.hpp>

#include <deque>
#include <mutex>
#include <string>
#include <utility>

namespace rpc::inline v1::session {

/// Answers whose completions have an executor of their own, on their way from the thread that read
/// them to the moment when the next read is under way.
///
/// One thread at a time lets them go, so that they keep their order; it may come back here from
/// inside of one of them, and then leaves the rest to itself further out.
class received_answers {
public:
    explicit received_answers(bool is_single_threaded) : mutex_(!is_single_threaded) {}

    /// Keeps an answer; its text is copied, since the bytes go elsewhere.
    void push(const protocol::delivery& what, completion_ptr& completion) {
        answer kept{{}, std::string(what.text)};
        const std::lock_guard lock(mutex_);
        waiting_.push_back(std::move(kept));
        waiting_.back().item.answer_with(what, completion);
    }

    void release() {
        std::unique_lock lock(mutex_);
        if (releasing_) {
            return;
        }
        const release_mark mark(releasing_);
        while (!waiting_.empty()) {
            answer next = std::move(waiting_.front());
            waiting_.pop_front();
            lock.unlock();
            next.item.text = next.text;
            next.item.complete();
            lock.lock();
        }
    }

private:
    /// It is always taken away, or no answer would ever be let go again.
    struct release_mark {
        explicit release_mark(bool& place) noexcept : is_set(place) { is_set = true; }
        ~release_mark() { is_set = false; }
        release_mark(const release_mark&) = delete;
        release_mark& operator=(const release_mark&) = delete;
        bool& is_set;
    };

    struct answer {
        gateway_item item;
        std::string text;
    };

    optional_mutex mutex_;
    std::deque<answer, detail::cached_allocator<answer>> waiting_;
    bool releasing_ = false;
};

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_RECEIVED_ANSWERS_HPP
