// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_TIMEOUT_HPP
#define GATEWIRE_TIMEOUT_HPP

#include <chrono>
#include <cstdint>
#include <type_traits>

namespace rpc::inline v1 {

/// How long one call may take, waiting for a connection included; the first argument of `call` and
/// `async_call`: `client.call<"add">(rpc::timeout{200ms}, 1, 2)`. The time travels with the call:
/// a server does not start it once it is over.
struct timeout {
    constexpr timeout() noexcept = default;

    /// What milliseconds cannot count, `std::chrono::hours::max()` for example, is as long as they
    /// can.
    template <class Count, class Unit>
        requires std::is_convertible_v<std::chrono::duration<Count, Unit>,
                                       std::chrono::milliseconds>
    constexpr timeout(std::chrono::duration<Count, Unit> time) noexcept : value(bounded(time)) {}

    /// Zero or less ends the call at once, unsent; over 292 years never does.
    std::chrono::milliseconds value{};

private:
    template <class Count, class Unit>
    static constexpr std::chrono::milliseconds bounded(
        std::chrono::duration<Count, Unit> time) noexcept {
        using milliseconds = std::chrono::milliseconds;
        using wide = std::chrono::duration<std::int64_t, Unit>;
        if (time > std::chrono::duration_cast<wide>((milliseconds::max)())) {
            return (milliseconds::max)();
        }
        return time < std::chrono::duration_cast<wide>((milliseconds::min)())
                   ? (milliseconds::min)()
                   : milliseconds(time);
    }
};

}  // namespace rpc::inline v1

#endif  // GATEWIRE_TIMEOUT_HPP
