// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_CREDENTIALS_HPP
#define GATEWIRE_CREDENTIALS_HPP

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rpc::inline v1 {

/// A process at the other end of a unix socket, as the operating system knows it: nobody can lie
/// about it. It is the process that connected, whoever holds the socket now.
struct unix_process {
    std::int64_t pid = 0;     ///< 0 where the server cannot see that process.
    std::uint32_t user = 0;   ///< Its effective user id.
    std::uint32_t group = 0;  ///< Its effective group id.
};

/// A certificate that was shown and verified when a connection with TLS was made.
struct certificate {
    std::string common_name;         ///< Of its subject; empty if it has none.
    std::vector<std::string> names;  ///< Subject alternative names: `DNS:a.example`, `IP:10.0.0.1`.
    std::string fingerprint;         ///< SHA-256 of the certificate, 64 hexadecimal digits.
    std::string pem;                 ///< The whole of it.
};

/// What a client shows when it says hello, and what is known of it without asking; the parameter
/// of `server_options::authenticate`.
struct credentials {
    std::string token{};  ///< As `client_options::token` has it; empty if there was none.
    /// The client's address as text, for example `tcp://127.0.0.1:40712` or
    /// `unix:pid=4711,uid=1000`.
    std::string peer{};
    /// Of a client that came through a unix socket, on systems that tell (Linux).
    std::optional<unix_process> process{};
    /// Of a client that showed one, on a `tls://` address that asks for it.
    std::optional<rpc::certificate> certificate{};
};

/// Who a client is and what it may do: what `server_options::authenticate` gives. A text alone is
/// the name of somebody without roles.
///
/// @code
/// return rpc::identity("ada", {"trade", "admin"});
/// @endcode
struct identity {
    identity() = default;
    /// A name, and what it may do.
    identity(std::string who, std::vector<std::string> may = {})  // implicit: a name is enough
        : name(std::move(who)), roles(std::move(may)) {}
    /// A name that may do what needs no role.
    identity(const char* who) : name(who) {}  // implicit

    std::string name;                ///< As `caller::identity` tells it to methods.
    std::vector<std::string> roles;  ///< What `rpc::needs` asks for; their order means nothing.

    /// Whether it may call what has `rpc::needs<role>`.
    bool has_role(std::string_view role) const noexcept {
        return std::find(roles.begin(), roles.end(), role) != roles.end();
    }
};

/// Whether two secrets are the same, in a time that tells nobody where they differ: with `==`, a
/// peer that measures how long its refusal takes can guess a token letter by letter.
///
/// The time depends on the length of `shown` only, so let that be what the peer sent.
///
/// @par Thread safety
/// May be called from any thread.
inline bool same_secret(std::string_view shown, std::string_view kept) noexcept {
    // Volatile, so that no compiler ends the loop where the answer is known.
    volatile unsigned char difference = shown.size() == kept.size() ? 0 : 1;
    for (std::size_t at = 0; at < shown.size(); ++at) {
        const char other = kept.empty() ? '\0' : kept[at % kept.size()];
        difference = static_cast<unsigned char>(difference | (shown[at] ^ other));
    }
    return difference == 0;
}

}  // namespace rpc::inline v1

#endif  // GATEWIRE_CREDENTIALS_HPP
