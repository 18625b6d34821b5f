// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_JSON_READ_HPP
#define GATEWIRE_JSON_READ_HPP

#include <gatewire/json/diagnose.hpp>
#include <gatewire/json/dynamic.hpp>
#include <gatewire/json/kinds.hpp>
#include <gatewire/json/read_scalar.hpp>
#include <gatewire/json/reader.hpp>
#include <gatewire/json/skip.hpp>
#include <gatewire/json/take_value.hpp>

#include <concepts>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

namespace rpc::inline v1::codec {

/// Reads the value at the cursor into `value`, which should be freshly made: members that are
/// missing where the type allows it keep what they hold. On failure the reader holds the error and
/// `value` is valid but unspecified.
///
/// A failure of kind `value` says nothing about the text behind it, which may not even be JSON.
template <class T>
bool read(reader& in, T& value);

/// Reads a value that cannot be made before.
template <class T>
bool read(reader& in, unmade<T>& into);

template <class Range>
bool read_sequence(reader& in, Range& values);  // read_range.hpp

template <class Set>
bool read_set(reader& in, Set& values);  // read_range.hpp

template <class T>
bool read_aggregate(reader& in, T& value);  // read_aggregate.hpp

template <class T>
bool read_aggregate(reader& in, unmade<T>& into);  // read_aggregate.hpp

template <class T>
bool read_variant(reader& in, T& value);  // read_variant.hpp

template <class Optional>
bool read_optional(reader& in, Optional& value) {
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

/// Reads the elements of an array whose length is fixed: scalars as a writer of the same type sends
/// them, and whatever else stands there the careful way.
class tuple_reader {
public:
    tuple_reader(reader& in, std::size_t size) noexcept : in_(in), size_(size) {}

    template <class Element>
    bool operator()(Element& element) {
        if constexpr (is_takeable<Element>()) {
            if (take_next(element)) {
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
    bool take_next(Element& element) {
        const char* at = in_.at();
        if (index_ != 0) {
            if (at == in_.end() || *at != ',') {
                return false;
            }
            ++at;
        }
        at = take_scalar(at, in_.end(), element);
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

    reader& in_;
    std::size_t size_;
    std::size_t index_ = 0;
};

template <class Tuple>
bool read_tuple(reader& in, Tuple& value) {
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
bool read_tuple(reader& in, unmade<Tuple>& into, std::index_sequence<Index...>) {
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
bool read_map(reader& in, Map& values) {
    if (!in.enter_object()) {
        return false;
    }
    values.clear();
    bool first = true;
    std::string_view name;
    for (;;) {
        const step next = in.next_member(first, name);
        if (next != step::item) {
            return next == step::end;
        }
        using mapped = typename Map::mapped_type;
        if constexpr (std::default_initializable<mapped>) {
            const auto [entry, added] = values.try_emplace(std::string(name));
            if (!added) {
                return in.fail_value("duplicate member '" + printable(entry->first) + "'");
            }
            if (!codec::read(in, entry->second)) {
                return in.inside_member(entry->first);
            }
        } else {
            const std::string key(name);
            unmade<mapped> read;
            if (!codec::read(in, read)) {
                return in.inside_member(key);
            }
            if (!values.try_emplace(key, std::move(*read.value)).second) {
                return in.fail_value("duplicate member '" + printable(key) + "'");
            }
        }
    }
}

template <class T>
void convert_dynamic(const nlohmann::json& dynamic, T& value) {
    if constexpr (requires { nlohmann::adl_serializer<T>::from_json(dynamic, value); }) {
        nlohmann::adl_serializer<T>::from_json(dynamic, value);
    } else {
        value = nlohmann::adl_serializer<T>::from_json(dynamic);
    }
}

template <class T>
void convert_dynamic(const nlohmann::json& dynamic, unmade<T>& into) {
    into.value.emplace(nlohmann::adl_serializer<T>::from_json(dynamic));
}

/// Reads through nlohmann's value, made by our own strict reader. The cursor stands at the value
/// while the user's code looks at it, for the place of what that throws.
template <class T>
bool read_custom(reader& in, T& value) {
    in.skip_space();
    const char* const start = in.at();
    custom::json_for<T> dynamic;
    if (!read_dynamic(in, dynamic)) {
        return false;
    }
    const char* const behind = in.at();
    in.move_to(start);
    convert_dynamic(dynamic, value);
    in.move_to(behind);
    return true;
}

template <class T>
bool read_duration(reader& in, T& value) {
    typename T::rep count{};
    if (!codec::read(in, count)) {
        return false;
    }
    if constexpr (kind_of<T> == type_kind::time_point) {
        value = T(typename T::duration(count));
    } else {
        value = T(count);
    }
    return true;
}

template <class Enum>
bool read_enum_number(reader& in, Enum& value) {
    std::underlying_type_t<Enum> number{};
    if (!codec::read(in, number)) {
        return false;
    }
    value = static_cast<Enum>(number);
    return true;
}

template <class T>
bool read_scalar(reader& in, T& value) {
    constexpr type_kind kind = kind_of<T>;
    if constexpr (kind == type_kind::boolean) {
        return in.boolean(value);
    } else if constexpr (kind == type_kind::integer) {
        return read_integer(in, value);
    } else if constexpr (kind == type_kind::number) {
        return read_float(in, value);
    } else if constexpr (kind == type_kind::string) {
        return in.string(value);
    } else if constexpr (kind == type_kind::enum_name) {
        return read_enum_name(in, value, enum_names<T>);
    } else if constexpr (kind == type_kind::enum_number) {
        return read_enum_number(in, value);
    } else if constexpr (kind == type_kind::null) {
        return in.null();
    } else {
        return read_duration(in, value);
    }
}

template <class T>
bool read(reader& in, T& value) {
    constexpr type_kind kind = kind_of<T>;
    if constexpr (!diagnose_read<T>()) {
        return false;
    } else if constexpr (kind == type_kind::aggregate) {
        return read_aggregate(in, value);
    } else if constexpr (kind == type_kind::optional) {
        return read_optional(in, value);
    } else if constexpr (kind == type_kind::sequence) {
        return read_sequence(in, value);
    } else if constexpr (kind == type_kind::set) {
        return read_set(in, value);
    } else if constexpr (kind == type_kind::map) {
        return read_map(in, value);
    } else if constexpr (kind == type_kind::tuple) {
        return read_tuple(in, value);
    } else if constexpr (kind == type_kind::variant) {
        return read_variant(in, value);
    } else if constexpr (kind == type_kind::custom) {
        return read_custom(in, value);
    } else if constexpr (kind == type_kind::dynamic) {
        return read_dynamic(in, value);
    } else if constexpr (kind == type_kind::raw) {
        std::string_view text;
        const bool is_read = skip_raw(in, text);
        value.text = text;
        return is_read;
    } else {
        if constexpr (is_takeable<T>()) {
            in.skip_space();
            if (const char* const behind = take_scalar(in.at(), in.end(), value)) {
                in.move_to(behind);
                return true;
            }
        }
        return read_scalar(in, value);
    }
}

template <class T>
bool read(reader& in, unmade<T>& into) {
    constexpr type_kind kind = kind_of<T>;
    if constexpr (!diagnose_read<T>()) {
        return false;
    } else if constexpr (kind == type_kind::custom) {
        return read_custom(in, into);
    } else if constexpr (kind == type_kind::aggregate) {
        return read_aggregate(in, into);
    } else {
        return read_tuple(in, into, std::make_index_sequence<std::tuple_size_v<T>>{});
    }
}

/// Reads a text that is exactly one value, with white space around it.
template <class T>
bool read_text(std::string_view text, T& value, read_error& error) {
    reader in(text);
    return (codec::read(in, value) && in.finish()) || take_worst_error(text, in, error);
}

/// Runs `read_it()`, which reads by `in`. What is thrown meanwhile, be it by the code of the user's
/// types or for lack of memory, is a failure like any other.
template <class Read>
bool guarded_read(reader& in, Read&& read_it) {
    try {
        return read_it();
    } catch (...) {
        return in.fail_thrown();
    }
}

/// Makes a value of a type of the user's and reads it as `read_text` does, guarded.
/// @param value  Empty after a failure, if not even its constructor did its work.
template <class T>
bool make_from_text(std::string_view text, std::optional<T>& value, read_error& error) {
    reader in(text);
    return guarded_read(in, [&] { return codec::read(in, value.emplace()) && in.finish(); }) ||
           take_worst_error(text, in, error);
}

}  // namespace rpc::inline v1::codec

#include <gatewire/json/read_aggregate.hpp>
#include <gatewire/json/read_range.hpp>
#include <gatewire/json/read_variant.hpp>

#endif  // GATEWIRE_JSON_READ_HPP
