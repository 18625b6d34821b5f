// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_LOOP_THREAD_IMPL_HPP
#define GATEWIRE_SESSION_LOOP_THREAD_IMPL_HPP

#include <gatewire/detail/linkage.hpp>
#include <gatewire/session/loop_thread.hpp>

#include <asio/any_io_executor.hpp>
#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>

namespace rpc::inline v1::session {

GATEWIRE_INLINE asio::any_io_executor any_executor(
    const asio::io_context::executor_type& executor) {
    return executor;
}

GATEWIRE_INLINE loop_thread::loop_thread()
    : work_(asio::make_work_guard(loop_)), thread_([this] { loop_.run(); }) {}

GATEWIRE_INLINE loop_thread::~loop_thread() {
    loop_.stop();
    thread_.join();
}

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_LOOP_THREAD_IMPL_HPP
