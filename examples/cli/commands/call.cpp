// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "../arguments.hpp"
#include "../contract.hpp"
#include "../remote.hpp"
#include "commands.hpp"

#include <algorithm>
#include <iostream>

namespace cli {

namespace {

struct call_options {
    std::string method;
    std::vector<std::string> words;
    bool notify = false;
    bool unchecked = false;
    std::string key;
};

/// What is sent without a look at the server's description: JSON words, or else texts.
std::string unchecked_params(const std::vector<std::string>& words) {
    json params = json::array();
    for (const std::string& word : words) {
        const json value = json::parse(word, nullptr, false);
        params.push_back(value.is_discarded() ? json(word) : value);
    }
    return compact(params);
}

std::string params_of(remote& server, const call_options& options) {
    const std::vector<std::string> words = unguarded(options.words);
    if (options.method.starts_with("rpc.") || options.unchecked) {
        return unchecked_params(words);
    }
    const contract terms = discover(server);
    const json& method = terms.needed_method(options.method);
    const json traits = method.value("x-traits", json::array());
    if (!options.key.empty() && std::find(traits.begin(), traits.end(), "once") == traits.end()) {
        throw usage("calls of " + options.method + " take no --key: it has not the trait 'once'");
    }
    return read_params(terms, method, words);
}

exit_code call(const settings& how, const call_options& options) {
    remote server(how);
    const std::string params = params_of(server, options);
    if (options.notify) {
        server.client().notify(options.method, rpc::json_text{params});
        server.call("rpc.ping");  // When it is answered, the notification has arrived before it.
        return exit_code::ok;
    }
    rpc::dynamic_options differing;
    if (!options.key.empty()) {
        differing.key = rpc::key{options.key};
    }
    std::cout << shown(server.call(options.method, params, differing)) << '\n';
    return exit_code::ok;
}

}  // namespace

void add_call(command_line& line) {
    static call_options options;
    CLI::App* const command =
        add_command(line, "call", "call a method and print its result", options, call);
    command->add_option("method", options.method, "its name")->required();
    command->add_option("arguments", options.words,
                        "each is JSON, or plain text where the method wants text; name=value gives "
                        "a parameter by its name; - reads all of them from the input, as a JSON "
                        "array or object");
    auto* const notify = command->add_flag("--notify", options.notify, "want no answer");
    command
        ->add_option("--key", options.key, "names the call: the server runs it once for each key")
        ->excludes(notify);
    command->add_flag("--unchecked", options.unchecked,
                      "do not compare the arguments with the server's description first");
}

}  // namespace cli
