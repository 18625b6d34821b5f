// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: a buffer keeps its bytes while it grows, shrinks and moves. Method: each operation by
// itself, at sizes around those at which it grows.

#include <gatewire/wire/buffer.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace {

using rpc::wire::buffer;

buffer buffer_of(std::string_view text) {
    buffer made;
    made.append(text);
    return made;
}

}  // namespace

TEST_CASE("buffer: a new one is empty and owns nothing") {
    const buffer empty;
    CHECK(empty.empty());
    CHECK(empty.size() == 0);
    CHECK(empty.capacity() == 0);
    CHECK(empty.view().empty());
}

TEST_CASE("buffer: it keeps what it holds when it grows") {
    for (std::size_t count : {1U, 255U, 256U, 257U, 511U, 512U, 513U, 5000U}) {
        CAPTURE(count);
        buffer out;
        std::string expected;
        for (std::size_t at = 0; at < count; ++at) {
            out.append(static_cast<char>('a' + at % 26));
            expected += static_cast<char>('a' + at % 26);
        }
        CHECK(out.view() == expected);
        CHECK(out.capacity() >= count);
        CHECK(out.capacity() < 2 * count + 256);
    }
}

TEST_CASE("buffer: prepare gives room that does not count until it is committed") {
    buffer out = buffer_of("ab");
    char* const room = out.prepare(1000);
    CHECK(out.capacity() >= 1002);
    CHECK(out.view() == "ab");
    room[0] = 'c';
    room[1] = 'd';
    out.commit(1);
    CHECK(out.view() == "abc");
    CHECK(out.prepare(1) == out.data() + 3);
}

TEST_CASE("buffer: appending nothing does nothing, not even to an empty one") {
    buffer out;
    out.append(std::string_view());
    CHECK(out.empty());
    CHECK(out.capacity() == 0);
}

TEST_CASE("buffer: consume moves the rest to the front and keeps the room") {
    buffer out = buffer_of("headrest");
    const std::size_t capacity = out.capacity();
    out.consume(0);
    CHECK(out.view() == "headrest");
    out.consume(4);
    CHECK(out.view() == "rest");
    out.consume(4);
    CHECK(out.empty());
    CHECK(out.capacity() == capacity);
}

TEST_CASE("buffer: truncate and clear keep the room") {
    buffer out = buffer_of("abcdef");
    const std::size_t capacity = out.capacity();
    out.truncate(2);
    CHECK(out.view() == "ab");
    out.clear();
    CHECK(out.empty());
    CHECK(out.capacity() == capacity);
}

TEST_CASE("buffer: a moved-from one is empty and can be filled again") {
    buffer first = buffer_of("first");
    buffer second = std::move(first);
    CHECK(second.view() == "first");
    CHECK(first.empty());
    CHECK(first.capacity() == 0);
    first.append("again");
    CHECK(first.view() == "again");
    second = std::move(first);
    CHECK(second.view() == "again");
    CHECK(first.empty());
}

TEST_CASE("buffer: swap exchanges everything") {
    buffer left = buffer_of("left");
    buffer right;
    left.swap(right);
    CHECK(left.empty());
    CHECK(left.capacity() == 0);
    CHECK(right.view() == "left");
}

TEST_CASE("buffer: what is written at its cursor counts when it is committed") {
    buffer made = buffer_of("ab");
    made.prepare(100);
    char* const at = made.cursor();
    CHECK(at == made.data() + 2);
    CHECK(made.room_end() == made.data() + made.capacity());
    CHECK(made.room_end() - at >= 100);
    at[0] = 'c';
    at[1] = 'd';
    CHECK(made.view() == "ab");
    made.commit_to(at + 2);
    CHECK(made.view() == "abcd");
    buffer empty;
    CHECK(empty.cursor() == empty.room_end());
    empty.commit_to(empty.cursor());
    CHECK(empty.empty());
}
