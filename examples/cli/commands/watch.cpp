// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "../contract.hpp"
#include "../inbox.hpp"
#include "../live_table.hpp"
#include "../remote.hpp"
#include "commands.hpp"

#include <atomic>
#include <chrono>
#include <functional>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

namespace cli {

namespace {

struct watch_options {
    std::string event;
    std::vector<std::string> keys;
    std::size_t count = 0;
    std::vector<std::string> by;
    std::vector<std::string> columns;
    std::string sort;
    bool descending = false;
    bool lines = false;
};

/// What the server says of the event, and the schemas of its data's members.
struct watched_event {
    json event;
    json members;
};

/// An event's data, or nothing at the end.
using news = std::optional<std::string>;

/// How often a table is drawn at most.
constexpr std::chrono::milliseconds frame_time{100};

/// After which time without an event something is said.
constexpr std::chrono::seconds silence_time{2};

/// What to say then, in lines: a key that no event has is no mistake that anybody could see.
std::vector<std::string> silence_of(const json& event, const watch_options& options) {
    if (options.keys.empty()) {
        return {"nothing has come yet",
                "'" + options.event + "' comes when the server publishes it"};
    }
    std::string keys;
    for (const std::string& key : unguarded(options.keys)) {
        keys += (keys.empty() ? "" : ", ") + harmless(key);
    }
    return {"nothing has come yet for " + keys, key_look(event), "without keys all of it comes"};
}

/// The first event, or the end; `tell` is called once if it takes long.
news first_of(inbox<news>& arrived, const std::function<void()>& tell) {
    if (const auto soon = arrived.pop(std::chrono::steady_clock::now() + silence_time)) {
        return *soon;
    }
    tell();
    return arrived.pop();
}

/// The members that were asked for; those that it lacks are left out.
json members_of(const json& data, const std::vector<std::string>& columns) {
    json members = json::object();
    for (const std::string& column : columns) {
        if (data.is_object() && data.contains(column)) {
            members[column] = data[column];
        }
    }
    return members;
}

void print_line(const std::string& data, const watch_options& options) {
    const auto& columns = options.columns;
    const bool is_as_it_came = columns.empty() && !has_colours(stream::out);
    std::cout << (is_as_it_came
                      ? data
                      : shown_in_line(columns.empty() ? json::parse(data)
                                                      : members_of(json::parse(data), columns)))
              << '\n'
              << std::flush;
}

/// A program that reads the output hears of silence only where it asked for keys.
void tell_silence(const json& event, const watch_options& options) {
    if (options.keys.empty() && !is_terminal(stream::out) && !is_terminal(stream::error)) {
        return;
    }
    std::string text;
    for (const std::string& line : silence_of(event, options)) {
        text += (text.empty() ? "" : "; ") + line;
    }
    std::cerr << "gatewire: " + text + "\n";
}

void print_lines(inbox<news>& arrived, const json& event, const watch_options& options) {
    const auto tell = [&] { tell_silence(event, options); };
    for (std::size_t number = 0; options.count == 0 || number < options.count; ++number) {
        const news one = number == 0 ? first_of(arrived, tell) : arrived.pop();
        if (!one) {
            return;
        }
        print_line(*one, options);
    }
}

/// What tells a table's rows apart: what was asked for, or else the key.
std::vector<std::string> row_members(const json& event, const watch_options& options) {
    const std::string key = event.value("key", json::object()).value("member", "");
    return options.by.empty() && !key.empty() ? std::vector{key} : options.by;
}

table_look look_of(const watched_event& watched, const watch_options& options) {
    table_look look{.by = row_members(watched.event, options),
                    .columns = options.columns,
                    .sort = options.sort,
                    .is_descending = options.descending,
                    .times = {}};
    for (const auto& [name, schema] : watched.members.items()) {
        if (const auto unit = time_unit_of(schema)) {
            look.times.emplace(name, *unit);
        }
    }
    return look;
}

void draw_table(inbox<news>& arrived, const watched_event& watched, const watch_options& options) {
    event_table table(look_of(watched, options));
    live_lines screen;
    const auto draw = [&] { screen.show(table.lines(options.event, size_of_screen().columns)); };
    bool is_over = false;
    std::size_t number = 0;
    const auto tell = [&] { screen.show(silence_of(watched.event, options)); };
    while (!is_over) {
        draw();
        const auto until = std::chrono::steady_clock::now() + frame_time;
        auto one = std::make_optional<news>(number == 0 ? first_of(arrived, tell) : arrived.pop());
        while (one && !is_over) {
            is_over = !*one || (table.add(json::parse(**one)), ++number == options.count);
            const bool is_late = std::chrono::steady_clock::now() >= until;
            one = is_over || is_late ? std::nullopt : arrived.pop(until);
        }
    }
    draw();
}

bool is_table_for(const json& event, const watch_options& options) {
    return is_terminal(stream::out) && !options.lines &&
           (event.value("keyed", false) || event.value("latest", false));
}

/// @throws failure  Something that was asked for is no member of the event.
void check_members(const json& members, const watch_options& options) {
    std::vector<std::string> asked = options.columns;
    asked.insert(asked.end(), options.by.begin(), options.by.end());
    if (!options.sort.empty()) {
        asked.push_back(options.sort);
    }
    std::vector<std::string> names;
    for (const auto& [name, schema] : members.items()) {
        names.push_back(name);
    }
    for (const std::string& name : asked) {
        // Where the data is not described, it may have any.
        if (!names.empty() && !members.contains(name)) {
            throw usage("'" + options.event + "' has no member '" + name + "'" +
                        suggestion(name, names) + "; gatewire describe " + options.event +
                        " shows them");
        }
    }
}

/// Looks at the description, on a connection of its own.
watched_event described_event(const settings& how, const watch_options& options) {
    remote server(how);
    const contract terms = discover(server);
    const json& event = terms.needed_event(options.event);
    if (!options.keys.empty() && !event.value("keyed", false)) {
        throw usage("the event '" + options.event + "' has no keys; watch all of it");
    }
    for (const std::string& key : unguarded(options.keys)) {
        if (!is_possible_key(event, key)) {
            throw usage("'" + key + "' is no key: " + key_look(event) + ", for example 42");
        }
    }
    const json members = terms.members(event.value("payload", json::object()));
    check_members(members, options);
    return {event, members};
}

exit_code watch(const settings& how, const watch_options& options) {
    const watched_event watched = described_event(how, options);
    const bool is_table = is_table_for(watched.event, options);
    if (!is_table && !options.sort.empty()) {
        throw usage("--sort is for a table, which keyed events have on a terminal");
    }
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
    if (is_table) {
        draw_table(arrived, watched, options);
    } else {
        print_lines(arrived, watched.event, options);
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
                     "members that tell the table's rows apart; by default the event's key, or "
                     "the leading texts where it is no member")
        ->delimiter(',');
    command
        ->add_option("--columns", options.columns,
                     "members to show; by default, in a table, prices and times first, what is "
                     "nowhere set is left out")
        ->delimiter(',');
    command->add_option("--sort", options.sort, "the member that sorts the table's rows");
    command->add_flag("--descending", options.descending, "from the greatest to the least");
    command->footer("Ends with Ctrl-C; the exit code is 5 if events were missed.");
}

}  // namespace cli
