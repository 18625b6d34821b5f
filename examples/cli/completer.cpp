// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "completer.hpp"

#include "contract.hpp"
#include "remote.hpp"

#include <chrono>
#include <set>

namespace cli {

namespace {

/// Nobody waits longer for a word.
constexpr std::chrono::milliseconds patience{700};

/// The words of a shell's line; the last one is where the cursor is, and may be empty.
std::vector<std::string> split(const std::string& line) {
    std::vector<std::string> words(1);
    char quote = '\0';
    for (std::size_t at = 0; at < line.size(); ++at) {
        const char letter = line[at];
        if (letter == quote) {
            quote = '\0';
        } else if (quote == '\0' && (letter == '\'' || letter == '"')) {
            quote = letter;
        } else if (letter == '\\' && quote != '\'' && at + 1 < line.size()) {
            words.back() += line[++at];
        } else if (letter == ' ' && quote == '\0') {
            if (!words.back().empty()) {
                words.emplace_back();
            }
        } else {
            words.back() += letter;
        }
    }
    return words;
}

/// Where the cursor is: behind which command and which words of it.
struct position {
    CLI::App* command = nullptr;
    std::vector<std::string> words;  // without options and their values
    bool is_value = false;           // of an option
    std::string option;              // which one
};

class completer {
public:
    completer(CLI::App& app, const settings& how) : app_(app), how_(how) {
        how_.timeout = patience;
        how_.waits = false;
    }

    std::vector<std::string> complete(const std::string& line) {
        std::vector<std::string> words = split(line);
        const std::string begun = words.back();
        words.pop_back();
        const position where = find_position(words);
        std::vector<std::string> fitting;
        for (const std::string& one : candidates(where, begun)) {
            if (one.starts_with(begun)) {
                fitting.push_back(one);
            }
        }
        return fitting;
    }

private:
    position find_position(const std::vector<std::string>& words) {
        position where;
        for (std::size_t at = 1; at < words.size(); ++at) {
            const std::string& word = words[at];
            if (where.is_value) {
                take_setting(where.option, word);
                where.is_value = false;
            } else if (word.starts_with('-') && word.size() > 1) {
                const std::size_t end = word.find('=');
                where.option = word.substr(0, end);
                where.is_value = end == word.npos && takes_value(where.command, where.option);
                if (end != word.npos) {
                    take_setting(where.option, word.substr(end + 1));
                }
            } else if (where.command == nullptr) {
                where.command = command_named(word);
                where.words.emplace_back();
            } else {
                where.words.push_back(word);
            }
        }
        return where;
    }

    CLI::App* command_named(const std::string& name) {
        for (CLI::App* const one : app_.get_subcommands({})) {
            if (one->check_name(name)) {
                return one;
            }
        }
        return nullptr;
    }

    void take_setting(const std::string& option, const std::string& value) {
        if (option == "--address" || option == "-a") {
            how_.address = value;
        } else if (option == "--token") {
            how_.token = value;
        } else if (option == "--tls-ca") {
            how_.tls_ca = value;
        }
    }

    bool takes_value(CLI::App* command, const std::string& name) {
        for (CLI::App* const one : {command, &app_}) {
            CLI::Option* const found = one == nullptr ? nullptr : one->get_option_no_throw(name);
            if (found != nullptr) {
                return found->get_type_size() > 0;
            }
        }
        return false;
    }

    std::vector<std::string> candidates(const position& where, const std::string& begun) {
        if (where.is_value) {
            return {};
        }
        if (begun.starts_with('-')) {
            return options_of(where.command);
        }
        if (where.words.empty()) {
            return commands();
        }
        if (where.command == nullptr) {
            return {};
        }
        return words_of(where.command->get_name(), where.words.size() - 1, where.words);
    }

    std::vector<std::string> commands() {
        std::vector<std::string> names;
        for (const CLI::App* const one : app_.get_subcommands({})) {
            if (!one->get_group().empty()) {
                names.push_back(one->get_name());
            }
        }
        return names;
    }

    std::vector<std::string> options_of(CLI::App* command) {
        std::set<std::string> names;
        for (CLI::App* const one : {command, &app_}) {
            for (const CLI::Option* const option :
                 one == nullptr ? std::vector<CLI::Option*>() : one->get_options()) {
                for (const std::string& name : option->get_lnames()) {
                    names.insert("--" + name);
                }
            }
        }
        return {names.begin(), names.end()};
    }

    /// @param place  How many words of the command stand before.
    std::vector<std::string> words_of(const std::string& command, std::size_t place,
                                      const std::vector<std::string>& words) {
        if (command == "completion") {
            return place == 0 ? std::vector<std::string>{"bash", "zsh"}
                              : std::vector<std::string>();
        }
        const bool calls = command == "call" || command == "bench";
        if ((calls && place == 0) || (command == "describe" && place == 0)) {
            return names_of_server(true, command == "describe", command == "describe");
        }
        if (calls) {
            return parameters_of(words[1]);
        }
        if ((command == "watch" && place == 0) || (command == "record" && place > 0)) {
            return names_of_server(false, true, false);
        }
        return {};
    }

    contract ask() {
        remote server(how_);
        return discover(server);
    }

    std::vector<std::string> names_of_server(bool methods, bool events, bool types) {
        const contract terms = ask();
        std::vector<std::string> names;
        if (methods) {
            names = names_in(terms.methods());
        }
        if (events) {
            const std::vector<std::string> more = names_in(terms.events());
            names.insert(names.end(), more.begin(), more.end());
        }
        if (types && terms.types().is_object()) {
            for (const auto& [name, schema] : terms.types().items()) {
                names.push_back(name);
            }
        }
        return names;
    }

    std::vector<std::string> parameters_of(const std::string& method) {
        const contract terms = ask();
        const json* const found = terms.method(method);
        std::vector<std::string> names;
        if (found != nullptr && found->value("paramStructure", "either") != "by-position") {
            for (const std::string& name : names_in(found->value("params", json::array()))) {
                names.push_back(name + "=");
            }
        }
        return names;
    }

    CLI::App& app_;
    settings how_;
};

}  // namespace

std::vector<std::string> completions(CLI::App& app, const settings& how, const std::string& line) {
    try {
        return completer(app, how).complete(line);
    } catch (const std::exception&) {
        return {};  // Whoever types a word wants no sentence about the server.
    }
}

}  // namespace cli
