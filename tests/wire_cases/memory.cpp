// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "memory.hpp"

#include <cstdlib>
#include <new>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define TESTS_HAVE_SANITIZER
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define TESTS_HAVE_SANITIZER
#endif
#endif

namespace wire_cases {

memory_count& memory_of_thread() noexcept {
    thread_local memory_count count;
    return count;
}

}  // namespace wire_cases

#if !defined(TESTS_HAVE_SANITIZER) && defined(__linux__)

#include <malloc.h>

void* operator new(std::size_t size) {
    void* const made = std::malloc(size == 0 ? 1 : size);
    if (made == nullptr) {
        throw std::bad_alloc();
    }
    auto& count = wire_cases::memory_of_thread();
    count.held += static_cast<std::ptrdiff_t>(malloc_usable_size(made));
    count.peak = count.held > count.peak ? count.held : count.peak;
    return made;
}

void operator delete(void* given) noexcept {
    if (given != nullptr) {
        wire_cases::memory_of_thread().held -=
            static_cast<std::ptrdiff_t>(malloc_usable_size(given));
        std::free(given);
    }
}

void operator delete(void* given, std::size_t) noexcept {
    operator delete(given);
}

#endif
