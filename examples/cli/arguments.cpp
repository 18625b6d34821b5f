// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "arguments.hpp"

#include "failure.hpp"
#include "schema.hpp"

#include <algorithm>
#include <cctype>
#include <iostream>
#include <iterator>
#include <optional>

namespace cli {

namespace {

class params_reader {
public:
    params_reader(const contract& terms, const json& method)
        : terms_(terms),
          method_(method),
          parameters_(method.value("params", json::array())),
          has_names_(method.value("paramStructure", "either") != "by-position") {}

    std::string read(const std::vector<std::string>& words) const {
        if (words.size() == 1 && words[0] == "-") {
            return read_input();
        }
        const auto is_name = [this](const std::string& word) { return named(word).has_value(); };
        const auto by_name = std::count_if(words.begin(), words.end(), is_name);
        if (by_name == 0) {
            refuse_misspelt(words);
            return by_position(words);
        }
        if (static_cast<std::size_t>(by_name) == words.size()) {
            return by_names(words);
        }
        const auto other = std::find_if_not(words.begin(), words.end(), is_name);
        if (looks_named(*other)) {
            throw no_parameter(other->substr(0, other->find('=')));
        }
        throw usage("'" + *other + "' stands beside arguments by name: give all of them as " +
                    "name=value, or none");
    }

private:
    std::string method_name() const { return method_.value("name", ""); }

    /// The place of the parameter that `name=value` gives.
    std::optional<std::size_t> named(const std::string& word) const {
        const std::size_t end = word.find('=');
        for (std::size_t at = 0; has_names_ && end != word.npos && at < parameters_.size(); ++at) {
            if (parameters_[at].value("name", "") == word.substr(0, end)) {
                return at;
            }
        }
        return std::nullopt;
    }

    static bool looks_named(const std::string& word) {
        const std::size_t end = word.find('=');
        return end != word.npos && end != 0 &&
               std::all_of(word.begin(), word.begin() + static_cast<std::ptrdiff_t>(end),
                           [](unsigned char letter) {
                               return std::isalnum(letter) != 0 || letter == '_' || letter == '-';
                           });
    }

    /// A name with a slip in it would go as a text, and do something that nobody asked for.
    void refuse_misspelt(const std::vector<std::string>& words) const {
        for (const std::string& word : words) {
            const std::string name = word.substr(0, word.find('='));
            const std::vector<std::string> names = names_in(parameters_);
            const bool is_meant = has_names_
                                      ? nearest_name(name, names).has_value()
                                      : std::find(names.begin(), names.end(), name) != names.end();
            if (looks_named(word) && is_meant) {
                throw usage(std::string(no_parameter(name).what()) +
                            "; a text that looks so goes in quotes: '" + compact(json(word)) + "'");
            }
        }
    }

    std::string all_names() const {
        std::string text;
        for (const std::string& name : names_in(parameters_)) {
            text += (text.empty() ? "" : ", ") + name;
        }
        return text;
    }

    failure no_parameter(const std::string& name) const {
        return usage(method_name() + " has no parameter '" + name + "'" +
                     (has_names_ ? suggestion(name, names_in(parameters_)) : "") +
                     (parameters_.empty() ? "; it takes none"
                      : has_names_        ? "; its parameters are " + all_names()
                                          : "; it takes its arguments by position only"));
    }

    /// How a parameter is called in texts.
    std::string title(std::size_t at) const {
        return "argument " + std::to_string(at + 1) + " '" + parameters_[at].value("name", "") +
               "' of " + method_name();
    }

    const json& schema(std::size_t at) const {
        static const json any = json::object();
        const auto found = parameters_[at].find("schema");
        return found != parameters_[at].end() ? *found : any;
    }

    failure wrong(std::size_t at, const mismatch& what) const {
        return usage(title(at) + (what.place.empty() ? "" : ", at " + what.place) + ": expected " +
                     what.wanted + ", found " + what.found + "; " + hint_for(terms_, schema(at)));
    }

    /// The JSON text of one word for a parameter.
    std::string value_of(std::size_t at, const std::string& word) const {
        const text_rule texts = text_rule_of(terms_, schema(at));
        json value = json::parse(word, nullptr, false);
        const bool is_json = !value.is_discarded();
        const bool is_plain_text =
            texts.is_allowed &&
            (!is_json ||
             (texts.is_only && find_mismatch(terms_, schema(at), value) && !value.is_string()));
        if (is_plain_text) {
            value = word;
        } else if (!is_json) {
            throw wrong(at, {"", type_text(schema(at)), "the text " + compact(json(word))});
        }
        if (const auto found = find_mismatch(terms_, schema(at), value)) {
            throw wrong(at, *found);
        }
        return is_plain_text ? compact(value) : word;
    }

    bool is_required(std::size_t at) const { return parameters_[at].value("required", false); }

    std::string by_position(const std::vector<std::string>& words) const {
        std::string text;
        for (std::size_t at = 0; at < words.size() && at < parameters_.size(); ++at) {
            try {
                text += (at == 0 ? "" : ",") + value_of(at, words[at]);
            } catch (const failure&) {
                if (looks_named(words[at])) {
                    throw no_parameter(words[at].substr(0, words[at].find('=')));
                }
                throw;
            }
        }
        if (words.size() > parameters_.size()) {
            if (looks_named(words.back())) {
                throw no_parameter(words.back().substr(0, words.back().find('=')));
            }
            throw usage(method_name() + " takes " + std::to_string(parameters_.size()) +
                        " arguments, not " + std::to_string(words.size()) + ": " +
                        terms_.signature(method_));
        }
        for (std::size_t at = words.size(); at < parameters_.size(); ++at) {
            if (is_required(at)) {
                throw usage(title(at) + " is missing: expected " + type_text(schema(at)) + "; " +
                            hint_for(terms_, schema(at)));
            }
        }
        return "[" + text + "]";
    }

    std::string by_names(const std::vector<std::string>& words) const {
        std::vector<bool> is_given(parameters_.size());
        std::string text;
        for (const std::string& word : words) {
            const std::size_t at = *named(word);
            if (is_given[at]) {
                throw usage(title(at) + " is given twice");
            }
            is_given[at] = true;
            text += (text.empty() ? "" : ",") + compact(parameters_[at]["name"]) + ":" +
                    value_of(at, word.substr(word.find('=') + 1));
        }
        for (std::size_t at = 0; at < parameters_.size(); ++at) {
            if (!is_given[at] && is_required(at)) {
                throw usage(title(at) + " is missing: expected " + type_text(schema(at)) +
                            "; add " + parameters_[at].value("name", "") + "=…");
            }
        }
        return "{" + text + "}";
    }

    std::string read_input() const {
        std::string text{std::istreambuf_iterator<char>(std::cin), {}};
        const json params = json::parse(text, nullptr, false);
        if (params.is_discarded() || !params.is_structured()) {
            throw usage("the input is no JSON array or object of arguments, for example [1, 2]");
        }
        text.erase(text.find_last_not_of(" \t\r\n") + 1);
        check_all(params);
        return text;
    }

    void check_all(const json& params) const {
        if (params.is_array() && params.size() > parameters_.size()) {
            throw usage(method_name() + " takes " + std::to_string(parameters_.size()) +
                        " arguments, not " + std::to_string(params.size()));
        }
        for (const auto& [name, value] : params.items()) {
            const std::vector<std::string> names = names_in(parameters_);
            if (params.is_object() && std::find(names.begin(), names.end(), name) == names.end()) {
                throw no_parameter(name);
            }
        }
        for (std::size_t at = 0; at < parameters_.size(); ++at) {
            const std::string name = parameters_[at].value("name", "");
            const bool is_given = params.is_array() ? at < params.size() : params.contains(name);
            if (!is_given && is_required(at)) {
                throw usage(title(at) + " is missing: expected " + type_text(schema(at)));
            }
            const json value = !is_given ? json() : params.is_array() ? params[at] : params[name];
            if (const auto found = find_mismatch(terms_, schema(at), value); is_given && found) {
                throw wrong(at, *found);
            }
        }
    }

    const contract& terms_;
    const json& method_;
    const json parameters_;
    const bool has_names_;
};

}  // namespace

std::string read_params(const contract& terms, const json& method,
                        const std::vector<std::string>& words) {
    return params_reader(terms, method).read(words);
}

}  // namespace cli
