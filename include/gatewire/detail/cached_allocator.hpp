// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_DETAIL_CACHED_ALLOCATOR_HPP
#define GATEWIRE_DETAIL_CACHED_ALLOCATOR_HPP

#include <gatewire/detail/block_cache.hpp>

#include <array>
#include <cstddef>

namespace rpc::inline v1::detail {

/// For containers that come and go with each call: their memory is kept by the thread.
template <class Value>
class cached_allocator {
public:
    using value_type = Value;

    cached_allocator() = default;
    template <class Other>
    cached_allocator(const cached_allocator<Other>&) noexcept {}

    Value* allocate(std::size_t count) {
        static_assert(alignof(Value) <= __STDCPP_DEFAULT_NEW_ALIGNMENT__);
        return static_cast<Value*>(block_cache::take(count * value_size));
    }
    void deallocate(Value* values, std::size_t count) noexcept {
        block_cache::give(static_cast<void*>(values), count * value_size);
    }

    friend bool operator==(cached_allocator, cached_allocator) noexcept { return true; }

private:
    static constexpr std::size_t value_size = sizeof(std::array<Value, 1>);
};

}  // namespace rpc::inline v1::detail

#endif  // GATEWIRE_DETAIL_CACHED_ALLOCATOR_HPP
