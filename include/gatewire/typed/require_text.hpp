// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_TYPED_REQUIRE_TEXT_HPP
#define GATEWIRE_TYPED_REQUIRE_TEXT_HPP

#include <gatewire/error.hpp>
#include <gatewire/json/write.hpp>
#include <gatewire/wire/buffer.hpp>

#include <string>

namespace rpc::inline v1::typed {

/// Refuses what cannot be sent as text before it is part of a message, which it would spoil.
/// @throws rpc::error  `invalid_value`, with `what` and without the text itself.
inline void require_text(const std::string& text, const std::string& what) {
    wire::buffer unused;
    codec::write_error failure;
    if (!codec::write(unused, text, failure)) {
        throw error(errc::invalid_value, failure.text(what), outcome::not_sent);
    }
}

}  // namespace rpc::inline v1::typed

#endif  // GATEWIRE_TYPED_REQUIRE_TEXT_HPP
