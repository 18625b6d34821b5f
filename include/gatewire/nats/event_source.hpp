// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_NATS_EVENT_SOURCE_HPP
#define GATEWIRE_NATS_EVENT_SOURCE_HPP

#include <gatewire/nats/library.hpp>
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
#include <string>
#include <string_view>
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

inline stream_state read_stream_state(const nlohmann::json& answer) {
    const nlohmann::json config = answer.value("config", nlohmann::json::object());
    const nlohmann::json state = answer.value("state", nlohmann::json::object());
    return {config.value("subjects", std::vector<std::string>{}),
            answer.value("created", std::string()), state.value("first_seq", std::uint64_t{0}),
            state.value("last_seq", std::uint64_t{0})};
}

/// One selection of a stream's events, which the broker delivers; begun anew as often as needed.
struct event_source {
    std::string stream;
    std::string filter;  ///< Empty: the whole stream.
    bool is_latest = false;
    std::optional<std::uint64_t> next{};  ///< Number of the next event in the stream, once known.
    std::uint64_t ticket = 0;             ///< Where it is delivered; zero while it is not begun.
    std::uint64_t delivered = 0;          ///< Since it was begun.
    protocol::time_point heard{};
    bool is_open = false;
    /// Without it the broker gives the delivery up by itself.
    std::shared_ptr<natsSubscription> subscription{};

    bool is_whole_stream() const noexcept { return filter.empty(); }

    /// It is delivered no longer.
    void suspend() {
        is_open = false;
        ticket = 0;
        subscription.reset();
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
struct feed_part {
    std::string stream;
    bool is_latest;
    std::optional<std::uint64_t> begin;  ///< Of what is asked for first.
    std::vector<event_source> sources{};
    std::optional<stream_state> state{};
    bool is_known = false;  ///< On this connection: it is there or it is not.

    void suspend() {
        is_known = false;
        for (event_source& source : sources) {
            source.suspend();
        }
    }

    event_source* find(std::uint64_t ticket) {
        const auto found =
            std::find_if(sources.begin(), sources.end(),
                         [ticket](const event_source& one) { return one.ticket == ticket; });
        return found == sources.end() ? nullptr : &*found;
    }

    /// The first event that may not have been handed over, if that is known.
    std::optional<std::uint64_t> next() const {
        std::optional<std::uint64_t> least;
        for (const event_source& source : sources) {
            if (source.next) {
                least = least ? (std::min)(*least, *source.next) : *source.next;
            }
        }
        return least;
    }

    /// Whether all that is wanted of it is delivered.
    bool is_open() const {
        return is_known && std::all_of(sources.begin(), sources.end(),
                                       [](const event_source& source) { return source.is_open; });
    }
};

/// The consumer that JetStream is asked for.
inline nlohmann::json consumer_question(const event_source& source, const std::string& subject,
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
    if (!source.filter.empty()) {
        config["filter_subject"] = source.filter;
    }
    if (source.next) {
        config["deliver_policy"] = "by_start_sequence";
        config["opt_start_seq"] = *source.next;
    } else {
        config["deliver_policy"] = source.is_latest ? "last_per_subject" : "new";
    }
    return {{"stream_name", source.stream}, {"config", config}};
}

}  // namespace rpc::inline v1::nats

#endif  // GATEWIRE_NATS_EVENT_SOURCE_HPP
