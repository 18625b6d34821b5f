// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_TYPED_LENT_HPP
#define GATEWIRE_TYPED_LENT_HPP

#include <gatewire/detail/cached_allocator.hpp>
#include <gatewire/detail/type_list.hpp>
#include <gatewire/json/read.hpp>
#include <gatewire/json/read_range.hpp>

#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <vector>

/// Parameters that a method only looks at while it runs: `std::string_view` and
/// `std::span<const T>`. What they look at belongs to the call.
namespace rpc::inline v1::typed {

/// The text of a `std::string_view` parameter: where it was received, unless it has escapes.
class lent_text {
public:
    lent_text() = default;
    // The view may look into the object itself.
    lent_text(const lent_text&) = delete;
    lent_text& operator=(const lent_text&) = delete;

    operator std::string_view() const noexcept { return view_; }

    bool read(codec::reader& in) {
        if (!in.string(view_)) {
            return false;
        }
        const bool is_in_place = view_.data() + view_.size() + 1 == in.at();
        if (!is_in_place) {
            own_ = view_;
            view_ = own_;
        }
        return true;
    }

private:
    std::string_view view_;
    std::string own_;
};

/// The elements of a `std::span<const Element>` parameter, in memory that the thread keeps.
template <class Element>
class lent_items {
    static_assert(!std::is_same_v<Element, bool>,
                  "gatewire: std::span<const bool> cannot be received: use std::vector<bool>");

public:
    operator std::span<const Element>() const noexcept { return items_; }

    bool read(codec::reader& in) { return codec::read(in, items_); }

private:
    std::vector<Element, detail::cached_allocator<Element>> items_;
};

template <class Parameter>
struct lender {
    static constexpr bool is_needed = false;
    using type = codec::slot<Parameter>;
};
template <>
struct lender<std::string_view> {
    static constexpr bool is_needed = true;
    using type = lent_text;
};
template <class Element>
struct lender<std::span<const Element>> {
    static constexpr bool is_needed = true;
    using type = lent_items<Element>;
};

/// Whether a parameter, without references, looks at what belongs to the call.
template <class Parameter>
inline constexpr bool is_lent = lender<Parameter>::is_needed;

template <class List>
struct argument_list;
template <class... Parameters>
struct argument_list<detail::type_list<Parameters...>> {
    static constexpr bool lends = (is_lent<std::decay_t<Parameters>> || ...);
    using values = std::tuple<typename lender<std::decay_t<Parameters>>::type...>;
};

/// What a call's arguments are read into.
template <class Entry>
using argument_values = typename argument_list<typename Entry::arguments>::values;

/// Whether a method can only be called while its request is at hand.
template <class Entry>
inline constexpr bool is_lending = argument_list<typename Entry::arguments>::lends;

/// Reads one argument.
template <class Value>
bool read_argument(codec::reader& in, Value& value) {
    if constexpr (requires { value.read(in); }) {
        return value.read(in);
    } else {
        return codec::read(in, value);
    }
}

}  // namespace rpc::inline v1::typed

#endif  // GATEWIRE_TYPED_LENT_HPP
