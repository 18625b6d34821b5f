// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_PROTOCOL_PENDING_CALLS_HPP
#define GATEWIRE_PROTOCOL_PENDING_CALLS_HPP

#include <gatewire/detail/linkage.hpp>
#include <gatewire/protocol/time.hpp>
#include <gatewire/wire/buffer.hpp>

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
    bool is_idempotent = false;      ///< Running it twice does no harm.
    bool is_keyed = false;           ///< The server runs it once for its key.
    bool is_awaited = false;         ///< A thread waits for it and does nothing else meanwhile.
    std::string_view members{};      ///< More of the request's `rpc`, each with a comma before it.
    std::string_view trace{};        ///< That of the call, which stands among them, too.
    std::string_view engine{};       ///< Who alone is to run it; empty for any. Only over a broker.
    wire::buffer* holder = nullptr;  ///< What holds the body and may be kept instead of a copy.

    std::size_t size() const noexcept { return body.size() + members.size(); }
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

    std::size_t size() const noexcept { return size_; }

    /// Makes room for a call, which is kept until `take` or `close`, or until `deadline` passes.
    std::pair<call_id, Call&> open(time_point deadline) {
        if (first_free_ == slots_.size()) {
            add_slot();
        }
        slot& used = slots_[first_free_];
        first_free_ = used.next_free;
        used.deadline = deadline;
        used.is_used = true;
        ++size_;
        earliest_ = (std::min)(earliest_, deadline);
        return {used.id, used.call};
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
        slot& used = slots_[index];
        clear(used.call);
        used.is_used = false;
        used.id = next_id(id);
        used.next_free = std::exchange(first_free_, index);
        --size_;
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
        for (const slot& one : slots_) {
            if (one.is_used) {
                use(one.id, one.call);
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
        call_id id = 0;               // of the call that is here, or that comes next
        std::uint32_t next_free = 0;  // the next place that is free, while this one is
        bool is_used = false;
    };

    // 16 bits of the place, then 36 of uses: at a million calls a second that one place has, a day
    // until an id comes back. Of a place beyond those, 20 of uses and 16 more of the place, below a
    // mark. The fewer calls there are, the shorter are their ids; all stay below 2^53, which every
    // JSON reader takes exactly.
    static constexpr call_id is_far = call_id{1} << 52U;
    static constexpr call_id far_place = call_id{1} << 36U;

    /// The id of the first call of a place.
    static constexpr call_id first_id(std::uint32_t index, std::uint64_t uses) noexcept {
        return index >> 16U == 0 ? (uses << 16U & (is_far - 1)) | index
                                 : is_far | call_id{index >> 16U} << 36U |
                                       (uses << 16U & (far_place - 1)) | (index & 0xffffU);
    }

    /// The id of the next call where this one's was. After the last use the first comes again.
    static constexpr call_id next_id(call_id id) noexcept {
        const call_id changing = ((id & is_far) != 0 ? far_place : is_far) - 1;
        return (id & ~changing) | ((id + (call_id{1} << 16U)) & changing);
    }

    static std::uint64_t index_in(call_id id) noexcept {
        return ((id & is_far) != 0 ? (id >> 36U & 0xffffU) << 16U : 0) | (id & 0xffffU);
    }

    slot* slot_of(call_id id) noexcept {
        const std::uint64_t index = index_in(id);
        if (index >= slots_.size() || !slots_[index].is_used || slots_[index].id != id) {
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

    GATEWIRE_COLD void add_slot() {
        const auto index = static_cast<std::uint32_t>(slots_.size());
        slot& made = slots_.emplace_back();
        made.id = first_id(index, first_use_);
        made.next_free = index + 1;  // None: all places before it are taken.
    }

    template <class Wanted>
    std::vector<std::pair<call_id, Call>> take_if(Wanted&& wanted) {
        std::vector<std::pair<call_id, Call>> taken;
        taken.reserve(static_cast<std::size_t>(
            std::count_if(slots_.begin(), slots_.end(),
                          [&](const slot& one) { return one.is_used && wanted(one); })));
        earliest_ = never;
        for (slot& one : slots_) {
            if (!one.is_used) {
                continue;
            }
            if (wanted(one)) {
                const call_id id = one.id;
                taken.emplace_back(id, std::move(one.call));
                close(id);
            } else {
                earliest_ = (std::min)(earliest_, one.deadline);
            }
        }
        return taken;
    }

    std::uint64_t first_use_;
    std::vector<slot> slots_;
    std::uint32_t first_free_ = 0;  // behind the last place: none is
    std::size_t size_ = 0;
    time_point earliest_ = never;
};

}  // namespace rpc::inline v1::protocol

#endif  // GATEWIRE_PROTOCOL_PENDING_CALLS_HPP
