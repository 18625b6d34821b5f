// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_JSON_SCHEMA_HPP
#define GATEWIRE_JSON_SCHEMA_HPP

#include <gatewire/json/describe.hpp>

#include <nlohmann/json.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rpc::inline v1::codec {

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
    nlohmann::json schema_of(const type_facts& facts);

    /// The schemas of all types with a name, by their names.
    const nlohmann::json& named() const noexcept { return named_; }

private:
    nlohmann::json reference_to(const type_facts& facts);
    std::string new_name(const type_facts& facts) const;
    nlohmann::json schema_of_object(const type_facts& facts);
    nlohmann::json schema_of_tuple(const type_facts& facts);
    nlohmann::json schema_of_variant(const type_facts& facts);
    nlohmann::json schema_of_time(const type_facts& facts);
    nlohmann::json schema_of_array(const type_facts& facts);
    nlohmann::json schema_of_unnamed(const type_facts& facts);
    nlohmann::json any_of_elements(const type_facts& facts);

    std::string folder_;
    std::vector<std::pair<const type_facts*, std::string>> names_;
    nlohmann::json named_ = nlohmann::json::object();
};

}  // namespace rpc::inline v1::codec

#ifndef GATEWIRE_SEPARATE_COMPILATION
#include <gatewire/json/schema_impl.hpp>
#endif

#endif  // GATEWIRE_JSON_SCHEMA_HPP
