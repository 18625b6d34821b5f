// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "rpc_service_window.hpp"

#include "client_table.hpp"
#include "data_columns.hpp"
#include "file_line.hpp"
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
#include <QProcess>
#include <QPushButton>
#include <QTabWidget>
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
      certificate_(new QLineEdit(this)),
      key_(new QLineEdit(this)),
      client_authority_(new QLineEdit(this)),
      make_(new QPushButton("Make certificates", this)),
      autostart_(new QCheckBox("Start with the program", this)),
      cancel_(new QCheckBox("Cancel orders of clients that are gone", this)),
      start_(new QPushButton("Start", this)),
      stop_(new QPushButton("Stop", this)),
      state_(new QLabel(this)),
      error_(new QLabel(this)),
      hint_(new QLabel(this)),
      access_(new client_table(this)),
      log_(new QPlainTextEdit(this)) {
    setObjectName("rpc_service_window");
    setWindowTitle("RPC service");
    resize(960, 640);
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
        show_error(to_text(why));
    }
    refresh();
}

void rpc_service_window::add_lines(QFormLayout& form) {
    const auto setting = engine_.setting();
    addresses_->setObjectName("rpc_addresses");
    addresses_->setText(joined(setting.listen));
    addresses_->setToolTip(
        "Where to listen, separated by commas: tcp://host:port, tls://host:port or unix:///file; "
        "0.0.0.0 is every address of this machine");
    form.addRow("Addresses", addresses_);
    const auto add_file = [&](const QString& title, const QString& name, QLineEdit& line,
                              const std::string& file, const QString& meaning) {
        line.setObjectName(name);
        line.setText(to_text(file));
        line.setToolTip(meaning);
        auto* both = with_file_button(line);
        editors_.push_back(both);
        form.addRow(title, both);
    };
    add_file("Certificate", "rpc_certificate", *certificate_, setting.certificate,
             "A file that tls:// addresses need");
    add_file("Key", "rpc_key", *key_, setting.key, "The file of its key");
    add_file("Client authority", "rpc_client_authority", *client_authority_,
             setting.client_authority,
             "A file: who comes through tls:// must have a certificate from there. Empty: nobody "
             "must");
    make_->setObjectName("rpc_make_certificates_button");
    make_->setToolTip(
        "Makes an authority of this desk's own, if there is none, and a certificate "
        "for the names and addresses of this machine");
    hint_->setObjectName("rpc_hint");
    hint_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto* row = new QHBoxLayout;
    row->addWidget(make_);
    row->addWidget(hint_, 1);
    form.addRow("", row);
    connect(make_, &QPushButton::clicked, this, [this] { make_certificates(); });
}

QWidget* rpc_service_window::make_settings() {
    auto* box = new QWidget(this);
    auto* layout = new QHBoxLayout(box);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(16);
    auto* form = new QFormLayout;
    layout->addLayout(form, 1);
    add_lines(*form);
    const auto setting = engine_.setting();
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
    editors_.insert(editors_.end(), {addresses_, autostart_, cancel_, make_, access_});
    return box;
}

QWidget* rpc_service_window::make_clients() {
    auto* tabs = new QTabWidget(this);
    tabs->setObjectName("rpc_tabs");
    tabs->setDocumentMode(true);
    access_->show_clients(engine_.setting().clients);
    auto* shown = new monitor("rpc_clients", this);
    clients_ = new table_model<stats>(
        client_columns(), [](const stats& of) { return std::to_string(of.session); }, most_clients,
        shown);
    shown->show_model(*clients_);
    tabs->addTab(shown, "Connected");
    tabs->addTab(access_, "Who may connect");
    return tabs;
}

void rpc_service_window::make_certificates() {
    if (findChild<QProcess*>() != nullptr) {
        return;  // They are being made.
    }
    auto* process = new QProcess(this);
    connect(process, &QProcess::errorOccurred, this, [this, process](QProcess::ProcessError what) {
        if (what == QProcess::FailedToStart) {
            show_error("no certificates: " + process->errorString());
            process->deleteLater();
        }
    });
    connect(process, &QProcess::finished, this, [this, process](int code) {
        if (code == 0) {
            take_certificates();
        } else {
            const QString said = QString::fromUtf8(process->readAllStandardError()).trimmed();
            show_error("no certificates: " + said);
        }
        process->deleteLater();
    });
    error_->hide();
    hint_->clear();
    process->start("sh",
                   {TRADER_MAKE_CERTIFICATES, "--folder", to_text(engine_.folder().string())});
}

void rpc_service_window::take_certificates() {
    const auto file = [this](const char* name) {
        return to_text((engine_.folder() / name).string());
    };
    certificate_->setText(file("server.pem"));
    key_->setText(file("server.key"));
    hint_->setText("Clients need the file " + file("authority.pem"));
}

rpc_service::service_setting rpc_service_window::wanted() const {
    auto setting = engine_.setting();
    setting.listen.clear();
    for (const QString& each : addresses_->text().split(',', Qt::SkipEmptyParts)) {
        setting.listen.push_back(each.trimmed().toStdString());
    }
    setting.certificate = certificate_->text().trimmed().toStdString();
    setting.key = key_->text().trimmed().toStdString();
    setting.client_authority = client_authority_->text().trimmed().toStdString();
    setting.clients = access_->clients();
    setting.autostart = autostart_->isChecked();
    setting.cancel_on_disconnect = cancel_->isChecked();
    return setting;
}

void rpc_service_window::start() {
    error_->hide();
    try {
        engine_.start(wanted());
    } catch (const std::invalid_argument& wrong) {
        show_error(wrong.what());
    }
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
    for (QWidget* each : editors_) {
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
        show_error(to_text(line.msg));
    }
    refresh();
}

void rpc_service_window::show_error(const QString& text) {
    error_->setText(text);
    error_->show();
}

}  // namespace trader::ui
