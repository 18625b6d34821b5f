// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TRADER_RPC_ENGINE_HPP
#define TRADER_RPC_ENGINE_HPP

#include "../trader/main_engine.hpp"
#include "service_setting.hpp"
#include "service_types.hpp"

#include <gatewire/rpc.hpp>

#include <nlohmann/json.hpp>

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace trader::rpc_service {

/// The engine of the RPC service: serves the main engine to other processes, and tells them every
/// event but the timer, each once.
///
/// @par Thread safety
/// All functions may be called from any thread. None waits for a client.
class rpc_engine : public base_engine {
public:
    rpc_engine(main_engine& main, event_engine& events);
    ~rpc_engine() override;

    /// Starts with the settings of the last successful start, or those that were saved.
    bool start();
    /// Starts at these addresses, with the other settings of the last successful start.
    bool start(std::vector<std::string> listen);
    /// Starts. A successful start is logged, and what differs from `setting()` is saved. If what
    /// was saved cannot be read it does not start, and the file is left as it is.
    /// @return Whether it did; why not is logged, and told by `problem`.
    bool start(service_setting wanted);
    /// Starts, whatever was saved, and saves nothing.
    bool start_for_this_run(service_setting wanted);
    /// Why the last start failed, or what was saved cannot be read; empty if all is well.
    std::string problem() const;

    /// Ends all connections and takes no more. `start` works again at once.
    /// @return Whether it ran; if not, that is logged.
    bool stop();

    bool is_active() const;

    /// The addresses that are really bound, as clients take them.
    std::vector<std::string> addresses() const;
    /// The clients that are connected, with what they did.
    std::vector<rpc::session_stats> clients() const;
    /// Where its settings are kept, and files that belong to them.
    std::filesystem::path folder() const;
    /// What the service runs with, or would start with.
    service_setting setting() const;

    /// Adds a function that clients can call by name, with one JSON value in and one out. It runs
    /// in line with all other calls, which wait for it; what it throws reaches the caller.
    void add_function(const std::string& name,
                      std::function<nlohmann::json(const nlohmann::json&)> function);

    void close() override;

private:
    struct parts;
    std::unique_ptr<parts> parts_;
};

/// For `main_engine::add_app`.
struct rpc_service_app {
    static constexpr std::string_view app_name = "RpcService";
    static constexpr std::string_view display_name = "RPC service";
    using engine_type = rpc_engine;
};

}  // namespace trader::rpc_service

#endif  // TRADER_RPC_ENGINE_HPP
