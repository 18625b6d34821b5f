// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TRADER_FUNCTION_LIST_HPP
#define TRADER_FUNCTION_LIST_HPP

#include <nlohmann/json.hpp>

#include <functional>
#include <map>
#include <mutex>
#include <stdexcept>
#include <string>
#include <utility>

namespace trader::rpc_service {

using remote_function = std::function<nlohmann::json(const nlohmann::json&)>;

/// The functions that a user of the service added. All may be called from any thread.
class function_list {
public:
    /// A later one of the same name replaces an earlier one.
    void add(const std::string& name, remote_function function) {
        const std::lock_guard lock(mutex_);
        functions_[name] = std::move(function);
    }

    /// @throws std::invalid_argument  If there is none; the text lists those that are there.
    remote_function find(const std::string& name) const {
        const std::lock_guard lock(mutex_);
        if (const auto found = functions_.find(name); found != functions_.end()) {
            return found->second;
        }
        std::string known;
        for (const auto& [each, function] : functions_) {
            known += (known.empty() ? ", only: " : ", ") + each;
        }
        throw std::invalid_argument("there is no function '" + name + "'" + known);
    }

private:
    mutable std::mutex mutex_;
    std::map<std::string, remote_function> functions_;
};

}  // namespace trader::rpc_service

#endif  // TRADER_FUNCTION_LIST_HPP
