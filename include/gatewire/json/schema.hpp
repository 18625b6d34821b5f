// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_JSON_SCHEMA_HPP
#define GATEWIRE_JSON_SCHEMA_HPP

#include <gatewire/json/describe.hpp>

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rpc::inline v1::codec {

/// A text as JSON. What is not UTF-8 stays as it is, and spoils the whole that it becomes a part of.
std::string json_of(std::string_view text);

/// A JSON object in the making: its members, in the order of their names.
class object_text {
public:
    /// @param value  JSON.
    void put(std::string_view name, std::string value);
    void put_text(std::string_view name, std::string_view text) { put(name, json_of(text)); }
    bool contains(const std::string& name) const { return members_.contains(name); }
    std::string text() const;

private:
    std::map<std::string, std::string> members_;
};

/// A JSON array in the making.
class array_text {
public:
    void add(std::string_view value);
    bool empty() const noexcept { return text_.empty(); }
    std::string text() const { return text_.empty() ? "[]" : text_ + "]"; }

private:
    std::string text_;
};

/// Makes JSON Schemas, draft 7, of types: what the writer writes fits them, and what does not fit
/// them the reader refuses. The reader is stricter where a schema cannot say it: it tells `1` from
/// `1.0`, and takes no member twice.
///
/// Aggregates and enums with names are described once each and referred to, so that types may
/// contain themselves.
class schema_book {
public:
    /// @param folder  What stands before a name in a reference: `#/components/schemas/`.
    explicit schema_book(std::string_view folder) : folder_(folder) {}

    /// The schema of a type, with what it refers to noted in `named`.
    std::string schema_of(const type_facts& facts);

    /// The schemas of all types with a name, by their names.
    std::string named() const { return named_.text(); }

private:
    std::string reference_to(const type_facts& facts);
    std::string new_name(const type_facts& facts) const;
    object_text schema_of_object(const type_facts& facts);
    object_text schema_of_tuple(const type_facts& facts);
    object_text schema_of_variant(const type_facts& facts);
    object_text schema_of_time(const type_facts& facts);
    object_text schema_of_array(const type_facts& facts);
    object_text schema_of_unnamed(const type_facts& facts);
    array_text schemas_of_elements(const type_facts& facts);

    std::string folder_;
    std::vector<std::pair<const type_facts*, std::string>> names_;
    object_text named_;
};

}  // namespace rpc::inline v1::codec

#ifndef GATEWIRE_SEPARATE_COMPILATION
#include <gatewire/json/schema_impl.hpp>
#endif

#endif  // GATEWIRE_JSON_SCHEMA_HPP
