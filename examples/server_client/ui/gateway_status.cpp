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
    auto [place, is_new] = gateways_.try_emplace(gateway.gateway_name, shown{gateway, nullptr});
    place->second.gateway = gateway;
    if (is_new) {
        auto* label = new QLabel(&bar_);
        label->setObjectName("state_" + to_text(gateway.gateway_name).replace('.', '_'));
        label->setTextFormat(Qt::RichText);
        label->setContentsMargins(8, 2, 14, 2);
        bar_.addWidget(label);
        place->second.label = label;
    }
    for (const auto& [name, each] : gateways_) {
        draw(each);
    }
}

bool gateway_status::is_out_of_sight(const std::string& name) const {
    const auto dot = name.find('.');
    const auto nearer = gateways_.find(name.substr(0, dot));
    return dot != std::string::npos && nearer != gateways_.end() &&
           nearer->second.gateway.state != gateway_state::CONNECTED;
}

void gateway_status::draw(const shown& each) const {
    const auto& gateway = each.gateway;
    const bool is_old = is_out_of_sight(gateway.gateway_name);
    const QColor colour = is_old ? theme::muted : theme::colour_of(gateway.state);
    QString text =
        QString(
            "<span style='color:%1'>\u25cf</span> <b>%2</b> "
            "<span style='color:%1'>%3</span>")
            .arg(colour.name(), to_text(gateway.gateway_name).toHtmlEscaped(),
                 is_old ? QString("was ") + name_text(gateway.state) : name_text(gateway.state));
    if (!gateway.text.empty()) {
        text += QString(" <span style='color:%1'>%2</span>")
                    .arg(theme::muted.name(), to_text(gateway.text).toHtmlEscaped());
    }
    each.label->setText(text);
}

void gateway_status::forget(const reset_data& reset) {
    std::erase_if(gateways_, [&](const auto& each) {
        // The gateway itself is still there; those behind it may be gone.
        if (!reset.covers(each.first) || each.first == reset.gateway_name) {
            return false;
        }
        delete each.second.label;
        return true;
    });
}

}  // namespace trader::ui
