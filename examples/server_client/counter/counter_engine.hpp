// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TRADER_COUNTER_ENGINE_HPP
#define TRADER_COUNTER_ENGINE_HPP

#include "../trader/main_engine.hpp"
#include "desk_rules.hpp"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace trader {

/// An application that trades nothing: it counts every event and complains of what must not be.
///
/// @par Thread safety
/// All functions may be called from any thread.
class counter_engine : public base_engine {
public:
    counter_engine(main_engine& main, event_engine& events) : base_engine(main, events, "Counter") {
        handler_ = events.register_general([this](const event& happened) { count(happened); });
    }
    ~counter_engine() override { close(); }

    /// How often each type of event came.
    std::map<std::string, std::size_t> events_by_type() const {
        const std::lock_guard lock(mutex_);
        return by_type_;
    }

    /// How often a gateway was in each state.
    std::map<std::string, std::size_t> states() const {
        const std::lock_guard lock(mutex_);
        return states_;
    }

    /// Waits until positions are the sums of the trades, for so long at most: after a trade its
    /// position is still on the way.
    void wait_for_positions(std::chrono::milliseconds at_most) const {
        std::unique_lock lock(mutex_);
        happened_.wait_for(lock, at_most, [this] { return rules_.positions_agree(); });
    }

    /// What was wrong so far, gateways that never were connected among it; to be called when
    /// nothing is on the way.
    std::vector<std::string> complaints() {
        const std::lock_guard lock(mutex_);
        rules_.check_positions();
        auto all = rules_.complaints();
        for (const auto& [gateway, state] : last_states_) {
            if (!states_.contains(gateway + " " + std::string(name_of(gateway_state::CONNECTED)))) {
                const auto why = last_warnings_.find(gateway);
                all.push_back(gateway + " was never connected: " +
                              (why == last_warnings_.end() ? state.text : why->second));
            }
        }
        return all;
    }

    void close() override {
        if (handler_ != 0) {
            events().unregister(std::exchange(handler_, 0));
        }
    }

private:
    void count(const event& happened) {
        const std::lock_guard lock(mutex_);
        happened_.notify_all();  // Whoever wakes waits for the mutex, and so for what follows.
        ++by_type_[happened.type];
        std::visit(
            [this]<class Data>(const Data& data) {
                if constexpr (requires { rules_.on(data); }) {
                    rules_.on(data);
                } else if constexpr (std::is_same_v<Data, gateway_data>) {
                    ++states_[data.gateway_name + " " + std::string(name_of(data.state))];
                    last_states_[data.gateway_name] = data;
                } else if constexpr (std::is_same_v<Data, log_data>) {
                    if (data.level >= log_data::warning) {
                        last_warnings_[data.gateway_name] = data.msg;
                    }
                }
            },
            happened.data);
    }

    mutable std::condition_variable happened_;
    mutable std::mutex mutex_;  // Guards what follows.
    desk_rules rules_;
    std::map<std::string, std::size_t> by_type_;
    std::map<std::string, std::size_t> states_;
    std::map<std::string, gateway_data> last_states_;
    std::map<std::string, std::string> last_warnings_;  // By gateway.
    event_engine::handler_id handler_ = 0;
};

/// For `main_engine::add_app`.
struct counter_app {
    static constexpr std::string_view app_name = "Counter";
    static constexpr std::string_view display_name = "Counter";
    using engine_type = counter_engine;
};

}  // namespace trader

#endif  // TRADER_COUNTER_ENGINE_HPP
