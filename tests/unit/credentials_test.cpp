// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: secrets are the same or they are not. Method: literal pairs. That the time tells nothing
// is a matter of the code's form, not of a test.

#include <gatewire/credentials.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>

TEST_CASE("credentials: same_secret is equality of texts") {
    const std::string token = "correct horse battery staple";
    CHECK(rpc::same_secret(token, std::string(token)));
    CHECK(rpc::same_secret("", ""));
    CHECK_FALSE(rpc::same_secret(token, ""));
    CHECK_FALSE(rpc::same_secret("", token));
    for (std::size_t at = 0; at < token.size(); ++at) {
        std::string other = token;
        other[at] = static_cast<char>(other[at] ^ 0x80);
        CHECK_FALSE(rpc::same_secret(other, token));
        CHECK_FALSE(rpc::same_secret(token.substr(0, at), token));
        CHECK_FALSE(rpc::same_secret(token, token.substr(0, at)));
    }
}

TEST_CASE("credentials: a secret that is repeated is another secret, and zeros count") {
    CHECK_FALSE(rpc::same_secret("abab", "ab"));
    CHECK_FALSE(rpc::same_secret("ab", "abab"));
    CHECK_FALSE(rpc::same_secret(std::string_view("\0\0", 2), ""));
    CHECK_FALSE(rpc::same_secret(std::string_view("a\0", 2), "a"));
    CHECK(rpc::same_secret(std::string_view("a\0b", 3), std::string_view("a\0b", 3)));
}
