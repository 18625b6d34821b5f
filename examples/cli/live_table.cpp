// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "live_table.hpp"

#include <algorithm>
#include <iostream>

namespace cli {

namespace {

constexpr std::size_t cell_width_max = 32;

std::string cell_of(const json& value) {
    return cut_to(harmless(value.is_string() ? value.get<std::string>() : compact(value)),
                  cell_width_max);
}

bool is_numeric(const std::string& cell) {
    const json value = json::parse(cell, nullptr, false);
    return value.is_number();
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
        for (const auto& [name, value] : data.items()) {
            if (std::find(columns_.begin(), columns_.end(), name) == columns_.end()) {
                columns_.push_back(name);
            }
        }
    }
    rows_[key_of(data, by_)] = data;
}

std::vector<std::string> event_table::lines(const std::string& event) const {
    cell_table table;
    if (columns_.empty()) {
        table.add_row({"value"});
    } else {
        table.add_row(columns_);
    }
    for (const auto& [key, data] : rows_) {
        std::vector<std::string> cells;
        for (const std::string& column : columns_) {
            cells.push_back(data.is_object() && data.contains(column) ? cell_of(data[column]) : "");
        }
        table.add_row(columns_.empty() ? std::vector<std::string>{cell_of(data)}
                                       : std::move(cells));
    }
    std::vector<std::string> lines = table.lines();
    lines.insert(lines.begin(), event + ": " + std::to_string(rows_.size()) + " keys, " +
                                    std::to_string(count_) + " events");
    return lines;
}

std::string key_of(const json& data, const std::vector<std::string>& by) {
    if (!data.is_object()) {
        return compact(data);
    }
    std::string key;
    const auto add = [&key](const json& value) {
        key += (key.empty() ? "" : ".") +
               (value.is_string() ? value.get<std::string>() : compact(value));
    };
    for (const std::string& name : by) {
        add(data.contains(name) ? data[name] : json());
    }
    for (auto member = data.begin(); by.empty() && member != data.end(); ++member) {
        if (!member->is_string()) {
            break;
        }
        add(*member);
    }
    return key;
}

}  // namespace cli
