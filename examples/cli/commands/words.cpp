// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "commands.hpp"

#include <cctype>

namespace cli {

namespace {

constexpr char guard = '\x01';

bool is_number(const std::string& word) {
    return word.size() > 1 && word[0] == '-' &&
           (std::isdigit(static_cast<unsigned char>(word[1])) != 0 || word[1] == '.');
}

}  // namespace

std::string guarded(const std::string& word) {
    // CLI11 takes `[1,2]` for two words, and `-1` for an option.
    return word.starts_with('[') || is_number(word) || word == "-" || word.empty() ? guard + word
                                                                                   : word;
}

std::string unguarded(const std::string& word) {
    return word.starts_with(guard) ? word.substr(1) : word;
}

std::vector<std::string> unguarded(const std::vector<std::string>& words) {
    std::vector<std::string> plain;
    for (const std::string& word : words) {
        plain.push_back(unguarded(word));
    }
    return plain;
}

}  // namespace cli
