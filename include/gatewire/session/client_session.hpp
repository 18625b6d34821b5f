// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_CLIENT_SESSION_HPP
#define GATEWIRE_SESSION_CLIENT_SESSION_HPP

#include <gatewire/detail/linkage.hpp>
#include <gatewire/log.hpp>
#include <gatewire/options.hpp>
#include <gatewire/protocol/client_connection.hpp>
#include <gatewire/session/connection.hpp>
#include <gatewire/session/optional_mutex.hpp>
#include <gatewire/session/stream.hpp>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rpc::inline v1::session {

class client_session;

/// What one read brought to a client.
struct received_frames {
    wire::buffer bytes;                                      // the views point into these
    std::vector<protocol::delivery> deliveries;              // in the order of arrival
    std::vector<std::pair<log_event, std::string>> notices;  // for the log
    bool is_last = false;                                    // the connection ends behind them

    /// Then no call ends, and none that waits may be sent for it.
    bool has_only_events() const noexcept {
        return std::all_of(deliveries.begin(), deliveries.end(), [](const protocol::delivery& one) {
            return one.what == protocol::delivery::kind::event;
        });
    }

    /// For the next read; what was allocated is kept.
    void clear() noexcept {
        deliveries.clear();
        notices.clear();
        is_last = false;
    }
};

/// Who owns a client's session: called without its mutex.
class client_session_owner {
public:
    virtual ~client_session_owner() = default;
    virtual void on_received(const std::shared_ptr<client_session>& from,
                             received_frames& frames) = 0;
    virtual void after_received() = 0;
    virtual void on_session_closed(const std::shared_ptr<client_session>& which,
                                   const close_reason& why) = 0;
};

/// A client's session on one connection, which it owns: what is read goes to the protocol and from
/// there to the owner.
class client_session final : public connection_user {
public:
    /// @param options  With an environment.
    client_session(const client_options& options, std::unique_ptr<stream> carrier,
                   std::shared_ptr<client_session_owner> owner,
                   const protocol::client_contract& contract)
        : mutex_(!options.single_threaded),
          owner_(std::move(owner)),
          connection_(*this, mutex_, options.environment, std::move(carrier),
                      options.limits.frame_size_max, bounds_of(options.limits)),
          protocol_(contract, {options.limits.connect_deadline, options.heartbeat,
                               options.heartbeat_timeout}) {
        connection_.poll_for(options.spin.value);
    }

    /// Says hello and begins to read.
    void open(const protocol::hello_request& hello) {
        {
            const std::lock_guard lock(mutex_);
            protocol_.open(connection_.now(), hello, out_);
            connection_.queue(out_);
        }
        connection_.start();
        connection_.flush();
    }

    /// Writes what is queued.
    /// @param is_last  As of `connection::flush`.
    void flush(bool is_last = false) { connection_.flush(is_last); }

    /// Ends the connection. The owner is called later.
    void close(close_reason why) {
        const std::lock_guard lock(mutex_);
        connection_.close(std::move(why));
    }

    /// Runs `write(out)`, which adds whole frames, or throws and adds none. They go nowhere if the
    /// connection ends.
    /// @return Whether they need a `flush`: no write is under way that would be followed by them.
    template <class Write>
    bool write(time_point now, Write&& write) {
        const std::lock_guard lock(mutex_);
        if (!connection_.may_queue()) {
            wire::buffer nowhere;
            write(nowhere);
            return false;
        }
        wire::buffer& out = connection_.gathered();
        const std::size_t before = out.size();
        write(out);
        if (out.size() != before) {
            protocol_.sent(now);
        }
        return !connection_.is_writing();
    }

    /// Tells the server what arrived, and that all calls of an earlier connection were sent again.
    void acknowledge() {
        const std::lock_guard lock(mutex_);
        connection_.guard([&] {
            protocol_.acknowledge(true, out_);
            connection_.queue(out_);
        });
    }

    /// Ends the session, if the server can be told, and the connection.
    void leave(close_reason why) {
        const std::lock_guard lock(mutex_);
        connection_.guard([&] {
            protocol_.say_bye(why.text, out_);
            connection_.queue(out_);
            connection_.finish(std::move(why));
        });
    }

    void subscribe(const std::vector<protocol::subscription_request>& requests) {
        const std::lock_guard lock(mutex_);
        connection_.guard([&] {
            protocol_.subscribe(requests, connection_.now(), out_);
            connection_.queue(out_);
        });
    }

    /// As `client_connection::become_ready`.
    GATEWIRE_COLD std::uint64_t become_ready() {
        const std::lock_guard lock(mutex_);
        return protocol_.become_ready();
    }

    /// How long the calls of this connection, which was lost, may wait for its session to go on.
    std::chrono::milliseconds grace(const close_reason& why) const {
        return std::chrono::milliseconds(protocol::is_loss(why.code) && protocol_.is_lasting()
                                             ? protocol_.welcome().grace_ms.value_or(0)
                                             : 0);
    }

    /// What the server said of itself. Only once it said welcome, and never changed then.
    const protocol::client_connection& protocol() const noexcept { return protocol_; }

private:
    static protocol::connection_bounds bounds_of(const client_limits& limits) {
        const auto write_deadline = protocol::bounded(limits.write_deadline);
        return {protocol::bounded(limits.frame_deadline), write_deadline, limits.queue_hard_max,
                write_deadline, 2 * limits.queue_hard_max};
    }

    GATEWIRE_COLD std::string refusal() const {
        const std::string_view known = wire::other_protocol(connection_.frames().refused_size());
        if (!known.empty()) {
            return "the server speaks " + std::string(known) +
                   (known == "TLS" ? "; its address begins with tls://"
                                   : ", not gatewire's protocol");
        }
        return "the server sent a frame of " + std::to_string(connection_.frames().refused_size()) +
               " bytes, over the limit";
    }

    // What follows is called with the mutex held, where nothing else is said.

    /// Takes the frames that are whole. @return Why the connection must end behind them, if so.
    std::optional<close_reason> take_frames(received_frames& frames, time_point now) {
        std::optional<close_reason> end;
        bool whole = false;
        while (const auto body = connection_.frames().next()) {
            whole = true;
            if (!protocol_.receive(*body, now, outcome_)) {
                break;
            }
        }
        connection_.frames_taken(whole, now);
        frames.deliveries.swap(outcome_.deliveries);
        for (std::string& text : std::exchange(outcome_.notices, {})) {
            frames.notices.emplace_back(log_event::contract_differs, std::move(text));
        }
        frames.bytes = connection_.frames().take(std::move(frames.bytes));
        if (connection_.frames().is_too_large()) {
            end = close_reason{errc::frame_too_large, refusal()};
        } else {
            end = outcome_.close;
        }
        frames.is_last = end.has_value();
        return end;
    }

    bool on_read(std::unique_lock<optional_mutex>& lock, time_point now) override {
        const auto self = std::static_pointer_cast<client_session>(shared_from_this());
        received_frames& frames = received_;
        std::optional<close_reason> end = take_frames(frames, now);
        lock.unlock();
        owner_->on_received(self, frames);
        frames.clear();
        lock.lock();
        if (protocol_.acknowledge(false, out_)) {
            connection_.queue(out_);
        }
        if (connection_.has_gathered()) {  // Calls that waited for this, too.
            connection_.flush();
        }
        // Not before: the end of the connection must not overtake what came with it.
        if (end) {
            connection_.close(std::move(*end));
        }
        return !connection_.is_closed();
    }

    void on_end_of_stream() override {
        connection_.close({errc::connection_lost, "the peer closed the connection"});
    }

    void shrink() override { received_.bytes.shrink(); }

    void after_read() override { owner_->after_received(); }

    GATEWIRE_COLD void on_closed(const close_reason& why) override {
        owner_->on_session_closed(std::static_pointer_cast<client_session>(shared_from_this()),
                                  why);
    }

    GATEWIRE_COLD std::optional<close_reason> reason_to_end(time_point now) override {
        auto why = protocol_.check_peer(now, connection_.last_received(), out_);
        connection_.queue(out_);
        return why;
    }
    time_point next_deadline() const override {
        return protocol_.next_deadline(connection_.last_received());
    }

    optional_mutex mutex_;
    const std::shared_ptr<client_session_owner> owner_;
    connection connection_;
    protocol::client_connection protocol_;
    protocol::client_outcome outcome_;
    wire::buffer out_;  // what the protocol writes
    received_frames received_;
};

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_CLIENT_SESSION_HPP
