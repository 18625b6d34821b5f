// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT
// expect: gatewire: this type has no JSON form: make it an aggregate, or give it nlohmann
// expect: "find_order"

#include <gatewire/rpc.hpp>

#include <asio/io_context.hpp>

class order {
public:
    explicit order(int number) : number_(number) {}
    int number() const { return number_; }

private:
    int number_;
};

struct engine {
    order find_order(int);
    int find_number(int);
    using rpc_table = rpc::table<
#ifdef GATEWIRE_MISTAKE
        rpc::method<"find_order", &engine::find_order>
#else
        rpc::method<"find_order", &engine::find_number>
#endif
        >;
};

void serve(asio::io_context& io, engine& served) {
    rpc::server<engine> server(io.get_executor(), served);
}
