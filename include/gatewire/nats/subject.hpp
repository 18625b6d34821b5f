// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_NATS_SUBJECT_HPP
#define GATEWIRE_NATS_SUBJECT_HPP

#include <gatewire/error.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

/// Where things are sent, normative.
///
/// - `<name>.call.<method>`: a call for any engine of that name, as a JSON-RPC 2.0 request; the
///   answer goes to the message's reply subject. Engines share the queue group `engines`.
/// - `<name>.<engine>.call.<method>`: the same for one engine.
/// - `<name>.event.<event>` or, for an event with a key, `<name>.event.<event>.<key>`: a
///   notification with the params `{"seq":n,"data":payload}`; `seq` counts the events of its
///   engine. The header `Nats-Msg-Id` is `<engine>-<epoch>-<seq>`.
/// - `<name>.cancel`: to all engines, the reply subject of a call that nobody waits for any more.
///
/// The events stand in the streams `<name>` and, those with `rpc::latest`, `<name>_latest`.
/// Methods, events and keys are single tokens: bytes other than printable ASCII without a meaning
/// of its own are written `%xx`, an empty key `%`.
namespace rpc::inline v1::nats {

inline constexpr const char* queue_group = "engines";

/// Whether a byte stands for itself in a token.
constexpr bool is_plain_byte(char byte) noexcept {
    return byte > ' ' && byte < '\x7f' && byte != '.' && byte != '*' && byte != '>' && byte != '%';
}

/// A text as one token of a subject.
inline std::string token_of(std::string_view text) {
    constexpr char digits[] = "0123456789abcdef";
    std::string token;
    token.reserve(text.size());
    for (const char byte : text) {
        if (is_plain_byte(byte)) {
            token += byte;
        } else {
            const auto value = static_cast<unsigned char>(byte);
            token += '%';
            token += digits[value >> 4];
            token += digits[value & 0xf];
        }
    }
    return token.empty() ? "%" : token;
}

/// The names of engines' groups and of engines stand in names of streams as well, which take less.
/// @throws rpc::error  `invalid_value`.
inline void require_name(const std::string& name, const char* what) {
    const bool fits = std::all_of(name.begin(), name.end(), [](char letter) {
        return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
               (letter >= '0' && letter <= '9') || letter == '-' || letter == '_';
    });
    if (name.empty() || !fits || name == "call" || name == "event") {
        throw error(errc::invalid_value,
                    std::string(what) +
                        ": a name is of letters, digits, '-' and '_', and neither "
                        "'call' nor 'event'",
                    outcome::not_sent);
    }
}

/// Subjects of longer tokens are refused here: a broker would end the connection for them.
inline constexpr std::size_t subject_size_max = 1024;

/// The subject of a method's calls; `engine` is empty for any engine.
inline std::string call_subject(std::string_view name, std::string_view engine,
                                std::string_view method) {
    std::string subject(name);
    if (!engine.empty()) {
        subject.append(".").append(engine);
    }
    return subject.append(".call.").append(method == "*" ? std::string("*") : token_of(method));
}

/// The subject of an event without its key.
inline std::string event_subject(std::string_view name, std::string_view event) {
    return std::string(name).append(".event.").append(token_of(event));
}

inline std::string cancel_subject(std::string_view name) {
    return std::string(name).append(".cancel");
}

inline std::string latest_stream(std::string_view name) {
    return std::string(name).append("_latest");
}

}  // namespace rpc::inline v1::nats

#endif  // GATEWIRE_NATS_SUBJECT_HPP
