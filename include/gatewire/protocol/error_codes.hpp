// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_PROTOCOL_ERROR_CODES_HPP
#define GATEWIRE_PROTOCOL_ERROR_CODES_HPP

#include <gatewire/json/block.hpp>
#include <gatewire/wire/buffer.hpp>

#include <algorithm>
#include <string_view>

namespace rpc::inline v1::protocol {

inline constexpr int parse_error_code = -32700;
inline constexpr int invalid_request_code = -32600;
inline constexpr int method_not_found_code = -32601;
inline constexpr int invalid_params_code = -32602;
inline constexpr int internal_error_code = -32603;
inline constexpr int engine_error_code = -32000;
inline constexpr int unauthenticated_code = -32001;
inline constexpr int forbidden_code = -32002;
inline constexpr int deadline_code = -32003;
inline constexpr int cancelled_code = -32004;
/// The data of that error where the call's deadline passed while the method ran.
inline constexpr const char* deadline_reason = "deadline";
inline constexpr int overloaded_code = -32005;
inline constexpr int shutting_down_code = -32006;
inline constexpr int key_conflict_code = -32007;
inline constexpr int answer_too_large_code = -32008;
inline constexpr int outcome_unknown_code = -32009;

/// Why a method was not called.
inline constexpr std::string_view too_late_text = "the deadline passed before the call ran";
inline constexpr std::string_view cancelled_early_text = "the call was cancelled before it ran";

/// The message that JSON-RPC 2.0 gives to its own codes.
constexpr std::string_view message_of(int code) noexcept {
    switch (code) {
        case parse_error_code: return "Parse error";
        case invalid_request_code: return "Invalid Request";
        case method_not_found_code: return "Method not found";
        case invalid_params_code: return "Invalid params";
        default: return "Internal error";
    }
}

/// Begins the response to the request whose id is written `id`; the result follows, then `}`.
[[gnu::always_inline]] inline void begin_result(wire::buffer& out, std::string_view id) {
    constexpr std::string_view before = R"({"jsonrpc":"2.0","id":)";
    constexpr std::string_view behind = R"(,"result":)";
    char* at = out.prepare(before.size() + id.size() + behind.size());
    at = std::copy(before.begin(), before.end(), at);
    at = codec::copy_short(at, id);
    out.commit_to(std::copy(behind.begin(), behind.end(), at));
}

}  // namespace rpc::inline v1::protocol

#endif  // GATEWIRE_PROTOCOL_ERROR_CODES_HPP
