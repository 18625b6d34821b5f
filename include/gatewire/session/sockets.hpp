// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_SOCKETS_HPP
#define GATEWIRE_SESSION_SOCKETS_HPP

#include <gatewire/protocol/address.hpp>
#include <gatewire/session/stream.hpp>
#include <gatewire/session/write_queue.hpp>

#include <asio/any_io_executor.hpp>
#include <asio/basic_stream_socket.hpp>
#include <asio/buffer.hpp>
#include <asio/error.hpp>
#include <asio/error_code.hpp>
#include <asio/generic/stream_protocol.hpp>
#include <asio/ip/tcp.hpp>

#include <fcntl.h>  // IWYU pragma: keep
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <memory>
#include <new>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#if defined(__linux__)
#include <netinet/tcp.h>
#endif

/// Sockets that programs which this process starts do not inherit: a child that lives on would keep
/// the address in use and the peer waiting. Asio's own are inherited, so they are made here.
namespace rpc::inline v1::session {

/// A socket of any stream protocol: TCP over IPv4 and IPv6, and unix sockets, are one type here.
using stream_protocol = asio::generic::stream_protocol;
using stream_socket = asio::basic_stream_socket<stream_protocol, asio::any_io_executor>;
using stream_endpoint = stream_protocol::endpoint;

inline bool is_tcp(const stream_endpoint& endpoint) noexcept {
    const int family = endpoint.protocol().family();
    return family == ASIO_OS_DEF(AF_INET) || family == ASIO_OS_DEF(AF_INET6);
}

/// The TCP endpoint inside of a generic one.
inline asio::ip::tcp::endpoint tcp_endpoint(const stream_endpoint& endpoint) {
    asio::ip::tcp::endpoint result;
    result.resize(endpoint.size());
    std::memcpy(result.data(), endpoint.data(), endpoint.size());
    return result;
}

/// The protocol to open a socket with for this endpoint.
inline stream_protocol protocol_of(const stream_endpoint& endpoint) {
    // A generic endpoint forgets IPPROTO_TCP; zero asks for the family's stream protocol.
    return stream_protocol(endpoint.protocol().family(), 0);
}

/// An endpoint as an address text that clients take; `unix` for the unnamed end of a unix socket.
inline std::string endpoint_text(const stream_endpoint& endpoint) {
    if (is_tcp(endpoint)) {
        const asio::ip::tcp::endpoint tcp = tcp_endpoint(endpoint);
        protocol::address text;
        text.host = tcp.address().to_string();
        text.port = tcp.port();
        return text.text();
    }
    return "unix";
}

#if defined(TCP_USER_TIMEOUT)
/// TCP_USER_TIMEOUT as Asio takes options: milliseconds that sent bytes may go unacknowledged.
struct user_timeout {
    template <class Protocol>
    int level(const Protocol&) const noexcept {
        return IPPROTO_TCP;
    }
    template <class Protocol>
    int name(const Protocol&) const noexcept {
        return TCP_USER_TIMEOUT;
    }
    template <class Protocol>
    const void* data(const Protocol&) const noexcept {
        return &milliseconds;
    }
    template <class Protocol>
    std::size_t size(const Protocol&) const noexcept {
        return sizeof milliseconds;
    }
    unsigned milliseconds = 20'000;
};
#endif

/// Sets what every TCP connection of this library has: no waiting for more to send, and an end to
/// a peer that does not acknowledge for 20 s. Failures are left alone: the connection works
/// without.
inline void tune(stream_socket& socket, const stream_endpoint& remote) {
    if (!is_tcp(remote)) {
        return;
    }
    asio::error_code ignored;
    socket.set_option(asio::ip::tcp::no_delay(true), ignored);
#if defined(TCP_USER_TIMEOUT)
    socket.set_option(user_timeout{}, ignored);
#endif
}

/// What every socket is given, as far as the system cannot do it when it makes one.
inline int with_native_options(int made) noexcept {
#if !defined(SOCK_CLOEXEC)
    if (made >= 0) {
        ::fcntl(made, F_SETFD, FD_CLOEXEC);
    }
#endif
#if defined(SO_NOSIGPIPE)
    if (made >= 0) {
        const int on = 1;
        ::setsockopt(made, SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof on);
    }
#endif
    return made;
}

/// Puts a socket of the system into one of Asio's, or tells why there is none.
template <class Socket>
void adopt(Socket& socket, const stream_protocol& kind, int made, asio::error_code& failure) {
    if (made < 0) {
        failure.assign(errno, asio::error::get_system_category());
        return;
    }
    try {
        socket.assign(kind, made, failure);
    } catch (const std::bad_alloc&) {
        failure = asio::error::no_memory;
    }
    if (failure) {
        ::close(made);
    }
}

/// Opens a socket or an acceptor, which is closed.
template <class Socket>
void open_socket(Socket& socket, const stream_protocol& kind, asio::error_code& failure) {
#if defined(SOCK_CLOEXEC)
    const int made = ::socket(kind.family(), SOCK_STREAM | SOCK_CLOEXEC, kind.protocol());
#else
    const int made = ::socket(kind.family(), SOCK_STREAM, kind.protocol());
#endif
    adopt(socket, kind, with_native_options(made), failure);
}

/// Takes a connection that waits at an acceptor which does not block.
/// @param failure  `asio::error::would_block` if none does.
template <class Acceptor>
void accept_socket(Acceptor& acceptor, stream_socket& socket, asio::error_code& failure) {
    asio::error_code unknown;
    const stream_protocol kind = protocol_of(acceptor.local_endpoint(unknown));
#if defined(SOCK_CLOEXEC)
    const int made = ::accept4(acceptor.native_handle(), nullptr, nullptr, SOCK_CLOEXEC);
#else
    const int made = ::accept(acceptor.native_handle(), nullptr, nullptr);
#endif
    adopt(socket, kind, with_native_options(made), failure);
}

/// Whether there was nobody to be accepted: no connection, or one that is gone again.
inline bool is_nobody(const asio::error_code& failure) noexcept {
    return failure == asio::error::would_block || failure == asio::error::try_again ||
           failure == asio::error::interrupted || failure == asio::error::connection_aborted;
}

/// The process at the other end of a unix socket, where the operating system tells.
inline std::optional<unix_process> process_behind([[maybe_unused]] stream_socket& socket) {
#if defined(__linux__) && defined(SO_PEERCRED)
    ucred known{};
    socklen_t size = sizeof known;
    if (::getsockopt(socket.native_handle(), SOL_SOCKET, SO_PEERCRED, &known, &size) == 0) {
        return unix_process{known.pid, known.uid, known.gid};
    }
#endif
    return std::nullopt;
}

/// A connected socket as a stream.
class socket_stream final : public stream {
public:
    socket_stream(stream_socket socket, const stream_endpoint& remote)
        : socket_(std::move(socket)), peer_(endpoint_text(remote)) {
        tune(socket_, remote);
        asio::error_code ignored;
        socket_.non_blocking(true, ignored);
        if (!is_tcp(remote)) {
            process_ = process_behind(socket_);
        }
        if (process_) {
            peer_ +=
                ":pid=" + std::to_string(process_->pid) + ",uid=" + std::to_string(process_->user);
        }
    }

    void read_some(char* room, std::size_t size, std::shared_ptr<stream_user> user) override {
        socket_.async_read_some(
            asio::buffer(room, size),
            [user = std::move(user)](const asio::error_code& failure, std::size_t got) {
                user->on_bytes(failure, got);
            });
    }

    void write_some(std::string_view bytes, std::shared_ptr<stream_user> user) override {
        socket_.async_write_some(
            asio::buffer(bytes),
            [user = std::move(user)](const asio::error_code& failure, std::size_t taken) {
                user->on_written(failure, taken);
            });
    }

    std::size_t write_now(std::string_view bytes) noexcept override {
        asio::error_code failure;
        return socket_.write_some(asio::buffer(bytes), failure);
    }

    void write_parts(std::span<const std::string_view> parts,
                     std::shared_ptr<stream_user> user) override {
        socket_.async_write_some(
            gathered(parts),
            [user = std::move(user)](const asio::error_code& failure, std::size_t taken) {
                user->on_written(failure, taken);
            });
    }

    std::size_t write_parts_now(std::span<const std::string_view> parts) noexcept override {
        asio::error_code failure;
        return socket_.write_some(gathered(parts), failure);
    }

    bool can_be_polled() const noexcept override { return true; }

    std::size_t read_now(char* room, std::size_t size) noexcept override {
        asio::error_code failure;
        return socket_.read_some(asio::buffer(room, size), failure);
    }

    bool end_sending() override {
        asio::error_code failure;
        socket_.shutdown(stream_socket::shutdown_send, failure);
        return !failure;
    }

    void close() noexcept override {
        asio::error_code ignored;
        socket_.close(ignored);
    }

    asio::any_io_executor executor() const override {
        // Asio's sockets give their executor to those who may change them only.
        return const_cast<stream_socket&>(socket_).get_executor();
    }
    const std::string& peer() const noexcept override { return peer_; }
    credentials shown() const override { return {{}, peer_, process_, {}}; }

    stream_socket& socket() noexcept { return socket_; }

private:
    /// For one system call; Asio copies it.
    class gathered {
    public:
        explicit gathered(std::span<const std::string_view> parts) noexcept
            : count_((std::min)(parts.size(), buffers_.size())) {
            for (std::size_t at = 0; at != count_; ++at) {
                buffers_[at] = asio::buffer(parts[at]);
            }
        }
        const asio::const_buffer* begin() const noexcept { return buffers_.data(); }
        const asio::const_buffer* end() const noexcept { return buffers_.data() + count_; }

    private:
        std::array<asio::const_buffer, outgoing_bytes::parts_max> buffers_;
        std::size_t count_;
    };

    stream_socket socket_;
    std::string peer_;
    std::optional<unix_process> process_;
};

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_SOCKETS_HPP
