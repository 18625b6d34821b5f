// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_CLI_RECORDING_PROXY_HPP
#define GATEWIRE_CLI_RECORDING_PROXY_HPP

#include "recording.hpp"
#include "settings.hpp"

#include <gatewire/io_thread.hpp>

#include <map>
#include <memory>
#include <string>

namespace cli {

/// Stands between clients and a server, passes every byte on, and writes the calls and events that
/// it sees go by. What belongs to the protocol, `rpc.` methods, is left out.
class recording_proxy {
public:
    /// @throws rpc::error, failure, std::system_error  It cannot listen, or not reach the server.
    /// @param keyed  Whether each event of the server has keys; must outlive this, like `out`.
    recording_proxy(const settings& how, const std::string& listen, recorder& out,
                    const std::map<std::string, bool>& keyed);
    ~recording_proxy();
    recording_proxy(const recording_proxy&) = delete;
    recording_proxy& operator=(const recording_proxy&) = delete;

    /// Where clients shall connect.
    std::string address() const;

    asio::io_context& context();

private:
    class listener;
    std::shared_ptr<listener> listener_;
    std::unique_ptr<rpc::io_thread> io_;
};

}  // namespace cli

#endif  // GATEWIRE_CLI_RECORDING_PROXY_HPP
