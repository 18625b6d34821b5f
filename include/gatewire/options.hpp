// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_OPTIONS_HPP
#define GATEWIRE_OPTIONS_HPP

#include <gatewire/credentials.hpp>
#include <gatewire/limits.hpp>
#include <gatewire/log.hpp>
#include <gatewire/observer.hpp>
#include <gatewire/spin.hpp>

#include <asio/any_io_executor.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace rpc::inline v1 {

namespace session {
class environment;
class server_encryption;
class client_encryption;
}  // namespace session

/// How a server listens and what it allows. A plain aggregate: name what differs.
///
/// Durations, here and everywhere: one that is longer than the clock counts, which is 292 years,
/// `std::chrono::milliseconds::max()` for example, is for ever; a negative one is zero.
struct server_options {
    /// Where to listen: `tcp://host:port` (a name, an IPv4 address, an IPv6 address in brackets,
    /// `*` for every IPv4 address; port 0 picks one), `tls://host:port` or `unix:///path`.
    std::vector<std::string> listen{"tcp://127.0.0.1:2014"};
    /// What `tls://` addresses need: include `<gatewire/tls.hpp>` and set `rpc::tls_server(...)`.
    std::shared_ptr<session::server_encryption> tls{};
    /// Permissions of the files of `unix://` addresses, whatever the umask is: who may write to the
    /// file may connect. By default that is the server's own user.
    unsigned unix_socket_mode = 0600;
    /// Lets clients that nobody authenticated connect from beyond this machine. While it is false
    /// and `authenticate` is not set, `start` refuses every TCP address that is not loopback.
    bool anonymous_beyond_loopback = false;
    /// Tells who a client is by what it showed at its hello, and which roles it has: methods ask
    /// `caller::identity`, tables ask by `rpc::needs`. A text is a name without roles. It throws to
    /// refuse the client: `throw rpc::error{rpc::errc::unauthenticated,
    /// "unknown token"}`. What the exception says is sent to the client and logged, so never put
    /// the token into it. Compare tokens with `rpc::same_secret`.
    ///
    /// Where this is set, every client must say hello first: until one is accepted its calls are
    /// answered with `unauthenticated`. A client that is refused is disconnected after the answer.
    ///
    /// It is called once per hello, on the thread of the server's executor that read the hello,
    /// while no lock is held: for several clients at a time if the executor has several threads, so
    /// it must be thread-safe, and beside the engine's strand. It must be quick, since other
    /// connections may wait for that thread, and must not destroy the server.
    std::function<identity(const credentials&)> authenticate{};
    /// The role of those whom `rpc.stats` tells what each connection subscribed to; everyone else,
    /// and everyone while it is empty, is told how much that is.
    std::string stats_role{};
    /// Bounds per connection.
    server_limits limits{};
    /// How often a client that said hello shall give a sign of life.
    std::chrono::milliseconds heartbeat{5'000};
    /// A client that said hello and sends no byte for this long is disconnected.
    std::chrono::milliseconds heartbeat_timeout{15'000};
    /// How long a session outlives a lost connection: its calls go on, and their answers and the
    /// events are kept for the client that comes back. Zero ends it at once.
    std::chrono::milliseconds session_grace{30'000};
    /// How long each connection is polled after a sign of life before its thread sleeps. Off by
    /// default.
    rpc::spin spin{};
    /// A promise that everything runs on one thread: the executor, and every call of this server
    /// and of its engine. Calls and events take no lock then. Nothing checks it.
    bool single_threaded{false};
    /// How long `stop` lets running calls finish. Zero ends them at once.
    std::chrono::milliseconds drain_time{30'000};
    /// Where methods with the trait `rpc::offload` run; by default on the server's executor, but
    /// beside the engine's strand.
    asio::any_io_executor worker{};
    /// What is served, for people: the title of the document that `rpc.discover` answers.
    std::string title{"gatewire service"};
    /// The version of what is served, as that document says it: yours, not this library's.
    std::string version{"0.0.0"};
    /// A call that holds the engine longer than this is logged. Zero logs none.
    std::chrono::milliseconds slow_call{1'000};
    /// Takes log records; silent by default. `rpc::log_to_stderr` prints them.
    log_callback log{};
    /// Sees calls and events, for metrics and traces; nobody does by default.
    std::shared_ptr<rpc::observer> observer{};
    /// Where time, chance and connections come from: null for the real ones, else what
    /// `rpc::testing::world` gives.
    std::shared_ptr<session::environment> environment{};
};

/// How a client connects and what it waits for. A plain aggregate: name what differs.
struct client_options {
    /// The server's address: `tcp://host:port`, `tls://host:port` or `unix:///path`.
    std::string address{"tcp://127.0.0.1:2014"};
    /// What a `tls://` address needs: include `<gatewire/tls.hpp>` and set `rpc::tls_client(...)`.
    std::shared_ptr<session::client_encryption> tls{};
    /// Text in UTF-8 that is shown to the server at the hello, for its `authenticate`; nothing is
    /// shown if it is empty. It is sent as it is, so on a network that others can read, so can
    /// they. While the server refuses it, calls fail with `unauthenticated` at once, and the client
    /// goes on trying, once in `backoff_max`.
    std::string token{};
    /// How long a call may take, waiting for a connection included, unless `rpc::timeout` says
    /// otherwise.
    std::chrono::milliseconds call_timeout{30'000};
    /// The longest first pause before connecting again, or before asking again for a subscription
    /// that the server refused for the moment. Pauses are drawn evenly between zero and
    /// a bound that doubles from here (full jitter).
    std::chrono::milliseconds backoff_min{50};
    /// The bound stops doubling here. A server that refuses this client, for its token, its
    /// certificate or its protocol, is asked again after this pause at once, and what it says is
    /// logged once until it says something else.
    std::chrono::milliseconds backoff_max{5'000};
    /// How long the connection may rest before a heartbeat is sent, at least 1 ms. The server's
    /// wish, if it is shorter, wins.
    std::chrono::milliseconds heartbeat{5'000};
    /// A server that sends no byte for this long is given up.
    std::chrono::milliseconds heartbeat_timeout{15'000};
    /// Bounds of this client.
    client_limits limits{};
    /// How long the connection is polled after a sign of life before its thread sleeps; and how
    /// long a thread that waits in `call` polls before it sleeps. Off by default.
    rpc::spin spin{};
    /// A promise that everything runs on one thread: the executor, and every call of this client.
    /// Calls and events take no lock then. Nothing checks it.
    bool single_threaded{false};
    /// Takes log records; silent by default. `rpc::log_to_stderr` prints them.
    log_callback log{};
    /// Sees calls and events, for metrics and traces; nobody does by default.
    std::shared_ptr<rpc::observer> observer{};
    /// Where time, chance and connections come from: null for the real ones, else what
    /// `rpc::testing::world` gives.
    std::shared_ptr<session::environment> environment{};
};

}  // namespace rpc::inline v1

#endif  // GATEWIRE_OPTIONS_HPP
