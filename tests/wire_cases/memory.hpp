// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TESTS_WIRE_CASES_MEMORY_HPP
#define TESTS_WIRE_CASES_MEMORY_HPP

#include <algorithm>
#include <cstddef>

/// Counts what the program holds by `new`. Under sanitizers, which have counters of their own, all
/// is zero.
namespace wire_cases {

struct memory_count {
    std::ptrdiff_t held = 0;
    std::ptrdiff_t peak = 0;
};

/// Of this thread, since its beginning.
memory_count& memory_of_thread() noexcept;

/// What is taken while this lives.
class memory_watch {
public:
    memory_watch() : begin_(memory_of_thread().held) { memory_of_thread().peak = begin_; }

    std::ptrdiff_t held() const noexcept { return memory_of_thread().held - begin_; }
    std::size_t peak() const noexcept {
        return static_cast<std::size_t>((std::max)(memory_of_thread().peak - begin_, {}));
    }

private:
    std::ptrdiff_t begin_;
};

}  // namespace wire_cases

#endif  // TESTS_WIRE_CASES_MEMORY_HPP
