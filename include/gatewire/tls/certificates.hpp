// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_TLS_CERTIFICATES_HPP
#define GATEWIRE_TLS_CERTIFICATES_HPP

#include <gatewire/credentials.hpp>
#include <gatewire/tls/openssl.hpp>

#include <asio/ip/address_v4.hpp>
#include <asio/ip/address_v6.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <optional>
#include <string>
#include <vector>

namespace rpc::inline v1::tls {

/// What was written into a buffer in memory.
inline std::string text_of(BIO* written) {
    char* bytes = nullptr;
    const long size = BIO_get_mem_data(written, &bytes);
    return size > 0 ? std::string(bytes, static_cast<std::size_t>(size)) : std::string();
}

inline std::string text_of(const ASN1_STRING* text) {
    unsigned char* bytes = nullptr;
    const int size = ASN1_STRING_to_UTF8(&bytes, text);
    if (size < 0) {
        return {};
    }
    std::string result(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
    OPENSSL_free(bytes);
    return result;
}

inline std::string common_name_of(const X509* shown) {
    const X509_NAME* const subject = X509_get_subject_name(shown);
    const int place = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
    return place < 0 ? std::string()
                     : text_of(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, place)));
}

inline std::string address_text(const ASN1_OCTET_STRING* bytes) {
    const unsigned char* const first = ASN1_STRING_get0_data(bytes);
    const int size = ASN1_STRING_length(bytes);
    asio::ip::address_v4::bytes_type v4;
    asio::ip::address_v6::bytes_type v6;
    if (size == static_cast<int>(v4.size())) {
        std::copy_n(first, v4.size(), v4.begin());
        return asio::ip::address_v4(v4).to_string();
    }
    if (size == static_cast<int>(v6.size())) {
        std::copy_n(first, v6.size(), v6.begin());
        return asio::ip::address_v6(v6).to_string();
    }
    return {};
}

/// Alternative names of the kinds that are text, and IP addresses.
inline std::vector<std::string> names_of(const X509* shown) {
    std::vector<std::string> result;
    const owned<GENERAL_NAMES> names(static_cast<GENERAL_NAMES*>(
        X509_get_ext_d2i(shown, NID_subject_alt_name, nullptr, nullptr)));
    const int count = names ? sk_GENERAL_NAME_num(names.get()) : 0;
    for (int place = 0; place < count; ++place) {
        const GENERAL_NAME* const name = sk_GENERAL_NAME_value(names.get(), place);
        switch (name->type) {
            case GEN_DNS: result.push_back("DNS:" + text_of(name->d.dNSName)); break;
            case GEN_EMAIL: result.push_back("email:" + text_of(name->d.rfc822Name)); break;
            case GEN_URI:
                result.push_back("URI:" + text_of(name->d.uniformResourceIdentifier));
                break;
            case GEN_IPADD: result.push_back("IP:" + address_text(name->d.iPAddress)); break;
            default: break;
        }
    }
    return result;
}

inline std::string fingerprint_of(const X509* shown) {
    unsigned char bytes[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    X509_digest(shown, EVP_sha256(), bytes, &size);
    std::string result;
    for (unsigned int at = 0; at < size; ++at) {
        char digits[3];
        std::snprintf(digits, sizeof digits, "%02x", static_cast<unsigned>(bytes[at]));
        result += digits;
    }
    return result;
}

/// A certificate as the user's code sees it.
inline certificate read_certificate(X509* shown) {
    const owned<BIO> pem(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509(pem.get(), shown);
    return {common_name_of(shown), names_of(shown), fingerprint_of(shown), text_of(pem.get())};
}

/// The certificate that the peer showed, if it did.
inline std::optional<certificate> certificate_of_peer(const SSL* connection) {
#if OPENSSL_VERSION_NUMBER >= 0x30000000L
    const owned<X509> shown(SSL_get1_peer_certificate(connection));
#else
    const owned<X509> shown(SSL_get_peer_certificate(connection));
#endif
    return shown ? std::optional(read_certificate(shown.get())) : std::nullopt;
}

}  // namespace rpc::inline v1::tls

#endif  // GATEWIRE_TLS_CERTIFICATES_HPP
