// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_LASTING_LINK_HPP
#define GATEWIRE_SESSION_LASTING_LINK_HPP

#include <gatewire/log.hpp>
#include <gatewire/session/event_link.hpp>
#include <gatewire/session/session_context.hpp>
#include <gatewire/session/session_keeper.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rpc::inline v1::session {

/// A server's connection and what becomes of its session: it can be found by its name while it
/// lasts, waits for its client when the connection is lost, and ends.
class lasting_link : public event_link {
public:
    using event_link::event_link;

    /// Nobody came back for the session: it ends now, for the reason why its connection was lost.
    void expire() {
        close_reason why{errc::connection_lost, {}};
        {
            const std::lock_guard lock(mutex_);
            why = lost_.value_or(why);
        }
        end(why);
    }

protected:
    virtual std::shared_ptr<server_session> self() = 0;

    /// From here on the session can be found by its name.
    void keep_session() {
        std::string name;
        {
            const std::lock_guard lock(mutex_);
            is_kept_ = protocol_.extensions.is_lasting();
            name = is_kept_ ? protocol_.extensions.session() : std::string();
        }
        if (!name.empty()) {
            const std::shared_ptr<server_session> self = this->self();
            context_.keeper.add(name, record_.claimant(), self, course_);
            context_.hub.session_began();
        }
        end_greeting();
    }

    void give_session_up() {
        const std::shared_ptr<server_session> self = this->self();
        if (context_.keeper.forget(protocol_.extensions.session(), self)) {
            context_.hub.session_ended();
            const std::lock_guard lock(mutex_);
            is_kept_ = false;
        }
    }

    /// The session has its name: a connection that was lost meanwhile is over now.
    void end_greeting() {
        std::optional<close_reason> lost;
        {
            const std::lock_guard lock(mutex_);
            is_greeting_ = false;
            lost = lost_;
        }
        if (lost) {
            on_closed(*lost);
        }
    }

    void log(log_event event, std::string_view text) const {
        if (context_.log) {
            context_.log({event, connection_.peer(), text});
        }
    }

    bool is_greeting_ = false;  // a hello is being judged
    bool is_kept_ = false;      // it can be found by its name
    session_keeper::course course_{};

private:
    void on_calls_ended() override { context_.calls_ended(self()); }

    void on_closed(const close_reason& why) override {
        const std::shared_ptr<server_session> self = this->self();
        std::string name;
        bool may_come_back = false;
        bool is_kept = false;
        {
            const std::lock_guard lock(mutex_);
            lost_ = why;
            if (is_greeting_) {
                return;  // It is not settled yet whose session this is.
            }
            is_kept = is_kept_;
            name = protocol_.extensions.session();
            may_come_back = protocol_.extensions.is_lasting() && protocol::is_loss(why.code);
        }
        context_.hub.change([&](auto& index, std::uint64_t) {
            index.forget(std::static_pointer_cast<event_link>(shared_from_this()));
        });
        using fate = session_keeper::fate;
        const fate next = is_kept ? context_.keeper.release(name, self, may_come_back) : fate::ends;
        log(log_event::disconnected, why.text);
        if (next == fate::ends) {
            end(why);
        } else {
            context_.forget(self, false);
        }
    }

    /// The session is over: its calls are given up, and the engine is told.
    void end(const close_reason& why) {
        const std::shared_ptr<server_session> self = this->self();
        call_batch last{self, {}, {}, nullptr};
        bool was_kept = false;
        {
            const std::lock_guard lock(mutex_);
            last.end = std::make_unique<session_end>(record_.end(why));
            was_kept = std::exchange(is_kept_, false);
        }
        cancel_all();
        if (was_kept) {
            context_.hub.session_ended();
        }
        if (context_.forget(self, true)) {  // After all calls: a closed link hands none over.
            context_.engine.push(std::move(last));
            context_.engine.kick();
        }
    }

    std::optional<close_reason> lost_;  // why the connection ended
};

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_LASTING_LINK_HPP
