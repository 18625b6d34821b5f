// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_ONCE_BOOK_HPP
#define GATEWIRE_SESSION_ONCE_BOOK_HPP

#include <gatewire/protocol/answer_codes.hpp>
#include <gatewire/protocol/once_entry.hpp>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rpc::inline v1::session {

using protocol::once_entry;
using protocol::once_waiter;

/// The calls that were made with a key: a second one with the same key gets the answer of the
/// first, waits for it, or is refused. Nothing is forgotten silently: a full book takes no new
/// keys, and an answer that no longer fits when it comes, since others came meanwhile, leaves word
/// of itself, for which there is room from the beginning.
///
/// @par Thread safety
/// May be used from any thread; waiters are called without its mutex.
class once_book {
public:
    using entry_ptr = std::shared_ptr<once_entry>;

    once_book(std::size_t keys_max, std::size_t size_max)
        : keys_max_(keys_max), size_max_(size_max) {}

    enum class meeting : unsigned char {
        first,     ///< Nobody used the key: the call must run, then `end` or `undo` it.
        answered,  ///< `answer` is the first one's.
        joined,    ///< The first one runs: the waiter hears its answer.
        conflict,  ///< The key was used with other params.
        full       ///< There is no room for another key.
    };
    struct finding {
        meeting what;
        entry_ptr entry;     ///< With `first`.
        std::string answer;  ///< With `answered`.
    };

    /// Looks a key up, and takes it if nobody has.
    /// @param make_waiter  Gives a `once_waiter`, if the call must wait; it must lock nothing.
    template <class MakeWaiter>
    finding begin(std::string_view method, std::string_view identity, std::string_view key,
                  std::string_view params, MakeWaiter&& make_waiter) {
        std::string place = place_of(method, identity, key);
        const std::lock_guard lock(mutex_);
        const auto found = entries_.find(place);
        if (found == entries_.end()) {
            const std::size_t size = place.size() + params.size() + word_size_max;
            if (entries_.size() >= keys_max_ || size_ + size > size_max_) {
                return {meeting::full, nullptr, {}};
            }
            const auto entry = std::make_shared<once_entry>();
            entry->place = place;
            entry->params = params;
            entries_.emplace(std::move(place), entry);
            size_ += size;
            return {meeting::first, entry, {}};
        }
        once_entry& known = *found->second;
        if (known.params != params) {
            return {meeting::conflict, nullptr, {}};
        }
        if (known.answer) {
            return {meeting::answered, nullptr, *known.answer};
        }
        known.waiters.push_back(make_waiter());
        return {meeting::joined, nullptr, {}};
    }

    /// The call has this answer, for everyone who asks from here on and everyone who waits. Nothing
    /// has happened if there is no memory for it.
    void end(const entry_ptr& entry, const std::string& tail) { finish(entry, tail, true); }

    /// The call did not run, so the key is free again; who waits hears why.
    void undo(const entry_ptr& entry, const std::string& tail) { finish(entry, tail, false); }

    /// Forgets every key whose call has ended. @return How many.
    std::size_t clear() {
        const std::lock_guard lock(mutex_);
        return std::erase_if(entries_, [this](const auto& one) {
            if (one.second->answer) {
                size_ -= size_of(*one.second);
            }
            return one.second->answer.has_value();
        });
    }

    std::size_t keys() const {
        const std::lock_guard lock(mutex_);
        return entries_.size();
    }
    std::size_t size() const {
        const std::lock_guard lock(mutex_);
        return size_;
    }

private:
    /// The parts of a place cannot be confused: the lengths of the first two stand before them.
    static std::string place_of(std::string_view method, std::string_view identity,
                                std::string_view key) {
        std::string place = std::to_string(method.size()) + ' ' + std::to_string(identity.size());
        return place.append(" ").append(method).append(identity).append(key);
    }

    /// What a call takes whose answer is not here, or word of it only.
    static constexpr std::size_t word_size_max = 160;

    static std::size_t size_of(const once_entry& entry) noexcept {
        return size_with(entry, entry.answer ? entry.answer->size() : 0);
    }
    static std::size_t size_with(const once_entry& entry, std::size_t answer) noexcept {
        return entry.place.size() + entry.params.size() + (std::max)(answer, word_size_max);
    }

    /// What is kept in the place of an answer that there is no room for.
    std::string word_of(const std::string& tail) const {
        return R"("error":{"code":)" + std::to_string(protocol::answer_too_large_code) +
               R"(,"message":"the call ran, but its answer of )" + std::to_string(tail.size()) +
               " bytes is not kept: the limit of all is " + std::to_string(size_max_) + R"("}})";
    }

    void finish(const entry_ptr& entry, const std::string& tail, bool is_kept) {
        std::vector<once_waiter> waiters;
        {
            const std::lock_guard lock(mutex_);
            if (is_kept) {
                const std::size_t others = size_ - size_of(*entry);
                const bool has_room = others + size_with(*entry, tail.size()) <= size_max_;
                entry->answer = has_room ? std::string(tail) : word_of(tail);
                size_ = others + size_of(*entry);
            } else {
                size_ -= size_of(*entry);
                entries_.erase(entry->place);
            }
            waiters.swap(entry->waiters);
        }
        for (const once_waiter& waiter : waiters) {
            waiter(tail);
        }
    }

    mutable std::mutex mutex_;
    std::map<std::string, entry_ptr> entries_;
    std::size_t keys_max_;
    std::size_t size_max_;
    std::size_t size_ = 0;
};

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_ONCE_BOOK_HPP
