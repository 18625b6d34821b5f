// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_TYPED_DYNAMIC_CALL_HPP
#define GATEWIRE_TYPED_DYNAMIC_CALL_HPP

#include <gatewire/error.hpp>
#include <gatewire/json/strict_reader.hpp>
#include <gatewire/json/write.hpp>
#include <gatewire/json_text.hpp>
#include <gatewire/typed/completion.hpp>
#include <gatewire/wire/buffer.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

/// Requests and results whose names are known at run time only.
namespace rpc::inline v1::typed {

/// A result as it was written, if it is JSON.
template <>
inline bool read_value<json_text>(std::string_view text, std::optional<json_text>& value,
                                  codec::read_error& failure) {
    const bool is_json = codec::validate(text, failure);
    if (is_json) {
        value.emplace(std::string(text));
    }
    return is_json;
}

/// Writes the params of a request: any value that is an array or an object in JSON.
/// @throws rpc::error  `invalid_value` or `invalid_params`; not sent.
template <class Params>
void write_params(wire::buffer& out, const Params& params) {
    const std::size_t begin = out.size();
    if constexpr (std::is_same_v<Params, json_text>) {
        codec::read_error failure;
        if (!codec::validate(params.text, failure)) {
            throw error(errc::invalid_value, failure.text("params"), outcome::not_sent);
        }
        out.append(params.text);
    } else {
        codec::write_error failure;
        if (!codec::guarded_write(out, params, failure)) {
            throw error(errc::invalid_value, failure.text("params"), outcome::not_sent);
        }
    }
    const std::string_view written = out.view().substr(begin);
    const std::size_t first = written.find_first_not_of(" \t\r\n");
    if (first == written.npos || (written[first] != '[' && written[first] != '{')) {
        throw error(errc::invalid_params, "params are an array or an object", outcome::not_sent);
    }
}

/// Writes a request that lacks the members `rpc` and `id` and the closing brace.
/// @throws rpc::error  `invalid_value` or `invalid_params`; not sent.
template <class Params>
void write_dynamic_request(wire::buffer& out, std::string_view method, const Params& params) {
    codec::write_error failure;
    out.append(dynamic_request_begin);
    if (!codec::write(out, method, failure)) {
        throw error(errc::invalid_value, failure.text("the name of the method"), outcome::not_sent);
    }
    out.append(R"(,"params":)");
    write_params(out, params);
}

}  // namespace rpc::inline v1::typed

#endif  // GATEWIRE_TYPED_DYNAMIC_CALL_HPP
