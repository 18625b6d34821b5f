// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Prints types with their schemas, and texts with what the reader says of each, one JSON object a
// line, for check_samples.py. The texts are what the writer wrote, and that again with each of its
// parts left out, added or replaced by something else.

#include <gatewire/enum_names.hpp>
#include <gatewire/json/describe.hpp>
#include <gatewire/json/read.hpp>
#include <gatewire/json/write.hpp>

#include <nlohmann/json.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <deque>
#include <iostream>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

namespace samples {

namespace json = rpc::codec;

enum class side { buy, sell };
enum class level : std::uint8_t { low, high = 200 };
enum class flag : bool { off, on };

struct leg {
    std::string symbol;
    double ratio = 1;
    std::optional<int> volume;
};

struct tree {
    int value = 0;
    std::vector<tree> children;
    std::map<std::string, tree> named;
};

struct request {
    using rpc_default_members = void;
    std::string symbol = "SPX";
    int limit = 100;
    std::optional<leg> first;
};

struct empty {};

struct everything {
    side way = side::buy;
    level height = level::low;
    std::vector<leg> legs;
    std::optional<tree> root;
    std::variant<int, std::string, leg> choice;
    std::variant<int, double> number;
    std::tuple<int, std::string> pair;
    std::array<bool, 3> flags{};
    std::set<std::uint16_t> ports;
    std::map<std::string, request> by_name;
    std::chrono::milliseconds wait{};
    nlohmann::json extra;
};

struct point {
    int x = 0;
};
void to_json(nlohmann::json& json, const point& value) {
    json = value.x;
}
void from_json(const nlohmann::json& json, point& value) {
    value.x = json.get<int>();
}

}  // namespace samples

template <>
inline constexpr std::array<std::pair<samples::side, std::string_view>, 3>
    rpc::enum_names<samples::side>{{{samples::side::buy, "buy"},
                                    {samples::side::sell, "sell"},
                                    {samples::side::sell, "short"}}};

namespace samples {

const nlohmann::json replacements = nlohmann::json::parse(
    R"([null, true, 0, -1, 1, 2, 128, 256, -32769, 65536, 2147483648, -2147483649, 4294967296,
        9223372036854775808, 1.5, -0.25, "", "buy", "short", "hold", [], [1, 1], ["a", "b", "c"],
        {}, {"index": 0, "value": 7}, {"index": 2, "value": 7}, {"symbol": "x", "ratio": 2}])");

/// Calls `use` with every text that differs from `root` in one place below `part`.
template <class Use>
void for_each_mutant(nlohmann::json& root, nlohmann::json& part, const Use& use) {
    const nlohmann::json before = part;
    for (const nlohmann::json& other : replacements) {
        part = other;
        use(root);
    }
    part = before;
    if (part.is_object()) {
        part["a member that nobody knows"] = 1;
        use(root);
        part = before;
        for (const auto& [name, value] : before.items()) {
            part.erase(name);
            use(root);
            part = before;
        }
    } else if (part.is_array()) {
        part.push_back(part.empty() ? nlohmann::json(1) : part[0]);
        use(root);
        part = before;
        for (std::size_t index = 0; index != before.size(); ++index) {
            part.erase(index);
            use(root);
            part = before;
        }
    }
    for (nlohmann::json& inner : part) {
        if (part.is_structured()) {
            for_each_mutant(root, inner, use);
        }
    }
}

template <class T>
bool is_readable(const std::string& text) {
    T value{};
    json::read_error unused;
    return json::read_text(text, value, unused);
}

template <class T>
void print(std::string_view name, const std::vector<T>& values) {
    json::schema_book book("#/definitions/");
    nlohmann::json line{{"type", name},
                        {"schema", nlohmann::json::parse(book.schema_of(json::facts_of<T>))}};
    const nlohmann::json named = nlohmann::json::parse(book.named());
    line["schema"]["definitions"] = named;
    if (line["schema"].contains("$ref")) {  // A reference has no siblings in draft 7.
        line["schema"] = {{"allOf", {{{"$ref", line["schema"]["$ref"]}}}}, {"definitions", named}};
    }
    std::set<std::string> seen;
    line["written"] = nlohmann::json::array();
    line["accepted"] = nlohmann::json::array();
    line["refused"] = nlohmann::json::array();
    for (const T& value : values) {
        rpc::wire::buffer text;
        json::write_error unused;
        if (!json::write(text, value, unused)) {
            std::cerr << name << ": a value was not written\n";
            std::exit(1);
        }
        line["written"].push_back(std::string(text.view()));
        nlohmann::json root = nlohmann::json::parse(text.view());
        for_each_mutant(root, root, [&](const nlohmann::json& mutant) {
            const std::string other = mutant.dump();
            if (seen.insert(other).second) {
                line[is_readable<T>(other) ? "accepted" : "refused"].push_back(other);
            }
        });
    }
    std::cout << line.dump() << '\n';
}

template <class Int>
void print_integer(std::string_view name) {
    using limits = std::numeric_limits<Int>;
    print<Int>(name, {Int{0}, Int{1}, (limits::min)(), (limits::max)()});
}

void print_scalars() {
    print_integer<std::int8_t>("int8");
    print_integer<std::uint8_t>("uint8");
    print_integer<std::int16_t>("int16");
    print_integer<std::uint16_t>("uint16");
    print_integer<std::int32_t>("int32");
    print_integer<std::uint32_t>("uint32");
    print_integer<std::int64_t>("int64");
    print_integer<std::uint64_t>("uint64");
    print_integer<char>("char");
    print<float>("float", {0.0F, -1.5F, (std::numeric_limits<float>::max)()});
    print<double>("double", {0.1, 1e300, (std::numeric_limits<double>::max)()});
    print<bool>("bool", {true, false});
    print<std::string>("string", {"", "caf\xC3\xA9"});
    print<std::monostate>("null", {{}});
    print<side>("named enum", {side::buy, side::sell});
    print<level>("enum", {level::low, level::high});
    print<flag>("enum of bool", {flag::off, flag::on});
    print<std::chrono::milliseconds>("duration", {std::chrono::milliseconds(-5)});
    print<std::chrono::duration<double>>("real duration", {std::chrono::duration<double>(0.5)});
    print<std::chrono::sys_seconds>("time point", {std::chrono::sys_seconds{}});
}

void print_containers() {
    print<std::optional<int>>("optional", {1, std::nullopt});
    print<std::optional<side>>("optional enum", {side::buy, std::nullopt});
    print<std::vector<int>>("vector", {{}, {1, 2}});
    print<std::deque<std::string>>("deque", {{}, {"a", "b"}});
    print<std::vector<bool>>("vector of bool", {{}, {true, true}});
    print<std::set<int>>("set", {{}, {1, 2}});
    print<std::multiset<int>>("multiset", {{}, {1, 1}});
    print<std::array<int, 2>>("array", {{1, 2}});
    print<std::pair<int, std::string>>("pair", {{1, "a"}});
    print<std::tuple<>>("empty tuple", {{}});
    print<std::tuple<int, std::optional<bool>>>("tuple", {{1, true}, {1, std::nullopt}});
    print<std::map<std::string, int>>("map", {{}, {{"a", 1}, {"b", 2}}});
    print<std::unordered_map<std::string, leg>>("hash map", {{}, {{"a", {}}}});
    print<std::variant<int, std::string, bool>>("bare variant", {1, "a", true});
    print<std::variant<std::monostate, std::vector<int>>>("variant or null", {{}, std::vector{1}});
    print<std::variant<int, double>>("indexed variant", {1, 1.5});
    print<std::variant<leg, tree>>("variant of objects", {leg{}, tree{}});
}

void print_objects() {
    print<leg>("object", {{}, {"SPX", 2, 3}});
    print<empty>("empty object", {{}});
    print<request>("object with defaults", {{}, {"SPX", 1, leg{}}});
    print<tree>("recursive object", {{}, {1, {{2, {}, {}}}, {{"left", {3, {}, {}}}}}});
    print<everything>("everything", {{},
                                     {side::sell,
                                      level::high,
                                      {leg{}},
                                      tree{},
                                      leg{},
                                      1.5,
                                      {1, "a"},
                                      {true, false, true},
                                      {1, 2},
                                      {{"a", {}}},
                                      std::chrono::milliseconds(1),
                                      {{"any", {1, "thing"}}}}});
    print<nlohmann::json>("json", {nullptr, {{"a", 1}}});
}

}  // namespace samples

int main() {
    samples::print_scalars();
    samples::print_containers();
    samples::print_objects();
    return 0;
}
