// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_JSON_KINDS_HPP
#define GATEWIRE_JSON_KINDS_HPP

#include <gatewire/detail/json_declared.hpp>
#include <gatewire/enum_names.hpp>
#include <gatewire/json/block.hpp>

#include <array>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

// Finds out whether the user gave a type its own JSON form for nlohmann/json, by `to_json` and
// `from_json` beside the type or by a specialisation of `nlohmann::adl_serializer`. nlohmann's own
// conversions must not count: they would claim every enum and every container.
namespace rpc::inline v1::codec::custom {

/// Stands for a JSON value in overload resolution without being one, so that argument-dependent
/// lookup does not look into nlohmann's namespaces. Where a type brings those by itself, as a
/// vector of JSON values does, nlohmann's functions ask for these types before they step aside.
struct json_stand_in {
    // As in the class, which need not be complete.
    using object_t = std::map<std::string, nlohmann::json, std::less<>>;
    using array_t = std::vector<nlohmann::json>;
    using string_t = std::string;
    using boolean_t = bool;
    using number_integer_t = std::int64_t;
    using number_unsigned_t = std::uint64_t;
    using number_float_t = double;
    struct binary_t {};

    operator nlohmann::json&() const;
    operator const nlohmann::json&() const;
};

/// Stands for a value, with no further conversion of it; lookup finds what belongs to `T`.
template <class T>
struct value_stand_in {
    operator T&() const;
};

void to_json() = delete;  // hides outer functions, which are none of the user's
void from_json() = delete;

template <class T>
concept writes_beside =
    requires(json_stand_in& json, const value_stand_in<const T>& value) { to_json(json, value); };

template <class T>
concept reads_beside =
    requires(const json_stand_in& json, const value_stand_in<T>& value) { from_json(json, value); };

/// Also finds functions that take only nlohmann's own type, as its newer macros write them. Must
/// not be asked of classes that nlohmann itself converts.
template <class T>
concept writes_plainly = requires(nlohmann::json& json, const T& value) { to_json(json, value); };

template <class T>
concept reads_plainly = requires(const nlohmann::json& json, T& value) { from_json(json, value); };

/// The primary `adl_serializer` has templates of two parameters; a specialisation has not.
template <class T>
concept writes_by_serializer = requires(nlohmann::json& json, const T& value) {
    nlohmann::adl_serializer<T>::to_json(json, value);
} && !requires(nlohmann::json& json, const T& value) {
    nlohmann::adl_serializer<T>::template to_json<nlohmann::json, const T&>(json, value);
};

/// Whether a value can be made of JSON, and need not be there before.
template <class T>
concept returned = requires(const nlohmann::json& json) {
    { nlohmann::adl_serializer<T>::from_json(json) } -> std::same_as<T>;
};

template <class T>
concept reads_by_serializer =
    (requires(const nlohmann::json& json, T& value) {
        nlohmann::adl_serializer<T>::from_json(json, value);
    } && !requires(const nlohmann::json& json, T& value) {
        nlohmann::adl_serializer<T>::template from_json<const nlohmann::json&, T>(json, value);
    }) || (requires(const nlohmann::json& json) {
        { nlohmann::adl_serializer<T>::from_json(json) } -> std::same_as<T>;
    } && !requires(const nlohmann::json& json) {
        nlohmann::adl_serializer<T>::template from_json<const nlohmann::json&>(json);
    });

template <class T>
inline constexpr bool json_library = false;
/// Every JSON value of nlohmann's, whatever it is made of. GCC 12 finds no match by a pack at the
/// end, which later versions of nlohmann's would need that derive from a class of the user's.
template <template <class, class, class...> class Object, template <class, class...> class Array,
          class Text, class Truth, class Integer, class Unsigned, class Real,
          template <class> class Allocator, template <class, class = void> class Serializer,
          class Binary>
inline constexpr bool json_library<nlohmann::basic_json<
    Object, Array, Text, Truth, Integer, Unsigned, Real, Allocator, Serializer, Binary>> = true;

/// `nlohmann::json`, where it must not be looked at before `T` is known: its header may come later.
template <class T>
using json_for = std::conditional_t<std::is_void_v<T>, void, nlohmann::json>;

template <class T>
concept range_like = requires(const T& value) {
    value.begin();
    value.end();
};

template <class T>
concept plain_class = std::is_class_v<T> && !range_like<T>;

template <class T>
concept written =
    writes_by_serializer<T> || writes_beside<T> || (plain_class<T> && writes_plainly<T>);

template <class T>
concept read = reads_by_serializer<T> || reads_beside<T> || (plain_class<T> && reads_plainly<T>);

}  // namespace rpc::inline v1::codec::custom
namespace rpc::inline v1::codec {

/// Raw JSON text: read without a look at what it means (but fully validated), and written as it is.
/// A read one points into the text that it was read from.
struct raw_value {
    std::string_view text = "null";
};

/// The same, kept.
struct raw_text {
    std::string text = "null";
};

/// What a type is on the wire.
enum class type_kind : unsigned char {
    unsupported,
    null,         // std::monostate
    boolean,      // true, false
    integer,      // an integer literal; also `char`
    number,       // float, double. Not long double: no peer could hold it
    string,       // std::string; write only: std::string_view, const char*
    enum_number,  // an enum without names: its underlying integer
    enum_name,    // an enum with `rpc::enum_names`
    optional,     // null or the value
    variant,      // the alternative, or {"index": n, "value": v} where the JSON kinds do not differ
    tuple,        // pair, tuple, array: an array of exactly that length
    sequence,     // an array
    set,          // an array; an element that is there already is refused
    map,          // with string keys: an object
    duration,     // the count of its own unit
    time_point,   // the count of its own unit since the epoch of its clock
    aggregate,    // an object of its members in order of declaration
    custom,       // to_json and from_json of the user
    dynamic,      // nlohmann::json: any value
    raw           // raw_value, raw_text: any value
};

template <class T, template <class...> class Template>
inline constexpr bool is_specialisation = false;
template <template <class...> class Template, class... Arguments>
inline constexpr bool is_specialisation<Template<Arguments...>, Template> = true;

template <class T>
inline constexpr bool is_std_array = false;
template <class T, std::size_t Size>
inline constexpr bool is_std_array<std::array<T, Size>> = true;

template <class T>
inline constexpr bool is_span = false;
template <class Element>
inline constexpr bool is_span<std::span<const Element>> = true;

template <class T>
concept std_tuple =
    is_specialisation<T, std::pair> || is_specialisation<T, std::tuple> || is_std_array<T>;

template <class T>
concept integer_type = std::is_integral_v<T> && !std::is_same_v<T, bool> && sizeof(T) <= 8;

template <class T>
concept string_like = std::is_same_v<T, std::string> || std::is_same_v<T, std::string_view> ||
                      std::is_same_v<T, const char*>;

template <class T>
concept named_enum = std::is_enum_v<T> &&
                     !std::is_same_v<std::remove_cvref_t<decltype(enum_names<T>)>, no_enum_names>;

template <class T>
concept range_type = requires(T& range, const T& constant) {
    typename T::value_type;
    range.clear();
    { constant.begin() != constant.end() } -> std::convertible_to<bool>;
};

template <class T>
concept map_type = range_type<T> && std::is_same_v<typename T::key_type, std::string> &&
                   requires(T& map, std::string key) { map.try_emplace(std::move(key)); };

template <class T>
concept set_type = range_type<T> && std::is_same_v<typename T::key_type, typename T::value_type> &&
                   requires(T& set, typename T::value_type value) { set.insert(std::move(value)); };

template <class T>
concept sequence_type = range_type<T> && !requires { typename T::key_type; } && !requires {
    typename T::traits_type;
} && requires(T& range, typename T::value_type value) { range.push_back(std::move(value)); };

/// Standard containers, other than those that `type_kind` names one by one, are known by what they
/// can do, so that their headers need not be included and similar containers work too.
template <class T>
consteval type_kind kind_of_class() {
    if constexpr (custom::read<T> || custom::written<T>) {
        return type_kind::custom;
    } else if constexpr (is_specialisation<T, std::unique_ptr> ||
                         is_specialisation<T, std::shared_ptr> || custom::json_library<T>) {
        return type_kind::unsupported;
    } else if constexpr (map_type<T>) {
        return type_kind::map;
    } else if constexpr (set_type<T>) {
        return type_kind::set;
    } else if constexpr (sequence_type<T>) {
        return type_kind::sequence;
    } else if constexpr (std::is_aggregate_v<T> && !custom::range_like<T>) {
        return type_kind::aggregate;
    } else {
        return type_kind::unsupported;
    }
}

template <class T>
consteval type_kind kind_of_enum() {
    if constexpr (named_enum<T>) {
        return type_kind::enum_name;
    } else if constexpr (custom::read<T> || custom::written<T>) {
        return type_kind::custom;
    } else {
        return type_kind::enum_number;
    }
}

template <class T>
consteval type_kind kind_of_std_class() {
    if constexpr (std::is_same_v<T, nlohmann::json>) {
        return type_kind::dynamic;
    } else if constexpr (std::is_same_v<T, raw_value> || std::is_same_v<T, raw_text>) {
        return type_kind::raw;
    } else if constexpr (std::is_same_v<T, std::monostate>) {
        return type_kind::null;
    } else if constexpr (is_specialisation<T, std::optional>) {
        return type_kind::optional;
    } else if constexpr (is_specialisation<T, std::variant>) {
        return type_kind::variant;
    } else if constexpr (is_span<T>) {
        return type_kind::sequence;
    } else if constexpr (std_tuple<T>) {
        return type_kind::tuple;
    } else if constexpr (is_specialisation<T, std::chrono::time_point>) {
        return type_kind::time_point;
    } else if constexpr (is_specialisation<T, std::chrono::duration>) {
        return type_kind::duration;
    } else {
        return kind_of_class<T>();
    }
}

template <class T>
consteval type_kind find_kind() {
    if constexpr (std::is_same_v<T, bool>) {
        return type_kind::boolean;
    } else if constexpr (integer_type<T>) {
        return type_kind::integer;
    } else if constexpr (std::is_same_v<T, float> || std::is_same_v<T, double>) {
        return type_kind::number;
    } else if constexpr (string_like<T>) {
        return type_kind::string;
    } else if constexpr (std::is_enum_v<T>) {
        return kind_of_enum<T>();
    } else if constexpr (std::is_class_v<T>) {
        return kind_of_std_class<T>();
    } else {
        return type_kind::unsupported;
    }
}

template <class T>
inline constexpr type_kind kind_of = find_kind<T>();

/// A value that cannot be made without arguments, before and after it has been read.
template <class T>
struct unmade {
    std::optional<T> value;
};

/// What a `T` is read into.
template <class T>
using slot = std::conditional_t<std::default_initializable<T>, T, unmade<T>>;

template <class T>
T& value_in(T& read) noexcept {
    return read;
}

template <class T>
T& value_in(unmade<T>& read) noexcept {
    return *read.value;
}

/// A short name as it stands in a text, quotes included, in two words with zeros behind it.
struct quoted_name {
    std::uint64_t front = 0;
    std::uint64_t back = 0;
    std::uint64_t front_mask = 0;  // where the name is
    std::uint64_t back_mask = 0;
    std::uint64_t size = 0;

    static constexpr std::size_t size_max = 16;

    constexpr quoted_name() = default;
    constexpr explicit quoted_name(std::string_view name) : size(name.size() + 2) {
        put(0, '"');
        for (std::size_t at = 0; at != name.size(); ++at) {
            put(at + 1, name[at]);
        }
        put(name.size() + 1, '"');
    }

private:
    constexpr void put(std::size_t at, char character) {
        const auto bits = at % 8 * 8;
        (at < 8 ? front : back) |= std::uint64_t{static_cast<unsigned char>(character)} << bits;
        (at < 8 ? front_mask : back_mask) |= std::uint64_t{0xFF} << bits;
    }
};

/// The names of an enum, ready to be compared and copied as words.
template <class Enum, std::size_t Count>
struct enum_table {
    std::array<quoted_name, Count> names{};
    std::array<Enum, Count> values{};
    bool short_and_plain = true;  // Otherwise the table must not be used.
    bool in_order = true;         // The values are 0, 1, 2 and so on.
};

template <class Enum>
constexpr std::size_t count_enum_names() {
    std::size_t count = 0;
    for ([[maybe_unused]] const auto& entry : enum_names<Enum>) {
        ++count;
    }
    return count;
}

template <class Enum>
inline constexpr auto enum_table_of = [] {
    enum_table<Enum, count_enum_names<Enum>()> table;
    std::size_t index = 0;
    for (const auto& [value, text] : enum_names<Enum>) {
        const std::string_view name(text);
        bool fits = name.size() <= quoted_name::size_max - 2;
        for (const char character : name) {
            fits = fits && is_plain(character);
        }
        table.short_and_plain = table.short_and_plain && fits;
        table.in_order = table.in_order && value == static_cast<Enum>(index);
        table.values[index] = value;
        table.names[index] = fits ? quoted_name(name) : quoted_name();
        ++index;
    }
    return table;
}();

}  // namespace rpc::inline v1::codec

// The codec's name in version 0.1, for programs that use the codec by itself.
namespace rpc::inline v1::wire {
namespace json = codec;
}

#endif  // GATEWIRE_JSON_KINDS_HPP
