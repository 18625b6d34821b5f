// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "../contract.hpp"
#include "../remote.hpp"
#include "commands.hpp"

#include <iostream>

namespace cli {

namespace {

struct list_options {
    bool names = false;
};

exit_code list(const settings& how, const list_options& options) {
    remote server(how);
    const contract terms = discover(server);
    for (const json& method : terms.methods()) {
        std::cout << (options.names ? method.value("name", "") : terms.signature(method)) << '\n';
    }
    for (const json& event : terms.events()) {
        std::cout << (options.names ? event.value("name", "") : "event " + terms.event_line(event))
                  << '\n';
    }
    return exit_code::ok;
}

}  // namespace

void add_list(command_line& line) {
    static list_options options;
    CLI::App* const command = add_command(
        line, "list", "methods and events with their types, one in a line", options, list);
    command->add_flag("--names", options.names, "nothing but the names");
}

}  // namespace cli
