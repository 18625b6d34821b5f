// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SERVER_HPP
#define GATEWIRE_SERVER_HPP

#include <gatewire/caller.hpp>  // IWYU pragma: export
#include <gatewire/error.hpp>   // IWYU pragma: export
#include <gatewire/options.hpp>
#include <gatewire/protocol/published_event.hpp>
#include <gatewire/server_stats.hpp>
#include <gatewire/session/loop_thread.hpp>
#include <gatewire/table.hpp>  // IWYU pragma: export
#include <gatewire/target.hpp>
#include <gatewire/typed/server_side.hpp>

#ifndef GATEWIRE_SEPARATE_COMPILATION
#include <gatewire/typed/server_side_impl.hpp>
#endif

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rpc::inline v1 {

/// Serves an engine: binds addresses, runs the methods of its table for clients, and pushes its
/// events to those who subscribed.
///
/// Methods run one after another on a strand of the given executor, so the engine needs no locks
/// against them; awaitable methods interleave where they wait, and methods with `rpc::offload` run
/// beside the strand. Connections are read and written beside it as well, so on an executor of more
/// than one thread a busy engine does not silence the server.
///
/// @tparam Engine  Any class with a table: `rpc_table`, or `rpc::table_of` specialised. Where it
///                 has a member `on_session_end`, see `rpc::session_end`.
///
/// @par Lifetime
/// The executor's context and the engine must outlive the server. Awaitable methods that are
/// suspended when the server is destroyed are only released by their context: let it run until it
/// is idle, or destroy it, before the engine goes.
///
/// @par Thread safety
/// All functions may be called from any thread at the same time, from methods of the engine and
/// from handlers too; none of them blocks for a peer. The destructor waits for a running method.
template <class Engine>
class server {
public:
    /// @param executor  Of an `io_context` run by one thread or many, or of a `thread_pool`.
    /// @param engine    Called on `get_executor()`.
    /// @param options   What differs from the defaults.
    template <class Executor>
    server(const Executor& executor, Engine& engine, server_options options = {})
        : side_(session::any_executor(executor), std::move(options), typed::serve_engine(engine)) {
        typed::diagnose_engine<Engine>();
    }

    /// Ends all connections at once. Calls that run are cancelled; their answers are lost.
    ~server() = default;

    server(const server&) = delete;
    server& operator=(const server&) = delete;

    /// Binds every address of the options and takes connections. Does nothing on a server that
    /// runs; a stopped one starts again. Host names are resolved here and now.
    ///
    /// @throws rpc::error  `invalid_address`: an address cannot be read, resolved or bound, or it
    ///                     is not loopback and anonymous clients are not allowed there. Nothing is
    ///                     bound then.
    void start() { side_.start(); }

    /// Takes no more connections and drains those that are there: new calls are refused with
    /// `shutting_down`, running ones finish within `drain_time`, then each connection ends. It
    /// returns at once, and does nothing on a server that is stopped.
    void stop() { side_.stop(); }

    /// Calls `done` once on the server's executor when the server is stopped and its last
    /// connection has ended, at once if that is so. A later call replaces an earlier one.
    void when_drained(std::function<void()> done) { side_.when_drained(std::move(done)); }

    /// Publishes an event to all who subscribed to it, or to its key. Never waits for a reader.
    ///
    /// Events reach a client in the order of their publishing. What a method publishes while it
    /// runs on the engine's strand follows the answer to the call; of an awaitable method, that is
    /// what it publishes after it last waited. What it publishes before goes out while it waits.
    ///
    /// @tparam Name    An event of the engine's table.
    /// @param payload  Encoded before this function returns.
    /// @throws rpc::error  `invalid_value`: the payload has no JSON form, with the member, or its
    ///                     code, or that of its key, threw, with the text;
    ///                     `frame_too_large`: it is over `limits.answer_size_max`. Nobody gets it.
    template <detail::fixed_string Name, class Payload>
    void publish(const Payload& payload) {
        publish_for<Name>({}, payload);
    }

    /// The same for one client only. The others see a number that is left out, which is no gap.
    template <detail::fixed_string Name, class Payload>
    void publish(const to_session& target, const Payload& payload) {
        publish_for<Name>(protocol::target_session(target.number), payload);
    }

    /// The same for the clients of one identity only.
    template <detail::fixed_string Name, class Payload>
    void publish(const to_identity& target, const Payload& payload) {
        publish_for<Name>(protocol::target_identity(target.name), payload);
    }

    /// Forgets the keys of all calls with `rpc::key` that have ended, at the end of a trading day,
    /// for example: from here on the same keys are new ones.
    /// @return How many were forgotten.
    std::size_t forget_keys() { return side_.forget_keys(); }

    /// The addresses that are really bound, as text that clients take; those of the last `start`.
    std::vector<std::string> addresses() const { return side_.addresses(); }

    /// Whether the server takes connections.
    bool is_running() const { return side_.is_running(); }

    /// Connections at this moment, draining ones included.
    std::size_t connections() const { return side_.connections(); }

    /// The deepest send queue of all connections, in bytes, for publishers that can wait.
    std::size_t queued_bytes() const { return side_.queued_bytes(); }

    /// The connections at this moment, draining ones included, ordered by number. It waits for no
    /// engine and holds up no publisher, but copies texts: ask for it now and then, not per event.
    std::vector<session_stats> sessions() const { return side_.sessions(); }

    /// The server as a whole at this moment, with its connections: what `rpc.stats` answers. It
    /// costs as much as `sessions`.
    server_stats stats() const { return side_.stats(); }

    /// The strand on which the engine's methods run; work posted to it never meets a method.
    asio::any_io_executor get_executor() const { return side_.executor(); }

private:
    template <detail::fixed_string Name, class Payload>
    void publish_for(std::string_view target, const Payload& payload) {
        typed::with_event<Engine, Name>(
            payload, [&](std::size_t place, std::string_view key, std::string_view data) {
                side_.publish(place, key, data, target);
            });
    }

    typed::server_side side_;
};

}  // namespace rpc::inline v1

#endif  // GATEWIRE_SERVER_HPP
