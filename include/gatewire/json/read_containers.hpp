// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_JSON_READ_CONTAINERS_HPP
#define GATEWIRE_JSON_READ_CONTAINERS_HPP

#include <gatewire/json/diagnose.hpp>
#include <gatewire/json/fast_scalar.hpp>
#include <gatewire/json/kinds.hpp>
#include <gatewire/json/read_aggregate.hpp>
#include <gatewire/json/strict_reader.hpp>
#include <gatewire/json/string.hpp>

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

namespace rpc::inline v1::codec {

/// Makes room for the elements that are still to come if they are as long as the first, which began
/// at `first`; at most `budget` bytes. Gives what is left of the budget.
template <class Sequence>
std::size_t reserve_by_first(strict_reader& in, const char* first, std::size_t budget,
                             Sequence& values) {
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
bool read_element_into(strict_reader& in, Sequence& values) {
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

/// Reads scalars the fast way as long as each follows a comma with no white space; what comes then
/// is left to the strict way. Gives how many there were.
template <class Sequence>
std::size_t fast_read_elements(strict_reader& in, Sequence& values) {
    using element = typename Sequence::value_type;
    // A destructor, so that the cursor stands at the element where the container throws.
    struct cursor {
        strict_reader& in;
        const char* at;
        ~cursor() { in.move_to(at); }
    };
    cursor here{in, in.at()};
    const char* const end = in.end();
    std::size_t count = 0;
    for (; here.at != end && *here.at == ','; ++count) {
        element value{};
        const char* const behind = fast_read_scalar(here.at + 1, end, value);
        if (behind == nullptr) {
            break;
        }
        here.at = behind;
        values.push_back(std::move(value));
    }
    return count;
}

template <class Set>
bool insert_element_into(strict_reader& in, Set& values) {
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
bool read_sequence(strict_reader& in, Sequence& values) {
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
        if constexpr (is_fast_readable<typename Sequence::value_type>()) {
            index += fast_read_elements(in, values);
        }
    }
}

template <class Set>
bool read_set(strict_reader& in, Set& values) {
    values.clear();
    return read_each_element(in, [&] { return insert_element_into(in, values); });
}

template <class Optional>
bool read_optional(strict_reader& in, Optional& value) {
    if (in.peek() == value_kind::null) {
        value.reset();
        return in.null();
    }
    using element = typename Optional::value_type;
    if constexpr (std::default_initializable<element>) {
        return codec::read(in, value.emplace());
    } else {
        unmade<element> read;
        const bool done = codec::read(in, read);
        value = std::move(read.value);
        return done;
    }
}

/// Reads the elements of an array whose length is fixed: scalars the fast way, and from what that
/// does not understand the strict way.
class tuple_reader {
public:
    tuple_reader(strict_reader& in, std::size_t size) noexcept : in_(in), size_(size) {}

    template <class Element>
    bool operator()(Element& element) {
        if constexpr (is_fast_readable<Element>()) {
            if (fast_read_next(element)) {
                ++index_;
                return true;
            }
        }
        if (!begin_next()) {
            return false;
        }
        if (!codec::read(in_, element)) {
            return in_.inside_element(index_);
        }
        ++index_;
        return true;
    }

    bool finish() {
        bool first = index_ == 0;
        const step next = in_.next_element(first);
        if (next == step::item) {
            in_.fail_value("expected " + std::to_string(size_) + " elements, found more");
        }
        return next == step::end;
    }

private:
    template <class Element>
    bool fast_read_next(Element& element) {
        const char* at = in_.at();
        if (index_ != 0) {
            if (at == in_.end() || *at != ',') {
                return false;
            }
            ++at;
        }
        at = fast_read_scalar(at, in_.end(), element);
        if (at != nullptr) {
            in_.move_to(at);
        }
        return at != nullptr;
    }

    bool begin_next() {
        bool first = index_ == 0;
        const step next = in_.next_element(first);
        if (next == step::end) {
            in_.fail_value("expected " + std::to_string(size_) + " elements, found " +
                           std::to_string(index_));
        }
        return next == step::item;
    }

    strict_reader& in_;
    std::size_t size_;
    std::size_t index_ = 0;
};

template <class Tuple>
bool read_tuple(strict_reader& in, Tuple& value) {
    if (!in.enter_array()) {
        return false;
    }
    tuple_reader read_one(in, std::tuple_size_v<Tuple>);
    if constexpr (is_std_array<Tuple>) {
        for (auto& element : value) {
            if (!read_one(element)) {
                return false;
            }
        }
    } else if (!std::apply([&](auto&... element) { return (read_one(element) && ...); }, value)) {
        return false;
    }
    return read_one.finish();
}

template <class Tuple, std::size_t... Index>
bool read_tuple(strict_reader& in, unmade<Tuple>& into, std::index_sequence<Index...>) {
    std::tuple<slot<std::tuple_element_t<Index, Tuple>>...> places;
    if (!read_tuple(in, places)) {
        return false;
    }
    if constexpr (is_std_array<Tuple>) {
        into.value = Tuple{{std::move(value_in(std::get<Index>(places)))...}};
    } else {
        into.value.emplace(std::move(value_in(std::get<Index>(places)))...);
    }
    return true;
}

template <class Map>
bool read_map(strict_reader& in, Map& values) {
    values.clear();
    return read_each_member(in, [&](std::string_view name) {
        using mapped = typename Map::mapped_type;
        if constexpr (std::default_initializable<mapped>) {
            const auto [entry, added] = values.try_emplace(std::string(name));
            if (!added) {
                return in.fail_value("duplicate member '" + printable(entry->first) + "'");
            }
            return codec::read(in, entry->second) || in.inside_member(entry->first);
        } else {
            const std::string key(name);
            unmade<mapped> read;
            if (!codec::read(in, read)) {
                return in.inside_member(key);
            }
            return values.try_emplace(key, std::move(*read.value)).second ||
                   in.fail_value("duplicate member '" + printable(key) + "'");
        }
    });
}

/// A variant whose alternatives JSON does not tell apart.
struct indexed_value {
    std::size_t index = 0;
    raw_value value;
};

template <std::size_t Index, class Variant>
bool read_alternative(strict_reader& in, Variant& value) {
    using alternative = std::variant_alternative_t<Index, Variant>;
    if constexpr (std::default_initializable<alternative>) {
        return codec::read(in, value.template emplace<Index>());
    } else {
        unmade<alternative> read;
        const bool done = codec::read(in, read);
        if (done) {
            value.template emplace<Index>(std::move(*read.value));
        }
        return done;
    }
}

template <class Variant, std::size_t... Index>
bool read_alternative_at(strict_reader& in, Variant& value, std::size_t wanted,
                         std::index_sequence<Index...>) {
    bool done = true;
    ((Index == wanted ? static_cast<void>(done = read_alternative<Index>(in, value)) : void()),
     ...);
    return done;
}

/// Reads the alternative that has the JSON kind of what comes next.
template <class Variant, std::size_t... Index>
bool read_bare_variant(strict_reader& in, Variant& value, std::index_sequence<Index...>) {
    const shape found = shape_of(in.peek());
    std::size_t matched = sizeof...(Index);
    (((shape_of_type<std::variant_alternative_t<Index, Variant>>() & found) != 0
          ? static_cast<void>(matched = Index)
          : void()),
     ...);
    return matched == sizeof...(Index)
               ? in.fail_expected(shape_text(shape_of_type<Variant>()))
               : read_alternative_at(in, value, matched, std::index_sequence<Index...>{});
}

template <class Variant>
bool read_indexed_variant(strict_reader& in, Variant& value) {
    constexpr std::size_t size = std::variant_size_v<Variant>;
    indexed_value indexed;
    const unsigned depth = in.depth_left();
    if (!read_aggregate(in, indexed)) {
        return false;
    }
    if (indexed.index >= size) {
        in.fail_value(std::to_string(indexed.index) + " is out of range for " +
                      std::to_string(size) + " alternatives");
        return in.inside_member("index");
    }
    // The value is read a second time, now that its type is known, at the depth where it stands.
    const char* const behind = in.at();
    in.move_to(indexed.value.text.data());
    in.set_depth_left(depth - 1);
    if (!read_alternative_at(in, value, indexed.index, std::make_index_sequence<size>{})) {
        return in.inside_member("value");
    }
    in.set_depth_left(depth);
    in.move_to(behind);
    return true;
}

template <class Variant>
bool read_variant(strict_reader& in, Variant& value) {
    if constexpr (is_bare_variant<Variant>) {
        return read_bare_variant(in, value,
                                 std::make_index_sequence<std::variant_size_v<Variant>>{});
    } else {
        return read_indexed_variant(in, value);
    }
}

}  // namespace rpc::inline v1::codec

#endif  // GATEWIRE_JSON_READ_CONTAINERS_HPP
