// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef EXAMPLES_PROVE_HPP
#define EXAMPLES_PROVE_HPP

#include <cstdlib>
#include <iostream>
#include <string_view>

/// Prints what an example claims, and ends it with a failure if it does not hold.
inline void prove(bool holds, std::string_view claim) {
    std::cout << (holds ? "  ok  " : "FAIL  ") << claim << std::endl;
    if (!holds) {
        std::_Exit(EXIT_FAILURE);
    }
}

#endif  // EXAMPLES_PROVE_HPP
