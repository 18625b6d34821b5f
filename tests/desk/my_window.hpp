// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TESTS_MY_WINDOW_HPP
#define TESTS_MY_WINDOW_HPP

#include "my_application.hpp"

#include "ui/event_bridge.hpp"

#include <QLabel>

// What examples/server_client/my_application.md shows.

//[my_window
class my_window : public QLabel {
public:
    my_window(trader::main_engine& main, trader::ui::event_bridge& bridge, QWidget* parent)
        : QLabel("nothing yet", parent, Qt::Window) {
        setObjectName("my_window");
        bridge.on<trader::trade_data>(
            this, [this, &engine = main.add_app<my_app>()](const trader::trade_data&) {
                setText(QString("traded so far: %1").arg(engine.volume()));
            });
    }
};
//]

#endif  // TESTS_MY_WINDOW_HPP
