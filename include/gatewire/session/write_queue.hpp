// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_WRITE_QUEUE_HPP
#define GATEWIRE_SESSION_WRITE_QUEUE_HPP

#include <gatewire/protocol/published_event.hpp>
#include <gatewire/wire/buffer.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace rpc::inline v1::session {

/// Bytes to be written: those of one connection, and between them frames that are shared with
/// others. They are consumed from the front.
class outgoing_bytes {
public:
    /// As many as one system call takes of them.
    static constexpr std::size_t parts_max = 16;
    /// So many bytes at most go into one system call, which copies them: others wait meanwhile.
    static constexpr std::size_t piece_max = std::size_t{64} << 10;
    using part_room = std::array<std::string_view, parts_max>;

    std::size_t size() const noexcept { return own_.size() - own_done_ + shared_size_; }
    bool is_empty() const noexcept { return size() == 0; }

    /// The connection's own; more may be written at their end, and goes behind what is there.
    wire::buffer& own() noexcept { return own_; }

    void append(const protocol::shared_frame& frame) {
        frames_.push_back({own_.size(), frame});
        shared_size_ += frame.size();
    }

    /// Whether it is all in one piece.
    bool is_plain() const noexcept { return next_ == frames_.size(); }
    /// All of it, if it is.
    std::string_view plain() const noexcept { return own_.view().substr(own_done_); }

    /// The first parts, in order, none of them empty; `piece_max` at most.
    std::span<const std::string_view> parts(part_room& room) const noexcept {
        std::size_t count = 0;
        std::size_t own = own_done_;
        std::size_t frame_done = frame_done_;
        std::size_t left = piece_max;
        const auto add = [&](std::string_view bytes) {
            bytes = bytes.substr(0, left);
            left -= bytes.size();
            if (!bytes.empty()) {
                room[count++] = bytes;
            }
        };
        std::size_t at = next_;
        for (; at != frames_.size() && count + 2 <= room.size(); ++at) {
            add(own_.view().substr(own, frames_[at].place - own));
            own = frames_[at].place;
            add(frames_[at].bytes.view().substr(std::exchange(frame_done, 0)));
        }
        if (at == frames_.size() && count != room.size()) {
            add(own_.view().substr(own));
        }
        return {room.data(), count};
    }

    /// Forgets so many bytes.
    void consume(std::size_t count) noexcept {
        while (next_ != frames_.size()) {
            const std::size_t own = (std::min)(count, frames_[next_].place - own_done_);
            own_done_ += own;
            count -= own;
            if (own_done_ != frames_[next_].place || count == 0) {
                return;
            }
            const std::size_t left = frames_[next_].bytes.size() - frame_done_;
            const std::size_t of_frame = (std::min)(count, left);
            shared_size_ -= of_frame;
            count -= of_frame;
            if (of_frame != left) {
                frame_done_ += of_frame;
                return;
            }
            frames_[next_++].bytes = {};
            frame_done_ = 0;
        }
        own_done_ += count;
    }

    /// Forgets everything; the room stays.
    void clear() noexcept {
        own_.clear();
        frames_.clear();
        own_done_ = next_ = frame_done_ = shared_size_ = 0;
    }

    void swap(outgoing_bytes& other) noexcept {
        own_.swap(other.own_);
        std::swap(own_done_, other.own_done_);
        if (!frames_.empty() || !other.frames_.empty()) {
            frames_.swap(other.frames_);
            std::swap(next_, other.next_);
            std::swap(frame_done_, other.frame_done_);
            std::swap(shared_size_, other.shared_size_);
        }
    }

    /// Frees the room, if nothing stands in it.
    void shrink() noexcept {
        own_.shrink();
        if (frames_.empty()) {
            frames_.shrink_to_fit();
        }
    }

private:
    struct placed_frame {
        std::size_t place;  // it goes before this one of the connection's own bytes
        protocol::shared_frame bytes;
    };

    wire::buffer own_;
    std::vector<placed_frame> frames_;
    std::size_t own_done_ = 0;
    std::size_t next_ = 0;        // the first frame that is not consumed
    std::size_t frame_done_ = 0;  // bytes of it that are
    std::size_t shared_size_ = 0;
};

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
        if (writing_.own().capacity() > std::exchange(kept_capacity_, kept_capacity_max)) {
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

    /// Frees what a busier time needed, and the room of the next write after it.
    void shrink() noexcept {
        gathered_.shrink();
        writing_.shrink();
        kept_capacity_ = 0;
    }

private:
    /// A burst does not keep its memory for ever.
    static constexpr std::size_t kept_capacity_max = std::size_t{1} << 20;

    outgoing_bytes gathered_;
    outgoing_bytes writing_;
    std::size_t kept_capacity_ = kept_capacity_max;
    std::uint64_t total_ = 0;
};

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_WRITE_QUEUE_HPP
