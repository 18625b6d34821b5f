// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TRADER_ORDER_RULES_HPP
#define TRADER_ORDER_RULES_HPP

#include "../trader/object.hpp"
#include "listing.hpp"

#include <string>

namespace trader::sim {

/// The highest price that the exchange takes; with the largest volume it can still be counted.
inline constexpr double price_max = 1e9;

// Each of these says why something is refused; the text is empty if it is not.

/// Whether a volume can be ordered; `what` names it in the text.
std::string refuse_volume(const listing& traded, double volume, const std::string& what);

/// Whether a price can be ordered; `what` names it in the text.
std::string refuse_price(const listing& traded, double price, const std::string& what);

/// Whether an order for a symbol that is held long and short says which of them it is about;
/// `what` names the offset in the text.
std::string refuse_offset(const listing& traded, offset how, const std::string& what);

/// Whether an order may be sent, but for the money that it needs.
std::string refuse_order(const listing& traded, const order_request& request);

/// Whether a quote may be sent, but for the money that it needs.
std::string refuse_quote(const listing& traded, const quote_request& request);

/// Whether there is so much to close.
std::string refuse_close(const listing& traded, direction side, offset how, lots wanted,
                         lots closable);

/// Whether there is enough money.
std::string refuse_margin(double needed, double available);

}  // namespace trader::sim

#endif  // TRADER_ORDER_RULES_HPP
