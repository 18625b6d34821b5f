// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_CLI_TERMINAL_HPP
#define GATEWIRE_CLI_TERMINAL_HPP

#include <nlohmann/json.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace cli {

/// Members stay in the order in which the server wrote them.
using json = nlohmann::ordered_json;

enum class stream : unsigned char { out, error };

bool is_terminal(stream which);

/// A terminal that may be written on with colours: not where NO_COLOR is set.
bool has_colours(stream which);

struct screen_size {
    std::size_t columns = 80;
    std::size_t rows = 24;
};
screen_size size_of_screen();

enum class colour : unsigned char { name, type, text, number, faint, bad, good };

/// The text in a colour if the stream has colours.
std::string painted(std::string_view text, colour what, stream where = stream::out);

/// A value for people: indented and in colours on a terminal, else one line as it was written.
std::string shown(const std::string& json_text);
std::string shown(const json& value);

/// One line, in colours on a terminal.
std::string shown_in_line(const json& value);

/// A value as text, whatever bytes are in it.
std::string compact(const json& value);

/// Counts since 1970 as a date and, where a count is less than a day, a time in UTC; as the number
/// where a date has no four digits for its year.
std::string shown_time(std::int64_t count, std::chrono::nanoseconds unit);

/// How many columns a text in UTF-8 takes, one for each character.
std::size_t width_of(std::string_view text);

/// The first columns of a text; the last of them is `…` if something was cut off.
std::string cut_to(std::string_view text, std::size_t columns);

/// A text that cannot move the cursor: control characters are replaced.
std::string harmless(std::string_view text);

}  // namespace cli

#endif  // GATEWIRE_CLI_TERMINAL_HPP
