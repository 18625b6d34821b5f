// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: frames do not depend on how their bytes arrive. Method: the first byte says in which pieces
// they come; the bodies must be those that a reader finds in the whole.

#include "target.hpp"

#include <gatewire/wire/frame.hpp>

#include <algorithm>
#include <cstring>
#include <vector>

namespace {

std::vector<std::string> bodies(std::string_view bytes, std::size_t piece, bool& is_too_large) {
    rpc::wire::frame_reader reader(4096);
    std::vector<std::string> all;
    while (!bytes.empty()) {
        const std::string_view now = bytes.substr(0, piece);
        bytes.remove_prefix(now.size());
        std::memcpy(reader.prepare(now.size()), now.data(), now.size());
        reader.commit(now.size());
        while (const auto body = reader.next()) {
            all.emplace_back(*body);
        }
        if (reader.is_too_large()) {
            fuzz::demand(!reader.refusal().empty(), "a refusal has a reason");
            break;
        }
        if (piece % 2 == 0) {
            reader.compact();
        } else {
            reader.take({});
        }
    }
    is_too_large = reader.is_too_large();
    return all;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) {
        return 0;
    }
    const std::string bytes = fuzz::stream_of(fuzz::text_of(data + 1, size - 1));
    bool one = false;
    bool other = false;
    const auto whole = bodies(bytes, (std::max)(bytes.size(), std::size_t{1}), one);
    const auto pieces = bodies(bytes, std::size_t{data[0]} % 31 + 1, other);
    fuzz::demand(whole == pieces && one == other, "pieces make the same frames");
    return 0;
}
