// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_JSON_WRITE_HPP
#define GATEWIRE_JSON_WRITE_HPP

#include <gatewire/json/diagnose.hpp>
#include <gatewire/json/dynamic.hpp>
#include <gatewire/json/kinds.hpp>
#include <gatewire/json/number.hpp>
#include <gatewire/json/reflect.hpp>
#include <gatewire/json/write_scalar.hpp>
#include <gatewire/wire/buffer.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <new>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

namespace rpc::inline v1::codec {

/// The size of the longest form of a scalar; 0 for a type whose forms have no bound, or are made of
/// several values. Where it is known, room can be made for many values at once.
template <class T>
consteval std::size_t size_max() {
    constexpr type_kind kind = kind_of<T>;
    if constexpr (kind == type_kind::boolean) {
        return 5;
    } else if constexpr (kind == type_kind::null) {
        return 4;
    } else if constexpr (kind == type_kind::integer || kind == type_kind::enum_number) {
        return integer_size_max;
    } else if constexpr (kind == type_kind::number) {
        return real_size_max;
    } else if constexpr (kind == type_kind::enum_name) {
        return enum_table_of<T>.short_and_plain ? quoted_name::size_max : 0;
    } else if constexpr (kind == type_kind::duration || kind == type_kind::time_point) {
        return size_max<typename T::rep>();
    } else if constexpr (kind == type_kind::optional) {
        return size_max<typename T::value_type>();
    } else {
        return 0;
    }
}

template <class Enum>
bool fail_enum_name(Enum value, write_error& error) {
    using number = std::underlying_type_t<Enum>;
    return error.fail("the enum value " + std::to_string(static_cast<number>(value)) +
                      " has no name");
}

/// The position of a value's name in the table, or the number of names.
template <class Enum>
std::size_t find_enum_value(Enum value) noexcept {
    constexpr const auto& table = enum_table_of<Enum>;
    if constexpr (table.in_order) {
        // One below zero is far above all others.
        const auto number = static_cast<std::underlying_type_t<Enum>>(value);
        return (std::min)(static_cast<std::size_t>(number), table.values.size());
    } else {
        std::size_t index = 0;
        while (index != table.values.size() && table.values[index] != value) {
            ++index;
        }
        return index;
    }
}

template <class Enum>
char* put_enum_name(char* at, Enum value, std::size_t room, sink& to) {
    constexpr const auto& table = enum_table_of<Enum>;
    if constexpr (table.short_and_plain) {
        if (const std::size_t index = find_enum_value(value); index != table.names.size()) {
            const quoted_name& name = table.names[index];
            store_word(at, name.front);
            store_word(at + 8, name.back);
            return at + name.size;
        }
    } else {
        for (const auto& [candidate, name] : enum_names<Enum>) {
            if (candidate == value) {
                return put_string(at, name, room, to);
            }
        }
    }
    fail_enum_name(value, to.error);
    return nullptr;
}

/// Appends the value's JSON text, without white space. On failure `out` may hold a part of it,
/// which the caller cuts off, and `error` says why.
template <class T>
bool write(wire::buffer& out, const T& value, write_error& error);

/// Puts any value. Those with a `size_max` expect room for it and for `room` bytes behind; the
/// others make it.
template <class T>
char* put(char* at, const T& value, std::size_t room, sink& to);

/// How much room the keys and the bounded values of an aggregate need from each member on, up to
/// and with the next key whose value makes its own room.
template <class Names, class... Member>
struct member_rooms {
    static constexpr std::size_t count = sizeof...(Member);
    static constexpr std::array<std::size_t, count> sizes = {size_max<Member>()...};

    static constexpr std::array<std::size_t, count + 1> rooms = [] {
        std::array<std::size_t, count + 1> needed{};
        needed[count] = 1;  // the brace
        for (std::size_t index = count; index-- != 0;) {
            needed[index] = Names::next_key(index).size() +
                            (sizes[index] == 0 ? 0 : sizes[index] + needed[index + 1]);
        }
        return needed;
    }();

    /// Whether the room from here on reaches what is behind the aggregate.
    static constexpr bool is_last(std::size_t index) noexcept {
        for (; index != count; ++index) {
            if (sizes[index] == 0) {
                return false;
            }
        }
        return true;
    }
};

template <class Names, std::size_t Index>
char* put_key(char* at) noexcept {
    constexpr std::size_t size = Names::next_key(Index).size();
    constexpr std::size_t copied = size <= 8 ? 8 : (size + 15) / 16 * 16;
    std::memcpy(at, Names::text.data() + Names::offsets[Index], copied);
    if constexpr (Index == 0) {
        *at = '{';
    }
    return at + size;
}

template <class Names, class Rooms, std::size_t Index, class Member>
char* put_member(char* at, const Member& member, std::size_t room, sink& to) {
    constexpr std::size_t behind = Rooms::rooms[Index + 1];
    at = put_key<Names, Index>(at);
    return codec::put(at, member, Rooms::is_last(Index + 1) ? behind + room : behind, to);
}

template <class T, std::size_t... Index, class... Member>
char* put_members(char* at, std::size_t room, sink& to, std::index_sequence<Index...>,
                  const Member&... member) {
    using names = member_names<T>;
    using rooms = member_rooms<names, Member...>;
    std::size_t current = 0;
    at = to.make_room(at, rooms::rooms[0] + (rooms::is_last(0) ? room : 0));
    const auto put_one = [&]<std::size_t At>(std::index_sequence<At>, const auto& one) {
        current = At;
        at = put_member<names, rooms, At>(at, one, room, to);
        return at != nullptr;
    };
    if ((put_one(std::index_sequence<Index>{}, member) && ...)) {
        return at;
    }
    to.error.inside_member(names::name(current));
    return nullptr;
}

template <class T>
char* put_aggregate(char* at, const T& value, std::size_t room, sink& to) {
    if constexpr (member_count<T> == 0) {
        at = to.make_room(at, 2 + room);
        *at++ = '{';
        *at++ = '}';
        return at;
    } else {
        if (!to.error.enter()) {
            return nullptr;
        }
        at = visit_members(value, [&](const auto&... member) {
            return put_members<T>(at, room, to, std::index_sequence_for<decltype(member)...>{},
                                  member...);
        });
        if (at == nullptr) {
            return nullptr;
        }
        *at = '}';
        to.error.leave();
        return at + 1;
    }
}

/// `put` that makes room in any case.
template <class T>
char* put_roomily(char* at, const T& value, std::size_t room, sink& to) {
    if constexpr (size_max<T>() != 0) {
        at = to.make_room(at, size_max<T>() + room);
    }
    return codec::put(at, value, room, to);
}

/// Puts the elements of an array as they come.
struct element_putter {
    char* at;
    sink& to;
    std::size_t index = 0;

    template <class T>
    bool operator()(const T& element) {
        if (index != 0) {
            *at++ = ',';
        }
        at = put_roomily(at, element, 1, to);
        if (at == nullptr) {
            return to.error.inside_element(index);
        }
        ++index;
        return true;
    }
};

template <class Range>
char* put_range(char* at, const Range& values, std::size_t room, sink& to) {
    if (!to.error.enter()) {
        return nullptr;
    }
    at = to.make_room(at, 2);
    *at++ = '[';
    element_putter elements{at, to};
    try {
        for (const typename Range::value_type& element : values) {
            if (!elements(element)) {
                return nullptr;
            }
        }
    } catch (const std::bad_alloc&) {
        throw;  // The buffer's, most likely: no fault of an element.
    } catch (...) {
        to.error.fail_thrown();
        to.error.inside_element(elements.index);
        return nullptr;
    }
    *elements.at = ']';
    to.error.leave();
    return to.make_room(elements.at + 1, room);
}

template <class Tuple>
char* put_tuple(char* at, const Tuple& value, std::size_t room, sink& to) {
    if constexpr (is_std_array<Tuple>) {
        return put_range(at, value, room, to);
    } else {
        if (!to.error.enter()) {
            return nullptr;
        }
        at = to.make_room(at, 2);
        *at++ = '[';
        element_putter elements{at, to};
        if (!std::apply([&](const auto&... element) { return (elements(element) && ...); },
                        value)) {
            return nullptr;
        }
        *elements.at = ']';
        to.error.leave();
        return to.make_room(elements.at + 1, room);
    }
}

template <class Map>
char* put_map(char* at, const Map& values, std::size_t room, sink& to) {
    if (!to.error.enter()) {
        return nullptr;
    }
    at = to.make_room(at, 2);
    *at = '{';
    char* const first = at + 1;
    char separator = '{';
    try {
        for (const auto& [name, value] : values) {
            *at = separator;
            separator = ',';
            at = put_string(at + 1, name, 1, to);
            if (at == nullptr) {
                to.error.fail("a member name is not valid UTF-8");
                return nullptr;
            }
            *at = ':';
            at = put_roomily(at + 1, value, 1, to);
            if (at == nullptr) {
                to.error.inside_member(name);
                return nullptr;
            }
        }
    } catch (const std::bad_alloc&) {
        throw;  // The buffer's, most likely: no fault of a member.
    } catch (...) {
        to.error.fail_thrown();
        return nullptr;
    }
    at = separator == '{' ? first : at;
    *at = '}';
    to.error.leave();
    return to.make_room(at + 1, room);
}

/// Lets `write_it` append to the buffer itself.
template <class Write>
char* put_by_writing(char* at, std::size_t room, sink& to, Write write_it) {
    return write_it(to.flush(at)) ? to.make_room(to.resume(), room) : nullptr;
}

/// Writes what an optional holds. Null would arrive as one that holds nothing.
template <class T>
bool write_other_than_null(wire::buffer& out, const T& value, write_error& error) {
    const std::size_t before = out.size();
    return codec::write(out, value, error) && (out.view().substr(before) != "null" ||
                                               error.fail("null inside of an optional is lost"));
}

template <class Optional>
char* put_optional(char* at, const Optional& value, std::size_t room, sink& to) {
    using element = typename Optional::value_type;
    bool present = value.has_value();
    if constexpr (kind_of<element> == type_kind::number) {
        present = present && is_finite(*value);  // what is no number travels as none
    }
    if (present) {
        if constexpr (nullness_of<element>() == nullness::by_value) {
            return put_by_writing(at, room, to, [&](wire::buffer& out) {
                return write_other_than_null(out, *value, to.error);
            });
        } else {
            return codec::put(at, *value, room, to);
        }
    }
    if constexpr (size_max<element>() == 0) {
        at = to.make_room(at, 4 + room);
    }
    return put_literal(at, "null");
}

template <class Variant>
char* put_variant(char* at, const Variant& value, std::size_t room, sink& to) {
    if (value.valueless_by_exception()) {
        to.error.fail("a variant without a value has no JSON form");
        return nullptr;
    }
    const auto put_alternative = [&](char* from, std::size_t behind) {
        return std::visit(
            [&](const auto& alternative) { return put_roomily(from, alternative, behind, to); },
            value);
    };
    if constexpr (is_bare_variant<Variant>) {
        return put_alternative(at, room);
    } else {
        if (!to.error.enter()) {
            return nullptr;
        }
        at = put_literal(to.make_room(at, 64), "{\"index\":");
        at = put_literal(put_integer(at, value.index()), ",\"value\":");
        at = put_alternative(at, 1 + room);
        if (at == nullptr) {
            to.error.inside_member("value");
            return nullptr;
        }
        *at = '}';
        to.error.leave();
        return at + 1;
    }
}

template <class T>
bool write_custom(wire::buffer& out, const T& value, write_error& error) {
    try {
        custom::json_for<T> dynamic;
        nlohmann::adl_serializer<T>::to_json(dynamic, value);
        return write_dynamic(out, dynamic, error);
    } catch (...) {
        return error.fail_thrown();
    }
}

template <class T>
char* put_scalar(char* at, const T& value, std::size_t room, sink& to) {
    constexpr type_kind kind = kind_of<T>;
    if constexpr (kind == type_kind::number) {
        return put_real(at, value, to);
    } else if constexpr (kind == type_kind::string) {
        return put_string(at, value, room, to);
    } else if constexpr (kind == type_kind::enum_name) {
        return put_enum_name(at, value, room, to);
    } else if constexpr (kind == type_kind::enum_number) {
        return put_scalar(at, static_cast<std::underlying_type_t<T>>(value), room, to);
    } else if constexpr (kind == type_kind::time_point) {
        return codec::put(at, value.time_since_epoch().count(), room, to);
    } else if constexpr (kind == type_kind::duration) {
        return codec::put(at, value.count(), room, to);
    } else if constexpr (kind == type_kind::boolean) {
        return put_bool(at, value);
    } else if constexpr (kind == type_kind::integer) {
        return put_integer(at, value);
    } else if constexpr (kind == type_kind::raw) {
        at = to.make_room(at, value.text.size() + room);
        return std::copy(value.text.begin(), value.text.end(), at);
    } else {
        return put_literal(at, "null");
    }
}

template <class T>
char* put(char* at, const T& value, std::size_t room, sink& to) {
    constexpr type_kind kind = kind_of<T>;
    if constexpr (!diagnose_write<T>()) {
        return nullptr;
    } else if constexpr (kind == type_kind::aggregate) {
        return put_aggregate(at, value, room, to);
    } else if constexpr (kind == type_kind::optional) {
        return put_optional(at, value, room, to);
    } else if constexpr (kind == type_kind::sequence || kind == type_kind::set) {
        return put_range(at, value, room, to);
    } else if constexpr (kind == type_kind::map) {
        return put_map(at, value, room, to);
    } else if constexpr (kind == type_kind::tuple) {
        return put_tuple(at, value, room, to);
    } else if constexpr (kind == type_kind::variant) {
        return put_variant(at, value, room, to);
    } else if constexpr (kind == type_kind::custom) {
        return put_by_writing(
            at, room, to, [&](wire::buffer& out) { return write_custom(out, value, to.error); });
    } else if constexpr (kind == type_kind::dynamic) {
        return put_by_writing(
            at, room, to, [&](wire::buffer& out) { return write_dynamic(out, value, to.error); });
    } else {
        return put_scalar(at, value, room, to);
    }
}

template <class T>
bool write(wire::buffer& out, const T& value, write_error& error) {
    sink to(out, error);
    const char* const end = put_roomily(to.cursor(), value, 0, to);
    if (end != nullptr) {
        to.flush(end);
    }
    return end != nullptr;
}

/// `write` for types of the user's: what is thrown meanwhile, be it by their code or for lack of
/// memory, is a failure like any other. After a failure `out` is as it was.
template <class T>
bool guarded_write(wire::buffer& out, const T& value, write_error& error) {
    const std::size_t before = out.size();
    bool is_written = false;
    try {
        is_written = codec::write(out, value, error);
    } catch (...) {
        error.fail_thrown();
    }
    if (!is_written) {
        out.truncate(before);
    }
    return is_written;
}

}  // namespace rpc::inline v1::codec

#endif  // GATEWIRE_JSON_WRITE_HPP
