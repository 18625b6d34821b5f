// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "rpc_service_window.hpp"

#include "data_columns.hpp"
#include "monitor.hpp"
#include "text.hpp"
#include "theme.hpp"

#include <QCheckBox>
#include <QFontDatabase>
#include <QFormLayout>
#include <QGroupBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace trader::ui {

namespace {

using stats = rpc::session_stats;

constexpr std::chrono::seconds service_refresh_period{1};
constexpr std::size_t most_clients = 10000;
constexpr int log_lines_max = 2000;

template <class Field>
column<stats> count_column(QString title, int width, Field stats::* field) {
    return {std::move(title), width, true,
            [field](const stats& of) { return volume_cell(static_cast<double>(of.*field)); }};
}

column<stats> time_column(QString title, int width, std::chrono::microseconds stats::* field) {
    return {std::move(title), width, true, [field](const stats& of) {
                return volume_cell(static_cast<double>((of.*field).count()));
            }};
}

std::vector<column<stats>> client_columns() {
    return {
        count_column("Session", 58, &stats::session),
        {"Identity", 90, false,
         [](const stats& of) {
             return of.identity.empty() ? text_cell("anonymous", theme::muted)
                                        : text_cell(to_text(of.identity));
         }},
        {"Peer", 160, false, [](const stats& of) { return text_cell(to_text(of.peer)); }},
        count_column("Calls", 56, &stats::calls),
        count_column("Errors", 50, &stats::errors),
        count_column("Events", 66, &stats::events),
        count_column("Queued B", 68, &stats::queued_bytes),
        time_column("Mean \u00b5s", 62, &stats::answer_time_mean),
        time_column("Max \u00b5s", 62, &stats::answer_time_max),
        {"Subscriptions", 250, false,
         [](const stats& of) {
             QStringList topics;
             for (const auto& each : of.subscriptions) {
                 topics.append(to_text(each));
             }
             return text_cell(topics.join(", "));
         }},
    };
}

QString joined(const std::vector<std::string>& addresses) {
    QStringList all;
    for (const auto& each : addresses) {
        all.append(to_text(each));
    }
    return all.join(", ");
}

}  // namespace

rpc_service_window::rpc_service_window(main_engine& main, event_bridge& bridge, QWidget* parent)
    : QWidget(parent, Qt::Window),
      engine_(main.add_app<rpc_service::rpc_service_app>()),
      timer_(this),
      addresses_(new QLineEdit(this)),
      autostart_(new QCheckBox("Start with the program", this)),
      cancel_(new QCheckBox("Cancel orders of clients that are gone", this)),
      start_(new QPushButton("Start", this)),
      stop_(new QPushButton("Stop", this)),
      state_(new QLabel(this)),
      error_(new QLabel(this)),
      log_(new QPlainTextEdit(this)) {
    setObjectName("rpc_service_window");
    setWindowTitle("RPC service");
    resize(960, 500);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(14, 14, 14, 14);
    layout->setSpacing(10);
    layout->addWidget(make_settings());
    layout->addWidget(make_clients(), 2);
    log_->setObjectName("rpc_log");
    log_->setReadOnly(true);
    log_->setMaximumBlockCount(log_lines_max);
    log_->setLineWrapMode(QPlainTextEdit::NoWrap);
    log_->setTabStopDistance(110);
    layout->addWidget(log_, 3);
    connect(start_, &QPushButton::clicked, this, [this] { start(); });
    connect(stop_, &QPushButton::clicked, this, [this] { stop(); });
    bridge.on_any(this, [this](const trader::event& happened) {
        if (happened.type == rpc_service::EVENT_RPC_LOG) {
            show_line(std::get<log_data>(happened.data));
        }
    });
    connect(&timer_, &QTimer::timeout, this, [this] { refresh(); });
    timer_.start(service_refresh_period);
    if (const auto why = engine_.problem(); !why.empty()) {
        error_->setText(to_text(why));
        error_->show();
    }
    refresh();
}

QWidget* rpc_service_window::make_settings() {
    auto* box = new QWidget(this);
    auto* layout = new QHBoxLayout(box);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(16);
    auto* form = new QFormLayout;
    layout->addLayout(form, 1);
    const auto setting = engine_.setting();
    addresses_->setObjectName("rpc_addresses");
    addresses_->setText(joined(setting.listen));
    addresses_->setToolTip("Where to listen, separated by commas");
    autostart_->setObjectName("rpc_autostart_box");
    autostart_->setChecked(setting.autostart);
    cancel_->setObjectName("rpc_cancel_box");
    cancel_->setChecked(setting.cancel_on_disconnect);
    state_->setObjectName("rpc_state");
    error_->setObjectName("rpc_error");
    error_->setWordWrap(true);
    theme::show_as_error(*error_);
    auto* boxes = new QHBoxLayout;
    boxes->setSpacing(20);
    boxes->addWidget(autostart_);
    boxes->addWidget(cancel_);
    boxes->addStretch(1);
    form->addRow("Addresses", addresses_);
    form->addRow("Options", boxes);
    form->addRow("State", state_);
    form->addRow(error_);
    error_->hide();
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(8);
    layout->addLayout(buttons);
    start_->setObjectName("rpc_start_button");
    start_->setProperty("primary", true);
    stop_->setObjectName("rpc_stop_button");
    for (auto* button : {start_, stop_}) {
        button->setMinimumSize(110, 52);
        buttons->addWidget(button, 0, Qt::AlignTop);
    }
    return box;
}

QWidget* rpc_service_window::make_clients() {
    auto* shown = new monitor("rpc_clients", this);
    clients_ = new table_model<stats>(
        client_columns(), [](const stats& of) { return std::to_string(of.session); }, most_clients,
        shown);
    shown->show_model(*clients_);
    return shown;
}

void rpc_service_window::start() {
    auto setting = engine_.setting();
    setting.listen.clear();
    for (const QString& each : addresses_->text().split(',', Qt::SkipEmptyParts)) {
        setting.listen.push_back(each.trimmed().toStdString());
    }
    setting.autostart = autostart_->isChecked();
    setting.cancel_on_disconnect = cancel_->isChecked();
    error_->hide();
    engine_.start(std::move(setting));
    refresh();
}

void rpc_service_window::stop() {
    error_->hide();
    engine_.stop();
    refresh();
}

void rpc_service_window::refresh() {
    const bool is_active = engine_.is_active();
    start_->setEnabled(!is_active);
    stop_->setEnabled(is_active);
    for (QWidget* each : {static_cast<QWidget*>(addresses_), static_cast<QWidget*>(autostart_),
                          static_cast<QWidget*>(cancel_)}) {
        each->setEnabled(!is_active);
    }
    const auto clients = engine_.clients();
    clients_->replace(clients);
    state_->setText(is_active ? QString("running at %1, clients: %2")
                                    .arg(joined(engine_.addresses()))
                                    .arg(clients.size())
                              : QString("stopped"));
    state_->setStyleSheet("font-weight: bold; color: " +
                          (is_active ? theme::up : theme::muted).name());
}

void rpc_service_window::show_line(const log_data& line) {
    log_->appendPlainText(clock_text(line.time) + '\t' + to_text(line.msg));
    if (line.level >= log_data::error) {
        error_->setText(to_text(line.msg));
        error_->show();
    }
    refresh();
}

}  // namespace trader::ui
