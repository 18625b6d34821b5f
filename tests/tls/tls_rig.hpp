// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TESTS_TLS_RIG_HPP
#define TESTS_TLS_RIG_HPP

#include "certificates.hpp"
#include "desk.hpp"

#include <gatewire/rpc.hpp>
#include <gatewire/tls.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// A desk behind TLS, and clients that come to it with certificates of their choice.
namespace test {

inline constexpr std::string_view ping = R"({"jsonrpc":"2.0","method":"rpc.ping","id":1})";

/// An engine that tells callers who they are.
class mirror {
public:
    std::string name(const rpc::caller& who) { return who.identity(); }
    std::string peer(const rpc::caller& who) { return who.peer(); }
    std::string echo(std::string text) { return text; }
    int secret() const { return 7; }

    using rpc_table =
        rpc::table<rpc::method<"name", &mirror::name>, rpc::method<"peer", &mirror::peer>,
                   rpc::method<"echo", &mirror::echo>,
                   rpc::method<"secret", &mirror::secret, rpc::needs<"secrets">>,
                   rpc::event<"quote", quote>>;
};

inline std::shared_ptr<rpc::server_tls> server_keys(const issued& shown,
                                                    rpc::tls_server_options options = {}) {
    options.certificate_file = shown.files().certificate;
    options.key_file = shown.files().key;
    return rpc::tls_server(std::move(options));
}

class tls_rig {
public:
    explicit tls_rig(std::shared_ptr<rpc::server_tls> keys, rpc::server_options options = {},
                     threading how = threading::one_thread)
        : runs_on(how), server(runs_on.get_executor(), engine, [&] {
              options.listen = {"tls://127.0.0.1:0"};
              options.tls = std::move(keys);
              options.log = log_into(log);
              return std::move(options);
          }()) {
        server.start();
    }

    std::string address() const { return server.addresses().front(); }
    std::string plain_address() const { return "tcp" + address().substr(3); }
    std::string port() const { return address().substr(address().rfind(':')); }

    /// Options of a client that trusts this authority, and comes back at once.
    rpc::client_options options(const std::string& ca_file, rpc::tls_client_options keys = {}) {
        keys.ca_file = ca_file;
        rpc::client_options result;
        result.address = address();
        result.tls = rpc::tls_client(std::move(keys));
        result.backoff_min = std::chrono::milliseconds(1);
        result.backoff_max = std::chrono::milliseconds(20);
        result.log = log_into(client_log);
        return result;
    }

    mirror engine;
    recorder<log_line> log;
    recorder<log_line> client_log;
    loop runs_on;
    rpc::server<mirror> server;
};

/// Waits for a record of this kind with this text in it. @return Whether it came.
inline bool says(const recorder<log_line>& log, rpc::log_event event, std::string_view text) {
    return log.wait([&](const std::vector<log_line>& lines) {
        for (const log_line& line : lines) {
            if (line.event == event && line.text.find(text) != std::string::npos) {
                return true;
            }
        }
        return false;
    });
}

}  // namespace test

#endif  // TESTS_TLS_RIG_HPP
