// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_SERVER_SESSION_HPP
#define GATEWIRE_SESSION_SERVER_SESSION_HPP

#include <gatewire/log.hpp>
#include <gatewire/protocol/server_connection.hpp>
#include <gatewire/session/answering_link.hpp>
#include <gatewire/session/session_context.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace rpc::inline v1::session {

/// One client's connection at the server: what it reads becomes calls, subscriptions and an end.
class server_session final : public answering_link {
public:
    using answering_link::answering_link;

    /// Gives the buffers of a batch that was run back.
    void recycle(call_batch& batch) {
        const std::lock_guard lock(mutex_);
        batch.calls.clear();
        spare_calls_.swap(batch.calls);
        spare_.swap(batch.bytes);
    }

private:
    // A read can hold more calls than may be in flight. Those that fit are run first, and only if
    // the engine is still busy with them are the others refused.
    bool on_read(time_point now) override {
        while (take_frames(now)) {
            context_.engine.kick();
        }
        {
            const std::lock_guard lock(mutex_);
            if (!is_closed() && !end_after_read_) {
                return true;
            }
        }
        after_read();
        return false;
    }

    void after_read() override { context_.engine.kick(); }

    /// Reads frames until none is whole, and then returns false. True: until no more calls fit, or
    /// until a hello was accepted; there may be more.
    bool take_frames(time_point now) {
        bool is_full = false;
        std::optional<std::string> token;
        bool whole = false;
        std::optional<close_reason> flood;
        std::vector<protocol::subscription_change> changes;
        std::vector<std::function<void()>> cancels;
        std::vector<std::string> refusals;
        {
            const std::lock_guard lock(mutex_);
            while (const auto body = reader_.next()) {
                whole = true;
                connection_.receive(*body, now);
                if (!connection_.answers.refused.empty()) {
                    refusals.push_back(std::exchange(connection_.answers.refused, {}));
                }
                flood = connection_.check_flood();
                if (flood) {
                    break;
                }
                if (connection_.extensions.greeting) {
                    token = connection_.extensions.greeting->token();
                    break;
                }
                if (connection_.is_full() && !connection_.calls.empty()) {
                    is_full = true;
                    break;
                }
            }
            hand_over();
            changes.swap(connection_.extensions.changes);
            cancels.swap(connection_.extensions.cancels);
            queue(connection_.answers.frames);
            watch_.received(now, reader_.is_partial(), whole);
            if (flood) {
                end_after_read_ = true;
                finish(std::move(*flood));
            } else if (reader_.is_too_large()) {
                end_after_read_ = true;
                end_after_calls({errc::frame_too_large, reader_.refusal()});
            }
        }
        for (const std::string& text : refusals) {
            log(log_event::frame_refused, text);
        }
        for (const auto& reach : cancels) {
            reach();
        }
        if (!changes.empty()) {
            carry_out(changes);
        }
        flush();
        return token ? is_admitted(*token) : is_full;
    }

    /// Has the token of the hello that waits judged, without the mutex, and answers the hello.
    bool is_admitted(const std::string& token) {
        credentials shown = stream_->shown();
        shown.token = token;
        const verdict said = context_.door.ask(shown);
        {
            const std::lock_guard lock(mutex_);
            if (said.identity) {
                record_.identity = std::make_shared<const identity>(*said.identity);
                reader_.allow(context_.limits.frame_size_max);
                connection_.extensions.admit(record_.identity);
            } else {
                connection_.extensions.turn_away(said.refusal);
                end_after_read_ = true;
            }
            queue(connection_.answers.frames);
            if (end_after_read_) {
                finish({errc::unauthenticated, "the client was refused: " + said.refusal});
            }
        }
        flush();
        return said.identity.has_value();
    }

    void hand_over() {
        if (is_closed()) {
            connection_.calls.clear();  // Their peer is gone, and the engine is told so.
        }
        if (connection_.calls.empty()) {
            reader_.compact();
            return;
        }
        call_batch batch;
        batch.from = std::static_pointer_cast<server_session>(shared_from_this());
        batch.bytes = reader_.take(std::move(spare_));
        batch.calls.swap(connection_.calls);
        connection_.calls.swap(spare_calls_);
        context_.engine.push(std::move(batch));
    }

    void carry_out(std::vector<protocol::subscription_change>& changes) {
        const event_hub::receiver self =
            std::static_pointer_cast<server_session>(shared_from_this());
        context_.hub.change([&](auto& index, std::uint64_t position) {
            const std::lock_guard lock(mutex_);
            for (const protocol::subscription_change& change : changes) {
                if (is_closed()) {
                    return;
                }
                record_.subscriptions.carry_out(change, index, self, connection_, position,
                                                context_.limits.subscriptions_max);
            }
            queue(connection_.answers.frames);
            calls_ended();
        });
    }

    void on_end_of_stream() override {
        // A plain peer may have closed its half only, and still wait for answers. Clients that say
        // hello never do that: this one is gone, and so its calls are given up.
        close_reason why{errc::connection_lost, "the peer closed the connection"};
        if (connection_.said_hello()) {
            shut(std::move(why));
        } else {
            end_after_calls(std::move(why));
        }
    }

    void on_closed(const close_reason& why) override {
        const auto self = std::static_pointer_cast<server_session>(shared_from_this());
        std::vector<std::function<void()>> cancels;
        call_batch last{self, {}, {}, nullptr};
        {
            const std::lock_guard lock(mutex_);
            cancels = connection_.cancel_all();
            last.end = std::make_unique<session_end>(record_.end(why));
        }
        for (const auto& reach : cancels) {
            reach();
        }
        context_.hub.change([&](auto& index, std::uint64_t) { index.forget(self); });
        const bool is_to_be_told = context_.forget(self);
        log(log_event::disconnected, why.text);
        if (is_to_be_told) {  // After all calls, for a closed link hands none over.
            context_.engine.push(std::move(last));
            context_.engine.kick();
        }
    }

    void log(log_event event, std::string_view text) const {
        if (context_.log) {
            context_.log({event, peer(), text});
        }
    }

    bool end_after_read_ = false;
    wire::buffer spare_;
    std::vector<protocol::call> spare_calls_;
};

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_SERVER_SESSION_HPP
