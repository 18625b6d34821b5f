// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_ERROR_HPP
#define GATEWIRE_ERROR_HPP

#include <gatewire/detail/json_declared.hpp>
#include <gatewire/detail/linkage.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <system_error>

namespace rpc::inline v1 {

/// What went wrong, grouped by who can act on it.
enum class errc {
    // The caller.
    invalid_params = 1,  ///< The arguments do not fit the method; nothing ran.
    method_not_found,    ///< The peer serves no method of this name.
    contract_mismatch,   ///< Both sides know the name, with types that do not fit together.
    invalid_value,       ///< A value has no JSON form: NaN, bytes that are not UTF-8, too deep.
    invalid_request,     ///< The peer refused the message: not a JSON-RPC 2.0 request.
    invalid_address,     ///< An address that cannot be read, resolved or bound.
    would_deadlock,      ///< A blocking call on the only thread that could carry it out.

    // The peer.
    engine_error,    ///< The engine threw; `peer_code()`, `message()` and `data()` are its words.
    internal_error,  ///< The server failed outside the engine, or a type it cannot name was thrown.
    unauthenticated,   ///< The server wants to know who is calling first.
    forbidden,         ///< Known, but not allowed.
    overloaded,        ///< A limit on calls, connections, subscriptions or queued calls is reached.
    answer_too_large,  ///< The call ran, but its answer is over the limit.
    key_conflict,      ///< One key was used for two different contents.
    invalid_answer,    ///< The peer's answer is not of the type that the call expects.

    // The link.
    not_connected,       ///< There was no connection while the call could wait for one.
    connection_lost,     ///< The connection ended; `message()` tells why.
    connection_refused,  ///< Nobody listens at the address, or it cannot be reached.
    frame_too_large,     ///< A frame is over the limit of one of the two sides.
    protocol_violation,  ///< The peer does not speak this protocol.
    peer_silent,         ///< No byte came within the time that heartbeats leave.
    peer_stuck,          ///< The peer does not read what is sent to it.
    outcome_unknown,     ///< The server does not know the session any more.

    // Time and shutdown.
    deadline_exceeded,  ///< No answer within the time allowed.
    cancelled,          ///< The caller cancelled the call, or stopped the client.
    shutting_down,      ///< The server is draining and takes no new calls.

    // Added later, so that the numbers above stay.
    invalid_certificate,  ///< A file of a certificate or key cannot be used; the caller's to mend.
};

/// What a failed call may have done at the server.
enum class outcome {
    not_sent,      ///< It never left this process, or it provably never started: safe to repeat.
    may_have_run,  ///< It was sent and its fate is unknown: ask the server before repeating it.
    failed,        ///< The server answered: it ran and failed, or was refused for good.
};

/// The name of a code as it is written in logs, for example `"deadline_exceeded"`.
constexpr std::string_view to_string(errc code) noexcept {
    switch (code) {
        case errc::invalid_params: return "invalid_params";
        case errc::method_not_found: return "method_not_found";
        case errc::contract_mismatch: return "contract_mismatch";
        case errc::invalid_value: return "invalid_value";
        case errc::invalid_request: return "invalid_request";
        case errc::invalid_address: return "invalid_address";
        case errc::would_deadlock: return "would_deadlock";
        case errc::engine_error: return "engine_error";
        case errc::internal_error: return "internal_error";
        case errc::unauthenticated: return "unauthenticated";
        case errc::forbidden: return "forbidden";
        case errc::overloaded: return "overloaded";
        case errc::answer_too_large: return "answer_too_large";
        case errc::key_conflict: return "key_conflict";
        case errc::invalid_answer: return "invalid_answer";
        case errc::not_connected: return "not_connected";
        case errc::connection_lost: return "connection_lost";
        case errc::connection_refused: return "connection_refused";
        case errc::frame_too_large: return "frame_too_large";
        case errc::protocol_violation: return "protocol_violation";
        case errc::peer_silent: return "peer_silent";
        case errc::peer_stuck: return "peer_stuck";
        case errc::outcome_unknown: return "outcome_unknown";
        case errc::deadline_exceeded: return "deadline_exceeded";
        case errc::cancelled: return "cancelled";
        case errc::shutting_down: return "shutting_down";
        case errc::invalid_certificate: return "invalid_certificate";
    }
    return "unknown";
}

/// The name of an outcome as it is written in logs, for example `"may_have_run"`.
constexpr std::string_view to_string(outcome what) noexcept {
    switch (what) {
        case outcome::not_sent: return "not_sent";
        case outcome::may_have_run: return "may_have_run";
        case outcome::failed: return "failed";
    }
    return "unknown";
}

namespace detail {

/// A shared library may have a copy of this library of its own, and so a category of its own: they
/// are known by their name, which is what a message between two of them has in common.
class category final : public std::error_category {
public:
    static constexpr std::string_view name_text = "gatewire";

    const char* name() const noexcept override { return name_text.data(); }
    GATEWIRE_INLINE std::string message(int value) const override;
    bool equivalent(int value, const std::error_condition& condition) const noexcept override {
        return condition.value() == value && condition.category() == *this;
    }
    bool equivalent(const std::error_code& code, int value) const noexcept override {
        return code.value() == value && code.category() == *this;
    }

    friend bool operator==(const std::error_category& any, const category& one) noexcept {
        return &any == &one || any.name() == name_text;
    }
    friend bool operator==(const category&, const category&) noexcept { return true; }
};

}  // namespace detail

/// The category of `errc`, so that codes compare and print as `std::error_code`. Another category
/// is equal to it if it is that of this library's copy in a shared library.
const detail::category& error_category() noexcept;

/// What `std::error_code` calls for an `errc`.
std::error_code make_error_code(errc code) noexcept;

/// Whether a code is this one: also a code that a shared library made with its own copy of this
/// library. Two `std::error_code` of two such copies are never equal; compare with an `errc`.
inline bool operator==(const std::error_code& code, errc value) noexcept {
    return code.value() == static_cast<int>(value) && code.category() == error_category();
}

namespace detail {

/// The codes of JSON-RPC 2.0, section 5.1, and this library's own from the range left to servers.
constexpr errc errc_of(int peer_code) noexcept {
    switch (peer_code) {
        case -32700: return errc::invalid_request;
        case -32600: return errc::invalid_request;
        case -32601: return errc::method_not_found;
        case -32602: return errc::invalid_params;
        case -32603: return errc::internal_error;
        case -32001: return errc::unauthenticated;
        case -32002: return errc::forbidden;
        case -32003: return errc::deadline_exceeded;
        case -32004: return errc::cancelled;
        case -32005: return errc::overloaded;
        case -32006: return errc::shutting_down;
        case -32007: return errc::key_conflict;
        case -32008: return errc::answer_too_large;
        case -32009: return errc::outcome_unknown;
        default: return errc::engine_error;
    }
}

/// The code that a server sends for an error which the engine threw by its `errc`.
constexpr int peer_code_of(errc code) noexcept {
    switch (code) {
        case errc::invalid_request: return -32600;
        case errc::method_not_found: return -32601;
        case errc::invalid_params: return -32602;
        case errc::internal_error:
        case errc::invalid_value: return -32603;
        case errc::unauthenticated: return -32001;
        case errc::forbidden: return -32002;
        case errc::deadline_exceeded: return -32003;
        case errc::cancelled: return -32004;
        case errc::overloaded: return -32005;
        case errc::shutting_down: return -32006;
        case errc::key_conflict: return -32007;
        case errc::answer_too_large: return -32008;
        case errc::outcome_unknown: return -32009;
        default: return -32000;
    }
}

/// What a server's refusal says about the call: these codes are sent before anything ran.
constexpr outcome outcome_of(int peer_code) noexcept {
    switch (peer_code) {
        case -32003:
        case -32005:
        case -32006: return outcome::not_sent;
        case -32009: return outcome::may_have_run;
        default: return outcome::failed;
    }
}

}  // namespace detail

/// The one exception of this library, thrown by `call` and delivered by `async_call`.
///
/// An engine throws it too, to choose what its caller sees: `throw rpc::error{-32050, "no such
/// symbol", {{"symbol", symbol}}};`. Copies share their content and never throw.
///
/// @par Thread safety
/// Distinct objects: safe. One object, read only: safe.
class [[gnu::visibility("default")]] error : public std::system_error {
public:
    /// An answer of the engine's own.
    /// @param peer_code  The JSON-RPC error code; use values outside -32768..-32000.
    /// @param message    One sentence for the person who reads the log.
    /// @param data       Anything that helps a program to react; `null` is not sent.
    explicit error(int peer_code, std::string message, nlohmann::json data);

    /// The same without data.
    explicit error(int peer_code, std::string message);

    /// An error of this library, or an engine's answer by name (`rpc::errc::forbidden`).
    explicit error(errc code, std::string message, rpc::outcome what = rpc::outcome::failed);

    /// An error that a peer answered, with its own code and data.
    error(errc code, std::string message, rpc::outcome what, int peer_code, nlohmann::json data);

    /// The message, followed by the data where that is a text; `code().message()` names the code.
    GATEWIRE_INLINE const char* what() const noexcept override;

    /// What happened, in one sentence: the peer's words if it answered, else this library's.
    const std::string& message() const noexcept;

    /// The JSON-RPC error code that the peer sent or, for a local error, would send.
    int peer_code() const noexcept;

    /// The `data` member of the peer's error object; `null` if there was none.
    const nlohmann::json& data() const noexcept;

    /// What the failed call may have done at the server.
    rpc::outcome outcome() const noexcept;

private:
    struct content;  // has a JSON value, whose header is not for every source to read
    std::shared_ptr<const content> content_;
};

}  // namespace rpc::inline v1

/// @cond
template <>
struct std::is_error_code_enum<rpc::errc> : std::true_type {};
/// @endcond

#ifndef GATEWIRE_SEPARATE_COMPILATION
#include <gatewire/detail/error_impl.hpp>
#endif

#endif  // GATEWIRE_ERROR_HPP
