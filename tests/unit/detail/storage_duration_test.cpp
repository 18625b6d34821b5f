// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: what the library keeps is there for destructors of static and thread storage, or says that
// it is gone. Method: threads whose own objects look when they are destroyed, before and after.

#include <gatewire/detail/block_cache.hpp>
#include <gatewire/detail/storage_duration.hpp>
#include <gatewire/wire/buffer.hpp>

#include <doctest/doctest.h>

#include <string>
#include <thread>
#include <type_traits>

namespace {

using rpc::detail::never_destroyed;
using rpc::detail::thread_owned;

/// What a thread keeps; it counts how many there are.
struct kept {
    static inline int alive = 0;
    static inline int made = 0;
    static inline bool found_inside = false;
    kept() {
        ++alive;
        ++made;
    }
    ~kept() {
        --alive;
        found_inside = thread_owned<kept>::get() != nullptr;
    }
};

/// Runs something when its thread ends.
struct last_act {
    void (*act)();
    ~last_act() { act(); }
};

}  // namespace

static_assert(std::is_trivially_destructible_v<never_destroyed<std::string>>);

TEST_CASE(
    "thread_owned: an object of each thread is made once, and is gone for those that outlive "
    "it") {
    static kept* late = nullptr;
    std::thread([] {
        // Made first, so destroyed last.
        static thread_local last_act look{[] { late = thread_owned<kept>::get(); }};
        static_cast<void>(look);
        CHECK(thread_owned<kept>::find() == nullptr);
        kept* const mine = thread_owned<kept>::get();
        CHECK(mine != nullptr);
        CHECK(thread_owned<kept>::get() == mine);
        CHECK(thread_owned<kept>::find() == mine);
        CHECK(kept::alive == 1);
    }).join();
    CHECK(kept::alive == 0);
    CHECK(late == nullptr);
    CHECK_FALSE(kept::found_inside);
    CHECK(kept::made == 1);
}

TEST_CASE(
    "never_destroyed: a text is written and memory is taken after the thread's own are gone") {
    static std::string written;
    static void* block = nullptr;
    std::thread([] {
        static thread_local last_act write{[] {
            rpc::wire::scratch text;
            CHECK(text->capacity() == 0);  // what the thread had kept is not touched again
            text->append(std::string(3'000, 'x'));
            rpc::wire::scratch copy(text);
            written = copy.view();
            block = rpc::detail::block_cache::take(64);
            rpc::detail::block_cache::give(block, 64);
        }};
        static_cast<void>(write);
        rpc::wire::scratch text;
        text->append(std::string(400, 'y'));
        rpc::detail::block_cache::give(rpc::detail::block_cache::take(64), 64);
    }).join();
    CHECK(written == std::string(3'000, 'x'));
    CHECK(block != nullptr);
}
