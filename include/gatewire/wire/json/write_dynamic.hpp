// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_WIRE_JSON_WRITE_DYNAMIC_HPP
#define GATEWIRE_WIRE_JSON_WRITE_DYNAMIC_HPP

#include <gatewire/wire/buffer.hpp>
#include <gatewire/wire/json/write_error.hpp>

#include <nlohmann/json.hpp>

namespace rpc::inline v1::wire::json {

/// Writes nlohmann's value by our rules: a NaN or a string that is not UTF-8 is an error.
bool write_dynamic(buffer& out, const nlohmann::json& value, write_error& error);

}  // namespace rpc::inline v1::wire::json

#ifndef GATEWIRE_SEPARATE_COMPILATION
#include <gatewire/wire/json/write_dynamic_impl.hpp>
#endif

#endif  // GATEWIRE_WIRE_JSON_WRITE_DYNAMIC_HPP
