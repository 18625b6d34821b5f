// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_CLIENT_CORE_HPP
#define GATEWIRE_SESSION_CLIENT_CORE_HPP

#include <gatewire/detail/linkage.hpp>
#include <gatewire/protocol/backoff.hpp>
#include <gatewire/protocol/client_requests.hpp>
#include <gatewire/protocol/client_resume_state.hpp>
#include <gatewire/protocol/client_subscriptions.hpp>
#include <gatewire/protocol/messages.hpp>
#include <gatewire/session/client_calls.hpp>
#include <gatewire/session/client_session.hpp>
#include <gatewire/session/close_barrier.hpp>
#include <gatewire/session/connector.hpp>
#include <gatewire/session/environment.hpp>
#include <gatewire/session/gateway_batch.hpp>
#include <gatewire/session/optional_mutex.hpp>
#include <gatewire/session/real_environment.hpp>
#include <gatewire/session/retry_for_memory.hpp>
#include <gatewire/session_info.hpp>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <memory>
#include <mutex>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rpc::inline v1::session {

/// A client without its gateway's type: keeps a connection and what is subscribed to, and hands
/// responses and events to the gateway's strand.
///
/// Mutexes are taken in the order core, calls, session, and none is held while the user's code
/// runs.
class client_core final : public client_session_owner,
                          public wakeable,
                          public std::enable_shared_from_this<client_core> {
public:
    /// @param run         Tells the gateway. A `disconnected` without a `connected` is left out.
    /// @param reports_ends  Whether the gateway wants to hear of the ends of sessions.
    client_core(const asio::any_io_executor& executor, client_options options,
                protocol::client_contract contract, std::function<void(gateway_batch&)> run,
                bool reports_ends)
        : executor_(executor),
          options_(with_environment(detail::with_clean_log(std::move(options)))),
          contract_(std::move(contract)),
          wanted_(contract_.events),
          run_(std::move(run)),
          reports_ends_(reports_ends),
          gateway_(std::make_shared<gateway_queue>(executor, run_, options_.single_threaded)),
          calls_(std::make_shared<client_calls>(gateway_->executor(), options_.environment,
                                                options_.limits, options_.single_threaded)),
          pause_(options_.environment->make_timer(executor)) {}

    /// @throws rpc::error  `invalid_address`.
    void start() {
        protocol::address address = address_of(options_);
        const std::lock_guard lock(mutex_);
        if (reconnector_) {
            return;
        }
        auto made = std::make_shared<reconnector>(
            executor_, options_,
            [weak = weak_from_this()](std::unique_ptr<stream> carrier,
                                      const close_reason& failure) {
                if (const auto self = weak.lock()) {
                    carrier ? self->on_connected(std::move(carrier)) : self->on_failed(failure);
                }
            },
            [weak = weak_from_this()](const std::string& why, std::chrono::milliseconds pause) {
                if (const auto self = weak.lock()) {
                    self->log(log_event::connect_failed,
                              why + "; next try in " + std::to_string(pause.count()) + " ms");
                }
            });
        made->start(std::move(address));
        reconnector_ = std::move(made);
        calls_->accept();
    }

    /// Ends the connection and every call; does nothing when stopped.
    void stop(const std::string& why) {
        std::shared_ptr<client_session> session;
        client_calls::failed_calls failed;
        {
            const std::lock_guard lock(mutex_);
            if (!reconnector_) {
                return;
            }
            std::exchange(reconnector_, nullptr)->stop();
            session = std::exchange(session_, nullptr);
            retry_for_memory([&] { calls_->stop(why, failed); });
            history_.end_session();
            retry_for_memory([&] { end_session({errc::cancelled, why}); });
            pause_.cancel();
            is_pause_set_ = false;
        }
        if (session) {
            session->leave({errc::cancelled, why});
        }
        calls_->complete(failed);
        retry_for_memory([&] { gateway_->kick(); });
        log(log_event::stopped, why);
    }

    /// Stops and keeps away from the gateway from here on. The gateway is told here that its
    /// session ended, since the loop may not run any more; but not beside a handler that runs
    /// there.
    void shut() {
        stop("the client was destroyed");
        gateway_batch last;
        for (gateway_batch& dropped : gateway_->close()) {
            dropped.move_endings(last, gateway_->executor());
        }
        if (reports_ends_) {
            // One that was to be told when the gateway was closed was not.
            last.add_news(gateway_item::kind::disconnected,
                          error(errc::cancelled, "the client was destroyed"));
            gateway_->executor().run_alone([&] { run_(last); });
        }
        logging_.close();  // What the log writes to may go with the client.
    }

    void change(std::size_t event, const std::vector<std::string>& keys, bool is_wanted) {
        ask_after([&] {
            if (is_wanted) {
                wanted_.subscribe(event, keys);
            } else {
                wanted_.unsubscribe(event, keys);
            }
        });
    }

    bool is_connected() const {
        const std::lock_guard lock(mutex_);
        return is_ready_;
    }
    /// Sleeps until it is; false after `until`.
    bool wait_connected(time_point until) {
        std::unique_lock lock(mutex_);
        return connected_.wait_until(lock, until, [this] { return is_ready_; });
    }

    key_generator& keys() noexcept { return keys_; }
    client_calls& calls() noexcept { return *calls_; }
    gateway_queue& gateway() noexcept { return *gateway_; }
    const asio::any_io_executor& executor() const noexcept { return executor_; }
    const client_options& options() const noexcept { return options_; }
    time_point now() const noexcept { return options_.environment->now(); }
    std::string_view event_name(std::size_t event) const { return contract_.events[event].name; }
    std::string_view method_name(std::size_t at) const { return contract_.methods[at].name; }

    /// What there is no memory for is left out.
    void log(log_event event, std::string_view text) const noexcept {
        try {
            if (options_.log && logging_.enter()) {
                options_.log({event, options_.address, text});
                logging_.leave();
            }
        } catch (const std::bad_alloc&) {
            return;
        }
    }

    /// Takes back the bytes of a batch that was run.
    void recycle(gateway_batch& batch) {
        batch.items.clear();
        const std::lock_guard lock(mutex_);
        spare_ = std::move(batch);
    }

private:
    GATEWIRE_COLD void on_connected(std::unique_ptr<stream> made) {
        std::shared_ptr<client_session> session;
        protocol::hello_request hello;
        {
            const std::lock_guard lock(mutex_);
            if (!reconnector_) {
                return;
            }
            session = session_ = std::make_shared<client_session>(options_, std::move(made),
                                                                  shared_from_this(), contract_);
            hello = protocol::hello_of(contract_, options_.token);
            history_.fill(hello, contract_.events);
            calls_->accept();
        }
        session->open(hello);
    }

    void on_failed(const close_reason& why) {
        std::shared_ptr<reconnector> again;
        {
            const std::lock_guard lock(mutex_);
            if (!reconnector_) {
                return;
            }
            again = reconnector_;
            calls_->accept();
        }
        again->again(why.text, protocol::is_refusal(why.code));
    }

    /// What follows once the mutex is free.
    struct consequences {
        std::shared_ptr<client_session> session;  // has something to send
        client_calls::failed_calls failed;
        std::vector<std::string> refused;  // for the log
        bool has_begun = false;            // the session, and the gateway is to hear of it
    };

    void on_received(const std::shared_ptr<client_session>& from,
                     received_frames& frames) override {
        consequences then;
        gateway_batch at_once;
        {
            const std::lock_guard lock(mutex_);
            if (session_ != from) {
                return;
            }
            delivery_sorter sorted{after_read_, std::move(spare_)};
            const bool was_ready = is_ready_;
            try {
                sort(from, frames, sorted, then);
            } catch (...) {  // The connection ends for that; none of its calls may wait for ever.
                give_up(sorted);
                calls_->complete(then.failed);
                is_ready_ = was_ready;  // Nobody was told of more.
                throw;
            }
            at_once = std::move(sorted.at_once);
        }
        at_once.complete_all();
        for (const auto& [event, text] : frames.notices) {
            log(event, text);
        }
        follow(then);
    }

    void after_received() override {
        after_read_.release();
        gateway_->kick_here();
    }

    /// The time has come to ask again for what the server refused for the moment.
    void on_wake() override {
        ask_after([this] {
            pause_.disarmed();
            is_pause_set_ = false;
            wanted_.ask_again();
        });
    }

    /// Does something with what is wanted, and asks the server for what that brings.
    template <class Change>
    void ask_after(Change&& change) {
        consequences then;
        bool has_news = false;
        {
            const std::lock_guard lock(mutex_);
            const bool was_ready = is_ready_;
            bool is_changed = false;
            try {
                change();
                is_changed = true;
                gateway_batch batch;
                ask(batch, then);
                has_news = !batch.items.empty() || then.has_begun;
                if (!batch.items.empty()) {
                    gateway_->push(std::move(batch));
                }
            } catch (...) {  // What was asked for is not known: the next connection asks for all.
                if (session_) {
                    session_->close({errc::internal_error, "no memory"});
                }
                has_news = false;
                is_ready_ = was_ready;  // Nobody was told of more.
                if (!is_changed) {
                    throw;
                }
            }
        }
        follow(then);
        if (has_news) {
            retry_for_memory([&] { gateway_->kick(); });
        }
    }

    void follow(consequences& what) {
        if (what.session) {
            what.session->flush();
        }
        for (const std::string& text : what.refused) {
            log(log_event::subscription_refused, text);
        }
        calls_->complete(what.failed);
    }

    void on_session_closed(const std::shared_ptr<client_session>& which,
                           const close_reason& why) override {
        std::shared_ptr<reconnector> again;
        client_calls::failed_calls failed;
        bool was_ready = false;
        {
            const std::lock_guard lock(mutex_);
            if (session_ != which) {
                return;
            }
            session_.reset();
            again = reconnector_;
            was_ready = is_ready_;
            if (which->protocol().is_over()) {
                history_.end_session();
            }
            retry_for_memory([&] { calls_->close(why, which->grace(why), failed); });
            retry_for_memory([&] { end_session(why); });
        }
        calls_->complete(failed);
        retry_for_memory([&] { gateway_->kick(); });
        if (was_ready) {
            log(log_event::disconnected, why.text);
        }
        again->again(why.text, !was_ready && protocol::is_refusal(why.code));
    }

    // Everything below is called with the mutex held.

    /// Finds out who is to be told what.
    void sort(const std::shared_ptr<client_session>& from, received_frames& frames,
              delivery_sorter& sorted, consequences& then) {
        if (frames.has_only_events()) {
            for (const protocol::delivery& what : frames.deliveries) {
                sorted.add_other(what);
            }
        } else {
            calls_->take_answered(
                frames.deliveries, answered_, !frames.is_last,
                [&](const protocol::delivery& what) { sorted.add(what, answered_); });
        }
        if (!sorted.others.empty()) {  // Calls that were answered are not sent again for that.
            take_news(sorted, then);
        }
        if (!sorted.in_order.items.empty()) {
            sorted.take_bytes(frames.bytes);
            if (is_ready_) {
                gateway_->push(std::move(sorted.in_order));
            } else {
                early_.push_back(std::move(sorted.in_order));
                early_size_ += early_.back().bytes.size();
                if (early_size_ > options_.limits.queue_hard_max) {
                    begin_session(then);
                }
            }
        }
        if (is_ready_) {  // Before, it is not known yet which session this is.
            history_.arrived(from->protocol().newest());
            history_.answered(from->protocol().answers());
            history_.received(from->protocol().events());
        }
    }

    /// There is no memory for the responses that came.
    void give_up(delivery_sorter& sorted) noexcept {
        const auto end = [&](completion_ptr& completion) {
            if (completion) {
                end_of(std::move(completion)).fail(no_memory_, gateway_->executor());
            }
        };
        end(answered_);
        for (gateway_batch* const batch : {&sorted.in_order, &sorted.at_once}) {
            for (gateway_item& item : batch->items) {
                end(item.completion);
            }
        }
    }

    /// Carries out what is about the session and the subscriptions. What the gateway is to hear of
    /// that comes between the events as it came.
    GATEWIRE_COLD void take_news(delivery_sorter& sorted, consequences& then) {
        auto& items = sorted.in_order.items;
        std::size_t added = 0;
        for (const auto& [what, place] : sorted.others) {
            gateway_batch told;
            take_news(*what);
            ask(told, then);
            items.insert(items.begin() + static_cast<std::ptrdiff_t>(place + added),
                         std::make_move_iterator(told.items.begin()),
                         std::make_move_iterator(told.items.end()));
            added += told.items.size();
        }
    }

    void take_news(const protocol::delivery& what) {
        if (what.what == protocol::delivery::kind::welcome) {
            begin_subscribing();
        } else if (what.text.empty()) {
            wanted_.fulfilled(what.number);
            if (pauses_) {
                pauses_->reset();
            }
        } else {
            const protocol::error_text why = protocol::read_error_text(what.text);
            wanted_.refused(what.number, why.code, why.message);
        }
    }

    GATEWIRE_COLD void begin_subscribing() {
        constexpr std::size_t plenty = std::size_t{1} << 20;
        const protocol::client_connection& connection = session_->protocol();
        const protocol::hello_response& welcome = connection.welcome();
        wanted_.begin({static_cast<std::size_t>(welcome.limits.frame_size_max),
                       static_cast<std::size_t>(welcome.limits.subscriptions_max),
                       (std::min)(plenty, options_.limits.queue_hard_max / 2), welcome.resumed,
                       connection.mismatches()});
    }

    /// Asks the server for what is wanted and not there; begins the session once it is there.
    GATEWIRE_COLD void ask(gateway_batch& batch, consequences& then) {
        if (!session_ || !wanted_.is_connected()) {
            return;
        }
        const auto requests = wanted_.next();
        if (!requests.empty()) {
            session_->subscribe(requests);
            then.session = session_;
        }
        if (wanted_.is_pausing() && !is_pause_set_) {
            if (!pauses_) {
                pauses_.emplace(options_.backoff_min, options_.backoff_max,
                                options_.environment->random());
            }
            pause_.arm(now() + pauses_->next(), *this);
            is_pause_set_ = true;
        }
        // What a session had it has when it goes on.
        if (!is_ready_ && (wanted_.is_settled() || session_->protocol().welcome().resumed)) {
            begin_session(then);
        }
        if (is_ready_) {
            tell_unfulfilled(batch, then);
        }
    }

    GATEWIRE_COLD void tell_unfulfilled(gateway_batch& batch, consequences& then) {
        for (protocol::unfulfilled& one : wanted_.take_unfulfilled()) {
            std::string text(wanted_.name(one.event));
            if (!one.keys.empty()) {
                text += one.keys.size() == 1 ? ", key '" + one.keys.front() + "'"
                                             : ", " + std::to_string(one.keys.size()) + " keys, '" +
                                                   one.keys.front() + "' and on";
            }
            then.refused.push_back(text + ": " + one.why);
            batch.add_news(gateway_item::kind::unsubscribed,
                           refused_subscription{std::string(wanted_.name(one.event)),
                                                std::move(one.keys), error(one.code, one.why)});
        }
    }

    /// The gateway is told of the session first, and then given the events that came while others
    /// were still asked for: there may be many, and the server may have put some off.
    GATEWIRE_COLD void begin_session(consequences& then) {
        gateway_batch first;
        const protocol::hello_response& welcome = session_->protocol().welcome();
        const std::uint64_t position = session_->become_ready();
        is_ready_ = true;
        reconnector_->succeeded();
        first.add_news(gateway_item::kind::connected,
                       session_info{options_.address, welcome.session, welcome.epoch,
                                    welcome.resumed, position});
        const bool is_same_server = history_.epoch() == welcome.epoch;
        auto missed = history_.begin(welcome, position);
        if (missed && !contract_.events.empty()) {
            first.add_news(gateway_item::kind::gap, std::move(*missed));
        }
        early_.insert(early_.begin(), std::move(first));
        for (gateway_batch& one : early_) {
            retry_for_memory([&] { gateway_->push(std::move(one)); });
        }
        forget_early();
        then.has_begun = true;
        connected_.notify_all();
        calls_->open(session_, is_same_server, then.failed);
        then.session = session_;
    }

    /// Pairs every `connected` with a `disconnected`.
    GATEWIRE_COLD void end_session(const close_reason& why) {
        wanted_.end();
        forget_early();
        if (is_ready_) {
            gateway_batch last;
            last.add_news(gateway_item::kind::disconnected, error(why.code, why.text));
            gateway_->push(std::move(last));
            is_ready_ = false;
        }
    }

    void forget_early() noexcept {
        early_.clear();
        early_size_ = 0;
    }

    asio::any_io_executor executor_;
    const client_options options_;
    const protocol::client_contract contract_;
    mutable close_barrier logging_;
    key_generator keys_{*options_.environment};
    mutable optional_mutex mutex_{!options_.single_threaded};
    std::condition_variable_any connected_;
    protocol::client_subscriptions wanted_;
    protocol::client_resume_state history_;
    std::function<void(gateway_batch&)> run_;
    const bool reports_ends_;
    std::shared_ptr<gateway_queue> gateway_;
    std::shared_ptr<client_calls> calls_;
    deadline_timer pause_;  // before the server is asked again for what it refused for the moment
    std::optional<protocol::backoff> pauses_;
    bool is_pause_set_ = false;
    /// Made beforehand, for when there is no memory.
    const error no_memory_{errc::invalid_answer, "no memory for the answer"};
    std::shared_ptr<reconnector> reconnector_;  // null when stopped
    std::shared_ptr<client_session> session_;
    received_responses after_read_{options_.single_threaded};
    completion_ptr answered_;           // on its way from the calls to a batch
    gateway_batch spare_;               // one that was run
    std::vector<gateway_batch> early_;  // events of a session that has not begun yet
    std::size_t early_size_ = 0;        // their bytes
    bool is_ready_ = false;
};

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_CLIENT_CORE_HPP
