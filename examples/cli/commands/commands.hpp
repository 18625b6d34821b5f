// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_CLI_COMMANDS_HPP
#define GATEWIRE_CLI_COMMANDS_HPP

#include "../failure.hpp"
#include "../settings.hpp"

#include <CLI/CLI.hpp>

#include <functional>
#include <string>
#include <vector>

namespace cli {

/// The command line while it is described and read.
struct command_line {
    CLI::App& app;
    const settings& how;                ///< Filled in when the line was read.
    std::function<exit_code()> chosen;  ///< The command to run.
};

/// A command whose options end up in `Options`, and what runs it with them.
template <class Options>
CLI::App* add_command(command_line& line, const std::string& name, const std::string& text,
                      Options& options, exit_code (*run)(const settings&, const Options&)) {
    CLI::App* const command = line.app.add_subcommand(name, text);
    command->callback([&line, &options, run] {
        line.chosen = [&line, &options, run] { return run(line.how, options); };
    });
    return command;
}

/// Words are guarded before CLI11 sees them, which has a meaning of its own for some.
std::string guarded(const std::string& word);
std::string unguarded(const std::string& word);
std::vector<std::string> unguarded(const std::vector<std::string>& words);

// One for each file of this folder.
void add_list(command_line& line);
void add_describe(command_line& line);
void add_call(command_line& line);
void add_watch(command_line& line);
void add_top(command_line& line);
void add_bench(command_line& line);
void add_record(command_line& line);
void add_replay(command_line& line);
void add_completion(command_line& line);

}  // namespace cli

#endif  // GATEWIRE_CLI_COMMANDS_HPP
