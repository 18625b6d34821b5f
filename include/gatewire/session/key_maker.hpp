// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_KEY_MAKER_HPP
#define GATEWIRE_SESSION_KEY_MAKER_HPP

#include <gatewire/session/environment.hpp>
#include <gatewire/session/random_name.hpp>

#include <atomic>
#include <cstdint>
#include <string>

namespace rpc::inline v1::session {

/// Makes keys for calls that are given none: no two are the same, whichever client made them.
class key_maker {
public:
    explicit key_maker(environment& world) : prefix_(random_name(world) + '-') {}

    /// May be called from any thread.
    std::string next() { return prefix_ + std::to_string(++last_); }

private:
    const std::string prefix_;
    std::atomic<std::uint64_t> last_{0};
};

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_KEY_MAKER_HPP
