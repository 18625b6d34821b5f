// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_NATS_SUBSCRIPTIONS_HPP
#define GATEWIRE_NATS_SUBSCRIPTIONS_HPP

#include <gatewire/nats/connection.hpp>
#include <gatewire/nats/subject.hpp>
#include <gatewire/protocol/time.hpp>
#include <gatewire/session_info.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rpc::inline v1::nats {

/// What the broker says with each event: where it stands in the stream, and which one it is of
/// those that it delivers.
struct delivery_facts {
    std::uint64_t stream_number = 0;
    std::uint64_t delivery_number = 0;
};

/// Reads the reply subject of a delivered message, of the form
/// `$JS.ACK.<stream>.<consumer>.<tries>.<stream number>.<delivery number>.<time>.<pending>`, or
/// the longer one with a domain and an account before the stream.
inline std::optional<delivery_facts> read_delivery(std::string_view reply) {
    std::vector<std::string_view> tokens;
    for (std::size_t at = 0; at <= reply.size();) {
        const std::size_t end = (std::min)(reply.find('.', at), reply.size());
        tokens.push_back(reply.substr(at, end - at));
        at = end + 1;
    }
    if (tokens.size() < 9 || tokens[0] != "$JS" || tokens[1] != "ACK") {
        return std::nullopt;
    }
    const std::size_t first = tokens.size() == 9 ? 2 : 4;
    const auto number = [&](std::size_t at, std::uint64_t& into) {
        const std::string_view text = tokens[first + at];
        const auto [last, problem] = std::from_chars(text.data(), text.data() + text.size(), into);
        return problem == std::errc{} && last == text.data() + text.size();
    };
    delivery_facts facts;
    if (!number(3, facts.stream_number) || !number(4, facts.delivery_number)) {
        return std::nullopt;
    }
    return facts;
}

/// What a stream is like at one moment.
struct stream_state {
    std::vector<std::string> subjects;
    std::string created;
    std::uint64_t first = 0;  ///< Number of the oldest event.
    std::uint64_t last = 0;   ///< Number of the newest one.
};

inline stream_state read_stream_state(const nlohmann::json& response) {
    const nlohmann::json config = response.value("config", nlohmann::json::object());
    const nlohmann::json state = response.value("state", nlohmann::json::object());
    return {config.value("subjects", std::vector<std::string>{}),
            response.value("created", std::string()), state.value("first_seq", std::uint64_t{0}),
            state.value("last_seq", std::uint64_t{0})};
}

/// Some events of a stream, or all of them, as the broker delivers them; begun anew as often as
/// needed.
struct subscription {
    std::string stream;
    std::string filter;  ///< Empty: the whole stream.
    bool is_latest = false;
    std::optional<std::uint64_t> next{};  ///< Number of the next event in the stream, once known.
    std::uint64_t delivery = 0;   ///< Number of where it is delivered; zero while it is not begun.
    std::uint64_t delivered = 0;  ///< Since it was begun.
    protocol::time_point last_received{};
    bool is_open = false;
    /// Without it the broker gives the delivery up by itself.
    std::shared_ptr<natsSubscription> handle{};

    bool is_whole_stream() const noexcept { return filter.empty(); }

    /// It is delivered no longer.
    void suspend() {
        is_open = false;
        delivery = 0;
        handle.reset();
    }

    /// It is about to be begun anew. @return Events that the stream had and has no more.
    std::optional<gap> meet(const stream_state& state) {
        const bool is_anew = next && state.last + 1 < *next;
        if (is_anew && is_latest) {
            next.reset();
        }
        if (!next || is_latest) {
            return std::nullopt;
        }
        std::optional<gap> missed;
        if (is_anew) {
            missed = gap{*next, *next, "the stream was made anew"};
            next = 1;
        } else if (state.first > *next) {
            missed = gap{*next, state.first - 1, "the stream keeps them no longer"};
            next = state.first;
        }
        return missed;
    }
};

/// One of the two streams, as a client knows it.
struct followed_stream {
    std::string stream;
    bool is_latest;
    std::optional<std::uint64_t> begin;  ///< Of what is asked for first.
    std::vector<subscription> subscriptions{};
    std::optional<stream_state> state{};
    bool is_known = false;  ///< On this connection: it is there or it is not.

    void suspend() {
        is_known = false;
        for (subscription& selected : subscriptions) {
            selected.suspend();
        }
    }

    subscription* find(std::uint64_t delivery) {
        const auto found =
            std::find_if(subscriptions.begin(), subscriptions.end(),
                         [delivery](const subscription& one) { return one.delivery == delivery; });
        return found == subscriptions.end() ? nullptr : &*found;
    }

    /// The first event that may not have been handed over, if that is known.
    std::optional<std::uint64_t> next() const {
        std::optional<std::uint64_t> least;
        for (const subscription& selected : subscriptions) {
            if (selected.next) {
                least = least ? (std::min)(*least, *selected.next) : *selected.next;
            }
        }
        return least;
    }

    /// Whether all that is wanted of it is delivered.
    bool is_open() const {
        return is_known &&
               std::all_of(subscriptions.begin(), subscriptions.end(),
                           [](const subscription& selected) { return selected.is_open; });
    }
};

/// The consumer that JetStream is asked for.
inline nlohmann::json consumer_request(const subscription& selected, const std::string& subject,
                                       std::chrono::milliseconds heartbeat) {
    const auto nanoseconds = [](auto time) {
        return std::chrono::duration_cast<std::chrono::nanoseconds>(time).count();
    };
    nlohmann::json config{{"deliver_subject", subject},
                          {"ack_policy", "none"},
                          {"replay_policy", "instant"},
                          {"max_deliver", -1},
                          {"flow_control", true},
                          {"idle_heartbeat", nanoseconds(heartbeat)},
                          {"inactive_threshold", nanoseconds(std::chrono::seconds(10))},
                          {"num_replicas", 1},
                          {"mem_storage", true}};
    if (!selected.filter.empty()) {
        config["filter_subject"] = selected.filter;
    }
    if (selected.next) {
        config["deliver_policy"] = "by_start_sequence";
        config["opt_start_seq"] = *selected.next;
    } else {
        config["deliver_policy"] = selected.is_latest ? "last_per_subject" : "new";
    }
    return {{"stream_name", selected.stream}, {"config", config}};
}

/// What a client wants of one event.
struct wanted_event {
    std::string_view name;
    bool is_whole = true;
    std::set<std::string> keys{};

    bool is_wanted() const noexcept { return is_whole || !keys.empty(); }

    /// Wants keys, or no longer; without keys, the whole event.
    void change(const std::vector<std::string>& named, bool is_to_be_wanted) {
        if (named.empty() || is_to_be_wanted) {
            is_whole = is_to_be_wanted && named.empty();
        }
        if (named.empty()) {
            keys.clear();
        }
        for (const std::string& key : named) {
            if (is_to_be_wanted) {
                keys.insert(key);
            } else {
                keys.erase(key);
            }
        }
    }
};

inline bool has_subject(const stream_state& stream, const std::string& subject) {
    return std::find(stream.subjects.begin(), stream.subjects.end(), subject) !=
           stream.subjects.end();
}

inline bool has_event(const stream_state& stream, const std::string& name, std::string_view event) {
    const std::string subject = event_subject(name, event);
    return has_subject(stream, subject) || has_subject(stream, subject + ".*");
}

/// The subscriptions to one stream that give what is wanted of it; events that it has not are left
/// out.
///
/// Order is kept within a subscription. So several whole events of a stream where every event
/// counts are one, of the whole stream, and what is not wanted is left out here; keys are one each.
///
/// @param of       Nothing is planned while its state is not known.
/// @param refused  Names of events for which keys are wanted and which have none.
inline std::vector<subscription> plan_subscriptions(const std::string& name,
                                                    const followed_stream& of,
                                                    const std::vector<wanted_event>& wanted,
                                                    std::vector<std::string>& refused) {
    if (!of.state) {
        return {};
    }
    const stream_state& state = *of.state;
    std::vector<std::string> filters;
    bool are_whole = true;
    for (const wanted_event& one : wanted) {
        const std::string subject = event_subject(name, one.name);
        const bool is_keyed = has_subject(state, subject + ".*");
        if (!one.is_wanted() || (!is_keyed && !has_subject(state, subject))) {
            continue;
        }
        if (one.is_whole) {
            filters.push_back(is_keyed ? subject + ".*" : subject);
        } else if (!is_keyed) {
            refused.emplace_back(one.name);
        } else {
            are_whole = false;
            for (const std::string& key : one.keys) {
                filters.push_back(subject + "." + token_of(key));
            }
        }
    }
    if (are_whole && !of.is_latest && filters.size() > 1) {
        filters = {std::string()};
    }
    std::vector<subscription> subscriptions;
    subscriptions.reserve(filters.size());
    for (std::string& filter : filters) {
        subscriptions.push_back({of.stream, std::move(filter), of.is_latest});
    }
    return subscriptions;
}

/// Puts a new plan of a stream in the place of an old one: what both have goes on, and what is new
/// begins where what is gone had come to.
/// @param begin  Where what is new begins if nothing is gone; nothing: at the newest event.
inline std::vector<subscription> merge_plans(std::vector<subscription> before,
                                             std::vector<subscription> wanted,
                                             std::optional<std::uint64_t> begin) {
    const auto same_as = [](const subscription& one) {
        return [&one](const subscription& other) { return other.filter == one.filter; };
    };
    for (const subscription& one : before) {
        if (one.next && std::none_of(wanted.begin(), wanted.end(), same_as(one))) {
            begin = begin ? (std::min)(*begin, *one.next) : *one.next;
        }
    }
    for (subscription& one : wanted) {
        const auto known = std::find_if(before.begin(), before.end(), same_as(one));
        if (known != before.end()) {
            one = *known;
        } else if (!one.is_latest) {
            one.next = begin;
        }
    }
    return wanted;
}

}  // namespace rpc::inline v1::nats

#endif  // GATEWIRE_NATS_SUBSCRIPTIONS_HPP
