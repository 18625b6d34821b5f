// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: keys and certificates are read when it is said, whole or not at all, and files that are not
// in order are named. Method: files that are replaced, broken and removed while a server runs.

#include "raw_tls.hpp"
#include "tls_rig.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace {

using test::authority;
using test::error_of;
using test::issued;
using test::mirror;
using test::raw_tls;
using test::server_keys;
using test::tls_rig;
using namespace std::chrono_literals;

/// The fingerprint of the certificate that a server shows to who comes now.
std::string shown_by(const tls_rig& served) {
    auto peer = raw_tls::connect(served.plain_address());
    REQUIRE(peer.shake_hands());
    return rpc::tls::certificate_of_peer(peer.get()).value().fingerprint;
}

void overwrite(const std::string& path, const std::string& text) {
    std::ofstream(path) << text;
}

std::string refusal(const rpc::tls_server_options& options) {
    const rpc::error why = error_of([&] { rpc::tls_server(options); });
    CHECK(why.code() == rpc::errc::invalid_certificate);
    CHECK(why.outcome() == rpc::outcome::not_sent);
    return why.message();
}

}  // namespace

TEST_CASE("tls: reload shows new connections the new certificate, and leaves old ones alone") {
    const authority ca("test authority");
    const issued first = ca.issue();
    const issued second = ca.issue();
    const std::string first_print = rpc::tls::fingerprint_of(first.get());
    const auto keys = server_keys(first);
    tls_rig served(keys);
    rpc::client<mirror> client(served.runs_on.get_executor(), served.options(ca.file()));
    client.start();
    CHECK(client.call<"echo">("a") == "a");
    first.replace_by(second);
    CHECK(shown_by(served) == first_print);
    keys->reload();
    CHECK(shown_by(served) == rpc::tls::fingerprint_of(second.get()));
    CHECK(client.call<"echo">("b") == "b");
    CHECK(served.server.sessions().front().session == 1);
}

TEST_CASE("tls: a reload of files that are not in order keeps the old ones and says which it was") {
    const authority ca("test authority");
    const issued shown = ca.issue();
    const issued other = ca.issue();
    const std::string print = rpc::tls::fingerprint_of(shown.get());
    const auto keys = server_keys(shown);
    tls_rig served(keys);
    const auto fails = [&](const std::string& file) {
        const rpc::error why = error_of([&] { keys->reload(); });
        CHECK(why.code() == rpc::errc::invalid_certificate);
        CHECK(why.message().find("'" + file + "'") != std::string::npos);
        CHECK(shown_by(served) == print);
    };
    overwrite(shown.files().certificate, "no certificate");
    fails(shown.files().certificate);
    overwrite(shown.files().certificate, "");
    fails(shown.files().certificate);
    shown.replace_by(other);
    overwrite(shown.files().key, "no key");
    fails(shown.files().key);
    // A key that is not the certificate's.
    const issued third = ca.issue();
    std::ifstream key(third.files().key);
    overwrite(shown.files().key, {std::istreambuf_iterator<char>(key), {}});
    fails(shown.files().key);
    shown.replace_by(other);
    keys->reload();
    CHECK(shown_by(served) == rpc::tls::fingerprint_of(other.get()));
}

TEST_CASE("tls: a client's reload trusts another authority from then on") {
    const authority old_ca("old authority");
    const authority new_ca("new authority");
    const issued shown = new_ca.issue();
    tls_rig served(server_keys(shown));
    test::temporary_folder folder;
    const std::string trusted = folder.path("trusted.pem");
    const auto copy = [&](const std::string& from) {
        std::ifstream file(from);
        overwrite(trusted, {std::istreambuf_iterator<char>(file), {}});
    };
    copy(old_ca.file());
    const auto keys = rpc::tls_client({.ca_file = trusted});
    rpc::client_options options = served.options(old_ca.file());
    options.tls = keys;
    rpc::client<mirror> client(served.runs_on.get_executor(), options);
    client.start();
    CHECK(test::says(served.client_log, rpc::log_event::connect_failed, "is not trusted here"));
    // It asks again and again, and tells it once.
    CHECK(test::has_logged(served.log, rpc::log_event::disconnected, 3));
    CHECK(served.client_log.count() == 1);
    copy(new_ca.file());
    keys->reload();
    CHECK(client.call<"echo">("a") == "a");
}

TEST_CASE("tls: files that cannot be used are named") {
    authority ca("test authority");
    const issued shown = ca.issue();
    const std::string certificate = shown.files().certificate;
    const std::string key = shown.files().key;
    const std::string none = "/no/such/file.pem";
    CHECK(refusal({}).find("the certificate file ''") != std::string::npos);
    CHECK(refusal({.certificate_file = none, .key_file = key})
              .find("the certificate file '" + none + "'") != std::string::npos);
    CHECK(refusal({.certificate_file = certificate, .key_file = none})
              .find("the key file '" + none + "'") != std::string::npos);
    CHECK(refusal({.certificate_file = certificate, .key_file = key, .client_ca_file = none})
              .find("certificate authorities '" + none + "'") != std::string::npos);
    CHECK(refusal({.certificate_file = certificate,
                   .key_file = key,
                   .client_ca_file = ca.file(),
                   .crl_file = none})
              .find("revoked certificates '" + none + "'") != std::string::npos);
    const rpc::error why = error_of([&] { rpc::tls_client({.ca_file = none}); });
    CHECK(why.code() == rpc::errc::invalid_certificate);
    CHECK(why.message().find("'" + none + "'") != std::string::npos);
}

TEST_CASE("tls: a key with a password is refused, and nobody is asked for it") {
    const authority ca("test authority");
    const issued shown = ca.issue();
    std::FILE* const file = std::fopen(shown.files().key.c_str(), "w");
    char password[] = "secret";
    PEM_write_PrivateKey(file, shown.key(), EVP_aes_128_cbc(),
                         reinterpret_cast<unsigned char*>(password), 6, nullptr, nullptr);
    std::fclose(file);
    CHECK(refusal({.certificate_file = shown.files().certificate, .key_file = shown.files().key})
              .find("the key file") != std::string::npos);
}

TEST_CASE("tls: certificates may be reloaded while many clients connect") {
    const authority ca("test authority");
    const issued shown = ca.issue();
    const auto keys = server_keys(shown);
    tls_rig served(keys, {}, test::threading::four_threads);
    std::atomic<bool> is_over{false};
    std::thread reloader([&] {
        while (!is_over) {
            keys->reload();
        }
    });
    for (int round = 0; round < 10; ++round) {
        std::vector<std::unique_ptr<rpc::client<mirror>>> clients;
        const rpc::client_options options = served.options(ca.file());
        for (int number = 0; number < 4; ++number) {
            clients.push_back(
                std::make_unique<rpc::client<mirror>>(served.runs_on.get_executor(), options));
            clients.back()->start();
        }
        for (const auto& client : clients) {
            CHECK(client->call<"echo">("a") == "a");
        }
    }
    is_over = true;
    reloader.join();
}

TEST_CASE("tls: a peer that changes its keys again and again is given up") {
    const authority ca("test authority");
    const issued shown = ca.issue();
    tls_rig served(server_keys(shown));
    const std::string ping_call = test::framed(R"({"jsonrpc":"2.0","method":"rpc.ping","id":1})");
    for (const int kind : {SSL_KEY_UPDATE_REQUESTED, SSL_KEY_UPDATE_NOT_REQUESTED}) {
        CAPTURE(kind);
        auto peer = raw_tls::connect(served.plain_address());
        REQUIRE(peer.shake_hands());
        int answered = 0;
        for (int change = 0; change < 100; ++change) {
            if (SSL_key_update(peer.get(), kind) != 1 || !peer.send(ping_call) ||
                !peer.receive_frame()) {
                break;
            }
            ++answered;
        }
        CHECK(answered == 16);
    }
    // After a mebibyte it may again.
    auto peer = raw_tls::connect(served.plain_address());
    REQUIRE(peer.shake_hands());
    const std::string letter(std::size_t{512} << 10, 'x');
    const std::string call = test::framed(
        R"({"jsonrpc":"2.0","method":"echo","params":[")" + letter + R"("],"id":1})");
    for (int change = 0; change < 40; ++change) {
        CAPTURE(change);
        REQUIRE(SSL_key_update(peer.get(), SSL_KEY_UPDATE_NOT_REQUESTED) == 1);
        REQUIRE(peer.send(call));
        REQUIRE(peer.receive_frame());
        REQUIRE(peer.send(call));
        REQUIRE(peer.receive_frame());
    }
}
