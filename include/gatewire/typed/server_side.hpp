// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_TYPED_SERVER_SIDE_HPP
#define GATEWIRE_TYPED_SERVER_SIDE_HPP

#include <gatewire/detail/table_entries.hpp>
#include <gatewire/options.hpp>
#include <gatewire/server_stats.hpp>
#include <gatewire/typed/diagnose.hpp>
#include <gatewire/typed/event_key.hpp>
#include <gatewire/typed/served_engine.hpp>

#include <asio/any_io_executor.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace rpc::inline v1::session {
class server_core;
}  // namespace rpc::inline v1::session

namespace rpc::inline v1::typed {

class call_batch_runner;

/// What `rpc::server` does that depends on no type of the engine's.
///
/// The functions are defined in server_side_impl.hpp, so that no session and no protocol is
/// compiled with each server of a program that links gatewire::compiled.
class server_side {
public:
    server_side(const asio::any_io_executor& executor, server_options&& options,
                const served_engine& served);
    ~server_side();
    server_side(const server_side&) = delete;
    server_side& operator=(const server_side&) = delete;

    // The next ones as in `rpc::server`.
    void start();
    void stop();
    void when_drained(std::function<void()> done);
    std::size_t forget_keys();
    std::vector<std::string> addresses() const;
    bool is_running() const;
    std::size_t connections() const;
    std::size_t queued_bytes() const;
    std::vector<session_stats> sessions() const;
    server_stats stats() const;
    asio::any_io_executor executor() const;

    /// Publishes an event whose payload is written in `data`, now or after the call that runs.
    /// @throws rpc::error  `frame_too_large`.
    void publish(std::size_t place, std::string_view key, std::string_view data,
                 std::string_view target);

private:
    std::shared_ptr<session::server_core> core_;
    std::shared_ptr<call_batch_runner> runner_;
};

/// Checks what is published, and runs `use(place, key, data)` with its place in the engine's table,
/// its key and its text.
/// @throws rpc::error  As `with_payload`.
template <class Engine, detail::fixed_string Name, class Payload, class Use>
void with_event(const Payload& payload, Use&& use) {
    using events = typename detail::entries_of<Engine>::events;
    diagnose_event<Engine, Name, Payload>();
    if constexpr (detail::is_listed<Name, events>) {
        using event = detail::entry_named<Name, events>;
        if constexpr (std::is_convertible_v<const Payload&, const typename event::payload&>) {
            with_payload<event>(payload, [&](std::string_view key, std::string_view data) {
                use(detail::place_of<Name, events>, key, data);
            });
        }
    }
}

}  // namespace rpc::inline v1::typed

#endif  // GATEWIRE_TYPED_SERVER_SIDE_HPP
