// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_PROTOCOL_CONTRACT_HPP
#define GATEWIRE_PROTOCOL_CONTRACT_HPP

#include <gatewire/detail/linkage.hpp>
#include <gatewire/detail/storage_duration.hpp>
#include <gatewire/json/description.hpp>
#include <gatewire/json/kinds.hpp>
#include <gatewire/json/strict_reader.hpp>
#include <gatewire/protocol/extensions.hpp>
#include <gatewire/protocol/service.hpp>

#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Compares what two programs, built at different times, expect of each other.
namespace rpc::inline v1::protocol {

/// The server's descriptions of those entries whose fingerprints are not its own; null where it
/// has no such entry.
GATEWIRE_COLD inline std::map<std::string, codec::raw_text> differing_entries(
    const std::map<std::string, std::string>& theirs, const std::vector<entry_description>& ours) {
    std::map<std::string, codec::raw_text> differs;
    for (const auto& [name, fingerprint] : theirs) {
        const auto entry = std::find_if(
            ours.begin(), ours.end(),
            [&wanted = name](const entry_description& one) { return one.name == wanted; });
        if (entry == ours.end()) {
            differs.try_emplace(name);
        } else if (entry->fingerprint != fingerprint) {
            differs.emplace(name, codec::raw_text{text_of(entry->types)});
        }
    }
    return differs;
}

/// All differences between what a client expects and what a server offers; nothing if there are
/// none.
GATEWIRE_COLD inline std::optional<table_differences> table_difference(
    const table_fingerprints& theirs, const service& ours) {
    table_differences found{differing_entries(theirs.methods, ours.methods),
                            differing_entries(theirs.events, ours.events)};
    if (found.methods.empty() && found.events.empty()) {
        return std::nullopt;
    }
    return found;
}

/// Why the values of `writer` cannot be read as `reader`; an empty optional if they all can.
/// @param place  Names the value where its type has no name of its own.
GATEWIRE_COLD inline std::optional<std::string> value_mismatch(
    const codec::type_description& writer, const codec::type_description& reader,
    bool writer_is_here, const std::string& place) {
    std::optional<std::string> text = codec::incompatibility(
        writer, reader, writer_is_here ? "here" : "there", writer_is_here ? "there" : "here");
    if (text && writer.name.empty()) {
        text = place + (text->starts_with(":") || text->starts_with("[") ? "" : ": ") + *text;
    }
    return text;
}

/// Why a call of `here`, the client's idea of a method, would not be understood by `there`, the
/// server's, or its result not here.
GATEWIRE_COLD inline std::optional<std::string> method_mismatch(const entry_types& here,
                                                                const entry_types& there) {
    for (std::size_t at = 0; at < (std::max)(here.sent.size(), there.sent.size()); ++at) {
        const std::string place = "params[" + std::to_string(at) + "]";
        if (at >= there.sent.size()) {
            return place + ": sent here, not known there";
        }
        if (at >= here.sent.size()) {
            if (there.sent[at].kind == codec::described::optional) {
                continue;
            }
            return place + ": not sent here, required there";
        }
        if (auto text = value_mismatch(here.sent[at], there.sent[at], true, place)) {
            return text;
        }
    }
    if (here.returned.empty()) {
        return std::nullopt;  // Whatever comes back, nobody looks at it.
    }
    if (there.returned.empty()) {
        return "result: expected here, none there";
    }
    return value_mismatch(there.returned.front(), here.returned.front(), false, "result");
}

/// Why the payload of an event, as `there` publishes it, cannot be read as `here` handles it.
GATEWIRE_COLD inline std::optional<std::string> event_mismatch(const entry_types& here,
                                                               const entry_types& there) {
    if (here.sent.size() != 1 || there.sent.size() != 1) {
        return "data: not comparable";
    }
    return value_mismatch(there.sent.front(), here.sent.front(), false, "data");
}

/// Compares one entry with the description that a server sent.
/// @return Why the two do not fit, with the entry's name in front; nothing if they do.
GATEWIRE_COLD inline std::optional<std::string> mismatch_with(
    const entry_description& mine, std::string_view description,
    std::optional<std::string> (*mismatch)(const entry_types& here, const entry_types& there)) {
    entry_types theirs;
    codec::read_error failure;
    std::optional<std::string> text =
        read_types(description, theirs, failure)
            ? mismatch(mine.types, theirs)
            : "the server's description cannot be read: " + failure.text("description");
    if (text) {
        text = std::string(mine.name) + ": " + *text;
    }
    return text;
}

/// What of a client's contract its server cannot fulfil: which methods must not be called, and
/// which events not be subscribed to.
class contract_check {
public:
    /// Compares with the entries that the server says it has otherwise.
    /// @return The differences that matter, one text each.
    GATEWIRE_COLD std::vector<std::string> compare(const client_contract& mine,
                                                   const std::optional<table_differences>& theirs) {
        std::vector<std::string> notices;
        fits_all_ = true;
        methods_.assign(mine.methods.size(), {});
        events_.assign(mine.events.size(), {});
        if (theirs) {
            compare_methods(mine.methods, theirs->methods, notices);
            compare_events(mine.events, theirs->events, notices);
        }
        return notices;
    }

    /// Why the method at this place must not be called; empty if it may.
    const std::string& method(std::size_t place) const noexcept {
        static const detail::never_destroyed<std::string> none;
        return place < methods_.size() ? methods_[place] : *none;
    }

    /// Whether every method may be called.
    bool fits_all() const noexcept { return fits_all_; }

    /// By the place of each event, why it must not be subscribed to; empty where it may.
    const std::vector<std::string>& events() const noexcept { return events_; }

private:
    using differing = std::map<std::string, codec::raw_text>;

    GATEWIRE_COLD void compare_methods(const std::vector<entry_description>& mine,
                                       const differing& theirs, std::vector<std::string>& notices) {
        for (std::size_t place = 0; place < mine.size(); ++place) {
            const auto found = theirs.find(std::string(mine[place].name));
            // A method that is not served is answered as such when it is called.
            if (found != theirs.end() && found->second.text != "null") {
                if (auto text = mismatch_with(mine[place], found->second.text, method_mismatch)) {
                    notices.push_back(*text);
                    methods_[place] = std::move(*text);
                    fits_all_ = false;
                }
            }
        }
    }

    GATEWIRE_COLD void compare_events(const std::vector<entry_description>& mine,
                                      const differing& theirs, std::vector<std::string>& notices) {
        for (std::size_t place = 0; place < mine.size(); ++place) {
            const entry_description& event = mine[place];
            const auto found = theirs.find(std::string(event.name));
            if (found == theirs.end()) {
                continue;
            }
            std::optional<std::string> text =
                found->second.text == "null"
                    ? "the server has no event '" + std::string(event.name) + "'"
                    : mismatch_with(event, found->second.text, event_mismatch);
            if (text) {
                notices.push_back(*text);
                events_[place] = std::move(*text);
            }
        }
    }

    bool fits_all_ = true;
    std::vector<std::string> methods_;  // by place; empty: may be called
    std::vector<std::string> events_;   // by place; empty: may be subscribed to
};

}  // namespace rpc::inline v1::protocol

#endif  // GATEWIRE_PROTOCOL_CONTRACT_HPP
