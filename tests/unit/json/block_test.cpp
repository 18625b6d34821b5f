// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: what is done to many bytes at once is what would be done byte by byte, and never looks
// behind the text. Method: the machine's own instructions against their portable twins and against
// plain loops, on texts of every length that end where their memory ends.

#include "exact_text.hpp"
#include "support.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>

namespace json = rpc::codec;

namespace {

/// Bytes around every boundary that matters.
constexpr std::string_view edges("\x00\x1F\x20\x21\x22\x23\x5B\x5C\x5D\x7B\x7D\x7E\x7F\x80\xC3\xFF",
                                 16);

std::string random_text(std::mt19937_64& random, std::size_t size, bool mostly_plain) {
    std::string text;
    while (text.size() != size) {
        const bool plain = mostly_plain && random() % 16 != 0;
        text += plain ? static_cast<char>('a' + random() % 26) : edges[random() % edges.size()];
    }
    return text;
}

}  // namespace

TEST_CASE("block: the machine's instructions find what their portable twins find") {
    std::mt19937_64 random(11);
    for (int count = 0; count != 20'000; ++count) {
        const std::string text = random_text(random, 16, count % 2 == 0);
        const json::block_masks masks = json::mask_block(text.data());
        const json::block_masks expected = json::mask_block_portably(text.data());
        REQUIRE(masks.quotes == expected.quotes);
        REQUIRE(masks.backslashes == expected.backslashes);
        REQUIRE(masks.opening == expected.opening);
        REQUIRE(masks.closing == expected.closing);
        const std::uint32_t special = json::special_in_block(text.data());
        const std::uint32_t portable = json::special_in_block_portably(text.data());
        REQUIRE(std::countr_zero(special) == std::countr_zero(portable));
        std::size_t first = 0;
        while (first != 16 && json::is_plain(text[first])) {
            ++first;
        }
        REQUIRE((special == 0 ? 16 : std::countr_zero(special)) == static_cast<int>(first));
        const std::uint64_t front = json::load_word(text.data());
        const std::uint64_t back = json::load_word(text.data() + 8);
        REQUIRE(json::are_special(front, back) == (first != 16));
        REQUIRE(json::are_special_portably(front, back) == (first != 16));
    }
}

TEST_CASE("block: spans without brackets are skipped, and their quotes counted") {
    std::mt19937_64 random(13);
    for (int count = 0; count != 2'000; ++count) {
        const std::size_t size = random() % 300;
        std::string text;
        while (text.size() != size) {
            text += random() % 5 == 0 ? '"' : static_cast<char>('#' + random() % 40);
        }
        if (size != 0 && count % 4 != 0) {
            text[random() % size] = "[]{}\\"[random() % 5];
        }
        const json_test::exact_text exact(text);
        const char* const first = exact.view().data();
        const char* const end = first + size;
        const std::size_t loud = (std::min)(text.find_first_of("[]{}\\"), size);
        const std::size_t skipped = loud / 64 * 64;
        for (const bool open : {false, true}) {
            const auto quotes = std::count(first, first + skipped, '"');
            bool inside = open;
            REQUIRE(json::skip_quiet(first, end, inside) == first + skipped);
            REQUIRE(inside == (open != (quotes % 2 != 0)));
            inside = open;
            REQUIRE(json::skip_quiet_portably(first, end, inside) == first + skipped);
            REQUIRE(inside == (open != (quotes % 2 != 0)));
        }
    }
}

TEST_CASE("block: a few bytes are loaded as if zeros were behind them") {
    const std::string bytes = "\xFF\x01\x80\x7F\x20\xFE\x99";
    for (std::size_t size = 0; size != 8; ++size) {
        const json_test::exact_text text(std::string_view(bytes).substr(0, size));
        std::uint64_t expected = 0;
        for (std::size_t index = size; index-- != 0;) {
            expected = expected << 8U | static_cast<unsigned char>(bytes[index]);
        }
        CHECK(json::load_few(text.view().data(), size) == expected);
    }
}

TEST_CASE("block: words keep the order of their bytes") {
    CHECK(json::load_word("abcdefgh") == 0x6867666564636261U);
    char text[9] = {};
    json::store_word(text, 0x6867666564636261U);
    CHECK(std::string_view(text) == "abcdefgh");
}

TEST_CASE("block: texts are compared over their whole length") {
    const std::string text = "abcdefghijklmnopqrst";
    const auto differs_at = [&text]<std::size_t Size>(std::integral_constant<std::size_t, Size>) {
        const json_test::exact_text left(std::string_view(text).substr(0, Size));
        REQUIRE(json::same_bytes<Size>(left.view().data(), text.data()));
        for (std::size_t index = 0; index != Size; ++index) {
            std::string other = text;
            other[index] = '-';
            REQUIRE_FALSE(json::same_bytes<Size>(left.view().data(), other.data()));
        }
    };
    differs_at(std::integral_constant<std::size_t, 1>{});
    differs_at(std::integral_constant<std::size_t, 3>{});
    differs_at(std::integral_constant<std::size_t, 4>{});
    differs_at(std::integral_constant<std::size_t, 5>{});
    differs_at(std::integral_constant<std::size_t, 7>{});
    differs_at(std::integral_constant<std::size_t, 8>{});
    differs_at(std::integral_constant<std::size_t, 9>{});
    differs_at(std::integral_constant<std::size_t, 16>{});
    differs_at(std::integral_constant<std::size_t, 17>{});
    differs_at(std::integral_constant<std::size_t, 20>{});
}

TEST_CASE("block: plain characters are skipped up to the first other one, or the end") {
    for (std::size_t size = 0; size != 70; ++size) {
        const json_test::exact_text plain(std::string(size, 'x'));
        const char* const end = plain.view().data() + size;
        REQUIRE(json::skip_plain(plain.view().data(), end) == end);
        for (std::size_t index = 0; index != size; ++index) {
            std::string text(size, 'x');
            text[index] = edges[(size + index) % edges.size()];
            const bool is_plain = json::is_plain(text[index]);
            const json_test::exact_text exact(text);
            const char* const first = exact.view().data();
            REQUIRE(json::skip_plain(first, first + size) == first + (is_plain ? size : index));
        }
    }
}

TEST_CASE("block: few bytes are looked at, copied and compared as they are, and none behind them") {
    std::mt19937_64 random(13);
    for (int count = 0; count != 20'000; ++count) {
        const std::size_t size = random() % 20;
        const std::string text = random_text(random, size, count % 2 == 0);
        const test::exact_text exact(text);
        if (size < 16) {
            const std::uint32_t special = json::special_in_few(exact.view().data(), size);
            std::size_t first = 0;
            while (first != size && json::is_plain(text[first])) {
                ++first;
            }
            REQUIRE(std::countr_zero(special) == static_cast<int>(first));
        }
        const test::exact_text room(std::string(size, '?'));
        char* const at = const_cast<char*>(room.view().data());
        REQUIRE(json::copy_short(at, exact.view()) == at + size);
        REQUIRE(room.view() == text);
        REQUIRE(json::are_same(room.view(), exact.view()));
        if (size != 0) {
            at[random() % size] ^= 1;
            REQUIRE_FALSE(json::are_same(room.view(), exact.view()));
            REQUIRE_FALSE(json::are_same(exact.view(), exact.view().substr(1)));
        }
    }
}

TEST_CASE("block: strings of every length and content travel unchanged") {
    std::mt19937_64 random(12);
    for (std::size_t size = 0; size != 70; ++size) {
        for (int count = 0; count != 20; ++count) {
            std::string text = random_text(random, size, count % 4 != 0);
            for (char& character : text) {
                character = static_cast<char>(character & 0x7F);
            }
            if (count % 5 == 0 && size > 2) {
                text.replace(random() % (size - 1), 2, "\xC3\xA9");
            }
            const std::string written = json_test::text_of(text);
            REQUIRE(written == nlohmann::json(text).dump());
            REQUIRE(json_test::value_of<std::string>(written) == text);
            // With something behind it, too, so that whole blocks can be read.
            const std::string array = "[" + written + ",\"" + std::string(size, 'y') + "\"]";
            REQUIRE(json_test::value_of<std::array<std::string, 2>>(array).front() == text);
        }
    }
    for (std::size_t size = 1; size != 40; ++size) {
        for (std::size_t index = 0; index != size; ++index) {
            std::string text(size, 'x');
            text[index] = '\xFF';
            REQUIRE(json_test::text_of(text) == "!v: a string is not valid UTF-8");
        }
    }
}
