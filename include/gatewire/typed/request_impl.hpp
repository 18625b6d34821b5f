// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_TYPED_REQUEST_IMPL_HPP
#define GATEWIRE_TYPED_REQUEST_IMPL_HPP

#include <gatewire/detail/linkage.hpp>
#include <gatewire/error.hpp>
#include <gatewire/typed/request.hpp>

#include <cstddef>
#include <cstdint>
#include <string>

namespace rpc::inline v1::typed {

GATEWIRE_INLINE void throw_out_of_range(std::size_t index, std::uint64_t bits, bool is_negative) {
    const std::string number =
        is_negative ? "-" + std::to_string(std::uint64_t{0} - bits) : std::to_string(bits);
    throw error(
        errc::invalid_params,
        "params[" + std::to_string(index) + "]: " + number + " is out of range of the parameter",
        outcome::not_sent);
}

GATEWIRE_INLINE void throw_unwritable(std::size_t index, const codec::write_error& failure) {
    throw error(errc::invalid_value, failure.text("params[" + std::to_string(index) + "]"),
                outcome::not_sent);
}

}  // namespace rpc::inline v1::typed

#endif  // GATEWIRE_TYPED_REQUEST_IMPL_HPP
