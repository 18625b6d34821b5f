// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_TYPED_CLIENT_SIDE_HPP
#define GATEWIRE_TYPED_CLIENT_SIDE_HPP

#include <gatewire/error.hpp>
#include <gatewire/options.hpp>
#include <gatewire/protocol/call_id.hpp>
#include <gatewire/protocol/call_request.hpp>
#include <gatewire/protocol/time.hpp>
#include <gatewire/session/call_completion.hpp>
#include <gatewire/typed/served_gateway.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace rpc::inline v1::session {
class client_core;
}  // namespace rpc::inline v1::session

namespace rpc::inline v1::typed {

class caller_thread;

/// How the request of a method begins that no contract has; its name and `params` follow.
inline constexpr std::string_view dynamic_request_begin = R"({"jsonrpc":"2.0","method":)";

/// What a thread sleeps for.
class awaited_end {
public:
    virtual ~awaited_end() = default;
    virtual bool is_done() const = 0;
    /// Sleeps until it is done, at most until then. @return Whether it is.
    virtual bool wait(protocol::time_point until) = 0;
};

/// What `rpc::client` does that depends on no type of the gateway's.
///
/// The functions are defined in client_side_impl.hpp, so that no session and no protocol is
/// compiled with each client of a program that links gatewire::compiled.
class client_side {
public:
    using strand = session::call_completion::strand;

    client_side(const asio::any_io_executor& executor, client_options&& options,
                const served_gateway& served);
    ~client_side();
    client_side(const client_side&) = delete;
    client_side& operator=(const client_side&) = delete;

    // The next ones as in `rpc::client`.
    void start();
    void stop();
    bool wait_connected(std::chrono::milliseconds timeout);
    bool is_connected() const;

    /// Stops, and keeps away from the gateway from here on.
    void shut();

    /// Makes a call; without a completion it expects no answer.
    protocol::call_id submit(const protocol::call_request& what,
                             session::completion_ptr completion);
    /// Makes a call that was refused before it was made.
    void fail_later(session::completion_ptr completion, const error& why);
    /// Makes a call and waits for its end.
    void call(protocol::call_request what, session::completion_ptr completion, awaited_end& end);
    void cancel(protocol::call_id id);

    /// Wants events of the handler at that place, or wants them no longer.
    void change(std::size_t place, const std::vector<std::string>& keys, bool is_wanted);

    /// How long calls take at most by themselves.
    std::chrono::milliseconds timeout() const noexcept;
    std::string next_key();
    const strand& executor() const noexcept;
    asio::any_io_executor any_executor() const;

private:
    std::shared_ptr<session::client_core> core_;
    std::unique_ptr<caller_thread> thread_;
};

/// No constructor of a client takes an erased executor: overload resolution would ask of every
/// other executor whether it can be erased, and that takes compilers long.
std::shared_ptr<client_side> make_client_side(const asio::any_io_executor& executor,
                                              client_options&& options,
                                              const served_gateway& served);

}  // namespace rpc::inline v1::typed

#endif  // GATEWIRE_TYPED_CLIENT_SIDE_HPP
