// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_OBSERVER_HPP
#define GATEWIRE_OBSERVER_HPP

#include <gatewire/error.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <system_error>

namespace rpc::inline v1 {

/// The clock of everything that is observed.
using observed_time = std::chrono::steady_clock::time_point;

/// A call as a server sees it. The views are valid during the callback only.
struct observed_call {
    std::string_view method;       ///< Its name in the table.
    std::uint64_t session = 0;     ///< Its connection, as `caller::session` gives it.
    std::string_view traceparent;  ///< Of W3C Trace Context, as the client sent it, or empty.
    std::size_t request_size = 0;  ///< Bytes of the params.
    observed_time received{};      ///< When it was read.
    /// When it came to the engine: until then it was queued. Equal to `received` for a call that is
    /// answered without that.
    observed_time started{};
};

/// How a call ended for a server.
struct observed_answer {
    observed_time ended{};  ///< When its answer was written.
    int code = 0;           ///< Zero for a result, else the error's code.
    std::size_t size = 0;   ///< Bytes of the answer; zero for a notification.
};

/// An event that a server published.
struct observed_event {
    std::string_view event;       ///< Its name in the table.
    std::string_view key;         ///< Empty where it has none.
    std::size_t size = 0;         ///< Bytes of its frame.
    std::size_t subscribers = 0;  ///< How many connections it goes to.
};

/// A call as a client sees it, once it has ended. The views are valid during the callback only.
struct observed_reply {
    std::string_view method;       ///< Its name in the table.
    std::string_view traceparent;  ///< As the call sent it, or empty.
    observed_time begun{};         ///< When it was submitted.
    observed_time ended{};         ///< When it ended, before its handler runs.
    std::error_code code{};        ///< Zero for a result.
    rpc::outcome outcome{};        ///< What a call that failed may have done.
    std::size_t size = 0;          ///< Bytes of the result as it was read.
};

/// Sees what a server or a client does, for metrics and traces: give one as `observer` in the
/// options. Override what is wanted. What connections do is told by `log` (`connected`,
/// `disconnected` with the reason, `connect_failed` with the next try), and how deep their queues
/// are by `server::stats`.
///
/// @par Thread safety
/// Called by any thread that runs the executor or publishes, several at a time. It must be quick,
/// and must not call the server or client it observes. Without an observer nothing is recorded.
class observer {
public:
    observer() = default;
    observer(const observer&) = delete;
    observer& operator=(const observer&) = delete;
    virtual ~observer() = default;

    /// A server is about to call a method.
    virtual void on_call_started(const observed_call& call) noexcept { static_cast<void>(call); }

    /// A server has written the answer of a call that came to its engine.
    virtual void on_call_ended(const observed_call& call, const observed_answer& answer) noexcept {
        static_cast<void>(call);
        static_cast<void>(answer);
    }

    /// A server has queued an event for all who want it.
    virtual void on_event(const observed_event& event) noexcept { static_cast<void>(event); }

    /// A call of a client has ended.
    virtual void on_reply(const observed_reply& reply) noexcept { static_cast<void>(reply); }
};

}  // namespace rpc::inline v1

#endif  // GATEWIRE_OBSERVER_HPP
