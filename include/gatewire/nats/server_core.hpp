// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_NATS_SERVER_CORE_HPP
#define GATEWIRE_NATS_SERVER_CORE_HPP

#include <gatewire/nats/call_reader.hpp>
#include <gatewire/nats/connection.hpp>
#include <gatewire/nats/incoming_call.hpp>
#include <gatewire/nats/mailbox.hpp>
#include <gatewire/nats/outbox.hpp>
#include <gatewire/nats/running_calls.hpp>
#include <gatewire/nats/stream_keeper.hpp>
#include <gatewire/session/deadline_timer.hpp>
#include <gatewire/session/real_environment.hpp>
#include <gatewire/session/strand_queue.hpp>

#include <asio/any_io_executor.hpp>
#include <asio/execution/outstanding_work.hpp>
#include <asio/prefer.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

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
          options_(detail::with_clean_log(std::move(options))),
          offers_(std::move(offers)),
          engine_(std::make_shared<engine_queue>(executor, std::move(run), false)),
          once_(options_.once_keys_max, options_.once_size_max),
          timer_(world_.make_timer(executor)) {
        require_name(options_.name, "server_options::name");
        if (options_.engine_id.empty()) {
            options_.engine_id = session::random_name(world_).substr(0, 16);
        }
        require_name(options_.engine_id, "server_options::engine_id");
        epoch_ = session::random_name(world_);
        reader_.emplace(offers_, epoch_, options_.broker_checks_roles);
        const std::string inbox = make_inbox();
        mailbox_.emplace(inbox, ask_patience);
        outbox_.emplace(options_.engine_id + "-" + epoch_.substr(0, 16) + "-", inbox,
                        outbox::bounds{options_.events_pending_max,
                                       options_.events_pending_size_max, options_.confirm_timeout});
        streams_.emplace(plan_streams(options_.name, offers_.events), options_.stream, *mailbox_,
                         [this](std::shared_ptr<connection> link) {
                             outbox_->use(std::move(link), world_.now());
                         });
    }

    void start() {
        const std::lock_guard starting(start_mutex_);
        {
            const std::lock_guard lock(mutex_);
            if (link_ && !is_stopping_) {
                return;
            }
        }
        shut_link();
        const auto self = shared_from_this();
        auto link = std::make_shared<connection>(
            facts_of(options_, options_.name + " engine " + options_.engine_id), self);
        subscribe(*link);
        {
            const std::lock_guard lock(mutex_);
            link_ = link;
            is_stopping_ = false;
            work_ = asio::prefer(executor_, asio::execution::outstanding_work.tracked);
        }
        if (link->was_up_at_once()) {
            on_up();
        }
        arm(world_.now() + look_interval);
    }

    void stop() {
        {
            const std::lock_guard lock(mutex_);
            if (!link_ || std::exchange(is_stopping_, true)) {
                return;
            }
            stop_at_ = world_.now() + options_.drain_time;
            for (subscription_ptr& one : calls_) {
                natsSubscription_Drain(one.get());  // What was sent here before is run.
            }
        }
        log(log_event::stopped, {});
        arm(world_.now());
    }

    /// Ends everything at once; the engine is not called any more.
    void shut() {
        shut_link();
        engine_->close();
    }

    void when_drained(std::function<void()> done) {
        bool is_idle = false;
        {
            const std::lock_guard lock(mutex_);
            is_idle = !link_;
            drained_ = is_idle ? nullptr : done;
        }
        if (is_idle) {
            asio::post(executor_, std::move(done));
        }
    }

    bool is_running() const {
        const std::lock_guard lock(mutex_);
        return link_ && !is_stopping_;
    }
    bool is_connected() const {
        const std::lock_guard lock(mutex_);
        return is_up_;
    }
    bool wait_connected(std::chrono::milliseconds timeout) {
        std::unique_lock lock(mutex_);
        return up_.wait_for(lock, timeout, [this] { return is_up_; });
    }

    const server_options& options() const noexcept { return options_; }
    const protocol::service& offers() const noexcept { return offers_; }
    const std::string& epoch() const noexcept { return epoch_; }
    engine_queue& engine() noexcept { return *engine_; }
    const asio::any_io_executor& executor() const noexcept { return executor_; }
    outbox& events() noexcept { return *outbox_; }
    session::once_book& once() noexcept override { return once_; }
    session::environment& world() noexcept override { return world_; }

    void finish(const incoming_call& call, std::string_view answer) override {
        std::shared_ptr<connection> link;
        {
            const std::lock_guard lock(mutex_);
            link = link_;
        }
        if (link) {
            send_answer(*link, call, answer);
        }
        running_.remove(call);
    }

    void on_up() override {
        std::shared_ptr<connection> link;
        {
            const std::lock_guard lock(mutex_);
            is_up_ = link_ != nullptr;
            link = link_;
            up_.notify_all();
        }
        if (link) {
            log(log_event::connected, {});
            streams_->make(link, world_.now());
            arm(world_.now() + look_interval);
        }
    }

    void on_down(const std::string& why) override {
        {
            const std::lock_guard lock(mutex_);
            is_up_ = false;
        }
        outbox_->use(nullptr, world_.now());
        mailbox_->look(world_.now(), true);
        log(log_event::disconnected, why);
    }

private:
    static constexpr std::chrono::seconds ask_patience{2};
    static constexpr std::chrono::milliseconds look_interval{100};

    void subscribe(connection& link) {
        const std::weak_ptr<server_core> weak = weak_from_this();
        const auto on = [&](const std::string& subject, const char* group, auto take) {
            return link.subscribe(subject, group, [weak, take](message arrived) {
                if (const auto self = weak.lock()) {
                    ((*self).*take)(std::move(arrived));
                }
            });
        };
        std::vector<subscription_ptr> calls;
        calls.push_back(
            on(call_subject(options_.name, {}, "*"), queue_group, &server_core::on_call));
        calls.push_back(
            on(call_subject(options_.name, options_.engine_id, "*"), nullptr,
               &server_core::on_call));
        std::vector<subscription_ptr> others;
        others.push_back(on(cancel_subject(options_.name), nullptr, &server_core::on_cancel));
        others.push_back(on(mailbox_->inbox() + ".*", nullptr, &server_core::on_answer));
        const std::lock_guard lock(mutex_);
        calls_ = std::move(calls);
        others_ = std::move(others);
    }

    // On threads of the C client: nothing of the engine's is run here.

    void on_call(message arrived) {
        const time_point now = world_.now();
        const auto call = std::make_shared<incoming_call>(shared_from_this(), std::move(arrived));
        wire::json::message asked;
        std::size_t method = 0;
        const bool is_full = running_.count() >= options_.calls_in_flight_max;
        const call_refusal no =
            reader_->read(call->text().data(), call->text().subject(), is_full, asked, method);
        if (no.code != 0) {
            refuse(*call, asked.id, no);
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
        if (outbox_->receive(arrived, world_.now())) {
            return;
        }
        mailbox_->receive(arrived);
    }

    void refuse(const incoming_call& call, std::string_view id, const call_refusal& why) {
        std::shared_ptr<connection> link;
        {
            const std::lock_guard lock(mutex_);
            link = link_;
        }
        if (link) {
            send_refusal(*link, call, id, why);
        }
    }

    // On the executor.

    void arm(time_point when) {
        const std::lock_guard lock(mutex_);
        if (link_) {
            timer_.arm(when, *this);
        }
    }

    void on_wake() override {
        const time_point now = world_.now();
        mailbox_->look(now);
        outbox_->look(now);
        streams_->look(now);
        const bool is_idle = running_.count() == 0 && outbox_->bytes() == 0;
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
        std::shared_ptr<connection> link;
        std::vector<subscription_ptr> gone;
        std::vector<subscription_ptr> others;
        std::optional<asio::any_io_executor> work;
        {
            const std::lock_guard lock(mutex_);
            link.swap(link_);
            gone.swap(calls_);
            others.swap(others_);
            work.swap(work_);
            is_up_ = false;
            is_stopping_ = false;
            timer_.cancel();
        }
        outbox_->use(nullptr, world_.now());
        if (link) {
            link->close();
        }
    }

    void log(log_event event, const std::string& text) const {
        if (options_.log) {
            options_.log({event, options_.url, text});
        }
    }

    const asio::any_io_executor executor_;
    mutable session::real_environment world_;
    server_options options_;
    const protocol::service offers_;
    std::shared_ptr<engine_queue> engine_;
    session::once_book once_;
    std::string epoch_;
    std::optional<call_reader> reader_;
    std::optional<mailbox> mailbox_;
    std::optional<outbox> outbox_;
    std::optional<stream_keeper> streams_;
    std::mutex start_mutex_;
    mutable std::mutex mutex_;
    std::condition_variable up_;
    std::shared_ptr<connection> link_;
    std::vector<subscription_ptr> calls_;
    std::vector<subscription_ptr> others_;
    running_calls running_;
    std::optional<asio::any_io_executor> work_;  // keeps the loop running
    session::deadline_timer timer_;
    std::function<void()> drained_;
    time_point stop_at_{};
    bool is_up_ = false;
    bool is_stopping_ = false;
};

}  // namespace rpc::inline v1::nats

#endif  // GATEWIRE_NATS_SERVER_CORE_HPP
