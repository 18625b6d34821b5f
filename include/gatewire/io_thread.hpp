// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_IO_THREAD_HPP
#define GATEWIRE_IO_THREAD_HPP

#include <gatewire/session/loop_thread.hpp>

#include <asio/io_context.hpp>

namespace rpc::inline v1 {

/// An `io_context` and the thread that runs it, for programs without a loop of their own.
///
/// The destructor stops the loop and joins the thread, so declare it before the servers and clients
/// that use it, and before what their handlers use: those then go first.
///
/// An exception that leaves the loop, one of a completion handler for example, ends the program:
/// nobody is there to catch it.
///
/// @par Thread safety
/// All functions may be called from any thread; the destructor not from the thread itself.
class io_thread {
public:
    io_thread() = default;
    io_thread(const io_thread&) = delete;
    io_thread& operator=(const io_thread&) = delete;

    /// What servers, clients and timers are made with.
    asio::io_context::executor_type get_executor() noexcept {
        return runner_.loop().get_executor();
    }

    /// The loop that the thread runs; for timers and sockets of the program.
    asio::io_context& context() noexcept { return runner_.loop(); }

private:
    session::loop_thread runner_;
};

}  // namespace rpc::inline v1

#endif  // GATEWIRE_IO_THREAD_HPP
