// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_WIRE_JSON_DYNAMIC_HPP
#define GATEWIRE_WIRE_JSON_DYNAMIC_HPP

#include <gatewire/wire/json/reader.hpp>

#include <nlohmann/json.hpp>

namespace rpc::inline v1::wire::json {

bool read_dynamic(reader& in, nlohmann::json& value);

}  // namespace rpc::inline v1::wire::json

#ifndef GATEWIRE_SEPARATE_COMPILATION
#include <gatewire/wire/json/dynamic_impl.hpp>
#endif

#endif  // GATEWIRE_WIRE_JSON_DYNAMIC_HPP
