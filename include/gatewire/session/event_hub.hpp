// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_EVENT_HUB_HPP
#define GATEWIRE_SESSION_EVENT_HUB_HPP

#include <gatewire/detail/linkage.hpp>
#include <gatewire/error.hpp>
#include <gatewire/limits.hpp>
#include <gatewire/observer.hpp>
#include <gatewire/protocol/event_store.hpp>
#include <gatewire/protocol/messages.hpp>
#include <gatewire/protocol/server_subscriptions.hpp>
#include <gatewire/protocol/service.hpp>
#include <gatewire/session/optional_mutex.hpp>
#include <gatewire/session/write_queue.hpp>
#include <gatewire/wire/buffer.hpp>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rpc::inline v1::session {

/// Who receives events: a session, as the hub sees it.
class event_receiver {
public:
    virtual ~event_receiver() = default;
    /// Queues one event, if it is meant for this receiver. Called with the hub's mutex held, so
    /// only the receiver's own may be taken. A receiver that has no memory for it ends.
    virtual void receive_event(const protocol::published_event& event) noexcept = 0;
    /// Sends what was queued. Called without the hub's mutex.
    virtual void flush_events() noexcept = 0;
};

/// Numbers events and hands each to those who want it.
///
/// The mutex makes the number of an event and its place in every queue one decision, whoever
/// publishes at the same time. Mutexes are taken in the order hub, then session, never otherwise.
class event_hub {
public:
    using receiver = std::shared_ptr<event_receiver>;
    using receiver_list = std::vector<receiver>;

    event_hub(const std::vector<protocol::entry_description>& events, const server_limits& limits,
              std::shared_ptr<observer> watching, bool is_single_threaded)
        : names_(protocol::names_of(events)),
          frame_size_max_(limits.answer_size_max),
          watching_(std::move(watching)),
          mutex_(!is_single_threaded),
          index_(names_.size()),
          // A replay that is too much for a queue would end each connection that asks for it.
          store_((std::min)(limits.replay_size_max, limits.queue_soft_max),
                 limits.latest_keys_max) {
        for (const protocol::entry_description& event : events) {
            kinds_.push_back({protocol::event_head(event.name), event.is_latest});
        }
    }

    /// Number of the newest event.
    const std::atomic<std::uint64_t>& position() const noexcept { return position_; }

    /// Refuses an event that is too large to be sent to anyone, before it has a number.
    /// @throws rpc::error  `frame_too_large`.
    void check_size(std::size_t event, std::size_t data_size) const {
        constexpr std::size_t envelope_max = 128;
        if (data_size + names_[event].size() + envelope_max > frame_size_max_) {
            throw error(errc::frame_too_large,
                        "event '" + std::string(names_[event]) + "': " + std::to_string(data_size) +
                            " bytes are over the limit of " + std::to_string(frame_size_max_),
                        outcome::not_sent);
        }
    }

    /// Sessions that may ask for a replay come and go; without any, none is kept ready.
    void session_began() noexcept { sessions_.fetch_add(1, std::memory_order_relaxed); }
    void session_ended() noexcept { sessions_.fetch_sub(1, std::memory_order_relaxed); }

    /// Publishes an event, whose size was checked, to everyone who wants it; `data` is its payload
    /// as JSON.
    /// @param target  Who alone shall have it, or empty; see `target_session`.
    /// @throws std::bad_alloc  Nothing has happened: the event has no number, and nobody has it.
    void publish(std::size_t event, std::string_view key, std::string_view data,
                 std::string_view target = {}) {
        receiver_list touched;
        std::size_t size = 0;
        {
            const std::lock_guard lock(mutex_);
            touched.swap(spare_);
            const std::uint64_t number = position_.load(std::memory_order_relaxed) + 1;
            frame_.clear();
            protocol::write_event_frame(frame_, kinds_[event].head, number, data);
            size = frame_.size();
            protocol::shared_frame shared;
            const bool is_latest = kinds_[event].is_latest;
            const bool is_shared = is_latest || frame_.size() >= write_queue::shared_min;
            if (is_shared) {
                shared = protocol::shared_frame(frame_.view());
            }
            const protocol::published_event published{number,
                                                      event,
                                                      is_latest,
                                                      key,
                                                      target,
                                                      frame_.view(),
                                                      is_shared ? &shared : nullptr};
            index_.for_each(event, key, [&](const receiver& who) { touched.push_back(who); });
            store_.add(published, sessions_.load(std::memory_order_relaxed) != 0);
            position_.store(number, std::memory_order_relaxed);
            for (const receiver& who : touched) {
                who->receive_event(published);
            }
        }
        if (watching_) {
            watching_->on_event({names_[event], key, size, touched.size()});
        }
        for (const receiver& who : touched) {
            who->flush_events();
        }
        touched.clear();
        const std::lock_guard lock(mutex_);
        spare_.swap(touched);
    }

    /// Runs `change(index, position)` while no event can be published.
    template <class Change>
    auto change(Change&& change) {
        const std::lock_guard lock(mutex_);
        return change(index_, position_.load(std::memory_order_relaxed));
    }

    /// What clients that come back can have again. Only inside of `change`.
    const protocol::event_store& store() const noexcept { return store_; }

    /// Forgets every subscription.
    GATEWIRE_COLD void clear() {
        const std::lock_guard lock(mutex_);
        index_ = protocol::subscription_index<receiver>(names_.size());
    }

private:
    struct kind {
        std::string head;  // of its frames
        bool is_latest;
    };

    std::vector<std::string_view> names_;
    std::size_t frame_size_max_;
    std::shared_ptr<observer> watching_;  // null if nobody is
    optional_mutex mutex_;
    std::atomic<std::uint64_t> position_{0};
    protocol::subscription_index<receiver> index_;
    protocol::event_store store_;
    std::vector<kind> kinds_;
    std::atomic<std::size_t> sessions_{0};
    wire::buffer frame_;
    receiver_list spare_;  // empty, with room
};

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_EVENT_HUB_HPP
