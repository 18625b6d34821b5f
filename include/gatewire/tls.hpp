// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_TLS_HPP
#define GATEWIRE_TLS_HPP

#include <gatewire/error.hpp>  // IWYU pragma: export
#include <gatewire/session/stream.hpp>
#include <gatewire/tls/context.hpp>
#include <gatewire/tls/tls_stream.hpp>

#include <memory>
#include <string>
#include <utility>

/// Encrypted connections: `tls://host:port` addresses of servers and clients. Needs OpenSSL 1.1.1
/// or later; nothing else of the library does.
namespace rpc::inline v1 {

/// The oldest version of TLS that is spoken. None below 1.2 ever is.
enum class tls_version { tls_1_2, tls_1_3 };

namespace tls {

inline int number_of(tls_version version) noexcept {
    return version == tls_version::tls_1_2 ? TLS1_2_VERSION : TLS1_3_VERSION;
}

}  // namespace tls

/// The files of a server. Every file is in PEM form. A plain aggregate: name what is there.
struct tls_server_options {
    /// The server's certificate, followed by those that lead to its authority, without that.
    std::string certificate_file{};
    /// Its private key, without a password.
    std::string key_file{};
    /// Authorities of clients' certificates. If it is set, no client comes through without a
    /// certificate from one of them: it is refused in the handshake, before any frame is read. It
    /// then counts as known, so the server may listen beyond loopback; without a hook
    /// `authenticate` its identity is the common name of its certificate, with no roles.
    std::string client_ca_file{};
    /// Revoked certificates of clients (a CRL), in date. It is read again by `reload` only.
    std::string crl_file{};
    /// TLS 1.3 unless clients exist that cannot; of 1.2 only ciphers with forward secrecy are used.
    tls_version version_min = tls_version::tls_1_3;
};

/// The files of a client. Every file is in PEM form. A plain aggregate: name what is there.
struct tls_client_options {
    /// Authorities that the server's certificate may come from; the system's if it is empty.
    std::string ca_file{};
    /// The client's own certificate, for servers that ask for one, with those that lead to its
    /// authority.
    std::string certificate_file{};
    /// Its private key, without a password.
    std::string key_file{};
    /// The name or IP address that the server's certificate must have; that of the address which
    /// the client connects to if this is empty.
    std::string server_name{};
    /// Revoked certificates of servers (a CRL), in date.
    std::string crl_file{};
    /// As at the server.
    tls_version version_min = tls_version::tls_1_3;
};

/// The TLS of servers: `server_options::tls`. Several servers may share one.
///
/// @par Thread safety
/// All functions may be called from any thread at the same time.
class server_tls final : public session::server_encryption {
public:
    /// @throws rpc::error `invalid_certificate`: a file cannot be used; the text names it.
    explicit server_tls(tls_server_options options)
        : options_(std::move(options)), current_(load(options_)) {}

    /// Reads all files again: connections made from now on use what they hold, those that are there
    /// go on. If a file cannot be used, everything stays as it was.
    /// @throws rpc::error `invalid_certificate`: a file cannot be used; the text names it.
    void reload() { current_.set(load(options_)); }

    /// For the listener: puts a connection that was accepted into TLS.
    std::unique_ptr<session::secure_stream> wrap(std::unique_ptr<session::stream> plain) override {
        tls::owned<SSL> connection = tls::make_connection(current_.get());
        SSL_set_accept_state(connection.get());
        return std::make_unique<tls::tls_stream>(std::move(plain), std::move(connection), "");
    }

    /// Whether clients must show a certificate.
    bool proves_clients() const noexcept override { return !options_.client_ca_file.empty(); }

private:
    static tls::context load(const tls_server_options& options) {
        const tls::context made =
            tls::make_context(TLS_server_method(), tls::number_of(options.version_min));
        tls::load_own(made, options.certificate_file, options.key_file);
        if (!options.client_ca_file.empty()) {
            tls::load_authorities(made, options.client_ca_file);
            tls::load_revoked(made, options.crl_file);
            tls::announce_authorities(made, options.client_ca_file);
            SSL_CTX_set_verify(made.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT,
                               nullptr);
        }
        return made;
    }

    const tls_server_options options_;
    tls::current_context current_;
};

/// The TLS of clients: `client_options::tls`. Several clients may share one.
///
/// The server's certificate is always verified, its name and its purpose too; there is no option to
/// leave that out. A server with a certificate of its own making is trusted by naming it, or its
/// authority, in `tls_client_options::ca_file`.
///
/// @par Thread safety
/// All functions may be called from any thread at the same time.
class client_tls final : public session::client_encryption {
public:
    /// @throws rpc::error `invalid_certificate`: a file cannot be used; the text names it.
    explicit client_tls(tls_client_options options)
        : options_(std::move(options)), current_(load(options_)) {}

    /// Reads all files again, as that of `server_tls` does.
    /// @throws rpc::error `invalid_certificate`: a file cannot be used; the text names it.
    void reload() { current_.set(load(options_)); }

    /// For the connector: puts a connection to `host` into TLS.
    std::unique_ptr<session::secure_stream> wrap(std::unique_ptr<session::stream> plain,
                                                 const std::string& host) override {
        const std::string& name = options_.server_name.empty() ? host : options_.server_name;
        tls::owned<SSL> connection = tls::make_connection(current_.get());
        SSL_set_connect_state(connection.get());
        tls::expect_host(connection.get(), name);
        return std::make_unique<tls::tls_stream>(std::move(plain), std::move(connection), name);
    }

private:
    static tls::context load(const tls_client_options& options) {
        const tls::context made =
            tls::make_context(TLS_client_method(), tls::number_of(options.version_min));
        if (!options.certificate_file.empty() || !options.key_file.empty()) {
            tls::load_own(made, options.certificate_file, options.key_file);
        }
        if (options.ca_file.empty()) {
            SSL_CTX_set_default_verify_paths(made.get());
        } else {
            tls::load_authorities(made, options.ca_file);
        }
        tls::load_revoked(made, options.crl_file);
        SSL_CTX_set_verify(made.get(), SSL_VERIFY_PEER, nullptr);
        return made;
    }

    const tls_client_options options_;
    tls::current_context current_;
};

/// What `server_options::tls` takes. Keep it to `reload` certificates while the server runs.
///
/// @code
/// rpc::server_options options;
/// options.listen = {"tls://0.0.0.0:2014"};
/// options.tls = rpc::tls_server({.certificate_file = "server.pem", .key_file = "server.key"});
/// @endcode
///
/// @throws rpc::error `invalid_certificate`: a file cannot be used; the text names it.
inline std::shared_ptr<server_tls> tls_server(tls_server_options options) {
    return std::make_shared<server_tls>(std::move(options));
}

/// What `client_options::tls` takes. Keep it to `reload` certificates while the client runs.
/// @throws rpc::error `invalid_certificate`: a file cannot be used; the text names it.
inline std::shared_ptr<client_tls> tls_client(tls_client_options options = {}) {
    return std::make_shared<client_tls>(std::move(options));
}

}  // namespace rpc::inline v1

#endif  // GATEWIRE_TLS_HPP
