// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT
// expect: gatewire: a class without a default constructor can be received only by a from_json of
// expect: "deepen"

#include <gatewire/rpc.hpp>

#include <asio/io_context.hpp>
#include <nlohmann/json.hpp>

class level {
public:
    explicit level(int value) : value_(value) {}
    int value() const { return value_; }
#ifndef GATEWIRE_MISTAKE
    level() = default;
#endif

private:
    int value_ = 0;
};

inline void to_json(nlohmann::json& json, const level& one) {
    json = one.value();
}

inline void from_json(const nlohmann::json& json, level& one) {
    one = level(json.get<int>());
}

struct gateway {
    using rpc_table = rpc::table<rpc::remote<"deepen", level(level)>>;
};

void call(asio::io_context& io, gateway& told) {
    rpc::client<gateway> client(io.get_executor(), told);
}
