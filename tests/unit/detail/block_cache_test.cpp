// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: a thread gets back the memory that it gave, of the same size only, and a thread that ends
// leaves nothing behind. Method: addresses; sanitizers, with which nothing is kept, see the rest.

#include <gatewire/detail/block_cache.hpp>

#include <gatewire/detail/block_cache.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <cstring>
#include <deque>
#include <set>
#include <thread>
#include <utility>
#include <vector>

using rpc::detail::block_cache;

TEST_CASE("block_cache: blocks of every size can be written to, whoever gave them back") {
    for (int round = 0; round < 3; ++round) {
        std::vector<std::pair<void*, std::size_t>> taken;
        std::set<void*> different;
        for (std::size_t size = 1; size < 2'000; size += 37) {
            void* const block = block_cache::take(size);
            std::memset(block, 0xA5, size);
            taken.emplace_back(block, size);
            different.insert(block);
        }
        CHECK(different.size() == taken.size());
        for (const auto& [block, size] : taken) {
            block_cache::give(block, size);
        }
    }
}

TEST_CASE("block_cache: what one thread took another may give back, and both may end") {
    void* block = nullptr;
    std::thread([&block] { block = block_cache::take(100); }).join();
    std::thread([block] {
        block_cache::give(block, 100);
        void* const again = block_cache::take(100);
        std::memset(again, 0, 100);
        block_cache::give(again, 100);
    }).join();
}

TEST_CASE("block_cache: more blocks than are kept are freed") {
    std::vector<void*> blocks(3'000);
    for (void*& block : blocks) {
        block = block_cache::take(64);
    }
    for (void* const block : blocks) {
        block_cache::give(block, 64);
    }
    void* const one = block_cache::take(64);
    CHECK(one != nullptr);
    block_cache::give(one, 64);
}

TEST_CASE("cached_allocator: containers over it work") {
    std::deque<int, rpc::detail::cached_allocator<int>> numbers;
    for (int number = 0; number < 10'000; ++number) {
        numbers.push_back(number);
        if (number % 3 == 0) {
            numbers.pop_front();
        }
    }
    CHECK(numbers.back() == 9'999);
    CHECK(numbers.front() == 3'334);
}
