// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef BENCH_MESSAGES_HPP
#define BENCH_MESSAGES_HPP

#include "../../harness.hpp"
#include "../../payloads.hpp"

#include <gatewire/json/read.hpp>
#include <gatewire/json/write.hpp>
#include <gatewire/wire/buffer.hpp>
#include <gatewire/wire/frame.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// Frames of the same bytes as those of the bare baseline, but every value in them is written and
// read by the library's codec, from and into its type. What stands around the values is compared
// with constants and not interpreted: a text of any other form ends the program.
namespace bench {

using reader = rpc::codec::strict_reader;

// The methods: how a request begins, its one parameter and its result.

struct send_order {
    static constexpr std::string_view request =
        R"({"jsonrpc":"2.0","method":"send_order","params":[)";
    using parameter = order_request;
    using result = std::string;
};

struct query_history {
    static constexpr std::string_view request =
        R"({"jsonrpc":"2.0","method":"query_history","params":[)";
    using parameter = history_request;
    using result = std::vector<bar>;
};

struct echo {
    static constexpr std::string_view request = R"({"jsonrpc":"2.0","method":"echo","params":[)";
    using parameter = std::string;
    using result = std::string;
};

inline constexpr std::string_view request_tail = R"(],"rpc":{"timeout_ms":30000},"id":)";
inline constexpr std::string_view response_head = R"({"jsonrpc":"2.0","id":)";
inline constexpr std::string_view result_key = R"(,"result":)";
inline constexpr std::string_view tick_head =
    R"({"jsonrpc":"2.0","method":"tick","params":{"seq":)";
inline constexpr std::string_view data_key = R"(,"data":)";

inline void take(reader& in, std::string_view expected) {
    const std::string_view rest(in.at(), static_cast<std::size_t>(in.end() - in.at()));
    if (!rest.starts_with(expected)) {
        fail("a message has another form");
    }
    in.move_to(in.at() + expected.size());
}

inline void take_end(const reader& in) {
    if (in.at() != in.end()) {
        fail("a message is too long");
    }
}

template <class Value>
void take_value(reader& in, Value& value) {
    if (!rpc::codec::read(in, value)) {
        fail(in.error().text("message"));
    }
}

template <class Value>
void put_value(rpc::wire::buffer& out, const Value& value) {
    rpc::codec::write_error failure;
    if (!rpc::codec::write(out, value, failure)) {
        fail(failure.text("message"));
    }
}

template <class Method>
void write_request(rpc::wire::buffer& out, const typename Method::parameter& value,
                   std::uint64_t id) {
    const std::size_t begin = rpc::wire::begin_frame(out);
    out.append(Method::request);
    put_value(out, value);
    out.append(request_tail);
    put_value(out, id);
    out.append('}');
    rpc::wire::end_frame(out, begin);
}

/// @return The request's id.
template <class Method>
std::uint64_t read_request(std::string_view text, typename Method::parameter& value) {
    reader in(text);
    std::uint64_t id = 0;
    take(in, Method::request);
    take_value(in, value);
    take(in, request_tail);
    take_value(in, id);
    take(in, "}");
    take_end(in);
    return id;
}

template <class Result>
void write_response(rpc::wire::buffer& out, std::uint64_t id, const Result& result) {
    const std::size_t begin = rpc::wire::begin_frame(out);
    out.append(response_head);
    put_value(out, id);
    out.append(result_key);
    put_value(out, result);
    out.append('}');
    rpc::wire::end_frame(out, begin);
}

/// @return The id of the request that is answered.
template <class Result>
std::uint64_t read_response(std::string_view text, Result& result) {
    reader in(text);
    std::uint64_t id = 0;
    take(in, response_head);
    take_value(in, id);
    take(in, result_key);
    take_value(in, result);
    take(in, "}");
    take_end(in);
    return id;
}

inline void write_tick(rpc::wire::buffer& out, std::uint64_t sequence, const tick& value) {
    const std::size_t begin = rpc::wire::begin_frame(out);
    out.append(tick_head);
    put_value(out, sequence);
    out.append(data_key);
    put_value(out, value);
    out.append("}}");
    rpc::wire::end_frame(out, begin);
}

/// @return The event's number.
inline std::uint64_t read_tick(std::string_view text, tick& value) {
    reader in(text);
    std::uint64_t sequence = 0;
    take(in, tick_head);
    take_value(in, sequence);
    take(in, data_key);
    take_value(in, value);
    take(in, "}}");
    take_end(in);
    return sequence;
}

}  // namespace bench

#endif  // BENCH_MESSAGES_HPP
