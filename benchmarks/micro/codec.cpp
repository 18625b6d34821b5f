// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// The typed codec beside nlohmann's tree: text to values and values to text.

#include "../harness.hpp"
#include "../payloads.hpp"
#include "../tree/tree.hpp"

#include <gatewire/json/read.hpp>
#include <gatewire/json/write.hpp>
#include <gatewire/wire/buffer.hpp>

#include <nlohmann/json.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace {

constexpr std::size_t variety = 64;  // A power of two; more than one, so that branches differ.

template <class Value>
void write_typed(rpc::wire::buffer& out, const Value& value) {
    rpc::codec::write_error failure;
    out.clear();
    if (!rpc::codec::write(out, value, failure)) {
        bench::fail(failure.text("payload"));
    }
}

/// Both directions of one type, on values that differ from call to call.
template <class Value>
void compare(const bench::contest& rounds, const std::string& name,
             const std::vector<Value>& values) {
    std::vector<std::string> texts;
    for (const Value& value : values) {
        rpc::wire::buffer out;
        write_typed(out, value);
        texts.emplace_back(out.view());
        // Both must mean the same, or they are not worth a comparison.
        if (bench::tree_of(value) != nlohmann::json::parse(texts.back())) {
            bench::fail("the two codecs disagree on " + name);
        }
    }
    const std::size_t mask = values.size() - 1;
    rounds.run(
        "codec read " + name,
        [&](std::size_t number) {
            Value value{};
            rpc::codec::read_error failure;
            if (!rpc::codec::read_text(texts[number & mask], value, failure)) {
                bench::fail(failure.text("payload"));
            }
            bench::keep(value);
        },
        [&](std::size_t number) {
            Value value{};
            bench::from_tree(nlohmann::json::parse(texts[number & mask]), value);
            bench::keep(value);
        });
    rpc::wire::buffer out;
    rounds.run(
        "codec write " + name,
        [&](std::size_t number) {
            write_typed(out, values[number & mask]);
            bench::keep(out);
        },
        [&](std::size_t number) {
            std::string text = bench::tree_of(values[number & mask]).dump();
            bench::keep(text);
        });
}

}  // namespace

int main(int argc, char** argv) {
    const bench::contest rounds(argc, argv);
    std::vector<bench::order_request> orders;
    std::vector<bench::tick> ticks;
    for (std::size_t number = 0; number < variety; ++number) {
        orders.push_back(bench::make_order(number));
        ticks.push_back(bench::make_tick(number));
    }
    compare(rounds, "order", orders);
    compare(rounds, "tick", ticks);
    // Spelt out: deduced, this would be the bars themselves, and one bar would be measured.
    const std::vector<std::vector<bench::bar>> bars{bench::make_bars(1'000)};
    compare(rounds, "1000 bars", bars);
}
