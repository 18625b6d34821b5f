// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_CLI_REMOTE_HPP
#define GATEWIRE_CLI_REMOTE_HPP

#include "failure.hpp"
#include "settings.hpp"

#include <gatewire/dynamic_client.hpp>
#include <gatewire/io_thread.hpp>

#include <asio/signal_set.hpp>

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace cli {

/// The server that the command line names.
class remote {
public:
    /// Connects, and says why if that cannot be done: at the first failure, unless the settings say
    /// to wait.
    /// @param handlers  Called on another thread.
    /// @param keys      Of the one event of the handlers; none: all of it.
    /// @throws failure, rpc::error
    explicit remote(const settings& how, rpc::dynamic_handlers handlers = {},
                    std::vector<std::string> keys = {});
    ~remote();
    remote(const remote&) = delete;
    remote& operator=(const remote&) = delete;

    rpc::dynamic_client& client() noexcept { return *client_; }
    rpc::io_thread& thread() noexcept { return io_; }

    /// The result as it was written.
    /// @throws rpc::error
    std::string call(std::string_view method, const std::string& params = "[]",
                     const rpc::dynamic_options& options = {});

    /// Why the server refused a subscription; empty if it did not.
    std::string refusal() const;

    /// Calls `use` once, on another thread, at SIGINT or SIGTERM. Without it they end the program.
    void on_interrupt(std::function<void()> use);

private:
    void tell(const rpc::log_record& record);
    void connect(const settings& how);

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    bool was_connected_ = false;
    std::string problem_;  // why the newest try to connect failed
    std::string refusal_;
    rpc::io_thread io_;
    asio::signal_set signals_{io_.context()};
    std::unique_ptr<rpc::dynamic_client> client_;
};

/// Options of a client as the settings say.
rpc::client_options client_options_of(const settings& how);

}  // namespace cli

#endif  // GATEWIRE_CLI_REMOTE_HPP
