// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_SERVER_CORE_HPP
#define GATEWIRE_SESSION_SERVER_CORE_HPP

#include <gatewire/detail/linkage.hpp>
#include <gatewire/options.hpp>
#include <gatewire/protocol/statistics.hpp>
#include <gatewire/server_stats.hpp>
#include <gatewire/session/environment.hpp>
#include <gatewire/session/idempotency_keys.hpp>
#include <gatewire/session/real_environment.hpp>
#include <gatewire/session/server_session.hpp>
#include <gatewire/session/session_list.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace rpc::inline v1::session {

/// A server without its engine's type: addresses, sessions, events, start and stop.
class server_core : public std::enable_shared_from_this<server_core> {
public:
    server_core(const asio::any_io_executor& executor, server_options options,
                protocol::service offers, std::function<void(std::unique_ptr<call_batch>&)> run,
                bool reports_ends)
        : executor_(executor),
          options_(with_environment(detail::with_clean_log(std::move(options)))),
          offers_(std::move(offers)),
          epoch_(random_name(*options_.environment)),
          hub_(offers_.events, options_.limits, options_.observer, options_.single_threaded),
          engine_(
              std::make_shared<engine_queue>(executor, std::move(run), options_.single_threaded)),
          authenticator_(options_.authenticate),
          resumable_(std::make_shared<resumable_sessions>(*options_.environment, executor,
                                                          options_.session_grace, options_.limits)),
          keys_(options_.limits.once_keys_max, options_.limits.once_size_max),
          context_{offers_,
                   options_.limits,
                   hub_,
                   *engine_,
                   options_.log,
                   watch_,
                   authenticator_,
                   *resumable_,
                   keys_,
                   epoch_,
                   options_.spin.value,
                   options_.single_threaded,
                   options_.stats_role},
          drain_timer_(std::make_shared<drain_timer>(*options_.environment, executor)),
          reports_ends_(reports_ends) {}

    /// Binds every address and takes connections; does nothing if that is already so.
    /// @throws rpc::error  Nothing is bound then.
    void start() {
        std::unique_lock lock(mutex_);
        if (!listeners_.empty()) {
            return;
        }
        const std::weak_ptr<server_core> weak = weak_from_this();
        if (!context_.forget) {  // Only once: sessions of an earlier start may be reading it.
            context_.statistics = [weak](bool has_lists) {
                const auto self = weak.lock();
                return self ? protocol::stats_text(self->stats(has_lists), self->now(), has_lists)
                            : std::string();
            };
            context_.forget = [weak](const std::shared_ptr<server_session>& session, bool ended) {
                const auto self = weak.lock();
                return self && self->forget(session, ended);
            };
            context_.calls_ended = [weak](const std::shared_ptr<server_session>& session) {
                if (const auto self = weak.lock()) {
                    const std::lock_guard held(self->mutex_);
                    self->sessions_.calls_ended(session);
                }
            };
        }
        resumable_->open([](const std::shared_ptr<server_session>& lost) { lost->expire(); });
        const auto accepted = [weak](std::unique_ptr<stream> made,
                                     const asio::error_code& failure) {
            if (const auto self = weak.lock()) {
                self->on_accept(std::move(made), failure);
            }
        };
        const bool beyond_loopback =
            options_.anonymous_beyond_loopback || authenticator_.is_needed();
        std::vector<std::shared_ptr<acceptor>> bound;
        try {
            for (const std::string& text : options_.listen) {
                for (auto& one :
                     options_.environment->listen(executor_, text, beyond_loopback, accepted)) {
                    bound.push_back(std::move(one));
                }
            }
        } catch (...) {
            for (const auto& one : bound) {
                one->close();
            }
            throw;
        }
        listeners_ = std::move(bound);
        started_at_ = now();
        addresses_.clear();
        for (const auto& one : listeners_) {
            addresses_.push_back(one->address());
            one->start();
        }
        const std::vector<std::string> listening = addresses_;
        lock.unlock();
        for (const std::string& address : listening) {
            log(log_event::listening, address, {});
        }
    }

    /// Takes no more connections and drains those that are there; does nothing if that is so.
    void stop() {
        {
            const std::lock_guard lock(mutex_);
            if (listeners_.empty()) {
                return;
            }
            close_listeners();
            for (const auto& session : sessions_.living()) {
                session->drain();
            }
            if (!sessions_.living().empty()) {
                drain_timer_->begin(sessions_.living(),
                                    protocol::after(now(), options_.drain_time));
            }
        }
        resumable_->close();
        {
            const std::lock_guard lock(mutex_);
            report_drained();
        }
        log(log_event::stopped, {}, {});
    }

    /// Calls `done` on the executor once the server is stopped and its last connection has ended.
    void when_drained(std::function<void()> done) {
        const std::lock_guard lock(mutex_);
        drained_ = std::move(done);
        report_drained();
    }

    /// Ends everything at once and keeps away from the engine from here on.
    void shut() {
        {
            const std::lock_guard lock(mutex_);
            close_listeners();
            drain_timer_->cancel();
            for (const auto& session : sessions_.living()) {
                session->leave({errc::shutting_down, "the server was destroyed"});
            }
            // What the loop still holds of them ends with it, even if it never runs again.
            sessions_.clear();
            ends_to_report_ = 0;
            is_shut_ = true;
        }
        authenticator_.close();
        resumable_->clear();
        hub_.clear();
        engine_->close();
    }

    std::vector<std::string> addresses() const {
        const std::lock_guard lock(mutex_);
        return addresses_;
    }

    bool is_running() const {
        const std::lock_guard lock(mutex_);
        return !listeners_.empty();
    }

    /// The deepest send queue, in bytes.
    std::size_t queued_bytes() const {
        const std::lock_guard lock(mutex_);
        return sessions_.queued_bytes();
    }

    std::size_t connections() const {
        const std::lock_guard lock(mutex_);
        return sessions_.living().size();
    }

    /// @param has_lists  With what connections subscribed to, else only with how much that is.
    server_stats stats(bool has_lists = true) const {
        std::unique_lock lock(mutex_);
        server_stats result = protocol::stats_of(sessions_.total(), now() - started_at_);
        lock.unlock();
        result.epoch = epoch_;
        result.kept = resumable_->waiting();
        result.resumed = resumable_->resumed();
        result.resumes_refused = resumable_->resumes_refused();
        result.events = hub_.position().load(std::memory_order_relaxed);
        result.sessions = sessions(has_lists);
        result.connected = result.sessions.size();
        return result;
    }

    /// Ordered by number.
    std::vector<session_stats> sessions(bool has_lists = true) const {
        std::unique_lock lock(mutex_);
        const std::vector<std::shared_ptr<server_session>> living = sessions_.living();
        lock.unlock();
        return session_list::stats_of(living, has_lists);
    }

    /// The engine was told of the end of a connection.
    void end_reported() {
        const std::lock_guard lock(mutex_);
        ends_to_report_ -= ends_to_report_ != 0 ? 1 : 0;
        report_drained();
    }

    event_hub& hub() noexcept { return hub_; }
    idempotency_keys& used_keys() noexcept { return keys_; }
    engine_queue& engine() noexcept { return *engine_; }
    const server_options& options() const noexcept { return options_; }
    time_point now() const noexcept { return options_.environment->now(); }
    const protocol::service& offers() const noexcept { return offers_; }
    const asio::any_io_executor& executor() const noexcept { return executor_; }

    void log(log_event event, std::string_view peer, std::string_view text) const {
        if (options_.log) {
            options_.log({event, peer, text});
        }
    }

private:
    GATEWIRE_COLD void on_accept(std::unique_ptr<stream> made, const asio::error_code& failure) {
        if (failure) {
            log(log_event::accept_failed, {}, failure.message());
            return;
        }
        const protocol::server_facts facts{random_name(*options_.environment),
                                           epoch_,
                                           &hub_.position(),
                                           options_.heartbeat,
                                           options_.heartbeat_timeout,
                                           authenticator_.is_needed(),
                                           options_.session_grace};
        std::shared_ptr<server_session> session;
        bool is_crowded = false;
        {
            const std::lock_guard lock(mutex_);
            if (listeners_.empty()) {
                return;
            }
            session = std::make_shared<server_session>(options_.environment, std::move(made),
                                                       ++last_number_, context_, facts);
            is_crowded = sessions_.is_crowded(options_.limits.connections_max);
            sessions_.add(session);
        }
        log(log_event::connected, session->peer(), {});
        session->keep(shared_from_this());
        session->start();
        if (is_crowded) {
            session->refuse_crowd();
        }
    }

    bool forget(const std::shared_ptr<server_session>& session, bool has_ended) {
        const std::lock_guard lock(mutex_);
        sessions_.forget(session);
        const bool is_to_be_reported = has_ended && reports_ends_ && !is_shut_;
        ends_to_report_ += is_to_be_reported ? 1 : 0;
        if (sessions_.living().empty()) {
            drain_timer_->cancel();
        }
        report_drained();
        return is_to_be_reported;
    }

    void report_drained() {
        if (drained_ && listeners_.empty() && sessions_.living().empty() && ends_to_report_ == 0) {
            asio::post(executor_, std::exchange(drained_, nullptr));
        }
    }

    void close_listeners() {
        for (const auto& one : listeners_) {
            one->close();
        }
        listeners_.clear();
    }

    asio::any_io_executor executor_;
    const server_options options_;
    const protocol::service offers_;
    const std::string epoch_;
    event_hub hub_;
    std::shared_ptr<engine_queue> engine_;
    authenticator authenticator_;
    std::shared_ptr<resumable_sessions> resumable_;
    idempotency_keys keys_;
    const call_observer watch_{options_.observer, offers_};
    session_context context_;
    std::shared_ptr<drain_timer> drain_timer_;
    mutable std::mutex mutex_;
    std::vector<std::shared_ptr<acceptor>> listeners_;
    session_list sessions_;
    std::uint64_t last_number_ = 0;  // of a session
    time_point started_at_ = protocol::never;
    std::size_t ends_to_report_ = 0;  // ended sessions that the engine was not told of yet
    const bool reports_ends_;
    bool is_shut_ = false;
    std::vector<std::string> addresses_;
    std::function<void()> drained_;
};

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_SERVER_CORE_HPP
