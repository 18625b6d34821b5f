// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TRADER_BAR_FILE_HPP
#define TRADER_BAR_FILE_HPP

#include "../trader/object.hpp"

#include <string>
#include <vector>

namespace trader::sim {

/// Reads daily bars from lines of `date,open,high,low,close,volume`, one per day, oldest first.
/// Lines that begin with `#` or with `date,` are skipped. The bars name no symbol: whoever plays
/// them says what they are taken for.
/// @throws std::runtime_error  If the file cannot be opened, has no bar, or has a line that is no
///                             bar; the text names the file and the line.
std::vector<bar_data> read_bars(const std::string& path);

}  // namespace trader::sim

#endif  // TRADER_BAR_FILE_HPP
