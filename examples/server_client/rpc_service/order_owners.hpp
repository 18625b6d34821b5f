// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TRADER_ORDER_OWNERS_HPP
#define TRADER_ORDER_OWNERS_HPP

#include "../trader/event.hpp"

#include <map>
#include <mutex>
#include <string>

namespace trader::rpc_service {

/// Which client sent which order or quote. What nobody is known to have sent belongs to nobody.
/// All functions may be called from any thread.
class order_owners {
public:
    /// @param id       `vt_orderid` or `vt_quoteid`.
    /// @param gateway  The part of the id that names the gateway, as far as that is known.
    /// @return Whether it is the client's, now or before.
    bool claim(const std::string& id, const std::string& client, const std::string& gateway) {
        const std::lock_guard lock(mutex_);
        return owners_.try_emplace(id, owner{client, gateway}).first->second.client == client;
    }

    bool is_owner(const std::string& client, const std::string& id) const {
        const std::lock_guard lock(mutex_);
        const auto found = owners_.find(id);
        return found != owners_.end() && found->second.client == client;
    }

    bool is_owned(const std::string& id) const {
        const std::lock_guard lock(mutex_);
        return owners_.contains(id);
    }

    /// The gateway that `claim` was told; empty for what belongs to nobody.
    std::string gateway_of(const std::string& id) const {
        const std::lock_guard lock(mutex_);
        const auto found = owners_.find(id);
        return found == owners_.end() ? std::string() : found->second.gateway;
    }

    void forget(const std::string& id) {
        const std::lock_guard lock(mutex_);
        owners_.erase(id);
    }

    /// Forgets everything of the gateways that were reset.
    void forget(const reset_data& old) {
        const std::lock_guard lock(mutex_);
        std::erase_if(owners_, [&](const auto& each) { return old.covers(each.first); });
    }

private:
    struct owner {
        std::string client;
        std::string gateway;
    };

    mutable std::mutex mutex_;
    std::map<std::string, owner> owners_;
};

}  // namespace trader::rpc_service

#endif  // TRADER_ORDER_OWNERS_HPP
