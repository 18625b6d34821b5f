// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_NATS_PUBLISHER_HPP
#define GATEWIRE_NATS_PUBLISHER_HPP

#include <gatewire/error.hpp>
#include <gatewire/nats/connection.hpp>
#include <gatewire/nats/jetstream.hpp>
#include <gatewire/protocol/messages.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <iterator>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace rpc::inline v1::nats {

/// The events of one engine on their way to the stream: they are sent until the stream confirms
/// them, and it knows by their ids what it has already.
///
/// They are sent one behind the other, a bounded number without a confirmation. When one is
/// refused, or no confirmation comes any more, nothing new is sent until all that are not confirmed
/// were sent again in their order.
///
/// @par Thread safety
/// All functions may be called from any thread at the same time.
class publisher {
public:
    using time_point = protocol::time_point;

    struct bounds {
        std::size_t count_max;
        std::size_t size_max;
        std::chrono::milliseconds timeout;  ///< How long it may be that none is confirmed.
    };

    /// @param ids    What the ids of the events begin with.
    /// @param inbox  Where confirmations arrive.
    publisher(std::string ids, const std::string& inbox, bounds limits)
        : ids_(std::move(ids)), reply_(inbox + ".e"), limits_(limits) {}

    /// Takes an event, and sends it if there is a connection.
    /// @throws rpc::error  `overloaded`: too much waits to be confirmed; it is not published.
    void add(std::string subject, std::string_view name, std::string_view data, time_point now) {
        const std::lock_guard lock(mutex_);
        const std::size_t size = subject.size() + name.size() + data.size();
        if (events_.size() + held_.size() >= limits_.count_max ||
            bytes_ + size > limits_.size_max) {
            throw error(errc::overloaded, "too many events wait for the stream to confirm them",
                        outcome::not_sent);
        }
        wire::buffer text;
        protocol::write_event(text, name, ++last_, data);
        text.consume(wire::frame_header_size);
        bytes_ += text.size();
        event made{last_, std::move(subject), std::move(text)};
        if (runner_ == std::this_thread::get_id()) {
            held_.push_back(std::move(made));
        } else {
            append(std::move(made), now);
        }
    }

    /// From here on this thread runs a call: what it publishes waits for the call's response.
    void begin_call() {
        const std::lock_guard lock(mutex_);
        runner_ = std::this_thread::get_id();
    }
    void end_call(time_point now) {
        const std::lock_guard lock(mutex_);
        runner_ = {};
        for (event& one : std::exchange(held_, {})) {
            append(std::move(one), now);
        }
    }

    /// Sends everything that is not confirmed.
    /// @param broker  Null while the streams are not ready.
    void use(std::shared_ptr<connection> broker, time_point now) {
        const std::lock_guard lock(mutex_);
        broker_ = std::move(broker);
        send_all(now);
    }

    /// Takes a message if it confirms, or refuses, an event. @return Whether it does.
    bool receive(const message& arrived, time_point now) {
        std::uint64_t number = 0;
        if (!read_number(last_token(arrived.subject()), 'e', number)) {
            return false;
        }
        const bool is_stored = arrived.data().find("\"seq\"") != std::string_view::npos &&
                               arrived.data().find("\"error\"") == std::string_view::npos;
        const std::lock_guard lock(mutex_);
        event* const found = find(number);
        if (found != nullptr && is_stored) {
            found->is_stored = true;
            drop_stored();
            progress_ = now;
            resend_at_ = protocol::after(now, limits_.timeout);
            send_new(now);
        } else if (found != nullptr && !found->is_stored) {
            // Not at once: whoever refused it needs time to become able.
            is_refused_ = true;
            resend_at_ = (std::min)(resend_at_, now + retry_wait);
        }
        return true;
    }

    /// Sends again, in order, what was not confirmed in time.
    void look(time_point now) {
        const std::lock_guard lock(mutex_);
        if (!events_.empty() && now >= resend_at_) {
            send_all(now);
        }
    }

    /// Events, from the first on without one left out, that the stream has.
    std::uint64_t stored() const {
        const std::lock_guard lock(mutex_);
        return (events_.empty() ? (held_.empty() ? last_ : held_.front().number - 1)
                                : events_.front().number - 1);
    }
    /// Bytes of those that it has not confirmed yet.
    std::size_t bytes() const {
        const std::lock_guard lock(mutex_);
        return bytes_;
    }

private:
    static constexpr std::chrono::milliseconds retry_wait{100};
    /// Without a confirmation for so long nothing new is sent, lest it comes before what is lost.
    static constexpr std::chrono::milliseconds quiet_max{250};

    /// So many are on their way at most: no more can change places when a stream's leader fails.
    static constexpr std::size_t window = 256;

    struct event {
        std::uint64_t number;
        std::string subject;
        wire::buffer text;
        bool is_sent = false;
        bool is_stored = false;
    };

    // With the mutex held.

    void append(event made, time_point now) {
        if (events_.empty()) {
            progress_ = now;
            resend_at_ = protocol::after(now, limits_.timeout);
        }
        // Numbers are given before, so that one which was held back may be older than the last.
        auto place = events_.end();
        while (place != events_.begin() && std::prev(place)->number > made.number) {
            --place;
        }
        events_.insert(place, std::move(made));
        unsent_ = (std::min)(unsent_, events_.size() - 1);
        send_new(now);
    }

    void send_all(time_point now) {
        for (event& one : events_) {
            one.is_sent = false;
        }
        unsent_ = 0;
        is_refused_ = false;
        progress_ = now;
        resend_at_ = protocol::after(now, limits_.timeout);
        send_new(now);
    }

    void send_new(time_point now) {
        if (!broker_ || is_refused_ || now - progress_ > quiet_max) {
            return;
        }
        const std::size_t end = (std::min)(events_.size(), window);
        for (; unsent_ < end; ++unsent_) {
            event& one = events_[unsent_];
            if (!one.is_stored && !one.is_sent) {
                one.is_sent =
                    broker_->publish_once(one.subject, reply_ + std::to_string(one.number),
                                          one.text.view(), ids_ + std::to_string(one.number));
                if (!one.is_sent) {
                    return;  // Until the connection is back.
                }
            }
        }
    }

    void drop_stored() {
        while (!events_.empty() && events_.front().is_stored) {
            bytes_ -= events_.front().text.size();
            events_.pop_front();
            unsent_ -= unsent_ == 0 ? 0 : 1;
        }
    }

    event* find(std::uint64_t number) {
        const auto found = std::lower_bound(
            events_.begin(), events_.end(), number,
            [](const event& one, std::uint64_t wanted) { return one.number < wanted; });
        return found == events_.end() || found->number != number ? nullptr : &*found;
    }

    const std::string ids_;
    const std::string reply_;
    const bounds limits_;
    mutable std::mutex mutex_;
    std::shared_ptr<connection> broker_;
    std::deque<event> events_;  // by number; none that is stored stands first
    std::vector<event> held_;   // by a call that runs
    std::thread::id runner_;
    std::uint64_t last_ = 0;
    std::size_t bytes_ = 0;
    std::size_t unsent_ = 0;  // place of the first event that may not be sent yet
    time_point progress_{};   // when the last confirmation came, or was begun to be waited for
    time_point resend_at_ = protocol::never;
    bool is_refused_ = false;  // nothing is sent before `resend_at_`
};

}  // namespace rpc::inline v1::nats

#endif  // GATEWIRE_NATS_PUBLISHER_HPP
