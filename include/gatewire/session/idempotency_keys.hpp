// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_IDEMPOTENCY_KEYS_HPP
#define GATEWIRE_SESSION_IDEMPOTENCY_KEYS_HPP

#include <gatewire/detail/linkage.hpp>
#include <gatewire/protocol/call.hpp>
#include <gatewire/protocol/error_codes.hpp>

#include <algorithm>
#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rpc::inline v1::session {

using protocol::keyed_call;
using protocol::keyed_call_waiter;

/// The calls that were made with a key: a second one with the same key gets the response of the
/// first, waits for it, or is refused. Nothing is forgotten silently: where there is no room, new
/// keys are refused. A response that does not fit when it comes, since others came meanwhile, is
/// replaced by an error that says so, for which room is set aside from the beginning.
///
/// @par Thread safety
/// May be used from any thread; waiters are called without its mutex.
class idempotency_keys {
public:
    using entry_ptr = std::shared_ptr<keyed_call>;

    idempotency_keys(std::size_t keys_max, std::size_t size_max)
        : keys_max_(keys_max), size_max_(size_max) {}

    enum class state : unsigned char {
        first,     ///< Nobody used the key: the call must run, then `end` or `undo` it.
        answered,  ///< `answer` is the first one's response.
        joined,    ///< The first one runs: the waiter gets its response.
        conflict,  ///< The key was used with other params.
        full       ///< There is no room for another key.
    };
    struct lookup {
        state what;
        entry_ptr entry;     ///< With `first`.
        std::string answer;  ///< With `answered`.
    };

    /// Looks a key up, and takes it if nobody has.
    /// @param make_waiter  Gives a `keyed_call_waiter`, if the call must wait; it must lock
    /// nothing.
    template <class MakeWaiter>
    lookup begin(std::string_view method, std::string_view identity, std::string_view key,
                 std::string_view params, MakeWaiter&& make_waiter) {
        std::string place = place_of(method, identity, key);
        const std::lock_guard lock(mutex_);
        const auto found = entries_.find(place);
        if (found == entries_.end()) {
            const std::size_t size = place.size() + params.size() + replacement_size_max;
            if (entries_.size() >= keys_max_ || size_ + size > size_max_) {
                return {state::full, nullptr, {}};
            }
            const auto entry = std::make_shared<keyed_call>();
            entry->place = place;
            entry->params = params;
            entries_.emplace(std::move(place), entry);
            size_ += size;
            return {state::first, entry, {}};
        }
        keyed_call& known = *found->second;
        if (known.params != params) {
            return {state::conflict, nullptr, {}};
        }
        if (known.answer) {
            return {state::answered, nullptr, *known.answer};
        }
        known.waiters.push_back(make_waiter());
        return {state::joined, nullptr, {}};
    }

    /// The call has this response, for everyone who asks from here on and everyone who waits.
    /// Nothing has happened if there is no memory for it.
    void end(const entry_ptr& entry, const std::string& tail) { finish(entry, tail, true); }

    /// The call did not run, so the key is free again; who waits gets the refusal.
    void undo(const entry_ptr& entry, const std::string& tail) { finish(entry, tail, false); }

    /// Forgets every key whose call has ended. @return How many.
    GATEWIRE_COLD std::size_t clear() {
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

    /// Room for the error that replaces a response, set aside for each call.
    static constexpr std::size_t replacement_size_max = 160;

    static std::size_t size_of(const keyed_call& entry) noexcept {
        return size_with(entry, entry.answer ? entry.answer->size() : 0);
    }
    static std::size_t size_with(const keyed_call& entry, std::size_t answer) noexcept {
        return entry.place.size() + entry.params.size() + (std::max)(answer, replacement_size_max);
    }

    /// What is kept in the place of a response that there is no room for.
    std::string replacement_of(const std::string& tail) const {
        return R"("error":{"code":)" + std::to_string(protocol::answer_too_large_code) +
               R"(,"message":"the call ran, but its answer of )" + std::to_string(tail.size()) +
               " bytes is not kept: the limit of all is " + std::to_string(size_max_) + R"("}})";
    }

    void finish(const entry_ptr& entry, const std::string& tail, bool is_kept) {
        std::vector<keyed_call_waiter> waiters;
        {
            const std::lock_guard lock(mutex_);
            if (is_kept) {
                const std::size_t others = size_ - size_of(*entry);
                const bool has_room = others + size_with(*entry, tail.size()) <= size_max_;
                entry->answer = has_room ? std::string(tail) : replacement_of(tail);
                size_ = others + size_of(*entry);
            } else {
                size_ -= size_of(*entry);
                entries_.erase(entry->place);
            }
            waiters.swap(entry->waiters);
        }
        for (const keyed_call_waiter& waiter : waiters) {
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

#endif  // GATEWIRE_SESSION_IDEMPOTENCY_KEYS_HPP
