// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_LOOP_ACCESS_HPP
#define GATEWIRE_SESSION_LOOP_ACCESS_HPP

#include <gatewire/protocol/time.hpp>
#include <gatewire/session/publish_batch.hpp>
#include <gatewire/session/serial_executor.hpp>
#include <gatewire/session/write_batch.hpp>

#include <asio/any_io_executor.hpp>
#include <asio/execution/occupancy.hpp>
#include <asio/io_context.hpp>
#include <asio/query.hpp>
#include <asio/strand.hpp>
#include <asio/thread_pool.hpp>

#include <cstddef>
#include <functional>
#include <typeinfo>
#include <utility>

namespace rpc::inline v1::session {

/// How a thread may wait for something that the loop brings about.
///
/// A thread that itself runs the loop must not just sleep: on an `io_context` it goes on running
/// it; on a `thread_pool` it may sleep only while other threads of the pool do not.
struct loop_access {
    /// Whether this thread runs the loop.
    std::function<bool()> runs_here = [] { return false; };
    /// Runs the loop on this thread for a while, at most until then; empty where that is
    /// impossible. Returns false if the loop was stopped.
    std::function<bool(protocol::time_point until)> run_some;
    /// Whether this thread is inside of a strand without which the loop gets nowhere.
    std::function<bool()> is_stuck_here = [] { return false; };
    /// Threads of the loop, if `run_some` is empty and it is known; else zero.
    std::size_t threads = 0;
};

inline loop_access access_of(const asio::io_context::executor_type& executor) {
    asio::io_context* const loop = &asio::query(executor, asio::execution::context);
    const auto run_some = [loop](protocol::time_point until) {
        // A loop made for one thread hides what a handler posts from everything but a poll, until
        // the handler has ended; which the caller's may not before this is done.
        if (loop->poll_one() == 0) {
            loop->run_one_until(until);
        }
        return !loop->stopped();
    };
    loop_access access;
    access.runs_here = [executor] { return executor.running_in_this_thread(); };
    access.run_some = run_some;
    return access;
}

inline loop_access access_of(const asio::thread_pool::executor_type& executor) {
    loop_access access;
    access.runs_here = [executor] { return executor.running_in_this_thread(); };
    access.threads = asio::query(executor, asio::execution::occupancy);
    return access;
}

inline loop_access access_of(const asio::any_io_executor& executor);

/// Of a strand: of Asio's or of a client's or a server's own.
template <class Strand>
loop_access access_of(const Strand& executor) {
    loop_access access = access_of(executor.get_inner_executor());
    access.is_stuck_here = [executor] { return executor.running_in_this_thread(); };
    return access;
}

/// The executor inside, if it is a `Wanted`. `any_io_executor::target` of Asio 1.22 does not look.
/// Without RTTI there is no way to know.
template <class Wanted>
const Wanted* held_by([[maybe_unused]] const asio::any_io_executor& executor) noexcept {
#ifdef ASIO_NO_TYPEID
    return nullptr;
#else
    return executor.target_type() == typeid(Wanted) ? executor.target<Wanted>() : nullptr;
#endif
}

inline loop_access access_of(const asio::any_io_executor& executor) {
    if (const auto* io = held_by<asio::io_context::executor_type>(executor)) {
        return access_of(*io);
    }
    if (const auto* pool = held_by<asio::thread_pool::executor_type>(executor)) {
        return access_of(*pool);
    }
    if (const auto* inner = held_by<asio::strand<asio::io_context::executor_type>>(executor)) {
        return access_of(*inner);
    }
    if (const auto* inner = held_by<asio::strand<asio::thread_pool::executor_type>>(executor)) {
        return access_of(*inner);
    }
    if (const auto* inner = held_by<asio::strand<asio::any_io_executor>>(executor)) {
        return access_of(*inner);
    }
    if (const auto* inner = held_by<serial_executor>(executor)) {
        return access_of(*inner);
    }
    return {};
}

/// Around a place where this thread waits for others: what it had gathered to be written together
/// is written before, and nothing is gathered until it goes on.
class blocking_scope {
public:
    blocking_scope() {
        write_batch::flush_thread();
        std::swap(writing_, write_batch::innermost);
        std::swap(publishing_, publish_batch::innermost);
    }
    ~blocking_scope() {
        std::swap(writing_, write_batch::innermost);
        std::swap(publishing_, publish_batch::innermost);
    }
    blocking_scope(const blocking_scope&) = delete;
    blocking_scope& operator=(const blocking_scope&) = delete;

private:
    // The batches of this thread, meanwhile.
    write_batch* writing_ = nullptr;
    publish_batch* publishing_ = nullptr;
};

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_LOOP_ACCESS_HPP
