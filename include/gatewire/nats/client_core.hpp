// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_NATS_CLIENT_CORE_HPP
#define GATEWIRE_NATS_CLIENT_CORE_HPP

#include <gatewire/nats/client_calls.hpp>
#include <gatewire/nats/connection.hpp>
#include <gatewire/nats/event_feed.hpp>
#include <gatewire/nats/gateway_teller.hpp>
#include <gatewire/nats/gateway_work.hpp>
#include <gatewire/nats/mailbox.hpp>
#include <gatewire/session/deadline_timer.hpp>
#include <gatewire/session/real_environment.hpp>
#include <gatewire/typed/served_gateway.hpp>

#include <asio/any_io_executor.hpp>
#include <asio/execution/outstanding_work.hpp>
#include <asio/prefer.hpp>

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rpc::inline v1::nats {

/// A client over NATS without its gateway's type: the connection, calls, events, start and stop.
class client_core final : public connection_user,
                          public feed_user,
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
          mailbox_(make_inbox(), ask_patience),
          calls_(std::make_shared<client_calls>(options_, mailbox_.inbox(), gateway_, *world_)),
          feed_(options_.name, wishes_of(served), options_.after, options_.heartbeat, mailbox_,
                *this),
          teller_(served, options_),
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
            if (link_) {
                return;
            }
        }
        const std::weak_ptr<client_core> weak = weak_from_this();
        auto link = std::make_shared<connection>(facts_of(options_, options_.name + " client"),
                                                 entrance_, weak);
        subscription_ptr inbox =
            link->subscribe(mailbox_.inbox() + ".*", nullptr, [weak](message arrived) {
                if (const auto self = weak.lock()) {
                    self->receive(std::move(arrived));
                }
            });
        {
            const std::lock_guard lock(mutex_);
            link_ = link;
            inbox_ = std::move(inbox);
            work_ = asio::prefer(executor_, asio::execution::outstanding_work.tracked);
        }
        calls_->start();
        if (link->is_up()) {
            on_up();
        }
        arm();
    }

    void stop(const std::string& why) {
        const std::lock_guard starting(start_mutex_);
        std::shared_ptr<connection> link;
        subscription_ptr inbox;
        std::optional<asio::any_io_executor> work;
        {
            const std::lock_guard lock(mutex_);
            link.swap(link_);
            inbox.swap(inbox_);
            work.swap(work_);
            timer_.cancel();
        }
        calls_->stop(why);
        if (link) {
            link->close();
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
        return is_told_;
    }
    bool wait_connected(time_point until) {
        std::unique_lock lock(mutex_);
        return told_.wait_until(lock, until, [this] { return is_told_; });
    }

    void change(std::size_t event, std::vector<std::string> keys, bool is_wanted) {
        post([this, event, keys = std::move(keys), is_wanted] {
            feed_.change(event, keys, is_wanted, world_->now());
        });
    }

    const client_options& options() const noexcept { return options_; }
    client_calls& calls() noexcept { return *calls_; }
    const event_feed& feed() const noexcept { return feed_; }
    gateway_queue& gateway() noexcept { return *gateway_; }
    const std::shared_ptr<session::real_environment>& world() const noexcept { return world_; }
    std::string_view event_name(std::size_t event) const { return served_.events[event].name; }
    std::string_view method_name(std::size_t method) const { return served_.methods[method].name; }

private:
    static constexpr std::chrono::seconds ask_patience{2};
    static constexpr std::chrono::milliseconds look_interval{100};

    static std::vector<event_wish> wishes_of(const typed::served_gateway& served) {
        std::vector<event_wish> wishes;
        for (const typed::entry_facts& event : served.events) {
            wishes.push_back({event.name});
        }
        return wishes;
    }

    // On threads of the C client: nothing of the gateway's is run here.

    void on_up() override {
        std::shared_ptr<connection> link;
        {
            const std::lock_guard lock(mutex_);
            link = link_;
        }
        if (link) {
            calls_->open(link);
            post([this, link] { feed_.open(link, world_->now()); });
        }
    }

    void on_down(const std::string& why) override {
        calls_->close(why);
        mailbox_.look(world_->now(), true);
        lose(error(errc::connection_lost, why));
        log(log_event::disconnected, why);
    }

    void receive(message arrived) {
        if (!calls_->receive(arrived)) {
            mailbox_.receive(arrived);
        }
    }

    subscription_ptr subscribe(connection& link, const std::string& subject,
                               std::uint64_t ticket) override {
        return link.subscribe(subject, nullptr, [weak = weak_from_this(), ticket](message arrived) {
            if (const auto self = weak.lock()) {
                const auto held = std::make_shared<message>(std::move(arrived));
                self->post([core = self.get(), ticket, held] {
                    core->feed_.receive(ticket, *held, core->world_->now());
                });
            }
        });
    }

    void lose(const error& why) {
        {
            const std::lock_guard lock(mutex_);
            is_told_ = false;
        }
        post([this, why] {
            feed_.close();
            teller_.disconnected(why);
        });
    }

    // On the executor.

    void arm() {
        const std::lock_guard lock(mutex_);
        if (link_) {
            timer_.arm(world_->now() + look_interval, *this);
        }
    }

    void on_wake() override {
        {
            const std::lock_guard lock(mutex_);
            timer_.disarmed();
        }
        mailbox_.look(world_->now());
        post([this] { feed_.look(world_->now()); });
        arm();
    }

    // On the gateway's strand.

    void post(std::function<void()> run) override {
        gateway_->push({[weak = weak_from_this(), run = std::move(run)] {
                            if (const auto self = weak.lock()) {
                                run();
                            }
                        },
                        {},
                        {}});
        gateway_->kick();
    }

    void take_event(std::string_view text, const std::vector<event_wish>& wishes) override {
        teller_.event(text, wishes);
    }

    void take_gap(const gap& missed) override { teller_.missed(missed); }
    void take_refusal(const refused_subscription& what) override { teller_.unsubscribed(what); }

    void take_ready(const stream_state& stream) override {
        {
            const std::lock_guard lock(mutex_);
            is_told_ = link_ != nullptr;
            if (!is_told_) {
                return;
            }
        }
        // Where no stream was before, everything that it has is still to come.
        const bool goes_on =
            std::exchange(was_told_, true) && (epoch_.empty() || stream.created == epoch_);
        epoch_ = stream.created;
        log(log_event::connected, {});
        teller_.connected({options_.url, mailbox_.inbox(), epoch_, goes_on, stream.last});
        told_.notify_all();
    }

    void log_refusal(const std::string& text) override {
        log(log_event::subscription_refused, text);
    }

    void log(log_event event, const std::string& text) const {
        if (options_.log) {
            options_.log({event, options_.url, text});
        }
    }

    const asio::any_io_executor executor_;
    const client_options options_;
    std::shared_ptr<session::real_environment> world_;
    const typed::served_gateway served_;
    std::shared_ptr<gateway_queue> gateway_;
    mailbox mailbox_;
    std::shared_ptr<client_calls> calls_;
    event_feed feed_;
    gateway_teller teller_;
    // The C client's threads may touch neither the executor nor the log after the client's end.
    const std::shared_ptr<session::gate> entrance_ = std::make_shared<session::gate>();
    std::mutex start_mutex_;
    mutable std::mutex mutex_;
    std::condition_variable told_;
    std::shared_ptr<connection> link_;
    subscription_ptr inbox_;
    std::optional<asio::any_io_executor> work_;  // keeps the loop running
    session::deadline_timer timer_;
    std::string epoch_;      // of the stream; the gateway's strand
    bool was_told_ = false;  // ever; the gateway's strand
    bool is_told_ = false;   // connected; guarded
};

}  // namespace rpc::inline v1::nats

#endif  // GATEWIRE_NATS_CLIENT_CORE_HPP
