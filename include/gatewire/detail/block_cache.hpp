// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_DETAIL_BLOCK_CACHE_HPP
#define GATEWIRE_DETAIL_BLOCK_CACHE_HPP

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
        if (place < list_count && current != nullptr) {
            list& from = current->lists[place];
            if (from.first != nullptr) {
                --from.count;
                return std::exchange(from.first, from.first->next);
            }
        }
        return ::operator new(place < list_count ? (place + 1) * step : size);
    }

    static void give(void* block, std::size_t size) noexcept {
        const std::size_t place = place_of(size);
        if (place >= list_count || !is_kept() || current->lists[place].count == count_max) {
            ::operator delete(block);
            return;
        }
        list& to = current->lists[place];
        to.first = ::new (block) link{to.first};
        ++to.count;
    }

private:
    static constexpr std::size_t step = 64;
    static constexpr std::size_t list_count = 8;
    static constexpr std::size_t count_max = 1024;  // of each size: as many calls as a wide window

    struct link {
        link* next;
    };
    struct list {
        link* first = nullptr;
        std::size_t count = 0;
    };
    struct owner {
        std::array<list, list_count> lists{};

        owner() noexcept { current = this; }
        ~owner() {
            current = nullptr;
            has_ended = true;
            for (const list& one : lists) {
                for (link* next = one.first; next != nullptr;) {
                    ::operator delete(std::exchange(next, next->next));
                }
            }
        }
        owner(const owner&) = delete;
        owner& operator=(const owner&) = delete;
    };

    static constexpr std::size_t place_of(std::size_t size) noexcept {
        return (size + step - 1) / step - 1;
    }

    /// Whether this thread keeps blocks. It does not any more when its own objects are destroyed.
    static bool is_kept() noexcept {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
        return false;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
        return false;
#endif
#endif
        if (current == nullptr && !has_ended) {
            static thread_local owner of_thread;
            static_cast<void>(of_thread);
        }
        return current != nullptr;
    }

    static inline constinit thread_local owner* current = nullptr;
    static inline constinit thread_local bool has_ended = false;
};

}  // namespace rpc::inline v1::detail

#endif  // GATEWIRE_DETAIL_BLOCK_CACHE_HPP
