// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TESTS_FUZZ_TARGET_HPP
#define TESTS_FUZZ_TARGET_HPP

#include "framing.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

/// What every target has: an input comes in, and whatever must hold is checked by `demand`.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace fuzz {

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
    return {reinterpret_cast<const char*>(data), size};
}

inline void demand(bool holds, const char* what) {
    if (!holds) {
        std::fprintf(stderr, "does not hold: %s\n", what);
        std::abort();
    }
}

/// The bytes of a connection. An input that begins with `!` is them; of another one each line is
/// the body of a frame, so that seeds are text.
inline std::string stream_of(std::string_view input) {
    if (input.starts_with('!')) {
        return std::string(input.substr(1));
    }
    std::string bytes;
    while (!input.empty()) {
        const std::size_t end = input.find('\n');
        bytes += test::framed(input.substr(0, end));
        input.remove_prefix(end == std::string_view::npos ? input.size() : end + 1);
    }
    return bytes;
}

}  // namespace fuzz

#endif  // TESTS_FUZZ_TARGET_HPP
