// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_STREAM_HPP
#define GATEWIRE_SESSION_STREAM_HPP

#include <gatewire/credentials.hpp>
#include <gatewire/protocol/connection_watch.hpp>

#include <asio/any_io_executor.hpp>
#include <asio/error_code.hpp>

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace rpc::inline v1::session {

/// Hears how the reads and writes of a stream end. Never called inside of the call that began one,
/// and by any thread of the executor.
class stream_user {
public:
    virtual ~stream_user() = default;
    /// Errors: end of file when the peer has sent everything it had, operation_aborted after
    /// `close`; connection_aborted when the stream itself refuses the peer, which it may still
    /// tell: end the sending, read on, and hear when the peer has left. Anything else means that
    /// the stream broke and that bytes may be missing.
    virtual void on_bytes(const asio::error_code& failure, std::size_t size) = 0;
    /// Errors: operation_aborted after `close`, else why the stream broke.
    virtual void on_written(const asio::error_code& failure, std::size_t size) = 0;
};

/// Two-way bytes in order, to one peer: a socket, an encrypted one, or the memory of a test.
///
/// Its owner serialises the calls. One read and one write may be under way at a time; each keeps
/// its user until that was told of the end. The bytes and the room stay the user's.
class stream {
public:
    stream() = default;
    stream(const stream&) = delete;
    stream& operator=(const stream&) = delete;
    virtual ~stream() = default;

    /// Reads at least one byte into the room.
    virtual void read_some(char* room, std::size_t size, std::shared_ptr<stream_user> user) = 0;

    /// Writes at least one of the bytes, which are not empty.
    virtual void write_some(std::string_view bytes, std::shared_ptr<stream_user> user) = 0;

    /// Writes what the system takes at once, without waiting and without telling the user. Not
    /// while a write is under way.
    /// @return How many bytes it took; zero if none, for whatever reason: `write_some` tells it.
    virtual std::size_t write_now(std::string_view bytes) noexcept {
        static_cast<void>(bytes);
        return 0;
    }

    /// The same two for bytes in several parts, not too many and none empty. A stream need not take
    /// more than the first.
    virtual void write_parts(std::span<const std::string_view> parts,
                             std::shared_ptr<stream_user> user) {
        write_some(parts.front(), std::move(user));
    }
    virtual std::size_t write_parts_now(std::span<const std::string_view> parts) noexcept {
        return write_now(parts.front());
    }

    /// Whether `read_now` finds anything.
    virtual bool can_be_polled() const noexcept { return false; }

    /// Reads what is there, without waiting and without telling the user. Not while a read is under
    /// way. @return How many bytes; zero if there are none, or if this stream only reads by
    /// `read_some`, or if it broke: `read_some` tells it then.
    virtual std::size_t read_now(char* room, std::size_t size) noexcept {
        static_cast<void>(room);
        static_cast<void>(size);
        return 0;
    }

    /// Tells the peer that no more comes, in its own time. Nothing may be written then; reads go
    /// on, and end when the peer has heard of it and is done too.
    /// @return False if the stream is broken.
    virtual bool end_sending() = 0;

    /// Ends both ways at once. What is under way ends with operation_aborted.
    virtual void close() noexcept = 0;

    /// Where its user is called.
    virtual asio::any_io_executor executor() const = 0;

    /// The peer's address as text, `tcp://127.0.0.1:40712`, for example. Always the same.
    virtual const std::string& peer() const noexcept = 0;

    /// Why a read or a write failed, in words.
    virtual protocol::close_reason reason(const asio::error_code& failure) const {
        return {errc::connection_lost, failure.message()};
    }

    /// What is known of the peer without asking it. Once bytes were read it never changes.
    virtual credentials shown() const {
        credentials known;
        known.peer = peer();
        return known;
    }
};

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

#endif  // GATEWIRE_SESSION_STREAM_HPP
