// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// A client without a table: names of methods and events are texts, values are JSON.

#include "prove.hpp"

#include <gatewire/rpc.hpp>

#include <nlohmann/json.hpp>

#include <future>
#include <string>
#include <tuple>

namespace {

struct price {
    std::string symbol;
    double last;
};

struct engine {
    int add(int a, int b) { return a + b; }

    using rpc_table = rpc::table<rpc::method<"add", &engine::add>, rpc::event<"quote", price>>;
};

}  // namespace

int main() {
    rpc::io_thread io;
    engine e;
    rpc::server<engine> server{io.get_executor(), e, {.listen = {"tcp://127.0.0.1:0"}}};
    server.start();

    std::promise<std::string> quote;
    //[dynamic
    rpc::dynamic_client client{
        io.get_executor(),
        {.events = {"quote"},
         .on_event =
             [&](const rpc::dynamic_event& event) { quote.set_value(std::string(event.data)); }},
        {.address = server.addresses().front()}};
    client.start();
    const nlohmann::json sum = client.call("add", {1, 2});       // JSON both ways,
    const int same = client.call<int>("add", std::tuple(1, 2));  // or types where they are known
    const nlohmann::json offered = client.call("rpc.discover");  // what there is, as OpenRPC
    //]
    prove(sum == 3 && same == 3, "add is called by its name");
    prove(offered["methods"][0]["name"] == "add", "the server says what it offers");
    server.publish<"quote">(price{"SPX", 2874.5});
    const std::string data = quote.get_future().get();
    prove(data == R"({"symbol":"SPX","last":2874.5})", "quote is received by its name");
}
