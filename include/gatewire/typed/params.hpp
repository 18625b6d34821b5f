// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_TYPED_PARAMS_HPP
#define GATEWIRE_TYPED_PARAMS_HPP

#include <gatewire/detail/block_cache.hpp>
#include <gatewire/detail/signature.hpp>
#include <gatewire/error.hpp>
#include <gatewire/json/block.hpp>
#include <gatewire/json/number.hpp>
#include <gatewire/json/read.hpp>
#include <gatewire/json/read_containers.hpp>  // IWYU pragma: keep
#include <gatewire/json/write.hpp>
#include <gatewire/wire/buffer.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

/// The `params` of a request, written and read as the types of a method's parameters say.
namespace rpc::inline v1::typed {

template <class Type>
inline constexpr bool is_optional = false;
template <class Value>
inline constexpr bool is_optional<std::optional<Value>> = true;

template <class Type>
concept number_like = std::is_arithmetic_v<Type> && !std::is_same_v<Type, bool>;

template <class Type>
concept integer_like = std::integral<Type> && !std::is_same_v<Type, bool>;

/// Whether an argument may be given for a parameter: what converts without a surprise. A number
/// with a fraction is no integer, and a truth value is no number.
template <class Argument, class Parameter>
consteval bool argument_fits() {
    using argument = std::remove_cvref_t<Argument>;
    using parameter = std::decay_t<Parameter>;
    if constexpr (is_optional<parameter>) {
        if constexpr (std::is_same_v<argument, std::nullopt_t> ||
                      std::is_same_v<argument, parameter>) {
            return true;
        } else if constexpr (is_optional<argument>) {
            return argument_fits<typename argument::value_type, typename parameter::value_type>();
        } else {
            return argument_fits<Argument, typename parameter::value_type>();
        }
    } else if constexpr (integer_like<parameter> && std::is_arithmetic_v<argument>) {
        return integer_like<argument>;
    } else if constexpr (std::is_same_v<parameter, bool> || std::is_same_v<argument, bool>) {
        return std::is_same_v<parameter, bool>
                   ? std::is_same_v<argument, bool>
                   : !number_like<parameter> && std::is_convertible_v<Argument, parameter>;
    } else {
        return std::is_convertible_v<Argument, parameter>;
    }
}

/// Whether a number can hold an integer without a change.
template <class Number, class Integer>
constexpr bool is_exact(Integer integer) noexcept {
    if constexpr (integer_like<Number>) {
        return static_cast<Integer>(static_cast<Number>(integer)) == integer &&
               (static_cast<Number>(integer) < Number{}) == (integer < Integer{});
    } else {
        // No wider than the fraction's digits, once the zero bits at its end are gone.
        auto bits = static_cast<std::uint64_t>(integer);
        bits = integer < Integer{} ? std::uint64_t{0} - bits : bits;
        constexpr int digits = std::numeric_limits<Number>::digits;
        return bits == 0 ||
               static_cast<int>(std::bit_width(bits)) - std::countr_zero(bits) <= digits;
    }
}

/// @throws rpc::error  `invalid_params`: an integer, as its 64 bits, which the parameter's type
///                     cannot hold.
[[noreturn]] void throw_out_of_range(std::size_t index, std::uint64_t bits, bool is_negative);

/// @throws rpc::error  `invalid_value`: an argument that has no JSON form.
[[noreturn]] void throw_unwritable(std::size_t index, const codec::write_error& failure);

/// Writes one argument as a value of the parameter's type.
/// @throws rpc::error  `invalid_params`: an integer that the parameter's type cannot hold.
template <class Parameter, class Argument>
bool write_argument(wire::buffer& out, const Argument& argument, std::size_t index,
                    codec::write_error& failure) {
    using parameter = std::decay_t<Parameter>;
    if constexpr (std::is_same_v<Argument, parameter>) {
        return codec::write(out, argument, failure);
    } else if constexpr (is_optional<parameter> && is_optional<Argument>) {
        return argument ? write_argument<parameter>(out, *argument, index, failure)
                        : codec::write(out, parameter{}, failure);
    } else if constexpr (is_optional<parameter> && !std::is_same_v<Argument, std::nullopt_t>) {
        return write_argument<typename parameter::value_type>(out, argument, index, failure);
    } else if constexpr (number_like<parameter> && integer_like<Argument>) {
        if (!is_exact<parameter>(argument)) {
            throw_out_of_range(index, static_cast<std::uint64_t>(argument), argument < Argument{});
        }
        return codec::write(out, static_cast<parameter>(argument), failure);
    } else if constexpr (number_like<parameter> && std::is_floating_point_v<Argument>) {
        return codec::write(out, codec::convert_real<parameter>(argument), failure);
    } else if constexpr (std::is_same_v<parameter, std::string> &&
                         std::is_convertible_v<const Argument&, std::string_view>) {
        return codec::write(out, std::string_view(argument), failure);
    } else {
        const parameter value = argument;
        return codec::write(out, value, failure);
    }
}

template <class... Parameters, class... Arguments, std::size_t... Index>
bool write_arguments(detail::type_list<Parameters...>, std::index_sequence<Index...>,
                     wire::buffer& out, std::size_t& written, codec::write_error& failure,
                     const Arguments&... arguments) {
    const auto write_one = [&]<class Parameter>(std::type_identity<Parameter>, const auto& argument,
                                                std::size_t index) {
        if (index != 0) {
            out.append(',');
        }
        written = index;
        return write_argument<Parameter>(out, argument, index, failure);
    };
    try {
        return (write_one(std::type_identity<Parameters>{}, arguments, Index) && ...);
    } catch (const error&) {
        throw;
    } catch (...) {
        return failure.fail_thrown();
    }
}

/// How the requests of a method begin: made when they are compiled, if every byte of the name
/// stands for itself.
template <class Entry, bool HasParams>
struct request_begin {
    static constexpr std::string_view name{Entry::name};
    static constexpr bool is_plain =
        std::all_of(name.begin(), name.end(), [](char byte) { return codec::is_plain(byte); });
    static constexpr std::string_view before = R"({"jsonrpc":"2.0","method":")";
    static constexpr std::string_view behind = HasParams ? R"(","params":[)" : R"(")";
    static constexpr std::size_t size = before.size() + name.size() + behind.size();
    static constexpr std::array<char, size> text = [] {
        std::array<char, size> made{};
        char* at = std::copy(before.begin(), before.end(), made.data());
        at = std::copy(name.begin(), name.end(), at);
        std::copy(behind.begin(), behind.end(), at);
        return made;
    }();
};

/// Writes a request that lacks the members `rpc` and `id` and the closing brace.
/// @throws rpc::error  `invalid_value` or `invalid_params`, with the parameter's place; not sent.
///                     What an argument's own code throws is `invalid_value`, too, with its text.
template <class Entry, class... Arguments>
void write_request(wire::buffer& out, const Arguments&... arguments) {
    constexpr bool has_params = sizeof...(Arguments) != 0;
    using begin = request_begin<Entry, has_params>;
    if constexpr (begin::is_plain) {
        std::memcpy(out.prepare(begin::size), begin::text.data(), begin::size);
        out.commit(begin::size);
    } else {
        out.append(R"({"jsonrpc":"2.0","method":)");
        codec::write_text_lossy(out, Entry::name);
        if constexpr (has_params) {
            out.append(R"(,"params":[)");
        }
    }
    if constexpr (has_params) {
        codec::write_error failure;
        std::size_t written = 0;
        if (!write_arguments(typename Entry::arguments{}, std::index_sequence_for<Arguments...>{},
                             out, written, failure, arguments...)) {
            throw_unwritable(written, failure);
        }
        out.append(']');
    }
}

// Parameters that a method only looks at while it runs: `std::string_view` and
// `std::span<const T>`. What they look at belongs to the call.

/// The text of a `std::string_view` parameter: where it was received, unless it has escapes.
class borrowed_text {
public:
    borrowed_text() = default;
    // The view may look into the object itself.
    borrowed_text(const borrowed_text&) = delete;
    borrowed_text& operator=(const borrowed_text&) = delete;

    operator std::string_view() const noexcept { return view_; }

    bool read(codec::strict_reader& in) {
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
class borrowed_items {
    static_assert(!std::is_same_v<Element, bool>,
                  "gatewire: std::span<const bool> cannot be received: use std::vector<bool>");

public:
    operator std::span<const Element>() const noexcept { return items_; }

    bool read(codec::strict_reader& in) { return codec::read(in, items_); }

private:
    std::vector<Element, detail::cached_allocator<Element>> items_;
};

/// What a parameter is read into.
template <class Parameter>
struct parameter_value {
    static constexpr bool is_borrowed = false;
    using type = codec::slot<Parameter>;
};
template <>
struct parameter_value<std::string_view> {
    static constexpr bool is_borrowed = true;
    using type = borrowed_text;
};
template <class Element>
struct parameter_value<std::span<const Element>> {
    static constexpr bool is_borrowed = true;
    using type = borrowed_items<Element>;
};

/// Whether a parameter, without references, looks at what belongs to the call.
template <class Parameter>
inline constexpr bool is_borrowed = parameter_value<Parameter>::is_borrowed;

template <class List>
struct argument_list;
template <class... Parameters>
struct argument_list<detail::type_list<Parameters...>> {
    static constexpr bool borrows = (is_borrowed<std::decay_t<Parameters>> || ...);
    using values = std::tuple<typename parameter_value<std::decay_t<Parameters>>::type...>;
};

/// What a call's arguments are read into.
template <class Entry>
using argument_values = typename argument_list<typename Entry::arguments>::values;

/// Whether a method can only be called while its request is at hand.
template <class Entry>
inline constexpr bool borrows_request = argument_list<typename Entry::arguments>::borrows;

/// Reads one argument.
template <class Value>
bool read_argument(codec::strict_reader& in, Value& value) {
    if constexpr (requires { value.read(in); }) {
        return value.read(in);
    } else {
        return codec::read(in, value);
    }
}

template <class Tuple>
struct tuple_facts;
template <class... Values>
struct tuple_facts<std::tuple<Values...>> {
    static constexpr std::size_t size = sizeof...(Values);
    /// What may be left out at the end, or by name.
    static constexpr std::array<bool, size> optional{is_optional<Values>...};

    static constexpr bool may_end_at(std::size_t count) noexcept {
        for (std::size_t at = count; at < size; ++at) {
            if (!optional[at]) {
                return false;
            }
        }
        return true;
    }
};

/// Reads the value at place `index` of the tuple.
template <class Tuple, std::size_t... Index>
bool read_place(codec::strict_reader& in, Tuple& values, std::size_t index,
                std::index_sequence<Index...>) {
    bool good = true;
    static_cast<void>(
        ((index == Index && ((good = read_argument(in, std::get<Index>(values))), true)) || ...));
    return good;
}

/// Says that there are `found` parameters, or more, where `wanted` are expected. @return False.
bool fail_count(codec::strict_reader& in, std::size_t wanted, std::size_t found);

template <class Tuple>
bool read_positional(codec::strict_reader& in, Tuple& values) {
    using facts = tuple_facts<Tuple>;
    if (!in.enter_array()) {
        return false;
    }
    bool first = true;
    std::size_t index = 0;
    if constexpr (facts::size == 1) {  // Mostly an object and nothing else.
        if (in.at() != in.end() && *in.at() == '{') {
            if (!read_argument(in, std::get<0>(values))) {
                return in.inside_element(0);
            }
            if (in.at() != in.end() && *in.at() == ']') {
                in.leave_object(in.at() + 1);
                return true;
            }
            first = false;
            index = 1;
        }
    }
    for (;; ++index) {
        const codec::step next = in.next_element(first);
        if (next == codec::step::error) {
            return false;
        }
        if (next == codec::step::end) {
            return facts::may_end_at(index) || fail_count(in, facts::size, index);
        }
        if (index == facts::size) {
            return fail_count(in, facts::size, index + 1);
        }
        if (!read_place(in, values, index, std::make_index_sequence<facts::size>{})) {
            return in.inside_element(index);
        }
    }
}

/// Parameters without their types, for those that come by name, which is rare.
struct named_parameters {
    std::span<const std::string_view> names;  ///< None if they have none.
    std::span<const bool> optional;
    void* values;
    bool (*read)(codec::strict_reader& in, void* values, std::size_t index);
};

/// Reads `params` that are no array: an object. Null is neither and refused, as JSON-RPC has it:
/// who gives no parameters leaves `params` out, or sends `[]` or `{}`.
bool read_named(codec::strict_reader& in, const named_parameters& parameters);

/// Says that a request without params should have so many. @return False.
bool fail_missing(std::size_t wanted, codec::read_error& failure);

/// Reads `params` as they are written into the tuple; empty text stands for no params at all.
/// @param names    The parameters' names, or nothing if they have none.
/// @param failure  Made if there is one.
template <class Tuple>
bool read_arguments(std::string_view params, Tuple& values, std::span<const std::string_view> names,
                    std::optional<codec::read_error>& failure) {
    using facts = tuple_facts<Tuple>;
    if (params.empty()) {
        return facts::may_end_at(0) || fail_missing(facts::size, failure.emplace());
    }
    codec::strict_reader in(params);
    const bool is_read = codec::guarded_read(in, [&] {
        if (in.next_byte() == '[') {
            return read_positional(in, values) && in.finish();
        }
        const named_parameters parameters{
            names, facts::optional, &values,
            [](codec::strict_reader& from, void* into, std::size_t index) {
                return read_place(from, *static_cast<Tuple*>(into), index,
                                  std::make_index_sequence<facts::size>{});
            }};
        return read_named(in, parameters) && in.finish();
    });
    if (is_read) {
        return true;
    }
    failure = in.take_error();
    return false;
}

template <class Tuple>
bool read_arguments(std::string_view params, Tuple& values, std::span<const std::string_view> names,
                    codec::read_error& failure) {
    std::optional<codec::read_error> made;
    const bool is_read = read_arguments(params, values, names, made);
    if (made) {
        failure = std::move(*made);
    }
    return is_read;
}

}  // namespace rpc::inline v1::typed

#ifndef GATEWIRE_SEPARATE_COMPILATION
#include <gatewire/typed/params_impl.hpp>
#endif

#endif  // GATEWIRE_TYPED_PARAMS_HPP
