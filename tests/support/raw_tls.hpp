// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TESTS_RAW_TLS_HPP
#define TESTS_RAW_TLS_HPP

#include "certificates.hpp"
#include "framing.hpp"
#include "raw_peer.hpp"

#include <gatewire/tls/openssl.hpp>

#include <sys/socket.h>

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

/// OpenSSL alone over a blocking socket: a peer that is not this library, and may be a bad one.
namespace test {

/// What a raw peer speaks and shows.
struct raw_tls_options {
    int version_min = TLS1_2_VERSION;
    int version_max = TLS1_3_VERSION;
    const issued* shown = nullptr;  ///< Null: no certificate.
    bool is_server = false;
};

class raw_tls {
public:
    raw_tls(raw_socket socket, const raw_tls_options& options)
        : socket_(std::move(socket)),
          context_(SSL_CTX_new(options.is_server ? TLS_server_method() : TLS_client_method())) {
        const timeval limit{std::chrono::seconds(patience).count(), 0};
        ::setsockopt(socket_.descriptor(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
        SSL_CTX_set_security_level(context_.get(), 0);
        SSL_CTX_set_min_proto_version(context_.get(), options.version_min);
        SSL_CTX_set_max_proto_version(context_.get(), options.version_max);
        if (options.shown != nullptr) {
            SSL_CTX_use_certificate(context_.get(), options.shown->get());
            SSL_CTX_use_PrivateKey(context_.get(), options.shown->key());
        }
        connection_.reset(SSL_new(context_.get()));
        SSL_set_fd(connection_.get(), socket_.descriptor());
        options.is_server ? SSL_set_accept_state(connection_.get())
                          : SSL_set_connect_state(connection_.get());
    }

    static raw_tls connect(const std::string& plain_address, const raw_tls_options& options = {}) {
        return {raw_socket::connect(plain_address), options};
    }

    /// @return Whether this side thinks that it worked.
    bool shake_hands() {
        ERR_clear_error();
        const bool is_done = SSL_do_handshake(connection_.get()) == 1;
        failure_ = rpc::tls::latest_failure();
        return is_done;
    }

    bool send(std::string_view bytes) {
        ERR_clear_error();
        return SSL_write(connection_.get(), bytes.data(), static_cast<int>(bytes.size())) > 0;
    }

    /// The next frame's body; nothing at the end, or after a failure.
    std::optional<std::string> receive_frame() {
        std::string header;
        std::string body;
        if (!receive(header, 4)) {
            return std::nullopt;
        }
        std::size_t size = 0;
        for (const char byte : header) {
            size = size << 8 | static_cast<unsigned char>(byte);
        }
        return receive(body, size) ? std::optional(body) : std::nullopt;
    }

    /// Whether the peer ended the connection as TLS wants it. Nothing more may come before.
    bool is_ended_cleanly() {
        std::string byte;
        return !receive(byte, 1) &&
               (SSL_get_shutdown(connection_.get()) & SSL_RECEIVED_SHUTDOWN) != 0;
    }

    void say_goodbye() { SSL_shutdown(connection_.get()); }
    const std::string& failure() const noexcept { return failure_; }
    std::string version() const { return SSL_get_version(connection_.get()); }
    SSL* get() const noexcept { return connection_.get(); }
    raw_socket& socket() noexcept { return socket_; }

private:
    bool receive(std::string& bytes, std::size_t size) {
        bytes.resize(size);
        for (std::size_t have = 0; have < size;) {
            ERR_clear_error();
            const int got =
                SSL_read(connection_.get(), bytes.data() + have, static_cast<int>(size - have));
            if (got <= 0) {
                failure_ = rpc::tls::latest_failure();
                return false;
            }
            have += static_cast<std::size_t>(got);
        }
        return true;
    }

    raw_socket socket_;
    rpc::tls::owned<SSL_CTX> context_;
    rpc::tls::owned<SSL> connection_;
    std::string failure_;
};

}  // namespace test

#endif  // TESTS_RAW_TLS_HPP
