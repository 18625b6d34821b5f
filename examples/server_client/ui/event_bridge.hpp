// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TRADER_EVENT_BRIDGE_HPP
#define TRADER_EVENT_BRIDGE_HPP

#include "../trader/event_engine.hpp"

#include <QObject>
#include <QPointer>
#include <QTimer>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

namespace trader::ui {

/// Carries events from the event engine's thread to the thread of the windows: together, once per
/// 50 ms, and so many per turn at most that windows stay answering. While something waits, a newer
/// state of the same tick, order, position, account or quote takes its place.
///
/// Lives on the thread of the windows and goes before the event engine.
class event_bridge : public QObject {
public:
    using handler = std::function<void(const trader::event&)>;

    static constexpr std::chrono::milliseconds period{50};
    static constexpr std::size_t turn_size = 1000;

    explicit event_bridge(event_engine& events, QObject* parent = nullptr);
    ~event_bridge() override;

    /// Wants every event but the timer, as long as `owner` lives.
    void on_any(QObject* owner, handler wanted);

    /// Wants the events of one kind of data, as long as `owner` lives.
    template <class Data>
    void on(QObject* owner, std::function<void(const Data&)> wanted) {
        on_any(owner, [wanted = std::move(wanted)](const trader::event& happened) {
            if (happened.type == event_type_of<Data>) {
                wanted(std::get<Data>(happened.data));
            }
        });
    }

private:
    struct listener {
        QPointer<QObject> owner;
        handler wanted;
    };

    void collect(const trader::event& happened);
    bool replaced_what_waits(const trader::event& happened);
    void deliver();
    std::vector<trader::event> take_some();

    event_engine& events_;
    QTimer timer_;
    std::deque<listener> listeners_;  // Stays in place when one is added.
    event_engine::handler_id handler_ = 0;

    std::mutex mutex_;  // Guards what follows.
    std::deque<trader::event> waiting_;
    std::uint64_t taken_ = 0;  // How many events have left `waiting_`.
    std::unordered_map<std::string, std::uint64_t> places_;
    bool is_awake_ = false;
};

}  // namespace trader::ui

#endif  // TRADER_EVENT_BRIDGE_HPP
