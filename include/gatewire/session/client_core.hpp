// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_CLIENT_CORE_HPP
#define GATEWIRE_SESSION_CLIENT_CORE_HPP

#include <gatewire/options.hpp>
#include <gatewire/protocol/backoff.hpp>
#include <gatewire/protocol/wanted_events.hpp>
#include <gatewire/session/call_queue.hpp>
#include <gatewire/session/client_link.hpp>
#include <gatewire/session/connector.hpp>
#include <gatewire/session/gateway_item.hpp>
#include <gatewire/session/strand_queue.hpp>
#include <gatewire/session_info.hpp>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace rpc::inline v1::session {

/// A client without its gateway's type: connects and reconnects, keeps the calls and what is
/// subscribed to, and hands answers and events to the gateway's strand.
///
/// Mutexes are taken in the order client, then link, and neither while the user's code runs.
class client_core final : public link_owner, public std::enable_shared_from_this<client_core> {
public:
    using clock = std::chrono::steady_clock;

    client_core(const asio::any_io_executor& executor, client_options options,
                protocol::client_contract contract, std::function<void(gateway_batch&)> run)
        : executor_(executor),
          options_(std::move(options)),
          contract_(std::move(contract)),
          wanted_(names_of(contract_.events)),
          run_(std::move(run)),
          gateway_(std::make_shared<strand_queue<gateway_batch>>(executor, run_)),
          backoff_(options_.backoff_min, options_.backoff_max, std::random_device{}()),
          calls_(options_.limits),
          retry_timer_(executor),
          call_timer_(executor) {}

    /// @throws rpc::error  `invalid_address`.
    void start() {
        protocol::address address = protocol::parse_address(options_.address);
        const std::lock_guard lock(mutex_);
        if (is_running_) {
            return;
        }
        is_running_ = true;
        address_ = std::move(address);
        backoff_.reset();
        connect();
    }

    /// Ends the connection and every call; does nothing when stopped.
    void stop(const std::string& why) {
        std::vector<failed_call> failed;
        std::shared_ptr<client_link> link;
        {
            const std::lock_guard lock(mutex_);
            if (!is_running_) {
                return;
            }
            is_running_ = false;
            retry_timer_.cancel();
            call_timer_.cancel();
            call_timer_armed_ = protocol::never;
            if (connector_) {
                connector_->cancel();
                connector_.reset();
            }
            link = std::move(link_);
            link_.reset();
            failed = calls_.take_all(error(errc::cancelled, why));
            end_session({errc::cancelled, why});
        }
        if (link) {
            link->close({errc::cancelled, why});
        }
        fail(failed);
        gateway_->kick();
        log(log_event::stopped, {});
    }

    /// Stops and keeps away from the gateway from here on. What it was not told yet is told here:
    /// calls end, and a `disconnected` follows the `connected` before it.
    void shut() {
        stop("the client was destroyed");
        bool was_told = true;
        for (gateway_batch& dropped : gateway_->close()) {
            std::erase_if(dropped.items, [&was_told](const gateway_item& item) {
                if (item.completion) {
                    item.completion->fail(error(errc::cancelled, "the client was destroyed",
                                                outcome::may_have_run));
                } else if (item.what == gateway_item::kind::connected) {
                    was_told = false;
                } else if (item.what == gateway_item::kind::disconnected) {
                    return !std::exchange(was_told, true);
                }
                return true;
            });
            run_(dropped);
        }
    }

    /// Takes a call; its completion runs later, never inside of this.
    /// @return The call's id, for `cancel`.
    protocol::call_id submit(outgoing_call call) {
        const time_point now = clock::now();
        std::shared_ptr<client_link> link;
        std::optional<error> refused;
        protocol::call_id id = 0;
        {
            const std::lock_guard lock(mutex_);
            refused = !is_running_ ? error(errc::not_connected, "the client is not started",
                                           outcome::not_sent)
                                   : calls_.refusal(call, link_.get(), is_ready_);
            if (!refused) {
                link = is_ready_ ? link_ : nullptr;
                id = calls_.add(std::move(call), link.get(), now);
                arm_call_timer();
            }
        }
        if (refused) {
            if (!call.completion) {
                throw *refused;
            }
            asio::post(executor_, [completion = std::move(call.completion),
                                   why = std::move(*refused)] { completion->fail(why); });
        } else if (link) {
            link->flush();
        }
        return id;
    }

    /// Ends a call for this side and tells the server; does nothing if it has ended.
    void cancel(protocol::call_id id) { give_up(id, errc::cancelled, "the call was cancelled"); }

    /// The same because its time is over. @return Whether the call had not ended yet.
    bool expire(protocol::call_id id) {
        return give_up(id, errc::deadline_exceeded, "no answer in time");
    }

    void change(std::size_t event, std::vector<std::string> keys, bool is_wanted) {
        std::shared_ptr<client_link> link;
        {
            const std::lock_guard lock(mutex_);
            protocol::subscription wish =
                is_wanted ? wanted_.subscribe(event, std::move(keys))
                          : wanted_.unsubscribe(event, std::move(keys));
            if (link_ && is_ready_) {
                link = link_;
                link->change(wish, is_wanted);
            } else {
                late_changes_.emplace_back(std::move(wish), is_wanted);
            }
        }
        if (link) {
            link->flush();
        }
    }

    bool is_connected() const {
        const std::lock_guard lock(mutex_);
        return is_ready_;
    }

    /// Waits on this thread until the client is connected.
    bool wait_connected(time_point until) {
        std::unique_lock lock(mutex_);
        return connected_.wait_until(lock, until, [this] { return is_ready_; });
    }

    strand_queue<gateway_batch>& gateway() noexcept { return *gateway_; }
    const client_options& options() const noexcept { return options_; }
    const protocol::client_contract& contract() const noexcept { return contract_; }

    void log(log_event event, std::string_view text) const {
        if (options_.log) {
            options_.log({event, options_.address, text});
        }
    }

    /// Takes back the bytes of a batch that was run.
    void recycle(gateway_batch& batch) {
        const std::lock_guard lock(mutex_);
        spare_.swap(batch.bytes);
    }

private:
    static std::vector<std::string_view> names_of(
        const std::vector<protocol::entry_description>& entries) {
        std::vector<std::string_view> names;
        for (const protocol::entry_description& entry : entries) {
            names.push_back(entry.name);
        }
        return names;
    }

    bool give_up(protocol::call_id id, errc code, std::string_view text) {
        std::shared_ptr<client_link> link;
        std::optional<failed_call> ended;
        {
            const std::lock_guard lock(mutex_);
            ended = calls_.take(id, code, text);
            if (ended && ended->why.outcome() != outcome::not_sent && is_ready_) {
                link = link_;
                link->give_up(id);
            }
        }
        if (link) {
            link->flush();
        }
        if (ended) {
            ended->completion->fail(ended->why);
        }
        return ended.has_value();
    }

    static void fail(const std::vector<failed_call>& failed) {
        for (const failed_call& call : failed) {
            call.completion->fail(call.why);
        }
    }

    // Connecting. With the mutex held.

    void connect() {
        const std::weak_ptr<client_core> weak = weak_from_this();
        connector_ = std::make_shared<connector>(
            executor_, address_, options_.limits.connect_deadline,
            [weak](stream_socket socket, const std::string& failure) {
                if (const auto self = weak.lock()) {
                    self->on_connect(std::move(socket), failure);
                }
            });
        connector_->start();
    }

    void on_connect(stream_socket socket, const std::string& failure) {
        std::shared_ptr<client_link> link;
        {
            const std::lock_guard lock(mutex_);
            if (!is_running_) {
                return;
            }
            connector_.reset();
            if (failure.empty()) {
                const client_limits& limits = options_.limits;
                link = std::make_shared<client_link>(
                    std::move(socket), options_.address, shared_from_this(), contract_,
                    protocol::client_times{limits.connect_deadline, options_.heartbeat,
                                           options_.heartbeat_timeout},
                    limits.frame_size_max,
                    protocol::link_bounds{limits.frame_deadline, limits.write_deadline,
                                          limits.queue_hard_max, limits.write_deadline,
                                          2 * limits.queue_hard_max});
                link_ = link;
                late_changes_.clear();
            }
        }
        if (link) {
            link->open();
        } else {
            retry({errc::connection_refused, failure});
        }
    }

    void retry(const close_reason& why) {
        std::chrono::milliseconds pause{};
        {
            const std::lock_guard lock(mutex_);
            if (!is_running_) {
                return;
            }
            pause = backoff_.next();
            retry_timer_.expires_after(pause);
            retry_timer_.async_wait(
                [weak = weak_from_this()](const asio::error_code& aborted) {
                    const auto self = weak.lock();
                    if (self && !aborted) {
                        const std::lock_guard again(self->mutex_);
                        if (self->is_running_ && !self->link_ && !self->connector_) {
                            self->connect();
                        }
                    }
                });
        }
        log(log_event::connect_failed,
            why.text + "; next try in " + std::to_string(pause.count()) + " ms");
    }

    // What the link says.

    std::vector<protocol::subscription> wanted() override {
        const std::lock_guard lock(mutex_);
        late_changes_.clear();
        return wanted_.all();
    }

    void on_received(const std::shared_ptr<client_link>& from, received_frames& frames) override {
        gateway_batch batch;
        std::vector<gateway_item> direct;
        std::deque<std::string> copies;
        std::vector<failed_call> failed;
        {
            const std::lock_guard lock(mutex_);
            if (link_ != from) {
                return;
            }
            for (std::size_t at = 0; at <= frames.deliveries.size(); ++at) {
                if (frames.is_ready && at == frames.before_ready) {
                    failed = begin_session(*from, batch);
                }
                if (at < frames.deliveries.size()) {
                    deliver(frames.deliveries[at], batch, direct);
                }
            }
            if (is_ready_) {
                calls_.send_waiting(*from, clock::now());
            }
            if (!batch.items.empty()) {
                // From here on the bytes belong to another thread.
                for (gateway_item& item : direct) {
                    item.text = copies.emplace_back(item.text);
                }
                batch.bytes = std::exchange(frames.bytes, std::move(spare_));
                gateway_->push(std::move(batch));
            }
        }
        for (const std::string& notice : frames.notices) {
            log(log_event::contract_differs, notice);
        }
        for (const gateway_item& item : direct) {
            item.complete();
        }
        fail(failed);
    }

    void after_received() override { gateway_->kick(); }

    void deliver(const protocol::delivery& what, gateway_batch& batch,
                 std::vector<gateway_item>& direct) {
        gateway_item item;
        item.text = what.text;
        if (what.what == protocol::delivery::kind::event) {
            item.what = gateway_item::kind::event;
            item.event = static_cast<std::size_t>(what.number);
            batch.items.push_back(std::move(item));
            return;
        }
        item.completion = calls_.take_answered(what.number);
        item.what = what.what == protocol::delivery::kind::result ? gateway_item::kind::result
                                                                  : gateway_item::kind::error;
        if (item.completion) {
            (item.completion->is_direct() ? direct : batch.items).push_back(std::move(item));
        }
    }

    std::vector<failed_call> begin_session(client_link& link, gateway_batch& batch) {
        const protocol::hello_answer& welcome = link.connection().welcome();
        is_ready_ = true;
        backoff_.reset();
        for (const auto& [wish, is_wanted] : std::exchange(late_changes_, {})) {
            link.change(wish, is_wanted);
        }
        gateway_item item;
        item.what = gateway_item::kind::connected;
        item.news = std::make_shared<session_news>(
            session_info{options_.address, welcome.session, welcome.epoch, welcome.resumed,
                         welcome.event_position});
        batch.items.push_back(item);
        if (auto missed = missed_events(welcome)) {
            item.what = gateway_item::kind::gap;
            item.news = std::make_shared<session_news>(std::move(*missed));
            batch.items.push_back(std::move(item));
        }
        epoch_ = welcome.epoch;
        last_event_ = welcome.event_position;
        connected_.notify_all();
        return calls_.open_window(link);
    }

    /// What was published between the last session and this one, as far as it can be told.
    std::optional<gap> missed_events(const protocol::hello_answer& welcome) const {
        if (epoch_.empty() || contract_.events.empty()) {
            return std::nullopt;
        }
        if (epoch_ != welcome.epoch) {
            return gap{0, welcome.event_position, "the server was started anew"};
        }
        if (welcome.event_position <= last_event_) {
            return std::nullopt;
        }
        return gap{last_event_ + 1, welcome.event_position, "the connection was lost"};
    }

    void on_link_closed(const std::shared_ptr<client_link>& which,
                        const close_reason& why) override {
        std::vector<failed_call> failed;
        bool was_ready = false;
        {
            const std::lock_guard lock(mutex_);
            if (link_ != which) {
                return;
            }
            was_ready = is_ready_;
            last_event_ = (std::max)(last_event_, which->connection().last_event);
            link_.reset();
            failed = calls_.take_sent(error(errc::connection_lost,
                                            "the connection was lost: " + why.text,
                                            outcome::may_have_run));
            end_session(why);
        }
        fail(failed);
        gateway_->kick();
        if (was_ready) {
            log(log_event::disconnected, why.text);
        }
        retry(why);
    }

    /// With the mutex held: pairs every `connected` with a `disconnected`.
    void end_session(const close_reason& why) {
        if (!is_ready_) {
            return;
        }
        is_ready_ = false;
        gateway_item item;
        item.what = gateway_item::kind::disconnected;
        item.news = std::make_shared<session_news>(error(why.code, why.text));
        gateway_batch batch;
        batch.items.push_back(std::move(item));
        gateway_->push(std::move(batch));
    }

    // Deadlines of calls. With the mutex held.

    void arm_call_timer() {
        const time_point next = calls_.earliest_deadline();
        if (next >= call_timer_armed_) {
            return;
        }
        call_timer_armed_ = next;
        call_timer_.expires_at(next);
        call_timer_.async_wait([weak = weak_from_this()](const asio::error_code& aborted) {
            const auto self = weak.lock();
            if (self && !aborted) {
                self->on_call_timer();
            }
        });
    }

    void on_call_timer() {
        std::vector<failed_call> failed;
        std::shared_ptr<client_link> link;
        {
            const std::lock_guard lock(mutex_);
            call_timer_armed_ = protocol::never;
            failed = calls_.take_expired(clock::now());
            if (is_ready_) {
                link = link_;
                for (const failed_call& call : failed) {
                    if (call.why.outcome() != outcome::not_sent) {
                        link->give_up(call.id);
                    }
                }
            }
            arm_call_timer();
        }
        if (link) {
            link->flush();
        }
        fail(failed);
    }

    asio::any_io_executor executor_;
    const client_options options_;
    const protocol::client_contract contract_;
    mutable std::mutex mutex_;
    std::condition_variable connected_;
    protocol::wanted_events wanted_;
    std::vector<std::pair<protocol::subscription, bool>> late_changes_;
    std::function<void(gateway_batch&)> run_;
    std::shared_ptr<strand_queue<gateway_batch>> gateway_;
    protocol::backoff backoff_;
    protocol::address address_;
    call_queue calls_;
    asio::steady_timer retry_timer_;
    asio::steady_timer call_timer_;
    time_point call_timer_armed_ = protocol::never;
    std::shared_ptr<connector> connector_;
    std::shared_ptr<client_link> link_;
    wire::buffer spare_;
    std::string epoch_;
    std::uint64_t last_event_ = 0;
    bool is_running_ = false;
    bool is_ready_ = false;
};

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_CLIENT_CORE_HPP
