// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_JSON_WRITE_AGGREGATE_HPP
#define GATEWIRE_JSON_WRITE_AGGREGATE_HPP

#include <gatewire/json/reflect.hpp>
#include <gatewire/json/sink.hpp>
#include <gatewire/json/size_max.hpp>

#include <array>
#include <cstddef>
#include <cstring>
#include <utility>

namespace rpc::inline v1::codec {

template <class T>
char* put(char* at, const T& value, std::size_t room, sink& to);  // write.hpp

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

}  // namespace rpc::inline v1::codec

#endif  // GATEWIRE_JSON_WRITE_AGGREGATE_HPP
