// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_TYPED_ARGUMENTS_HPP
#define GATEWIRE_TYPED_ARGUMENTS_HPP

#include <gatewire/json/read.hpp>
#include <gatewire/typed/lent.hpp>
#include <gatewire/typed/request.hpp>

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <tuple>
#include <utility>

/// Reads a request's `params` straight into the values that a method is called with.
namespace rpc::inline v1::typed {

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
bool read_place(codec::reader& in, Tuple& values, std::size_t index,
                std::index_sequence<Index...>) {
    bool good = true;
    static_cast<void>(
        ((index == Index && ((good = read_argument(in, std::get<Index>(values))), true)) || ...));
    return good;
}

/// Says that there are `found` parameters, or more, where `wanted` are expected. @return False.
bool fail_count(codec::reader& in, std::size_t wanted, std::size_t found);

template <class Tuple>
bool read_positional(codec::reader& in, Tuple& values) {
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
    bool (*read)(codec::reader& in, void* values, std::size_t index);
};

/// Reads `params` that are no array: an object. Null is neither and refused, as JSON-RPC has it:
/// who gives no parameters leaves `params` out, or sends `[]` or `{}`.
bool read_named(codec::reader& in, const named_parameters& parameters);

/// Whether a request may have no params at all; tells the failure otherwise.
bool may_lack_params(bool is_allowed, std::size_t wanted, codec::read_error& failure);

/// Reads `params` as they are written into the tuple; empty text stands for no params at all.
/// @param names    The parameters' names, or nothing if they have none.
/// @param failure  Made if there is one.
template <class Tuple>
bool read_arguments(std::string_view params, Tuple& values, std::span<const std::string_view> names,
                    std::optional<codec::read_error>& failure) {
    using facts = tuple_facts<Tuple>;
    if (params.empty()) {
        return facts::may_end_at(0) || may_lack_params(false, facts::size, failure.emplace());
    }
    codec::reader in(params);
    const bool is_read = codec::guarded_read(in, [&] {
        if (in.next_byte() == '[') {
            return read_positional(in, values) && in.finish();
        }
        const named_parameters parameters{names, facts::optional, &values,
                                          [](codec::reader& from, void* into, std::size_t index) {
                                              return read_place(
                                                  from, *static_cast<Tuple*>(into), index,
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
#include <gatewire/typed/arguments_impl.hpp>
#endif

#endif  // GATEWIRE_TYPED_ARGUMENTS_HPP
