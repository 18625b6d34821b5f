// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_TLS_OPENSSL_HPP
#define GATEWIRE_TLS_OPENSSL_HPP

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>

static_assert(OPENSSL_VERSION_NUMBER >= 0x10101000L, "gatewire: TLS needs OpenSSL 1.1.1 or later");

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

}  // namespace rpc::inline v1::tls

#endif  // GATEWIRE_TLS_OPENSSL_HPP
