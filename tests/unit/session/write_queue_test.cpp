// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: own bytes and shared frames leave in the order in which they came, whatever part of them a
// write takes, and a shared frame is let go once it is written.
// Method: random bytes, frames and writes, compared with one flat text.

#include <gatewire/session/write_queue.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <string>
#include <string_view>

namespace {

using rpc::protocol::shared_frame;
using rpc::session::outgoing_bytes;
using rpc::session::write_queue;

std::string text_of(const outgoing_bytes& bytes) {
    outgoing_bytes::part_room room;
    std::string text;
    for (std::string_view part : bytes.parts(room)) {
        CHECK_FALSE(part.empty());
        text += part;
    }
    return text;
}

}  // namespace

TEST_CASE("outgoing_bytes: frames stand between the bytes that came before and after them") {
    outgoing_bytes bytes;
    CHECK(bytes.is_empty());
    CHECK(bytes.is_plain());
    CHECK(text_of(bytes).empty());
    bytes.append(shared_frame("one"));
    bytes.own().append("two");
    bytes.append(shared_frame("three"));
    bytes.append(shared_frame("four"));
    bytes.own().append("five");
    CHECK(bytes.size() == 19);
    CHECK_FALSE(bytes.is_plain());
    CHECK(text_of(bytes) == "onetwothreefourfive");
    bytes.consume(13);
    CHECK(text_of(bytes) == "urfive");
    bytes.consume(3);
    CHECK(bytes.is_plain());
    CHECK(bytes.plain() == "ive");
    CHECK(bytes.size() == 3);
    bytes.consume(3);
    CHECK(bytes.is_empty());
}

TEST_CASE("outgoing_bytes: more parts than a system call takes follow in the next") {
    outgoing_bytes bytes;
    std::string all;
    for (int count = 0; count != 100; ++count) {
        const std::string piece = std::to_string(count) + ";";
        all += piece;
        if (count % 3 == 0) {
            bytes.own().append(piece);
        } else {
            bytes.append(shared_frame(piece));
        }
    }
    while (!bytes.is_empty()) {
        const std::string now = text_of(bytes);
        REQUIRE_FALSE(now.empty());
        REQUIRE(all.starts_with(now));
        bytes.consume(now.size());
        all.erase(0, now.size());
    }
    CHECK(all.empty());
}

TEST_CASE("outgoing_bytes: any sequence of writes leaves the same text") {
    std::mt19937 random(20261128);
    const auto up_to = [&random](std::size_t most) {
        return std::uniform_int_distribution<std::size_t>(0, most)(random);
    };
    for (int round = 0; round != 500; ++round) {
        outgoing_bytes bytes;
        std::string expected;
        for (std::size_t left = up_to(40); left != 0; --left) {
            const std::string piece(1 + up_to(9), static_cast<char>('a' + left % 26));
            expected += piece;
            if (up_to(1) == 0) {
                bytes.own().append(piece);
            } else {
                bytes.append(shared_frame(piece));
            }
        }
        while (!expected.empty()) {
            REQUIRE(bytes.size() == expected.size());
            const std::string now = text_of(bytes);
            REQUIRE(expected.starts_with(now));
            const std::size_t taken = 1 + up_to(now.size() - 1);
            bytes.consume(taken);
            expected.erase(0, taken);
        }
        CHECK(bytes.is_empty());
    }
}

TEST_CASE("write_queue: a large frame is shared, a small one copied, and the count is of both") {
    write_queue queue;
    const shared_frame large(std::string(write_queue::shared_min, 'x'));
    const shared_frame small("small");
    queue.append("first");
    queue.append(large);
    queue.append(small);
    CHECK(queue.size() == 10 + large.size());
    REQUIRE(queue.begin());
    CHECK_FALSE(queue.rest().is_plain());
    outgoing_bytes::part_room room;
    const auto parts = queue.rest().parts(room);
    REQUIRE(parts.size() == 3);
    CHECK(parts[1].data() == large.view().data());
    CHECK(parts[2].data() != small.view().data());

    queue.append("later");
    CHECK_FALSE(queue.advance(5 + large.size()));
    CHECK(queue.rest().is_plain());
    CHECK(queue.rest().plain() == "small");
    CHECK(queue.size() == 10);
    CHECK(queue.advance(5));
    REQUIRE(queue.begin());
    CHECK(queue.rest().plain() == "later");
    CHECK(queue.advance(5));
    CHECK(queue.total() == 15 + large.size());
    CHECK(queue.size() == 0);
}

TEST_CASE("write_queue: what waits is let go at once, what is being written when that is over") {
    write_queue queue;
    const shared_frame large(std::string(write_queue::shared_min, 'x'));
    queue.append("first");
    queue.append(large);
    REQUIRE(queue.begin());
    queue.append(std::string(100, 'y'));
    queue.append(large);
    queue.drop_waiting();
    CHECK(queue.size() == 5 + large.size());
    CHECK(queue.gathered().capacity() == 0);
    CHECK(text_of(queue.rest()).starts_with("first"));
    queue.advance(5);
    queue.drop_all();
    CHECK(queue.size() == 0);
    CHECK_FALSE(queue.is_writing());
    CHECK_FALSE(queue.begin());
    CHECK(queue.gathered().capacity() == 0);
    CHECK(queue.total() == 5);
}
