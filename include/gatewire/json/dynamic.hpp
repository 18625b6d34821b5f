// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_JSON_DYNAMIC_HPP
#define GATEWIRE_JSON_DYNAMIC_HPP

#include <gatewire/json/reader.hpp>

#include <nlohmann/json_fwd.hpp>

namespace rpc::inline v1::codec {

bool read_dynamic(reader& in, nlohmann::json& value);

}  // namespace rpc::inline v1::codec

#ifndef GATEWIRE_SEPARATE_COMPILATION
#include <gatewire/json/dynamic_impl.hpp>
#endif

#endif  // GATEWIRE_JSON_DYNAMIC_HPP
