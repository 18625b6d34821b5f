// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_SOCKETS_HPP
#define GATEWIRE_SESSION_SOCKETS_HPP

#include <gatewire/session/endpoint.hpp>

#include <asio/error.hpp>
#include <asio/error_code.hpp>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <new>

/// Sockets that programs which this process starts do not inherit: a child that lives on would keep
/// the address in use and the peer waiting. Asio's own are inherited, so they are made here.
namespace rpc::inline v1::session {

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

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_SOCKETS_HPP
