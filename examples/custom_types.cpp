// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// What can be sent: plain aggregates as they are, enums by name, types that have nlohmann's
// to_json and from_json, and engines that nobody may touch.

#include "prove.hpp"

#include <gatewire/rpc.hpp>

#include <nlohmann/json.hpp>

#include <array>
#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

//[custom_enum
enum class side { buy, sell };

template <>
inline constexpr std::array<std::pair<side, std::string_view>, 2> rpc::enum_names<side>{
    {{side::buy, "buy"}, {side::sell, "sell"}}};
//]

//[custom_json
// Not an aggregate: it travels as its to_json and from_json say.
class price {
public:
    price() = default;
    explicit price(long cents) : cents_(cents) {}
    bool operator==(const price&) const = default;

    friend void to_json(nlohmann::json& json, const price& p) { json = {{"cents", p.cents_}}; }
    friend void from_json(const nlohmann::json& json, price& p) {
        json.at("cents").get_to(p.cents_);
    }

private:
    long cents_ = 0;
};
//]

//[custom_aggregates
struct leg {
    std::string symbol;
    side way;
    bool operator==(const leg&) const = default;
};

struct order {
    std::vector<leg> legs;  // Nested.
    price limit;
    std::optional<std::string> comment;  // May be missing.
    std::map<std::string, double> weights;
    std::chrono::milliseconds valid_for{0};
    bool operator==(const order&) const = default;
};
//]

//[custom_table
// Somebody else's class, with no word about RPC in it: the table is given from outside.
class legacy_book {
public:
    order repeat(const order& o) const { return o; }
    std::string describe(const nlohmann::json& any) const { return any.dump(); }
};

template <>
struct rpc::table_of<legacy_book> : rpc::table<rpc::method<"repeat", &legacy_book::repeat>,
                                               rpc::method<"describe", &legacy_book::describe>> {};
//]

// The same server, as a client sees it that sends orders where the server takes any JSON.
struct book_gateway {
    using rpc_table = rpc::table<rpc::remote<"repeat", order(order)>,
                                 rpc::remote<"describe", std::string(order)>>;
};

int main() {
    rpc::io_thread io;
    legacy_book book;
    rpc::server<legacy_book> server{io.get_executor(), book, {.listen = {"tcp://127.0.0.1:0"}}};
    server.start();
    rpc::client<book_gateway> client{io.get_executor(),
                                     rpc::client_options{.address = server.addresses().front()}};
    client.start();

    const order sent{.legs = {{"SPX", side::buy}, {"NDX", side::sell}},
                     .limit = price{287456},
                     .comment = {},
                     .weights = {{"SPX", 0.6}, {"NDX", 0.4}},
                     .valid_for = std::chrono::seconds{30}};
    std::cout << client.call<"describe">(sent) << '\n';
    prove(client.call<"repeat">(sent) == sent, "a value comes back as it was sent");
}
