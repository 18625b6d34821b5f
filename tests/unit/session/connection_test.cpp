// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: a read's room grows while reads fill it, up to a bound, and is small again after a rest.
// Method: literal sizes.

#include <gatewire/session/connection.hpp>

#include <doctest/doctest.h>

#include <cstddef>

TEST_CASE("read_size: it grows when it was filled, and only then") {
    rpc::session::read_size room;
    const std::size_t least = room.size();
    room.took(least, least - 1);
    CHECK(room.size() == least);
    room.took(least, least);
    CHECK(room.size() > least);
    const std::size_t larger = room.size();
    room.took(larger, 1);
    CHECK(room.size() == larger);
}

TEST_CASE("read_size: it has a bound, and forgets a busy time after a rest") {
    rpc::session::read_size room;
    const std::size_t least = room.size();
    for (int read = 0; read < 20; ++read) {
        room.took(room.size(), room.size());
    }
    CHECK(room.size() == std::size_t{64} << 10);
    room.rested();
    CHECK(room.size() == least);
}
