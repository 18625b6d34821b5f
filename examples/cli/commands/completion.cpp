// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "../completer.hpp"
#include "commands.hpp"

#include <iostream>

namespace cli {

namespace {

struct completion_options {
    std::string shell;
    std::string line;  // to be completed
};

constexpr const char* bash_script =
    R"(# Completion of gatewire in bash: source <(gatewire completion bash)
_gatewire() {
    local word line=${COMP_LINE:0:COMP_POINT}
    COMPREPLY=()
    while IFS= read -r word; do
        COMPREPLY+=("$word")
    done < <("${COMP_WORDS[0]}" complete --line "$line" 2>/dev/null </dev/null)
    if [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *= ]]; then
        compopt -o nospace 2>/dev/null
    fi
}
complete -o default -F _gatewire gatewire
)";

constexpr const char* zsh_script = R"(#compdef gatewire
# Completion of gatewire in zsh: source <(gatewire completion zsh)
_gatewire() {
    local -a found values
    found=("${(@f)$("${words[1]}" complete --line "${BUFFER[1,CURSOR]}" 2>/dev/null </dev/null)}")
    found=(${found:#})
    values=(${(M)found:#*=})
    found=(${found:#*=})
    (( ${#values} )) && compadd -S '' -a values
    (( ${#found} )) && compadd -a found
    (( ${#values} + ${#found} )) || _files
}
(( ${+functions[compdef]} )) || { autoload -Uz compinit && compinit -i }
compdef _gatewire gatewire
)";

exit_code print_script(const settings&, const completion_options& options) {
    std::cout << (options.shell == "bash" ? bash_script : zsh_script);
    return exit_code::ok;
}

}  // namespace

void add_completion(command_line& line) {
    static completion_options options;
    CLI::App* const command =
        add_command(line, "completion", "print a script that completes words in a shell", options,
                    print_script);
    command->add_option("shell", options.shell, "bash or zsh")
        ->required()
        ->check(CLI::IsMember({"bash", "zsh"}));
    command->footer("For a shell: source <(gatewire completion bash), or zsh in both places");

    // What the scripts ask; not for people.
    CLI::App* const hidden = line.app.add_subcommand("complete", "")->group("");
    hidden->add_option("--line", options.line)->required();
    hidden->callback([&line] {
        line.chosen = [&line] {
            for (const std::string& word : completions(line.app, line.how, options.line)) {
                std::cout << word << '\n';
            }
            return exit_code::ok;
        };
    });
}

}  // namespace cli
