// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_JSON_DYNAMIC_HPP
#define GATEWIRE_JSON_DYNAMIC_HPP

#include <gatewire/detail/json_declared.hpp>
#include <gatewire/json/strict_reader.hpp>
#include <gatewire/json/write_scalar.hpp>
#include <gatewire/wire/buffer.hpp>

namespace rpc::inline v1::codec {

/// Reads any value as nlohmann's. Integers must fit 64 bits, reals become the nearest double.
bool strict_read_dynamic(strict_reader& in, nlohmann::json& value);

/// Writes nlohmann's value by our rules: a NaN or a string that is not UTF-8 is an error.
bool write_dynamic(wire::buffer& out, const nlohmann::json& value, write_error& error);

}  // namespace rpc::inline v1::codec

#ifndef GATEWIRE_SEPARATE_COMPILATION
#include <gatewire/json/dynamic_impl.hpp>
#endif

#endif  // GATEWIRE_JSON_DYNAMIC_HPP
