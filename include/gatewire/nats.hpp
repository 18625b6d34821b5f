// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_NATS_HPP
#define GATEWIRE_NATS_HPP

#include <gatewire/error.hpp>  // IWYU pragma: export
#include <gatewire/nats/client_core.hpp>
#include <gatewire/nats/options.hpp>
#include <gatewire/nats/server_core.hpp>
#include <gatewire/session/loop_thread.hpp>
#include <gatewire/table.hpp>  // IWYU pragma: export
#include <gatewire/timeout.hpp>
#include <gatewire/typed/basic_client.hpp>
#include <gatewire/typed/client_side_members.hpp>  // IWYU pragma: keep
#include <gatewire/typed/diagnose.hpp>
#include <gatewire/typed/server_side.hpp>

#ifndef GATEWIRE_SEPARATE_COMPILATION
#include <gatewire/typed/client_side_impl.hpp>
#endif

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

/// The same tables over a NATS broker: engines and clients on any number of machines, calls shared
/// between engines, events durable in JetStream. Needs the NATS C client 3.4 or later and a broker
/// with JetStream; nothing else of the library does. The subjects are described in
/// <gatewire/nats/subject.hpp>.
namespace rpc::inline v1::nats {

/// Serves an engine over NATS, as `rpc::server` does over sockets.
///
/// All engines of one name must have the same table: a call goes to any of them, unless it names
/// one. Methods run on a strand of the executor; the threads of the C client only bring them there.
///
/// @tparam Engine  Any class with a table. Its `on_session_end` is never called, since a broker
///                 tells nobody who is gone.
///
/// @par Lifetime
/// As with `rpc::server`.
///
/// @par Thread safety
/// All functions may be called from any thread at the same time. `start`, and what sends, may wait
/// for the broker's socket.
template <class Engine>
class server {
public:
    /// @throws rpc::error  `invalid_value`: a name in the options cannot be one.
    template <class Executor>
    server(const Executor& executor, Engine& engine, server_options options = {})
        : side_(session::any_executor(executor), std::move(options), typed::serve_engine(engine)) {
        typed::diagnose_engine<Engine>();
    }

    /// Ends at once. Answers of calls that run are lost, and events that are not confirmed.
    ~server() = default;

    server(const server&) = delete;
    server& operator=(const server&) = delete;

    /// Connects, tries once before it returns, and goes on trying. Does nothing on a server that
    /// runs.
    /// @throws rpc::error  `invalid_address`: the options cannot be used, or the broker refuses
    ///                     them.
    void start() { side_.core().start(); }

    /// Takes no more calls, lets those that came run, has the events confirmed, and disconnects,
    /// within `drain_time`. Returns at once.
    void stop() { side_.core().stop(); }

    /// Calls `done` once on the server's executor when the server is stopped and disconnected.
    void when_drained(std::function<void()> done) { side_.core().when_drained(std::move(done)); }

    /// Publishes an event: it is sent until the stream has it, also over a restart of the broker,
    /// as long as this object lives. What a method publishes while it runs on the engine's strand
    /// is sent after the answer to the call. While the stream changes its leader, events that are
    /// on their way may change places.
    ///
    /// @throws rpc::error  `overloaded`: too many are not confirmed yet; and as `rpc::server`.
    template <detail::fixed_string Name, class Payload>
    void publish(const Payload& payload) {
        typed::with_event<Engine, Name>(
            payload, [&](std::size_t place, std::string_view key, std::string_view data) {
                side_.publish(place, key, data);
            });
    }

    /// Forgets the keys of all calls with `rpc::key` that have ended. @return How many.
    std::size_t forget_keys() { return side_.core().used_keys().clear(); }

    /// The name by which `rpc::nats::to` reaches this engine.
    const std::string& engine_id() const noexcept { return side_.core().options().engine_id; }

    /// Changes with each server object; `rpc::key::epoch` binds a key to it.
    const std::string& epoch() const noexcept { return side_.core().epoch(); }

    /// Whether it was started and not stopped since.
    bool is_running() const { return side_.core().is_running(); }
    /// Whether the broker can be reached now.
    bool is_connected() const { return side_.core().is_connected(); }

    /// Sleeps until the broker is connected. Not for a thread that runs the executor.
    /// @return Whether it is; false after `longest`.
    bool wait_connected(timeout longest = std::chrono::seconds(30)) {
        return side_.core().wait_connected(longest.value);
    }

    /// How many of the events of this object, from the first on, the stream has confirmed.
    std::uint64_t events_stored() const { return side_.core().events().stored(); }

    /// Bytes of events that it has not confirmed, for publishers that can wait.
    std::size_t queued_bytes() const { return side_.core().events().bytes(); }

    /// The strand on which the engine's methods run; work posted to it never meets a method.
    asio::any_io_executor get_executor() const { return side_.core().engine().executor(); }

private:
    server_side side_;
};

/// Looks like the engines of a name, from any machine: `rpc::client` over NATS.
///
/// @tparam Gateway  As with `rpc::client`; hooks and handlers too.
///
/// @par Lifetime
/// As with `rpc::client`.
///
/// @par Thread safety
/// All functions may be called from any thread at the same time. The destructor waits for a handler
/// that runs on another thread.
template <class Gateway>
class client {
public:
    /// @throws rpc::error  `invalid_value`: a name in the options cannot be one.
    template <class Executor>
    client(const Executor& executor, Gateway& gateway, client_options options = {})
        : face_(session::any_executor(executor), gateway, std::move(options)) {}

    /// The same for a table without handlers, which needs no gateway.
    template <class Executor>
    explicit client(const Executor& executor, client_options options = {})
        : face_(session::any_executor(executor), std::move(options)) {}

    /// Ends every call, as `stop` does, and waits for a handler that runs on another thread.
    ~client() = default;

    client(const client&) = delete;
    client& operator=(const client&) = delete;

    /// As `rpc::nats::server::start`.
    void start() { face_.side().start(); }

    /// As `rpc::client::stop`.
    void stop() { face_.side().stop(); }

    /// Waits until the broker is connected and the events of the table are delivered.
    /// @return Whether that is so; false after `longest`.
    /// @throws rpc::error  `would_deadlock`, as `call`.
    bool wait_connected(timeout longest = std::chrono::seconds(30)) {
        return face_.side().wait_connected(longest.value);
    }

    /// Whether the broker can be reached now.
    bool is_connected() const { return face_.side().is_connected(); }

    /// Calls a method and waits for its result.
    ///
    /// @param given  `rpc::timeout`, `rpc::key` and `rpc::nats::to` first, if wanted; then the
    ///               arguments.
    /// @throws rpc::error  As `rpc::client::call`, and with the outcomes that a broker allows to
    ///                     know: `not_connected`, `not_sent`, if nobody listens; `may_have_run` if
    ///                     no answer comes, whatever became of the engine.
    template <detail::fixed_string Name, class... Given>
    auto call(Given&&... given) {
        return face_.template call<Name>(std::forward<Given>(given)...);
    }

    /// Calls a method and delivers its result, as `rpc::client::async_call`.
    template <detail::fixed_string Name, class... Given>
    auto async_call(Given&&... given) {
        return face_.template async_call<Name>(std::forward<Given>(given)...);
    }

    /// Calls a method and expects no answer, not even an error.
    template <detail::fixed_string Name, class... Given>
    void notify(const Given&... given) {
        face_.template notify<Name>(given...);
    }

    /// Wants the events with these keys, instead of all of them; without keys all of them again.
    /// The broker selects them, with one delivery for each key: order is kept within a key then.
    template <detail::fixed_string Name, class... Keys>
    void subscribe(const Keys&... keys) {
        face_.template subscribe<Name>(keys...);
    }

    /// Wants the events with these keys no longer; without keys none of them.
    template <detail::fixed_string Name, class... Keys>
    void unsubscribe(const Keys&... keys) {
        face_.template unsubscribe<Name>(keys...);
    }

    /// The number in the stream of the last event that was handled, for `client_options::after` of
    /// a later life of this program. `rpc::latest` events have a stream of their own and are not
    /// counted. With keys it may be older, and some events are handled a second time.
    std::uint64_t event_position() const noexcept { return face_.side().core().event_position(); }

    /// The strand on which handlers run; work posted to it never meets a handler.
    asio::any_io_executor get_executor() const { return face_.side().executor(); }

private:
    typed::basic_client<Gateway, client_core, call_options> face_;
};

}  // namespace rpc::inline v1::nats

#endif  // GATEWIRE_NATS_HPP
