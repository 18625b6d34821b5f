// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_JSON_ENVELOPE_HPP
#define GATEWIRE_JSON_ENVELOPE_HPP

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rpc::inline v1::codec {

/// One message, taken apart. The views point into its text, except for a method with escapes.
struct message {
    std::string_view method;  ///< Decoded; empty when absent (a method's name is never empty).
    std::string_view id;      ///< As written; empty when absent.
    std::string_view params;  ///< As written and not looked into; empty when absent.
    std::string_view result;  ///< As written and not looked into; empty when absent.
    std::string_view error;   ///< As written; empty when absent.
    std::optional<std::uint32_t> timeout;  ///< `rpc.timeout_ms`.
    std::string key;                       ///< `rpc.key`; empty when absent.
    std::string epoch;                     ///< `rpc.epoch`; empty when absent.
    std::string traceparent;               ///< `rpc.traceparent`; empty when absent.
    bool has_method = false;
    std::string decoded_method;  ///< Keeps a method that was written with escapes.

    bool is_response() const noexcept { return !has_method; }
};

}  // namespace rpc::inline v1::codec

#endif  // GATEWIRE_JSON_ENVELOPE_HPP
