// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_LOG_HPP
#define GATEWIRE_LOG_HPP

#include <cstdio>
#include <functional>
#include <string>
#include <string_view>

namespace rpc::inline v1 {

/// What a log record is about.
enum class log_event {
    listening,             ///< The server is bound; `peer` is the address.
    connected,             ///< A connection is up.
    disconnected,          ///< A connection ended; `text` is the reason.
    connect_failed,        ///< The client could not connect; `text` is the reason and the next try.
    frame_refused,         ///< A frame was refused; `text` says why.
    call_slow,             ///< A method took longer than `slow_call`; `text` names it.
    subscription_refused,  ///< The server refused a subscription; `text` says which and why.
    contract_differs,      ///< Both sides describe a method or event differently.
    handler_threw,         ///< An exception left a handler of the gateway or `on_session_end`.
    accept_failed,         ///< The server could not take a connection; it tries again later.
    stopped,               ///< The server or client was stopped.
};

/// The name of a record's kind as it is written in logs, for example `"disconnected"`.
constexpr std::string_view to_string(log_event event) noexcept {
    switch (event) {
        case log_event::listening: return "listening";
        case log_event::connected: return "connected";
        case log_event::disconnected: return "disconnected";
        case log_event::connect_failed: return "connect_failed";
        case log_event::frame_refused: return "frame_refused";
        case log_event::call_slow: return "call_slow";
        case log_event::subscription_refused: return "subscription_refused";
        case log_event::contract_differs: return "contract_differs";
        case log_event::handler_threw: return "handler_threw";
        case log_event::accept_failed: return "accept_failed";
        case log_event::stopped: return "stopped";
    }
    return "unknown";
}

/// One thing that happened on a connection. The views are valid during the callback only.
struct log_record {
    log_event event;
    std::string_view peer;  ///< The other side's address as text, or the own one.
    std::string_view text;  ///< One sentence; never holds arguments or secrets.
};

/// Takes records. It is called on the thread where the thing happened, never two at a time for
/// one connection, and must neither block nor throw.
using log_callback = std::function<void(const log_record&)>;

/// The text of a record on one line: control characters are escaped and long texts are cut, so
/// that a peer cannot forge log lines.
inline std::string to_string(const log_record& record) {
    constexpr std::size_t text_size_max = 512;
    std::string line{to_string(record.event)};
    for (std::string_view part : {record.peer, record.text}) {
        if (part.empty()) {
            continue;
        }
        line += ' ';
        for (char character : part.substr(0, text_size_max)) {
            const auto byte = static_cast<unsigned char>(character);
            if (byte < 0x20 || byte == 0x7f) {
                char escaped[8];
                std::snprintf(escaped, sizeof escaped, "\\x%02x", static_cast<unsigned>(byte));
                line += escaped;
            } else {
                line += character;
            }
        }
        if (part.size() > text_size_max) {
            line += "...";
        }
    }
    return line;
}

/// The log callback for a first look: `options.log = rpc::log_to_stderr;`.
inline void log_to_stderr(const log_record& record) {
    const std::string line = "gatewire: " + to_string(record) + '\n';
    std::fwrite(line.data(), 1, line.size(), stderr);
}

}  // namespace rpc::inline v1

#endif  // GATEWIRE_LOG_HPP
