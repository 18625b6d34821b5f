// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_NATS_SUBSCRIBER_HPP
#define GATEWIRE_NATS_SUBSCRIBER_HPP

#include <gatewire/nats/connection.hpp>
#include <gatewire/nats/jetstream.hpp>
#include <gatewire/nats/options.hpp>
#include <gatewire/nats/subscriptions.hpp>
#include <gatewire/protocol/time.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rpc::inline v1::nats {

/// The events of a client: asks the streams for what is wanted, from where it had come to, and asks
/// again whenever they fall silent. All of it happens on the gateway's strand.
///
/// @tparam Owner  `client_core`: subscribes, and hands on what is received.
template <class Owner>
class subscriber {
public:
    using time_point = protocol::time_point;

    subscriber(const client_options& options, std::vector<wanted_event> wanted, jetstream& requests,
               Owner& owner)
        : name_(options.name),
          wanted_(std::move(wanted)),
          heartbeat_((std::max)(protocol::wire_milliseconds(options.heartbeat), heartbeat_min)),
          jetstream_(requests),
          owner_(owner),
          streams_{
              followed_stream{name_, false,
                              options.after ? std::optional(*options.after + 1) : std::nullopt},
              followed_stream{latest_stream(name_), true, std::nullopt}} {}

    void open(std::shared_ptr<connection> broker, time_point now) {
        broker_ = std::move(broker);
        is_ready_ = false;
        suspend();
        request_state(now);
    }

    void close() {
        broker_.reset();
        suspend();
    }

    void change(std::size_t event, const std::vector<std::string>& keys, bool is_wanted,
                time_point now) {
        wanted_[event].change(keys, is_wanted);
        if (broker_) {
            request_state(now);
        }
    }

    /// A message was delivered.
    /// @param delivery  The number of the subscription that it is for.
    void receive(std::uint64_t delivery, const message& arrived, time_point now) {
        subscription* const selected = find(delivery);
        const std::string_view status = arrived.header("Status");
        const auto facts = status.empty() ? read_delivery(arrived.reply()) : std::nullopt;
        if (selected == nullptr) {
            return;
        }
        selected->last_received = now;
        if (status == "100") {
            respond_to_control(arrived);
        } else if (!facts || facts->delivery_number != ++selected->delivered) {
            reopen(*selected, now);  // It was lost on its way, or the broker gave the delivery up.
        } else {
            take(*selected, facts->stream_number, arrived);
        }
    }

    /// Asks again for what has fallen silent.
    void look(time_point now) {
        if (!broker_) {
            return;
        }
        for (followed_stream& one : streams_) {
            for (subscription& selected : one.subscriptions) {
                if (selected.is_open &&
                    now > protocol::after(selected.last_received, 3 * heartbeat_)) {
                    reopen(selected, now);
                }
            }
        }
        if (now >= next_look_) {
            request_state(now);
        }
    }

    /// The last event of the stream that was handed over, with all before it that were wanted. Any
    /// thread may ask.
    std::uint64_t position() const noexcept { return position_.load(std::memory_order_acquire); }

private:
    static constexpr std::chrono::milliseconds retry_wait{500};
    static constexpr std::uint32_t heartbeat_min = 100;  // ms; a broker refuses less

    void suspend() {
        for (followed_stream& one : streams_) {
            one.suspend();
        }
    }

    bool wants_events() const {
        return std::any_of(wanted_.begin(), wanted_.end(),
                           [](const wanted_event& one) { return one.is_wanted(); });
    }

    /// Asks what the streams are like, and then for what is wanted of them.
    void request_state(time_point now) {
        next_look_ = protocol::never;
        if (!wants_events()) {
            for (followed_stream& one : streams_) {
                one.is_known = true;
                one.subscriptions.clear();
            }
            report_if_ready();
            return;
        }
        for (std::size_t at = 0; at < streams_.size(); ++at) {
            ask({"STREAM.INFO." + streams_[at].stream}, now,
                [this, at, now](const nlohmann::json* response) { take_state(at, response, now); });
        }
    }

    void ask(const jetstream::request& one, time_point now,
             std::function<void(const nlohmann::json*)> take) {
        jetstream_.ask(
            *broker_, one, now,
            [this, broker = broker_, take = std::move(take)](const nlohmann::json* response) {
                auto copy = response == nullptr ? std::nullopt : std::optional(*response);
                owner_.post([this, broker, take, copy = std::move(copy)] {
                    if (broker == broker_) {
                        take(copy ? &*copy : nullptr);
                    }
                });
            });
    }

    void take_state(std::size_t at, const nlohmann::json* response, time_point now) {
        followed_stream& one = streams_[at];
        if (response == nullptr ||
            (error_number(*response) != 0 && error_number(*response) != stream_not_found)) {
            if (response != nullptr) {
                owner_.log_refusal("the stream '" + one.stream + "': " + error_words(response));
            }
            next_look_ = (std::min)(next_look_, now + retry_wait);
            return;
        }
        one.is_known = true;
        if (error_number(*response) == stream_not_found) {
            // No engine has been there yet. All that it will publish is wanted.
            one.state.reset();
            one.begin = one.begin.value_or(1);
            next_look_ = (std::min)(next_look_, now + retry_wait);
        } else {
            one.state = read_stream_state(*response);
            std::vector<std::string> refused;
            one.subscriptions =
                merge_plans(std::move(one.subscriptions),
                            plan_subscriptions(name_, one, wanted_, refused), one.begin);
            for (const std::string& event : refused) {
                refuse_keys(event);
            }
            for (subscription& selected : one.subscriptions) {
                if (selected.delivery == 0) {
                    begin(at, selected, now);
                }
            }
            if (lacks_events()) {
                one.begin = one.begin.value_or(one.state->last + 1);
                next_look_ = (std::min)(next_look_, now + retry_wait);
            }
        }
        report_if_ready();
    }

    void refuse_keys(const std::string& event) {
        const std::string why = "the event '" + event + "' has no keys";
        for (const wanted_event& one : wanted_) {
            if (one.name == event) {
                owner_.on_refused(
                    {event, {one.keys.begin(), one.keys.end()}, error(errc::invalid_params, why)});
            }
        }
        owner_.log_refusal(why);
    }

    /// Whether an event is wanted that no stream has; an engine that publishes it may come.
    bool lacks_events() const {
        return std::any_of(wanted_.begin(), wanted_.end(), [this](const wanted_event& event) {
            return event.is_wanted() &&
                   std::none_of(streams_.begin(), streams_.end(), [&](const followed_stream& one) {
                       return one.state && has_event(*one.state, name_, event.name);
                   });
        });
    }

    void begin(std::size_t at, subscription& selected, time_point now) {
        const auto& state = streams_[at].state;
        if (const auto missed = state ? selected.meet(*state) : std::nullopt) {
            owner_.on_gap(*missed);
        }
        selected.delivery = ++last_delivery_;
        selected.delivered = 0;
        selected.last_received = now;
        const std::string subject = jetstream_.inbox() + ".d." + std::to_string(selected.delivery);
        selected.handle = owner_.subscribe(*broker_, subject, selected.delivery);
        ask({"CONSUMER.CREATE." + selected.stream, consumer_request(selected, subject, heartbeat_)},
            now, [this, at, delivery = selected.delivery, now](const nlohmann::json* response) {
                take_begun(at, delivery, response, now);
            });
    }

    void take_begun(std::size_t at, std::uint64_t delivery, const nlohmann::json* response,
                    time_point now) {
        subscription* const selected = find(delivery);
        if (selected == nullptr) {
            return;
        }
        if (response == nullptr || error_number(*response) != 0) {
            owner_.log_refusal("the events " + selected->stream + " " + selected->filter + ": " +
                               error_words(response));
            selected->delivery = 0;
            next_look_ = (std::min)(next_look_, now + retry_wait);
            return;
        }
        selected->is_open = true;
        if (!lacks_events()) {
            streams_[at].begin.reset();  // What is asked for later begins when it is asked for.
        }
        if (!selected->next && !selected->is_latest) {
            const nlohmann::json delivered = response->value("delivered", nlohmann::json::object());
            selected->next = delivered.value("stream_seq", std::uint64_t{0}) + 1;
        }
        note_position();
        report_if_ready();
    }

    void report_if_ready() {
        const bool is_all = std::all_of(streams_.begin(), streams_.end(),
                                        [](const followed_stream& one) { return one.is_open(); });
        if (is_all && !std::exchange(is_ready_, true)) {
            owner_.on_ready(streams_[0].state.value_or(stream_state{}));
        }
    }

    void respond_to_control(const message& arrived) {
        const std::string_view stalled = arrived.header("Nats-Consumer-Stalled");
        const std::string reply(arrived.reply().empty() ? stalled : arrived.reply());
        if (broker_ && !reply.empty()) {
            broker_->publish(reply, nullptr, {});
        }
    }

    void take(subscription& selected, std::uint64_t number, const message& arrived) {
        if (!selected.is_latest && selected.next && number < *selected.next) {
            return;
        }
        if (selected.is_whole_stream() && selected.next && number > *selected.next) {
            owner_.on_gap({*selected.next, number - 1, "the stream keeps them no longer"});
        }
        selected.next = number + 1;
        owner_.on_event(arrived.data(), wanted_);
        note_position();
    }

    void note_position() {
        if (const auto next = streams_[0].next()) {
            position_.store(*next - 1, std::memory_order_release);
        }
    }

    void reopen(subscription& selected, time_point now) {
        selected.suspend();
        next_look_ = (std::min)(next_look_, now);
    }

    subscription* find(std::uint64_t delivery) {
        auto* const found = streams_[0].find(delivery);
        return found != nullptr ? found : streams_[1].find(delivery);
    }

    const std::string name_;
    std::vector<wanted_event> wanted_;
    const std::chrono::milliseconds heartbeat_;
    jetstream& jetstream_;
    Owner& owner_;
    std::array<followed_stream, 2> streams_;
    std::shared_ptr<connection> broker_;
    std::uint64_t last_delivery_ = 0;
    time_point next_look_ = protocol::never;
    std::atomic<std::uint64_t> position_{0};
    bool is_ready_ = false;
};

}  // namespace rpc::inline v1::nats

#endif  // GATEWIRE_NATS_SUBSCRIBER_HPP
