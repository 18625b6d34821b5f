// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TESTS_FRAMING_HPP
#define TESTS_FRAMING_HPP

#include <gatewire/wire/buffer.hpp>

#include <chrono>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

/// Frames made and cut by hand, so that the library does not judge itself.
namespace test {

/// A literal time: so long after a beginning that means nothing.
constexpr std::chrono::steady_clock::time_point at(std::chrono::milliseconds after) {
    return std::chrono::steady_clock::time_point(std::chrono::hours(1000)) + after;
}

inline std::string header_of(std::size_t size) {
    std::string header;
    for (unsigned shift : {24U, 16U, 8U, 0U}) {
        header += static_cast<char>(static_cast<unsigned char>(size >> shift & 0xffU));
    }
    return header;
}

inline std::string framed(std::string_view body) {
    return header_of(body.size()) += body;
}

/// The bodies of frames that fill the bytes exactly.
inline std::vector<std::string> bodies_of(std::string_view bytes) {
    std::vector<std::string> bodies;
    while (!bytes.empty()) {
        std::size_t size = 0;
        for (char byte : bytes.substr(0, 4)) {
            size = size << 8 | static_cast<unsigned char>(byte);
        }
        if (bytes.size() < 4 || bytes.size() - 4 < size) {
            throw std::runtime_error("bytes that are no whole frames");
        }
        bodies.emplace_back(bytes.substr(4, size));
        bytes.remove_prefix(4 + size);
    }
    return bodies;
}

/// The bodies of the frames in a buffer, which is empty then.
inline std::vector<std::string> take_bodies(rpc::wire::buffer& out) {
    std::vector<std::string> bodies = bodies_of(out.view());
    out.clear();
    return bodies;
}

}  // namespace test

#endif  // TESTS_FRAMING_HPP
