// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_LOG_HPP
#define GATEWIRE_LOG_HPP

#include <cstddef>
#include <cstdio>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace rpc::inline v1 {

/// What a log record is about.
enum class log_event {
    listening,             ///< The server is bound; `peer` is the address.
    connected,             ///< A connection is up.
    disconnected,          ///< A connection ended; `text` is the reason.
    connect_failed,        ///< The client could not connect; `text` is the reason and the next try.
    frame_refused,         ///< A frame was refused; `text` says why.
    call_slow,             ///< A method took longer than `slow_call`; `text` names it.
    subscription_refused,  ///< What is wanted is not received; `text` says what and why.
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
    log_event event;        ///< What happened.
    std::string_view peer;  ///< The other side's address as text, or the own one.
    /// One sentence; never holds arguments or secrets. What a peer put into it has no control
    /// characters, and no more than 512 bytes of it are left.
    std::string_view text;
};

/// Takes records. It is called on the thread where the thing happened, never two at a time for
/// one connection, and must neither block nor throw.
using log_callback = std::function<void(const log_record&)>;

namespace detail {

/// Appends a text as it may stand in a log: control characters are escaped, those that UTF-8 writes
/// as two bytes too, and what is long is cut.
inline void append_log_text(std::string& line, std::string_view text) {
    constexpr std::size_t text_size_max = 512;
    unsigned char before = 0;
    for (const char character : text.substr(0, text_size_max)) {
        const auto byte = static_cast<unsigned char>(character);
        const bool is_late_control = before == 0xc2 && byte >= 0x80 && byte < 0xa0;
        if (byte < 0x20 || byte == 0x7f || is_late_control) {
            char escaped[8];
            std::snprintf(escaped, sizeof escaped, "\\x%02x", static_cast<unsigned>(byte));
            if (is_late_control) {
                line.pop_back();
            }
            line += escaped;
        } else {
            line += character;
        }
        before = byte;
    }
    if (text.size() > text_size_max) {
        line += "...";
    }
}

/// A callback that cleans the texts of records before the user's own one sees them. What that
/// throws ends with it.
inline log_callback clean_log(log_callback log) {
    if (!log) {
        return log;
    }
    return [log = std::move(log)](const log_record& record) noexcept {
        try {
            std::string peer;
            std::string text;
            append_log_text(peer, record.peer);
            append_log_text(text, record.text);
            log({record.event, peer, text});
        } catch (...) {
            return;  // What is being told of must go on, also where there is no memory.
        }
    };
}

/// The options with a log that is clean.
template <class Options>
Options with_clean_log(Options options) {
    options.log = clean_log(std::move(options.log));
    return options;
}

}  // namespace detail

/// The text of a record on one line: control characters are escaped and long texts are cut, so
/// that a peer cannot forge log lines.
inline std::string to_string(const log_record& record) {
    std::string line{to_string(record.event)};
    for (const std::string_view part : {record.peer, record.text}) {
        if (!part.empty()) {
            line += ' ';
            detail::append_log_text(line, part);
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
