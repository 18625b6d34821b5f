// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_JSON_ENVELOPE_HPP
#define GATEWIRE_JSON_ENVELOPE_HPP

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace rpc::inline v1::codec {

/// What few messages have, kept where they do not pay for it.
struct message_texts {
    std::string key;
    std::string epoch;
    std::string traceparent;
    std::string method;  // that was written with escapes
};

/// One message, taken apart. The views point into its text, or into `texts`.
struct message {
    std::string_view method;  ///< Decoded; empty when absent (a method's name is never empty).
    std::string_view id;      ///< As written; empty when absent.
    std::string_view params;  ///< As written and not looked into; empty when absent.
    std::string_view result;  ///< As written and not looked into; empty when absent.
    std::string_view error;   ///< As written; empty when absent.
    std::optional<std::uint32_t> timeout;  ///< `rpc.timeout_ms`.
    std::string_view key;                  ///< `rpc.key`; empty when absent.
    std::string_view epoch;                ///< `rpc.epoch`; empty when absent.
    std::string_view traceparent;          ///< `rpc.traceparent`; empty when absent.
    bool has_method = false;
    std::unique_ptr<message_texts> texts;  ///< Null where nothing is kept.

    message_texts& made_texts() {
        if (texts == nullptr) {
            texts = std::make_unique<message_texts>();
        }
        return *texts;
    }

    bool is_response() const noexcept { return !has_method; }
};

}  // namespace rpc::inline v1::codec

#endif  // GATEWIRE_JSON_ENVELOPE_HPP
