// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_TURN_EXECUTOR_HPP
#define GATEWIRE_SESSION_TURN_EXECUTOR_HPP

#include <gatewire/session/event_hub.hpp>
#include <gatewire/session/publishing_scope.hpp>
#include <gatewire/session/serial_executor.hpp>

#include <asio/any_io_executor.hpp>
#include <asio/execution/blocking.hpp>
#include <asio/execution/context.hpp>
#include <asio/execution/outstanding_work.hpp>
#include <asio/execution/relationship.hpp>
#include <asio/query.hpp>
#include <asio/require.hpp>

#include <memory>
#include <type_traits>
#include <utility>

namespace rpc::inline v1::session {

/// The engine's strand for methods that wait: what is published in one turn on it is held back
/// until that turn ends. So the answer of a method that publishes after it last waited, and then
/// ends, comes first, as that of a method that never waits does. What it published in earlier turns
/// is out by then: whoever waits may have news to tell meanwhile, and other methods run between.
class turn_executor {
public:
    /// @param owner  Of the hub: once it is gone, nothing is held back.
    turn_executor(serial_executor strand, event_hub& hub, std::weak_ptr<const void> owner)
        : strand_(std::move(strand)), hub_(&hub), owner_(std::move(owner)) {}

    // What Asio wants of an executor.

    template <class Function>
    void execute(Function&& function) const {
        strand_.execute(
            turn<std::decay_t<Function>>{hub_, owner_, std::forward<Function>(function)});
    }

    friend bool operator==(const turn_executor& left, const turn_executor& right) noexcept {
        return left.strand_ == right.strand_ && left.hub_ == right.hub_;
    }
    friend bool operator!=(const turn_executor& left, const turn_executor& right) noexcept {
        return !(left == right);
    }

    asio::execution_context& query(asio::execution::context_t what) const {
        return asio::query(strand_, what);
    }

    turn_executor require(asio::execution::blocking_t::never_t how) const { return with(how); }
    turn_executor require(asio::execution::blocking_t::possibly_t how) const { return with(how); }
    turn_executor require(asio::execution::outstanding_work_t::tracked_t how) const {
        return with(how);
    }
    turn_executor require(asio::execution::outstanding_work_t::untracked_t how) const {
        return with(how);
    }
    turn_executor require(asio::execution::relationship_t::fork_t how) const { return with(how); }
    turn_executor require(asio::execution::relationship_t::continuation_t how) const {
        return with(how);
    }

private:
    template <class Function>
    struct turn {
        event_hub* hub;
        std::weak_ptr<const void> owner;
        Function function;

        void operator()() {
            const std::shared_ptr<const void> alive = owner.lock();
            if (!alive || publishing_scope::of(*hub) != nullptr) {
                std::move(function)();
                return;
            }
            publishing_scope publishing(*hub);
            try {
                std::move(function)();
            } catch (...) {
                publishing.release();
                throw;
            }
            publishing.release();
        }
    };

    template <class Property>
    turn_executor with(Property how) const {
        turn_executor result(*this);
        result.strand_ = strand_.require(how);
        return result;
    }

    serial_executor strand_;
    event_hub* hub_;
    std::weak_ptr<const void> owner_;
};

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_TURN_EXECUTOR_HPP
