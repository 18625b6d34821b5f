// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_TLS_CONTEXT_HPP
#define GATEWIRE_TLS_CONTEXT_HPP

#include <gatewire/error.hpp>
#include <gatewire/tls/openssl.hpp>

#include <asio/ip/address.hpp>

#include <memory>
#include <mutex>
#include <string>
#include <utility>

namespace rpc::inline v1::tls {

/// What all connections of one side share. OpenSSL counts its users itself, on any thread.
using context = std::shared_ptr<SSL_CTX>;

[[noreturn]] inline void refuse_file(const std::string& what, const std::string& file) {
    throw error(errc::invalid_certificate,
                what + " '" + file + "' cannot be used: " + latest_failure(), outcome::not_sent);
}

/// A context with what no option changes.
/// @param version_min  The oldest version of TLS that is spoken, as OpenSSL numbers it.
inline context make_context(const SSL_METHOD* method, int version_min) {
    ERR_clear_error();
    context made(SSL_CTX_new(method), &SSL_CTX_free);
    if (!made || SSL_CTX_set_min_proto_version(made.get(), version_min) != 1) {
        throw error(errc::invalid_certificate, "TLS cannot be set up: " + latest_failure(),
                    outcome::not_sent);
    }
    // Of TLS 1.2 only what is as good as TLS 1.3: forward secrecy, and no cipher older than AEAD.
    SSL_CTX_set_cipher_list(made.get(), "ECDHE+AESGCM:ECDHE+CHACHA20");
    // A session that is resumed would not look at the certificate again, which may be revoked now.
    SSL_CTX_set_options(made.get(), SSL_OP_NO_TICKET | SSL_OP_NO_COMPRESSION |
                                        SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
    SSL_CTX_set_session_cache_mode(made.get(), SSL_SESS_CACHE_OFF);
    if (SSL_CTX_set_num_tickets(made.get(), 0) != 1) {
        throw error(errc::invalid_certificate, "TLS cannot be set up: " + latest_failure(),
                    outcome::not_sent);
    }
    SSL_CTX_set_mode(made.get(), SSL_MODE_ENABLE_PARTIAL_WRITE |
                                     SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                     SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_verify_depth(made.get(), 10);
    // Otherwise OpenSSL would ask for a key's password on the terminal, and wait there.
    SSL_CTX_set_default_passwd_cb(made.get(), [](char*, int, int, void*) { return 0; });
    return made;
}

/// Loads the certificate that this side shows, with those that lead to its authority, and its key.
inline void load_own(const context& into, const std::string& certificate_file,
                     const std::string& key_file) {
    ERR_clear_error();
    if (SSL_CTX_use_certificate_chain_file(into.get(), certificate_file.c_str()) != 1) {
        refuse_file("the certificate file", certificate_file);
    }
    if (SSL_CTX_use_PrivateKey_file(into.get(), key_file.c_str(), SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_check_private_key(into.get()) != 1) {
        refuse_file("the key file", key_file);
    }
}

/// Loads the authorities that the other side's certificate must come from.
inline void load_authorities(const context& into, const std::string& file) {
    ERR_clear_error();
    if (SSL_CTX_load_verify_locations(into.get(), file.c_str(), nullptr) != 1) {
        refuse_file("the file of certificate authorities", file);
    }
}

/// Tells clients which authorities they may choose a certificate of.
inline void announce_authorities(const context& into, const std::string& file) {
    ERR_clear_error();
    STACK_OF(X509_NAME)* const names = SSL_load_client_CA_file(file.c_str());
    if (names == nullptr) {
        refuse_file("the file of certificate authorities", file);
    }
    SSL_CTX_set_client_CA_list(into.get(), names);
}

/// Loads a list of revoked certificates, which must not have run out; nothing if there is no file.
inline void load_revoked(const context& into, const std::string& file) {
    if (file.empty()) {
        return;
    }
    ERR_clear_error();
    X509_STORE* const store = SSL_CTX_get_cert_store(into.get());
    X509_LOOKUP* const files = X509_STORE_add_lookup(store, X509_LOOKUP_file());
    if (files == nullptr || X509_load_crl_file(files, file.c_str(), X509_FILETYPE_PEM) < 1) {
        refuse_file("the list of revoked certificates", file);
    }
    X509_STORE_set_flags(store, X509_V_FLAG_CRL_CHECK);
}

/// A new connection's end.
inline owned<SSL> make_connection(const context& shared) {
    owned<SSL> made(SSL_new(shared.get()));
    if (!made) {
        throw error(errc::internal_error, "TLS: " + latest_failure(), outcome::not_sent);
    }
    return made;
}

/// Whom the server's certificate must name; servers of many names are told which one is meant.
inline void expect_host(SSL* connection, const std::string& host) {
    asio::error_code is_name;
    asio::ip::make_address(host, is_name);
    X509_VERIFY_PARAM* const wanted = SSL_get0_param(connection);
    bool is_set = false;
    if (is_name) {
        // A common name is no host name: only the alternative names count.
        X509_VERIFY_PARAM_set_hostflags(
            wanted, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
        is_set = X509_VERIFY_PARAM_set1_host(wanted, host.c_str(), host.size()) == 1 &&
                 SSL_ctrl(connection, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                          const_cast<char*>(host.c_str())) == 1;
    } else {
        is_set = X509_VERIFY_PARAM_set1_ip_asc(wanted, host.c_str()) == 1;
    }
    if (!is_set) {
        throw error(errc::internal_error, "TLS: the name '" + host + "' cannot be checked",
                    outcome::not_sent);
    }
}

/// A context that can be replaced while connections are made.
class current_context {
public:
    explicit current_context(context first) : value_(std::move(first)) {}

    context get() const {
        const std::lock_guard lock(mutex_);
        return value_;
    }
    void set(context next) {
        const std::lock_guard lock(mutex_);
        value_.swap(next);
    }

private:
    mutable std::mutex mutex_;
    context value_;
};

}  // namespace rpc::inline v1::tls

#endif  // GATEWIRE_TLS_CONTEXT_HPP
