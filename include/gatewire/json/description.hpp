// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_JSON_DESCRIPTION_HPP
#define GATEWIRE_JSON_DESCRIPTION_HPP

#include <nlohmann/json_fwd.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rpc::inline v1::codec {

/// What a described type is. The texts that stand for these on the wire are `described_texts`.
enum class described : unsigned char {
    null,
    boolean,
    integer,  // bits, has_sign
    number,   // bits
    string,
    enumeration,  // names
    optional,     // one element
    variant,      // elements; indexed
    tuple,        // elements
    fixed_array,  // one element; length
    array,        // one element
    set,          // one element
    map,          // one element
    duration,     // one element; unit
    time_point,   // one element; unit, clock
    object,       // names and elements; defaults
    custom,       // a form of the user's, which is not described
    any,          // any value
    reference     // an object that encloses this place; length says how many objects further out
};

inline constexpr std::array<std::string_view, 19> described_texts = {
    "null",       "boolean", "integer",     "number", "string",   "enum", "optional",
    "variant",    "tuple",   "fixed_array", "array",  "set",      "map",  "duration",
    "time_point", "object",  "custom",      "any",    "reference"};

/// A type as its JSON shows it, for comparing the two ends of a connection.
struct type_description {
    described kind = described::any;
    unsigned bits = 0;       // of an integer or number
    bool has_sign = false;   // an integer that may be negative
    bool indexed = false;    // a variant that travels as {"index": n, "value": v}
    bool defaults = false;   // an object whose members may all be missing
    std::size_t length = 0;  // of a fixed array; how far out a reference points
    std::string unit{};      // "1/1000": seconds per count
    std::string clock{};     // of a time point
    std::string name{};      // of an object or enum in the program; not part of the fingerprint
    std::vector<std::string> names{};          // of an enum's values or an object's members
    std::vector<type_description> elements{};  // as `kind` says

    bool operator==(const type_description&) const = default;
};

/// Appends a text that is the same for two types exactly if their JSON is. The order of members and
/// names does not matter, because it does not matter to a reader.
void append_canonical(std::string& text, const type_description& type);

/// 64-bit FNV-1a.
constexpr std::uint64_t fingerprint_of(std::string_view text,
                                       std::uint64_t hash = 0xCBF29CE484222325U) noexcept {
    for (const char character : text) {
        hash ^= static_cast<unsigned char>(character);
        hash *= 0x100000001B3U;
    }
    return hash;
}

/// Equal for types with the same JSON, on every compiler; names of types do not count.
std::uint64_t fingerprint(const type_description& type);

/// `{"kind": "object", "name": "order", "members": {"price": {"kind": "number", "bits": 64}}}`.
void to_json(nlohmann::json& json, const type_description& type);

/// Throws when the value is not a description; it comes from a peer.
void from_json(const nlohmann::json& json, type_description& type);

/// The same for several in a row; nlohmann's own conversion of containers is large.
nlohmann::json json_of(const std::vector<type_description>& types);
std::vector<type_description> descriptions_of(const nlohmann::json& json);

}  // namespace rpc::inline v1::codec

#ifndef GATEWIRE_SEPARATE_COMPILATION
#include <gatewire/json/description_impl.hpp>
#endif

#endif  // GATEWIRE_JSON_DESCRIPTION_HPP
