// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_JSON_DESCRIPTION_HPP
#define GATEWIRE_JSON_DESCRIPTION_HPP

#include <gatewire/json/strict_reader.hpp>
#include <gatewire/wire/buffer.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
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

/// `{"kind":"object","members":{"price":{"bits":64,"kind":"number"}},"name":"order"}`, members in
/// the order of their names.
void write_description(wire::buffer& out, const type_description& type);

/// Several in a row, as an array.
void write_descriptions(wire::buffer& out, const std::vector<type_description>& types);

/// Fails when the text is not such an array; it comes from a peer.
bool read_descriptions(std::string_view text, std::vector<type_description>& types,
                       read_error& error);

/// Says where what `writer` writes would not be read by a reader of `strict_reader`, or nothing if
/// all of it would. The reader may have wider numbers, more names of an enum, optional members more
/// and any members less. What is not described (a form of the user's, or any value) is taken to
/// fit: each value is checked when it is read.
///
/// @param writer_word  What the text calls the writer's end, "here" or "there".
/// @param reader_word  What it calls the reader's.
/// @return For example `order_request.price: number here, string there`.
std::optional<std::string> incompatibility(const type_description& writer,
                                           const type_description& strict_reader,
                                           std::string_view writer_word,
                                           std::string_view reader_word);

}  // namespace rpc::inline v1::codec

#ifndef GATEWIRE_SEPARATE_COMPILATION
#include <gatewire/json/description_impl.hpp>
#endif

#endif  // GATEWIRE_JSON_DESCRIPTION_HPP
