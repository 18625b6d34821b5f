// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_JSON_REFLECT_HPP
#define GATEWIRE_JSON_REFLECT_HPP

#include <gatewire/json/reflect_bind.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <exception>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

namespace rpc::inline v1::codec {

/// Stands for a member of any type in unevaluated initialisers of `Aggregate`.
template <class Aggregate>
struct any_member {
    template <class Member>
        requires(!std::is_same_v<Member, Aggregate> && !std::is_base_of_v<Member, Aggregate>)
    operator Member() const {
        std::terminate();  // defined only because std::optional's constructor instantiates it
    }
};

/// Stands for a base class only.
template <class Aggregate>
struct any_base {
    template <class Base>
        requires(std::is_base_of_v<Base, Aggregate> && !std::is_same_v<Base, Aggregate>)
    operator Base() const {
        std::terminate();
    }
};

/// Stands for a member that is a union.
struct any_union {
    template <class Member>
        requires std::is_union_v<Member>
    operator Member() const {
        std::terminate();
    }
};

/// Can be made into nothing, except what takes everything.
struct no_member {};

template <class T, std::size_t>
using any_member_at = any_member<T>;

template <class T, std::size_t... Index>
consteval bool takes_members(std::index_sequence<Index...>) {
    return requires { T{any_member_at<T, Index>{}...}; };
}

template <class T, std::size_t Count>
inline constexpr bool takes = takes_members<T>(std::make_index_sequence<Count>{});

/// Bisects: an aggregate takes any number of initialisers up to that of its members.
template <class T, std::size_t Low, std::size_t High>
consteval std::size_t bisect_count() {
    if constexpr (High - Low <= 1) {
        return Low;
    } else if constexpr (takes<T, (Low + High) / 2>) {
        return bisect_count<T, (Low + High) / 2, High>();
    } else {
        return bisect_count<T, Low, (Low + High) / 2>();
    }
}

/// A member that cannot be left out makes the counts below it invalid too: search from above.
template <class T, std::size_t Count>
consteval std::size_t search_count() {
    if constexpr (Count == 0 || takes<T, Count>) {
        return Count;
    } else {
        return search_count<T, Count - 1>();
    }
}

/// How many initialisers an aggregate takes, at most one more than `members_max`. The elements of a
/// C array count one by one.
template <class T>
consteval std::size_t count_initialisers() {
    if constexpr (takes<T, members_max + 1>) {
        return members_max + 1;
    } else if constexpr (takes<T, 0>) {
        return bisect_count<T, 0, members_max + 1>();
    } else {
        return search_count<T, members_max>();
    }
}

template <class T>
inline constexpr std::size_t initialiser_count = count_initialisers<T>();

/// Whether the initialiser behind so many may be `{}`, with so many after it.
template <class T, std::size_t... Before, std::size_t... After>
consteval bool takes_braces(std::index_sequence<Before...>, std::index_sequence<After...>) {
    return requires { T{any_member_at<T, Before>{}..., {}, any_member_at<T, After>{}...}; };
}

/// Whether the initialiser behind `Before` others begins a C array: `{}` then stands for the whole
/// array, and as many after it as there are elements would be too much.
template <class T, std::size_t Before, std::size_t... Fewer>
consteval bool begins_array(std::index_sequence<Fewer...>) {
    using before = std::make_index_sequence<Before>;
    if constexpr (takes_braces<T>(before{}, std::make_index_sequence<sizeof...(Fewer)>{})) {
        return false;
    } else {
        return (takes_braces<T>(before{}, std::make_index_sequence<Fewer>{}) || ...);
    }
}

template <class T, std::size_t... Index>
consteval bool holds_array(std::index_sequence<Index...>) {
    return (begins_array<T, Index>(std::make_index_sequence<sizeof...(Index) - 1 - Index>{}) ||
            ...);
}

template <class T>
inline constexpr std::size_t member_count = initialiser_count<std::remove_const_t<T>>;

/// Calls `visit(member...)` with references to all members of an aggregate, in declaration order.
template <class T, class Visit>
constexpr decltype(auto) visit_members(T& value, Visit&& visit) {
    return member_binder<member_count<T>>::apply(value, visit);
}

/// Whether the initialiser behind so many may be a Member, with so many after it.
template <class T, class Member, std::size_t... Before, std::size_t... After>
consteval bool takes_in_place(std::index_sequence<Before...>, std::index_sequence<After...>) {
    return requires { T{any_member_at<T, Before>{}..., Member{}, any_member_at<T, After>{}...}; };
}

/// Whether one of the members is a union, named or not: a structured binding stops at the latter.
template <class T, std::size_t Before, std::size_t Count>
consteval bool begins_union() {
    using before = std::make_index_sequence<Before>;
    using after = std::make_index_sequence<Count - 1 - Before>;
    return takes_in_place<T, any_union>(before{}, after{}) &&
           !takes_in_place<T, no_member>(before{}, after{});
}

template <class T, std::size_t... Index>
consteval bool holds_union(std::index_sequence<Index...>) {
    return (begins_union<T, Index, sizeof...(Index)>() || ...);
}

enum class aggregate_flaw : unsigned char {
    none,
    base_class,
    array_member,
    too_many_members,
    reference_member,  // or another that nothing can be made of
    union_member,
    bit_field,  // or, with GCC, a packed member
    packed_member,
    volatile_member
};

/// Whether references to all members can be made.
template <class T>
consteval bool has_references() {
    return !std::is_void_v<decltype(visit_members(
        std::declval<T&>(), [](auto&... member) { return sizeof...(member); }))>;
}

template <class T, class Member>
consteval aggregate_flaw flaw_of_member() {
    return std::is_array_v<Member>        ? aggregate_flaw::array_member  // of one element
           : std::is_volatile_v<Member>   ? aggregate_flaw::volatile_member
           : alignof(Member) > alignof(T) ? aggregate_flaw::packed_member
                                          : aggregate_flaw::none;
}

template <class T>
consteval aggregate_flaw find_member_flaw() {
    return decltype(visit_members(std::declval<T&>(), [](auto&... member) {
        return std::integral_constant<
            aggregate_flaw,
            (std::max)({aggregate_flaw::none,
                        flaw_of_member<T, std::remove_reference_t<decltype(member)>>()...})>();
    }))::value;
}

template <class T>
consteval aggregate_flaw find_aggregate_flaw() {
    constexpr std::size_t count = initialiser_count<T>;
    if constexpr (requires { T{any_base<T>{}}; }) {
        return aggregate_flaw::base_class;
    } else if constexpr (count > members_max) {
        return aggregate_flaw::too_many_members;
    } else if constexpr (count == 0 && !takes<T, 0>) {
        return aggregate_flaw::reference_member;
    } else if constexpr (holds_array<T>(std::make_index_sequence<count>{})) {
        return aggregate_flaw::array_member;
    } else if constexpr (holds_union<T>(std::make_index_sequence<count>{})) {
        return aggregate_flaw::union_member;
    } else if constexpr (!has_references<T>()) {
        return aggregate_flaw::bit_field;
    } else {
        return find_member_flaw<T>();
    }
}

/// Why an aggregate cannot be taken apart.
template <class T>
inline constexpr aggregate_flaw aggregate_flaw_of = find_aggregate_flaw<T>();

#if defined(__clang__)
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wundefined-var-template"
#pragma clang diagnostic ignored "-Wundefined-internal"
#endif

template <class T>
struct object_holder {
    T value;
};

/// An object that is never defined: only the addresses of its members are named.
template <class T>
extern const object_holder<T> absent_object;

/// Clang before 18 takes a pointer to a part of an object as template argument only inside a class.
template <class Pointer>
struct member_address {
    Pointer pointer;
};

template <class Pointer>
member_address(Pointer) -> member_address<Pointer>;

template <class T>
consteval auto member_addresses() {
    return visit_members(absent_object<T>.value,
                         [](auto&... member) { return std::tuple{member_address{&member}...}; });
}

/// Which of the members is meant; their count if none is, as with a member of a base.
template <class T, class Member>
consteval std::size_t member_index(Member T::* wanted) {
    const Member* const address = &(absent_object<T>.value.*wanted);
    return visit_members(absent_object<T>.value, [address](auto&... member) {
        std::size_t index = 0;
        const auto is_it = [&index, address](const auto* one) {
            if constexpr (std::is_same_v<decltype(one), const Member*>) {
                if (one == address) {
                    return true;
                }
            }
            ++index;
            return false;
        };
        (void)(is_it(&member) || ...);
        return index;
    });
}

#if defined(__clang__)
#pragma clang diagnostic pop
#endif

/// The text in which a compiler names the member behind `Address`; its last identifier is the name.
template <class T, auto Address>
consteval std::string_view member_signature() {
#if defined(_MSC_VER) && !defined(__clang__)
    return __FUNCSIG__;  // untested
#else
    return __PRETTY_FUNCTION__;
#endif
}

constexpr bool is_identifier(char character) noexcept {
    const auto byte = static_cast<unsigned char>(character);
    return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
           (byte >= 'A' && byte <= 'Z') || byte == '_' || byte == '$' || byte >= 0x80;
}

/// GCC writes `... Address = member_address<...>{(& absent_object<...>.value.T::name)}]`, Clang
/// `... Address = member_address<...>{&absent_object.value.name}]`.
consteval std::string_view last_identifier(std::string_view signature) {
    std::size_t end = signature.rfind('}');
    while (end != 0 && !is_identifier(signature[end - 1])) {
        --end;
    }
    std::size_t begin = end;
    while (begin != 0 && is_identifier(signature[begin - 1])) {
        --begin;
    }
    return signature.substr(begin, end - begin);
}

template <class T, std::size_t Index>
consteval std::string_view find_member_name() {
    constexpr auto address = std::get<Index>(member_addresses<T>());
    return last_identifier(member_signature<T, address>());
}

/// The names of an aggregate's members as they stand in its JSON, `,"a":,"b":`, and each part.
template <class T, class = std::make_index_sequence<member_count<T>>>
struct member_names;

template <class T, std::size_t... Index>
struct member_names<T, std::index_sequence<Index...>> {
    static constexpr std::size_t count = sizeof...(Index);
    static constexpr std::array<std::size_t, count + 1> offsets = [] {
        std::array<std::size_t, count + 1> ends{};
        [[maybe_unused]] std::size_t position = 0;
        ((position += find_member_name<T, Index>().size() + 4, ends[Index + 1] = position), ...);
        return ends;
    }();
    /// Behind the last one there is something to be read, so that keys can be copied by the block.
    static constexpr std::array<char, offsets[count] + 16> text = [] {
        std::array<char, offsets[count] + 16> keys{};
        [[maybe_unused]] std::size_t at = 0;
        [[maybe_unused]] const auto put = [&keys, &at](std::string_view name) {
            keys[at++] = ',';
            keys[at++] = '"';
            for (const char character : name) {
                keys[at++] = character;
            }
            keys[at++] = '"';
            keys[at++] = ':';
        };
        (put(find_member_name<T, Index>()), ...);
        return keys;
    }();

    /// The member's name with quotes and colon, and a comma before it.
    static constexpr std::string_view next_key(std::size_t index) noexcept {
        return {text.data() + offsets[index], offsets[index + 1] - offsets[index]};
    }
    static constexpr std::string_view key(std::size_t index) noexcept {
        return next_key(index).substr(1);
    }
    static constexpr std::string_view name(std::size_t index) noexcept {
        return {text.data() + offsets[index] + 2, offsets[index + 1] - offsets[index] - 4};
    }
};

}  // namespace rpc::inline v1::codec

#endif  // GATEWIRE_JSON_REFLECT_HPP
