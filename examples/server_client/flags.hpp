// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef DESK_FLAGS_HPP
#define DESK_FLAGS_HPP

#include <cstdlib>
#include <iostream>
#include <map>
#include <stdexcept>
#include <string>

namespace desk {

using flags = std::map<std::string, std::string>;

/// Reads `--name value` pairs over the defaults; anything else prints the defaults and ends.
inline flags read_flags(int argc, char** argv, flags values) {
    for (int i = 1; i < argc; i += 2) {
        const auto found = values.find(argv[i]);
        if (found == values.end() || i + 1 == argc) {
            std::cerr << "usage: " << argv[0] << " [--flag value]...\n";
            for (const auto& [name, value] : values) {
                std::cerr << "  " << name << " (default: " << value << ")\n";
            }
            std::exit(2);
        }
        found->second = argv[i + 1];
    }
    return values;
}

/// The number that a flag gives, `least` or more.
inline double number_in(const flags& values, const std::string& name, double least) {
    char* end = nullptr;
    const double number = std::strtod(values.at(name).c_str(), &end);
    if (*end != '\0' || !(number >= least && number <= 1e9)) {
        throw std::invalid_argument(name + " takes a number, not '" + values.at(name) + "'");
    }
    return number;
}

}  // namespace desk

#endif  // DESK_FLAGS_HPP
