// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TRADER_TRANSPORT_HPP
#define TRADER_TRANSPORT_HPP

#include <gatewire/rpc.hpp>

#ifdef TRADER_OVER_NATS
#include <gatewire/nats.hpp>

#include <string>
#include <utility>
#include <vector>
#endif

/// What carries the desk's calls and events: sockets, or a NATS broker with GATEWIRE_DESK_NATS.
namespace trader::transport {

#ifdef TRADER_OVER_NATS

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

template <class Engine>
using server = rpc::server<Engine>;
template <class Gateway>
using client = rpc::client<Gateway>;

#endif

}  // namespace trader::transport

#endif  // TRADER_TRANSPORT_HPP
