// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TRADER_TRANSPORT_HPP
#define TRADER_TRANSPORT_HPP

#include <gatewire/rpc.hpp>

#ifdef TRADER_OVER_NATS
#include <gatewire/nats.hpp>
#elif defined(TRADER_HAS_TLS)
#include <gatewire/tls.hpp>
#endif

#include <cerrno>
#include <fstream>
#include <string>
#include <system_error>
#include <type_traits>
#include <utility>
#include <vector>

/// What carries the desk's calls and events: sockets, or a NATS broker with GATEWIRE_DESK_NATS.
namespace trader::transport {

/// Files in PEM form for `tls://` addresses; empty where there is none.
struct tls_files {
    std::string authority;  ///< Of the certificates of the other side.
    std::string certificate;
    std::string key;
};

#ifdef TRADER_OVER_NATS

/// Whether events can be sent to some clients only.
inline constexpr bool knows_who = false;

/// A server over NATS with the functions and options of `rpc::server` that the desk uses. The
/// address to listen at is the broker's.
template <class Engine>
class broker_server : public rpc::nats::server<Engine> {
public:
    template <class Executor>
    broker_server(const Executor& executor, Engine& engine, rpc::server_options options)
        : rpc::nats::server<Engine>(executor, engine, converted(options)),
          url_(options.listen.front()) {}

    std::vector<std::string> addresses() const { return {url_}; }
    /// A broker does not tell who is there.
    std::vector<rpc::session_stats> sessions() const { return {}; }

private:
    static rpc::nats::server_options converted(const rpc::server_options& options) {
        if (options.authenticate) {
            throw rpc::error(rpc::errc::invalid_address,
                             "over NATS the broker decides who may do what: leave the clients out");
        }
        return {.url = options.listen.front(),
                .name = "desk",
                .drain_time = options.drain_time,
                .log = options.log};
    }

    const std::string url_;
};

/// The same for `rpc::client`.
template <class Gateway>
class broker_client : public rpc::nats::client<Gateway> {
public:
    template <class Executor>
    broker_client(const Executor& executor, Gateway& gateway, const rpc::client_options& options)
        : rpc::nats::client<Gateway>(executor, gateway,
                                     {.url = options.address,
                                      .name = "desk",
                                      .credentials = {.token = options.token},
                                      .call_timeout = options.call_timeout,
                                      .log = options.log}) {}
};

template <class Engine>
using server = broker_server<Engine>;
template <class Gateway>
using client = broker_client<Gateway>;

#else

inline constexpr bool knows_who = true;

template <class Engine>
using server = rpc::server<Engine>;
template <class Gateway>
using client = rpc::client<Gateway>;

#endif

inline bool is_encrypted(const std::string& address) {
#ifdef TRADER_OVER_NATS
    static_cast<void>(address);  // What a broker's addresses mean is for its client to know.
    return false;
#else
    return address.starts_with("tls://");
#endif
}

/// Gives a server or a client what its `tls://` address needs.
/// @throws rpc::error  `invalid_address` if this program cannot encrypt; `invalid_certificate`,
/// with
///                     the file.
template <class Options>
void encrypt(Options& options, const tls_files& files) {
#ifdef TRADER_HAS_TLS
    for (const auto& file : {files.authority, files.certificate, files.key}) {
        // OpenSSL has no words for this.
        errno = 0;
        if (!file.empty() && !std::ifstream(file)) {
            throw rpc::error(
                rpc::errc::invalid_certificate,
                "cannot read '" + file + "': " + std::system_category().message(errno));
        }
    }
    if constexpr (std::is_same_v<Options, rpc::server_options>) {
        options.tls = rpc::tls_server({.certificate_file = files.certificate,
                                       .key_file = files.key,
                                       .client_ca_file = files.authority});
    } else {
        options.tls = rpc::tls_client({.ca_file = files.authority,
                                       .certificate_file = files.certificate,
                                       .key_file = files.key});
    }
#else
    static_cast<void>(options);
    static_cast<void>(files);
    throw rpc::error(rpc::errc::invalid_address,
                     "this program was built without OpenSSL and knows no tls://");
#endif
}

}  // namespace trader::transport

#endif  // TRADER_TRANSPORT_HPP
