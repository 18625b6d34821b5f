// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_WIRE_BUFFER_POOL_HPP
#define GATEWIRE_WIRE_BUFFER_POOL_HPP

#include <gatewire/wire/buffer.hpp>

#include <cstddef>
#include <utility>
#include <vector>

namespace rpc::inline v1::wire {

/// Small buffers that were used, for those that come next: a steady stream of messages allocates
/// nothing.
class buffer_pool {
public:
    /// An empty buffer, with the room of an earlier one if there is any.
    buffer take() {
        if (free_.empty()) {
            return {};
        }
        buffer taken = std::move(free_.back());
        free_.pop_back();
        taken.clear();
        return taken;
    }

    /// Takes a buffer back; a large one is freed.
    void give(buffer used) {
        if (free_.size() < count_max && used.capacity() <= capacity_max) {
            free_.push_back(std::move(used));
        }
    }

private:
    static constexpr std::size_t count_max = 1024;
    static constexpr std::size_t capacity_max = 4096;

    std::vector<buffer> free_;
};

}  // namespace rpc::inline v1::wire

#endif  // GATEWIRE_WIRE_BUFFER_POOL_HPP
