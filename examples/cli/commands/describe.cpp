// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "../contract.hpp"
#include "../remote.hpp"
#include "commands.hpp"

#include <algorithm>
#include <iostream>
#include <set>

namespace cli {

namespace {

struct describe_options {
    std::string name;
    bool json = false;
};

class describer {
public:
    explicit describer(const contract& terms) : terms_(terms) {}

    void all() {
        const json info = terms_.document().value("info", json::object());
        std::cout << painted(info.value("title", ""), colour::name) << ", version "
                  << info.value("version", "") << "\n";
        heading("Methods", terms_.methods().size());
        for (const json& one : terms_.methods()) {
            std::cout << "  " << terms_.signature(one) << notes(one) << '\n';
        }
        heading("Events", terms_.events().size());
        for (const json& one : terms_.events()) {
            std::cout << "  " << terms_.event_line(one) << notes(one) << '\n';
        }
        heading("Types", terms_.types().size());
        for (const auto& [name, schema] : terms_.types().items()) {
            std::cout << "  " << painted(name, colour::type) << '\n';
        }
        std::cout << "\ngatewire describe NAME tells more of each.\n";
    }

    void method(const json& entry) {
        std::cout << terms_.signature(entry) << "\n";
        for (const json& parameter : entry.value("params", json::array())) {
            const json schema = parameter.value("schema", json::object());
            member(parameter.value("name", ""), schema, parameter.value("required", false), "  ");
            members_of(schema, "    ", {});
        }
        const json result = entry.value("result", json::object());
        const json schema = result.value("schema", json::object());
        std::cout << "  result: " << rule(schema) << '\n';
        want_types_of(schema);
        if (entry.value("paramStructure", "either") == "by-position") {
            std::cout << "Arguments go by position only.\n";
        }
        more(entry);
        errors(entry);
        types();
    }

    void event(const json& entry) {
        const json schema = entry.value("payload", json::object());
        std::cout << "event " << terms_.event_line(entry) << '\n';
        if (entry.value("keyed", false)) {
            std::cout << "It can be watched by keys: " << key_look(entry) << ".\n";
        }
        if (entry.value("latest", false)) {
            std::cout << "Only the newest of each key matters: whoever comes gets it at once, and "
                         "slow readers are spared older ones.\n";
        }
        more(entry);
        want_types_of(schema);
        types();
    }

    void type(const std::string& name) {
        wanted_.insert(name);
        types();
    }

private:
    static void heading(const char* title, std::size_t count) {
        std::cout << '\n' << title << " (" << count << ")\n";
    }

    static std::string joined(const json& texts) {
        std::string all;
        for (const json& text : texts) {
            all += (all.empty() ? "" : ", ") + text.get<std::string>();
        }
        return all;
    }

    static json roles_of(const json& entry) {
        return entry.value("x-roles", entry.value("roles", json::array()));
    }

    static std::string notes(const json& entry) {
        const json roles = roles_of(entry);
        const json traits = entry.value("x-traits", json::array());
        return (traits.empty() ? "" : "  " + joined(traits)) +
               (roles.empty() ? "" : "  needs " + joined(roles));
    }

    static void more(const json& entry) {
        if (const json roles = roles_of(entry); !roles.empty()) {
            std::cout << "For clients with the role: " << joined(roles) << '\n';
        }
        for (const json& trait : entry.value("x-traits", json::array())) {
            if (trait == "once") {
                std::cout << "A call with --key runs once for each key.\n";
            } else if (trait == "idempotent") {
                std::cout << "Running it twice does no harm.\n";
            }
        }
    }

    void errors(const json& entry) const {
        const json::json_pointer place("/components/errors");
        std::cout << "Errors:\n";
        for (const json& one : entry.value("errors", json::array())) {
            const std::string path = one.value("$ref", "");
            const std::string name = path.substr(path.rfind('/') + 1);
            if (terms_.document().contains(place / name)) {
                const json& error = terms_.document().at(place / name);
                std::cout << "  " << error.value("code", 0) << "  " << error.value("message", "")
                          << '\n';
            }
        }
    }

    /// A schema in some words.
    std::string rule(const json& schema) const {
        std::string text = painted(type_text(schema), colour::type);
        if (schema.contains("minimum") && schema.contains("maximum")) {
            text += " from " + compact(schema["minimum"]) + " to " + compact(schema["maximum"]);
        }
        if (schema.contains("enum")) {
            text += ", one of " + joined(schema["enum"]);
        }
        if (schema.contains("description")) {
            text += ", " + schema.value("description", "");
        }
        return text;
    }

    void member(const std::string& name, const json& schema, bool is_needed,
                const std::string& indent) const {
        std::cout << indent << painted(name, colour::name) << ": " << rule(schema)
                  << (is_needed ? "" : ", may be left out") << '\n';
    }

    static bool is_required(const json& schema, const std::string& name) {
        const json required = schema.value("required", json::array());
        return std::find(required.begin(), required.end(), name) != required.end();
    }

    /// What an argument is made of: the members of an object, of those inside of it, and of what a
    /// list or an optional holds. Types without members are told by themselves.
    /// @param outer  The types around it, which are not told again.
    void members_of(const json& schema, const std::string& indent, std::set<std::string> outer) {
        const json& found = terms_.resolved(schema);
        if (!found.is_object()) {
            return;
        }
        const bool is_named = schema.contains("$ref");
        if (is_named && !found.contains("properties")) {
            want_types_of(schema);
        }
        if (is_named && !outer.insert(type_text(schema)).second) {
            return;
        }
        const json members = terms_.members(schema);
        for (const auto& [name, part] : members.items()) {
            member(name, part, is_required(found, name), indent);
            members_of(part, indent + "  ", outer);
        }
        for (const char* const word : {"items", "anyOf", "additionalProperties"}) {
            const json inner = found.value(word, json());
            for (const json& part : inner.is_array() ? inner : json::array({inner})) {
                members_of(part, indent, outer);
            }
        }
    }

    void want_types_of(const json& schema) {
        if (schema.is_object() && schema.contains("$ref")) {
            wanted_.insert(type_text(schema));
        }
        if (schema.is_structured()) {
            for (const json& part : schema) {
                want_types_of(part);
            }
        }
    }

    /// Those that are wanted, and those that are wanted by them.
    void types() {
        while (!wanted_.empty()) {
            const std::string name = *wanted_.begin();
            wanted_.erase(wanted_.begin());
            const json* const schema = terms_.type(name);
            if (schema != nullptr && told_.insert(name).second) {
                one_type(name, *schema);
            }
        }
    }

    void one_type(const std::string& name, const json& schema) {
        std::cout << "type " << painted(name, colour::type) << ": " << rule_of_type(schema) << '\n';
        const json members = terms_.members(schema);
        for (const auto& [member_name, part] : members.items()) {
            member(member_name, part, is_required(schema, member_name), "  ");
            want_types_of(part);
        }
    }

    std::string rule_of_type(const json& schema) const {
        return schema.contains("properties") ? "an object of" : rule(schema);
    }

    const contract& terms_;
    std::set<std::string> wanted_;
    std::set<std::string> told_;
};

exit_code describe(const settings& how, const describe_options& options) {
    remote server(how);
    const contract terms = discover(server);
    const json* const method = terms.method(options.name);
    const json* const event = terms.event(options.name);
    const json* const type = terms.type(options.name);
    if (!options.name.empty() && method == nullptr && event == nullptr && type == nullptr) {
        std::vector<std::string> names = names_in(terms.methods());
        for (const std::string& name : names_in(terms.events())) {
            names.push_back(name);
        }
        for (const auto& [name, schema] : terms.types().items()) {
            names.push_back(name);
        }
        throw usage("the server has nothing called '" + options.name + "'" +
                    suggestion(options.name, names) + "; gatewire list shows what there is");
    }
    if (options.json) {
        const json* const part = method != nullptr ? method : event != nullptr ? event : type;
        std::cout << (part == nullptr ? shown(terms.text()) : shown(*part)) << '\n';
        return exit_code::ok;
    }
    describer text(terms);
    if (options.name.empty()) {
        text.all();
    } else if (method != nullptr) {
        text.method(*method);
    } else if (event != nullptr) {
        text.event(*event);
    } else {
        text.type(options.name);
    }
    return exit_code::ok;
}

}  // namespace

void add_describe(command_line& line) {
    static describe_options options;
    CLI::App* const command = add_command(
        line, "describe", "what a method, an event or a type looks like", options, describe);
    command->add_option("name", options.name, "a method, an event or a type; without it, all");
    command->add_flag("--json", options.json, "the part of the OpenRPC document");
}

}  // namespace cli
