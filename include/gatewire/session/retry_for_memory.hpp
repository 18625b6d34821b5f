// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_RETRY_FOR_MEMORY_HPP
#define GATEWIRE_SESSION_RETRY_FOR_MEMORY_HPP

#include <new>
#include <thread>

namespace rpc::inline v1::session {

/// Begins something without which others would wait for ever: where there is no memory for it, it
/// is begun again, since what is short now may be there in a moment.
/// @param begin  May be called many times; nothing has happened if it throws.
template <class Begin>
void retry_for_memory(Begin&& begin) {
    constexpr int tries = 10'000;
    for (int left = tries;; --left) {
        try {
            begin();
            return;
        } catch (const std::bad_alloc&) {
            if (left == 0) {
                throw;
            }
            std::this_thread::yield();
        }
    }
}

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_RETRY_FOR_MEMORY_HPP
