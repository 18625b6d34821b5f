// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_PROTOCOL_SERVICE_IMPL_HPP
#define GATEWIRE_PROTOCOL_SERVICE_IMPL_HPP

#include <gatewire/detail/linkage.hpp>
#include <gatewire/json/read.hpp>
#include <gatewire/protocol/service.hpp>
#include <gatewire/wire/buffer.hpp>

#include <nlohmann/json.hpp>

#include <array>
#include <cstdio>
#include <string>
#include <string_view>

namespace rpc::inline v1::protocol {

GATEWIRE_INLINE std::string text_of(const entry_types& types) {
    wire::buffer text;
    text.append(R"({"returned":)");
    codec::write_descriptions(text, types.returned);
    text.append(R"(,"sent":)");
    codec::write_descriptions(text, types.sent);
    text.append('}');
    return std::string(text.view());
}

/// The two lists of `entry_types`, wherever they stand in the text.
struct written_types {
    codec::raw_value sent;
    codec::raw_value returned;
};

GATEWIRE_INLINE bool read_types(std::string_view text, entry_types& types,
                                codec::read_error& error) {
    written_types lists;
    return codec::read_text(text, lists, error) &&
           codec::read_descriptions(lists.sent.text, types.sent, error) &&
           codec::read_descriptions(lists.returned.text, types.returned, error);
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
