// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "live_table.hpp"

#include <algorithm>
#include <iostream>

namespace cli {

namespace {

constexpr std::size_t cell_width_max = 32;

/// The columns that matter least.
constexpr int rank_max = 5;

std::string text_of(const json& value) {
    return cut_to(harmless(value.is_string() ? value.get<std::string>() : compact(value)),
                  cell_width_max);
}

bool is_numeric(const std::string& cell) {
    const json value = json::parse(cell, nullptr, false);
    return value.is_number();
}

/// A member that says nothing: 0, an empty text, null.
bool is_nothing(const json& value) {
    return value.is_null() || (value.is_number() && value == 0) ||
           (value.is_string() && value.get_ref<const std::string&>().empty()) ||
           (value.is_structured() && value.empty());
}

bool is_price(const std::string& name) {
    static const std::set<std::string> prices = {"last", "bid", "ask",  "open",
                                                 "high", "low", "close"};
    return prices.contains(name) || name.find("price") != name.npos;
}

/// A price that changes less than the last one and what is bid and asked.
bool is_of_the_day(const std::string& name) {
    for (const char* const word : {"open", "high", "low", "close", "limit"}) {
        if (name.find(word) != name.npos) {
            return true;
        }
    }
    return false;
}

/// A level of an order book behind the first one: `bid_price_2`.
bool is_deep(const std::string& name) {
    const std::size_t end = name.find_last_not_of("0123456789");
    return end != name.npos && name[end] == '_' && end + 1 < name.size() &&
           name.substr(end + 1) != "1";
}

}  // namespace

void live_lines::show(const std::vector<std::string>& lines) {
    const screen_size screen = size_of_screen();
    const std::size_t room = screen.rows > 2 ? screen.rows - 1 : 1;
    std::string out = shown_ == 0 ? "" : "\x1b[" + std::to_string(shown_) + "F";
    shown_ = (std::min)(lines.size(), room);
    for (std::size_t at = 0; at < shown_; ++at) {
        const bool is_cut = at + 1 == shown_ && lines.size() > shown_;
        const std::string line =
            is_cut ? "… " + std::to_string(lines.size() - at) + " more lines" : lines[at];
        out += cut_to(line, screen.columns) + "\x1b[K\n";
    }
    std::cout << out + "\x1b[J" << std::flush;
}

std::vector<std::string> cell_table::lines() const {
    std::vector<std::size_t> widths;
    std::vector<bool> is_right;
    for (std::size_t row = 0; row < rows_.size(); ++row) {
        const auto& cells = rows_[row];
        widths.resize((std::max)(widths.size(), cells.size()));
        is_right.resize(widths.size(), true);
        for (std::size_t at = 0; at < cells.size(); ++at) {
            widths[at] = (std::max)(widths[at], width_of(cells[at]));
            is_right[at] = is_right[at] && (row == 0 || is_numeric(cells[at]));
        }
    }
    std::vector<std::string> lines;
    for (const auto& cells : rows_) {
        std::string line;
        for (std::size_t at = 0; at < cells.size(); ++at) {
            const std::string space(widths[at] - width_of(cells[at]), ' ');
            line += at == 0 ? "" : "  ";
            line += is_right[at] ? space + cells[at] : cells[at] + space;
        }
        line.erase(line.find_last_not_of(' ') + 1);
        lines.push_back(std::move(line));
    }
    return lines;
}

void event_table::add(const json& data) {
    ++count_;
    if (data.is_object()) {
        key_members_ = members_of_key(data, look_.by);
        for (const auto& [name, value] : data.items()) {
            if (std::find(columns_.begin(), columns_.end(), name) == columns_.end()) {
                columns_.push_back(name);
                widths_[name] = width_of(name);
            }
            widths_[name] = (std::max)(widths_[name], width_of(cell_of(data, name)));
            if (!is_nothing(value)) {
                filled_.insert(name);
            }
        }
    }
    rows_[key_of(data, look_.by)] = data;
}

int event_table::rank_of(const std::string& column) const {
    const auto& keys = key_members_;
    if (std::find(keys.begin(), keys.end(), column) != keys.end()) {
        return 0;
    }
    if (is_deep(column)) {
        return rank_max;
    }
    if (is_price(column)) {
        return is_of_the_day(column) ? 2 : 1;
    }
    return look_.times.contains(column) ? 3 : 4;
}

std::string event_table::cell_of(const json& data, const std::string& column) const {
    const auto found = data.find(column);
    if (found == data.end()) {
        return "";
    }
    const auto unit = look_.times.find(column);
    return unit != look_.times.end() && found->is_number_integer()
               ? shown_time(found->get<std::int64_t>(), unit->second)
               : text_of(*found);
}

std::vector<std::string> event_table::ranked_columns() const {
    std::vector<std::string> ranked;
    for (int rank = 0; rank <= rank_max; ++rank) {
        for (const std::string& column : columns_) {
            if (rank_of(column) == rank && (rank == 0 || filled_.contains(column))) {
                ranked.push_back(column);
            }
        }
    }
    return ranked;
}

std::vector<std::string> event_table::columns_within(std::size_t width) const {
    std::vector<std::string> shown = ranked_columns();
    std::size_t used = 0;
    for (std::size_t at = 0; at < shown.size(); ++at) {
        used += widths_.at(shown[at]) + (at == 0 ? 0 : 2);
        if (at != 0 && used > width) {
            shown.resize(at);
        }
    }
    return shown;
}

std::vector<const event_table::row*> event_table::sorted_rows() const {
    std::vector<const row*> rows;
    for (const row& one : rows_) {
        rows.push_back(&one);
    }
    const auto is_before = [this](const row* one, const row* other) {
        const auto left = one->second.find(look_.sort);
        const auto right = other->second.find(look_.sort);
        const bool has_left = left != one->second.end();
        const bool has_right = right != other->second.end();
        if (has_left && has_right && *left != *right) {
            return look_.is_descending ? *right < *left : *left < *right;
        }
        // What lacks it comes last; equal ones as without sorting.
        return has_left != has_right ? has_left : one->first < other->first;
    };
    if (!look_.sort.empty()) {
        std::sort(rows.begin(), rows.end(), is_before);
    }
    return rows;
}

std::vector<std::string> event_table::lines(const std::string& event, std::size_t width) const {
    const std::vector<std::string> columns =
        look_.columns.empty() ? columns_within(width) : look_.columns;
    cell_table table;
    table.add_row(columns.empty() ? std::vector<std::string>{"value"} : columns);
    for (const row* const one : sorted_rows()) {
        const json& data = one->second;
        std::vector<std::string> cells;
        for (const std::string& column : columns) {
            cells.push_back(data.is_object() ? cell_of(data, column) : "");
        }
        table.add_row(columns.empty() ? std::vector<std::string>{text_of(data)} : std::move(cells));
    }
    std::vector<std::string> lines = table.lines();
    std::string title = event + ": " + std::to_string(rows_.size()) + " keys, " +
                        std::to_string(count_) + " events";
    if (columns.size() < columns_.size()) {
        title += ", " + std::to_string(columns.size()) + " of " + std::to_string(columns_.size()) +
                 " columns";
    }
    lines.insert(lines.begin(), std::move(title));
    return lines;
}

std::vector<std::string> members_of_key(const json& data, const std::vector<std::string>& by) {
    std::vector<std::string> members = by;
    for (auto member = data.begin(); by.empty() && member != data.end() && member->is_string();
         ++member) {
        members.push_back(member.key());
    }
    return members;
}

std::string key_of(const json& data, const std::vector<std::string>& by) {
    if (!data.is_object()) {
        return compact(data);
    }
    std::string key;
    for (const std::string& name : members_of_key(data, by)) {
        const json value = data.contains(name) ? data[name] : json();
        key += (key.empty() ? "" : ".") +
               (value.is_string() ? value.get<std::string>() : compact(value));
    }
    return key;
}

}  // namespace cli
