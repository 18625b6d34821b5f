// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_LOOP_THREAD_IMPL_HPP
#define GATEWIRE_SESSION_LOOP_THREAD_IMPL_HPP

#include <gatewire/detail/linkage.hpp>
#include <gatewire/session/loop_thread.hpp>

#include <asio/any_io_executor.hpp>
#include <asio/error_code.hpp>
#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <asio/signal_set.hpp>

#include <csignal>
#include <functional>
#include <memory>
#include <utility>

namespace rpc::inline v1::session {

GATEWIRE_INLINE asio::any_io_executor any_executor(
    const asio::io_context::executor_type& executor) {
    return executor;
}

GATEWIRE_INLINE loop_thread::loop_thread()
    : thread_([this] {
          const auto work = asio::make_work_guard(loop_);
          loop_.run();
      }) {}

GATEWIRE_INLINE loop_thread::~loop_thread() {
    loop_.stop();
    thread_.join();
}

struct signalled_loop::parts {
    asio::io_context loop;
    asio::signal_set stop_signals{loop, SIGINT, SIGTERM};
};

GATEWIRE_INLINE signalled_loop::signalled_loop() : parts_(std::make_unique<parts>()) {}

GATEWIRE_INLINE signalled_loop::~signalled_loop() = default;

GATEWIRE_INLINE asio::any_io_executor signalled_loop::executor() {
    return parts_->loop.get_executor();
}

GATEWIRE_INLINE void signalled_loop::on_signal(std::function<void()> stop,
                                               std::function<void()> wait_for_end) {
    parts_->stop_signals.async_wait([this, stop = std::move(stop), wait = std::move(wait_for_end)](
                                        const asio::error_code& ended, int) {
        if (ended) {
            return;
        }
        stop();
        parts_->stop_signals.async_wait([this](const asio::error_code& again, int) {
            if (!again) {
                parts_->loop.stop();
            }
        });
        wait();
    });
}

GATEWIRE_INLINE void signalled_loop::ignore_signals() {
    parts_->stop_signals.cancel();
}

GATEWIRE_INLINE void signalled_loop::run() {
    parts_->loop.run();
}

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_LOOP_THREAD_IMPL_HPP
