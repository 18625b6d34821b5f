// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: whatever params are, they are read or refused, and what was read can be written and read
// again. Method: arguments of many kinds at once, by place and by name.

#include "target.hpp"

#include <gatewire/json/write.hpp>
#include <gatewire/typed/params.hpp>

#include <nlohmann/json.hpp>

#include <array>
#include <map>
#include <optional>
#include <span>
#include <tuple>
#include <variant>
#include <vector>

namespace {

struct order {
    std::string symbol;
    double price = 0;
    std::optional<std::int32_t> volume;
    std::vector<std::string> tags;
};

using values = std::tuple<std::int64_t, order, std::map<std::string, std::uint8_t>,
                          std::variant<bool, std::string>, nlohmann::json>;
constexpr std::array<std::string_view, 5> names{"a", "b", "c", "d", "e"};

std::string written(const values& some) {
    rpc::wire::buffer out;
    rpc::codec::write_error unused;
    rpc::codec::write(out, some, unused);
    return std::string(out.view());
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string params(fuzz::text_of(data, size));
    values first;
    rpc::codec::read_error failure;
    if (!rpc::typed::read_arguments(params, first, std::span<const std::string_view>(names),
                                    failure)) {
        fuzz::demand(!failure.text("params").empty(), "a refusal has a place");
        return 0;
    }
    const std::string text = written(first);
    values second;
    fuzz::demand(
        rpc::typed::read_arguments(text, second, std::span<const std::string_view>(names), failure),
        "what is written can be read");
    fuzz::demand(written(second) == text, "and is the same");
    return 0;
}
