// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_TYPED_CLIENT_SIDE_HPP
#define GATEWIRE_TYPED_CLIENT_SIDE_HPP

#include <gatewire/options.hpp>
#include <gatewire/protocol/pending_calls.hpp>
#include <gatewire/protocol/time.hpp>
#include <gatewire/session/call_completion.hpp>
#include <gatewire/typed/served_gateway.hpp>

#include <asio/any_io_executor.hpp>

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
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

/// The end of a call, for a thread that sleeps until it comes.
class awaited_end {
public:
    bool is_done() const {
        const std::lock_guard lock(mutex_);
        return is_done_;
    }

    /// Sleeps until it is done, at most until then. @return Whether it is.
    bool wait(protocol::time_point until) {
        std::unique_lock lock(mutex_);
        return done_.wait_until(lock, until, [this] { return is_done_; });
    }

    /// The mutex is held until everybody was woken: who sleeps cannot leave, and this object go,
    /// before.
    template <class Set>
    void end(Set&& set) {
        const std::lock_guard lock(mutex_);
        set();
        is_done_ = true;
        done_.notify_all();
    }

private:
    mutable std::mutex mutex_;
    std::condition_variable done_;
    bool is_done_ = false;
};

/// What a client does that depends on no type of its gateway's.
///
/// The functions are defined in client_side_members.hpp: those of a client over sockets are
/// compiled once, with no session in the sources of a program that links gatewire::compiled.
///
/// @tparam Core  The client over sockets, or over a broker.
template <class Core>
class client_side {
public:
    using strand = session::call_completion::strand;

    /// @param executor  The core's.
    client_side(const asio::any_io_executor& executor, std::shared_ptr<Core> core);
    ~client_side();
    client_side(const client_side&) = delete;
    client_side& operator=(const client_side&) = delete;

    Core& core() const noexcept { return *core_; }

    // The next ones as in `rpc::client`.
    void start();
    void stop();
    bool wait_connected(std::chrono::milliseconds timeout);
    bool is_connected() const;

    /// Stops, and keeps away from the gateway from here on.
    void shut();

    /// Makes a call; without a completion it expects no response.
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

private:
    std::shared_ptr<Core> core_;
    std::unique_ptr<caller_thread> thread_;
};

/// A client over sockets.
std::shared_ptr<session::client_core> make_client_core(const asio::any_io_executor& executor,
                                                       client_options&& options,
                                                       const served_gateway& served);

#ifdef GATEWIRE_SEPARATE_COMPILATION
extern template class client_side<session::client_core>;
#endif

}  // namespace rpc::inline v1::typed

#endif  // GATEWIRE_TYPED_CLIENT_SIDE_HPP
