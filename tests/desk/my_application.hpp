// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TESTS_MY_APPLICATION_HPP
#define TESTS_MY_APPLICATION_HPP

#include "trader/main_engine.hpp"

#include <atomic>
#include <string>
#include <string_view>

// What examples/server_client/my_application.md shows.

//[my_application
class my_engine : public trader::base_engine {
public:
    my_engine(trader::main_engine& main, trader::event_engine& events)
        : base_engine(main, events, "MyApp") {
        handler_ = events.on<trader::trade_data>(
            [this](const trader::trade_data& trade) { volume_ = volume_ + trade.volume; });
    }

    double volume() const { return volume_; }
    void close() override { events().unregister(handler_); }

private:
    std::atomic<double> volume_ = 0;  // Windows look from another thread.
    trader::event_engine::handler_id handler_;
};

struct my_app {
    static constexpr std::string_view app_name = "MyApp";
    static constexpr std::string_view display_name = "My application";
    using engine_type = my_engine;
};
//]

#endif  // TESTS_MY_APPLICATION_HPP
