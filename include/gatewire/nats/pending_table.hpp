// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_NATS_PENDING_TABLE_HPP
#define GATEWIRE_NATS_PENDING_TABLE_HPP

#include <gatewire/nats/pending_call.hpp>
#include <gatewire/protocol/pending_calls.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace rpc::inline v1::nats {

/// The calls of a client that have not completed, by id.
class pending_table {
public:
    using calls = std::vector<std::pair<protocol::call_id, pending_call>>;

    std::size_t size() const noexcept { return calls_.size(); }
    protocol::time_point earliest_deadline() const noexcept { return calls_.earliest_deadline(); }

    protocol::call_id add(pending_call call) {
        call.order = ++last_order_;
        const protocol::time_point deadline = call.deadline;
        return calls_.insert(std::move(call), deadline);
    }

    /// The call with this id, which must be there.
    pending_call& at(protocol::call_id id) noexcept { return *calls_.find(id); }

    std::optional<pending_call> take(protocol::call_id id) { return calls_.take(id); }
    calls take_expired(protocol::time_point now) { return calls_.take_expired(now); }
    calls take_all() {
        return calls_.take_matching([](const pending_call&) { return true; });
    }

    /// The connection is gone. @return The calls that were sent and must not be sent again.
    calls take_lost() {
        calls lost = calls_.take_matching(
            [](const pending_call& call) { return call.is_sent && !call.is_idempotent; });
        for (const protocol::call_id id : ids([](const pending_call&) { return true; })) {
            at(id).is_sent = false;
        }
        return lost;
    }

    /// The call that an answer ends; nothing if nobody waits, or another attempt may be answered.
    std::optional<pending_call> take_answered(protocol::call_id id, bool nobody_listened) {
        pending_call* const call = calls_.find(id);
        if (call != nullptr && nobody_listened && --call->attempts != 0) {
            return std::nullopt;
        }
        return calls_.take(id);
    }

    void close(protocol::call_id id) noexcept { calls_.close(id); }

    /// The calls for which `wanted(call)` holds, in the order in which they were made.
    template <class Wanted>
    std::vector<protocol::call_id> ids(Wanted&& wanted) const {
        std::vector<std::pair<std::uint64_t, protocol::call_id>> found;
        calls_.for_each([&](protocol::call_id id, const pending_call& call) {
            if (wanted(call)) {
                found.emplace_back(call.order, id);
            }
        });
        std::sort(found.begin(), found.end());
        std::vector<protocol::call_id> result;
        result.reserve(found.size());
        for (const auto& [order, id] : found) {
            result.push_back(id);
        }
        return result;
    }

    /// When the next call is to be sent again.
    protocol::time_point earliest_again(protocol::time_point now) const {
        protocol::time_point next = protocol::never;
        calls_.for_each([&](protocol::call_id, const pending_call& call) {
            next = call.again <= now ? next : (std::min)(next, call.again);
        });
        return next;
    }

private:
    protocol::pending_calls<pending_call> calls_;
    std::uint64_t last_order_ = 0;
};

}  // namespace rpc::inline v1::nats

#endif  // GATEWIRE_NATS_PENDING_TABLE_HPP
