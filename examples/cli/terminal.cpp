// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace cli {

namespace {

int number_of(stream which) {
    return which == stream::out ? STDOUT_FILENO : STDERR_FILENO;
}

const char* code_of(colour what) {
    switch (what) {
        case colour::name: return "\x1b[1;36m";
        case colour::type: return "\x1b[33m";
        case colour::text: return "\x1b[32m";
        case colour::number: return "\x1b[35m";
        case colour::faint: return "\x1b[2m";
        case colour::bad: return "\x1b[1;31m";
        case colour::good: return "\x1b[1;32m";
    }
    return "";
}

void append_shown(std::string& out, const json& value, int depth) {
    const bool is_indented = depth >= 0;
    const auto new_line = [&](int steps) {
        if (is_indented) {
            out += '\n' + std::string(static_cast<std::size_t>(steps) * 2, ' ');
        }
    };
    if (!value.is_structured() || value.empty()) {
        const colour what = value.is_string()   ? colour::text
                            : value.is_number() ? colour::number
                                                : colour::type;
        out += painted(compact(value), what);
        return;
    }
    out += value.is_object() ? '{' : '[';
    bool is_first = true;
    for (const auto& [name, member] : value.items()) {
        out += is_first ? "" : is_indented ? "," : ", ";
        is_first = false;
        new_line(depth + 1);
        if (value.is_object()) {
            out += painted(compact(json(name)), colour::name) + ": ";
        }
        append_shown(out, member, is_indented ? depth + 1 : depth);
    }
    new_line(depth);
    out += value.is_object() ? '}' : ']';
}

}  // namespace

bool is_terminal(stream which) {
    return isatty(number_of(which)) == 1;
}

bool has_colours(stream which) {
    const char* const forbidden = std::getenv("NO_COLOR");
    const char* const kind = std::getenv("TERM");
    return is_terminal(which) && (forbidden == nullptr || *forbidden == '\0') &&
           (kind == nullptr || std::string_view(kind) != "dumb");
}

screen_size size_of_screen() {
    winsize found{};
    screen_size size;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &found) == 0 && found.ws_col > 0 && found.ws_row > 0) {
        size = {found.ws_col, found.ws_row};
    }
    return size;
}

std::string painted(std::string_view text, colour what, stream where) {
    return has_colours(where) ? code_of(what) + std::string(text) + "\x1b[0m" : std::string(text);
}

std::string compact(const json& value) {
    return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string shown(const json& value) {
    if (!is_terminal(stream::out)) {
        return compact(value);
    }
    std::string out;
    append_shown(out, value, 0);
    return out;
}

std::string shown(const std::string& json_text) {
    return is_terminal(stream::out) ? shown(json::parse(json_text)) : json_text;
}

std::string shown_in_line(const json& value) {
    if (!has_colours(stream::out)) {
        return compact(value);
    }
    std::string out;
    append_shown(out, value, -1);
    return out;
}

std::string shown_time(std::int64_t count, std::chrono::nanoseconds unit) {
    namespace chrono = std::chrono;
    const std::int64_t in_a_day = chrono::nanoseconds(chrono::hours(24)) / unit;
    const std::int64_t day = count / in_a_day - (count % in_a_day < 0 ? 1 : 0);
    constexpr std::int64_t year_0 = -719'528;
    constexpr std::int64_t year_10000 = 2'932'897;
    if (day < year_0 || day >= year_10000) {
        return std::to_string(count);
    }
    const chrono::year_month_day date{chrono::sys_days{chrono::days{day}}};
    const chrono::hh_mm_ss time{
        chrono::duration_cast<chrono::milliseconds>((count - day * in_a_day) * unit)};
    char text[64];
    std::snprintf(
        text, sizeof text, "%04d-%02u-%02u %02d:%02d:%02d.%03d", static_cast<int>(date.year()),
        static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
        static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
        static_cast<int>(time.seconds().count()), static_cast<int>(time.subseconds().count()));
    constexpr std::size_t date_size = 10;
    constexpr std::size_t second_size = 19;
    const std::string_view all = text;
    return std::string(in_a_day == 1                ? all.substr(0, date_size)
                       : unit >= chrono::seconds(1) ? all.substr(0, second_size)
                                                    : all);
}

std::size_t width_of(std::string_view text) {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char byte) { return (byte & 0xc0) != 0x80; }));
}

std::string cut_to(std::string_view text, std::size_t columns) {
    if (width_of(text) <= columns) {
        return std::string(text);
    }
    std::size_t end = 0;
    for (std::size_t left = columns; end < text.size(); ++end) {
        if ((text[end] & 0xc0) != 0x80 && left-- <= 1) {
            break;
        }
    }
    return std::string(text.substr(0, end)) + (columns == 0 ? "" : "…");
}

std::string harmless(std::string_view text) {
    std::string result;
    for (const char byte : text) {
        const auto code = static_cast<unsigned char>(byte);
        result += code < 0x20 || code == 0x7f ? '?' : byte;
    }
    return result;
}

}  // namespace cli
