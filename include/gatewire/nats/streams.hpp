// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_NATS_STREAMS_HPP
#define GATEWIRE_NATS_STREAMS_HPP

#include <gatewire/nats/mailbox.hpp>
#include <gatewire/nats/options.hpp>
#include <gatewire/nats/subject.hpp>
#include <gatewire/protocol/service.hpp>
#include <gatewire/protocol/time.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

/// The streams that events stand in.
namespace rpc::inline v1::nats {

struct stream_plan {
    std::string name;
    std::vector<std::string> subjects;
    bool is_latest;
};

/// The streams for the events of a table; those without an event are left out.
inline std::vector<stream_plan> plan_streams(
    const std::string& name, const std::vector<protocol::entry_description>& events) {
    stream_plan every{name, {}, false};
    stream_plan latest{latest_stream(name), {}, true};
    for (const protocol::entry_description& event : events) {
        const std::string subject = event_subject(name, event.name) + (event.is_keyed ? ".*" : "");
        (event.is_latest ? latest : every).subjects.push_back(subject);
    }
    std::vector<stream_plan> plans;
    for (stream_plan* const plan : {&every, &latest}) {
        if (!plan->subjects.empty()) {
            plans.push_back(std::move(*plan));
        }
    }
    return plans;
}

/// The configuration that JetStream is asked for.
inline nlohmann::json stream_config(const stream_plan& plan, const stream_limits& limits) {
    const protocol::duration age = protocol::bounded(limits.age_max);
    const bool is_short = limits.age_max.count() > 0 && limits.age_max < limits.duplicate_window;
    const std::chrono::seconds known = is_short ? limits.age_max : limits.duplicate_window;
    return {{"name", plan.name},
            {"subjects", plan.subjects},
            {"retention", "limits"},
            {"discard", "old"},
            {"max_msgs", limits.events_max > 0 ? limits.events_max : -1},
            {"max_bytes", limits.size_max > 0 ? limits.size_max : -1},
            {"max_age", age == (protocol::duration::max)() ? 0 : age.count()},
            {"max_msgs_per_subject", plan.is_latest ? 1 : -1},
            {"storage", limits.storage == storage::file ? "file" : "memory"},
            {"num_replicas", limits.replicas},
            {"duplicate_window", protocol::bounded(known).count()}};
}

/// What a stream has to be told so that it takes the subjects of a plan, too; null if nothing.
/// @param there  Its configuration.
inline nlohmann::json missing_subjects(const stream_plan& plan, const nlohmann::json& there) {
    std::vector<std::string> subjects = there.value("subjects", std::vector<std::string>{});
    const std::size_t before = subjects.size();
    for (const std::string& wanted : plan.subjects) {
        if (std::find(subjects.begin(), subjects.end(), wanted) == subjects.end()) {
            subjects.push_back(wanted);
        }
    }
    if (subjects.size() == before) {
        return nullptr;
    }
    nlohmann::json changed = there;
    changed["subjects"] = subjects;
    return changed;
}

}  // namespace rpc::inline v1::nats

#endif  // GATEWIRE_NATS_STREAMS_HPP
