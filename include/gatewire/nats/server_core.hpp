// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_NATS_SERVER_CORE_HPP
#define GATEWIRE_NATS_SERVER_CORE_HPP

#include <gatewire/log.hpp>
#include <gatewire/nats/connection.hpp>
#include <gatewire/nats/engine_connection.hpp>
#include <gatewire/nats/incoming_calls.hpp>
#include <gatewire/nats/jetstream.hpp>
#include <gatewire/nats/options.hpp>
#include <gatewire/nats/publisher.hpp>
#include <gatewire/nats/streams.hpp>
#include <gatewire/nats/subject.hpp>
#include <gatewire/protocol/service.hpp>
#include <gatewire/session/close_barrier.hpp>
#include <gatewire/session/environment.hpp>
#include <gatewire/session/idempotency_keys.hpp>
#include <gatewire/session/real_environment.hpp>
#include <gatewire/session/serial_queue.hpp>
#include <gatewire/session/timer.hpp>
#include <gatewire/typed/engine_runner.hpp>
#include <gatewire/typed/served_engine.hpp>

#ifndef GATEWIRE_SEPARATE_COMPILATION
#include <gatewire/typed/server_side_impl.hpp>
#endif

#include <asio/any_io_executor.hpp>
#include <asio/post.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

namespace rpc::inline v1::nats {

/// A server over NATS without its engine's type: the connection, calls, events, start and stop.
class server_core final : public connection_user,
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
          jetstream_(make_inbox(), response_timeout),
          publisher_(options_.engine_id + "-" + epoch_.substr(0, 16) + "-", jetstream_.inbox(),
                     {options_.events_pending_max, options_.events_pending_size_max,
                      options_.confirm_timeout}),
          streams_(plan_streams(options_.name, offers_.events), options_.stream, jetstream_,
                   [this](auto broker) { publisher_.use(std::move(broker), world_.now()); }),
          timer_(world_.make_timer(executor)) {}

    void start() {
        const std::lock_guard starting(start_mutex_);
        if (is_running()) {
            return;
        }
        disconnect();
        auto broker = std::make_shared<connection>(
            facts_of(options_, options_.name + " engine " + options_.engine_id), entrance_,
            weak_from_this());
        subscribe(broker);
        if (broker->is_up()) {
            on_up();
        }
        arm(world_.now() + look_interval);
    }

    void stop() {
        if (!broker_.get()) {
            return;
        }
        {
            const std::lock_guard lock(mutex_);
            if (std::exchange(is_stopping_, true)) {
                return;
            }
            stop_at_ = protocol::after(world_.now(), options_.drain_time);
        }
        broker_.drain();
        log(log_event::stopped, {});
    }

    /// Ends everything at once; the engine is not called any more.
    void shut() {
        disconnect();
        entrance_->close();
        engine_->close();
    }

    void when_drained(std::function<void()> done) {
        if (!broker_.get()) {
            asio::post(executor_, std::move(done));
            return;
        }
        const std::lock_guard lock(mutex_);
        drained_ = std::move(done);
    }

    bool is_running() const {
        const std::lock_guard lock(mutex_);
        return !is_stopping_ && broker_.get() != nullptr;
    }
    bool is_connected() const { return broker_.is_up(); }
    bool wait_connected(std::chrono::milliseconds timeout) { return broker_.wait_up(timeout); }

    const server_options& options() const noexcept { return options_; }
    const protocol::service& offers() const noexcept { return offers_; }
    const std::string& epoch() const noexcept { return epoch_; }
    engine_queue& engine() noexcept { return *engine_; }
    const asio::any_io_executor& executor() const noexcept { return executor_; }
    publisher& events() noexcept { return publisher_; }
    session::idempotency_keys& used_keys() noexcept { return once_; }
    const session::environment& world() const noexcept { return world_; }

    void on_up() override {
        if (const auto broker = broker_.set_up(true)) {
            log(log_event::connected, {});
            streams_.make(broker, world_.now());
        }
    }

    void on_down(const std::string& why) override {
        broker_.set_up(false);
        publisher_.use(nullptr, world_.now());
        jetstream_.look(world_.now(), true);
        log(log_event::disconnected, why);
    }

private:
    static constexpr std::chrono::seconds response_timeout{2};
    static constexpr std::chrono::milliseconds look_interval{100};

    static server_options checked(server_options options, session::environment& world) {
        require_name(options.name, "server_options::name");
        if (options.engine_id.empty()) {
            options.engine_id = session::random_name(world).substr(0, 16);
        }
        require_name(options.engine_id, "server_options::engine_id");
        return detail::with_clean_log(std::move(options));
    }

    void subscribe(const std::shared_ptr<connection>& broker) {
        const std::weak_ptr<server_core> weak = weak_from_this();
        const auto on = [&](const std::string& subject, const char* group, auto take) {
            subscription_ptr made =
                broker->subscribe(subject, group, [weak, take](message arrived) {
                    if (const auto self = weak.lock()) {
                        ((*self).*take)(std::move(arrived));
                    }
                });
            require_ok(made ? NATS_OK : NATS_ERR, "subject '" + subject + "'");
            return made;
        };
        const std::string own = call_subject(options_.name, options_.engine_id, "*");
        engine_connection::subscriptions calls;
        calls.push_back(
            on(call_subject(options_.name, {}, "*"), queue_group, &server_core::on_call));
        calls.push_back(on(own, nullptr, &server_core::on_call));
        engine_connection::subscriptions others;
        others.push_back(on(cancel_subject(options_.name), nullptr, &server_core::on_cancel));
        others.push_back(on(jetstream_.inbox() + ".*", nullptr, &server_core::on_response));
        broker->flush(options_.connect_timeout);  // Calls from now on arrive.
        broker_.open(broker, std::move(calls), std::move(others), executor_);
    }

    // On threads of the C client: nothing of the engine's is run here.

    void on_call(message arrived) {
        const time_point now = world_.now();
        const auto call = std::make_shared<incoming_call>(
            std::shared_ptr<incoming_calls>(shared_from_this(), &calls_), std::move(arrived));
        const bool is_full = calls_.count() >= options_.calls_in_flight_max;
        const read_call read = reader_.read(call->text().data(), call->text().subject(), is_full);
        if (read.refusal.code != 0) {
            if (const auto broker = broker_.get()) {
                send_refusal(*broker, *call, read.request.id, read.refusal);
            }
            return;
        }
        call->accept(read.request, static_cast<std::uint32_t>(read.method), now);
        calls_.add(call);
        engine_->push(call);
        engine_->kick();
    }

    void on_cancel(message arrived) {
        for (const call_ptr& call : calls_.with_reply(arrived.data())) {
            call->cancel();
        }
    }

    void on_response(message arrived) {
        if (publisher_.receive(arrived, world_.now())) {
            return;
        }
        jetstream_.receive(arrived);
    }

    // On the executor.

    void arm(time_point when) {
        const std::lock_guard lock(mutex_);
        if (broker_.get()) {
            timer_.arm(when, *this);
        }
    }

    void on_wake() override {
        const time_point now = world_.now();
        jetstream_.look(now);
        publisher_.look(now);
        streams_.look(now);
        const bool is_idle = calls_.count() == 0 && publisher_.bytes() == 0;
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
            disconnect();
        } else {
            arm(now + look_interval);
        }
        if (drained) {
            drained();
        }
    }

    void disconnect() {
        broker_.close();
        publisher_.use(nullptr, world_.now());
        const std::lock_guard lock(mutex_);
        is_stopping_ = false;
        timer_.cancel();
    }

    void log(log_event event, std::string_view text) const {
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
    session::idempotency_keys once_;
    call_reader reader_;
    jetstream jetstream_;
    publisher publisher_;
    stream_creator streams_;
    engine_connection broker_;
    incoming_calls calls_{broker_, once_, world_};
    // The C client's threads may touch neither the executor nor the log after the server's end.
    const std::shared_ptr<session::close_barrier> entrance_ =
        std::make_shared<session::close_barrier>();
    std::mutex start_mutex_;
    mutable std::mutex mutex_;
    session::deadline_timer timer_;
    std::function<void()> drained_;
    time_point stop_at_{};
    bool is_stopping_ = false;
};

/// What `rpc::nats::server` does that depends on no type of the engine's.
class server_side {
public:
    server_side(const asio::any_io_executor& executor, server_options&& options,
                const typed::served_engine& served)
        : runner_(std::make_shared<call_runner>(served)) {
        core_ = std::make_shared<server_core>(
            executor, std::move(options),
            protocol::service{served.find_method, served.find_event,
                              typed::describe_entries(served.methods),
                              typed::describe_entries(served.events)},
            [runner = runner_](call_ptr& call) { runner->run(call); });
        runner_->serve(*core_);
    }

    ~server_side() {
        core_->shut();
        runner_->close();
    }

    server_side(const server_side&) = delete;
    server_side& operator=(const server_side&) = delete;

    /// @throws rpc::error  `invalid_value`: the key is too long to be a part of a subject.
    void publish(std::size_t place, std::string_view key, std::string_view data) {
        const protocol::entry_description& event = core_->offers().events[place];
        std::string subject = event_subject(core_->options().name, event.name);
        if (event.is_keyed) {
            subject.append(".").append(token_of(key));
        }
        if (subject.size() > subject_size_max) {
            throw error(errc::invalid_value, "the key of the event is too long for NATS",
                        outcome::not_sent);
        }
        if (data.size() > core_->options().answer_size_max) {
            throw error(errc::frame_too_large,
                        "the event has " + std::to_string(data.size()) + " bytes, the limit is " +
                            std::to_string(core_->options().answer_size_max),
                        outcome::not_sent);
        }
        if (!event.needs.empty() && !core_->options().broker_checks_roles) {
            throw error(errc::forbidden, "the event needs a role, and over NATS nobody has one",
                        outcome::not_sent);
        }
        core_->events().add(std::move(subject), event.name, data, core_->world().now());
    }

    server_core& core() const noexcept { return *core_; }

private:
    /// Runs the calls that the broker brings.
    class call_runner {
    public:
        explicit call_runner(const typed::served_engine& served) : engine_(served) {}

        void serve(server_core& core) {
            const server_options& options = core.options();
            core_ = &core;
            engine_.serve({&core.offers(), &core.world(), &options.log},
                          {nullptr, options.answer_size_max, core.engine().executor(),
                           options.worker ? options.worker : core.executor(), core.executor()});
        }

        void run(const call_ptr& call) {
            core_->events().begin_call();
            {
                typed::response_sink responses(call, engine_.response_size_max());
                engine_.run(call->what(), responses, engine_.now());
            }
            core_->events().end_call(engine_.now());
        }

        /// Waits for offloaded methods; none is begun any more.
        void close() { engine_.close(); }

    private:
        typed::engine_runner engine_;
        server_core* core_ = nullptr;
    };

    std::shared_ptr<call_runner> runner_;
    std::shared_ptr<server_core> core_;
};

}  // namespace rpc::inline v1::nats

#endif  // GATEWIRE_NATS_SERVER_CORE_HPP
