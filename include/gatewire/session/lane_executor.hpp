// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_LANE_EXECUTOR_HPP
#define GATEWIRE_SESSION_LANE_EXECUTOR_HPP

#include <gatewire/session/serial_lane.hpp>

#include <asio/execution/blocking.hpp>
#include <asio/execution/context.hpp>
#include <asio/execution/outstanding_work.hpp>
#include <asio/execution/relationship.hpp>
#include <asio/execution_context.hpp>
#include <asio/query.hpp>

#include <memory>
#include <type_traits>
#include <utility>

namespace rpc::inline v1::session {

/// What Asio wants of an executor whose functions run on a lane, but for `execute`. It fits into
/// the room of Asio's type-erased executors, so erasing, copying and changing it takes no memory:
/// Asio does all that where it ends the process if there is none.
/// @tparam Executor  The derived class.
/// @tparam Place     Has `lane()`.
template <class Executor, class Place>
class lane_executor {
    friend Executor;

    explicit lane_executor(std::shared_ptr<Place> place) noexcept : place_(std::move(place)) {}
    lane_executor(const lane_executor& other) noexcept : place_(other.place_), ways_(other.ways_) {
        if (is_tracked()) {
            lane().work_began();
        }
    }
    lane_executor(lane_executor&& other) noexcept
        : place_(std::move(other.place_)),
          ways_(std::exchange(other.ways_, static_cast<unsigned char>(0))) {}

public:
    lane_executor& operator=(lane_executor other) noexcept {
        place_.swap(other.place_);
        std::swap(ways_, other.ways_);
        return *this;
    }
    ~lane_executor() {
        if (is_tracked()) {
            lane().work_ended();
        }
    }

    bool running_in_this_thread() const noexcept { return lane().is_running_here(); }

    const asio::any_io_executor& get_inner_executor() const noexcept { return lane().inner(); }

    friend bool operator==(const Executor& left, const Executor& right) noexcept {
        return left.place() == right.place();
    }
    friend bool operator!=(const Executor& left, const Executor& right) noexcept {
        return !(left == right);
    }

    asio::execution_context& query(asio::execution::context_t) const {
        return asio::query(get_inner_executor(), asio::execution::context);
    }

    // In parentheses because test frameworks have macros of that name.
    Executor(require)(asio::execution::blocking_t::never_t) const noexcept {
        return with(serial_lane::never_blocking, true);
    }
    Executor(require)(asio::execution::blocking_t::possibly_t) const noexcept {
        return with(serial_lane::never_blocking, false);
    }
    Executor(require)(asio::execution::outstanding_work_t::tracked_t) const noexcept {
        return with(tracked, true);
    }
    Executor(require)(asio::execution::outstanding_work_t::untracked_t) const noexcept {
        return with(tracked, false);
    }
    Executor(require)(asio::execution::relationship_t::fork_t) const noexcept {
        return with(serial_lane::continuing, false);
    }
    Executor(require)(asio::execution::relationship_t::continuation_t) const noexcept {
        return with(serial_lane::continuing, true);
    }

    const std::shared_ptr<Place>& place() const noexcept { return place_; }

protected:
    serial_lane& lane() const noexcept { return place_->lane(); }

    /// Runs a function on the lane: at once if this thread is in it and the executor may block.
    template <class Function>
    void run(Function&& function) const {
        if ((ways_ & serial_lane::never_blocking) == 0 && lane().is_running_here()) {
            std::decay_t<Function> mine(std::forward<Function>(function));
            std::move(mine)();
        } else {
            lane().run(ways_ & static_cast<unsigned char>(~tracked),
                       std::forward<Function>(function));
        }
    }

private:
    static constexpr unsigned char tracked = 4;  // beside the ways of `serial_lane`

    bool is_tracked() const noexcept { return (ways_ & tracked) != 0; }

    Executor with(unsigned char way, bool is_on) const noexcept {
        Executor result(static_cast<const Executor&>(*this));
        lane_executor& changed = result;
        const bool was_tracked = is_tracked();
        changed.ways_ = static_cast<unsigned char>(is_on ? ways_ | way : ways_ & ~way);
        if (changed.is_tracked() != was_tracked) {
            was_tracked ? lane().work_ended() : lane().work_began();
        }
        return result;
    }

    std::shared_ptr<Place> place_;
    unsigned char ways_ = 0;
};

/// Whether Asio's type-erased executors hold it in themselves, and no step of that can fail.
template <class Executor>
inline constexpr bool is_erased_without_memory =
    sizeof(Executor) <= 3 * sizeof(void*) && alignof(Executor) <= alignof(std::shared_ptr<void>) &&
    std::is_nothrow_copy_constructible_v<Executor> &&
    std::is_nothrow_move_constructible_v<Executor>;

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_LANE_EXECUTOR_HPP
