// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_BIND_HPP
#define GATEWIRE_SESSION_BIND_HPP

#include <gatewire/error.hpp>
#include <gatewire/session/listener.hpp>
#include <gatewire/session/socket_file.hpp>

#include <asio/ip/tcp.hpp>
#include <asio/local/stream_protocol.hpp>

#include <sys/un.h>

#include <cerrno>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace rpc::inline v1::session {

inline constexpr const char* no_encryption =
    "TLS needs the option tls: include <gatewire/tls.hpp>, and set it to rpc::tls_server(...) at a "
    "server and to rpc::tls_client(...) at a client";

[[noreturn]] inline void refuse_address(const std::string& text, const std::string& why) {
    throw error(errc::invalid_address, "cannot listen on '" + text + "': " + why,
                outcome::not_sent);
}

[[noreturn]] inline void refuse_beyond_loopback(const std::string& text) {
    refuse_address(text,
                   "it can be reached from other machines, and nobody would be asked who they are; "
                   "set server_options::authenticate to ask them, or "
                   "server_options::anonymous_beyond_loopback to let everyone in");
}

/// Every endpoint that a TCP address stands for.
inline std::vector<asio::ip::tcp::endpoint> resolve_now(const asio::any_io_executor& executor,
                                                        const protocol::address& address,
                                                        const std::string& text) {
    if (address.host == "*") {
        return {asio::ip::tcp::endpoint(asio::ip::address_v4::any(), address.port)};
    }
    asio::error_code failure;
    const asio::ip::address literal = asio::ip::make_address(address.host, failure);
    if (!failure) {
        return {asio::ip::tcp::endpoint(literal, address.port)};
    }
    asio::ip::tcp::resolver resolver(executor);
    const auto found = resolver.resolve(address.host, std::to_string(address.port),
                                        asio::ip::resolver_base::passive, failure);
    if (failure) {
        refuse_address(text, failure.message());
    }
    std::vector<asio::ip::tcp::endpoint> endpoints;
    for (const auto& entry : found) {
        endpoints.push_back(entry.endpoint());
    }
    return endpoints;
}

/// Binds one address of the options, which may name several endpoints.
/// @throws rpc::error `invalid_address` if nothing could be bound, or if the address is not
///         loopback and anonymous clients are not let in.
inline std::vector<std::shared_ptr<acceptor>> bind_address(
    const asio::any_io_executor& executor, const std::string& text, bool beyond_loopback,
    unsigned unix_socket_mode, const environment::accept_callback& accepted) {
    const protocol::address address = protocol::parse_address(text);
    if (address.kind == protocol::address::scheme::tls) {
        refuse_address(text, no_encryption);
    }
    std::vector<std::shared_ptr<acceptor>> bound;
    asio::error_code failure;
    if (address.kind == protocol::address::scheme::unix_socket) {
        auto unix_listener = std::make_shared<listener>(executor, accepted);
        if (address.host.size() >= sizeof(sockaddr_un::sun_path)) {
            refuse_address(text, "the path is too long for a unix socket");
        }
        {
            const std::string lock = socket_file::lock_of(address.host);
            const socket_file_lock alone(lock);
            if (alone.is_busy()) {
                refuse_address(text, "somebody else holds '" + lock + "'");
            }
            remove_stale_socket(address.host);
            unix_listener->bind(asio::local::stream_protocol::endpoint(address.host), address.host,
                                unix_socket_mode, failure);
        }
        if (failure) {
            refuse_address(text, failure.message());
        }
        bound.push_back(std::move(unix_listener));
        return bound;
    }
    std::uint16_t port = address.port;
    for (asio::ip::tcp::endpoint endpoint : resolve_now(executor, address, text)) {
        if (!beyond_loopback && !endpoint.address().is_loopback()) {
            refuse_beyond_loopback(text);
        }
        endpoint.port(port);
        auto tcp_listener = std::make_shared<listener>(executor, accepted);
        tcp_listener->bind(endpoint, {}, 0, failure);
        if (!failure) {
            // All endpoints of one name share the port that was picked for the first.
            port = tcp_endpoint(tcp_listener->endpoint()).port();
            bound.push_back(std::move(tcp_listener));
        } else if (failure != asio::error::address_family_not_supported &&
                   failure != asio::error::make_error_code(
                                  static_cast<asio::error::basic_errors>(EADDRNOTAVAIL))) {
            refuse_address(text, failure.message());
        }
    }
    if (bound.empty()) {
        refuse_address(text, failure ? failure.message() : "the name has no address");
    }
    return bound;
}

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_BIND_HPP
