// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_JSON_WRITE_PARTS_HPP
#define GATEWIRE_JSON_WRITE_PARTS_HPP

#include <gatewire/json/kinds.hpp>
#include <gatewire/json/reflect.hpp>
#include <gatewire/json/write.hpp>
#include <gatewire/json/write_scalar.hpp>
#include <gatewire/wire/buffer.hpp>

#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

/// Writing a large value bit by bit, so that other work can be done between.
namespace rpc::inline v1::codec {

/// Containers that have their elements to themselves. Those of the user's, and those with an
/// allocator of the user's, may have them elsewhere.
template <class T>
inline constexpr bool is_owning_sequence = false;
template <class Element>
inline constexpr bool is_owning_sequence<std::vector<Element>> = true;
template <class Element>
inline constexpr bool is_owning_sequence<std::deque<Element>> = true;

/// Whether a value has all to itself that its text is made of, so that nothing which happens before
/// it is written can change that text. Nobody knows that of a type whose code is the user's.
/// @tparam Outer  The types that it is a part of: a type may have itself for a part.
template <class T, class... Outer>
consteval bool owns_its_text() {
    constexpr type_kind kind = kind_of<T>;
    if constexpr ((std::is_same_v<T, Outer> || ...)) {
        return true;
    } else if constexpr (kind == type_kind::boolean || kind == type_kind::integer ||
                         kind == type_kind::number || kind == type_kind::enum_name ||
                         kind == type_kind::enum_number || kind == type_kind::duration ||
                         kind == type_kind::time_point || kind == type_kind::null) {
        return true;
    } else if constexpr (kind == type_kind::string) {
        return std::is_same_v<T, std::string>;
    } else if constexpr (is_owning_sequence<T> || is_specialisation<T, std::optional>) {
        return owns_its_text<typename T::value_type, T, Outer...>();
    } else if constexpr (kind == type_kind::map) {
        return std::is_same_v<T, std::map<std::string, typename T::mapped_type>> &&
               owns_its_text<typename T::mapped_type, T, Outer...>();
    } else if constexpr (kind == type_kind::tuple || kind == type_kind::variant) {
        return []<template <class...> class List, class... Part>(const List<Part...>*) {
            return (owns_its_text<Part, T, Outer...>() && ...);
        }(static_cast<const T*>(nullptr));
    } else if constexpr (kind == type_kind::aggregate) {
        return decltype(visit_members(std::declval<T&>(), [](auto&... member) {
            return std::bool_constant<(
                owns_its_text<std::remove_cvref_t<decltype(member)>, T, Outer...>() && ...)>();
        }))::value;
    } else {
        return false;
    }
}

/// How much memory the elements of a value take, as far as it can be written in parts: those of an
/// array, or of the arrays among the members of an aggregate.
template <class T>
std::size_t divisible_size(const T& value) noexcept {
    if constexpr (is_owning_sequence<T>) {
        return value.size() * sizeof(typename T::value_type);
    } else if constexpr (kind_of<T> == type_kind::aggregate) {
        return visit_members(value, [](const auto&... member) {
            const auto size_of = [](const auto& one) -> std::size_t {
                if constexpr (is_owning_sequence<std::remove_cvref_t<decltype(one)>>) {
                    return divisible_size(one);
                } else {
                    return 0;
                }
            };
            return (size_of(member) + ... + 0);
        });
    } else {
        return 0;
    }
}

template <class T>
consteval bool has_sequence() {
    if constexpr (kind_of<T> == type_kind::aggregate) {
        return decltype(visit_members(std::declval<T&>(), [](auto&... member) {
            return std::bool_constant<(is_owning_sequence<std::remove_cvref_t<decltype(member)>> ||
                                       ...)>();
        }))::value;
    } else {
        return is_owning_sequence<T>;
    }
}

/// Whether values of a type can be kept and written in parts.
template <class T>
consteval bool is_divisible() {
    if constexpr (has_sequence<T>()) {
        return std::is_move_constructible_v<T> && owns_its_text<T>();
    } else {
        return false;
    }
}

/// How far a value is written.
struct parts_written {
    std::size_t member = 0;
    std::size_t element = 0;    ///< Of that member, if it is an array.
    std::size_t left = 0;       ///< About so many bytes are still to be written of that array.
    std::size_t part_size = 0;  ///< A part ends with the element or member that reaches it.
    std::size_t end = 0;        ///< Where that is in the buffer.
    bool is_whole = false;
};

template <class Sequence>
char* put_elements(char* at, const Sequence& values, parts_written& so_far, sink& to) {
    const std::size_t size = values.size();
    if (so_far.element == 0 && !to.error.enter()) {
        return nullptr;
    }
    at = to.make_room(at, 2);
    if (so_far.element == 0) {
        *at++ = '[';
    }
    const std::size_t first = so_far.element;
    const std::size_t begin = to.flush(at).size();
    std::size_t reached = begin;
    element_putter elements{at, to, first};
    while (elements.index != size && (reached < so_far.end || elements.index == first)) {
        if (!elements(values[elements.index])) {
            return nullptr;
        }
        reached = to.flush(elements.at).size();
    }
    at = elements.at;
    so_far.element = elements.index;
    if (elements.index != size) {
        so_far.left = (size - elements.index) * ((reached - begin) / (elements.index - first) + 1);
        return at;
    }
    so_far.element = 0;
    ++so_far.member;
    *at = ']';
    to.error.leave();
    return at + 1;
}

template <class T, std::size_t... Index, class... Member>
char* put_some_members(parts_written& so_far, sink& to, std::index_sequence<Index...>,
                       const Member&... member) {
    using names = member_names<T>;
    char* at = to.cursor();
    const auto put_one = [&]<std::size_t At>(std::index_sequence<At>, const auto& one) {
        if (so_far.member != At || to.flush(at).size() >= so_far.end) {
            return true;
        }
        if (so_far.element == 0) {
            at = to.make_room(at, names::next_key(At).size());
            at = put_key<names, At>(at);
        }
        if constexpr (is_owning_sequence<std::remove_cvref_t<decltype(one)>>) {
            at = put_elements(at, one, so_far, to);
        } else {
            at = put_roomily(at, one, 0, to);
            ++so_far.member;
        }
        if (at == nullptr) {
            return to.error.inside_member(names::name(At));
        }
        return true;
    };
    return (put_one(std::index_sequence<Index>{}, member) && ...) ? at : nullptr;
}

/// Appends the next part of the value's text; the parts together are what `write` appends. What is
/// thrown for lack of memory is a failure like any other.
/// @return Whether it could be written; if not, so far or at all, `error` says why.
template <class T>
bool write_part(wire::buffer& out, const T& value, parts_written& so_far, write_error& error) {
    try {
        so_far.end = out.size() + so_far.part_size;
        sink to(out, error);
        char* at = to.cursor();
        if constexpr (is_owning_sequence<T>) {
            at = put_elements(at, value, so_far, to);
            so_far.is_whole = so_far.member != 0;
        } else {
            const bool is_first = so_far.member == 0 && so_far.element == 0;
            if (is_first && !error.enter()) {
                return false;
            }
            at = visit_members(value, [&](const auto&... member) {
                return put_some_members<T>(
                    so_far, to, std::index_sequence_for<decltype(member)...>{}, member...);
            });
            if (at != nullptr && so_far.member == member_count<T>) {
                at = to.make_room(at, 1);
                *at++ = '}';
                error.leave();
                so_far.is_whole = true;
            }
        }
        if (at != nullptr) {
            to.flush(at);
        }
        return at != nullptr;
    } catch (...) {
        return error.fail_thrown();
    }
}

}  // namespace rpc::inline v1::codec

#endif  // GATEWIRE_JSON_WRITE_PARTS_HPP
