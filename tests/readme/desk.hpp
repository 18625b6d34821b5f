// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TEST_README_DESK_HPP
#define TEST_README_DESK_HPP

#include <string>

// The types that README.md speaks of without showing them.

struct order_request {
    std::string symbol;
    double price = 0;
    int volume = 0;
};

struct history_request {
    std::string symbol;
};

struct bar {
    double close = 0;
};

struct tick {
    std::string symbol;
    double price = 0;
};

struct trade {
    std::string symbol;
    int volume = 0;
};

#endif  // TEST_README_DESK_HPP
