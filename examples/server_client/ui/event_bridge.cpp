// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "event_bridge.hpp"

#include <QMetaObject>

#include <algorithm>
#include <type_traits>

namespace trader::ui {

namespace {

/// Whether only the newest event of an id matters to someone who looks at it.
template <class Data>
constexpr bool is_state = std::is_same_v<Data, tick_data> || std::is_same_v<Data, order_data> ||
                          std::is_same_v<Data, position_data> ||
                          std::is_same_v<Data, account_data> || std::is_same_v<Data, quote_data>;

/// What a newer event takes the place of; empty if it takes none.
std::string place_of(const event& happened) {
    return std::visit(
        [&]<class Data>(const Data& data) -> std::string {
            if constexpr (is_state<Data>) {
                return happened.type + data.id();
            } else {
                return {};
            }
        },
        happened.data);
}

}  // namespace

event_bridge::event_bridge(event_engine& events, QObject* parent)
    : QObject(parent), events_(events), timer_(this) {
    timer_.setSingleShot(true);
    QObject::connect(&timer_, &QTimer::timeout, this, [this] { deliver(); });
    handler_ =
        events_.register_general([this](const trader::event& happened) { collect(happened); });
}

event_bridge::~event_bridge() {
    events_.unregister(handler_);
}

void event_bridge::on_any(QObject* owner, handler wanted) {
    listeners_.push_back({owner, std::move(wanted)});
}

void event_bridge::collect(const trader::event& happened) {
    if (happened.type == EVENT_TIMER) {
        return;
    }
    const std::lock_guard lock(mutex_);
    if (!replaced_what_waits(happened)) {
        waiting_.push_back(happened);
    }
    if (!is_awake_) {
        is_awake_ = true;
        QMetaObject::invokeMethod(this, [this] { timer_.start(period); }, Qt::QueuedConnection);
    }
}

bool event_bridge::replaced_what_waits(const trader::event& happened) {
    if (std::holds_alternative<reset_data>(happened.data)) {
        places_.clear();  // What comes after it is not what was before.
        return false;
    }
    const std::string place = place_of(happened);
    if (place.empty()) {
        return false;
    }
    const auto [found, is_new] = places_.try_emplace(place, taken_ + waiting_.size());
    if (is_new) {
        return false;
    }
    if (found->second < taken_) {
        found->second = taken_ + waiting_.size();
        return false;
    }
    waiting_[found->second - taken_] = happened;
    return true;
}

std::vector<trader::event> event_bridge::take_some() {
    const std::lock_guard lock(mutex_);
    const auto count = (std::min)(waiting_.size(), turn_size);
    const auto end = waiting_.begin() + static_cast<std::ptrdiff_t>(count);
    std::vector<trader::event> taken(std::make_move_iterator(waiting_.begin()),
                                     std::make_move_iterator(end));
    waiting_.erase(waiting_.begin(), end);
    taken_ += count;
    if (waiting_.empty()) {
        places_.clear();
    }
    return taken;
}

void event_bridge::deliver() {
    for (const trader::event& each : take_some()) {
        // A handler may add listeners.
        for (std::size_t index = 0; index < listeners_.size(); ++index) {
            if (listeners_[index].owner) {
                listeners_[index].wanted(each);
            }
        }
    }
    std::erase_if(listeners_, [](const listener& each) { return each.owner.isNull(); });
    const std::lock_guard lock(mutex_);
    is_awake_ = !waiting_.empty();
    if (is_awake_) {
        timer_.start(period);
    }
}

}  // namespace trader::ui
