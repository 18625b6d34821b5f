// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TRADER_ORDER_IDS_HPP
#define TRADER_ORDER_IDS_HPP

#include "random_text.hpp"

#include <atomic>
#include <cstdint>
#include <cstdio>
#include <string>
#include <utility>

namespace trader {

/// Makes ids for orders that no other client makes, in growing order: `k3f9x2ab-000001`. Any thread
/// may ask.
class order_ids {
public:
    explicit order_ids(std::string prefix = random_text(8)) : prefix_(std::move(prefix)) {}

    std::string next() {
        char number[24];
        std::snprintf(number, sizeof number, "-%06llu",
                      static_cast<unsigned long long>(last_.fetch_add(1) + 1));
        return prefix_ + number;
    }

private:
    std::string prefix_;
    std::atomic<std::uint64_t> last_{0};
};

}  // namespace trader

#endif  // TRADER_ORDER_IDS_HPP
