// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_PROTOCOL_CLIENT_SUBSCRIPTIONS_HPP
#define GATEWIRE_PROTOCOL_CLIENT_SUBSCRIPTIONS_HPP

#include <gatewire/detail/linkage.hpp>
#include <gatewire/error.hpp>
#include <gatewire/json/write_scalar.hpp>
#include <gatewire/protocol/error_codes.hpp>
#include <gatewire/protocol/extensions.hpp>
#include <gatewire/protocol/service.hpp>
#include <gatewire/wire/buffer.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rpc::inline v1::protocol {

/// One request to subscribe or to unsubscribe.
struct subscription_request {
    std::uint64_t number;
    bool is_wanted;
    subscription what;
    std::size_t size;  ///< Bytes that it has as JSON, or a few less than that.
};

/// What is wanted and not received, for the gateway and the log.
struct unfulfilled {
    std::size_t event;
    std::vector<std::string> keys;  ///< Empty: the event as a whole.
    errc code;
    std::string why;
};

/// What a connection to a server takes.
struct subscription_bounds {
    std::size_t frame_size_max = 0;     ///< Zero: not known.
    std::size_t subscriptions_max = 0;  ///< Each key counted. Zero: not known.
    std::size_t unanswered_max = 0;     ///< Bytes of requests that are under way together.
    bool is_resumed = false;            ///< The session is resumed, with what it had.
    /// By the event's place, why it cannot be read here; empty if it can.
    std::vector<std::string> mismatches{};
};

/// What a client wants to receive, kept over connections, and what the server has of it.
///
/// `next` gives the requests that lead from the one to the other, in parts that the server takes.
/// So changes that are made while nothing can be sent collapse, and what is kept is what is wanted
/// and what the server may still have.
///
/// Each event as a whole and each of its keys is one item. A server has an event either whole or by
/// keys: asking for one ends the other.
class client_subscriptions {
public:
    /// Begins with every event wanted whole, as a table of handlers says.
    explicit client_subscriptions(const std::vector<entry_description>& events)
        : events_(events.size()) {
        for (std::size_t at = 0; at < events.size(); ++at) {
            events_[at].name = std::string(events[at].name);
            item& whole = events_[at].whole;
            whole.event = at;
            whole.order = ++orders_;
            whole.is_wanted = true;
            place(whole);
        }
    }
    client_subscriptions(const client_subscriptions&) = delete;
    client_subscriptions& operator=(const client_subscriptions&) = delete;

    /// Wants the keys instead of the whole event, or, without keys, the whole event.
    void subscribe(std::size_t event, const std::vector<std::string>& keys) {
        event_state& of = events_[event];
        if (keys.empty()) {
            want(of.whole);
            want_no_key(of);
            return;
        }
        if (std::exchange(of.whole.is_wanted, false)) {
            place_all(of);
        }
        for (const std::string& key : keys) {
            const auto [at, is_new] = of.keys.try_emplace(key);
            if (is_new) {
                at->second.event = event;
                at->second.key = &at->first;
            }
            want(at->second);
        }
    }

    /// Wants the keys no longer, or, without keys, nothing of the event.
    void unsubscribe(std::size_t event, const std::vector<std::string>& keys) {
        event_state& of = events_[event];
        if (keys.empty()) {
            of.whole.is_wanted = false;
            want_no_key(of);
            return;
        }
        for (const std::string& key : keys) {
            const auto found = of.keys.find(key);
            if (found != of.keys.end()) {
                found->second.is_wanted = false;
                place(found->second);
            }
        }
    }

    /// A server has said what it takes: requests may be sent.
    void begin(subscription_bounds bounds) {
        bounds_ = std::move(bounds);
        bounds_.mismatches.resize(events_.size());
        under_way_.clear();
        bytes_under_way_ = 0;
        part_keys_max_ = keys_at_once;
        refusals_in_row_ = 0;
        is_pausing_ = false;
        is_connected_ = true;
        for (event_state& of : events_) {
            restart(of.whole);
            for (auto& [key, one] : of.keys) {
                restart(one);
            }
            place_all(of);
        }
    }

    /// The connection is gone. Requests without a response may have been carried out or not.
    void end() noexcept {
        is_connected_ = false;
        unfulfilled_.clear();
    }

    /// What can be asked for now, in order. It counts as sent.
    GATEWIRE_COLD std::vector<subscription_request> next() {
        std::vector<subscription_request> made;
        if (is_connected_ && !is_pausing_) {
            unsubscribe_unwanted(made);
            use_room();
            parts_.assign(events_.size(), no_part);
            while (!to_subscribe_.empty() &&
                   ask_to_subscribe(*to_subscribe_.begin()->second, made)) {
            }
            unsubscribe_unwanted(made);  // What would have been replaced by what was just refused.
        }
        return made;
    }

    /// The server has done what a request asked for.
    void fulfilled(std::uint64_t number) {
        if (!under_way_.contains(number)) {
            return;
        }
        refusals_in_row_ = 0;
        part_keys_max_ = (std::min)(2 * part_keys_max_, keys_at_once);
        end_request(number, [](item& one) {
            one.has = one.is_asked_for ? standing::present : standing::absent;
            one.is_reported = false;
        });
    }

    /// The server has refused a request. What it refuses for the moment only is asked for again, in
    /// smaller parts, after a pause.
    GATEWIRE_COLD void refused(std::uint64_t number, int code, const std::string& why) {
        const auto found = under_way_.find(number);
        if (found == under_way_.end()) {
            return;
        }
        if (code == overloaded_code || code == internal_error_code) {
            pause_after_refusal((std::max)(found->second.keys.size(), std::size_t{1}));
            end_request(number, [](item&) {});
            if (refusals_in_row_ >= refusals_until_report) {
                report_waiting(detail::errc_of(code), why);
            }
            return;
        }
        const bool was_wanted = found->second.is_wanted;
        end_request(number, [&](item& one) {
            if (one.is_asked_for) {
                one.has = standing::refused;
                report(one, detail::errc_of(code), why);
            } else if (!was_wanted) {
                one.has = standing::absent;
            }
        });
    }

    /// Whether the server is left alone for a while, before `ask_again` is called.
    bool is_pausing() const noexcept { return is_pausing_; }
    void ask_again() noexcept { is_pausing_ = false; }

    /// Whether a server has said what it takes, and is still there.
    bool is_connected() const noexcept { return is_connected_; }

    /// Whether everything that is wanted is received, or was reported as not to be had.
    bool is_settled() const noexcept { return is_connected_ && unsettled_ == 0; }

    /// What turned out not to be received since this was called.
    std::vector<unfulfilled> take_unfulfilled() { return std::exchange(unfulfilled_, {}); }

    std::string_view name(std::size_t event) const noexcept { return events_[event].name; }

    /// Items that are kept, for tests: what is wanted, and what the server may have.
    std::size_t size() const noexcept {
        std::size_t count = 0;
        for (const event_state& of : events_) {
            count += of.keys.size() + (of.whole.is_wanted || of.whole.may_be_there() ? 1 : 0);
        }
        return count;
    }

private:
    /// Whether the server has an item, as its responses say.
    enum class standing : unsigned char { absent, present, unsure, refused };

    struct item;
    using queue = std::map<std::uint64_t, item*>;  // in the order in which they were first wanted

    struct item {
        std::size_t event = 0;
        const std::string* key = nullptr;  // null: the event as a whole
        std::uint64_t order = 0;
        std::uint64_t request = 0;  // the newest one under way that is about it; zero: none
        queue* in = nullptr;
        standing has = standing::absent;
        bool is_asked_for = false;  // whether that request asks for it, or ends it
        bool is_wanted = false;
        bool is_reported = false;   // that it is not received
        bool is_unsettled = false;  // neither received yet nor reported
        bool is_counted = false;    // among what the server may have
        bool is_counted_wanted = false;

        /// Whether the server may have it once all that is under way is done.
        bool may_be_there() const noexcept {
            return request != 0 ? is_asked_for
                                : has == standing::present || has == standing::unsure;
        }
    };

    struct event_state {
        std::string name{};
        item whole{};
        std::map<std::string, item> keys{};
        std::size_t unsettled_keys = 0;
        std::size_t counted_keys = 0;    // that the server may have
        std::size_t counted_wanted = 0;  // whole or keys, that are wanted too
    };

    struct request {
        std::size_t event;
        bool is_wanted;
        bool is_whole;
        std::vector<std::string> keys;
        std::size_t size;
    };

    static constexpr std::size_t keys_at_once = 4096;
    static constexpr std::size_t part_size_max = std::size_t{64} << 10;
    static constexpr std::size_t envelope_size = 128;
    static constexpr std::size_t refusals_until_report = 8;
    static constexpr std::size_t no_part = static_cast<std::size_t>(-1);

    void want(item& one) {
        if (!one.is_wanted && !one.may_be_there()) {
            move_to(nullptr, one);
            one.order = ++orders_;
        }
        one.is_wanted = true;
        one.is_reported = false;
        if (one.has == standing::refused) {
            one.has = standing::absent;
        }
        place(one);
    }

    void want_no_key(event_state& of) {
        for (auto& [key, one] : of.keys) {
            one.is_wanted = false;
        }
        place_all(of);
    }

    GATEWIRE_COLD void restart(item& one) const noexcept {
        if (std::exchange(one.request, 0) != 0) {
            one.has = standing::unsure;
        }
        if (!bounds_.is_resumed || one.has == standing::refused) {
            one.has = standing::absent;
        }
        one.is_reported = false;
    }

    void place_all(event_state& of) {
        place(of.whole);
        for (auto next = of.keys.begin(); next != of.keys.end();) {
            place((next++)->second);  // Which may forget it.
        }
    }

    /// Puts an item where it belongs after something of it has changed. Forgets a key that nobody
    /// wants and the server does not have.
    GATEWIRE_COLD void place(item& one) {
        event_state& of = events_[one.event];
        count(one, of);
        queue* const belongs = queue_of(one, of);
        if (one.in != belongs) {
            move_to(belongs, one);
        }
        note_unsettled(one, of);
        if (one.key != nullptr && !one.is_wanted && !one.is_counted && one.request == 0) {
            of.keys.erase(of.keys.find(*one.key));
        }
    }

    queue* queue_of(const item& one, const event_state& of) noexcept {
        if (one.is_wanted) {
            const bool is_right =
                one.request != 0 ? one.is_asked_for
                                 : one.has == standing::present || one.has == standing::refused;
            const bool lacks_room = one.in == &no_room_ && one.is_reported;
            return is_right ? nullptr : lacks_room ? &no_room_ : &to_subscribe_;
        }
        // What comes in its place ends it.
        const bool is_replaced = one.key == nullptr
                                     ? of.unsettled_keys != 0
                                     : of.whole.is_wanted && of.whole.has != standing::refused;
        return one.is_counted && !is_replaced ? &to_unsubscribe_ : nullptr;
    }

    static void move_to(queue* which, item& one) {
        if (one.in != nullptr) {
            one.in->erase(one.order);
            one.in = nullptr;
        }
        if (which != nullptr) {
            which->emplace(one.order, &one);
        }
        one.in = which;
    }

    void count(item& one, event_state& of) noexcept {
        const auto change = [](bool& before, bool now, auto&... totals) {
            ((totals = totals + (now ? 1 : 0) - (before ? 1 : 0)), ...);
            before = now;
        };
        const bool is_there = one.may_be_there();
        change(one.is_counted_wanted, is_there && one.is_wanted, of.counted_wanted);
        if (one.key != nullptr) {
            change(one.is_counted, is_there, of.counted_keys, counted_);
        } else {
            change(one.is_counted, is_there, counted_);
        }
    }

    void note_unsettled(item& one, event_state& of) {
        const bool is_under_way = one.request != 0 ? one.is_asked_for : one.in == &to_subscribe_;
        const bool is_unsettled = one.is_wanted && !one.is_reported && is_under_way;
        if (std::exchange(one.is_unsettled, is_unsettled) == is_unsettled) {
            return;
        }
        unsettled_ = is_unsettled ? unsettled_ + 1 : unsettled_ - 1;
        if (one.key != nullptr) {
            of.unsettled_keys = is_unsettled ? of.unsettled_keys + 1 : of.unsettled_keys - 1;
            if (of.unsettled_keys <= 1) {
                place(of.whole);
            }
        }
    }

    // What `next` is made of. `ask_to_unsubscribe` and `ask_to_subscribe` take one item out of its
    // queue, or return false where no more may be under way.

    void unsubscribe_unwanted(std::vector<subscription_request>& made) {
        parts_.assign(events_.size(), no_part);
        while (!to_unsubscribe_.empty() &&
               ask_to_unsubscribe(*to_unsubscribe_.begin()->second, made)) {
        }
    }

    bool ask_to_unsubscribe(item& one, std::vector<subscription_request>& made) {
        event_state& of = events_[one.event];
        if (one.key != nullptr && of.counted_wanted != 0) {
            subscription_request* const part = part_for(one, false, made);
            if (part == nullptr) {
                return false;
            }
            ask(one, part->number, false);
            return true;
        }
        if (!may_ask()) {
            return false;
        }
        const std::uint64_t number = open_request(one.event, false, made).number;
        ask(of.whole, number, false);
        end_keys(of, number);
        return true;
    }

    bool ask_to_subscribe(item& one, std::vector<subscription_request>& made) {
        event_state& of = events_[one.event];
        const std::string& mismatch = bounds_.mismatches[one.event];
        if (!mismatch.empty()) {
            refuse(one, errc::contract_mismatch, mismatch);
            return true;
        }
        if (one.key != nullptr && envelope_of(of) + size_of(*one.key) > frame_max()) {
            refuse(one, errc::frame_too_large, "the key does not fit into a frame of the server");
            return true;
        }
        if (!has_room(one, of)) {
            move_to(&no_room_, one);
            report(one, errc::overloaded,
                   "the server takes " + std::to_string(bounds_.subscriptions_max) +
                       " subscriptions, each key counted");
            return true;
        }
        if (one.key == nullptr) {
            if (!may_ask()) {
                return false;
            }
            const std::uint64_t number = open_request(one.event, true, made).number;
            end_keys(of, number);
            ask(one, number, true);
            return true;
        }
        subscription_request* const part = part_for(one, true, made);
        if (part == nullptr) {
            return false;
        }
        if (of.whole.is_counted || of.whole.request != 0) {
            ask(of.whole, part->number, false);
        }
        ask(one, part->number, true);
        return true;
    }

    /// The request that takes one more key, which is added to it; null if none may be made.
    subscription_request* part_for(const item& one, bool is_wanted,
                                   std::vector<subscription_request>& made) {
        const std::size_t size = size_of(*one.key);
        std::size_t& at = parts_[one.event];
        if (at == no_part || made[at].size + size > (std::min)(frame_max(), part_size_max) ||
            under_way_.at(made[at].number).keys.size() >= part_keys_max_) {
            if (!may_ask()) {
                return nullptr;
            }
            open_request(one.event, is_wanted, made);
            under_way_.at(requests_).is_whole = false;
            at = made.size() - 1;
        }
        subscription_request& part = made[at];
        request& known = under_way_.at(part.number);
        if (!part.what.keys) {
            part.what.keys.emplace();
        }
        part.what.keys->push_back(*one.key);
        known.keys.push_back(*one.key);
        part.size += size;
        known.size += size;
        bytes_under_way_ += size;
        return &part;
    }

    subscription_request& open_request(std::size_t event, bool is_wanted,
                                       std::vector<subscription_request>& made) {
        const std::size_t size = envelope_of(events_[event]);
        made.push_back({++requests_, is_wanted, {events_[event].name, std::nullopt}, size});
        under_way_.emplace(requests_, request{event, is_wanted, true, {}, size});
        bytes_under_way_ += size;
        return made.back();
    }

    void end_keys(event_state& of, std::uint64_t number) {
        for (auto& [key, one] : of.keys) {
            if (one.is_counted || one.request != 0) {
                ask(one, number, false);
            }
        }
    }

    GATEWIRE_COLD void ask(item& one, std::uint64_t number, bool is_asked_for) {
        if (one.request != 0 && one.request != number) {
            one.has = standing::unsure;  // If this one is refused.
        }
        one.request = number;
        one.is_asked_for = is_asked_for;
        place(one);
    }

    /// A server that has just refused is asked one thing at a time.
    bool may_ask() const noexcept {
        return under_way_.empty() ||
               (refusals_in_row_ == 0 && bytes_under_way_ < bounds_.unanswered_max);
    }

    bool has_room(const item& one, const event_state& of) const noexcept {
        const std::size_t replaced = one.key == nullptr    ? of.counted_keys
                                     : of.whole.is_counted ? 1
                                                           : 0;
        return one.is_counted || bounds_.subscriptions_max == 0 ||
               counted_ < bounds_.subscriptions_max + replaced;
    }

    /// What had no room is asked for as far as there is some now.
    void use_room() {
        while (!no_room_.empty() && counted_ + to_subscribe_.size() < bounds_.subscriptions_max) {
            item& one = *no_room_.begin()->second;
            move_to(&to_subscribe_, one);
        }
    }

    std::size_t frame_max() const noexcept {
        return bounds_.frame_size_max == 0 ? part_size_max : bounds_.frame_size_max;
    }
    std::size_t envelope_of(const event_state& of) { return envelope_size + size_of(of.name); }
    std::size_t size_of(std::string_view text) {
        scratch_.clear();
        codec::write_text_lossy(scratch_, text);
        return scratch_.size() + 1;
    }

    // Responses.

    void pause_after_refusal(std::size_t keys) noexcept {
        if (!std::exchange(is_pausing_, true)) {
            ++refusals_in_row_;
            part_keys_max_ = (std::max)(std::size_t{1}, (std::min)(part_keys_max_, keys) / 2);
        }
    }

    /// Ends a request: `settle` is called for each of its items that no newer request is about.
    template <class Settle>
    GATEWIRE_COLD void end_request(std::uint64_t number, Settle&& settle) {
        const auto found = under_way_.find(number);
        if (found == under_way_.end()) {
            return;
        }
        const request done = std::move(found->second);
        under_way_.erase(found);
        bytes_under_way_ -= done.size;
        event_state& of = events_[done.event];
        const auto end = [&](item& one) {
            if (one.request == number) {
                settle(one);
                one.request = 0;
            }
        };
        end(of.whole);
        if (done.is_whole) {
            for (auto& [key, one] : of.keys) {
                end(one);
            }
            place_all(of);
            return;
        }
        for (const std::string& key : done.keys) {
            const auto at = of.keys.find(key);
            if (at != of.keys.end()) {
                end(at->second);
                place(at->second);
            }
        }
        place(of.whole);
    }

    /// Does not ask for an item, or not again on this connection.
    GATEWIRE_COLD void refuse(item& one, errc code, const std::string& why) {
        one.has = standing::refused;
        one.request = 0;
        report(one, code, why);
        if (one.key == nullptr) {
            place_all(events_[one.event]);  // The keys that it would have replaced.
        } else {
            place(one);
        }
    }

    void report_waiting(errc code, const std::string& why) {
        std::vector<item*> waiting;
        for (const auto& [order, one] : to_subscribe_) {
            waiting.push_back(one);
        }
        for (item* const one : waiting) {
            report(*one, code, why);
        }
    }

    /// Notes, once, that an item is not received.
    void report(item& one, errc code, const std::string& why) {
        if (one.is_wanted && !std::exchange(one.is_reported, true)) {
            const bool is_key = one.key != nullptr;
            if (!is_key || unfulfilled_.empty() || unfulfilled_.back().event != one.event ||
                unfulfilled_.back().code != code || unfulfilled_.back().keys.empty() ||
                unfulfilled_.back().why != why) {
                unfulfilled_.push_back({one.event, {}, code, why});
            }
            if (is_key) {
                unfulfilled_.back().keys.push_back(*one.key);
            }
        }
        note_unsettled(one, events_[one.event]);
    }

    std::vector<event_state> events_;
    queue to_subscribe_;    // to be asked for
    queue to_unsubscribe_;  // to be ended
    queue no_room_;         // wanted, and reported: the server takes no more
    subscription_bounds bounds_;
    std::map<std::uint64_t, request> under_way_;
    std::size_t bytes_under_way_ = 0;
    std::vector<std::size_t> parts_;  // by event, which request takes more keys
    std::vector<unfulfilled> unfulfilled_;
    wire::buffer scratch_;
    std::uint64_t orders_ = 0;
    std::uint64_t requests_ = 0;
    std::size_t counted_ = 0;  // what the server may have
    std::size_t unsettled_ = 0;
    std::size_t part_keys_max_ = keys_at_once;
    std::size_t refusals_in_row_ = 0;  // each after a pause
    bool is_pausing_ = false;
    bool is_connected_ = false;
};

}  // namespace rpc::inline v1::protocol

#endif  // GATEWIRE_PROTOCOL_CLIENT_SUBSCRIPTIONS_HPP
