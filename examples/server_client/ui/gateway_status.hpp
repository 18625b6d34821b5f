// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TRADER_GATEWAY_STATUS_HPP
#define TRADER_GATEWAY_STATUS_HPP

#include "../trader/main_engine.hpp"
#include "event_bridge.hpp"

#include <QObject>

#include <map>
#include <string>

class QLabel;
class QStatusBar;

namespace trader::ui {

/// How each gateway is connected, as labels in a status bar.
class gateway_status : public QObject {
public:
    gateway_status(main_engine& main, event_bridge& bridge, QStatusBar& bar);

private:
    struct shown {
        gateway_data gateway;
        QLabel* label;  // Owned by the bar.
    };

    void show_state(const gateway_data& gateway);
    void draw(const shown& each) const;
    /// Whether a gateway is behind one that is not connected, so that its state is an old one.
    bool is_out_of_sight(const std::string& name) const;
    void forget(const reset_data& reset);

    QStatusBar& bar_;
    std::map<std::string, shown> gateways_;
};

}  // namespace trader::ui

#endif  // TRADER_GATEWAY_STATUS_HPP
