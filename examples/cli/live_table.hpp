// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_CLI_LIVE_TABLE_HPP
#define GATEWIRE_CLI_LIVE_TABLE_HPP

#include "terminal.hpp"

#include <map>
#include <string>
#include <vector>

namespace cli {

/// Lines at the bottom of a terminal that replace those before.
class live_lines {
public:
    /// Cuts them to the screen.
    void show(const std::vector<std::string>& lines);

private:
    std::size_t shown_ = 0;
};

/// A table of cells, each column as wide as it needs to be.
class cell_table {
public:
    void add_row(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
    /// The first row is the heading. Columns of numbers go to the right.
    std::vector<std::string> lines() const;

private:
    std::vector<std::vector<std::string>> rows_;
};

/// The newest event of each key.
class event_table {
public:
    /// @param by  Members that tell rows apart; none: the leading members that are texts.
    explicit event_table(std::vector<std::string> by) : by_(std::move(by)) {}

    void add(const json& data);
    std::vector<std::string> lines(const std::string& event) const;

private:
    std::vector<std::string> by_;
    std::vector<std::string> columns_;
    std::map<std::string, json> rows_;
    std::size_t count_ = 0;
};

/// What tells an event from others of its name: the members, or the leading ones that are texts.
std::string key_of(const json& data, const std::vector<std::string>& by);

}  // namespace cli

#endif  // GATEWIRE_CLI_LIVE_TABLE_HPP
