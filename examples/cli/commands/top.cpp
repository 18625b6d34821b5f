// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "../inbox.hpp"
#include "../live_table.hpp"
#include "../remote.hpp"
#include "commands.hpp"

#include <chrono>
#include <iostream>
#include <optional>

namespace cli {

namespace {

struct top_options {
    bool once = false;
    bool json = false;
    std::string interval = "1s";
};

/// `12,345` and `1.2 MB` are easier to read than the digits alone.
std::string grouped(std::uint64_t number) {
    std::string text = std::to_string(number);
    for (std::size_t at = text.size(); at > 3; at -= 3) {
        text.insert(at - 3, ",");
    }
    return text;
}

std::string sized(std::uint64_t bytes) {
    constexpr const char* units[] = {" B", " kB", " MB", " GB", " TB"};
    auto number = static_cast<double>(bytes);
    std::size_t unit = 0;
    for (; number >= 1000 && unit < 4; ++unit) {
        number /= 1000;
    }
    char text[32];
    std::snprintf(text, sizeof text, unit == 0 ? "%.0f" : "%.1f", number);
    return text + std::string(units[unit]);
}

std::string timed(std::uint64_t milliseconds) {
    const std::uint64_t seconds = milliseconds / 1000;
    if (seconds < 60) {
        return std::to_string(seconds) + " s";
    }
    char text[64];
    std::snprintf(text, sizeof text, "%llu:%02llu:%02llu",
                  static_cast<unsigned long long>(seconds / 3600),
                  static_cast<unsigned long long>(seconds / 60 % 60),
                  static_cast<unsigned long long>(seconds % 60));
    return text;
}

class stats_view {
public:
    /// @param before  The statistics at the moment before, to tell what happened since; or null.
    stats_view(const json& now, const json& before) : now_(now), before_(before) {}

    std::vector<std::string> lines(const std::string& address) const {
        std::vector<std::string> lines;
        lines.push_back(address + ", up " + timed(count(now_, "/uptime_ms")) + ", epoch " +
                        harmless(now_.value("epoch", "")));
        lines.push_back("sessions   " + counted("/sessions/connected") + " connected, " +
                        counted("/sessions/kept") + " waiting for their clients");
        lines.push_back("calls      " + counted("/calls/answered") + " answered" +
                        rate("/calls/answered") + ", " + counted("/calls/failed") +
                        " of them with an error, " + counted("/calls/refused") + " refused, " +
                        counted("/calls/in_flight") + " in flight");
        lines.push_back("events     " + counted("/events/published") + " published" +
                        rate("/events/published") + ", " + counted("/events/queued") +
                        " queued for clients" + rate("/events/queued") + ", " +
                        counted("/events/conflated") + " conflated");
        lines.push_back("bytes      " + sized(count(now_, "/bytes/received")) + " received" +
                        rate("/bytes/received") + ", " + sized(count(now_, "/bytes/sent")) +
                        " sent" + rate("/bytes/sent") + ", " +
                        sized(count(now_, "/bytes/queued_max")) + " in the deepest queue");
        lines.emplace_back();
        for (std::string& line : connections().lines()) {
            lines.push_back(std::move(line));
        }
        return lines;
    }

private:
    static std::uint64_t count(const json& stats, const char* place) {
        const json::json_pointer where(place);
        return stats.contains(where) && stats.at(where).is_number_unsigned()
                   ? stats.at(where).get<std::uint64_t>()
                   : 0;
    }

    std::string counted(const char* place) const { return grouped(count(now_, place)); }

    /// ` (12/s)` since the moment before.
    std::string rate(const char* place) const {
        const std::uint64_t time = count(now_, "/uptime_ms") - count(before_, "/uptime_ms");
        const bool is_same =
            before_.is_object() && before_.value("epoch", "") == now_.value("epoch", "");
        if (!is_same || time == 0) {
            return "";
        }
        const std::uint64_t difference = count(now_, place) - count(before_, place);
        const std::uint64_t each_second = difference * 1000 / time;
        return " (" +
               (std::string_view(place).starts_with("/bytes") ? sized(each_second)
                                                              : grouped(each_second)) +
               "/s)";
    }

    cell_table connections() const {
        cell_table table;
        table.add_row({"session", "peer", "identity", "calls", "in flight", "errors", "mean us",
                       "max us", "events", "queued", "subscriptions"});
        for (const json& one : now_.value("connections", json::array())) {
            std::string wishes;
            for (const json& wish : one.value("subscriptions", json::array())) {
                wishes += (wishes.empty() ? "" : "; ") + wish.get<std::string>();
            }
            if (!one.contains("subscriptions")) {  // Not told to everyone.
                wishes = std::to_string(count(one, "/subscription_count"));
            }
            const auto cell = [&one](const char* name) {
                const json value = one.value(name, json(""));
                return harmless(value.is_string() ? value.get<std::string>() : compact(value));
            };
            table.add_row({cell("session"), cell("peer"), cell("identity"), cell("calls"),
                           cell("in_flight"), cell("errors"), cell("answer_time_mean_us"),
                           cell("answer_time_max_us"), cell("events"), cell("queued_bytes"),
                           harmless(wishes)});
        }
        return table;
    }

    const json& now_;
    const json& before_;
};

void show_once(const std::string& text, const std::string& address, bool is_json) {
    if (is_json) {
        std::cout << shown(text) << '\n';
        return;
    }
    const json none;
    const json stats = json::parse(text);
    for (const std::string& line : stats_view(stats, none).lines(address)) {
        std::cout << line << '\n';
    }
}

exit_code top(const settings& how, const top_options& options) {
    const std::chrono::milliseconds interval = read_duration(options.interval);
    remote server(how);
    if (options.once) {
        show_once(server.call("rpc.stats"), how.address, options.json);
        return exit_code::ok;
    }
    inbox<bool> interrupted;
    server.on_interrupt([&] { interrupted.push(true); });
    const bool is_live = is_terminal(stream::out) && !options.json;
    live_lines screen;
    json before;
    do {
        try {
            const std::string text = server.call("rpc.stats");
            if (is_live) {
                const json now = json::parse(text);
                screen.show(stats_view(now, before).lines(how.address));
                before = now;
            } else {
                std::cout << text << '\n' << std::flush;
            }
        } catch (const rpc::error& why) {
            std::cerr << "gatewire: " + text_of(why) + "\n";  // It goes on when the server does.
            if (code_of(why) == exit_code::call_failed) {
                throw;
            }
        }
    } while (!interrupted.pop(std::chrono::steady_clock::now() + interval));
    return exit_code::ok;
}

}  // namespace

void add_top(command_line& line) {
    static top_options options;
    CLI::App* const command =
        add_command(line, "top", "what the server does, again and again", options, top);
    command->add_flag("--once", options.once, "print it once and end");
    command->add_flag("--json", options.json, "as JSON lines, what rpc.stats answers");
    command->add_option("--interval", options.interval, "time between two looks")
        ->capture_default_str();
    command->footer("Ends with Ctrl-C.");
}

}  // namespace cli
