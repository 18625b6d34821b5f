// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_PROTOCOL_ANSWER_HPP
#define GATEWIRE_PROTOCOL_ANSWER_HPP

#include <gatewire/error.hpp>
#include <gatewire/json/read.hpp>
#include <gatewire/json/write.hpp>
#include <gatewire/protocol/answer_codes.hpp>
#include <gatewire/wire/buffer.hpp>

#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// Writes the messages of JSON-RPC 2.0, sections 4 and 5, without frame headers.
namespace rpc::inline v1::protocol {

/// An error answer up to its data. Text that is not UTF-8 is mended, so that it can always be sent.
/// @param id  The request's id as it was written; empty when it is not known, so `null`.
inline void begin_error(wire::buffer& out, std::string_view id, int code,
                        std::string_view message) {
    out.append(R"({"jsonrpc":"2.0","id":)");
    out.append(id.empty() ? std::string_view("null") : id);
    out.append(R"(,"error":{"code":)");
    codec::write_integer(out, code);
    out.append(R"(,"message":)");
    codec::write_text_lossy(out, message);
}

/// A whole error answer.
inline void write_error(wire::buffer& out, std::string_view id, int code,
                        std::string_view message) {
    begin_error(out, id, code, message);
    out.append("}}");
}

/// The same with data, which is left out when `null`. When it has no JSON form, a text in its place
/// says so.
inline void write_error(wire::buffer& out, std::string_view id, int code, std::string_view message,
                        const nlohmann::json& data) {
    begin_error(out, id, code, message);
    if (!data.is_null()) {
        const std::size_t before = out.size();
        out.append(R"(,"data":)");
        codec::write_error failure;
        if (!codec::write(out, data, failure)) {
            out.truncate(before);
            out.append(R"(,"data":)");
            codec::write_text_lossy(out, failure.text("the error's data cannot be sent: data"));
        }
    }
    out.append("}}");
}

/// The code and the message of an error object.
struct error_text {
    int code = 0;
    std::string message;
};

/// Reads an error object as it was written; one that cannot be read has a message that says so.
inline error_text read_error_text(std::string_view text) {
    error_text result;
    codec::read_error problem;
    if (!codec::read_text(text, result, problem)) {
        result.message = problem.text("error");
    }
    return result;
}

/// The number that an id of this library's calls is; none if it is somebody else's.
inline std::optional<std::uint64_t> number_of(std::string_view id) {
    std::uint64_t number = 0;
    codec::read_error unused;
    return codec::read_text(id, number, unused) ? std::optional(number) : std::nullopt;
}

/// A request of the protocol's own up to its params.
inline void begin_own_request(wire::buffer& out, std::string_view method) {
    out.append(R"({"jsonrpc":"2.0","method":")");
    out.append(method);
    out.append(R"(","params":)");
}
inline void end_own_request(wire::buffer& out, std::string_view id) {
    if (!id.empty()) {
        out.append(R"(,"id":)");
        out.append(id);
    }
    out.append('}');
}

/// A whole request of the protocol's own; a notification if `id` is empty.
template <class Params>
void write_own_request(wire::buffer& out, std::string_view method, std::string_view id,
                       const Params& params) {
    begin_own_request(out, method);
    codec::write_error unused;
    codec::write(out, params, unused);  // A type of the library's, whose texts are UTF-8.
    end_own_request(out, id);
}

}  // namespace rpc::inline v1::protocol

#endif  // GATEWIRE_PROTOCOL_ANSWER_HPP
