// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_TURN_EXECUTOR_HPP
#define GATEWIRE_SESSION_TURN_EXECUTOR_HPP

#include <gatewire/session/event_hub.hpp>
#include <gatewire/session/lane_executor.hpp>
#include <gatewire/session/publishing_scope.hpp>
#include <gatewire/session/serial_executor.hpp>
#include <gatewire/session/serial_lane.hpp>

#include <memory>
#include <type_traits>
#include <utility>

namespace rpc::inline v1::session {

/// A lane, and the hub whose events are held back in turns on it.
struct turn_place {
    std::shared_ptr<serial_lane> on;
    event_hub* hub;
    std::weak_ptr<const void> owner;  // of the hub: once it is gone, nothing is held back

    serial_lane& lane() const noexcept { return *on; }
};

/// The engine's strand for methods that wait: what is published in one turn on it is held back
/// until that turn ends. So the answer of a method that publishes after it last waited, and then
/// ends, comes first, as that of a method that never waits does. What it published in earlier turns
/// is out by then: whoever waits may have news to tell meanwhile, and other methods run between.
class turn_executor : public lane_executor<turn_executor, turn_place> {
public:
    /// @param owner  Of the hub: once it is gone, nothing is held back.
    turn_executor(const serial_executor& strand, event_hub& hub, std::weak_ptr<const void> owner)
        : lane_executor(
              std::make_shared<turn_place>(turn_place{strand.place(), &hub, std::move(owner)})) {}

    template <class Function>
    void execute(Function&& function) const {
        run(turn<std::decay_t<Function>>{place(), std::forward<Function>(function)});
    }

private:
    template <class Function>
    struct turn {
        std::shared_ptr<turn_place> place;
        Function function;

        void operator()() {
            const std::shared_ptr<const void> alive = place->owner.lock();
            if (!alive || publishing_scope::of(*place->hub) != nullptr) {
                std::move(function)();
                return;
            }
            publishing_scope publishing(*place->hub);
            try {
                std::move(function)();
            } catch (...) {
                publishing.release();
                throw;
            }
            publishing.release();
        }
    };
};

static_assert(is_erased_without_memory<turn_executor>);

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_TURN_EXECUTOR_HPP
