// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: the strategy that examples/server_client/my_strategy.md shows trades. Method: the page
// quotes it from here, and it sees prices rise and fall.

#include "cta_strategy/bar_generator.hpp"
#include "cta_strategy/cta_template.hpp"

#include "desk_pair.hpp"
#include "paper_host.hpp"
#include "station.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <chrono>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace {

//[my_strategy
class my_strategy : public trader::cta_template {
    int minutes_ = 5;
    double volume_ = 1;
    double last_close_ = 0;
    trader::bar_generator bars_;

public:
    static constexpr std::string_view class_name = "MyStrategy";
    static constexpr std::tuple parameters{trader::field{"minutes", &my_strategy::minutes_},
                                           trader::field{"volume", &my_strategy::volume_}};
    static constexpr std::tuple variables{trader::field{"last_close", &my_strategy::last_close_}};

    void on_init() override { bars_ = trader::bar_generator(std::chrono::minutes(minutes_)); }
    void on_tick(const trader::tick_data& tick) override {
        for (const auto& bar : bars_.update_tick(tick)) {
            on_bar(bar);
        }
    }
    void on_bar(const trader::bar_data& bar) override {
        if (pos() == 0 && bar.close_price > last_close_ && last_close_ > 0) {
            buy(bar.close_price, volume_);
        } else if (pos() > 0 && bar.close_price < last_close_) {
            sell(bar.close_price, pos());
        }
        last_close_ = bar.close_price;
    }
};
//]

TEST_CASE("one's own strategy is registered by one line, with its parameters and variables") {
    trader::station all{"my desk"};
    all.add_app<trader::strategy_app>("trades by itself");
    //[my_strategy_line
    all.add_strategy<my_strategy>();
    //]
    test::platform desk;
    all.fill(desk.main);
    auto& strategies = desk.main.add_app<trader::strategy_app>();
    CHECK(strategies.get_class_parameters("MyStrategy") ==
          nlohmann::json{{"minutes", 5}, {"volume", 1}});
    strategies.add_strategy("mine", {{"class_name", "MyStrategy"}, {"setting", {{"minutes", 1}}}});
    CHECK(strategies.get_all_strategies()[0].variables == nlohmann::json{{"last_close", 0}});
}

TEST_CASE("one's own strategy buys after a bar that rose, and sells after one that fell") {
    test::paper_host host;
    const auto strategy = host.make<my_strategy>({{"minutes", 1}});
    std::chrono::minutes moment{0};
    const auto play = [&](double price) { strategy->on_tick(test::tick_at(++moment, price)); };
    play(10);
    play(11);
    play(11);  // The bars of 10 and 11 are over.
    CHECK(host.newest() == "LONG OPEN 1 at 11");
    host.held = 1;
    play(9);
    play(9);
    CHECK(host.newest() == "SHORT CLOSE 1 at 9");
}

}  // namespace
