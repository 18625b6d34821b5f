// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_TYPED_DESCRIBE_TABLE_IMPL_HPP
#define GATEWIRE_TYPED_DESCRIBE_TABLE_IMPL_HPP

#include <gatewire/detail/linkage.hpp>
#include <gatewire/typed/describe_table.hpp>

#include <cstddef>
#include <vector>

namespace rpc::inline v1::typed {

GATEWIRE_INLINE std::vector<protocol::entry_description> describe_entries(
    described_entries entries) {
    std::vector<protocol::entry_description> result(entries.size());
    for (std::size_t place = 0; place != entries.size(); ++place) {
        const entry_facts& facts = entries[place];
        protocol::entry_description& entry = result[place];
        entry.name = facts.name;
        for (std::size_t index = 0; index != facts.sent_count; ++index) {
            entry.types.sent.push_back(codec::description_of(*facts.sent[index]));
        }
        if (facts.returned != nullptr) {
            entry.types.returned.push_back(codec::description_of(*facts.returned));
        }
        entry.fingerprint = protocol::fingerprint_text(entry.types);
        entry.needs.assign(facts.roles, facts.roles + facts.role_count);
        entry.is_keyed = facts.is_keyed;
        entry.is_latest = facts.is_latest;
        entry.is_once = facts.is_once;
        entry.is_idempotent = facts.is_idempotent;
    }
    return result;
}

}  // namespace rpc::inline v1::typed

#endif  // GATEWIRE_TYPED_DESCRIBE_TABLE_IMPL_HPP
