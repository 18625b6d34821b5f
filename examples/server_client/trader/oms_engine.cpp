// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "oms_engine.hpp"

namespace trader {

oms_engine::oms_engine(event_engine& events) : events_(events) {
    const auto update = [this](const event& happened) {
        const std::lock_guard lock(mutex_);
        book_.update(happened);
    };
    // By type, not general: so it comes before the general handlers, which may ask.
    for (const auto type : {EVENT_TICK, EVENT_TRADE, EVENT_ORDER, EVENT_POSITION, EVENT_ACCOUNT,
                            EVENT_QUOTE, EVENT_CONTRACT, EVENT_GATEWAY, EVENT_RESET}) {
        handlers_.push_back(events.register_handler(std::string(type), update));
    }
}

oms_engine::~oms_engine() {
    for (const auto id : handlers_) {
        events_.unregister(id);
    }
}

std::vector<order_data> oms_engine::get_all_active_orders() const {
    const std::lock_guard lock(mutex_);
    return book_.list_active<order_data>();
}

std::vector<quote_data> oms_engine::get_all_active_quotes() const {
    const std::lock_guard lock(mutex_);
    return book_.list_active<quote_data>();
}

oms_book oms_engine::snapshot() const {
    const std::lock_guard lock(mutex_);
    return book_;
}

}  // namespace trader
