// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_NATS_EVENT_FEED_HPP
#define GATEWIRE_NATS_EVENT_FEED_HPP

#include <gatewire/nats/connection.hpp>
#include <gatewire/nats/event_plan.hpp>
#include <gatewire/nats/event_source.hpp>
#include <gatewire/nats/feed_user.hpp>
#include <gatewire/nats/mailbox.hpp>

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
class event_feed {
public:
    using time_point = protocol::time_point;

    /// @param begin  The last event that an earlier life of the program had handled.
    event_feed(std::string name, std::vector<event_wish> wishes, std::optional<std::uint64_t> begin,
               std::chrono::milliseconds heartbeat, mailbox& post, feed_user& user)
        : name_(std::move(name)),
          wishes_(std::move(wishes)),
          heartbeat_((std::max)(protocol::told_milliseconds(heartbeat), heartbeat_min)),
          mailbox_(post),
          user_(user),
          parts_{feed_part{name_, false, begin ? std::optional(*begin + 1) : std::nullopt},
                 feed_part{latest_stream(name_), true, std::nullopt}} {}

    void open(std::shared_ptr<connection> link, time_point now) {
        link_ = std::move(link);
        is_ready_ = false;
        suspend();
        inquire(now);
    }

    void close() {
        link_.reset();
        suspend();
    }

    void change(std::size_t event, const std::vector<std::string>& keys, bool is_wanted,
                time_point now) {
        wishes_[event].change(keys, is_wanted);
        if (link_) {
            inquire(now);
        }
    }

    /// A message was delivered under a ticket.
    void receive(std::uint64_t ticket, const message& arrived, time_point now) {
        event_source* const source = find(ticket);
        const std::string_view status = arrived.header("Status");
        const auto facts = status.empty() ? read_delivery(arrived.reply()) : std::nullopt;
        if (source == nullptr) {
            return;
        }
        source->heard = now;
        if (status == "100") {
            answer_control(arrived);
        } else if (!facts || facts->delivery_number != ++source->delivered) {
            reopen(*source, now);  // It was lost on its way, or the broker gave the delivery up.
        } else {
            take(*source, facts->stream_number, arrived);
        }
    }

    /// Asks again for what has fallen silent.
    void look(time_point now) {
        if (!link_) {
            return;
        }
        for (feed_part& one : parts_) {
            for (event_source& source : one.sources) {
                if (source.is_open && now > protocol::after(source.heard, 3 * heartbeat_)) {
                    reopen(source, now);
                }
            }
        }
        if (now >= next_inquiry_) {
            inquire(now);
        }
    }

    /// The last event of the stream that was handed over, with all before it that were wanted. Any
    /// thread may ask.
    std::uint64_t position() const noexcept { return position_.load(std::memory_order_acquire); }

private:
    static constexpr std::chrono::milliseconds retry_wait{500};
    static constexpr std::uint32_t heartbeat_min = 100;  // ms; a broker refuses less

    void suspend() {
        for (feed_part& one : parts_) {
            one.suspend();
        }
    }

    bool wants_events() const {
        return std::any_of(wishes_.begin(), wishes_.end(),
                           [](const event_wish& wish) { return wish.is_wanted(); });
    }

    /// Asks what the streams are like, and then for what is wanted of them.
    void inquire(time_point now) {
        next_inquiry_ = protocol::never;
        if (!wants_events()) {
            for (feed_part& one : parts_) {
                one.is_known = true;
                one.sources.clear();
            }
            tell_if_ready();
            return;
        }
        for (std::size_t at = 0; at < parts_.size(); ++at) {
            ask("STREAM.INFO." + parts_[at].stream, nullptr, now,
                [this, at, now](const nlohmann::json* answer) { take_state(at, answer, now); });
        }
    }

    void ask(const std::string& what, const nlohmann::json& question, time_point now,
             std::function<void(const nlohmann::json*)> take) {
        mailbox_.ask(*link_, what, question, now,
                     [this, link = link_, take = std::move(take)](const nlohmann::json* answer) {
                         auto copy = answer == nullptr ? std::nullopt : std::optional(*answer);
                         user_.post([this, link, take, copy = std::move(copy)] {
                             if (link == link_) {
                                 take(copy ? &*copy : nullptr);
                             }
                         });
                     });
    }

    void take_state(std::size_t at, const nlohmann::json* answer, time_point now) {
        feed_part& one = parts_[at];
        if (answer == nullptr ||
            (error_number(*answer) != 0 && error_number(*answer) != stream_not_found)) {
            if (answer != nullptr) {
                user_.log_refusal("the stream '" + one.stream + "': " + error_words(answer));
            }
            next_inquiry_ = (std::min)(next_inquiry_, now + retry_wait);
            return;
        }
        one.is_known = true;
        if (error_number(*answer) == stream_not_found) {
            // No engine has been there yet. All that it will publish is wanted.
            one.state.reset();
            one.begin = one.begin.value_or(1);
            next_inquiry_ = (std::min)(next_inquiry_, now + retry_wait);
        } else {
            one.state = read_stream_state(*answer);
            std::vector<std::string> refused;
            one.sources = merge_plans(
                std::move(one.sources),
                plan_sources(name_, one.stream, one.is_latest, *one.state, wishes_, refused),
                one.begin);
            for (const std::string& event : refused) {
                refuse_keys(event);
            }
            for (event_source& source : one.sources) {
                if (source.ticket == 0) {
                    begin(at, source, now);
                }
            }
            if (lacks_events()) {
                one.begin = one.begin.value_or(one.state->last + 1);
                next_inquiry_ = (std::min)(next_inquiry_, now + retry_wait);
            }
        }
        tell_if_ready();
    }

    void refuse_keys(const std::string& event) {
        const std::string why = "the event '" + event + "' has no keys";
        for (const event_wish& wish : wishes_) {
            if (wish.name == event) {
                user_.take_refusal({event,
                                    {wish.keys.begin(), wish.keys.end()},
                                    error(errc::invalid_params, why)});
            }
        }
        user_.log_refusal(why);
    }

    /// Whether an event is wanted that no stream has; an engine that publishes it may come.
    bool lacks_events() const {
        return std::any_of(wishes_.begin(), wishes_.end(), [this](const event_wish& wish) {
            return wish.is_wanted() &&
                   std::none_of(parts_.begin(), parts_.end(), [&](const feed_part& one) {
                       return one.state && has_event(*one.state, name_, wish.name);
                   });
        });
    }

    void begin(std::size_t at, event_source& source, time_point now) {
        const auto& state = parts_[at].state;
        if (const auto missed = state ? source.meet(*state) : std::nullopt) {
            user_.take_gap(*missed);
        }
        source.ticket = ++last_ticket_;
        source.delivered = 0;
        source.heard = now;
        const std::string subject = mailbox_.inbox() + ".d." + std::to_string(source.ticket);
        source.subscription = user_.subscribe(*link_, subject, source.ticket);
        ask("CONSUMER.CREATE." + source.stream, consumer_question(source, subject, heartbeat_), now,
            [this, at, ticket = source.ticket, now](const nlohmann::json* answer) {
                take_begun(at, ticket, answer, now);
            });
    }

    void take_begun(std::size_t at, std::uint64_t ticket, const nlohmann::json* answer,
                    time_point now) {
        event_source* const source = find(ticket);
        if (source == nullptr) {
            return;
        }
        if (answer == nullptr || error_number(*answer) != 0) {
            user_.log_refusal("the events " + source->stream + " " + source->filter + ": " +
                              error_words(answer));
            source->ticket = 0;
            next_inquiry_ = (std::min)(next_inquiry_, now + retry_wait);
            return;
        }
        source->is_open = true;
        if (!lacks_events()) {
            parts_[at].begin.reset();  // What is asked for later begins when it is asked for.
        }
        if (!source->next && !source->is_latest) {
            const nlohmann::json delivered = answer->value("delivered", nlohmann::json::object());
            source->next = delivered.value("stream_seq", std::uint64_t{0}) + 1;
        }
        note_position();
        tell_if_ready();
    }

    void tell_if_ready() {
        const bool is_all = std::all_of(parts_.begin(), parts_.end(),
                                        [](const feed_part& one) { return one.is_open(); });
        if (is_all && !std::exchange(is_ready_, true)) {
            user_.take_ready(parts_[0].state.value_or(stream_state{}));
        }
    }

    void answer_control(const message& arrived) {
        const std::string_view stalled = arrived.header("Nats-Consumer-Stalled");
        const std::string reply(arrived.reply().empty() ? stalled : arrived.reply());
        if (link_ && !reply.empty()) {
            link_->publish(reply, nullptr, {});
        }
    }

    void take(event_source& source, std::uint64_t number, const message& arrived) {
        if (!source.is_latest && source.next && number < *source.next) {
            return;
        }
        if (source.is_whole_stream() && source.next && number > *source.next) {
            user_.take_gap({*source.next, number - 1, "the stream keeps them no longer"});
        }
        source.next = number + 1;
        user_.take_event(arrived.data(), wishes_);
        note_position();
    }

    void note_position() {
        if (const auto next = parts_[0].next()) {
            position_.store(*next - 1, std::memory_order_release);
        }
    }

    void reopen(event_source& source, time_point now) {
        source.suspend();
        next_inquiry_ = (std::min)(next_inquiry_, now);
    }

    event_source* find(std::uint64_t ticket) {
        auto* const found = parts_[0].find(ticket);
        return found != nullptr ? found : parts_[1].find(ticket);
    }

    const std::string name_;
    std::vector<event_wish> wishes_;
    const std::chrono::milliseconds heartbeat_;
    mailbox& mailbox_;
    feed_user& user_;
    std::array<feed_part, 2> parts_;
    std::shared_ptr<connection> link_;
    std::uint64_t last_ticket_ = 0;
    time_point next_inquiry_ = protocol::never;
    std::atomic<std::uint64_t> position_{0};
    bool is_ready_ = false;
};

}  // namespace rpc::inline v1::nats

#endif  // GATEWIRE_NATS_EVENT_FEED_HPP
