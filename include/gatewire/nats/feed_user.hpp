// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_NATS_FEED_USER_HPP
#define GATEWIRE_NATS_FEED_USER_HPP

#include <gatewire/nats/connection.hpp>
#include <gatewire/nats/event_plan.hpp>
#include <gatewire/nats/event_source.hpp>
#include <gatewire/session_info.hpp>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace rpc::inline v1::nats {

/// Who takes what a feed brings. Everything is called on the gateway's strand.
class feed_user {
public:
    virtual ~feed_user() = default;
    virtual void take_event(std::string_view text, const std::vector<event_wish>& wishes) = 0;
    virtual void take_gap(const gap& missed) = 0;
    virtual void take_refusal(const refused_subscription& what) = 0;
    /// Everything that is wanted is delivered from here on, for the first time on a connection.
    virtual void take_ready(const stream_state& stream) = 0;
    virtual void log_refusal(const std::string& text) = 0;
    /// Has what arrives at a subject handed to `event_feed::receive` with this ticket.
    virtual subscription_ptr subscribe(connection& link, const std::string& subject,
                                       std::uint64_t ticket) = 0;
    /// Runs a function on the gateway's strand, later.
    virtual void post(std::function<void()> run) = 0;
};

}  // namespace rpc::inline v1::nats

#endif  // GATEWIRE_NATS_FEED_USER_HPP
