// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_NATS_STREAMS_HPP
#define GATEWIRE_NATS_STREAMS_HPP

#include <gatewire/nats/jetstream.hpp>
#include <gatewire/nats/options.hpp>
#include <gatewire/nats/subject.hpp>
#include <gatewire/protocol/service.hpp>
#include <gatewire/protocol/time.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
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

/// The configuration of a stream with the subjects of a plan, too; null if it has them.
/// @param there  Its configuration now.
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

/// Sees to it that the streams of an engine's events are there, and goes on trying until they are.
/// Limits that a stream has already are left alone.
///
/// @par Thread safety
/// All functions may be called from any thread at the same time. It must outlive its requests.
class stream_creator {
public:
    using time_point = protocol::time_point;

    /// Called with the connection when all streams are there.
    using ready_callback = std::function<void(std::shared_ptr<connection>)>;

    stream_creator(std::vector<stream_plan> plans, stream_limits limits, jetstream& requests,
                   ready_callback ready)
        : plans_(std::move(plans)),
          limits_(limits),
          jetstream_(requests),
          ready_(std::move(ready)),
          next_(plans_.size(), protocol::never),
          is_there_(plans_.size(), false) {}

    /// There is a connection: looks after every stream.
    void make(const std::shared_ptr<connection>& broker, time_point now) {
        {
            const std::lock_guard lock(mutex_);
            broker_ = broker;
            is_there_.assign(plans_.size(), false);
        }
        for (std::size_t at = 0; at < plans_.size(); ++at) {
            request_state(at, now);
        }
    }

    /// Tries again where that is due.
    void look(time_point now) {
        for (std::size_t at = 0; at < plans_.size(); ++at) {
            bool is_due = false;
            {
                const std::lock_guard lock(mutex_);
                is_due = next_[at] <= now;
            }
            if (is_due) {
                request_state(at, now);
            }
        }
    }

private:
    static constexpr std::chrono::milliseconds retry_wait{500};

    /// @param one  Lacks the name of the stream.
    void ask(std::size_t at, jetstream::request one, time_point now,
             jetstream::take_response take) {
        std::shared_ptr<connection> broker;
        {
            const std::lock_guard lock(mutex_);
            next_[at] = protocol::never;
            broker = broker_.lock();
        }
        if (broker) {
            one.what = "STREAM." + one.what + "." + plans_[at].name;
            jetstream_.ask(*broker, one, now, std::move(take));
        }
    }

    void request_state(std::size_t at, time_point now) {
        ask(at, {"INFO"}, now, [this, at, now](const nlohmann::json* response) {
            if (response != nullptr && error_number(*response) == stream_not_found) {
                change(at, "CREATE", stream_config(plans_[at], limits_), now);
            } else if (response == nullptr || error_number(*response) != 0) {
                try_later(at, now);
            } else {
                const nlohmann::json changed =
                    missing_subjects(plans_[at], response->value("config", nlohmann::json()));
                if (!changed.is_null()) {
                    change(at, "UPDATE", changed, now);
                } else {
                    succeed(at);
                }
            }
        });
    }

    void change(std::size_t at, const std::string& verb, const nlohmann::json& config,
                time_point now) {
        ask(at, {verb, config}, now, [this, at, now](const nlohmann::json* response) {
            if (response == nullptr || error_number(*response) != 0) {
                try_later(at, now);
            } else {
                succeed(at);
            }
        });
    }

    void succeed(std::size_t at) {
        std::shared_ptr<connection> broker;
        {
            const std::lock_guard lock(mutex_);
            is_there_[at] = true;
            if (std::find(is_there_.begin(), is_there_.end(), false) == is_there_.end()) {
                broker = broker_.lock();
            }
        }
        if (broker) {
            ready_(std::move(broker));
        }
    }

    void try_later(std::size_t at, time_point now) {
        const std::lock_guard lock(mutex_);
        next_[at] = now + retry_wait;
    }

    const std::vector<stream_plan> plans_;
    const stream_limits limits_;
    jetstream& jetstream_;
    const ready_callback ready_;
    std::mutex mutex_;
    std::weak_ptr<connection> broker_;
    std::vector<time_point> next_;  // when to try again, by plan
    std::vector<bool> is_there_;    // on this connection, by plan
};

}  // namespace rpc::inline v1::nats

#endif  // GATEWIRE_NATS_STREAMS_HPP
