// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: nobody is believed whose certificate is not in order, and everyone is told why. Method: for
// each thing that can be wrong, one certificate that is wrong in that alone.

#include "raw_tls.hpp"
#include "tls_rig.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>

namespace {

using test::authority;
using test::certificate_facts;
using test::error_of;
using test::issued;
using test::mirror;
using test::recorder;
using test::server_keys;
using test::tls_rig;
using namespace std::chrono_literals;

/// Whether a client of this rig gets through, and what its log says if not.
std::string outcome_of(tls_rig& served, rpc::client_options options) {
    recorder<test::log_line> log;
    options.log = test::log_into(log);
    rpc::io_thread io;
    rpc::client<mirror> client(io.get_executor(), options);
    client.start();
    if (log.wait([](const auto& lines) { return !lines.empty(); }) &&
        log.all().front().event == rpc::log_event::connected) {
        static_cast<void>(served);
        return client.call<"echo">("a") == "a" ? "connected" : "no echo";
    }
    const rpc::error why = error_of([&] { client.call<"echo">(rpc::timeout{5ms}, "a"); });
    CHECK(why.outcome() == rpc::outcome::not_sent);
    return log.all().front().text;
}

struct wrong {
    std::string_view what;
    certificate_facts facts;
    std::string_view said;
};

}  // namespace

TEST_CASE("tls: a server's certificate that is not in order is refused, and the reason logged") {
    const authority ca("test authority");
    for (const wrong& one :
         {wrong{"expired", {.valid_until = -1}, "the server's certificate has expired"},
          wrong{"not yet valid", {.valid_from = 600}, "the server's certificate is not valid yet"},
          wrong{"wrong name and address",
                {.names = "DNS:elsewhere,IP:127.0.0.2"},
                "the server's certificate is not one for '127.0.0.1'"},
          wrong{"no names, and a common name that does not count",
                {.common_name = "127.0.0.1", .names = ""},
                "the server's certificate is not one for '127.0.0.1'"},
          wrong{"of a client",
                {.usage = "clientAuth"},
                "the server's certificate was not issued for this purpose"}}) {
        CAPTURE(one.what);
        const issued server = ca.issue(one.facts);
        tls_rig served(server_keys(server));
        const std::string text = outcome_of(served, served.options(ca.file()));
        CHECK(text.find(one.said) != std::string::npos);
        CHECK(test::has_logged(served.log, rpc::log_event::disconnected));
        CHECK(test::eventually([&] { return served.server.sessions().empty(); }));
    }
    const issued good = ca.issue();
    tls_rig served(server_keys(good));
    CHECK(outcome_of(served, served.options(ca.file())) == "connected");
}

TEST_CASE("tls: a server's name is compared too, where its address is a name") {
    const authority ca("test authority");
    const issued good = ca.issue({.names = "DNS:localhost"});
    const issued wild = ca.issue({.names = "DNS:*.desk.example,DNS:l*host"});
    const issued by_number = ca.issue({.names = "IP:127.0.0.1"});
    const auto outcome = [&](const issued& shown, rpc::tls_client_options keys = {}) {
        tls_rig served(server_keys(shown));
        rpc::client_options options = served.options(ca.file(), std::move(keys));
        options.address = "tls://localhost" + served.port();
        return outcome_of(served, options);
    };
    CHECK(outcome(good) == "connected");
    CHECK(outcome(wild).find("is not one for 'localhost'") != std::string::npos);
    CHECK(outcome(by_number).find("is not one for 'localhost'") != std::string::npos);
    CHECK(outcome(by_number, {.server_name = "127.0.0.1"}) == "connected");
    CHECK(outcome(wild, {.server_name = "a.desk.example"}) == "connected");
    CHECK(outcome(good, {.server_name = "a.desk.example"}).find("'a.desk.example'") !=
          std::string::npos);
}

TEST_CASE("tls: a server of an authority that is not trusted is refused") {
    const authority ca("test authority");
    const authority other("test authority");  // The same name is not the same authority.
    const authority stranger("somebody else");
    const issued own({}, nullptr);
    {
        const issued server = stranger.issue();
        tls_rig served(server_keys(server));
        CHECK(outcome_of(served, served.options(ca.file()))
                  .find("was issued by an authority that is not trusted here") !=
              std::string::npos);
        // The system's authorities do not know it either.
        CHECK(outcome_of(served, served.options("")).find("is not trusted here") !=
              std::string::npos);
    }
    {
        const issued server = other.issue();
        tls_rig served(server_keys(server));
        CHECK(outcome_of(served, served.options(ca.file()))
                  .find("the server's certificate is refused: certificate signature failure") !=
              std::string::npos);
    }
    tls_rig served(server_keys(own));
    CHECK(outcome_of(served, served.options(ca.file()))
              .find("is self-signed, and not one that is trusted here") != std::string::npos);
    CHECK(outcome_of(served, served.options(own.files().certificate)) == "connected");
}

TEST_CASE("tls: a certificate that was revoked is refused where the list is known") {
    authority ca("test authority");
    const issued bad = ca.issue();
    const issued good = ca.issue();
    const std::string list = ca.revoke({&bad});
    for (const bool is_bad : {true, false}) {
        CAPTURE(is_bad);
        tls_rig served(server_keys(is_bad ? bad : good));
        CHECK(outcome_of(served, served.options(ca.file())) == "connected");
        const std::string text = outcome_of(served, served.options(ca.file(), {.crl_file = list}));
        CHECK((text == "connected") == !is_bad);
        CHECK((text.find("the server's certificate was revoked") != std::string::npos) == is_bad);
        // A list that ran out may lack what was revoked since.
        CHECK(outcome_of(served, served.options(ca.file(), {.crl_file = ca.revoke({&bad}, -60)}))
                  .find("the list of revoked certificates is out of date") != std::string::npos);
    }
}

TEST_CASE("tls: a client without a certificate in order is refused before any frame is read") {
    authority ca("test authority");
    const authority other("other authority");
    const issued server = ca.issue();
    const issued expired = ca.issue({.names = "", .usage = "clientAuth", .valid_until = -1});
    const issued early = ca.issue({.names = "", .usage = "clientAuth", .valid_from = 600});
    const issued of_server = ca.issue();
    const issued stranger = other.issue_client("ada");
    const issued own({.common_name = "ada", .names = "", .usage = "clientAuth"}, nullptr);
    const issued revoked = ca.issue_client("bob");
    const std::string list = ca.revoke({&revoked});
    struct wrong_client {
        const issued* shown;
        std::string_view said;
    };
    for (const wrong_client& one :
         {wrong_client{nullptr, "the client showed no certificate"},
          wrong_client{&expired, "the client's certificate has expired"},
          wrong_client{&early, "the client's certificate is not valid yet"},
          wrong_client{&of_server, "the client's certificate was not issued for this purpose"},
          wrong_client{&stranger, "the client's certificate was issued by an authority"},
          wrong_client{&own, "the client's certificate is self-signed"},
          wrong_client{&revoked, "the client's certificate was revoked"}}) {
        CAPTURE(one.said);
        tls_rig served(server_keys(server, {.client_ca_file = ca.file(), .crl_file = list}));
        rpc::tls_client_options keys;
        if (one.shown != nullptr) {
            keys.certificate_file = one.shown->files().certificate;
            keys.key_file = one.shown->files().key;
        }
        rpc::client<mirror> client(served.runs_on.get_executor(), served.options(ca.file(), keys));
        client.start();
        const rpc::error why = error_of([&] { client.call<"echo">("a"); });
        CHECK(why.code() == rpc::errc::unauthenticated);
        CHECK(why.outcome() == rpc::outcome::not_sent);
        CHECK(why.message().find("the server refused the certificate") != std::string::npos);
        CHECK(test::says(served.log, rpc::log_event::disconnected, one.said));
        for (const rpc::session_stats& session : served.server.sessions()) {
            CHECK(session.calls == 0);
            CHECK(session.identity.empty());
        }
    }
}

TEST_CASE(
    "tls: a hook is not even asked about a client without a certificate, and sees good ones") {
    const authority ca("test authority");
    const issued server = ca.issue();
    const issued ada = ca.issue({.common_name = "ada",
                                 .names = "DNS:ada.example,email:ada@example.com,"
                                          "URI:desk:ada,IP:10.0.0.1,IP:::1",
                                 .usage = "clientAuth"});
    recorder<rpc::credentials> shown;
    rpc::server_options options;
    options.authenticate = [&shown](const rpc::credentials& one) -> rpc::identity {
        shown.add(one);
        return {one.certificate.value().common_name + " by " + one.token, {"secrets"}};
    };
    tls_rig served(server_keys(server, {.client_ca_file = ca.file()}), options);
    auto stranger = test::raw_tls::connect(served.plain_address());
    stranger.shake_hands();
    stranger.send(
        test::frame(R"({"jsonrpc":"2.0","method":"rpc.hello","params":{"protocol":1},"id":1})"));
    CHECK_FALSE(stranger.receive_frame().has_value());
    CHECK(stranger.failure().find("certificate required") != std::string::npos);
    CHECK(shown.count() == 0);

    rpc::client_options to = served.options(
        ca.file(), {.certificate_file = ada.files().certificate, .key_file = ada.files().key});
    to.token = "s3cret";
    rpc::client<mirror> client(served.runs_on.get_executor(), to);
    client.start();
    CHECK(client.call<"name">() == "ada by s3cret");
    CHECK(client.call<"secret">() == 7);
    const rpc::credentials seen = shown.all().at(0);
    REQUIRE(seen.certificate.has_value());
    CHECK(seen.peer.starts_with("tls://127.0.0.1:"));
    CHECK_FALSE(seen.process.has_value());
    CHECK(seen.certificate->common_name == "ada");
    CHECK(seen.certificate->names ==
          std::vector<std::string>{"DNS:ada.example", "email:ada@example.com", "URI:desk:ada",
                                   "IP:10.0.0.1", "IP:::1"});
    CHECK(seen.certificate->fingerprint == rpc::tls::fingerprint_of(ada.get()));
    CHECK(seen.certificate->fingerprint.size() == 64);
    CHECK(seen.certificate->pem.starts_with("-----BEGIN CERTIFICATE-----\n"));
}

TEST_CASE("tls: without a hook a client is the subject of its certificate, without roles") {
    const authority ca("test authority");
    const issued server = ca.issue();
    tls_rig served(server_keys(server, {.client_ca_file = ca.file()}));
    for (const std::string name : {"ada", ""}) {
        CAPTURE(name);
        const issued shown = ca.issue_client(name);
        rpc::client<mirror> client(
            served.runs_on.get_executor(),
            served.options(ca.file(), {.certificate_file = shown.files().certificate,
                                       .key_file = shown.files().key}));
        client.start();
        const std::string expected = name.empty() ? rpc::tls::fingerprint_of(shown.get()) : "ada";
        CHECK(client.call<"name">() == expected);
        CHECK(served.server.sessions().back().identity == expected);
        CHECK(error_of([&] { client.call<"secret">(); }).code() == rpc::errc::forbidden);
    }
    // Where no certificate is asked for, none makes anybody known.
    tls_rig open(server_keys(server));
    const issued shown = ca.issue_client("ada");
    rpc::client<mirror> client(
        open.runs_on.get_executor(),
        open.options(ca.file(), {.certificate_file = shown.files().certificate,
                                 .key_file = shown.files().key}));
    client.start();
    CHECK(client.call<"name">().empty());
}
