// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_JSON_SINK_HPP
#define GATEWIRE_JSON_SINK_HPP

#include <gatewire/json/write_error.hpp>
#include <gatewire/wire/buffer.hpp>

#include <cstddef>

namespace rpc::inline v1::codec {

/// Room that every `put` function may use behind what it puts, so that it can write whole words.
inline constexpr std::size_t put_slack = 16;

/// Where values are written to.
///
/// The cursor is not in here: it goes from one `put` function to the next as an argument and
/// result, so that it stays in a register. A `put` function of a scalar expects room for the
/// longest form of its type; all others make their own. Each gives the cursor behind what it wrote,
/// or null when the value has no JSON form; then the error is set.
class sink {
public:
    sink(wire::buffer& out, write_error& failure) noexcept
        : error(failure), out_(out), end_(out.room_end()) {}

    /// Where to begin.
    char* cursor() const noexcept { return out_.cursor(); }

    /// Makes room for `size` bytes and for the slack behind; gives where `at` then is.
    char* make_room(char* at, std::size_t size) {
        size += put_slack;
        return static_cast<std::size_t>(end_ - at) >= size ? at : grow(at, size);
    }

    /// Gives the buffer with all that was put, for those who write into it themselves.
    wire::buffer& flush(const char* at) noexcept {
        out_.commit_to(at);
        return out_;
    }

    /// Goes on behind what others wrote into the buffer.
    char* resume() noexcept {
        end_ = out_.room_end();
        return out_.cursor();
    }

    write_error& error;

private:
    char* grow(char* at, std::size_t size) {
        out_.commit_to(at);
        at = out_.prepare(size);
        end_ = out_.room_end();
        return at;
    }

    wire::buffer& out_;
    char* end_;
};

}  // namespace rpc::inline v1::codec

#endif  // GATEWIRE_JSON_SINK_HPP
