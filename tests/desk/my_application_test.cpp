// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: the application that examples/server_client/my_application.md shows works. Method: the page
// quotes it from here, and trades are told to it. Its window is for gui_driver.

#include "my_application.hpp"

#include "desk_pair.hpp"
#include "station.hpp"

#include <doctest/doctest.h>

namespace {

TEST_CASE("one's own application is registered by one line, and hears events") {
    trader::station all{"my desk"};
    all.add_gateway<test::scripted_gateway>("SIM", "a market");
    //[my_application_line
    all.add_app<my_app>("adds up what was traded");
    //]
    test::platform desk;
    all.fill(desk.main);
    auto& gateway = dynamic_cast<test::scripted_gateway&>(desk.main.get_gateway("SIM"));
    gateway.tell(test::trade("1", 2));
    gateway.tell(test::trade("2", 3));
    desk.settle();
    CHECK(desk.main.add_app<my_app>().volume() == 5);
    CHECK(desk.main.get_all_apps()[0].display_name == "My application");
}

}  // namespace
