// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TRADER_FIX_MESSAGE_HPP
#define TRADER_FIX_MESSAGE_HPP

// C++14, as fix_session.hpp says: QuickFIX's headers know nothing newer.

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

namespace trader {
namespace fix {

/// A FIX message as it is read and written: its type, and its fields one after another, those of
/// groups too. What only the session needs (lengths, sums, names) is not among them when it is
/// made, but is when it was received. A plain value.
struct message {
    using field = std::pair<int, std::string>;

    message() = default;
    explicit message(std::string own_type) : type(std::move(own_type)) {}

    message& add(int tag, std::string value) {
        fields.emplace_back(tag, std::move(value));
        return *this;
    }
    message& add(int tag, int value) { return add(tag, std::to_string(value)); }
    /// Adds a field, unless there is nothing to say.
    message& add_if(int tag, const std::string& value) {
        return value.empty() ? *this : add(tag, value);
    }

    bool has(int tag) const { return find(tag) != fields.end(); }
    /// The first field of a tag; an empty text if there is none.
    std::string text(int tag) const {
        const auto found = find(tag);
        return found == fields.end() ? std::string() : found->second;
    }
    /// The same as a number, 0 if it is none.
    double number(int tag) const { return std::strtod(text(tag).c_str(), nullptr); }
    int whole(int tag) const { return static_cast<int>(number(tag)); }
    bool is(int tag) const { return text(tag) == "Y"; }

    /// The members of a group, each as a message without a type. One begins with each field of the
    /// tag that follows the count; the last one ends before a field that is none of `tags`.
    std::vector<message> group(int count_tag, const std::vector<int>& tags) const {
        std::vector<message> members;
        const auto count = find(count_tag);
        if (count == fields.end()) {
            return members;
        }
        const auto is_member = [&tags](const field& each) {
            return std::find(tags.begin(), tags.end(), each.first) != tags.end();
        };
        const auto first = count + 1;
        for (auto each = first; each != fields.end() && is_member(*each); ++each) {
            if (each->first == first->first) {
                members.emplace_back();
            }
            members.back().fields.push_back(*each);
        }
        return members;
    }

    std::string type;
    std::vector<field> fields;

private:
    std::vector<field>::const_iterator find(int tag) const {
        return std::find_if(fields.begin(), fields.end(),
                            [tag](const field& each) { return each.first == tag; });
    }
};

}  // namespace fix
}  // namespace trader

#endif  // TRADER_FIX_MESSAGE_HPP
