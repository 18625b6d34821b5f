// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_NATS_SERVER_CORE_HPP
#define GATEWIRE_NATS_SERVER_CORE_HPP

#include <gatewire/nats/call_reader.hpp>
#include <gatewire/nats/connection.hpp>
#include <gatewire/nats/engine_link.hpp>
#include <gatewire/nats/incoming_call.hpp>
#include <gatewire/nats/mailbox.hpp>
#include <gatewire/nats/outbox.hpp>
#include <gatewire/nats/running_calls.hpp>
#include <gatewire/nats/stream_keeper.hpp>
#include <gatewire/session/deadline_timer.hpp>
#include <gatewire/session/random_name.hpp>
#include <gatewire/session/real_environment.hpp>
#include <gatewire/session/strand_queue.hpp>

#include <asio/any_io_executor.hpp>
#include <asio/post.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

namespace rpc::inline v1::nats {

/// A server over NATS without its engine's type: the connection, calls, events, start and stop.
class server_core final : public call_owner,
                          public connection_user,
                          public session::wakeable,
                          public std::enable_shared_from_this<server_core> {
public:
    using time_point = protocol::time_point;
    using engine_queue = session::strand_queue<call_ptr>;

    /// @param run  Runs a call, on the engine's strand.
    server_core(const asio::any_io_executor& executor, server_options options,
                protocol::service offers, std::function<void(call_ptr&)> run)
        : executor_(executor),
          options_(checked(std::move(options), world_)),
          epoch_(session::random_name(world_)),
          offers_(std::move(offers)),
          engine_(std::make_shared<engine_queue>(executor, std::move(run), false)),
          once_(options_.once_keys_max, options_.once_size_max),
          reader_(offers_, epoch_, options_.broker_checks_roles),
          mailbox_(make_inbox(), ask_patience),
          outbox_(options_.engine_id + "-" + epoch_.substr(0, 16) + "-", mailbox_.inbox(),
                  {options_.events_pending_max, options_.events_pending_size_max,
                   options_.confirm_timeout}),
          streams_(plan_streams(options_.name, offers_.events), options_.stream, mailbox_,
                   [this](auto link) { outbox_.use(std::move(link), world_.now()); }),
          timer_(world_.make_timer(executor)) {}

    void start() {
        const std::lock_guard starting(start_mutex_);
        if (is_running()) {
            return;
        }
        shut_link();
        auto link = std::make_shared<connection>(
            facts_of(options_, options_.name + " engine " + options_.engine_id), entrance_,
            weak_from_this());
        subscribe(link);
        if (link->is_up()) {
            on_up();
        }
        arm(world_.now() + look_interval);
    }

    void stop() {
        if (!link_.get()) {
            return;
        }
        {
            const std::lock_guard lock(mutex_);
            if (std::exchange(is_stopping_, true)) {
                return;
            }
            stop_at_ = protocol::after(world_.now(), options_.drain_time);
        }
        link_.drain();
        log(log_event::stopped, {});
    }

    /// Ends everything at once; the engine is not called any more.
    void shut() {
        shut_link();
        entrance_->close();
        engine_->close();
    }

    void when_drained(std::function<void()> done) {
        if (!link_.get()) {
            asio::post(executor_, std::move(done));
            return;
        }
        const std::lock_guard lock(mutex_);
        drained_ = std::move(done);
    }

    bool is_running() const {
        const std::lock_guard lock(mutex_);
        return !is_stopping_ && link_.get() != nullptr;
    }
    bool is_connected() const { return link_.is_up(); }
    bool wait_connected(std::chrono::milliseconds timeout) { return link_.wait_up(timeout); }

    const server_options& options() const noexcept { return options_; }
    const protocol::service& offers() const noexcept { return offers_; }
    const std::string& epoch() const noexcept { return epoch_; }
    engine_queue& engine() noexcept { return *engine_; }
    const asio::any_io_executor& executor() const noexcept { return executor_; }
    outbox& events() noexcept { return outbox_; }
    session::once_book& once() noexcept override { return once_; }
    session::environment& world() noexcept override { return world_; }

    void finish(const incoming_call& call, std::string_view answer) override {
        if (const auto link = link_.get()) {
            send_answer(*link, call, answer);
        }
        running_.remove(call);
    }

    void forget(const incoming_call& call) noexcept override { running_.remove(call); }

    void on_up() override {
        if (const auto link = link_.set_up(true)) {
            log(log_event::connected, {});
            streams_.make(link, world_.now());
        }
    }

    void on_down(const std::string& why) override {
        link_.set_up(false);
        outbox_.use(nullptr, world_.now());
        mailbox_.look(world_.now(), true);
        log(log_event::disconnected, why);
    }

private:
    static constexpr std::chrono::seconds ask_patience{2};
    static constexpr std::chrono::milliseconds look_interval{100};

    static server_options checked(server_options options, session::environment& world) {
        require_name(options.name, "server_options::name");
        if (options.engine_id.empty()) {
            options.engine_id = session::random_name(world).substr(0, 16);
        }
        require_name(options.engine_id, "server_options::engine_id");
        return detail::with_clean_log(std::move(options));
    }

    void subscribe(const std::shared_ptr<connection>& link) {
        const std::weak_ptr<server_core> weak = weak_from_this();
        const auto on = [&](const std::string& subject, const char* group, auto take) {
            subscription_ptr made = link->subscribe(subject, group, [weak, take](message arrived) {
                if (const auto self = weak.lock()) {
                    ((*self).*take)(std::move(arrived));
                }
            });
            require_ok(made ? NATS_OK : NATS_ERR, "subject '" + subject + "'");
            return made;
        };
        const std::string own = call_subject(options_.name, options_.engine_id, "*");
        engine_link::subscriptions calls;
        calls.push_back(
            on(call_subject(options_.name, {}, "*"), queue_group, &server_core::on_call));
        calls.push_back(on(own, nullptr, &server_core::on_call));
        engine_link::subscriptions others;
        others.push_back(on(cancel_subject(options_.name), nullptr, &server_core::on_cancel));
        others.push_back(on(mailbox_.inbox() + ".*", nullptr, &server_core::on_answer));
        link->flush(options_.connect_timeout);  // Whoever calls from now on is heard.
        link_.open(link, std::move(calls), std::move(others), executor_);
    }

    // On threads of the C client: nothing of the engine's is run here.

    void on_call(message arrived) {
        const time_point now = world_.now();
        const auto call = std::make_shared<incoming_call>(shared_from_this(), std::move(arrived));
        codec::message asked;
        std::size_t method = 0;
        const bool is_full = running_.count() >= options_.calls_in_flight_max;
        const call_refusal no =
            reader_.read(call->text().data(), call->text().subject(), is_full, asked, method);
        if (no.code != 0) {
            if (const auto link = link_.get()) {
                send_refusal(*link, *call, asked.id, no);
            }
            return;
        }
        call->accept(asked, static_cast<std::uint32_t>(method), now);
        running_.add(call);
        engine_->push(call);
        engine_->kick();
    }

    void on_cancel(message arrived) {
        for (const call_ptr& call : running_.with_reply(arrived.data())) {
            call->cancel();
        }
    }

    void on_answer(message arrived) {
        if (outbox_.receive(arrived, world_.now())) {
            return;
        }
        mailbox_.receive(arrived);
    }

    // On the executor.

    void arm(time_point when) {
        const std::lock_guard lock(mutex_);
        if (link_.get()) {
            timer_.arm(when, *this);
        }
    }

    void on_wake() override {
        const time_point now = world_.now();
        mailbox_.look(now);
        outbox_.look(now);
        streams_.look(now);
        const bool is_idle = running_.count() == 0 && outbox_.bytes() == 0;
        std::function<void()> drained;
        bool is_over = false;
        {
            const std::lock_guard lock(mutex_);
            timer_.disarmed();
            is_over = is_stopping_ && (is_idle || now >= stop_at_);
            if (is_over) {
                drained = std::exchange(drained_, nullptr);
            }
        }
        if (is_over) {
            shut_link();
        } else {
            arm(now + look_interval);
        }
        if (drained) {
            drained();
        }
    }

    void shut_link() {
        link_.close();
        outbox_.use(nullptr, world_.now());
        const std::lock_guard lock(mutex_);
        is_stopping_ = false;
        timer_.cancel();
    }

    void log(log_event event, const std::string& text) const {
        if (options_.log) {
            options_.log({event, options_.url, text});
        }
    }

    const asio::any_io_executor executor_;
    mutable session::real_environment world_;
    const server_options options_;
    const std::string epoch_;
    const protocol::service offers_;
    std::shared_ptr<engine_queue> engine_;
    session::once_book once_;
    call_reader reader_;
    mailbox mailbox_;
    outbox outbox_;
    stream_keeper streams_;
    engine_link link_;
    // The C client's threads may touch neither the executor nor the log after the server's end.
    const std::shared_ptr<session::gate> entrance_ = std::make_shared<session::gate>();
    std::mutex start_mutex_;
    mutable std::mutex mutex_;
    running_calls running_;
    session::deadline_timer timer_;
    std::function<void()> drained_;
    time_point stop_at_{};
    bool is_stopping_ = false;
};

}  // namespace rpc::inline v1::nats

#endif  // GATEWIRE_NATS_SERVER_CORE_HPP
