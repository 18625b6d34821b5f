// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_READ_ROOM_HPP
#define GATEWIRE_SESSION_READ_ROOM_HPP

#include <algorithm>
#include <cstddef>

namespace rpc::inline v1::session {

/// How much one read may bring. A quiet connection holds little memory while it waits; one that
/// fills its room gets more, so that a busy one needs few reads.
class read_room {
public:
    std::size_t size() const noexcept { return size_; }

    /// A read was offered so much room, and filled so much of it.
    void took(std::size_t offered, std::size_t filled) noexcept {
        if (filled == offered) {
            size_ = (std::min)(size_ * 8, most);
        }
    }

    /// The connection has been quiet.
    void rested() noexcept { size_ = least; }

private:
    static constexpr std::size_t least = std::size_t{1} << 10;
    static constexpr std::size_t most = std::size_t{64} << 10;

    std::size_t size_ = least;
};

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_READ_ROOM_HPP
