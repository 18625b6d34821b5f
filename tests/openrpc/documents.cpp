// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Prints the documents of engines that have one of everything, for check_documents.mjs.

#include "documents.hpp"

#include <gatewire/enum_names.hpp>
#include <gatewire/openrpc.hpp>
#include <gatewire/table.hpp>

#include <nlohmann/json.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

namespace documents {

enum class side { buy, sell };

template <class T>
struct page {
    std::vector<T> items;
    std::string next;
};

struct order {
    std::string symbol;
    side way = side::buy;
    std::optional<double> price;
    std::chrono::system_clock::time_point sent;
};

struct tree {
    int value = 0;
    std::vector<tree> children;
};

namespace other {
struct order {
    std::string text;
};
}  // namespace other

/// Every kind of entry, and every kind of value.
struct many_kinds {
    void nothing() {}
    int add(int a, std::optional<int> b) { return a + b.value_or(0); }
    page<order> orders(const rpc::caller&, const std::string& after) { return {{}, after}; }
    std::variant<int, double> choose(std::variant<std::string, other::order>) { return 1; }
    std::tuple<std::set<int>, std::array<bool, 2>> shapes(std::map<std::string, order>) {
        return {};
    }
    nlohmann::json anything(const nlohmann::json& value) { return value; }

    using rpc_table =
        rpc::table<rpc::method<"nothing", &many_kinds::nothing, rpc::idempotent>,
                   rpc::method<"add", &many_kinds::add, rpc::params<"a", "b">, rpc::once>,
                   rpc::method<"orders", &many_kinds::orders, rpc::offload, rpc::needs<"trade">>,
                   rpc::method<"choose", &many_kinds::choose>,
                   rpc::method<"shapes", &many_kinds::shapes>,
                   rpc::method<"anything", &many_kinds::anything>,
                   rpc::event<"order", order, rpc::keyed_by<&order::symbol>, rpc::latest>,
                   rpc::event<"text", std::string, rpc::needs<"data">>>;
};

/// A type that contains itself.
struct gardener {
    tree plant(const tree& seed) { return seed; }
    using rpc_table = rpc::table<rpc::method<"plant", &gardener::plant>>;
};

struct silent {
    using rpc_table = rpc::table<>;
};

}  // namespace documents

template <>
inline constexpr std::array<std::pair<documents::side, std::string_view>, 2>
    rpc::enum_names<documents::side>{
        {{documents::side::buy, "buy"}, {documents::side::sell, "sell"}}};

int main() {
    test::print_document("many kinds", rpc::openrpc<documents::many_kinds>("desk", "1.2.3"));
    test::print_document("gardener", rpc::openrpc<documents::gardener>("garden", "1"));
    test::print_document("silent", rpc::openrpc<documents::silent>("", ""));
    return 0;
}
