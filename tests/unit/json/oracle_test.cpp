// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: what we write means to nlohmann/json what it means to us, and the other way round.
// Method: values generated from a fixed seed, compared by meaning both ways.

#include "support.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

using json_test::text_of;
using json_test::value_of;

namespace {

enum class side { buy, sell, none };

struct contract {
    std::string symbol;
    std::uint16_t multiplier = 0;
    double tick = 0;
    bool operator==(const contract&) const = default;
};

struct order {
    std::string id;
    side direction{};
    std::optional<double> price;
    std::int64_t volume = 0;
    bool active = false;
    contract traded;
    std::vector<std::string> tags;
    bool operator==(const order&) const = default;
};

struct book {
    std::array<std::pair<double, std::uint32_t>, 3> bids{};
    std::map<std::string, order> orders;
    std::variant<std::monostate, std::string, double> note;
    std::vector<std::vector<std::int8_t>> grid;
    std::tuple<bool, std::optional<std::string>> pair;
    bool operator==(const book&) const = default;
};

/// Draws values of every kind, among them awkward ones.
class generator {
public:
    explicit generator(std::uint64_t seed) : random_(seed) {}

    std::uint64_t below(std::uint64_t limit) { return random_() % limit; }

    template <class Int>
    Int integer() {
        return static_cast<Int>(random_() >> below(64));
    }
    double real() {
        const auto value = std::bit_cast<double>(random_());
        const auto price = static_cast<double>(below(10'000'000)) / 100;
        return below(2) == 0 || !std::isfinite(value) ? price : value;
    }
    std::string text() {
        static constexpr std::array<std::string_view, 12> pieces = {"a",
                                                                    "rb2405",
                                                                    "\"",
                                                                    "\\",
                                                                    "\n",
                                                                    "\x01",
                                                                    "/",
                                                                    "\xC3\xA9",
                                                                    " ",
                                                                    "\xE8\x9E\xBA",
                                                                    "\xF0\x9D\x84\x9E",
                                                                    "longer plain text"};
        std::string out;
        for (std::uint64_t count = below(6); count != 0; --count) {
            out += pieces[below(pieces.size())];
        }
        return out;
    }
    contract make_contract() { return {text(), integer<std::uint16_t>(), real()}; }
    order make_order() {
        order made{text(),
                   static_cast<side>(below(3)),
                   std::nullopt,
                   integer<std::int64_t>(),
                   below(2) == 0,
                   make_contract(),
                   {}};
        if (below(3) != 0) {
            made.price = real();
        }
        for (std::uint64_t count = below(4); count != 0; --count) {
            made.tags.push_back(text());
        }
        return made;
    }
    book make_book() {
        book made;
        for (auto& [price, volume] : made.bids) {
            price = real();
            volume = integer<std::uint32_t>();
        }
        for (std::uint64_t count = below(5); count != 0; --count) {
            made.orders.emplace(text(), make_order());
            made.grid.emplace_back(below(4), integer<std::int8_t>());
        }
        if (const auto choice = below(3); choice == 1) {
            made.note = text();
        } else if (choice == 2) {
            made.note = real();
        }
        made.pair = {below(2) == 0, below(2) == 0 ? std::optional(text()) : std::nullopt};
        return made;
    }

private:
    std::mt19937_64 random_;
};

// The oracle's own rendering, member by member.
nlohmann::json oracle(const contract& value) {
    return {{"symbol", value.symbol}, {"multiplier", value.multiplier}, {"tick", value.tick}};
}

nlohmann::json oracle(const order& value) {
    constexpr std::array<const char*, 3> sides = {"buy", "sell", "none"};
    nlohmann::json json = {
        {"id", value.id},         {"direction", sides[static_cast<std::size_t>(value.direction)]},
        {"price", nullptr},       {"volume", value.volume},
        {"active", value.active}, {"traded", oracle(value.traded)},
        {"tags", value.tags}};
    if (value.price) {
        json["price"] = *value.price;
    }
    return json;
}

nlohmann::json oracle(const book& value) {
    nlohmann::json json = {{"bids", value.bids},
                           {"orders", nlohmann::json::object()},
                           {"note", nullptr},
                           {"grid", value.grid},
                           {"pair", {std::get<0>(value.pair), nullptr}}};
    for (const auto& [name, member] : value.orders) {
        json["orders"][name] = oracle(member);
    }
    if (const auto* text = std::get_if<std::string>(&value.note)) {
        json["note"] = *text;
    } else if (const auto* real = std::get_if<double>(&value.note)) {
        json["note"] = *real;
    }
    if (const auto& text = std::get<1>(value.pair)) {
        json["pair"][1] = *text;
    }
    return json;
}

template <class T>
void compare(const T& value) {
    const nlohmann::json expected = oracle(value);
    const std::string text = text_of(value);
    CAPTURE(text);
    REQUIRE(nlohmann::json::parse(text) == expected);
    REQUIRE(value_of<nlohmann::json>(text) == expected);
    REQUIRE(value_of<T>(text) == value);
    // nlohmann sorts the members, so these come in another order than that of declaration.
    REQUIRE(value_of<T>(expected.dump()) == value);
    REQUIRE(value_of<T>(expected.dump(2)) == value);
    REQUIRE(value_of<T>(expected.dump(-1, ' ', true)) == value);
    REQUIRE(value_of<nlohmann::json>(expected.dump(1)) == expected);
    REQUIRE(nlohmann::json::parse(text_of(expected)) == expected);
    REQUIRE(json_test::validation(expected.dump()) == "ok");
}

}  // namespace

template <>
inline constexpr std::array<std::pair<side, std::string_view>, 3> rpc::enum_names<side>{
    {{side::buy, "buy"}, {side::sell, "sell"}, {side::none, "none"}}};

TEST_CASE("oracle: generated values mean the same to nlohmann and to us") {
    generator make(42);
    for (int count = 0; count != 300; ++count) {
        compare(make.make_contract());
        compare(make.make_order());
        compare(make.make_book());
    }
}
