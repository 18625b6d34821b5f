// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "run_station.hpp"

// Before Qt, whose macros have names that others use as well.
#include <gatewire/io_thread.hpp>

#include <asio/signal_set.hpp>

#include "event_bridge.hpp"
#include "main_window.hpp"
#include "places.hpp"
#include "start_window.hpp"
#include "theme.hpp"

#include <QApplication>
#include <QMetaObject>

#include <csignal>
#include <memory>
#include <utility>

namespace trader::ui {

namespace {

/// The platform and its windows; what is declared last goes first.
struct desk {
    desk(const station& setup, const std::filesystem::path& folder) : main(events, folder) {
        bridge = std::make_unique<event_bridge>(events);
        window =
            std::make_unique<main_window>(main, *bridge, QString::fromStdString(setup.title()));
    }

    event_engine events;
    main_engine main;
    std::unique_ptr<event_bridge> bridge;
    std::unique_ptr<main_window> window;
};

/// Ends the program in good order when the process is asked to end.
class signal_watch {
public:
    signal_watch() : signals_(io_.context(), SIGINT, SIGTERM) {
        signals_.async_wait([](const asio::error_code& ended, int) {
            if (!ended) {
                QMetaObject::invokeMethod(
                    QCoreApplication::instance(), [] { QCoreApplication::exit(); },
                    Qt::QueuedConnection);
            }
        });
    }

private:
    rpc::io_thread io_;
    asio::signal_set signals_;
};

std::unique_ptr<desk> make_desk(const station& setup, const start_window::selection& chosen) {
    auto made = std::make_unique<desk>(setup, chosen.folder);
    for (const auto& each : chosen.added) {
        each(made->main);
    }
    setup.add_strategies(made->main);
    made->window->fill(setup.apps());
    made->window->show();
    return made;
}

}  // namespace

int run_station(int& argc, char** argv, const station& setup) {
    QApplication program(argc, argv);
    QApplication::setApplicationName(QString::fromStdString(setup.title()));
    theme::apply(program,
                 open_places(setting_folder(setup.folder()).path())->value(dark_key).toBool());
    const signal_watch watch;
    std::unique_ptr<desk> running;
    start_window first(setup);
    first.on_start = [&](const start_window::selection& chosen) {
        running = make_desk(setup, chosen);
    };
    first.show();
    return QApplication::exec();
}

}  // namespace trader::ui
