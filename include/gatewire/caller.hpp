// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_CALLER_HPP
#define GATEWIRE_CALLER_HPP

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>

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
    using clock = std::chrono::steady_clock;

    /// The caller of a test, or of a method that is called within the process.
    caller() = default;

    caller(std::shared_ptr<const std::string> peer, std::optional<clock::time_point> deadline,
           std::shared_ptr<const std::atomic<bool>> cancelled)
        : peer_(std::move(peer)), deadline_(deadline), cancelled_(std::move(cancelled)) {}

    /// The client's address as text, for example `tcp://127.0.0.1:40712`.
    const std::string& peer() const noexcept {
        static const std::string local = "local";
        return peer_ ? *peer_ : local;
    }

    /// Who the client proved to be; empty for an anonymous one.
    const std::string& identity() const noexcept {
        static const std::string anonymous;
        return anonymous;
    }

    /// When the client stops waiting; nothing if it waits for ever.
    std::optional<clock::time_point> deadline() const noexcept { return deadline_; }

    /// Whether the client gave the call up or is gone. A long method looks now and then.
    bool cancelled() const noexcept {
        return cancelled_ && cancelled_->load(std::memory_order_relaxed);
    }

private:
    std::shared_ptr<const std::string> peer_;
    std::optional<clock::time_point> deadline_;
    std::shared_ptr<const std::atomic<bool>> cancelled_;
};

}  // namespace rpc::inline v1

#endif  // GATEWIRE_CALLER_HPP
