// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_DETAIL_BLOCK_CACHE_HPP
#define GATEWIRE_DETAIL_BLOCK_CACHE_HPP

#include <gatewire/detail/storage_duration.hpp>

#include <array>
#include <cstddef>
#include <new>
#include <utility>

namespace rpc::inline v1::detail {

/// Memory of objects that live for one call. Each thread keeps what it is given back for the next
/// ones, so that a steady stream of calls allocates nothing.
///
/// Sanitizers see each object by itself: with them nothing is kept.
class block_cache {
public:
    /// @throws std::bad_alloc
    static void* take(std::size_t size) {
        const std::size_t place = place_of(size);
        kept* const mine = thread_owned<kept>::find();
        if (place < list_count && mine != nullptr) {
            list& from = mine->lists[place];
            if (from.first != nullptr) {
                --from.count;
                return std::exchange(from.first, from.first->next);
            }
        }
        return ::operator new(place < list_count ? (place + 1) * step : size);
    }

    static void give(void* block, std::size_t size) noexcept {
        const std::size_t place = place_of(size);
        kept* const mine = place < list_count ? of_this_thread() : nullptr;
        if (mine == nullptr || mine->lists[place].count == count_max) {
            ::operator delete(block);
            return;
        }
        list& to = mine->lists[place];
        to.first = ::new (block) free_block{to.first};
        ++to.count;
    }

private:
    static constexpr std::size_t step = 64;
    static constexpr std::size_t list_count = 8;
    static constexpr std::size_t count_max = 1024;  // of each size: as many calls as a wide window

    struct free_block {
        free_block* next;
    };
    struct list {
        free_block* first = nullptr;
        std::size_t count = 0;
    };
    struct kept {
        std::array<list, list_count> lists{};

        kept() = default;
        ~kept() {
            for (const list& one : lists) {
                for (free_block* next = one.first; next != nullptr;) {
                    ::operator delete(std::exchange(next, next->next));
                }
            }
        }
        kept(const kept&) = delete;
        kept& operator=(const kept&) = delete;
    };

    static constexpr std::size_t place_of(std::size_t size) noexcept {
        return (size + step - 1) / step - 1;
    }

    static kept* of_this_thread() noexcept {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
        return nullptr;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
        return nullptr;
#else
        return thread_owned<kept>::get();
#endif
#else
        return thread_owned<kept>::get();
#endif
    }
};

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

#endif  // GATEWIRE_DETAIL_BLOCK_CACHE_HPP
