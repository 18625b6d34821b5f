// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_PROTOCOL_SERVICE_IMPL_HPP
#define GATEWIRE_PROTOCOL_SERVICE_IMPL_HPP

#include <gatewire/detail/linkage.hpp>
#include <gatewire/protocol/service.hpp>

#include <nlohmann/json.hpp>

#include <array>
#include <cstdio>
#include <string>

namespace rpc::inline v1::protocol {

GATEWIRE_INLINE void to_json(nlohmann::json& json, const entry_types& types) {
    json = nlohmann::json::object();
    json["sent"] = codec::json_of(types.sent);
    json["returned"] = codec::json_of(types.returned);
}

GATEWIRE_INLINE void from_json(const nlohmann::json& json, entry_types& types) {
    types.sent = codec::descriptions_of(json.at("sent"));
    types.returned = codec::descriptions_of(json.at("returned"));
}

GATEWIRE_INLINE std::string fingerprint_text(const entry_types& types) {
    std::string text;
    for (const codec::type_description& type : types.sent) {
        codec::append_canonical(text, type);
    }
    text += '>';
    for (const codec::type_description& type : types.returned) {
        codec::append_canonical(text, type);
    }
    std::array<char, 17> digits{};
    std::snprintf(digits.data(), digits.size(), "%016llx",
                  static_cast<unsigned long long>(codec::fingerprint_of(text)));
    return digits.data();
}

}  // namespace rpc::inline v1::protocol

#endif  // GATEWIRE_PROTOCOL_SERVICE_IMPL_HPP
