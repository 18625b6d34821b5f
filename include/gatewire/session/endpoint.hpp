// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_ENDPOINT_HPP
#define GATEWIRE_SESSION_ENDPOINT_HPP

#include <gatewire/protocol/address.hpp>

#include <asio/any_io_executor.hpp>
#include <asio/basic_stream_socket.hpp>
#include <asio/generic/stream_protocol.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/local/stream_protocol.hpp>

#include <cstddef>
#include <cstring>
#include <string>

#if defined(__linux__)
#include <netinet/tcp.h>
#endif

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
/// a peer that does not acknowledge for 20 s. Failures are left alone: the link works without.
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

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_ENDPOINT_HPP
