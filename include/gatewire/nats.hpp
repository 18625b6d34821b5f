// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_NATS_HPP
#define GATEWIRE_NATS_HPP

#include <gatewire/error.hpp>
#include <gatewire/nats/client_side.hpp>
#include <gatewire/nats/options.hpp>
#include <gatewire/nats/server_side.hpp>
#include <gatewire/session/loop_thread.hpp>
#include <gatewire/table.hpp>
#include <gatewire/timeout.hpp>
#include <gatewire/typed/completion.hpp>
#include <gatewire/typed/diagnose_engine.hpp>
#include <gatewire/typed/diagnose_gateway.hpp>
#include <gatewire/typed/event_key.hpp>
#include <gatewire/typed/initiate_call.hpp>
#include <gatewire/typed/request.hpp>
#include <gatewire/wire/scratch.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
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
        using events = typename detail::entries_of<Engine>::events;
        typed::diagnose_event<Engine, Name, Payload>();
        if constexpr (detail::is_listed<Name, events>) {
            using named = detail::entry_named<Name, events>;
            if constexpr (std::is_convertible_v<const Payload&, const typename named::payload&>) {
                publish_entry<named>(detail::place_of<Name, events>, payload);
            }
        }
    }

    /// Forgets the keys of all calls with `rpc::key` that have ended. @return How many.
    std::size_t forget_keys() { return side_.core().once().clear(); }

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
    template <class Entry>
    void publish_entry(std::size_t place, const typename Entry::payload& payload) {
        typed::with_payload<Entry>(payload, [&](std::string_view key, std::string_view data) {
            side_.publish(place, key, data);
        });
    }

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
        : client(session::any_executor(executor), std::move(options),
                 typed::serve_gateway<Gateway, Gateway>(gateway)) {
        typed::diagnose_gateway<Gateway, Gateway>();
    }

    /// The same for a table without handlers, which needs no gateway.
    template <class Executor>
    explicit client(const Executor& executor, client_options options = {})
        : client(session::any_executor(executor), std::move(options),
                 typed::serve_gateway<typed::no_gateway, Gateway>(nobody())) {
        typed::diagnose_gateway<typed::no_gateway, Gateway>();
    }

    /// Ends every call, as `stop` does, and waits for a handler that runs on another thread.
    ~client() { side_->core().shut(); }

    client(const client&) = delete;
    client& operator=(const client&) = delete;

    /// As `rpc::nats::server::start`.
    void start() { side_->core().start(); }

    /// As `rpc::client::stop`.
    void stop() { side_->core().stop("the client was stopped"); }

    /// Waits until the broker is connected and the events of the table are delivered.
    /// @return Whether that is so; false after `longest`.
    /// @throws rpc::error  `would_deadlock`, as `call`.
    bool wait_connected(timeout longest = std::chrono::seconds(30)) {
        return side_->wait_connected(longest.value);
    }

    /// Whether the broker can be reached now.
    bool is_connected() const { return side_->core().is_connected(); }

    /// Calls a method and waits for its result.
    ///
    /// @param given  `rpc::timeout`, `rpc::key` and `rpc::nats::to` first, if wanted; then the
    ///               arguments.
    /// @throws rpc::error  As `rpc::client::call`, and with the outcomes that a broker allows to
    ///                     know: `not_connected`, `not_sent`, if nobody listens; `may_have_run` if
    ///                     no answer comes, whatever became of the engine.
    template <detail::fixed_string Name, class... Given>
    auto call(Given&&... given) {
        return with_entry<Name>([&]<class Entry>(std::type_identity<Entry>, std::size_t place) {
            return typed::take_options<Entry>(
                defaults<Entry>(),
                [&](const call_options& options, const auto&... arguments) {
                    return call_entry<Entry>(place, options, arguments...);
                },
                given...);
        });
    }

    /// Calls a method and delivers its result, as `rpc::client::async_call`.
    template <detail::fixed_string Name, class... Given>
    auto async_call(Given&&... given) {
        using token = typename detail::list_last<detail::type_list<Given...>>::type;
        return with_entry<Name>([&]<class Entry>(std::type_identity<Entry>, std::size_t place) {
            return typed::take_options<Entry>(
                defaults<Entry>(),
                [&](const call_options& options, auto&... rest) {
                    return typed::initiate_call<Entry, token>(side_, place, options, rest...);
                },
                given...);
        });
    }

    /// Calls a method and expects no answer, not even an error.
    template <detail::fixed_string Name, class... Given>
    void notify(const Given&... given) {
        with_entry<Name>([&]<class Entry>(std::type_identity<Entry>, std::size_t place) {
            if constexpr (typed::diagnose_arguments<Entry, Given...>()) {
                wire::scratch body;
                typed::write_request<Entry>(*body, given...);
                auto options = defaults<Entry>();
                options.complete();
                side_->submit(make_request(options, place, body.view(), false), nullptr);
            }
        });
    }

    /// Wants the events with these keys, instead of all of them; without keys all of them again.
    /// The broker selects them, with one delivery for each key: order is kept within a key then.
    template <detail::fixed_string Name, class... Keys>
    void subscribe(const Keys&... keys) {
        change<Name>(true, keys...);
    }

    /// Wants the events with these keys no longer; without keys none of them.
    template <detail::fixed_string Name, class... Keys>
    void unsubscribe(const Keys&... keys) {
        change<Name>(false, keys...);
    }

    /// The number in the stream of the last event that was handled, for `client_options::after` of
    /// a later life of this program. `rpc::latest` events have a stream of their own and are not
    /// counted. With keys it may be older, and some events are handled a second time.
    std::uint64_t event_position() const noexcept { return side_->core().feed().position(); }

    /// The strand on which handlers run; work posted to it never meets a handler.
    asio::any_io_executor get_executor() const { return side_->executor(); }

private:
    using entries = detail::entries_of<Gateway>;
    using callables = typename entries::callables;
    using handlers = typename entries::handlers;

    client(const asio::any_io_executor& executor, client_options&& options,
           const typed::served_gateway& served)
        : side_(std::make_shared<client_side>(executor, std::move(options), served)) {}

    static typed::no_gateway& nobody() {
        static typed::no_gateway instance;
        return instance;
    }

    template <detail::fixed_string Name, class Use>
    auto with_entry(Use&& use) {
        typed::diagnose_name<Gateway, Name>();
        if constexpr (detail::is_listed<Name, callables>) {
            return use(std::type_identity<detail::entry_named<Name, callables>>{},
                       detail::place_of<Name, callables>);
        }
    }

    template <class Entry>
    call_options defaults() {
        call_options options{{side_->core().options().call_timeout, {}},
                             side_->core().options().engine};
        if constexpr (Entry::is_once) {
            options.key = typed::key_members(key{side_->next_key()});
        }
        return options;
    }

    template <class Entry, class... Arguments>
    typed::final_result<Entry> call_entry(std::size_t place, const call_options& options,
                                          const Arguments&... arguments) {
        if constexpr (typed::diagnose_arguments<Entry, Arguments...>()) {
            using completion = typed::waiting_completion<typed::final_result<Entry>>;
            wire::scratch body;
            typed::write_request<Entry>(*body, arguments...);
            completion waiting;
            side_->call(make_request(options, place, body.view(), Entry::is_idempotent),
                        session::completion_ptr(&waiting), waiting);
            return waiting.take();
        }
    }

    template <detail::fixed_string Name, class... Keys>
    void change(bool is_wanted, const Keys&... keys) {
        static_assert(detail::is_listed<Name, handlers>,
                      "gatewire: the table has no rpc::on of this name");
        static_assert((detail::key_value<Keys> && ...), "gatewire: a key is a text or an integer");
        if constexpr (detail::is_listed<Name, handlers>) {
            side_->change(detail::place_of<Name, handlers>, {typed::key_text(keys)...}, is_wanted);
        }
    }

    std::shared_ptr<client_side> side_;
};

}  // namespace rpc::inline v1::nats

#endif  // GATEWIRE_NATS_HPP
