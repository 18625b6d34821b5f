// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_PUBLISH_BATCH_HPP
#define GATEWIRE_SESSION_PUBLISH_BATCH_HPP

#include <gatewire/session/event_hub.hpp>
#include <gatewire/session/retry_for_memory.hpp>
#include <gatewire/session/serial_executor.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace rpc::inline v1::session {

/// Gathers the events that a method publishes while it runs on this thread, and publishes them
/// behind its response: that comes before the events which the call caused. For methods that wait
/// see `engine_executor`.
class publish_batch {
public:
    explicit publish_batch(event_hub& hub) noexcept : hub_(hub), outer_(innermost) {
        innermost = this;
    }
    ~publish_batch() { innermost = outer_; }
    publish_batch(const publish_batch&) = delete;
    publish_batch& operator=(const publish_batch&) = delete;

    /// The batch of this thread that gathers events of `hub`, or null.
    static publish_batch* of(const event_hub& hub) noexcept {
        publish_batch* batch = innermost;
        while (batch != nullptr && &batch->hub_ != &hub) {
            batch = batch->outer_;
        }
        return batch;
    }

    bool is_empty() const noexcept { return held_.empty(); }

    void hold(std::size_t event, std::string_view key, std::string_view data,
              std::string_view target) {
        held_.push_back({event, std::string(key), std::string(data), std::string(target)});
    }

    /// Publishes what was gathered, in order, and what is gathered meanwhile.
    void release() {
        while (!held_.empty()) {
            for (const held_event& held : std::exchange(held_, {})) {
                retry_for_memory(
                    [&] { hub_.publish(held.event, held.key, held.data, held.target); });
            }
        }
    }

private:
    friend class blocking_scope;

    struct held_event {
        std::size_t event;
        std::string key;
        std::string data;
        std::string target;
    };

    static inline constinit thread_local publish_batch* innermost = nullptr;

    event_hub& hub_;
    publish_batch* outer_;
    std::vector<held_event> held_;
};

/// The strand of an engine, and the hub whose events are gathered in turns on it.
struct engine_strand {
    std::shared_ptr<strand_state> on;
    event_hub* hub;
    std::weak_ptr<const void> owner;  // of the hub: once it is gone, nothing is gathered

    strand_state& strand() const noexcept { return *on; }
};

/// The executor of an engine's methods that wait: what is published in one turn on it is gathered
/// until that turn ends. So the response of a method comes before what it published since it last
/// waited, as with methods that never wait. What it published in earlier turns is out by then:
/// other methods run meanwhile, and clients may need to know.
class engine_executor : public strand_handle<engine_executor, engine_strand> {
public:
    /// @param owner  Of the hub: once it is gone, nothing is gathered.
    engine_executor(const serial_executor& strand, event_hub& hub, std::weak_ptr<const void> owner)
        : strand_handle(std::make_shared<engine_strand>(
              engine_strand{strand.place(), &hub, std::move(owner)})) {}

    template <class Function>
    void execute(Function&& function) const {
        run(turn<std::decay_t<Function>>{place(), std::forward<Function>(function)});
    }

private:
    template <class Function>
    struct turn {
        std::shared_ptr<engine_strand> place;
        Function function;

        void operator()() {
            const std::shared_ptr<const void> alive = place->owner.lock();
            if (!alive || publish_batch::of(*place->hub) != nullptr) {
                std::move(function)();
                return;
            }
            publish_batch publishing(*place->hub);
            try {
                std::move(function)();
            } catch (...) {
                publishing.release();
                throw;
            }
            publishing.release();
        }
    };
};

static_assert(is_erased_without_memory<engine_executor>);

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_PUBLISH_BATCH_HPP
