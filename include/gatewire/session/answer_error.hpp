// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_ANSWER_ERROR_HPP
#define GATEWIRE_SESSION_ANSWER_ERROR_HPP

#include <gatewire/error.hpp>
#include <gatewire/json/read.hpp>
#include <gatewire/protocol/answer.hpp>
#include <gatewire/protocol/answer_codes.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace rpc::inline v1::session {

/// The error object of a JSON-RPC answer.
struct answer_error {
    int code = 0;
    std::string message;
    std::optional<nlohmann::json> data;
};

/// Reads the error object of an answer, as it was written.
inline error read_answer_error(std::string_view text) {
    answer_error parts;
    codec::read_error failure;
    if (!codec::read_text(text, parts, failure)) {
        return error(errc::invalid_answer, "the server's error object: " + failure.text("error"));
    }
    nlohmann::json data = parts.data ? std::move(*parts.data) : nlohmann::json();
    if (parts.code == protocol::cancelled_code && data == protocol::deadline_reason) {
        // The server's clock was first; this side's would have said the same.
        return error(errc::deadline_exceeded, std::move(parts.message), outcome::may_have_run,
                     parts.code, std::move(data));
    }
    return error(parts.code, std::move(parts.message), std::move(data));
}

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_ANSWER_ERROR_HPP
