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

/// The id of a call as it travels: the slot in the lower bits, how often the slot was used above
/// them, so that a late response never meets the slot's next call.
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
    /// @param first_use  How often every place is taken to have been used before.
    explicit pending_calls(std::uint64_t first_use = 0) noexcept : first_use_(first_use) {}

    std::size_t size() const noexcept { return slots_.size() - free_.size(); }

    /// Makes room for a call, which is kept until `take` or `close`, or until `deadline` passes.
    std::pair<call_id, Call&> open(time_point deadline) {
        if (free_.empty()) {
            slots_.emplace_back();
            const auto last = static_cast<std::uint32_t>(slots_.size() - 1);
            slots_[last].uses = first_use_ & uses_max(last);
            try {
                free_.reserve(slots_.capacity());  // So that giving a slot back cannot fail.
            } catch (...) {
                slots_.pop_back();
                throw;
            }
            free_.push_back(last);
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
        std::uint64_t uses = 0;
        bool is_used = false;
    };

    // 16 bits of the place, then 36 of uses: at a million calls a second that one place has, a day
    // until an id comes back. Of a place beyond those, 20 of uses and 16 more of the place, below a
    // mark. The fewer calls there are, the shorter are their ids; all stay below 2^53, which every
    // JSON reader takes exactly.
    static constexpr call_id is_far = call_id{1} << 52U;

    static constexpr std::uint64_t uses_max(std::uint32_t index) noexcept {
        return (std::uint64_t{1} << (index >> 16U == 0 ? 36U : 20U)) - 1;
    }

    call_id id_of(std::uint32_t index) const noexcept {
        const call_id low = slots_[index].uses << 16U | (index & 0xffffU);
        return index >> 16U == 0 ? low : is_far | call_id{index >> 16U} << 36U | low;
    }
    static std::uint64_t index_in(call_id id) noexcept {
        return ((id & is_far) != 0 ? (id >> 36U & 0xffffU) << 16U : 0) | (id & 0xffffU);
    }

    slot* slot_of(call_id id) noexcept {
        const std::uint64_t index = index_in(id);
        if (index >= slots_.size() || !slots_[index].is_used ||
            id_of(static_cast<std::uint32_t>(index)) != id) {
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
        used.uses = (used.uses + 1) & uses_max(index);
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

    std::uint64_t first_use_;
    std::vector<slot> slots_;
    std::vector<std::uint32_t> free_;
    time_point earliest_ = never;
};

}  // namespace rpc::inline v1::protocol

#endif  // GATEWIRE_PROTOCOL_PENDING_CALLS_HPP
