// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "listing.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <stdexcept>

namespace trader::sim {

namespace {

contract_data make_contract(std::string symbol, exchange where, std::string name, product kind,
                            double max_volume) {
    contract_data made;
    made.symbol = std::move(symbol);
    made.exchange = where;
    made.name = std::move(name);
    made.product = kind;
    made.max_volume = max_volume;
    made.net_position = true;
    made.history_data = true;
    return made;
}

}  // namespace

ticks listing::nearest(double price) const {
    return (std::max)(ticks{1}, static_cast<ticks>(std::llround(price / contract.pricetick)));
}

bool listing::is_on_grid(double price) const {
    return std::abs(price - to_price(nearest(price))) <= 1e-6 * contract.pricetick;
}

double listing::to_price(double amount) const {
    // 271306 / 100 is 2713.06, which 271306 * 0.01 need not be.
    const double per_point = std::round(1 / contract.pricetick);
    return std::abs(per_point * contract.pricetick - 1) < 1e-9 ? amount / per_point
                                                               : amount * contract.pricetick;
}

lots listing::to_lots(double volume) const {
    return std::llround(volume / contract.min_volume);
}

const std::vector<listing>& all_listings() {
    static const std::vector<listing> listings = [] {
        listing index{
            .contract = make_contract("SPX", exchange::CBOE, "S&P 500 index", product::INDEX, 1000),
            .half_spread = 5,
            .level_gap = 5};
        listing fund{.contract = make_contract("SPY", exchange::ARCA, "Fund on the S&P 500",
                                               product::ETF, 10000),
                     .price_factor = 0.1,
                     .volume_unit = 100};
        listing future{.contract = make_contract("ES", exchange::CME, "Future on the S&P 500",
                                                 product::FUTURES, 500),
                       .volume_unit = 5};
        future.contract.size = 50;
        future.contract.pricetick = 0.25;
        listing sided{.contract = make_contract("SPF", exchange::SHFE,
                                                "Future on the S&P 500, long and short",
                                                product::FUTURES, 500),
                      .half_spread = 1,
                      .volume_unit = 10};
        sided.contract.size = 10;
        sided.contract.pricetick = 0.2;
        sided.contract.net_position = false;
        return std::vector{index, fund, future, sided};
    }();
    return listings;
}

std::vector<listing> find_listings(const std::vector<std::string>& symbols) {
    std::vector<listing> found;
    std::string known;
    for (const auto& each : all_listings()) {
        known += (known.empty() ? "" : ", ") + each.contract.symbol;
    }
    for (const auto& symbol : symbols) {
        const auto is_meant = [&](const listing& each) {
            return symbol == each.contract.symbol || symbol == each.contract.vt_symbol();
        };
        const auto listed = std::ranges::find_if(all_listings(), is_meant);
        if (listed == all_listings().end()) {
            throw std::invalid_argument("no symbol '" + symbol.substr(0, 32) +
                                        "' here, there are: " + known);
        }
        if (std::ranges::any_of(found, is_meant)) {
            throw std::invalid_argument("symbol '" + symbol + "' is named twice");
        }
        found.push_back(*listed);
    }
    if (found.empty()) {
        throw std::invalid_argument("at least one symbol is needed of: " + known);
    }
    return found;
}

std::string to_text(double number) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.10g", number);
    return text.data();
}

}  // namespace trader::sim
