// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT
// expect: gatewire: an asynchronous call that fails completes with an empty result

#include <gatewire/rpc.hpp>

#include <asio/io_context.hpp>
#include <asio/use_future.hpp>
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

#ifdef GATEWIRE_MISTAKE
template <>
struct nlohmann::adl_serializer<level> {
    static void to_json(json& json, const level& one) { json = one.value(); }
    static level from_json(const json& json) { return level(json.get<int>()); }
};
#else
inline void to_json(nlohmann::json& json, const level& one) {
    json = one.value();
}

inline void from_json(const nlohmann::json& json, level& one) {
    one = level(json.get<int>());
}
#endif

struct gateway {
    using rpc_table = rpc::table<rpc::remote<"deepen", level(level)>>;
};

void call(rpc::client<gateway>& client) {
    client.async_call<"deepen">(level(1), asio::use_future);
}
