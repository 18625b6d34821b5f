// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_PROTOCOL_ADDRESS_HPP
#define GATEWIRE_PROTOCOL_ADDRESS_HPP

#include <gatewire/error.hpp>

#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>

namespace rpc::inline v1::protocol {

/// An address as users write it, taken apart.
struct address {
    enum class scheme { tcp, tls, unix_socket };

    scheme kind = scheme::tcp;
    std::string host;  ///< Name or IP address without brackets, `*` for any; or the path.
    std::uint16_t port = 0;

    /// The address as text that `parse_address` takes.
    std::string text() const {
        if (kind == scheme::unix_socket) {
            return "unix://" + host;
        }
        const bool is_v6 = host.find(':') != std::string::npos;
        const std::string prefix = kind == scheme::tls ? "tls://" : "tcp://";
        return prefix + (is_v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
    }
};

/// Reads `tcp://host:port`, `tls://host:port` or `unix:///path`.
/// @throws rpc::error `invalid_address`, with the form that was expected.
inline address parse_address(std::string_view text) {
    const auto refuse = [text](std::string_view why) -> error {
        return error(errc::invalid_address,
                     "address '" + std::string(text.substr(0, 256)) + "': " + std::string(why),
                     outcome::not_sent);
    };
    address result;
    if (text.find('\0') != std::string_view::npos) {
        throw refuse("must not contain a NUL byte");
    }
    if (text.starts_with("unix://")) {
        result.kind = address::scheme::unix_socket;
        result.host = text.substr(7);
        if (result.host.size() < 2 || result.host.front() != '/') {
            throw refuse("expected an absolute path, for example unix:///run/desk.sock");
        }
        return result;
    }
    if (text.starts_with("tls://")) {
        result.kind = address::scheme::tls;
    } else if (!text.starts_with("tcp://")) {
        throw refuse("expected tcp://host:port, tls://host:port or unix:///path");
    }
    const std::string_view rest = text.substr(6);
    const std::size_t colon = rest.rfind(':');
    if (colon == std::string_view::npos || colon == 0) {
        throw refuse("expected a host and a port, for example tcp://127.0.0.1:2014");
    }
    std::string_view host = rest.substr(0, colon);
    if (host.front() == '[' && host.back() == ']' && host.size() > 2) {
        host = host.substr(1, host.size() - 2);
    } else if (host.find(':') != std::string_view::npos || host.front() == '[') {
        throw refuse("an IPv6 address belongs in brackets, for example tcp://[::1]:2014");
    }
    result.host = host;
    const std::string_view port = rest.substr(colon + 1);
    const auto [end, failure] =
        std::from_chars(port.data(), port.data() + port.size(), result.port);
    if (port.empty() || failure != std::errc{} || end != port.data() + port.size()) {
        throw refuse("the port must be a number from 0 to 65535");
    }
    return result;
}

}  // namespace rpc::inline v1::protocol

#endif  // GATEWIRE_PROTOCOL_ADDRESS_HPP
