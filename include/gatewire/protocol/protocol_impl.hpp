// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_PROTOCOL_PROTOCOL_IMPL_HPP
#define GATEWIRE_PROTOCOL_PROTOCOL_IMPL_HPP

#include <gatewire/detail/linkage.hpp>
#include <gatewire/json/read.hpp>
#include <gatewire/json/write_scalar.hpp>
#include <gatewire/protocol/service.hpp>
#include <gatewire/protocol/statistics.hpp>
#include <gatewire/wire/buffer.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rpc::inline v1::protocol {

GATEWIRE_COLD GATEWIRE_INLINE std::string text_of(const entry_types& types) {
    wire::buffer text;
    text.append(R"({"returned":)");
    codec::write_descriptions(text, types.returned);
    text.append(R"(,"sent":)");
    codec::write_descriptions(text, types.sent);
    text.append('}');
    return std::string(text.view());
}

/// The two lists of `entry_types`, wherever they stand in the text.
struct written_types {
    codec::raw_value sent;
    codec::raw_value returned;
};

GATEWIRE_COLD GATEWIRE_INLINE bool read_types(std::string_view text, entry_types& types,
                                              codec::read_error& error) {
    written_types lists;
    return codec::read_text(text, lists, error) &&
           codec::read_descriptions(lists.sent.text, types.sent, error) &&
           codec::read_descriptions(lists.returned.text, types.returned, error);
}

GATEWIRE_INLINE std::string fingerprint_text(const entry_types& types) {
    std::string text;
    for (const codec::type_description& type : types.sent) {
        codec::append_canonical(text, type);
    }
    text += '>';
    for (const codec::type_description& type : types.returned) {
        codec::append_canonical(text, type);
    }
    std::array<char, 17> digits{};
    std::snprintf(digits.data(), digits.size(), "%016llx",
                  static_cast<unsigned long long>(codec::fingerprint_of(text)));
    return digits.data();
}

GATEWIRE_INLINE server_stats stats_of(const session_traffic& total, duration uptime) {
    server_stats stats;
    stats.uptime =
        std::chrono::duration_cast<std::chrono::milliseconds>((std::max)(uptime, duration::zero()));
    stats.calls = total.counters.calls;
    stats.started = total.counters.started();
    stats.answered = total.counters.answers();
    stats.failed = total.counters.failures();
    stats.refused = total.counters.refused_calls();
    stats.in_flight = total.in_flight;
    stats.deliveries = total.counters.events;
    stats.conflated = total.counters.conflated;
    stats.bytes_received = total.bytes_received;
    stats.bytes_sent = total.bytes_sent;
    stats.queued_bytes = total.queued_bytes;
    return stats;
}

/// A member's name, with what stands before and behind it.
GATEWIRE_COLD inline void write_name(wire::buffer& out, std::string_view name) {
    out.append(R"(,")");
    out.append(name);
    out.append(R"(":)");
}

GATEWIRE_COLD inline void write_text(wire::buffer& out, std::string_view name,
                                     std::string_view text) {
    write_name(out, name);
    codec::write_text_lossy(out, text);
}

using named_count = std::pair<std::string_view, std::uint64_t>;

GATEWIRE_COLD inline void write_counts(wire::buffer& out,
                                       std::initializer_list<named_count> counts) {
    for (const auto& [name, value] : counts) {
        write_name(out, name);
        codec::write_integer(out, value);
    }
}

GATEWIRE_COLD inline void write_group(wire::buffer& out, std::string_view name,
                                      std::initializer_list<named_count> counts) {
    write_name(out, name);
    const char* separator = R"({")";
    for (const auto& [member, value] : counts) {
        out.append(std::string_view(separator));
        separator = R"(,")";
        out.append(member);
        out.append(R"(":)");
        codec::write_integer(out, value);
    }
    out.append('}');
}

GATEWIRE_COLD inline std::uint64_t counted(std::int64_t time) {
    return time < 0 ? 0 : static_cast<std::uint64_t>(time);
}

GATEWIRE_COLD inline void write_list(wire::buffer& out, std::string_view name,
                                     const std::vector<std::string>& texts) {
    write_name(out, name);
    char separator = '[';
    for (const std::string& one : texts) {
        out.append(separator);
        separator = ',';
        codec::write_text_lossy(out, one);
    }
    out.append(separator == '[' ? std::string_view("[]") : std::string_view("]"));
}

GATEWIRE_COLD inline void write_connection(wire::buffer& out, const session_stats& stats,
                                           time_point now, bool has_lists) {
    const auto age =
        std::chrono::duration_cast<std::chrono::milliseconds>(now - stats.connected_at);
    out.append(R"({"session":)");
    codec::write_integer(out, stats.session);
    write_text(out, "peer", stats.peer);
    write_text(out, "identity", stats.identity);
    if (has_lists) {
        write_list(out, "subscriptions", stats.subscriptions);
    }
    write_counts(out, {{"subscription_count", stats.subscription_count},
                       {"connected_ms", counted(age.count())},
                       {"resumes", stats.resumes},
                       {"calls", stats.calls},
                       {"errors", stats.errors},
                       {"refused", stats.refused},
                       {"in_flight", stats.in_flight},
                       {"events", stats.events},
                       {"conflated", stats.conflated},
                       {"bytes_received", stats.bytes_received},
                       {"bytes_sent", stats.bytes_sent},
                       {"queued_bytes", stats.queued_bytes},
                       {"lag_us", counted(stats.lag.count())},
                       {"answer_time_mean_us", counted(stats.answer_time_mean.count())},
                       {"answer_time_max_us", counted(stats.answer_time_max.count())}});
    out.append('}');
}

GATEWIRE_COLD GATEWIRE_INLINE std::string stats_text(const server_stats& stats, time_point now,
                                                     bool has_lists) {
    wire::buffer out;
    out.append(R"({"epoch":)");
    codec::write_text_lossy(out, stats.epoch);
    write_counts(out, {{"uptime_ms", counted(stats.uptime.count())}});
    write_group(out, "sessions",
                {{"connected", stats.connected},
                 {"kept", stats.kept},
                 {"resumed", stats.resumed},
                 {"resumes_refused", stats.resumes_refused}});
    write_group(out, "calls",
                {{"read", stats.calls},
                 {"started", stats.started},
                 {"answered", stats.answered},
                 {"failed", stats.failed},
                 {"refused", stats.refused},
                 {"in_flight", stats.in_flight}});
    write_group(out, "events",
                {{"published", stats.events},
                 {"queued", stats.deliveries},
                 {"conflated", stats.conflated}});
    write_group(out, "bytes",
                {{"received", stats.bytes_received},
                 {"sent", stats.bytes_sent},
                 {"queued_max", stats.queued_bytes}});
    write_name(out, "connections");
    char separator = '[';
    for (const session_stats& one : stats.sessions) {
        out.append(separator);
        separator = ',';
        write_connection(out, one, now, has_lists);
    }
    out.append(separator == '[' ? std::string_view("[]}") : std::string_view("]}"));
    return std::string(out.view());
}

}  // namespace rpc::inline v1::protocol

#endif  // GATEWIRE_PROTOCOL_PROTOCOL_IMPL_HPP
