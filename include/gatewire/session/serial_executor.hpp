// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_SERIAL_EXECUTOR_HPP
#define GATEWIRE_SESSION_SERIAL_EXECUTOR_HPP

#include <gatewire/session/lane_executor.hpp>
#include <gatewire/session/serial_lane.hpp>

#include <asio/any_io_executor.hpp>
#include <asio/post.hpp>

#include <concepts>
#include <exception>
#include <memory>
#include <utility>

namespace rpc::inline v1::session {

/// An executor on which functions run one after another, on threads of an inner executor: as
/// `asio::strand`, with one more way in. Who already runs on the inner executor may run a function
/// here and now if the lane is free, for the price of two atomic exchanges; `asio::strand` offers
/// only `dispatch`, which over a type-erased executor takes about a thousand instructions.
class serial_executor : public lane_executor<serial_executor, serial_lane> {
public:
    /// A template, so that whoever asks whether this class can be copied does not ask first whether
    /// it is an executor.
    template <std::same_as<asio::any_io_executor> Inner>
    explicit serial_executor(const Inner& inner)
        : lane_executor(std::make_shared<serial_lane>(inner)) {}

    /// Runs a function here and now, unless another one is running: then false. Only for a thread
    /// that runs a handler of the inner executor.
    template <class Function>
    bool try_run(Function&& function) const {
        return lane().try_run(function);
    }

    /// Runs a function here and now, on any thread, once no other one is running. What only waits,
    /// perhaps for a loop that nobody runs any more, is not waited for.
    template <class Function>
    void run_alone(Function&& function) const {
        lane().run_alone(function);
    }

    template <class Function>
    void execute(Function&& function) const {
        run(std::forward<Function>(function));
    }
};

static_assert(is_erased_without_memory<serial_executor>);

/// Lets an exception of the user's code leave the loop as one of a handler of Asio's does: it is
/// thrown by a handler of its own, so that nothing which is under way here is given up.
template <class Executor>
void throw_later(const Executor& executor, std::exception_ptr thrown) {
    asio::post(executor, [thrown = std::move(thrown)] { std::rethrow_exception(thrown); });
}

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_SERIAL_EXECUTOR_HPP
