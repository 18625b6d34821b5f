// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "strategy_window.hpp"

#include "data_columns.hpp"
#include "monitor.hpp"
#include "text.hpp"
#include "theme.hpp"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QGroupBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QVBoxLayout>

#include <algorithm>
#include <exception>
#include <stdexcept>

namespace trader::ui {

namespace {

using state = strategy_engine::strategy_state;

constexpr std::chrono::seconds refresh_period{1};
constexpr std::size_t most_strategies = 1000;

column<state> count_column(QString title, int width, std::size_t state::* field) {
    return {std::move(title), width, true,
            [field](const state& of) { return volume_cell(static_cast<double>(of.*field)); }};
}

std::vector<column<state>> strategy_columns() {
    return {
        {"Name", 86, false, [](const state& of) { return text_cell(to_text(of.name)); }},
        {"Trading", 62, false,
         [](const state& of) {
             return of.is_trading ? text_cell("yes", theme::up) : text_cell("no", theme::muted);
         }},
        {"Symbol", 82, false,
         [](const state& of) { return text_cell(to_text(of.setting.vt_symbol())); }},
        {"Gateway", 70, false,
         [](const state& of) { return text_cell(to_text(of.setting.gateway_name)); }},
        {"Days", 52, false,
         [](const state& of) {
             return text_cell(
                 QString("%1 / %2").arg(of.setting.fast_days).arg(of.setting.slow_days));
         }},
        {"Position", 64, true,
         [](const state& of) {
             return volume_cell(of.position, of.position > 0   ? theme::up
                                             : of.position < 0 ? theme::down
                                                               : QColor());
         }},
        {"Limit", 48, true, [](const state& of) { return volume_cell(of.setting.position_limit); }},
        count_column("Orders", 54, &state::orders),
        count_column("Trades", 54, &state::trades),
        count_column("Rejected", 62, &state::rejected),
        {"State", 110, false, [](const state& of) { return text_cell(to_text(of.text)); }},
    };
}

/// `SPX.CBOE` in its two parts.
std::pair<std::string, exchange> split_symbol(const std::string& vt_symbol) {
    const auto dot = vt_symbol.rfind('.');
    for (const auto& [value, name] : exchange_names) {
        if (dot != std::string::npos && dot > 0 && name == vt_symbol.substr(dot + 1)) {
            return {vt_symbol.substr(0, dot), value};
        }
    }
    throw std::invalid_argument("'" + vt_symbol + "' is not a symbol like SPX.CBOE");
}

template <class Number>
Number* make_number(const char* name, double value) {
    auto* number = new Number;
    number->setObjectName(name);
    number->setRange(1, 100000);
    number->setValue(static_cast<decltype(number->value())>(value));
    number->setAlignment(Qt::AlignRight);
    return number;
}

}  // namespace

strategy_window::strategy_window(main_engine& main, strategy_engine& engine, event_bridge& bridge,
                                 QWidget* parent)
    : QWidget(parent, Qt::Window),
      main_(main),
      engine_(engine),
      timer_(this),
      name_(new QLineEdit("cross", this)),
      gateway_(new QComboBox(this)),
      symbol_(new QLineEdit(this)),
      error_(new QLabel(this)),
      table_(new monitor("strategies", this)) {
    setObjectName("strategy_window");
    setWindowTitle("CTA strategy");
    resize(1080, 420);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(14, 14, 14, 14);
    layout->setSpacing(14);
    layout->addWidget(make_form());
    layout->addWidget(make_table(), 1);
    bridge.on<gateway_data>(this, [this](const gateway_data&) { list_gateways(); });
    bridge.on<contract_data>(this, [this](const contract_data& contract) {
        if (gateway_->findText(to_text(contract.gateway_name)) < 0) {
            list_gateways();
        }
    });
    connect(&timer_, &QTimer::timeout, this, [this] { refresh(); });
    timer_.start(refresh_period);
    list_gateways();
    refresh();
}

QWidget* strategy_window::make_form() {
    auto* box = new QGroupBox("New strategy", this);
    box->setFixedWidth(270);
    auto* layout = new QVBoxLayout(box);
    auto* form = new QFormLayout;
    layout->addLayout(form);
    add_lines(*form);
    auto* add = new QPushButton("Add", box);
    add->setObjectName("add_strategy_button");
    add->setProperty("primary", true);
    connect(add, &QPushButton::clicked, this, [this] { add_strategy(); });
    layout->addWidget(add);
    error_->setObjectName("strategy_error");
    error_->setWordWrap(true);
    theme::show_as_error(*error_);
    layout->addWidget(error_);
    layout->addStretch(1);
    return box;
}

void strategy_window::add_lines(QFormLayout& form) {
    const ma_cross_setting usual;
    name_->setObjectName("strategy_name");
    gateway_->setObjectName("strategy_gateway");
    symbol_->setObjectName("strategy_symbol");
    symbol_->setText(to_text(usual.vt_symbol()));
    fast_ = make_number<QSpinBox>("strategy_fast", usual.fast_days);
    slow_ = make_number<QSpinBox>("strategy_slow", usual.slow_days);
    volume_ = make_number<QDoubleSpinBox>("strategy_volume", usual.volume);
    limit_ = make_number<QDoubleSpinBox>("strategy_limit", usual.position_limit);
    orders_ = make_number<QSpinBox>("strategy_orders", usual.orders_per_minute);
    for (auto* number : {volume_, limit_}) {
        number->setDecimals(0);
    }
    form.addRow("Name", name_);
    form.addRow("Gateway", gateway_);
    form.addRow("Symbol", symbol_);
    form.addRow("Fast days", fast_);
    form.addRow("Slow days", slow_);
    form.addRow("Volume", volume_);
    form.addRow("Position limit", limit_);
    form.addRow("Orders per minute", orders_);
    gateway_->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

QWidget* strategy_window::make_table() {
    auto* side = new QWidget(this);
    auto* layout = new QVBoxLayout(side);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    rows_ = new table_model<state>(
        strategy_columns(), [](const state& of) { return of.name; }, most_strategies, table_);
    table_->show_model(*rows_);
    layout->addWidget(table_, 1);
    layout->addWidget(make_buttons());
    return side;
}

QWidget* strategy_window::make_buttons() {
    auto* bar = new QWidget(this);
    auto* layout = new QHBoxLayout(bar);
    layout->setContentsMargins(0, 0, 0, 0);
    const auto add = [&](const char* text, const char* name, auto work) {
        auto* button = new QPushButton(text, bar);
        button->setObjectName(name);
        layout->addWidget(button);
        connect(button, &QPushButton::clicked, this, [this, work] { with_selected(work); });
    };
    add("Start", "start_strategy_button",
        [this](const std::string& name) { engine_.start_strategy(name); });
    add("Stop", "stop_strategy_button",
        [this](const std::string& name) { engine_.stop_strategy(name); });
    add("Remove", "remove_strategy_button",
        [this](const std::string& name) { engine_.remove_strategy(name); });
    layout->addStretch(1);
    return bar;
}

void strategy_window::list_gateways() {
    const QString was = gateway_->currentText();
    const QString wanted = was.isEmpty() ? to_text(ma_cross_setting{}.gateway_name) : was;
    gateway_->clear();
    for (const auto& each : main_.get_trading_gateway_names()) {
        gateway_->addItem(to_text(each));
    }
    if (const int place = gateway_->findText(wanted); place >= 0) {
        gateway_->setCurrentIndex(place);
    }
}

void strategy_window::add_strategy() {
    attempt([this] {
        const std::string name = name_->text().trimmed().toStdString();
        if (name.empty()) {
            throw std::invalid_argument("Give the strategy a name.");
        }
        const auto [symbol, where] = split_symbol(symbol_->text().trimmed().toStdString());
        engine_.add_strategy(name, {.gateway_name = gateway_->currentText().toStdString(),
                                    .symbol = symbol,
                                    .exchange = where,
                                    .fast_days = fast_->value(),
                                    .slow_days = slow_->value(),
                                    .volume = volume_->value(),
                                    .position_limit = limit_->value(),
                                    .orders_per_minute = orders_->value()});
    });
}

void strategy_window::with_selected(const std::function<void(const std::string&)>& work) {
    attempt([&] {
        std::vector<std::string> chosen;
        for (const int row : table_->selected_rows()) {
            chosen.push_back(rows_->at(row).name);
        }
        // Where there is one only, it is meant.
        if (chosen.empty() && rows_->rowCount() == 1) {
            chosen.push_back(rows_->at(0).name);
        }
        if (chosen.empty()) {
            throw std::invalid_argument("Select a strategy in the table.");
        }
        std::ranges::for_each(chosen, work);
    });
}

void strategy_window::attempt(const std::function<void()>& work) {
    error_->clear();
    try {
        work();
    } catch (const std::exception& failure) {
        error_->setText(failure.what());
    }
    refresh();
}

void strategy_window::refresh() {
    rows_->replace(engine_.get_all_strategies());
}

}  // namespace trader::ui
