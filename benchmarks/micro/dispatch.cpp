// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// What it costs to find a method and run it: a request's text goes through the server's protocol
// and comes out as an answer's text. Beside it the same arguments are read, the same function is
// called directly and the same answer is written.

#include "../harness.hpp"

#include <gatewire/protocol/server_connection.hpp>
#include <gatewire/table.hpp>
#include <gatewire/typed/arguments.hpp>
#include <gatewire/typed/describe_table.hpp>
#include <gatewire/wire/json/write.hpp>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace {

struct engine {
    std::int64_t sum = 0;
};

template <std::size_t Index>
std::int64_t add(engine& self, std::int64_t left, std::int64_t right) {
    return self.sum += left + right + static_cast<std::int64_t>(Index);
}

template <std::size_t Index>
consteval auto name_of() {
    const char text[]{'m', 'e', 't', 'h', 'o', 'd', '_', '0' + Index / 100,
                      '0' + Index / 10 % 10, '0' + Index % 10, '\0'};
    return rpc::detail::fixed_string(text);
}

template <std::size_t... Index>
auto entries_up_to(std::index_sequence<Index...>)
    -> rpc::detail::type_list<rpc::method<name_of<Index>(), &add<Index>>...>;

template <std::size_t Count>
using entries = decltype(entries_up_to(std::make_index_sequence<Count>{}));

/// Reads the parameters, calls the function, writes the answer.
template <class Entry>
void run_method(engine& self, std::string_view params, std::string_view id,
                rpc::wire::buffer& out) {
    typename Entry::arguments::values values{};
    rpc::wire::json::read_error failure;
    if (!rpc::typed::read_arguments(params, values, Entry::names::names, failure)) {
        bench::fail(failure.text("params"));
    }
    const std::size_t frame = rpc::wire::begin_frame(out);
    rpc::protocol::begin_result(out, id);
    rpc::wire::json::write_error unused;
    rpc::wire::json::write(
        out, Entry::function(self, std::get<0>(values), std::get<1>(values)), unused);
    out.append('}');
    rpc::wire::end_frame(out, frame);
}

using run_function = void (*)(engine&, std::string_view, std::string_view, rpc::wire::buffer&);

template <class... Entries>
constexpr auto run_functions(rpc::detail::type_list<Entries...>) {
    return std::array<run_function, sizeof...(Entries)>{
        &run_method<rpc::detail::entry<Entries>>...};
}

template <class List>
rpc::protocol::service offers() {
    return {&rpc::typed::find_name<List>, &rpc::typed::find_name<rpc::detail::type_list<>>,
            rpc::typed::describe_methods(List{}), {}};
}

template <std::size_t Count>
void compare(const bench::contest& rounds) {
    static constexpr auto functions = run_functions(entries<Count>{});
    constexpr std::string_view params = "[1234,-56]";
    std::vector<std::string> requests;
    std::vector<std::size_t> order;
    for (std::size_t number = 0; number < 256; ++number) {
        order.push_back(number * 37 % Count);  // Neighbours in the table are not called in turn.
        std::string name = std::to_string(1'000 + order.back()).replace(0, 1, "method_");
        requests.push_back(R"({"jsonrpc":"2.0","method":")" + name + R"(","params":)" +
                           std::string(params) + R"(,"rpc":{"timeout_ms":30000},"id":123456})");
    }
    const rpc::protocol::service service = offers<entries<Count>>();
    const rpc::server_limits limits;
    const std::atomic<std::uint64_t> position{0};
    const auto now = bench::clock::now();
    rpc::protocol::server_connection connection(
        service, limits,
        {"session", "epoch", &position, std::chrono::seconds(5), std::chrono::seconds(15)}, now);
    engine served;
    rpc::wire::buffer out;
    rounds.run(
        "dispatch of " + std::to_string(Count),
        [&](std::size_t number) {
            out.clear();
            connection.receive(requests[number % requests.size()], now);
            for (const rpc::protocol::call& what : connection.calls) {
                functions[what.method](served, what.params, what.id, out);
                connection.finish(what.slot, {});
            }
            if (connection.calls.size() != 1) {
                bench::fail("a call did not get through");
            }
            connection.calls.clear();
            bench::keep(out);
        },
        [&](std::size_t number) {
            out.clear();
            functions[order[number % order.size()]](served, params, "123456", out);
            bench::keep(out);
        });
}

}  // namespace

int main(int argc, char** argv) {
    const bench::contest rounds(argc, argv);
    compare<1>(rounds);
    compare<16>(rounds);
    compare<256>(rounds);
}
