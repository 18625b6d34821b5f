// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_DYNAMIC_CLIENT_HPP
#define GATEWIRE_DYNAMIC_CLIENT_HPP

#include <gatewire/detail/json_declared.hpp>
#include <gatewire/error.hpp>
#include <gatewire/json_text.hpp>  // IWYU pragma: export
#include <gatewire/key.hpp>
#include <gatewire/options.hpp>
#include <gatewire/protocol/service.hpp>
#include <gatewire/session/loop_thread.hpp>
#include <gatewire/session_info.hpp>
#include <gatewire/timeout.hpp>
#include <gatewire/traceparent.hpp>
#include <gatewire/typed/basic_client.hpp>
#include <gatewire/typed/client_side.hpp>
#include <gatewire/typed/dynamic_call.hpp>
#include <gatewire/wire/buffer.hpp>

#ifndef GATEWIRE_SEPARATE_COMPILATION
#include <gatewire/typed/client_side_impl.hpp>
#endif

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rpc::inline v1 {

/// An event by its name. The views are valid during the handler only.
struct dynamic_event {
    std::string_view name;  ///< As the server's table calls it.
    std::string_view data;  ///< What was published, JSON as it was written.
};

/// What a `dynamic_client` is told, all of it on its strand; functions may be empty.
struct dynamic_handlers {
    /// Names of the events to receive, each whole unless `subscribe` names keys.
    std::vector<std::string> events{};
    std::function<void(const dynamic_event&)> on_event{};     ///< Each of them, in order.
    std::function<void(const session_info&)> on_connected{};  ///< As of `rpc::client`.
    std::function<void(const error&)> on_disconnected{};      ///< As of `rpc::client`.
    std::function<void(const gap&)> on_gap{};                 ///< As of `rpc::client`.
    /// As of `rpc::client`: what is wanted and not received.
    std::function<void(const refused_subscription&)> on_subscription_refused{};
};

/// What differs for one call of a `dynamic_client`.
struct dynamic_options {
    /// How long it may take; by default `client_options::call_timeout`.
    std::optional<std::chrono::milliseconds> timeout{};
    /// Names a call of a method with the trait `rpc::once`.
    std::optional<rpc::key> key{};
    /// The trace that it belongs to.
    std::optional<rpc::traceparent> trace{};
    /// Running it twice does no harm, so it is sent again to a server that was started anew.
    bool is_idempotent = false;
};

/// A client for whatever a server serves: names of methods and events, and their types, are known
/// when it runs, not when it is compiled. For tools, bridges and scripts; a program that has a
/// header of the server's types is better off with `rpc::client`, which the compiler checks.
///
/// Connections, sessions, deadlines, handlers and threads are those of `rpc::client`. What is
/// called is not compared with the server's description before it is sent: the server refuses what
/// does not fit. `client.call("rpc.discover")` gives that description.
///
/// @par Lifetime
/// The executor's context must outlive the client.
///
/// @par Thread safety
/// As of `rpc::client`.
class dynamic_client {
public:
    /// @param executor  As of `rpc::client`.
    /// @param handlers  The events to receive, and who is told.
    /// @param options   What differs from the defaults.
    template <class Executor>
    explicit dynamic_client(const Executor& executor, dynamic_handlers handlers = {},
                            client_options options = {})
        : handlers_(std::make_shared<dynamic_handlers>(std::move(handlers))),
          side_(make_side(session::any_executor(executor), handlers_, std::move(options))) {}

    /// As of `rpc::client`.
    ~dynamic_client() { side_->shut(); }

    dynamic_client(const dynamic_client&) = delete;
    dynamic_client& operator=(const dynamic_client&) = delete;

    /// As `client::start`.
    void start() { side_->start(); }
    /// As `client::stop`.
    void stop() { side_->stop(); }
    /// As `client::wait_connected`.
    bool wait_connected(timeout longest = std::chrono::seconds(30)) {
        return side_->wait_connected(longest.value);
    }
    /// As `client::is_connected`.
    bool is_connected() const { return side_->is_connected(); }

    /// Calls a method and waits for its result; see `client::call`.
    ///
    /// @tparam Result  What the result is read as: any type of the library's, or `json_text`.
    /// @param method   Its name, those that begin with `rpc.` too.
    /// @param params   An array, or an object of parameters by their names: `nlohmann::json`, a
    ///                 `std::tuple`, an aggregate, `json_text`.
    /// @param options  What differs for this call.
    ///
    /// @throws rpc::error  As `client::call`, save that there is no `contract_mismatch`.
    template <class Result = nlohmann::json, class Params = nlohmann::json>
    Result call(std::string_view method, const Params& params = none(),
                const dynamic_options& options = {}) {
        wire::scratch body;
        typed::write_dynamic_request(*body, method, params);
        const typed::call_options how = options_of(options);
        return typed::wait_for_call<Result>(
            *side_, typed::make_request(how, protocol::not_listed, *body, options.is_idempotent));
    }

    /// Calls a method and delivers its result.
    /// @param method   As of `call`.
    /// @param params   As of `call`.
    /// @param options  What differs for this call.
    /// @param token    Completion token for `void(std::exception_ptr, Result)`; see
    ///                 `client::async_call`.
    template <class Result = nlohmann::json, class Params, class Token>
    auto async_call(std::string_view method, const Params& params, const dynamic_options& options,
                    Token&& token) {
        typed::call_initiation<Result, side, typed::call_options> initiation{
            side_, protocol::not_listed, {side_->timeout()}, options.is_idempotent, {}, {}};
        try {
            initiation.options = options_of(options);
            typed::write_dynamic_request(*initiation.body, method, params);
        } catch (const error& why) {
            initiation.failure = why;
        }
        using signature = typename typed::completion_signature<Result>::type;
        return asio::async_initiate<Token, signature>(std::move(initiation), token);
    }

    /// Calls a method and expects no answer; see `client::notify`.
    template <class Params = nlohmann::json>
    void notify(std::string_view method, const Params& params = none()) {
        wire::scratch body;
        typed::write_dynamic_request(*body, method, params);
        side_->submit({protocol::not_listed, body.view(), side_->timeout()}, nullptr);
    }

    /// Wants the events with these keys instead of all of them; without keys all of them again.
    /// See `client::subscribe`.
    /// @throws rpc::error  `invalid_value`: the name is not among `dynamic_handlers::events`.
    void subscribe(std::string_view event, const std::vector<std::string>& keys = {}) {
        side_->change(place_of(event), keys, true);
    }

    /// Wants the events with these keys no longer; without keys none of them.
    /// @throws rpc::error  As `subscribe`.
    void unsubscribe(std::string_view event, const std::vector<std::string>& keys = {}) {
        side_->change(place_of(event), keys, false);
    }

    /// The strand on which handlers run; work posted to it never meets a handler.
    asio::any_io_executor get_executor() const { return side_->executor(); }

private:
    using side = typed::client_side<session::client_core>;

    // Defined in dynamic_client_impl.hpp. No constructor takes an erased executor: overload
    // resolution would ask of every other executor whether it can be erased, and that takes
    // compilers long.
    static std::shared_ptr<side> make_side(const asio::any_io_executor& executor,
                                           const std::shared_ptr<dynamic_handlers>& handlers,
                                           client_options&& options);
    static const nlohmann::json& none();
    typed::call_options options_of(const dynamic_options& given) const;
    std::size_t place_of(std::string_view event) const;

    std::shared_ptr<dynamic_handlers> handlers_;
    std::shared_ptr<side> side_;
};

}  // namespace rpc::inline v1

#ifndef GATEWIRE_SEPARATE_COMPILATION
#include <gatewire/dynamic_client_impl.hpp>
#endif

#endif  // GATEWIRE_DYNAMIC_CLIENT_HPP
