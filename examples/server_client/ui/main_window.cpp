// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Before Qt, whose macros have names that others use as well.
#include <gatewire/version.hpp>

#include "main_window.hpp"

#include "connect_dialog.hpp"
#include "contract_window.hpp"
#include "gateway_status.hpp"
#include "monitors.hpp"
#include "places.hpp"
#include "price_chart.hpp"
#include "text.hpp"
#include "trading_panel.hpp"

#include <QApplication>
#include <QCloseEvent>
#include <QDockWidget>
#include <QHeaderView>
#include <QMenuBar>
#include <QMessageBox>
#include <QStatusBar>
#include <QTabWidget>
#include <QTableView>
#include <QTimer>

#include <memory>

namespace trader::ui {

namespace {

/// A window of an application is made once, and shown again when it is asked for again.
void bring_to_front(QWidget& window) {
    window.show();
    window.raise();
    window.activateWindow();
}

}  // namespace

main_window::main_window(main_engine& main, event_bridge& bridge, const QString& title)
    : main_(main), bridge_(bridge) {
    setObjectName("main_window");
    setWindowTitle(title);
    resize(1400, 900);
}

void main_window::fill(const std::vector<choice>& apps) {
    setDockNestingEnabled(true);
    monitors_ = new monitors(main_, bridge_, *this);
    panel_ = new trading_panel(main_, bridge_, this);
    chart_ = new price_chart(main_, bridge_, this);
    setCentralWidget(chart_);
    make_menus(apps);
    make_view_menu();
    make_help_menu();
    make_docks();
    // When the window has been laid out: before, the parts do not know how small they may be.
    QTimer::singleShot(0, this, [this] {
        arrange();
        restore_places();
    });
    new gateway_status(main_, bridge_, *statusBar());
    statusBar()->setSizeGripEnabled(false);
    connect_parts();
}

void main_window::connect_parts() {
    monitors_->on_pick = [this](const std::string& vt_symbol, const std::string& gateway) {
        panel_->pick(vt_symbol, gateway);
    };
    monitors_->on_close = [this](const position_data& position) {
        panel_->prepare_close(position);
    };
    panel_->on_symbol = [this](const contract_data& contract) { chart_->show_symbol(contract); };
    panel_->on_cancel_all = [this] { monitors_->cancel_all(); };
}

void main_window::make_menus(const std::vector<choice>& apps) {
    auto* system = menuBar()->addMenu("&System");
    system->setObjectName("system_menu");
    for (const auto& name : main_.get_all_gateway_names()) {
        if (name.find('.') != std::string::npos) {
            continue;  // Behind a gateway, not one of this process.
        }
        auto* action = system->addAction("Connect " + to_text(name) + "...", this, [this, name] {
            auto* dialog = new connect_dialog(main_, name, this);
            dialog->open();
        });
        action->setObjectName("connect_" + to_text(name) + "_action");
    }
    system->addSeparator();
    auto* leave = system->addAction("E&xit", QKeySequence::Quit, this, [this] { close(); });
    leave->setObjectName("exit_action");
    auto* menu = menuBar()->addMenu("&Apps");
    menu->setObjectName("apps_menu");
    add_app_windows(*menu, apps);
    menu->menuAction()->setVisible(!menu->isEmpty());
}

void main_window::make_view_menu() {
    auto* view = menuBar()->addMenu("&View");
    view->setObjectName("view_menu");
    auto* dark = view->addAction("&Dark theme");
    dark->setObjectName("dark_action");
    dark->setCheckable(true);
    dark->setChecked(open_places(main_.settings().path())->value(dark_key).toBool());
    connect(dark, &QAction::toggled, this, [this](bool is_wanted) {
        open_places(main_.settings().path())->setValue(dark_key, is_wanted);
        statusBar()->showMessage("The theme changes when the program is started again.", 5000);
    });
}

void main_window::make_help_menu() {
    auto* help = menuBar()->addMenu("&Help");
    help->setObjectName("help_menu");
    auto* search = new contract_window(main_, bridge_, this);
    search->on_pick = [this](const contract_data& contract) {
        panel_->pick(contract.vt_symbol(), contract.gateway_name);
    };
    help->addAction("&Contracts", QKeySequence::Find, this, [search] { bring_to_front(*search); })
        ->setObjectName("contracts_action");
    help->addAction("&About", this, [this] { show_about(); })->setObjectName("about_action");
}

void main_window::show_about() {
    const QString text =
        QString(
            "<b>The trading desk of gatewire %1</b><p>A trading platform in two halves: a server "
            "that holds the trading interfaces, and clients to which they look like their "
            "own.</p><p>All times are in UTC. MIT licence; windows by Qt %2.</p>")
            .arg(to_text(rpc::version), QT_VERSION_STR);
    auto* box = new QMessageBox(QMessageBox::Information, "About", text, QMessageBox::Ok, this);
    box->setObjectName("about_box");
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->open();
}

void main_window::add_app_windows(QMenu& menu, const std::vector<choice>& apps) {
    for (const auto& each : apps) {
        if (each.make_window && main_.get_engine(each.app_name) != nullptr) {
            // Made at once, so that it has seen every line of its log.
            auto* window = each.make_window(main_, bridge_, this);
            auto* action =
                menu.addAction(to_text(each.name), this, [window] { bring_to_front(*window); });
            action->setObjectName("app_" + to_text(each.app_name) + "_action");
        }
    }
}

QDockWidget* main_window::add_dock(const QString& title, const QString& name, QWidget& shown,
                                   Qt::DockWidgetArea area) {
    auto* dock = new QDockWidget(title, this);
    dock->setObjectName(name);
    dock->setFeatures(QDockWidget::DockWidgetMovable | QDockWidget::DockWidgetFloatable);
    dock->setWidget(&shown);
    addDockWidget(area, dock);
    return dock;
}

void main_window::make_docks() {
    setCorner(Qt::TopLeftCorner, Qt::LeftDockWidgetArea);
    setCorner(Qt::BottomLeftCorner, Qt::LeftDockWidgetArea);
    setCorner(Qt::TopRightCorner, Qt::TopDockWidgetArea);
    setCorner(Qt::BottomRightCorner, Qt::RightDockWidgetArea);
    trading_dock_ = add_dock("Trading", "trading_dock", *panel_, Qt::LeftDockWidgetArea);
    ticks_dock_ = add_dock("Ticks", "ticks_dock", monitors_->ticks(), Qt::TopDockWidgetArea);
    trades_dock_ = add_dock("Trades", "trades_dock", monitors_->trades(), Qt::RightDockWidgetArea);
    positions_dock_ =
        add_dock("Positions", "positions_dock", monitors_->positions(), Qt::RightDockWidgetArea);
    accounts_dock_ =
        add_dock("Accounts", "accounts_dock", monitors_->accounts(), Qt::RightDockWidgetArea);
    auto* orders = new QTabWidget(this);
    orders->setObjectName("orders_tabs");
    orders->setDocumentMode(true);
    orders->addTab(&monitors_->active_orders(), "Active orders");
    orders->addTab(&monitors_->orders(), "All orders");
    orders->addTab(&monitors_->quotes(), "Quotes");
    orders_dock_ = add_dock("Orders and quotes", "orders_dock", *orders, Qt::BottomDockWidgetArea);
    log_dock_ = add_dock("Log", "log_dock", monitors_->logs(), Qt::BottomDockWidgetArea);
    splitDockWidget(orders_dock_, log_dock_, Qt::Vertical);
}

void main_window::arrange() {
    resizeDocks({trading_dock_, trades_dock_}, {288, 510}, Qt::Horizontal);
    resizeDocks({ticks_dock_}, {146}, Qt::Vertical);
    resizeDocks({orders_dock_, log_dock_}, {214, 150}, Qt::Vertical);
    resizeDocks({trades_dock_, positions_dock_, accounts_dock_}, {380, 190, 110}, Qt::Vertical);
}

bool main_window::may_close() {
    const auto live = main_.get_all_active_orders().size() + main_.get_all_active_quotes().size();
    if (live == 0) {
        return true;
    }
    QMessageBox box(QMessageBox::Question, "Exit",
                    QString("%1 orders and quotes are active, and stay so. Exit?").arg(live),
                    QMessageBox::Yes | QMessageBox::No, this);
    box.setObjectName("exit_box");
    box.setDefaultButton(QMessageBox::No);
    return box.exec() == QMessageBox::Yes;
}

void main_window::restore_places() {
    const auto kept = open_places(main_.settings().path());
    restoreGeometry(kept->value("main_window/geometry").toByteArray());
    restoreState(kept->value("main_window/state").toByteArray());
    for (auto* table : findChildren<QTableView*>()) {
        const QByteArray header = kept->value(table->objectName() + "/header").toByteArray();
        table->horizontalHeader()->restoreState(header);
    }
}

void main_window::save_places() const {
    const auto kept = open_places(main_.settings().path());
    kept->setValue("main_window/geometry", saveGeometry());
    kept->setValue("main_window/state", saveState());
    for (const auto* table : findChildren<QTableView*>()) {
        kept->setValue(table->objectName() + "/header", table->horizontalHeader()->saveState());
    }
}

void main_window::closeEvent(QCloseEvent* event) {
    if (!may_close()) {
        event->ignore();
        return;
    }
    save_places();
    event->accept();
    // The windows of applications would keep the program running.
    QCoreApplication::exit();
}

}  // namespace trader::ui
