// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_CLI_LIVE_TABLE_HPP
#define GATEWIRE_CLI_LIVE_TABLE_HPP

#include "terminal.hpp"

#include <chrono>
#include <map>
#include <set>
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

/// What a table of events shows, and how.
struct table_look {
    std::vector<std::string> by;       ///< Tell rows apart; none: the leading members are texts.
    std::vector<std::string> columns;  ///< None: those that matter, as many as fit.
    std::string sort;                  ///< A member; none: by what tells rows apart.
    bool is_descending = false;
    std::map<std::string, std::chrono::nanoseconds> times;  ///< Members that count from 1970.
};

/// The newest event of each key.
class event_table {
public:
    explicit event_table(table_look look) : look_(std::move(look)) {}

    void add(const json& data);
    /// @param width  The columns of the screen.
    std::vector<std::string> lines(const std::string& event, std::size_t width) const;

private:
    using row = std::map<std::string, json>::value_type;

    int rank_of(const std::string& column) const;
    std::string cell_of(const json& data, const std::string& column) const;
    std::vector<std::string> ranked_columns() const;
    std::vector<std::string> columns_within(std::size_t width) const;
    std::vector<const row*> sorted_rows() const;

    table_look look_;
    std::vector<std::string> columns_;           // in the order in which they came
    std::map<std::string, std::size_t> widths_;  // of what was ever in them
    std::set<std::string> filled_;               // those that ever had more than nothing
    std::vector<std::string> key_members_;
    std::map<std::string, json> rows_;
    std::size_t count_ = 0;
};

/// The members that tell an event from others of its name; if none are named, the leading ones that
/// are texts.
std::vector<std::string> members_of_key(const json& data, const std::vector<std::string>& by);

/// What they are, joined.
std::string key_of(const json& data, const std::vector<std::string>& by);

}  // namespace cli

#endif  // GATEWIRE_CLI_LIVE_TABLE_HPP
