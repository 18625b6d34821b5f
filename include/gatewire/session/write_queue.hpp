// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_WRITE_QUEUE_HPP
#define GATEWIRE_SESSION_WRITE_QUEUE_HPP

#include <gatewire/protocol/shared_frame.hpp>
#include <gatewire/session/outgoing_bytes.hpp>
#include <gatewire/wire/buffer.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace rpc::inline v1::session {

/// Bytes on their way to a socket: what is being written stays where it is, and what comes in
/// meanwhile is gathered for the next write.
class write_queue {
public:
    /// Frames of so many bytes are worth sharing.
    static constexpr std::size_t shared_min = 4096;

    std::size_t size() const noexcept { return gathered_.size() + writing_.size(); }
    /// All bytes that were ever written.
    std::uint64_t total() const noexcept { return total_; }
    bool is_writing() const noexcept { return !writing_.is_empty(); }

    bool has_gathered() const noexcept { return !gathered_.is_empty(); }
    /// What waits for the next write; more may be written at its end.
    wire::buffer& gathered() noexcept { return gathered_.own(); }

    void append(std::string_view bytes) { gathered_.own().append(bytes); }

    /// The same, without a copy if the frame is large: a small one costs less to copy than to have
    /// the system gather.
    void append(const protocol::shared_frame& frame) {
        if (frame.size() < shared_min) {
            append(frame.view());
        } else {
            gathered_.append(frame);
        }
    }

    /// Takes over the bytes, without a copy if nothing waits, and empties the buffer.
    void append(wire::buffer& bytes) {
        if (gathered_.own().empty()) {
            gathered_.own().swap(bytes);
        } else {
            gathered_.own().append(bytes.view());
        }
        bytes.clear();
    }

    /// Begins to write what was gathered. @return Whether there is anything.
    bool begin() noexcept {
        writing_.swap(gathered_);
        return !writing_.is_empty();
    }

    /// What is to be written next.
    const outgoing_bytes& rest() const noexcept { return writing_; }

    /// So much was written. @return Whether all that was begun is.
    bool advance(std::size_t size) {
        total_ += size;
        writing_.consume(size);
        if (!writing_.is_empty()) {
            return false;
        }
        writing_.clear();
        if (writing_.own().capacity() > kept_capacity) {
            writing_.own() = wire::buffer{};
        }
        return true;
    }

    /// Nothing is to be sent any more: forgets what waits, with its memory. What is being written
    /// stays where it is until that write is over.
    void drop_waiting() noexcept { gathered_ = outgoing_bytes{}; }
    /// The same, and no write is under way.
    void drop_all() noexcept {
        drop_waiting();
        writing_ = outgoing_bytes{};
    }

    /// Frees what a busier time needed.
    void shrink() noexcept {
        gathered_.shrink();
        writing_.shrink();
    }

private:
    /// A burst does not keep its memory for ever.
    static constexpr std::size_t kept_capacity = std::size_t{1} << 20;
    outgoing_bytes gathered_;
    outgoing_bytes writing_;
    std::uint64_t total_ = 0;
};

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_WRITE_QUEUE_HPP
