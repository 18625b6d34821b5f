// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_WRITE_QUEUE_HPP
#define GATEWIRE_SESSION_WRITE_QUEUE_HPP

#include <gatewire/wire/buffer.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace rpc::inline v1::session {

/// Bytes on their way to a socket: what is being written stays where it is, and what comes in
/// meanwhile is gathered for the next write.
class write_queue {
public:
    std::size_t size() const noexcept { return gathered_.size() + writing_.size() - written_; }
    /// All bytes that were ever written.
    std::uint64_t total() const noexcept { return total_; }
    bool is_writing() const noexcept { return !writing_.empty(); }

    bool has_gathered() const noexcept { return !gathered_.empty(); }
    /// What waits for the next write; more may be written at its end.
    wire::buffer& gathered() noexcept { return gathered_; }

    void append(std::string_view bytes) { gathered_.append(bytes); }

    /// Takes over the bytes, without a copy if nothing waits, and empties the buffer.
    void append(wire::buffer& bytes) {
        if (gathered_.empty()) {
            gathered_.swap(bytes);
        } else {
            gathered_.append(bytes.view());
        }
        bytes.clear();
    }

    /// Begins to write what was gathered. @return Whether there is anything.
    bool begin() noexcept {
        writing_.swap(gathered_);
        return !writing_.empty();
    }

    /// What is to be written next.
    std::string_view rest() const noexcept { return writing_.view().substr(written_); }

    /// So much was written. @return Whether all that was begun is.
    bool advance(std::size_t size) {
        written_ += size;
        total_ += size;
        if (written_ < writing_.size()) {
            return false;
        }
        written_ = 0;
        writing_.clear();
        if (writing_.capacity() > kept_capacity) {
            writing_ = wire::buffer{};
        }
        return true;
    }

    /// Frees what a busier time needed.
    void shrink() noexcept {
        gathered_.shrink();
        writing_.shrink();
    }

private:
    /// A burst does not keep its memory for ever.
    static constexpr std::size_t kept_capacity = std::size_t{1} << 20;

    wire::buffer gathered_;
    wire::buffer writing_;
    std::size_t written_ = 0;
    std::uint64_t total_ = 0;
};

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_WRITE_QUEUE_HPP
