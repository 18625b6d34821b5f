// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: secrets are the same or they are not, and an identity is made of what a hook returns.
// Method: literal pairs. That the time tells nothing is a matter of the code's form, not of a test.

#include <gatewire/credentials.hpp>

#include <doctest/doctest.h>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

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

TEST_CASE("credentials: a hook may give a name, or a name with roles") {
    using hook = std::function<rpc::identity(const rpc::credentials&)>;
    const rpc::credentials shown{"token", "tcp://a:1"};
    const hook text = [](const rpc::credentials& one) { return "by " + one.token; };
    CHECK(text(shown).name == "by token");
    CHECK(text(shown).roles.empty());
    const hook literal = [](const rpc::credentials&) { return "ada"; };
    CHECK(literal(shown).name == "ada");
    const hook whole = [](const rpc::credentials&) {
        return rpc::identity("ada", {"trade", "admin"});
    };
    CHECK(whole(shown).has_role("admin"));
    CHECK_FALSE(whole(shown).has_role("adm"));
    CHECK_FALSE(whole(shown).has_role(""));
    const hook none = std::function<std::string(const rpc::credentials&)>();
    CHECK_FALSE(static_cast<bool>(none));
}
