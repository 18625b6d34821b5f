// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_CALL_COMPLETION_HPP
#define GATEWIRE_SESSION_CALL_COMPLETION_HPP

#include <gatewire/error.hpp>

#include <memory>
#include <string_view>

namespace rpc::inline v1::session {

/// What is to be done when a call ends. Exactly one of the first three functions is called, once,
/// without any mutex of the client held.
class call_completion {
public:
    virtual ~call_completion() = default;

    /// The call gave this result, as it was written. Valid during the call only.
    virtual void succeed(std::string_view result) noexcept = 0;

    /// The server answered with an error.
    virtual void refuse(const error& why) noexcept = 0;

    /// The call failed on this side. Whoever finds that out may be in the midst of something, so
    /// the user's code does not run inside of this.
    virtual void fail(const error& why) noexcept = 0;

    /// When the end of a call may be told.
    enum class turn : unsigned char {
        at_once,     // by the thread that reads: it runs no code of the user's
        after_read,  // as soon as the next read is under way: it has an executor of its own
        in_order     // on the gateway's strand, between the events before and after it
    };
    virtual turn when() const noexcept = 0;
};

using completion_ptr = std::shared_ptr<call_completion>;

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_CALL_COMPLETION_HPP
