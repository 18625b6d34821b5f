// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_JSON_WRITE_DYNAMIC_HPP
#define GATEWIRE_JSON_WRITE_DYNAMIC_HPP

#include <gatewire/json/write_error.hpp>
#include <gatewire/wire/buffer.hpp>

#include <nlohmann/json_fwd.hpp>

namespace rpc::inline v1::codec {

/// Writes nlohmann's value by our rules: a NaN or a string that is not UTF-8 is an error.
bool write_dynamic(wire::buffer& out, const nlohmann::json& value, write_error& error);

}  // namespace rpc::inline v1::codec

#ifndef GATEWIRE_SEPARATE_COMPILATION
#include <gatewire/json/write_dynamic_impl.hpp>
#endif

#endif  // GATEWIRE_JSON_WRITE_DYNAMIC_HPP
