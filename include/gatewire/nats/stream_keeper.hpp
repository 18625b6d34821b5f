// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_NATS_STREAM_KEEPER_HPP
#define GATEWIRE_NATS_STREAM_KEEPER_HPP

#include <gatewire/nats/mailbox.hpp>
#include <gatewire/nats/streams.hpp>

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

namespace rpc::inline v1::nats {

/// Sees to it that the streams of an engine's events are there, and goes on trying until they are.
/// Limits that a stream has already are left alone.
///
/// @par Thread safety
/// All functions may be called from any thread at the same time. It must outlive its questions.
class stream_keeper {
public:
    using time_point = protocol::time_point;

    /// Told with the connection when all streams are there.
    using ready_callback = std::function<void(std::shared_ptr<connection>)>;

    stream_keeper(std::vector<stream_plan> plans, stream_limits limits, mailbox& post,
                  ready_callback ready)
        : plans_(std::move(plans)),
          limits_(limits),
          post_(post),
          ready_(std::move(ready)),
          next_(plans_.size(), protocol::never),
          is_there_(plans_.size(), false) {}

    /// There is a connection: looks after every stream.
    void make(const std::shared_ptr<connection>& link, time_point now) {
        {
            const std::lock_guard lock(mutex_);
            link_ = link;
            is_there_.assign(plans_.size(), false);
        }
        for (std::size_t at = 0; at < plans_.size(); ++at) {
            inquire(at, now);
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
                inquire(at, now);
            }
        }
    }

    /// What JetStream said last against a stream; empty if nothing.
    std::string problem() const {
        const std::lock_guard lock(mutex_);
        return problem_;
    }

private:
    static constexpr std::chrono::milliseconds retry_wait{500};

    void ask(std::size_t at, const std::string& verb, const nlohmann::json& question,
             time_point now, mailbox::take_answer take) {
        std::shared_ptr<connection> link;
        {
            const std::lock_guard lock(mutex_);
            next_[at] = protocol::never;
            link = link_.lock();
        }
        if (link) {
            post_.ask(*link, "STREAM." + verb + "." + plans_[at].name, question, now,
                      std::move(take));
        }
    }

    void inquire(std::size_t at, time_point now) {
        ask(at, "INFO", nullptr, now, [this, at, now](const nlohmann::json* answer) {
            if (answer != nullptr && error_number(*answer) == stream_not_found) {
                change(at, "CREATE", stream_config(plans_[at], limits_), now);
            } else if (answer == nullptr || error_number(*answer) != 0) {
                fail(at, error_words(answer), now);
            } else {
                const nlohmann::json changed =
                    missing_subjects(plans_[at], answer->value("config", nlohmann::json()));
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
        ask(at, verb, config, now, [this, at, now](const nlohmann::json* answer) {
            if (answer == nullptr || error_number(*answer) != 0) {
                fail(at, error_words(answer), now);
            } else {
                succeed(at);
            }
        });
    }

    void succeed(std::size_t at) {
        std::shared_ptr<connection> link;
        {
            const std::lock_guard lock(mutex_);
            is_there_[at] = true;
            if (std::find(is_there_.begin(), is_there_.end(), false) == is_there_.end()) {
                link = link_.lock();
            }
        }
        if (link) {
            ready_(std::move(link));
        }
    }

    void fail(std::size_t at, std::string why, time_point now) {
        const std::lock_guard lock(mutex_);
        problem_ = "the stream '" + plans_[at].name + "': " + std::move(why);
        next_[at] = now + retry_wait;
    }

    const std::vector<stream_plan> plans_;
    const stream_limits limits_;
    mailbox& post_;
    const ready_callback ready_;
    mutable std::mutex mutex_;
    std::weak_ptr<connection> link_;
    std::vector<time_point> next_;  // when to try again, by plan
    std::vector<bool> is_there_;    // on this connection, by plan
    std::string problem_;
};

}  // namespace rpc::inline v1::nats

#endif  // GATEWIRE_NATS_STREAM_KEEPER_HPP
