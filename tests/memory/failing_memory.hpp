// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_TESTS_MEMORY_FAILING_MEMORY_HPP
#define GATEWIRE_TESTS_MEMORY_FAILING_MEMORY_HPP

// Memory that fails when it is told to, for one file of a program: it replaces operator new and a
// function of glibc.

#include <malloc.h>

#include <cstddef>
#include <cstdlib>
#include <new>

namespace {

/// How many allocations still succeed before some fail. The program has one thread.
struct {
    long left = -1;  // negative: all of them
    long fails = 0;  // so many behind those
    bool has_failed = false;
    bool is_asio_spared = false;  // what Asio takes for itself does not fail

    bool fails_now() noexcept {
        if (left < 0 || left-- > 0) {
            return false;
        }
        has_failed = true;
        left = --fails > 0 ? 0 : -1;
        return true;
    }
} memory;

void* allocate(std::size_t size, std::size_t alignment) {
    void* const made = memory.fails_now() ? nullptr : ::memalign(alignment, size == 0 ? 1 : size);
    if (made == nullptr) {
        throw std::bad_alloc();
    }
    return made;
}

}  // namespace

// Asio takes the memory of its operations here, past operator new.
extern "C" void* aligned_alloc(std::size_t alignment, std::size_t size) noexcept {
    const bool fails = !memory.is_asio_spared && memory.fails_now();
    return fails ? nullptr : ::memalign(alignment, size);
}

// The other forms of the standard library call these.

void* operator new(std::size_t size) {
    return allocate(size, alignof(std::max_align_t));
}
void* operator new(std::size_t size, std::align_val_t alignment) {
    return allocate(size, static_cast<std::size_t>(alignment));
}
void operator delete(void* block) noexcept {
    std::free(block);
}
void operator delete(void* block, std::size_t) noexcept {
    std::free(block);
}
void operator delete(void* block, std::align_val_t) noexcept {
    std::free(block);
}
void operator delete(void* block, std::size_t, std::align_val_t) noexcept {
    std::free(block);
}

#endif  // GATEWIRE_TESTS_MEMORY_FAILING_MEMORY_HPP
