// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "gateway_status.hpp"

#include "text.hpp"
#include "theme.hpp"

#include <QLabel>
#include <QStatusBar>

namespace trader::ui {

gateway_status::gateway_status(main_engine& main, event_bridge& bridge, QStatusBar& bar)
    : QObject(&bar), bar_(bar) {
    for (const auto& name : main.get_all_gateway_names()) {
        show_state(main.get_gateway_state(name).value_or(gateway_data{name}));
    }
    for (const auto& each : main.get_all_gateway_states()) {
        show_state(each);
    }
    bridge.on<gateway_data>(this, [this](const gateway_data& each) { show_state(each); });
    bridge.on<reset_data>(this, [this](const reset_data& reset) { forget(reset); });
}

void gateway_status::show_state(const gateway_data& gateway) {
    auto& label = labels_[gateway.gateway_name];
    if (label == nullptr) {
        label = new QLabel(&bar_);
        label->setObjectName("state_" + to_text(gateway.gateway_name).replace('.', '_'));
        label->setTextFormat(Qt::RichText);
        label->setContentsMargins(8, 2, 14, 2);
        bar_.addWidget(label);
    }
    const QString colour = theme::colour_of(gateway.state).name();
    QString text =
        QString(
            "<span style='color:%1'>\u25cf</span> <b>%2</b> "
            "<span style='color:%1'>%3</span>")
            .arg(colour, to_text(gateway.gateway_name).toHtmlEscaped(), name_text(gateway.state));
    if (!gateway.text.empty()) {
        text += QString(" <span style='color:%1'>%2</span>")
                    .arg(theme::muted.name(), to_text(gateway.text).toHtmlEscaped());
    }
    label->setText(text);
}

void gateway_status::forget(const reset_data& reset) {
    std::erase_if(labels_, [&](const auto& each) {
        // The gateway itself is still there; those behind it may be gone.
        if (!reset.covers(each.first) || each.first == reset.gateway_name) {
            return false;
        }
        delete each.second;
        return true;
    });
}

}  // namespace trader::ui
