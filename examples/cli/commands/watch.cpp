// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "../contract.hpp"
#include "../inbox.hpp"
#include "../live_table.hpp"
#include "../remote.hpp"
#include "commands.hpp"

#include <atomic>
#include <chrono>
#include <iostream>
#include <optional>

namespace cli {

namespace {

struct watch_options {
    std::string event;
    std::vector<std::string> keys;
    std::size_t count = 0;
    std::vector<std::string> by;
    bool lines = false;
};

/// An event's data, or nothing at the end.
using news = std::optional<std::string>;

/// How often a table is drawn at most.
constexpr std::chrono::milliseconds frame_time{100};

void print_line(const std::string& data) {
    std::cout << (has_colours(stream::out) ? shown_in_line(json::parse(data)) : data) << '\n'
              << std::flush;
}

void print_lines(inbox<news>& arrived, std::size_t count) {
    for (std::size_t number = 0; count == 0 || number < count; ++number) {
        const news one = arrived.pop();
        if (!one) {
            return;
        }
        print_line(*one);
    }
}

void draw_table(inbox<news>& arrived, const watch_options& options) {
    event_table table(options.by);
    live_lines screen;
    bool is_over = false;
    std::size_t number = 0;
    while (!is_over) {
        screen.show(table.lines(options.event));
        const auto until = std::chrono::steady_clock::now() + frame_time;
        auto one = std::make_optional<news>(arrived.pop());
        while (one && !is_over) {
            is_over = !*one || (table.add(json::parse(**one)), ++number == options.count);
            const bool is_late = std::chrono::steady_clock::now() >= until;
            one = is_over || is_late ? std::nullopt : arrived.pop(until);
        }
    }
    screen.show(table.lines(options.event));
}

bool is_table_for(const json& event, const watch_options& options) {
    return is_terminal(stream::out) && !options.lines &&
           (event.value("keyed", false) || event.value("latest", false));
}

/// Looks at the description, on a connection of its own.
json described_event(const settings& how, const watch_options& options) {
    remote server(how);
    const contract terms = discover(server);
    const json& event = terms.needed_event(options.event);
    if (!options.keys.empty() && !event.value("keyed", false)) {
        throw usage("the event '" + options.event + "' has no keys; watch all of it");
    }
    return event;
}

exit_code watch(const settings& how, const watch_options& options) {
    const json event = described_event(how, options);
    inbox<news> arrived;
    std::atomic<bool> has_gap = false;
    rpc::dynamic_handlers handlers;
    handlers.events = {options.event};
    handlers.on_event = [&](const rpc::dynamic_event& one) { arrived.push(std::string(one.data)); };
    handlers.on_gap = [&](const rpc::gap& missed) {
        has_gap = true;
        std::cerr << "gatewire: gap: the events " + std::to_string(missed.from) + " to " +
                         std::to_string(missed.to) + " may be missing: " + missed.reason + "\n";
    };
    remote server(how, std::move(handlers), unguarded(options.keys));
    if (const std::string refusal = server.refusal(); !refusal.empty()) {
        throw failure(exit_code::call_failed, "the server refused: " + refusal);
    }
    server.on_interrupt([&] { arrived.push(std::nullopt); });
    if (is_table_for(event, options)) {
        draw_table(arrived, options);
    } else {
        print_lines(arrived, options.count);
    }
    return has_gap ? exit_code::different : exit_code::ok;
}

}  // namespace

void add_watch(command_line& line) {
    static watch_options options;
    CLI::App* const command = add_command(
        line, "watch", "print an event as it comes: JSON lines, or a table on a terminal", options,
        watch);
    command->add_option("event", options.event, "its name")->required();
    command->add_option("keys", options.keys, "those to watch; without, all of the event");
    command->add_option("-n,--count", options.count, "end after so many");
    command->add_flag("--lines", options.lines, "no table on a terminal either");
    command
        ->add_option("--by", options.by,
                     "members that tell the table's rows apart; the leading texts by default")
        ->delimiter(',');
    command->footer("Ends with Ctrl-C; the exit code is 5 if events were missed.");
}

}  // namespace cli
