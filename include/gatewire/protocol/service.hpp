// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_PROTOCOL_SERVICE_HPP
#define GATEWIRE_PROTOCOL_SERVICE_HPP

#include <gatewire/json/description.hpp>
#include <gatewire/json/strict_reader.hpp>

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace rpc::inline v1::protocol {

inline constexpr std::size_t not_listed = static_cast<std::size_t>(-1);

/// The types of a method or an event, as two programs compare them: what is sent with it, and what
/// comes back. An event sends its payload and brings nothing back.
struct entry_types {
    std::vector<codec::type_description> sent;
    std::vector<codec::type_description> returned;  ///< One, or none.

    bool operator==(const entry_types&) const = default;
};

/// `{"returned":[...],"sent":[...]}`, with descriptions as `codec::write_description` writes them.
std::string text_of(const entry_types& types);

/// Fails when the text is no description; it comes from a peer.
bool read_types(std::string_view text, entry_types& types, codec::read_error& error);

/// 16 hexadecimal digits that are equal for types which look the same on the wire.
std::string fingerprint_text(const entry_types& types);

/// One method or event of a table.
struct entry_description {
    std::string_view name;
    entry_types types;
    std::string fingerprint;                ///< Of the types.
    bool is_keyed = false;                  ///< Events only: clients may select it by keys.
    std::vector<std::string_view> needs{};  ///< Roles that a client must have, all of them.
    bool is_latest = false;      ///< Events only: a newer one of the same key replaces it.
    bool is_once = false;        ///< Methods only: a call may have a key.
    bool is_idempotent = false;  ///< Methods only: running it twice does no harm.
};

inline std::vector<std::string_view> names_of(const std::vector<entry_description>& entries) {
    std::vector<std::string_view> names;
    names.reserve(entries.size());
    for (const entry_description& entry : entries) {
        names.push_back(entry.name);
    }
    return names;
}

/// What a server offers, without its types: names to places, and descriptions.
struct service {
    std::size_t (*find_method)(std::string_view name) noexcept;
    std::size_t (*find_event)(std::string_view name) noexcept;
    std::vector<entry_description> methods;
    std::vector<entry_description> events;
    /// The OpenRPC document; called from any thread, and what it gives lasts as long as this.
    std::function<std::string_view()> document{};
};

/// What a client expects of its server: the methods it calls and the events it handles.
struct client_contract {
    std::vector<entry_description> methods;
    std::vector<entry_description> events;
    /// Null where the names are known at run time only: they are compared one by one then.
    std::size_t (*find_event)(std::string_view name) noexcept;

    /// Place of an event among `events`, or `not_listed`.
    std::size_t place_of(std::string_view event) const noexcept {
        if (find_event != nullptr) {
            return find_event(event);
        }
        for (std::size_t place = 0; place != events.size(); ++place) {
            if (events[place].name == event) {
                return place;
            }
        }
        return not_listed;
    }
};

}  // namespace rpc::inline v1::protocol

#ifndef GATEWIRE_SEPARATE_COMPILATION
#include <gatewire/protocol/protocol_impl.hpp>
#endif

#endif  // GATEWIRE_PROTOCOL_SERVICE_HPP
