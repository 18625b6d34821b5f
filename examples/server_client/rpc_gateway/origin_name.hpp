// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TRADER_ORIGIN_NAME_HPP
#define TRADER_ORIGIN_NAME_HPP

#include <string>
#include <utility>

namespace trader::remote {

/// The two names of a gateway behind an RPC gateway: `SIM` at the server is `RPC.SIM` here.
class origin_name {
public:
    /// @param own  The RPC gateway's name.
    explicit origin_name(std::string own) : own_(std::move(own)) {}

    /// The name here of what has this name at the server.
    std::string local(const std::string& origin) const {
        return origin.empty() ? own_ : own_ + "." + origin;
    }

    /// The name at the server; empty for the RPC gateway itself.
    std::string origin(const std::string& local) const {
        return local.size() > own_.size() ? local.substr(own_.size() + 1) : std::string();
    }

    /// Gives data from the server the name that it has here; its ids follow from it.
    template <class Data>
    Data renamed(Data data) const {
        data.gateway_name = local(data.gateway_name);
        return data;
    }

private:
    std::string own_;
};

}  // namespace trader::remote

#endif  // TRADER_ORIGIN_NAME_HPP
