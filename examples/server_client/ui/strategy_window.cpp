// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "strategy_window.hpp"

#include "data_columns.hpp"
#include "monitor.hpp"
#include "text.hpp"
#include "theme.hpp"

#include <QComboBox>
#include <QFormLayout>
#include <QGroupBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>
#include <nlohmann/json.hpp>

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

column<state> text_column(QString title, int width, std::string strategy_setting::* field) {
    return {std::move(title), width, false,
            [field](const state& of) { return text_cell(to_text(of.setting.*field)); }};
}

std::vector<column<state>> strategy_columns() {
    return {
        {"Name", 86, false, [](const state& of) { return text_cell(to_text(of.name)); }},
        text_column("Class", 72, &strategy_setting::class_name),
        {"Trading", 58, false,
         [](const state& of) {
             return of.is_trading ? text_cell("yes", theme::up) : text_cell("no", theme::muted);
         }},
        text_column("Symbol", 82, &strategy_setting::vt_symbol),
        text_column("Gateway", 70, &strategy_setting::gateway_name),
        {"Position", 60, true,
         [](const state& of) {
             return volume_cell(of.position, of.position > 0   ? theme::up
                                             : of.position < 0 ? theme::down
                                                               : QColor());
         }},
        {"Limit", 48, true, [](const state& of) { return volume_cell(of.setting.position_limit); }},
        count_column("Orders", 54, &state::orders),
        count_column("Trades", 54, &state::trades),
        count_column("Rejected", 60, &state::rejected),
        {"State", 170, false, [](const state& of) { return text_cell(to_text(of.text)); }},
    };
}

/// What of a strategy's setting has a line that is neither a list nor a parameter of its class.
nlohmann::json common_setting() {
    const strategy_setting usual;
    return {{"position_limit", usual.position_limit},
            {"orders_per_minute", usual.orders_per_minute}};
}

constexpr auto is_chosen = "is_chosen";

/// Notes that somebody has chosen an entry of a list, so that it stays.
void note_choice(QComboBox& list) {
    const auto note = [&list] { list.setProperty(is_chosen, true); };
    QObject::connect(&list, &QComboBox::activated, &list, note);
    if (list.lineEdit() != nullptr) {
        QObject::connect(list.lineEdit(), &QLineEdit::textEdited, &list, note);
    }
}

/// Fills a list anew. What somebody chose stays; if nobody did, it is what is usual, or the first.
void fill_list(QComboBox& list, const QStringList& entries, const std::string& usual) {
    const bool is_kept = list.property(is_chosen).toBool();
    const QString wanted = is_kept ? list.currentText() : to_text(usual);
    list.clear();
    list.addItems(entries);
    if (const auto place = entries.indexOf(wanted); place >= 0) {
        list.setCurrentIndex(static_cast<int>(place));
    } else if (is_kept && list.isEditable()) {
        list.setEditText(wanted);
    }
}

QStringList texts_of(const std::vector<std::string>& all) {
    QStringList texts;
    for (const auto& each : all) {
        texts.append(to_text(each));
    }
    return texts;
}

}  // namespace

strategy_window::strategy_window(main_engine& main, event_bridge& bridge, QWidget* parent)
    : QWidget(parent, Qt::Window),
      main_(main),
      engine_(main.add_app<strategy_app>()),
      timer_(this),
      name_(new QLineEdit("cross", this)),
      class_(new QComboBox(this)),
      gateway_(new QComboBox(this)),
      symbol_(new QComboBox(this)),
      error_(new QLabel(this)),
      table_(new monitor("strategies", this)),
      values_table_(new monitor("strategy_values", this)) {
    setObjectName("strategy_window");
    setWindowTitle("CTA strategy");
    resize(1180, 520);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(14, 14, 14, 14);
    layout->setSpacing(14);
    layout->addWidget(make_form());
    layout->addWidget(make_tables(), 1);
    bridge.on<gateway_data>(this, [this](const gateway_data&) { list_gateways(); });
    bridge.on<contract_data>(this, [this](const contract_data& contract) {
        if (gateway_->findText(to_text(contract.gateway_name)) < 0) {
            list_gateways();
        } else if (gateway_->currentText() == to_text(contract.gateway_name) &&
                   symbol_->findText(to_text(contract.vt_symbol())) < 0) {
            list_symbols();
        }
    });
    connect(class_, &QComboBox::currentTextChanged, this, [this] { show_parameters(); });
    connect(gateway_, &QComboBox::activated, this, [this] {
        symbol_->setProperty(is_chosen, false);
        list_symbols();
    });
    connect(table_->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            [this] { refresh(); });
    connect(&timer_, &QTimer::timeout, this, [this] { refresh(); });
    timer_.start(refresh_period);
    list_classes();
    list_gateways();
    refresh();
}

QWidget* strategy_window::make_form() {
    auto* box = new QGroupBox("New strategy", this);
    box->setFixedWidth(280);
    auto* layout = new QVBoxLayout(box);
    auto* form = new QFormLayout;
    layout->addLayout(form);
    add_lines(*form);
    auto* common = new QFormLayout;
    layout->addLayout(common);
    common_.emplace(*common, "strategy_").show(common_setting(), common_setting());
    auto* parameters = new QFormLayout;
    layout->addLayout(parameters);
    parameters_.emplace(*parameters, "parameter_");
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
    name_->setObjectName("strategy_name");
    class_->setObjectName("strategy_class");
    gateway_->setObjectName("strategy_gateway");
    symbol_->setObjectName("strategy_symbol");
    symbol_->setEditable(true);
    form.addRow("Name", name_);
    form.addRow("Class", class_);
    form.addRow("Gateway", gateway_);
    form.addRow("Symbol", symbol_);
    for (auto* list : {class_, gateway_, symbol_}) {
        list->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
        note_choice(*list);
    }
}

QWidget* strategy_window::make_tables() {
    auto* side = new QWidget(this);
    auto* layout = new QVBoxLayout(side);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    rows_ = new table_model<state>(
        strategy_columns(), [](const state& of) { return of.name; }, most_strategies, table_);
    table_->show_model(*rows_);
    layout->addWidget(table_, 3);
    layout->addWidget(make_buttons());
    values_ = new table_model<named_value>(
        {{"Name", 160, false, [](const named_value& of) { return text_cell(of.name); }},
         {"Value", 160, false, [](const named_value& of) { return text_cell(of.value); }},
         {"Kind", 90, false,
          [](const named_value& of) {
              return of.is_variable ? text_cell("variable") : text_cell("parameter", theme::muted);
          }}},
        [](const named_value& of) { return of.name.toStdString(); }, most_strategies,
        values_table_);
    values_table_->show_model(*values_);
    layout->addWidget(values_table_, 2);
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

void strategy_window::list_classes() {
    fill_list(*class_, texts_of(engine_.get_all_class_names()), strategy_setting().class_name);
    show_parameters();
}

void strategy_window::show_parameters() {
    if (class_->count() > 0) {
        const auto all = engine_.get_class_parameters(class_->currentText().toStdString());
        parameters_->show(all, all);
    }
}

void strategy_window::list_gateways() {
    fill_list(*gateway_, texts_of(main_.get_trading_gateway_names()),
              strategy_setting().gateway_name);
    list_symbols();
}

void strategy_window::list_symbols() {
    const auto gateway = gateway_->currentText().toStdString();
    std::vector<std::string> symbols;
    for (const auto& contract : main_.get_all_contracts()) {
        if (contract.gateway_name == gateway) {
            symbols.push_back(contract.vt_symbol());
        }
    }
    fill_list(*symbol_, texts_of(symbols), strategy_setting().vt_symbol);
}

void strategy_window::add_strategy() {
    attempt([this] {
        const std::string name = name_->text().trimmed().toStdString();
        if (name.empty()) {
            throw std::invalid_argument("Give the strategy a name.");
        }
        auto setting = common_->read();
        setting["class_name"] = class_->currentText().toStdString();
        setting["gateway_name"] = gateway_->currentText().toStdString();
        setting["vt_symbol"] = symbol_->currentText().trimmed().toStdString();
        setting["setting"] = parameters_->read();
        engine_.add_strategy(name, setting);
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
    values_->replace(values_of_selected());
}

std::vector<strategy_window::named_value> strategy_window::values_of_selected() const {
    const auto chosen = table_->selected_rows();
    if (chosen.empty() && rows_->rowCount() != 1) {
        return {};
    }
    const auto& shown = rows_->at(chosen.empty() ? 0 : chosen.front());
    std::vector<named_value> values;
    // The newest row is at the top: variables last, to be seen first.
    for (const auto& [name, value] : shown.setting.setting.items()) {
        values.push_back({to_text(name), line_text(value), false});
    }
    for (const auto& [name, value] : shown.variables.items()) {
        values.push_back({to_text(name), line_text(value), true});
    }
    return values;
}

}  // namespace trader::ui
