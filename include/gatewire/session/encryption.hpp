// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_ENCRYPTION_HPP
#define GATEWIRE_SESSION_ENCRYPTION_HPP

#include <gatewire/session/stream.hpp>

#include <memory>
#include <string>

namespace rpc::inline v1::session {

/// Hears how a handshake ended. Never called inside of the call that began it.
class handshake_user {
public:
    virtual ~handshake_user() = default;
    /// @param failure  Why it failed; without a text if it did not.
    virtual void on_handshake(const protocol::close_reason& failure) = 0;
};

/// A stream that is encrypted by what carries it. Its first read or write shakes hands, if nobody
/// did so before.
class secure_stream : public stream {
public:
    /// Shakes hands. Nothing may be read or written before the end of it, nor after a failure.
    virtual void shake_hands(std::shared_ptr<handshake_user> user) = 0;
};

/// What the server's side of encrypted connections needs.
///
/// @par Thread safety
/// All functions may be called from any thread at the same time.
class server_encryption {
public:
    server_encryption() = default;
    server_encryption(const server_encryption&) = delete;
    server_encryption& operator=(const server_encryption&) = delete;
    virtual ~server_encryption() = default;

    virtual std::unique_ptr<secure_stream> wrap(std::unique_ptr<stream> plain) = 0;

    /// Whether no client comes through without a certificate that was verified.
    virtual bool proves_clients() const noexcept = 0;
};

/// What the client's side of encrypted connections needs. Safe to share like the server's.
class client_encryption {
public:
    client_encryption() = default;
    client_encryption(const client_encryption&) = delete;
    client_encryption& operator=(const client_encryption&) = delete;
    virtual ~client_encryption() = default;

    /// @param host  Whom the server's certificate must name: a name or an IP address.
    virtual std::unique_ptr<secure_stream> wrap(std::unique_ptr<stream> plain,
                                                const std::string& host) = 0;
};

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_ENCRYPTION_HPP
