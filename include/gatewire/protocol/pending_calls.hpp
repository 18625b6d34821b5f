// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_PROTOCOL_PENDING_CALLS_HPP
#define GATEWIRE_PROTOCOL_PENDING_CALLS_HPP

#include <gatewire/protocol/call_id.hpp>
#include <gatewire/protocol/time.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace rpc::inline v1::protocol {

/// The calls of a client that have not completed, by id: a slab, so that a steady stream of calls
/// allocates nothing.
///
/// @tparam Call  What is kept for a call; it moves and is cleared by assigning `Call{}`.
template <class Call>
class pending_calls {
public:
    std::size_t size() const noexcept { return slots_.size() - free_.size(); }

    /// Keeps a call until `take`, or until `deadline` passes.
    call_id insert(Call call, time_point deadline) {
        if (free_.empty()) {
            free_.push_back(static_cast<std::uint32_t>(slots_.size()));
            slots_.emplace_back();
        }
        const std::uint32_t index = free_.back();
        free_.pop_back();
        slot& used = slots_[index];
        used.call = std::move(call);
        used.deadline = deadline;
        used.is_used = true;
        earliest_ = (std::min)(earliest_, deadline);
        return id_of(index);
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
        return release(static_cast<std::uint32_t>(id & 0xffffffffU));
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

    call_id id_of(std::uint32_t index) const noexcept {
        return static_cast<call_id>(slots_[index].uses) << 32 | index;
    }

    slot* slot_of(call_id id) noexcept {
        const auto index = static_cast<std::size_t>(id & 0xffffffffU);
        if (index >= slots_.size() || !slots_[index].is_used || slots_[index].uses != id >> 32) {
            return nullptr;
        }
        return &slots_[index];
    }

    Call release(std::uint32_t index) {
        slot& used = slots_[index];
        Call call = std::exchange(used.call, Call{});
        used.is_used = false;
        used.deadline = never;
        // 21 bits of use: ids stay below 2^53, which every JSON reader takes exactly.
        used.uses = (used.uses + 1) & 0x1fffffU;
        free_.push_back(index);
        return call;
    }

    template <class Wanted>
    std::vector<std::pair<call_id, Call>> take_if(Wanted&& wanted) {
        std::vector<std::pair<call_id, Call>> taken;
        earliest_ = never;
        for (std::uint32_t index = 0; index < slots_.size(); ++index) {
            if (!slots_[index].is_used) {
                continue;
            }
            if (wanted(slots_[index])) {
                const call_id id = id_of(index);
                taken.emplace_back(id, release(index));
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
