// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_PROTOCOL_PENDING_CALLS_HPP
#define GATEWIRE_PROTOCOL_PENDING_CALLS_HPP

#include <gatewire/protocol/time.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace rpc::inline v1::protocol {

/// The id of a call as it travels: the slot in the low half, how often the slot was used in the
/// high half, so that a late response never meets the slot's next call.
using call_id = std::uint64_t;

/// A call as a client makes it, from its face to the table of its calls. The views need to be
/// valid only until it is submitted.
struct call_request {
    std::size_t method;     ///< Its place in the contract; `protocol::not_listed`: it has none.
    std::string_view body;  ///< The request, lacking the members `rpc` and `id` and the brace.
    std::chrono::milliseconds timeout;
    bool is_idempotent = false;  ///< Running it twice does no harm.
    bool is_keyed = false;       ///< The server runs it once for its key.
    bool is_awaited = false;     ///< A thread waits for it and does nothing else meanwhile.
    std::string_view members{};  ///< More of the request's `rpc`, each with a comma before it.
    std::string_view trace{};    ///< That of the call, which stands among them, too.
    std::string_view engine{};   ///< Who alone is to run it; empty for any. Only over a broker.
};

/// The calls of a client that have not completed, by id: a slab, so that a steady stream of calls
/// allocates nothing.
///
/// @tparam Call  What is kept for a call; it moves and is cleared by its `clear_for_reuse()`, if it
///               has that, else by assigning `Call{}`.
template <class Call>
class pending_calls {
public:
    std::size_t size() const noexcept { return slots_.size() - free_.size(); }

    /// Makes room for a call, which is kept until `take` or `close`, or until `deadline` passes.
    std::pair<call_id, Call&> open(time_point deadline) {
        if (free_.empty()) {
            slots_.emplace_back();
            try {
                free_.reserve(slots_.capacity());  // So that giving a slot back cannot fail.
            } catch (...) {
                slots_.pop_back();
                throw;
            }
            free_.push_back(static_cast<std::uint32_t>(slots_.size() - 1));
        }
        const std::uint32_t index = free_.back();
        free_.pop_back();
        slot& used = slots_[index];
        used.deadline = deadline;
        used.is_used = true;
        earliest_ = (std::min)(earliest_, deadline);
        return {id_of(index), used.call};
    }

    /// The same for a call that is there.
    call_id insert(Call call, time_point deadline) {
        const auto [id, place] = open(deadline);
        place = std::move(call);
        return id;
    }

    /// The call with this id, or null: it has completed, or never was.
    Call* find(call_id id) noexcept {
        slot* const used = slot_of(id);
        return used == nullptr ? nullptr : &used->call;
    }

    /// Removes the call, which the caller now must complete.
    std::optional<Call> take(call_id id) {
        slot* const used = slot_of(id);
        if (used == nullptr) {
            return std::nullopt;
        }
        std::optional<Call> call(std::move(used->call));
        close(id);
        return call;
    }

    /// Removes a call that `find` found, and clears it where it is.
    void close(call_id id) noexcept {
        const auto index = static_cast<std::uint32_t>(index_in(id));
        clear(slots_[index].call);
        release(index);
    }

    /// Removes every call whose deadline has come.
    std::vector<std::pair<call_id, Call>> take_expired(time_point now) {
        return take_if([now](const slot& used) { return used.deadline <= now; });
    }

    /// Removes all calls for which `wanted(call)` holds.
    template <class Wanted>
    std::vector<std::pair<call_id, Call>> take_matching(Wanted&& wanted) {
        return take_if([&wanted](const slot& used) { return wanted(used.call); });
    }

    /// Calls `use(id, call)` for each call.
    template <class Use>
    void for_each(Use&& use) const {
        for (std::uint32_t index = 0; index < slots_.size(); ++index) {
            if (slots_[index].is_used) {
                use(id_of(index), slots_[index].call);
            }
        }
    }

    /// Not later than the earliest deadline. It may be too early, since calls that completed leave
    /// theirs behind until the next look: a clock check costs less than a heap per call.
    time_point earliest_deadline() const noexcept { return earliest_; }

private:
    struct slot {
        Call call{};
        time_point deadline = never;
        std::uint32_t uses = 0;
        bool is_used = false;
    };

    // The lower half of the place, 21 bits of uses, the upper half of the place: the fewer calls
    // there are, the shorter are their ids.
    static constexpr std::uint32_t uses_max = 0x1fffffU;

    call_id id_of(std::uint32_t index) const noexcept {
        return static_cast<call_id>(index >> 16U) << 37U |
               static_cast<call_id>(slots_[index].uses) << 16U | (index & 0xffffU);
    }
    static std::uint64_t index_in(call_id id) noexcept { return id >> 37U << 16U | (id & 0xffffU); }

    slot* slot_of(call_id id) noexcept {
        const std::uint64_t index = index_in(id);
        if (index >= slots_.size() || !slots_[index].is_used ||
            slots_[index].uses != (id >> 16U & uses_max)) {
            return nullptr;
        }
        return &slots_[index];
    }

    /// A call that can be cleared by itself keeps what it has allocated for the slot's next one.
    static void clear(Call& call) noexcept {
        if constexpr (requires { call.clear_for_reuse(); }) {
            call.clear_for_reuse();
        } else {
            call = Call{};
        }
    }

    void release(std::uint32_t index) noexcept {
        slot& used = slots_[index];
        used.is_used = false;
        used.deadline = never;
        // 21 bits of use: ids stay below 2^53, which every JSON reader takes exactly.
        used.uses = (used.uses + 1) & uses_max;
        free_.push_back(index);
    }

    template <class Wanted>
    std::vector<std::pair<call_id, Call>> take_if(Wanted&& wanted) {
        std::vector<std::pair<call_id, Call>> taken;
        taken.reserve(static_cast<std::size_t>(
            std::count_if(slots_.begin(), slots_.end(),
                          [&](const slot& one) { return one.is_used && wanted(one); })));
        earliest_ = never;
        for (std::uint32_t index = 0; index < slots_.size(); ++index) {
            if (!slots_[index].is_used) {
                continue;
            }
            if (wanted(slots_[index])) {
                const call_id id = id_of(index);
                taken.emplace_back(id, std::move(slots_[index].call));
                close(id);
            } else {
                earliest_ = (std::min)(earliest_, slots_[index].deadline);
            }
        }
        return taken;
    }

    std::vector<slot> slots_;
    std::vector<std::uint32_t> free_;
    time_point earliest_ = never;
};

}  // namespace rpc::inline v1::protocol

#endif  // GATEWIRE_PROTOCOL_PENDING_CALLS_HPP
