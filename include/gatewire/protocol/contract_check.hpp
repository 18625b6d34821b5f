// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_PROTOCOL_CONTRACT_CHECK_HPP
#define GATEWIRE_PROTOCOL_CONTRACT_CHECK_HPP

#include <gatewire/detail/lasting.hpp>
#include <gatewire/json/kinds.hpp>
#include <gatewire/protocol/contract.hpp>
#include <gatewire/protocol/extensions.hpp>

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rpc::inline v1::protocol {

/// What of a client's contract its server cannot fulfil: which methods must not be called, and
/// which events not be subscribed to.
class contract_check {
public:
    /// Compares with the entries that the server says it has otherwise.
    /// @return The differences that matter, one text each.
    std::vector<std::string> compare(const client_contract& mine,
                                     const std::optional<table_differences>& theirs) {
        std::vector<std::string> notices;
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
        static const detail::lasting<std::string> none;
        return place < methods_.size() ? methods_[place] : *none;
    }

    /// By the place of each event, why it must not be subscribed to; empty where it may.
    const std::vector<std::string>& events() const noexcept { return events_; }

private:
    using differing = std::map<std::string, codec::raw_text>;

    void compare_methods(const std::vector<entry_description>& mine, const differing& theirs,
                         std::vector<std::string>& notices) {
        for (std::size_t place = 0; place < mine.size(); ++place) {
            const auto found = theirs.find(std::string(mine[place].name));
            // A method that is not served is answered as such when it is called.
            if (found != theirs.end() && found->second.text != "null") {
                if (auto text = mismatch_with(mine[place], found->second.text, method_mismatch)) {
                    notices.push_back(*text);
                    methods_[place] = std::move(*text);
                }
            }
        }
    }

    void compare_events(const std::vector<entry_description>& mine, const differing& theirs,
                        std::vector<std::string>& notices) {
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

    std::vector<std::string> methods_;  // by place; empty: may be called
    std::vector<std::string> events_;   // by place; empty: may be subscribed to
};

}  // namespace rpc::inline v1::protocol

#endif  // GATEWIRE_PROTOCOL_CONTRACT_CHECK_HPP
