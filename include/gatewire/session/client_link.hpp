// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_CLIENT_LINK_HPP
#define GATEWIRE_SESSION_CLIENT_LINK_HPP

#include <gatewire/log.hpp>
#include <gatewire/options.hpp>
#include <gatewire/protocol/client_connection.hpp>
#include <gatewire/session/link.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rpc::inline v1::session {

class client_link;

/// What one read brought to a client.
struct received_frames {
    wire::buffer bytes;                                      // the views point into these
    std::vector<protocol::delivery> deliveries;              // in the order of arrival
    std::vector<std::pair<log_event, std::string>> notices;  // for the log
    bool is_last = false;                                    // the connection ends behind them

    /// For the next read; what was allocated is kept.
    void clear() noexcept {
        deliveries.clear();
        notices.clear();
        is_last = false;
    }
};

/// Who owns a client's link: called without the link's mutex.
class link_owner {
public:
    virtual ~link_owner() = default;
    virtual void on_received(const std::shared_ptr<client_link>& from, received_frames& frames) = 0;
    virtual void after_received() = 0;
    virtual void on_link_closed(const std::shared_ptr<client_link>& which,
                                const close_reason& why) = 0;
};

/// A client's connection: a link that speaks `client_connection`.
class client_link final : public link {
public:
    /// @param options  With an environment.
    client_link(const client_options& options, std::unique_ptr<stream> carrier,
                std::shared_ptr<link_owner> owner, const protocol::client_contract& contract)
        : link(options.environment, std::move(carrier), options.limits.frame_size_max,
               bounds_of(options.limits)),
          owner_(std::move(owner)),
          connection_(contract, {options.limits.connect_deadline, options.heartbeat,
                                 options.heartbeat_timeout}) {
        poll_for(options.spin.value);
        if (options.single_threaded) {
            mutex_.leave_out();
        }
    }

    /// Says hello and begins to read.
    void open(const protocol::hello_request& hello) {
        {
            const std::lock_guard lock(mutex_);
            connection_.open(now(), hello);
            queue(connection_.out);
        }
        start();
        flush();
    }

    /// Runs `write(out)`, which adds whole frames, or throws and adds none. They go nowhere if the
    /// connection ends.
    template <class Write>
    void write(time_point now, Write&& write) {
        const std::lock_guard lock(mutex_);
        if (!may_queue()) {
            wire::buffer nowhere;
            write(nowhere);
            return;
        }
        wire::buffer& out = outgoing_.gathered();
        const std::size_t before = out.size();
        write(out);
        if (out.size() != before) {
            connection_.sent(now);
        }
    }

    /// Tells the server what arrived, and that all calls of an earlier connection were sent again.
    void acknowledge() {
        const std::lock_guard lock(mutex_);
        guard([&] {
            connection_.acknowledge(true);
            queue(connection_.out);
        });
    }

    /// Ends the session, if the server can be told, and the connection.
    void leave(close_reason why) {
        const std::lock_guard lock(mutex_);
        guard([&] {
            connection_.say_bye(why.text);
            queue(connection_.out);
            finish(std::move(why));
        });
    }

    void subscribe(const std::vector<protocol::subscription_request>& wishes) {
        const std::lock_guard lock(mutex_);
        guard([&] {
            connection_.subscribe(wishes, now());
            queue(connection_.out);
        });
    }

    /// As `client_connection::become_ready`.
    std::uint64_t become_ready() {
        const std::lock_guard lock(mutex_);
        return connection_.become_ready();
    }

    /// How long the calls of this connection, which was lost, may wait for its session to go on.
    std::chrono::milliseconds grace(const close_reason& why) const {
        return std::chrono::milliseconds(protocol::is_loss(why.code) && connection_.is_lasting()
                                             ? connection_.welcome().grace_ms.value_or(0)
                                             : 0);
    }

    /// What the server said of itself. Only once it said welcome, and never changed then.
    const protocol::client_connection& connection() const noexcept { return connection_; }

private:
    static protocol::link_bounds bounds_of(const client_limits& limits) {
        const auto write_deadline = protocol::bounded(limits.write_deadline);
        return {protocol::bounded(limits.frame_deadline), write_deadline, limits.queue_hard_max,
                write_deadline, 2 * limits.queue_hard_max};
    }

    std::string refusal() const {
        const std::string_view known = wire::other_protocol(reader_.refused_size());
        if (!known.empty()) {
            return "the server speaks " + std::string(known) +
                   (known == "TLS" ? "; its address begins with tls://"
                                   : ", not gatewire's protocol");
        }
        return "the server sent a frame of " + std::to_string(reader_.refused_size()) +
               " bytes, over the limit";
    }

    /// Takes the frames that are whole. @return Why the connection must end behind them, if so.
    /// With the mutex held. @return Why the connection ends, if it does.
    std::optional<close_reason> take_frames(received_frames& frames, time_point now) {
        std::optional<close_reason> end;
        bool whole = false;
        while (const auto body = reader_.next()) {
            whole = true;
            connection_.receive(*body, now);
            if (connection_.failure) {
                break;
            }
        }
        watch_.received(now, reader_.is_partial(), whole);
        frames.deliveries.swap(connection_.deliveries);
        for (std::string& text : std::exchange(connection_.notices, {})) {
            frames.notices.emplace_back(log_event::contract_differs, std::move(text));
        }
        frames.bytes = reader_.take(std::move(frames.bytes));
        if (!connection_.out.empty()) {
            queue(connection_.out);
        }
        if (reader_.is_too_large()) {
            end = close_reason{errc::frame_too_large, refusal()};
        } else {
            end = connection_.failure;
        }
        frames.is_last = end.has_value();
        return end;
    }

    bool on_read(std::unique_lock<optional_mutex>& lock, time_point now) override {
        const auto self = std::static_pointer_cast<client_link>(shared_from_this());
        received_frames& frames = received_;
        std::optional<close_reason> end = take_frames(frames, now);
        lock.unlock();
        owner_->on_received(self, frames);
        frames.clear();
        lock.lock();
        if (connection_.acknowledge(false)) {
            queue(connection_.out);
        }
        if (outgoing_.has_gathered()) {  // Calls that waited for this, too.
            flush();
        }
        // Not before: the end of the connection must not overtake what came with it.
        if (end) {
            shut(std::move(*end));
        }
        return !is_closed();
    }

    void trim() override {
        link::trim();
        received_.bytes.shrink();
    }

    void after_read() override { owner_->after_received(); }

    void on_closed(const close_reason& why) override {
        owner_->on_link_closed(std::static_pointer_cast<client_link>(shared_from_this()), why);
    }

    std::optional<close_reason> look(time_point now) override {
        auto why = connection_.look(now, watch_.last_received());
        queue(connection_.out);
        return why;
    }
    time_point next_deadline() const override {
        return connection_.next_deadline(watch_.last_received());
    }

    std::shared_ptr<link_owner> owner_;
    protocol::client_connection connection_;
    received_frames received_;
};

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_CLIENT_LINK_HPP
