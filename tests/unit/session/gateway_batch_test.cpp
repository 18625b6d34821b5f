// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: an error object of a server becomes the error that its caller should see.
// Method: literal error objects.

#include <gatewire/session/gateway_batch.hpp>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

using rpc::session::read_response_error;

TEST_CASE("response_error: code, message and data are the peer's") {
    const rpc::error failed =
        read_response_error(R"({"code":-32050,"message":"no such symbol","data":{"symbol":"x"}})");
    CHECK(failed.peer_code() == -32050);
    CHECK(failed.message() == "no such symbol");
    CHECK(failed.data()["symbol"] == "x");
    CHECK(failed.outcome() == rpc::outcome::failed);
}

TEST_CASE(
    "response_error: a deadline that reached the method is one, and the method may have run") {
    const rpc::error late = read_response_error(
        R"({"code":-32004,"message":"the deadline passed while the call ran","data":"deadline"})");
    CHECK(late.code() == rpc::errc::deadline_exceeded);
    CHECK(late.outcome() == rpc::outcome::may_have_run);
    CHECK(late.peer_code() == -32004);

    const rpc::error cancelled = read_response_error(R"({"code":-32004,"message":"cancelled"})");
    CHECK(cancelled.code() == rpc::errc::cancelled);
    CHECK(cancelled.outcome() == rpc::outcome::failed);
}

TEST_CASE("response_error: what is no error object is said") {
    const rpc::error wrong = read_response_error(R"({"code":"x","message":"m"})");
    CHECK(wrong.code() == rpc::errc::invalid_answer);
}
