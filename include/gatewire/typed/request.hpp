// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_TYPED_REQUEST_HPP
#define GATEWIRE_TYPED_REQUEST_HPP

#include <gatewire/detail/type_list.hpp>
#include <gatewire/error.hpp>
#include <gatewire/json/block.hpp>
#include <gatewire/json/real.hpp>
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
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

/// Writes requests: a method's name and its arguments as the parameter types say.
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

}  // namespace rpc::inline v1::typed

#ifndef GATEWIRE_SEPARATE_COMPILATION
#include <gatewire/typed/request_impl.hpp>
#endif

#endif  // GATEWIRE_TYPED_REQUEST_HPP
