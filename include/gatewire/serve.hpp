// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SERVE_HPP
#define GATEWIRE_SERVE_HPP

#include <gatewire/server.hpp>
#include <gatewire/session/loop_thread.hpp>

#include <utility>

namespace rpc::inline v1 {

/// Serves an engine until SIGINT or SIGTERM, then drains and returns. A second signal ends the
/// drain. The loop is its own and runs on this thread.
///
/// @param engine   As for `rpc::server`.
/// @param options  As for `rpc::server`.
/// @param started  Called with the server once it is bound, to publish through it, for example.
/// @throws rpc::error  As `server::start`.
template <class Engine, class Started>
void serve(Engine& engine, server_options options, Started&& started) {
    session::signalled_loop loop;
    server<Engine> served(loop.executor(), engine, std::move(options));
    served.start();
    loop.on_signal([&] { served.stop(); },
                   [&] { served.when_drained([&] { loop.ignore_signals(); }); });
    std::forward<Started>(started)(served);
    loop.run();
}

/// The same without a callback.
template <class Engine>
void serve(Engine& engine, server_options options = {}) {
    serve(engine, std::move(options), [](server<Engine>&) {});
}

}  // namespace rpc::inline v1

#endif  // GATEWIRE_SERVE_HPP
