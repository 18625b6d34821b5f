// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "counted.hpp"

#include <dlfcn.h>
#include <malloc.h>
#include <pthread.h>

#include <cstdlib>
#include <new>

namespace {

std::size_t allocations = 0;
std::size_t locks = 0;

void* allocate(std::size_t size, std::size_t alignment) {
    ++allocations;
    if (void* const memory = ::memalign(alignment, size == 0 ? 1 : size)) {
        return memory;
    }
    throw std::bad_alloc();
}

}  // namespace

std::size_t allocation_count() noexcept {
    return allocations;
}

std::size_t live_bytes() noexcept {
    const struct mallinfo2 now = ::mallinfo2();
    return now.uordblks + now.hblkhd;
}

std::size_t lock_count() noexcept {
    return locks;
}

extern "C" int pthread_mutex_lock(pthread_mutex_t* mutex) noexcept {
    using function = int (*)(pthread_mutex_t*);
    static const auto lock = reinterpret_cast<function>(::dlsym(RTLD_NEXT, "pthread_mutex_lock"));
    ++locks;
    return lock(mutex);
}

// Asio takes the memory of its operations here, past operator new.
extern "C" void* aligned_alloc(std::size_t alignment, std::size_t size) {
    ++allocations;
    return ::memalign(alignment, size);
}

// The other forms of the standard library call these.

void* operator new(std::size_t size) {
    return allocate(size, alignof(std::max_align_t));
}

void* operator new(std::size_t size, std::align_val_t alignment) {
    return allocate(size, static_cast<std::size_t>(alignment));
}

void operator delete(void* memory) noexcept {
    std::free(memory);
}

void operator delete(void* memory, std::size_t) noexcept {
    std::free(memory);
}

void operator delete(void* memory, std::align_val_t) noexcept {
    std::free(memory);
}

void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
    std::free(memory);
}
