// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_CLIENT_HPP
#define GATEWIRE_CLIENT_HPP

#include <gatewire/error.hpp>  // IWYU pragma: export
#include <gatewire/key.hpp>    // IWYU pragma: export
#include <gatewire/options.hpp>
#include <gatewire/session/loop_thread.hpp>
#include <gatewire/session_info.hpp>  // IWYU pragma: export
#include <gatewire/table.hpp>         // IWYU pragma: export
#include <gatewire/timeout.hpp>
#include <gatewire/traceparent.hpp>  // IWYU pragma: export
#include <gatewire/typed/basic_client.hpp>

#ifndef GATEWIRE_SEPARATE_COMPILATION
#include <gatewire/typed/client_side_impl.hpp>
#endif

#include <chrono>
#include <utility>

namespace rpc::inline v1 {

/// Looks like a remote engine from another process: calls its methods and receives its events.
///
/// `start` begins to connect, and from then on the client connects again by itself whenever the
/// connection is lost, and subscribes again. Calls may be made at any time: while there is no
/// connection they wait for one, within their own timeout.
///
/// Event handlers, hooks and completion handlers without an executor of their own run one after
/// another on a strand, `get_executor()`, in the order in which things arrived; so the gateway
/// needs no locks against them. The hooks are optional members of the gateway: `on_connected(const
/// rpc::session_info&)`, `on_disconnected(const rpc::error&)`, `on_gap(const rpc::gap&)`,
/// `on_subscription_refused(const rpc::refused_subscription&)`. Every `on_connected` is followed by
/// one `on_disconnected`.
///
/// @tparam Gateway  A class with a table of `rpc::remote` and `rpc::on`; or an engine's class, and
///                  then `client.call<&engine::add>(1, 2)` works beside `client.call<"add">(1, 2)`.
///
/// @par Lifetime
/// The executor's context and the gateway must outlive the client.
///
/// @par Thread safety
/// All functions may be called from any thread at the same time, from handlers and methods of an
/// engine too. The destructor waits for a handler that runs on another thread.
template <class Gateway>
class client {
public:
    /// @param executor  Of an `io_context` run by one thread or many, or of a `thread_pool`; not a
    ///                  strand if blocking calls are made from handlers.
    /// @param gateway   Receives the events.
    /// @param options   What differs from the defaults.
    template <class Executor>
    client(const Executor& executor, Gateway& gateway, client_options options = {})
        : face_(session::any_executor(executor), gateway, std::move(options)) {}

    /// The same for a table without handlers, which needs no gateway.
    template <class Executor>
    explicit client(const Executor& executor, client_options options = {})
        : face_(session::any_executor(executor), std::move(options)) {}

    /// Ends every call, as `stop` does, and waits for a handler that runs on another thread. An
    /// `on_disconnected` that is due is called by this thread, which no handler runs beside; other
    /// hooks and events that were not handled yet are left out, and the log of the options is not
    /// called any more. Completion handlers run on the loop, also later.
    ~client() = default;

    client(const client&) = delete;
    client& operator=(const client&) = delete;

    /// Begins to connect and returns at once; does nothing on a client that runs.
    /// @throws rpc::error  `invalid_address`: the address of the options cannot be read;
    ///                     `invalid_value`: the token of the options is not UTF-8.
    void start() { face_.side().start(); }

    /// Ends the connection, and every call with `cancelled`: its outcome is `not_sent`, or
    /// `may_have_run` if it had left. Returns at once; `start` works again.
    void stop() { face_.side().stop(); }

    /// Waits until the client is connected and its subscriptions are in place. On a thread that
    /// runs the client's `io_context` the loop goes on meanwhile.
    /// @return Whether it is connected; false after `longest`.
    /// @throws rpc::error  `would_deadlock`, as `call`.
    bool wait_connected(timeout longest = std::chrono::seconds(30)) {
        return face_.side().wait_connected(longest.value);
    }

    /// Whether calls are sent at once, and events arrive.
    bool is_connected() const { return face_.side().is_connected(); }

    /// Calls a method and waits for its result.
    ///
    /// From a handler it works as well: on an `io_context` the loop is run meanwhile, so other
    /// handlers of other objects may run inside of the call, but none of this client's.
    ///
    /// @tparam Name   A method of the table.
    /// @param  given  `rpc::timeout` first, if the default of the options does not suit; then the
    ///                arguments. Nothing is converted between truth values, integers and numbers
    ///                with a fraction; integers that do not fit are refused.
    /// @return What the method gives.
    ///
    /// @throws rpc::error  with `outcome()`:
    /// - `not_connected`, `cancelled`, `deadline_exceeded`, `overloaded`, `frame_too_large`,
    ///   `contract_mismatch`, `invalid_params`, `invalid_value` (an argument has no JSON form, or
    ///   its code threw): `not_sent` where it never left;
    /// - `deadline_exceeded`, `connection_lost`, `cancelled`: `may_have_run` where it did;
    /// - `invalid_params`, `method_not_found`, `forbidden`, `engine_error` and whatever else the
    ///   server answers, `invalid_answer` if its result is of another type, or its code threw while
    ///   it was read: `failed`;
    /// - `would_deadlock`: on the only thread of a `thread_pool`, or inside of a strand that is the
    ///   client's executor; `not_sent`.
    template <detail::fixed_string Name, class... Given>
    auto call(Given&&... given) {
        return face_.template call<Name>(std::forward<Given>(given)...);
    }

    /// The same by the engine's function, for an engine's table.
    template <auto Function, class... Given>
        requires detail::signature<decltype(Function)>::known
    auto call(Given&&... given) {
        return call<detail::name_of<Function, callables>()>(std::forward<Given>(given)...);
    }

    /// Calls a method and delivers its result.
    ///
    /// @param given  `rpc::timeout` first, if wanted; then the arguments, which are encoded before
    ///               this function returns; then the completion token.
    ///
    /// @par Completion
    /// `void(std::exception_ptr, R)`, or `void(std::exception_ptr)` for `void`. The exception is an
    /// `rpc::error` as `call` throws it. Never runs inside of this function; each call completes
    /// exactly once, also when the client is stopped or destroyed. What a handler throws leaves the
    /// `run()` of the loop that runs it, as with Asio, wherever it runs and however the call ended;
    /// the client is not touched by it and goes on when `run()` is called again.
    ///
    /// A result whose default constructor throws is made for the case of an error, too: then that
    /// exception leaves this function, and nothing is called.
    ///
    /// @par Cancellation
    /// Every type. The call completes with `cancelled`, the server is told, and the connection and
    /// other calls go on.
    template <detail::fixed_string Name, class... Given>
    auto async_call(Given&&... given) {
        return face_.template async_call<Name>(std::forward<Given>(given)...);
    }

    /// The same by the engine's function, for an engine's table.
    template <auto Function, class... Given>
        requires detail::signature<decltype(Function)>::known
    auto async_call(Given&&... given) {
        return async_call<detail::name_of<Function, callables>()>(std::forward<Given>(given)...);
    }

    /// Calls a method and expects no answer, not even an error. While there is no connection it
    /// waits for one as long as a call would, and is then forgotten.
    /// @throws rpc::error  `not_connected` on a client that is stopped; `overloaded`,
    ///                     `frame_too_large`, `contract_mismatch`, `invalid_params`,
    ///                     `invalid_value`.
    template <detail::fixed_string Name, class... Given>
    void notify(const Given&... given) {
        face_.template notify<Name>(given...);
    }

    /// Wants the events with these keys, instead of all of them; without keys all of them again. It
    /// holds over connections. May be called before `start`.
    ///
    /// It returns at once. Many keys go to the server in parts. What it refuses for the moment is
    /// asked for again, after pauses that grow as those between connections do. What it refuses
    /// otherwise, because the event has no key or there are too many subscriptions, the gateway's
    /// `on_subscription_refused` is told, and it is logged as `subscription_refused`; of too many,
    /// those that were wanted first are received.
    /// @throws rpc::error  `invalid_value`: a key is not UTF-8. Nothing is changed then.
    template <detail::fixed_string Name, class... Keys>
    void subscribe(const Keys&... keys) {
        face_.template subscribe<Name>(keys...);
    }

    /// Wants the events with these keys no longer; without keys none of them.
    template <detail::fixed_string Name, class... Keys>
    void unsubscribe(const Keys&... keys) {
        face_.template unsubscribe<Name>(keys...);
    }

    /// The strand on which handlers run; work posted to it never meets a handler.
    asio::any_io_executor get_executor() const { return face_.side().executor(); }

private:
    using face = typed::basic_client<Gateway, session::client_core>;
    using callables = typename face::callables;

    face face_;
};

}  // namespace rpc::inline v1

#endif  // GATEWIRE_CLIENT_HPP
