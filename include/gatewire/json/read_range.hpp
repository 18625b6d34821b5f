// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_JSON_READ_RANGE_HPP
#define GATEWIRE_JSON_READ_RANGE_HPP

#include <gatewire/json/reader.hpp>
#include <gatewire/json/take_value.hpp>

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <type_traits>
#include <utility>

namespace rpc::inline v1::codec {

/// Makes room for the elements that are still to come if they are as long as the first, which began
/// at `first`; at most `budget` bytes. Gives what is left of the budget.
template <class Sequence>
std::size_t reserve_by_first(reader& in, const char* first, std::size_t budget, Sequence& values) {
    if constexpr (requires { values.reserve(values.size()); }) {
        constexpr std::size_t element_size = sizeof(typename Sequence::value_type);
        const auto used = static_cast<std::size_t>(in.at() - first) + 1;
        const auto rest = static_cast<std::size_t>(in.end() - in.at());
        const std::size_t count = (std::min)(rest / used + 1, budget / element_size);
        values.reserve(count);
        return budget - count * element_size;
    } else {
        return budget;
    }
}

template <class Sequence>
bool read_element_into(reader& in, Sequence& values) {
    using element = typename Sequence::value_type;
    if constexpr (!std::default_initializable<element>) {
        unmade<element> read;
        const bool done = codec::read(in, read);
        if (done) {
            values.push_back(std::move(*read.value));
        }
        return done;
    } else if constexpr (std::is_same_v<typename Sequence::reference, element&>) {
        values.push_back(element());
        return codec::read(in, values.back());
    } else {  // std::vector<bool>
        element value{};
        const bool done = codec::read(in, value);
        values.push_back(value);
        return done;
    }
}

/// Takes scalars as long as each follows a comma; the rest, also if it is none of these, is for
/// those who can explain. Gives how many there were.
template <class Sequence>
std::size_t take_elements(reader& in, Sequence& values) {
    using element = typename Sequence::value_type;
    // Also where a container throws, so that the place is that of the element.
    struct cursor {
        reader& in;
        const char* at;
        ~cursor() { in.move_to(at); }
    };
    cursor here{in, in.at()};
    const char* const end = in.end();
    std::size_t count = 0;
    for (; here.at != end && *here.at == ','; ++count) {
        element value{};
        const char* const behind = take_scalar(here.at + 1, end, value);
        if (behind == nullptr) {
            break;
        }
        here.at = behind;
        values.push_back(std::move(value));
    }
    return count;
}

template <class Set>
bool insert_element_into(reader& in, Set& values) {
    slot<typename Set::value_type> value{};
    const char* const start = in.at();
    if (!codec::read(in, value)) {
        return false;
    }
    const std::size_t size = values.size();
    values.insert(std::move(value_in(value)));
    if (values.size() == size) {
        in.move_to(start);
        return in.fail_value("an element that is there already");
    }
    return true;
}

template <class Sequence>
bool read_sequence(reader& in, Sequence& values) {
    if (!in.enter_array()) {
        return false;
    }
    values.clear();
    std::size_t budget = in.exchange_budget(0);  // Elements cannot tell how much is theirs.
    bool first = true;
    for (std::size_t index = 0;; ++index) {
        const step next = in.next_element(first);
        if (next != step::item) {
            in.exchange_budget(budget);
            return next == step::end;
        }
        const char* const start = in.at();
        if (!read_element_into(in, values)) {
            return in.inside_element(index);
        }
        if (index == 0 && in.next_byte() == ',') {
            budget = reserve_by_first(in, start, budget, values);
        }
        if constexpr (is_takeable<typename Sequence::value_type>()) {
            index += take_elements(in, values);
        }
    }
}

template <class Set>
bool read_set(reader& in, Set& values) {
    if (!in.enter_array()) {
        return false;
    }
    values.clear();
    bool first = true;
    for (std::size_t index = 0;; ++index) {
        const step next = in.next_element(first);
        if (next != step::item) {
            return next == step::end;
        }
        if (!insert_element_into(in, values)) {
            return in.inside_element(index);
        }
    }
}

}  // namespace rpc::inline v1::codec

#endif  // GATEWIRE_JSON_READ_RANGE_HPP
