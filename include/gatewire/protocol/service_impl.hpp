// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_PROTOCOL_SERVICE_IMPL_HPP
#define GATEWIRE_PROTOCOL_SERVICE_IMPL_HPP

#include <gatewire/detail/linkage.hpp>
#include <gatewire/protocol/service.hpp>

#include <array>
#include <cstdio>
#include <string>

namespace rpc::inline v1::protocol {

GATEWIRE_INLINE void to_json(nlohmann::json& json, const entry_types& types) {
    json = nlohmann::json::object();
    json["sent"] = wire::json::json_of(types.sent);
    json["returned"] = wire::json::json_of(types.returned);
}

GATEWIRE_INLINE void from_json(const nlohmann::json& json, entry_types& types) {
    types.sent = wire::json::descriptions_of(json.at("sent"));
    types.returned = wire::json::descriptions_of(json.at("returned"));
}

GATEWIRE_INLINE std::string fingerprint_text(const entry_types& types) {
    std::string text;
    for (const wire::json::type_description& type : types.sent) {
        wire::json::append_canonical(text, type);
    }
    text += '>';
    for (const wire::json::type_description& type : types.returned) {
        wire::json::append_canonical(text, type);
    }
    std::array<char, 17> digits{};
    std::snprintf(digits.data(), digits.size(), "%016llx",
                  static_cast<unsigned long long>(wire::json::fingerprint_of(text)));
    return digits.data();
}

}  // namespace rpc::inline v1::protocol

#endif  // GATEWIRE_PROTOCOL_SERVICE_IMPL_HPP
