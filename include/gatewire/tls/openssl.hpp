// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_TLS_OPENSSL_HPP
#define GATEWIRE_TLS_OPENSSL_HPP

#include <gatewire/protocol/connection_watch.hpp>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>

static_assert(OPENSSL_VERSION_NUMBER >= 0x10101000L, "gatewire: TLS needs OpenSSL 1.1.1 or later");

/// OpenSSL's objects, and what it says in sentences for those who run a program.
namespace rpc::inline v1::tls {

/// Gives what OpenSSL made back to it.
struct release {
    void operator()(BIO* one) const noexcept { BIO_free(one); }
    void operator()(SSL* one) const noexcept { SSL_free(one); }
    void operator()(SSL_CTX* one) const noexcept { SSL_CTX_free(one); }
    void operator()(X509* one) const noexcept { X509_free(one); }
    void operator()(GENERAL_NAMES* one) const noexcept { GENERAL_NAMES_free(one); }
};
template <class Type>
using owned = std::unique_ptr<Type, release>;

/// What OpenSSL says of its latest failure on this thread.
inline std::string latest_failure() {
    const unsigned long code = ERR_peek_last_error();
    const char* const reason = code == 0 ? nullptr : ERR_reason_error_string(code);
    return reason == nullptr ? "unknown reason" : reason;
}

using protocol::close_reason;

/// Why a certificate is not believed. Begins where "the server's certificate" ends.
inline std::string refusal_of_certificate(long verdict, const std::string& host) {
    switch (verdict) {
        case X509_V_ERR_CERT_HAS_EXPIRED: return "has expired";
        case X509_V_ERR_CERT_NOT_YET_VALID: return "is not valid yet";
        case X509_V_ERR_HOSTNAME_MISMATCH:
        case X509_V_ERR_IP_ADDRESS_MISMATCH: return "is not one for '" + host + "'";
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
            return "is self-signed, and not one that is trusted here";
        case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
        case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
            return "was issued by an authority that is not trusted here";
        case X509_V_ERR_CERT_REVOKED: return "was revoked";
        case X509_V_ERR_UNABLE_TO_GET_CRL:
            return "cannot be checked: there is no list of revoked certificates of its issuer";
        case X509_V_ERR_CRL_HAS_EXPIRED:
            return "cannot be checked: the list of revoked certificates is out of date";
        case X509_V_ERR_INVALID_PURPOSE: return "was not issued for this purpose";
        default: return std::string("is refused: ") + X509_verify_cert_error_string(verdict);
    }
}

/// Whether the peer said that it does not like the certificate it was shown, or wants one.
inline bool is_about_our_certificate(int reason) noexcept {
    switch (reason) {
        case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE:
        case SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED:
        case SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED:
        case SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN:
        case SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE:
        case SSL_R_TLSV1_ALERT_ACCESS_DENIED:
        case SSL_R_TLSV1_ALERT_UNKNOWN_CA:
        case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED: return true;
        default: return false;
    }
}

/// Why OpenSSL broke a connection off, from its error queue.
/// @param host  Whom the client wanted to reach; empty at the server.
inline close_reason reason_of_failure(const SSL* connection, const std::string& host) {
    const std::string other = SSL_is_server(connection) != 0 ? "the client" : "the server";
    const int reason = ERR_GET_REASON(ERR_peek_last_error());
    if (reason == SSL_R_CERTIFICATE_VERIFY_FAILED) {
        return {errc::unauthenticated,
                other + "'s certificate " +
                    refusal_of_certificate(SSL_get_verify_result(connection), host)};
    }
    if (reason == SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE) {
        return {errc::unauthenticated, other + " showed no certificate"};
    }
    if (is_about_our_certificate(reason)) {
        return {errc::unauthenticated,
                other + " refused the certificate it was shown: " + latest_failure()};
    }
    switch (reason) {
        case SSL_R_HTTP_REQUEST:
        case SSL_R_HTTPS_PROXY_REQUEST:
        case SSL_R_WRONG_VERSION_NUMBER:
            return {errc::protocol_violation, other + " does not speak TLS"};
        case SSL_R_UNSUPPORTED_PROTOCOL:
        case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
            return {errc::protocol_violation, "both sides speak TLS, but no common version of it"};
        default: return {errc::protocol_violation, "TLS failed: " + latest_failure()};
    }
}

}  // namespace rpc::inline v1::tls

#endif  // GATEWIRE_TLS_OPENSSL_HPP
