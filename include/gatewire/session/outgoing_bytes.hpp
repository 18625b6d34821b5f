// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_OUTGOING_BYTES_HPP
#define GATEWIRE_SESSION_OUTGOING_BYTES_HPP

#include <gatewire/protocol/shared_frame.hpp>
#include <gatewire/wire/buffer.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
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

    /// The first parts, in order, none of them empty.
    std::span<const std::string_view> parts(part_room& room) const noexcept {
        std::size_t count = 0;
        std::size_t own = own_done_;
        std::size_t frame_done = frame_done_;
        const auto add = [&](std::string_view bytes) {
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
        frames_.swap(other.frames_);
        std::swap(own_done_, other.own_done_);
        std::swap(next_, other.next_);
        std::swap(frame_done_, other.frame_done_);
        std::swap(shared_size_, other.shared_size_);
    }

    /// Frees the room, if it is large and nothing stands in it.
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

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_OUTGOING_BYTES_HPP
