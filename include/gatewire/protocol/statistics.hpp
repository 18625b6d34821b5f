// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_PROTOCOL_STATISTICS_HPP
#define GATEWIRE_PROTOCOL_STATISTICS_HPP

#include <gatewire/protocol/time.hpp>
#include <gatewire/server_stats.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

namespace rpc::inline v1::protocol {

/// What one connection of a server did so far. Guarded by what guards the connection.
struct session_counters {
    std::uint64_t calls = 0;      ///< Read from it, refused ones too.
    std::uint64_t errors = 0;     ///< Those of them that were answered with an error.
    std::uint64_t refusals = 0;   ///< Those of the errors whose call the engine was not given.
    std::uint64_t ignored = 0;    ///< Notifications that were not given to it; they get no error.
    std::uint64_t repeated = 0;   ///< Calls that the session had sent before.
    std::uint64_t events = 0;     ///< Queued for it.
    std::uint64_t conflated = 0;  ///< Those of them that a newer one of their key replaced.
    duration answer_time_max{};   ///< From a call's arrival to its answer.

    /// A call was refused.
    void refused(bool is_answered) noexcept {
        errors += is_answered ? 1 : 0;
        refusals += is_answered ? 1 : 0;
        ignored += is_answered ? 0 : 1;
    }

    /// A call was answered after this time.
    void answered(duration taken) noexcept {
        ++answers_;
        answer_time_ += taken;
        answer_time_max = (std::max)(answer_time_max, taken);
    }

    duration answer_time_mean() const noexcept {
        return answers_ == 0 ? duration{} : answer_time_ / static_cast<duration::rep>(answers_);
    }

    std::uint64_t refused_calls() const noexcept { return refusals + ignored; }
    /// Given to the engine.
    std::uint64_t started() const noexcept { return calls - refused_calls() - repeated; }
    /// Those of them that were answered, and those with an error.
    std::uint64_t answers() const noexcept { return answers_; }
    std::uint64_t failures() const noexcept { return errors - refusals; }

    /// Adds what another connection did.
    void add(const session_counters& other) noexcept {
        calls += other.calls;
        errors += other.errors;
        refusals += other.refusals;
        ignored += other.ignored;
        repeated += other.repeated;
        events += other.events;
        conflated += other.conflated;
        answer_time_max = (std::max)(answer_time_max, other.answer_time_max);
        answers_ += other.answers_;
        answer_time_ += other.answer_time_;
    }

private:
    std::uint64_t answers_ = 0;
    duration answer_time_{};
};

/// The same with what passed over it. A connection that is over has done all of it once
/// `in_flight` is zero.
struct session_traffic {
    session_counters counters{};
    std::uint64_t bytes_received = 0;
    std::uint64_t bytes_sent = 0;
    std::size_t queued_bytes = 0;  ///< Of the deepest queue.
    std::size_t in_flight = 0;     ///< Calls that were read here.

    void add(const session_traffic& other) noexcept {
        counters.add(other.counters);
        bytes_received += other.bytes_received;
        bytes_sent += other.bytes_sent;
        queued_bytes = (std::max)(queued_bytes, other.queued_bytes);
        in_flight += other.in_flight;
    }
};

/// The counts of all connections of a server. An uptime below zero counts as none.
server_stats stats_of(const session_traffic& total, duration uptime);

/// What `rpc.stats` is answered: an object with the members of `rpc::server_stats`, in groups.
///
/// `{"epoch", "uptime_ms", "sessions": {"connected", "kept", "resumed", "resumes_refused"},
///   "calls": {"read", "started", "answered", "failed", "refused", "in_flight"},
///   "events": {"published", "queued", "conflated"},
///   "bytes": {"received", "sent", "queued_max"}, "connections": [...]}`
///
/// Each of `connections` has the members of `rpc::session_stats` with its times as counts:
/// `connected_ms` (how long ago), `lag_us`, `answer_time_mean_us`, `answer_time_max_us`. The list
/// `subscriptions` is there for those only who may see it, `has_lists`. More members may come;
/// readers ignore those that they do not know.
std::string stats_text(const server_stats& stats, time_point now, bool has_lists);

}  // namespace rpc::inline v1::protocol

#ifndef GATEWIRE_SEPARATE_COMPILATION
#include <gatewire/protocol/protocol_impl.hpp>
#endif

#endif  // GATEWIRE_PROTOCOL_STATISTICS_HPP
