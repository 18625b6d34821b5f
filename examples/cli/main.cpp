// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// A server from a shell: what it serves, calls, events, statistics, recordings.

#include "commands/commands.hpp"
#include "contract.hpp"
#include "terminal.hpp"

#include <gatewire/version.hpp>

#include <iostream>
#include <string>
#include <vector>

namespace {

constexpr const char* exit_codes =
    "Results go to the standard output, everything else to the standard error.\n"
    "Exit codes: 0 all went well; 1 the call failed, the server said so; 2 the command line or an\n"
    "argument is wrong; 3 not connected; 4 timed out; 5 events were missed, or answers differ.\n"
    "Colours are for terminals, and not where NO_COLOR is set.\n\n"
    "Begin with: gatewire list";

void add_settings(CLI::App& app, cli::settings& how, std::string& timeout) {
    app.add_option("-a,--address", how.address, "tcp://host:port, tls://host:port or unix:///path")
        ->envname("GATEWIRE_ADDRESS")
        ->capture_default_str();
    app.add_option(
           "--token", how.token,
           "what the server wants to be shown; the variable keeps it from other users' eyes")
        ->envname("GATEWIRE_TOKEN");
    app.add_option("--tls-ca", how.tls_ca, "file with the authorities of tls:// servers")
        ->envname("GATEWIRE_TLS_CA");
    app.add_option("--tls-certificate", how.tls_certificate, "file with one's own certificate");
    app.add_option("--tls-key", how.tls_key, "file with its key");
    app.add_option("--tls-name", how.tls_name, "name in the server's certificate");
    app.add_option("--timeout", timeout, "of connecting and of each call: 10s, 200ms, 2m")
        ->capture_default_str();
    app.add_flag("--wait", how.waits, "wait for a server that is not there yet");
}

/// What to say to a line without a command.
cli::failure no_command(const CLI::App& app, bool is_empty) {
    std::vector<std::string> names;
    for (const CLI::App* const one : app.get_subcommands({})) {
        if (!one->get_group().empty()) {
            names.push_back(one->get_name());
        }
    }
    std::string all;
    for (const std::string& name : names) {
        all += (all.empty() ? "" : ", ") + name;
    }
    const std::vector<std::string> left = app.remaining();
    const std::string word = left.empty() ? "" : cli::unguarded(left.front());
    return cli::usage((is_empty || left.empty()
                           ? std::string("a command is missing")
                           : "there is no command '" + word + "'" + cli::suggestion(word, names)) +
                      "; there are " + all + "\nBegin with: gatewire --help, gatewire list");
}

int run(int argc, char** argv) {
    cli::settings how;
    std::string timeout = "10s";
    CLI::App app{"Looks at a gatewire server: lists, calls, watches, measures, records.",
                 "gatewire"};
    app.set_version_flag("--version", "gatewire " + std::string(rpc::version));
    app.footer(exit_codes);
    app.require_subcommand(1);
    app.fallthrough();
    add_settings(app, how, timeout);
    cli::command_line line{app, how, {}};
    for (const auto add :
         {cli::add_list, cli::add_describe, cli::add_call, cli::add_watch, cli::add_top,
          cli::add_bench, cli::add_record, cli::add_replay, cli::add_completion}) {
        add(line);
    }
    std::vector<std::string> words;
    for (int at = argc - 1; at > 0; --at) {
        words.push_back(cli::guarded(argv[at]));
    }
    try {
        app.parse(words);
    } catch (const CLI::ParseError& ended) {
        if (ended.get_exit_code() != 0 && app.get_subcommands().empty()) {
            throw no_command(app, argc == 1);
        }
        const int code = app.exit(ended);
        return code == 0 ? 0 : static_cast<int>(cli::exit_code::usage);
    }
    how.timeout = cli::read_duration(timeout);
    return static_cast<int>(line.chosen());
}

int fail(cli::exit_code code, const std::string& text) {
    std::cout << std::flush;
    std::cerr << cli::painted("gatewire: ", cli::colour::bad, cli::stream::error) << text << '\n';
    return static_cast<int>(code);
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return run(argc, argv);
    } catch (const cli::failure& why) {
        return fail(why.code, why.what());
    } catch (const rpc::error& why) {
        return fail(cli::code_of(why), cli::text_of(why));
    } catch (const std::exception& why) {
        return fail(cli::exit_code::call_failed, why.what());
    }
}
