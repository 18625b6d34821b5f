// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TESTS_WIRE_CASES_CASE_HPP
#define TESTS_WIRE_CASES_CASE_HPP

#include "framing.hpp"

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>

/// What the cases are made of. Names begin with the row of the list of bad inputs that they stand
/// for: F frames, J JSON, R JSON-RPC, P peers and resources.
namespace wire_cases {

using test::framed;
using test::header_of;

struct wire_case {
    std::string name;
    std::string bytes;
    /// What a server says to them, as `server_peer::said` writes it; null: only what always holds.
    const char* said;
    /// What a client that is ready makes of them, as `client_peer::heard` writes it; null: the
    /// same.
    const char* heard;
};

inline const std::string add = R"({"jsonrpc":"2.0","method":"add","params":[1,2],"id":1})";
inline const std::string ping = R"({"jsonrpc":"2.0","method":"rpc.ping","id":1})";
inline const std::string hello =
    R"({"jsonrpc":"2.0","method":"rpc.hello","params":{"protocol":1},"id":1})";
inline const std::string subscribe =
    R"({"jsonrpc":"2.0","method":"rpc.subscribe","params":{"event":"fill"},"id":1})";
inline const std::string unsubscribe =
    R"({"jsonrpc":"2.0","method":"rpc.unsubscribe","params":{"event":"fill"},"id":1})";

/// A literal that may have NULs in it.
template <std::size_t Size>
std::string bytes(const char (&literal)[Size]) {
    return {literal, Size - 1};
}

inline std::string request(const std::string& method, const std::string& id = "1") {
    return R"({"jsonrpc":"2.0","method":)" + method + R"(,"id":)" + id + "}";
}

inline std::string call_with(const std::string& params) {
    return R"({"jsonrpc":"2.0","method":"add","params":)" + params + R"(,"id":1})";
}

inline std::string repeated(std::string_view text, std::size_t times) {
    std::string all;
    all.reserve(text.size() * times);
    while (times-- > 0) {
        all += text;
    }
    return all;
}

inline std::string nested(std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
}

inline std::string padded(const std::string& text, std::size_t size) {
    return text + std::string(size - text.size(), ' ');
}

/// An object of so many names, all multiples of one number.
inline std::string keys(std::size_t count, std::size_t step = 1) {
    std::string all = "{";
    for (std::size_t key = 0; key < count; ++key) {
        all += (key == 0 ? "\"" : ",\"") + std::to_string(key * step) + "\":0";
    }
    return all + "}";
}

inline std::string utf16(std::string_view text) {
    std::string wide;
    for (const char one : text) {
        wide += one;
        wide += '\0';
    }
    return wide;
}

inline std::string random_bytes(std::uint32_t seed, std::size_t count) {
    std::mt19937 random(seed);
    std::string all;
    while (all.size() < count) {
        all += static_cast<char>(static_cast<unsigned char>(random() & 0xff));
    }
    return all;
}

}  // namespace wire_cases

#endif  // TESTS_WIRE_CASES_CASE_HPP
