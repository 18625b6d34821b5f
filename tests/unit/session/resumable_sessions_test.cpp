// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include <gatewire/session/resumable_sessions.hpp>

#include <gatewire/testing.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>

namespace {

using rpc::session::resumable_sessions;

/// Keeps sessions by their pointers alone, which stand for connections.
struct rig {
    resumable_sessions::session_ptr connection() {
        const auto owner = std::make_shared<int>();
        return {owner, reinterpret_cast<rpc::session::server_session*>(owner.get())};
    }

    /// What a hello of this attempt gets.
    resumable_sessions::session_ptr claim(const char* name, const char* identity,
                                          std::optional<std::uint64_t> attempt) {
        return keeper->claim(name, identity, attempt).connection;
    }

    rpc::testing::world world{1};
    rpc::server_limits limits;
    std::shared_ptr<rpc::session::environment> environment = world.server_options().environment;
    std::shared_ptr<resumable_sessions> keeper = std::make_shared<resumable_sessions>(
        *environment, world.get_executor(), std::chrono::seconds(1), limits);
};

}  // namespace

TEST_CASE("resumable_sessions: a session goes to a hello of its identity and of a later attempt") {
    rig sessions;
    const auto first = sessions.connection();
    sessions.keeper->add("s", "ann", first, {5});
    CHECK(sessions.claim("s", "bob", 6) == nullptr);
    CHECK(sessions.claim("t", "ann", 6) == nullptr);
    CHECK(sessions.claim("s", "ann", 6) == first);
    CHECK(sessions.claim("s", "ann", 7) == nullptr);  // it was taken out
}

TEST_CASE("resumable_sessions: a hello that was held up on its way does not get the session") {
    rig sessions;
    const auto first = sessions.connection();
    sessions.keeper->add("s", "", first, {5});
    CHECK(sessions.claim("s", "", 4) == nullptr);
    CHECK(sessions.claim("s", "", 5) == nullptr);           // the very one, once more
    CHECK(sessions.claim("s", "", std::nullopt) == first);  // it does not say which it is
}
