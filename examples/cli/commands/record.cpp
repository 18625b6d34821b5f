// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "../contract.hpp"
#include "../inbox.hpp"
#include "../live_table.hpp"
#include "../recording.hpp"
#include "../recording_proxy.hpp"
#include "../remote.hpp"
#include "commands.hpp"

#include <asio/signal_set.hpp>

#include <atomic>
#include <chrono>
#include <csignal>
#include <iostream>
#include <map>
#include <optional>

namespace cli {

namespace {

struct record_options {
    std::string file;
    std::vector<std::string> events;
    double seconds = 0;
    std::size_t count = 0;
    std::string listen;
};

/// Waits until somebody says that it is enough, or the time is over.
void wait_for_end(inbox<bool>& ended, double seconds) {
    if (seconds > 0) {
        ended.pop(std::chrono::steady_clock::now() +
                  std::chrono::duration_cast<std::chrono::steady_clock::duration>(
                      std::chrono::duration<double>(seconds)));
    } else {
        ended.pop();
    }
}

void say_end(const recorder& out, const std::string& file) {
    std::cerr << "gatewire: " << out.count() << " entries in " << file << '\n';
}

/// Whether each event to record has keys.
std::map<std::string, bool> keyed_events(const settings& how, std::vector<std::string> names) {
    remote server(how);
    const contract terms = discover(server);
    if (names.empty()) {
        names = names_in(terms.events());
    }
    std::map<std::string, bool> events;
    for (const std::string& name : names) {
        events[name] = terms.needed_event(name).value("keyed", false);
    }
    return events;
}

exit_code record_events(const settings& how, const record_options& options) {
    const std::map<std::string, bool> events = keyed_events(how, options.events);
    if (events.empty()) {
        throw usage("the server publishes nothing; --listen records the calls of clients");
    }
    recorder out(options.file, how.address);
    inbox<bool> ended;
    std::atomic<bool> has_gap = false;
    rpc::dynamic_handlers handlers;
    for (const auto& [name, is_keyed] : events) {
        handlers.events.push_back(name);
    }
    handlers.on_event = [&](const rpc::dynamic_event& one) {
        const std::string name(one.name);
        json entry;
        entry["event"] = name;
        const json data = json::parse(one.data);
        entry["key"] = events.at(name) ? json(key_of(data, {})) : json();
        entry["data"] = data;
        if (options.count == 0 || out.count() < options.count) {
            out.write(out.now(), entry);
        }
        if (options.count != 0 && out.count() >= options.count) {
            ended.push(true);
        }
    };
    handlers.on_gap = [&](const rpc::gap& missed) {
        has_gap = true;
        out.write(out.now(),
                  {{"gap", {{"from", missed.from}, {"to", missed.to}, {"reason", missed.reason}}}});
        std::cerr << "gatewire: gap: the events " + std::to_string(missed.from) + " to " +
                         std::to_string(missed.to) + " may be missing: " + missed.reason + "\n";
    };
    {
        remote server(how, std::move(handlers));
        if (const std::string refusal = server.refusal(); !refusal.empty()) {
            std::cerr << "gatewire: the server refused: " + refusal + "\n";
            if (!options.events.empty()) {
                return exit_code::call_failed;
            }
        }
        server.on_interrupt([&] { ended.push(true); });
        wait_for_end(ended, options.seconds);
    }
    say_end(out, options.file);
    return has_gap ? exit_code::different : exit_code::ok;
}

exit_code record_between(const settings& how, const record_options& options) {
    if (!options.events.empty() || options.count != 0) {
        throw usage("--listen records what clients ask for: it goes with no events and no --count");
    }
    const std::map<std::string, bool> keyed = keyed_events(how, {});
    recorder out(options.file, how.address);
    inbox<bool> ended;
    {
        recording_proxy proxy(how, options.listen, out, keyed);
        asio::signal_set signals(proxy.context(), SIGINT, SIGTERM);
        signals.async_wait([&](const asio::error_code& gone, int) {
            if (!gone) {
                ended.push(true);
            }
        });
        std::cerr << "gatewire: connect to " + proxy.address() + "\n";
        wait_for_end(ended, options.seconds);
        signals.cancel();
    }
    say_end(out, options.file);
    return exit_code::ok;
}

exit_code record(const settings& how, const record_options& asked) {
    record_options options = asked;
    options.file = unguarded(asked.file);
    return options.listen.empty() ? record_events(how, options) : record_between(how, options);
}

}  // namespace

void add_record(command_line& line) {
    static record_options options;
    CLI::App* const command = add_command(
        line, "record", "write events, or the calls of clients, to a file", options, record);
    command->add_option("file", options.file, "where to; - is the output")->required();
    command->add_option("events", options.events, "which; all of them by default");
    command->add_option("--seconds", options.seconds, "how long; until Ctrl-C by default");
    command->add_option("-n,--count", options.count, "end after so many events");
    command->add_option("--listen", options.listen,
                        "stand between clients and the server, and record what they call and "
                        "receive: an address like tcp://127.0.0.1:0 for the clients to connect to");
}

}  // namespace cli
