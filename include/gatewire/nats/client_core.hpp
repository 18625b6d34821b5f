// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_NATS_CLIENT_CORE_HPP
#define GATEWIRE_NATS_CLIENT_CORE_HPP

#include <gatewire/json/message.hpp>
#include <gatewire/log.hpp>
#include <gatewire/nats/client_calls.hpp>
#include <gatewire/nats/connection.hpp>
#include <gatewire/nats/jetstream.hpp>
#include <gatewire/nats/options.hpp>
#include <gatewire/nats/subject.hpp>
#include <gatewire/nats/subscriber.hpp>
#include <gatewire/nats/subscriptions.hpp>
#include <gatewire/protocol/messages.hpp>
#include <gatewire/session/close_barrier.hpp>
#include <gatewire/session/environment.hpp>
#include <gatewire/session/real_environment.hpp>
#include <gatewire/session/timer.hpp>
#include <gatewire/session_info.hpp>
#include <gatewire/typed/basic_client.hpp>
#include <gatewire/typed/served_gateway.hpp>

#include <asio/any_io_executor.hpp>
#include <asio/execution/outstanding_work.hpp>
#include <asio/prefer.hpp>

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rpc::inline v1::nats {

/// What stands before the arguments of a call over NATS.
struct call_options : typed::call_options {
    std::string engine{};  ///< Empty: that of the client's options.

    void take(const to& one) {
        require_name(one.engine, "rpc::nats::to");
        engine = one.engine;
    }
};

/// A client over NATS without its gateway's type: the connection, calls, events, start and stop.
class client_core final : public connection_user,
                          public session::wakeable,
                          public std::enable_shared_from_this<client_core> {
public:
    using time_point = protocol::time_point;

    client_core(const asio::any_io_executor& executor, client_options options,
                const typed::served_gateway& served)
        : executor_(executor),
          options_(detail::with_clean_log(std::move(options))),
          world_(std::make_shared<session::real_environment>()),
          served_(served),
          gateway_(std::make_shared<gateway_queue>(
              executor, [](gateway_work& work) { work(); }, false)),
          jetstream_(make_inbox(), response_timeout),
          calls_(std::make_shared<client_calls>(
              client_facts{options_, served_.methods, jetstream_.inbox()}, gateway_, *world_)),
          subscriber_(options_, events_of(served), jetstream_, *this),
          runner_(served, [this](log_event event, std::string_view text) { log(event, text); }),
          keys_(*world_),
          timer_(world_->make_timer(executor)) {
        require_name(options_.name, "client_options::name");
        if (!options_.engine.empty()) {
            require_name(options_.engine, "client_options::engine");
        }
    }

    void start() {
        const std::lock_guard starting(start_mutex_);
        {
            const std::lock_guard lock(mutex_);
            if (broker_) {
                return;
            }
        }
        const std::weak_ptr<client_core> weak = weak_from_this();
        auto broker = std::make_shared<connection>(facts_of(options_, options_.name + " client"),
                                                   entrance_, weak);
        subscription_ptr inbox =
            broker->subscribe(jetstream_.inbox() + ".*", nullptr, [weak](message arrived) {
                if (const auto self = weak.lock()) {
                    self->receive(std::move(arrived));
                }
            });
        {
            const std::lock_guard lock(mutex_);
            broker_ = broker;
            inbox_ = std::move(inbox);
            work_ = asio::prefer(executor_, asio::execution::outstanding_work.tracked);
        }
        calls_->start();
        if (broker->is_up()) {
            on_up();
        }
        arm();
    }

    void stop(const std::string& why) {
        const std::lock_guard starting(start_mutex_);
        std::shared_ptr<connection> broker;
        subscription_ptr inbox;
        std::optional<asio::any_io_executor> work;
        {
            const std::lock_guard lock(mutex_);
            broker.swap(broker_);
            inbox.swap(inbox_);
            work.swap(work_);
            timer_.cancel();
        }
        calls_->stop(why);
        if (broker) {
            broker->close();
            lose(error(errc::cancelled, why));
            log(log_event::stopped, {});
        }
    }

    /// Stops, and keeps away from the gateway from here on.
    void shut() {
        stop("the client was destroyed");
        entrance_->close();
        for (gateway_work& left : gateway_->close()) {
            if (left.completion) {
                session::end_of(std::move(left.completion))
                    .fail(error(errc::cancelled, "the client was destroyed", outcome::may_have_run),
                          gateway_->executor());
            }
        }
    }

    bool is_connected() const {
        const std::lock_guard lock(mutex_);
        return is_ready_;
    }
    bool wait_connected(time_point until) {
        std::unique_lock lock(mutex_);
        return ready_.wait_until(lock, until, [this] { return is_ready_; });
    }

    void change(std::size_t event, std::vector<std::string> keys, bool is_wanted) {
        post([this, event, keys = std::move(keys), is_wanted] {
            subscriber_.change(event, keys, is_wanted, world_->now());
        });
    }

    const client_options& options() const noexcept { return options_; }
    client_calls& calls() noexcept { return *calls_; }
    session::key_generator& keys() noexcept { return keys_; }
    /// See `rpc::nats::client::event_position`.
    std::uint64_t event_position() const noexcept { return subscriber_.position(); }
    gateway_queue& gateway() noexcept { return *gateway_; }
    const std::shared_ptr<session::real_environment>& world() const noexcept { return world_; }
    std::string_view event_name(std::size_t event) const { return served_.events[event].name; }

private:
    friend class subscriber<client_core>;

    static constexpr std::chrono::seconds response_timeout{2};
    static constexpr std::chrono::milliseconds look_interval{100};

    static std::vector<wanted_event> events_of(const typed::served_gateway& served) {
        std::vector<wanted_event> wanted;
        for (const typed::entry_facts& event : served.events) {
            wanted.push_back({event.name});
        }
        return wanted;
    }

    // On threads of the C client: nothing of the gateway's is run here.

    void on_up() override {
        std::shared_ptr<connection> broker;
        {
            const std::lock_guard lock(mutex_);
            broker = broker_;
        }
        if (broker) {
            calls_->open(broker);
            post([this, broker] { subscriber_.open(broker, world_->now()); });
        }
    }

    void on_down(const std::string& why) override {
        calls_->close(why);
        jetstream_.look(world_->now(), true);
        lose(error(errc::connection_lost, why));
        log(log_event::disconnected, why);
    }

    void receive(message arrived) {
        if (!calls_->receive(arrived)) {
            jetstream_.receive(arrived);
        }
    }

    /// Has what arrives at a subject handed to the subscriber as of this delivery.
    subscription_ptr subscribe(connection& broker, const std::string& subject,
                               std::uint64_t delivery) {
        return broker.subscribe(
            subject, nullptr, [weak = weak_from_this(), delivery](message arrived) {
                if (const auto self = weak.lock()) {
                    const auto held = std::make_shared<message>(std::move(arrived));
                    self->post([core = self.get(), delivery, held] {
                        core->subscriber_.receive(delivery, *held, core->world_->now());
                    });
                }
            });
    }

    void lose(const error& why) {
        {
            const std::lock_guard lock(mutex_);
            is_ready_ = false;
        }
        post([this, why] {
            subscriber_.close();
            runner_.disconnected(why);
        });
    }

    // On the executor.

    void arm() {
        const std::lock_guard lock(mutex_);
        if (broker_) {
            timer_.arm(world_->now() + look_interval, *this);
        }
    }

    void on_wake() override {
        {
            const std::lock_guard lock(mutex_);
            timer_.disarmed();
        }
        jetstream_.look(world_->now());
        post([this] { subscriber_.look(world_->now()); });
        arm();
    }

    // On the gateway's strand.

    /// Runs a function here, later.
    void post(std::function<void()> run) {
        gateway_->push({[weak = weak_from_this(), run = std::move(run)] {
                            if (const auto self = weak.lock()) {
                                run();
                            }
                        },
                        {},
                        {}});
        gateway_->kick();
    }

    /// @param text  The notification. One that nobody wants is left out.
    void on_event(std::string_view text, const std::vector<wanted_event>& wanted) {
        std::string_view name;
        std::string_view data;
        std::uint64_t number = 0;
        codec::message parts;
        if (!protocol::read_plain_event(text, name, number, data)) {
            codec::read_error failure;
            if (!codec::parse_message(text, parts, failure) ||
                !protocol::read_event(parts.params, number, data)) {
                log(log_event::frame_refused, "an event came without seq and data");
                return;
            }
            name = parts.method;
        }
        const std::size_t place = served_.find_event(name);
        if (place < wanted.size() && wanted[place].is_wanted()) {
            runner_.event(place, name, data);
        }
    }

    void on_gap(const gap& missed) { runner_.missed(missed); }
    void on_refused(const refused_subscription& what) { runner_.unsubscribed(what); }

    /// All that is wanted is delivered from here on, for the first time on a connection.
    void on_ready(const stream_state& stream) {
        {
            const std::lock_guard lock(mutex_);
            is_ready_ = broker_ != nullptr;
            if (!is_ready_) {
                return;
            }
        }
        // Where no stream was before, everything that it has is still to come.
        const bool goes_on =
            std::exchange(was_ready_, true) && (epoch_.empty() || stream.created == epoch_);
        epoch_ = stream.created;
        log(log_event::connected, {});
        runner_.connected({options_.url, jetstream_.inbox(), epoch_, goes_on, stream.last});
        ready_.notify_all();
    }

    void log_refusal(const std::string& text) { log(log_event::subscription_refused, text); }

    void log(log_event event, std::string_view text) const {
        if (options_.log) {
            options_.log({event, options_.url, text});
        }
    }

    const asio::any_io_executor executor_;
    const client_options options_;
    std::shared_ptr<session::real_environment> world_;
    const typed::served_gateway served_;
    std::shared_ptr<gateway_queue> gateway_;
    jetstream jetstream_;
    std::shared_ptr<client_calls> calls_;
    subscriber<client_core> subscriber_;
    typed::gateway_runner runner_;
    session::key_generator keys_;
    // The C client's threads may touch neither the executor nor the log after the client's end.
    const std::shared_ptr<session::close_barrier> entrance_ =
        std::make_shared<session::close_barrier>();
    std::mutex start_mutex_;
    mutable std::mutex mutex_;
    std::condition_variable ready_;
    std::shared_ptr<connection> broker_;
    subscription_ptr inbox_;
    std::optional<asio::any_io_executor> work_;  // keeps the loop running
    session::deadline_timer timer_;
    std::string epoch_;       // of the stream; the gateway's strand
    bool was_ready_ = false;  // ever; the gateway's strand
    bool is_ready_ = false;   // connected; guarded
};

/// A client over a broker, as `typed::make_client_core` makes one over sockets.
inline std::shared_ptr<client_core> make_client_core(const asio::any_io_executor& executor,
                                                     client_options&& options,
                                                     const typed::served_gateway& served) {
    return std::make_shared<client_core>(executor, std::move(options), served);
}

}  // namespace rpc::inline v1::nats

#endif  // GATEWIRE_NATS_CLIENT_CORE_HPP
