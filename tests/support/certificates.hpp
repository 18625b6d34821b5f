// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TESTS_CERTIFICATES_HPP
#define TESTS_CERTIFICATES_HPP

#include "raw_peer.hpp"

#include <gatewire/tls/openssl.hpp>

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <cstdio>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

/// Certificates of every kind, good and bad, made when a test needs them.
namespace test {

struct key_release {
    void operator()(EVP_PKEY* one) const noexcept { EVP_PKEY_free(one); }
};
using private_key = std::unique_ptr<EVP_PKEY, key_release>;

inline private_key make_key() {
    EVP_PKEY* made = nullptr;
    EVP_PKEY_CTX* const maker = EVP_PKEY_CTX_new_id(EVP_PKEY_EC, nullptr);
    if (EVP_PKEY_keygen_init(maker) != 1 ||
        EVP_PKEY_CTX_set_ec_paramgen_curve_nid(maker, NID_X9_62_prime256v1) != 1 ||
        EVP_PKEY_keygen(maker, &made) != 1) {
        throw std::runtime_error("no key");
    }
    EVP_PKEY_CTX_free(maker);
    return private_key(made);
}

/// What stands in a certificate. Times are seconds from now.
struct certificate_facts {
    std::string common_name{"localhost"};
    std::string names{"DNS:localhost,IP:127.0.0.1"};  ///< Empty: none.
    std::string usage{"serverAuth"};
    long valid_from = -3600;
    long valid_until = 3600;
    bool is_authority = false;
};

/// Two files in PEM form.
struct certificate_files {
    std::string certificate;
    std::string key;
};

/// A certificate with its key, and files of both in a folder that is removed with this.
class issued {
public:
    /// @param by  Null: it signs itself.
    issued(const certificate_facts& facts, const issued* by) : key_(make_key()), made_(X509_new()) {
        static long serial = 1;
        X509_set_version(made_.get(), 2);
        ASN1_INTEGER_set(X509_get_serialNumber(made_.get()), serial++);
        X509_gmtime_adj(X509_getm_notBefore(made_.get()), facts.valid_from);
        X509_gmtime_adj(X509_getm_notAfter(made_.get()), facts.valid_until);
        X509_set_pubkey(made_.get(), key_.get());
        if (!facts.common_name.empty()) {
            X509_NAME_add_entry_by_txt(
                X509_get_subject_name(made_.get()), "CN", MBSTRING_UTF8,
                reinterpret_cast<const unsigned char*>(facts.common_name.c_str()), -1, -1, 0);
        }
        const issued& issuer = by == nullptr ? *this : *by;
        X509_set_issuer_name(made_.get(), X509_get_subject_name(issuer.made_.get()));
        extend(NID_basic_constraints, facts.is_authority ? "critical,CA:TRUE" : "CA:FALSE", issuer);
        extend(NID_subject_key_identifier, "hash", issuer);
        if (facts.is_authority) {
            extend(NID_key_usage, "critical,keyCertSign,cRLSign", issuer);
        } else {
            extend(NID_ext_key_usage, facts.usage, issuer);
            extend(NID_subject_alt_name, facts.names, issuer);
        }
        if (X509_sign(made_.get(), issuer.key_.get(), EVP_sha256()) == 0) {
            throw std::runtime_error("not signed");
        }
        write();
    }

    const certificate_files& files() const noexcept { return files_; }
    X509* get() const noexcept { return made_.get(); }
    EVP_PKEY* key() const noexcept { return key_.get(); }

    /// Puts another one into the files of this.
    void replace_by(const issued& other) const { other.write_to(files_.certificate, files_.key); }

private:
    void extend(int kind, const std::string& value, const issued& issuer) {
        if (value.empty()) {
            return;
        }
        X509V3_CTX context;
        X509V3_set_ctx(&context, issuer.made_.get(), made_.get(), nullptr, nullptr, 0);
        X509_EXTENSION* const extension =
            X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
        if (extension == nullptr || X509_add_ext(made_.get(), extension, -1) != 1) {
            throw std::runtime_error("no extension " + value);
        }
        X509_EXTENSION_free(extension);
    }

    void write() {
        files_ = {folder_->path("certificate.pem"), folder_->path("key.pem")};
        write_to(files_.certificate, files_.key);
    }

    void write_to(const std::string& certificate, const std::string& key) const {
        std::FILE* file = std::fopen(certificate.c_str(), "w");
        PEM_write_X509(file, made_.get());
        std::fclose(file);
        file = std::fopen(key.c_str(), "w");
        PEM_write_PrivateKey(file, key_.get(), nullptr, nullptr, 0, nullptr, nullptr);
        std::fclose(file);
    }

    private_key key_;
    rpc::tls::owned<X509> made_;
    std::unique_ptr<temporary_folder> folder_ = std::make_unique<temporary_folder>();
    certificate_files files_;
};

/// Somebody who issues certificates.
class authority {
public:
    explicit authority(std::string name)
        : own_({.common_name = std::move(name), .names = "", .is_authority = true}, nullptr) {}

    issued issue(const certificate_facts& facts = {}) const { return {facts, &own_}; }
    issued issue_client(const std::string& name) const {
        return issue({.common_name = name, .names = "", .usage = "clientAuth"});
    }

    /// The file that others trust.
    const std::string& file() const noexcept { return own_.files().certificate; }

    /// A file that lists revoked certificates. Times are seconds from now.
    std::string revoke(const std::vector<const issued*>& revoked, long until = 3600) {
        X509_CRL* const list = X509_CRL_new();
        X509_CRL_set_version(list, 1);
        X509_CRL_set_issuer_name(list, X509_get_subject_name(own_.get()));
        ASN1_TIME* const time = X509_gmtime_adj(nullptr, -7200);
        X509_CRL_set1_lastUpdate(list, time);
        X509_gmtime_adj(time, until);
        X509_CRL_set1_nextUpdate(list, time);
        X509_gmtime_adj(time, -3600);
        for (const issued* one : revoked) {
            X509_REVOKED* const entry = X509_REVOKED_new();
            X509_REVOKED_set_serialNumber(entry, X509_get_serialNumber(one->get()));
            X509_REVOKED_set_revocationDate(entry, time);
            X509_CRL_add0_revoked(list, entry);
        }
        X509_CRL_sort(list);
        X509_CRL_sign(list, own_.key(), EVP_sha256());
        ASN1_TIME_free(time);
        const std::string path = folder_->path("crl" + std::to_string(++lists_) + ".pem");
        std::FILE* const file = std::fopen(path.c_str(), "w");
        PEM_write_X509_CRL(file, list);
        std::fclose(file);
        X509_CRL_free(list);
        return path;
    }

private:
    issued own_;
    std::unique_ptr<temporary_folder> folder_ = std::make_unique<temporary_folder>();
    int lists_ = 0;
};

}  // namespace test

#endif  // TESTS_CERTIFICATES_HPP
