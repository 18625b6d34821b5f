// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TEST_COUNTED_HPP
#define TEST_COUNTED_HPP

#include <cstddef>

/// Allocations of this program so far. It has one thread.
std::size_t allocation_count() noexcept;
/// Bytes that the allocator has given out and not been given back, with what it needs for itself.
std::size_t live_bytes() noexcept;
/// Mutexes that this program has locked so far.
std::size_t lock_count() noexcept;

#endif  // TEST_COUNTED_HPP
