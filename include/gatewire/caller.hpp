// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_CALLER_HPP
#define GATEWIRE_CALLER_HPP

#include <gatewire/credentials.hpp>
#include <gatewire/detail/storage_duration.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace rpc::inline v1 {

/// Who is calling, for methods that ask: a first parameter `const rpc::caller&` is filled in by
/// the server and is no part of what is sent.
///
/// @par Lifetime
/// The reference ends with the method; a method that goes on longer keeps a copy, which is cheap.
///
/// @par Thread safety
/// One object may be read by many threads.
class caller {
public:
    /// The clock of deadlines.
    using clock = std::chrono::steady_clock;

    /// The caller of a test, or of a method that is called within the process.
    caller() = default;

    /// The caller of a call, as the server makes it. Null or empty: not known.
    caller(std::shared_ptr<const std::string> peer, std::optional<clock::time_point> deadline,
           std::shared_ptr<const std::atomic<bool>> cancelled,
           std::shared_ptr<const rpc::identity> identity = {}, std::uint64_t session = 0,
           std::shared_ptr<const std::string> traceparent = {})
        : peer_(std::move(peer)),
          identity_(std::move(identity)),
          deadline_(deadline),
          cancelled_(std::move(cancelled)),
          session_(session),
          traceparent_(std::move(traceparent)) {}

    /// The client's address as text, for example `tcp://127.0.0.1:40712`.
    const std::string& peer() const noexcept {
        static const detail::never_destroyed<std::string> local("local");
        return peer_ ? *peer_ : *local;
    }

    /// Who the client proved to be; empty for an anonymous one.
    const std::string& identity() const noexcept {
        static const detail::never_destroyed<std::string> anonymous;
        return identity_ ? identity_->name : *anonymous;
    }

    /// Whether the client has this role; an anonymous one has none. What a whole method needs is
    /// said in the table by `rpc::needs`, and was asked before it runs.
    bool has_role(std::string_view role) const noexcept {
        return identity_ && identity_->has_role(role);
    }

    /// The number of the connection: 1, 2 and so on, each given once in the life of a server
    /// object; 0 where there is none. `server::sessions` and `session_end` name connections by it.
    std::uint64_t session() const noexcept { return session_; }

    /// When the client stops waiting; nothing if it waits for ever.
    std::optional<clock::time_point> deadline() const noexcept { return deadline_; }

    /// Whether the client gave the call up or is gone. A long method looks now and then.
    bool cancelled() const noexcept {
        return cancelled_ && cancelled_->load(std::memory_order_relaxed);
    }

    /// The trace that the call belongs to (W3C Trace Context), as the client sent it, or empty. It
    /// lives as long as this object.
    std::string_view traceparent() const noexcept {
        return traceparent_ ? std::string_view(*traceparent_) : std::string_view();
    }

private:
    std::shared_ptr<const std::string> peer_;
    std::shared_ptr<const rpc::identity> identity_;
    std::optional<clock::time_point> deadline_;
    std::shared_ptr<const std::atomic<bool>> cancelled_;
    std::uint64_t session_ = 0;
    std::shared_ptr<const std::string> traceparent_;
};

}  // namespace rpc::inline v1

#endif  // GATEWIRE_CALLER_HPP
