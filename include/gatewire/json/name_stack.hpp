// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_JSON_NAME_STACK_HPP
#define GATEWIRE_JSON_NAME_STACK_HPP

#include <cstddef>
#include <forward_list>
#include <string>
#include <string_view>
#include <vector>

namespace rpc::inline v1::codec {

/// Member names of the objects that are open, to find duplicates among them.
///
/// Sorting finds them in n log n whatever the names are, where a hash without a secret seed could
/// be attacked; small objects are compared pair by pair.
class name_stack {
public:
    using mark = std::size_t;

    mark open() const noexcept { return names_.size(); }

    /// @param name      Must stay where it is until the object is closed, unless `volatile_text`.
    /// @param volatile_text  Whether the name's text will be overwritten, so that a copy is needed.
    void add(std::string_view name, bool volatile_text) {
        if (volatile_text) {
            name = copies_.emplace_front(name);
        }
        names_.push_back(name);
    }

    /// Finds two equal names since `from`.
    /// @return Whether there are any; `duplicate` is the name.
    bool find_duplicate(mark from, std::string_view& duplicate);

    std::string_view operator[](mark position) const noexcept { return names_[position]; }

    /// Forgets the names since `from`.
    void close(mark from) {
        names_.resize(from);
        if (from == 0) {
            copies_.clear();
        }
    }

private:
    static constexpr std::size_t few = 12;

    std::vector<std::string_view> names_;
    std::forward_list<std::string> copies_;
};

}  // namespace rpc::inline v1::codec

#ifndef GATEWIRE_SEPARATE_COMPILATION
#include <gatewire/json/name_stack_impl.hpp>
#endif

#endif  // GATEWIRE_JSON_NAME_STACK_HPP
