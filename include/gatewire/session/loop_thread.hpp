// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_LOOP_THREAD_HPP
#define GATEWIRE_SESSION_LOOP_THREAD_HPP

#include <asio/any_io_executor.hpp>
#include <asio/io_context.hpp>

#include <functional>
#include <memory>
#include <thread>

/// What of Asio's loop would otherwise be compiled again with each source that uses one.
namespace rpc::inline v1::session {

/// An executor as the sessions hold it.
template <class Executor>
asio::any_io_executor any_executor(const Executor& executor) {
    return executor;
}
asio::any_io_executor any_executor(const asio::io_context::executor_type& executor);

/// See `rpc::io_thread`.
class loop_thread {
public:
    loop_thread();
    ~loop_thread();
    loop_thread(const loop_thread&) = delete;
    loop_thread& operator=(const loop_thread&) = delete;

    asio::io_context& loop() noexcept { return loop_; }

private:
    asio::io_context loop_;
    std::thread thread_;
};

/// See `rpc::serve`.
class signalled_loop {
public:
    signalled_loop();
    ~signalled_loop();
    signalled_loop(const signalled_loop&) = delete;
    signalled_loop& operator=(const signalled_loop&) = delete;

    asio::any_io_executor executor();

    /// Calls both at the first SIGINT or SIGTERM; a second one then ends the loop.
    void on_signal(std::function<void()> stop, std::function<void()> wait_for_end);
    /// Takes no more signals.
    void ignore_signals();
    void run();

private:
    struct parts;
    std::unique_ptr<parts> parts_;
};

}  // namespace rpc::inline v1::session

#ifndef GATEWIRE_SEPARATE_COMPILATION
#include <gatewire/session/loop_thread_impl.hpp>
#endif

#endif  // GATEWIRE_SESSION_LOOP_THREAD_HPP
