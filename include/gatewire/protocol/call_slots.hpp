// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_PROTOCOL_CALL_SLOTS_HPP
#define GATEWIRE_PROTOCOL_CALL_SLOTS_HPP

#include <gatewire/json/message.hpp>
#include <gatewire/protocol/call.hpp>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rpc::inline v1::protocol {

/// Calls what `call_slots::cancel` gave. Without the connection's mutex.
inline void reach_all(const std::vector<std::function<void()>>& cancels) {
    for (const auto& reach : cancels) {
        reach();
    }
}

/// The calls in flight on one connection, by slot. Slots are used again, and so are the states in
/// them unless a caller still holds on to one: a steady stream of calls allocates nothing.
class call_slots {
public:
    std::size_t in_use() const noexcept { return states_.size() - free_.size(); }

    /// Takes a slot for a call with this id.
    std::uint32_t open(std::string_view id, const batch_ptr& batch) {
        if (free_.empty()) {
            free_.push_back(static_cast<std::uint32_t>(states_.size()));
            states_.push_back(std::make_shared<call_state>());
        }
        const std::uint32_t slot = free_.back();
        free_.pop_back();
        std::shared_ptr<call_state>& state = states_[slot];
        if (state.use_count() != 1) {
            state = std::make_shared<call_state>();
        }
        state->cancelled.store(false, std::memory_order_relaxed);
        state->id = id;
        if (batch) {  // Else there is none: the slot was closed.
            state->batch = batch;
        }
        return slot;
    }

    const std::shared_ptr<call_state>& at(std::uint32_t slot) const { return states_[slot]; }

    /// Gives the slot back.
    void close(std::uint32_t slot) {
        call_state& state = *states_[slot];
        state.batch.reset();
        if (state.cancel) {
            state.cancel = nullptr;
        }
        state.id.clear();
        state.key.clear();
        state.traceparent.clear();
        state.started = {};
        state.request_size = 0;
        state.once.reset();
        state.is_void = false;
        free_.push_back(slot);
    }

    /// Frees the slots, if none is in use.
    void shrink() noexcept {
        if (in_use() == 0) {
            states_.clear();
            states_.shrink_to_fit();
            free_.clear();
            free_.shrink_to_fit();
        }
    }

    /// Marks every call with this id as cancelled and returns what reaches the waiting ones.
    std::vector<std::function<void()>> cancel(std::string_view id) {
        std::vector<std::function<void()>> reach;
        for (const std::shared_ptr<call_state>& state : states_) {
            if (!state->id.empty() && state->id == id) {
                mark(*state, reach);
            }
        }
        return reach;
    }

    /// Takes the responses out of batches that are not whole yet, and calls `use(text)` for each.
    /// The other calls of these batches are answered alone.
    template <class Use>
    void break_batches(Use&& use) {
        for (const std::shared_ptr<call_state>& state : states_) {
            const batch_ptr batch = std::exchange(state->batch, nullptr);
            if (batch && !batch->parts.empty()) {
                batch->parts.append(']');
                std::vector<std::string_view> texts;
                codec::split_array(batch->parts.view(), texts);
                for (const std::string_view text : texts) {
                    use(text);
                }
                batch->parts.clear();
            }
        }
    }

    /// The ids of all calls that have one.
    std::vector<std::string> ids() const {
        std::vector<std::string> result;
        for (const std::shared_ptr<call_state>& state : states_) {
            if (!state->id.empty()) {
                result.emplace_back(state->id.view());
            }
        }
        return result;
    }

    /// Cancels all calls: their peer is gone.
    std::vector<std::function<void()>> cancel_all() {
        std::vector<std::function<void()>> reach;
        for (const std::shared_ptr<call_state>& state : states_) {
            mark(*state, reach);
        }
        return reach;
    }

private:
    static void mark(call_state& state, std::vector<std::function<void()>>& reach) {
        state.cancelled.store(true, std::memory_order_relaxed);
        if (state.cancel) {
            reach.push_back(state.cancel);
        }
    }

    std::vector<std::shared_ptr<call_state>> states_;
    std::vector<std::uint32_t> free_;
};

}  // namespace rpc::inline v1::protocol

#endif  // GATEWIRE_PROTOCOL_CALL_SLOTS_HPP
