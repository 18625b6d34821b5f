// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_WIRE_BUFFER_HPP
#define GATEWIRE_WIRE_BUFFER_HPP

#include <gatewire/detail/storage_duration.hpp>

#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>

namespace rpc::inline v1::wire {

/// Bytes that grow at the end: what the typed writer and the frames are written into.
///
/// Unlike `std::string` it never clears what it grows by, so a writer may reserve room for the
/// longest form of a value, write in place and commit what it used. Moved-from buffers are empty.
class buffer {
public:
    buffer() = default;
    buffer(buffer&& other) noexcept
        : bytes_(std::move(other.bytes_)),
          size_(std::exchange(other.size_, 0)),
          capacity_(std::exchange(other.capacity_, 0)) {}
    buffer& operator=(buffer&& other) noexcept {
        bytes_ = std::move(other.bytes_);
        size_ = std::exchange(other.size_, 0);
        capacity_ = std::exchange(other.capacity_, 0);
        return *this;
    }

    char* data() noexcept { return bytes_.get(); }
    const char* data() const noexcept { return bytes_.get(); }
    std::size_t size() const noexcept { return size_; }
    std::size_t capacity() const noexcept { return capacity_; }
    bool empty() const noexcept { return size_ == 0; }
    std::string_view view() const noexcept { return {bytes_.get(), size_}; }

    /// Makes room for `room` more bytes and returns where they go; `commit` makes them count.
    char* prepare(std::size_t room) {
        if (capacity_ - size_ < room) {
            grow(room);
        }
        return bytes_.get() + size_;
    }

    /// Takes over the first `used` bytes of what `prepare` gave.
    void commit(std::size_t used) noexcept { size_ += used; }

    /// Where the next byte goes, and the end of the room behind it.
    char* cursor() noexcept { return bytes_.get() + size_; }
    char* room_end() noexcept { return bytes_.get() + capacity_; }

    /// Takes over all bytes before `end`, which is inside of the room.
    void commit_to(const char* end) noexcept {
        size_ = static_cast<std::size_t>(end - bytes_.get());
    }

    void append(std::string_view text) {
        if (!text.empty()) {
            std::memcpy(prepare(text.size()), text.data(), text.size());
            size_ += text.size();
        }
    }

    /// The same for a text whose size is known when it is compiled in.
    template <std::size_t Size>
    void append(const char (&literal)[Size]) {
        std::memcpy(prepare(Size - 1), literal, Size - 1);
        size_ += Size - 1;
    }

    void append(char character) {
        *prepare(1) = character;
        ++size_;
    }

    /// Cuts the buffer back to its first `size` bytes; the room stays.
    void truncate(std::size_t size) noexcept { size_ = size; }
    void clear() noexcept { size_ = 0; }

    /// Forgets the first `count` bytes and moves the rest to the front.
    void consume(std::size_t count) noexcept {
        size_ -= count;
        if (size_ != 0 && count != 0) {
            std::memmove(bytes_.get(), bytes_.get() + count, size_);
        }
    }

    /// Frees the room, if nothing stands in it.
    void shrink() noexcept {
        if (size_ == 0) {
            bytes_.reset();
            capacity_ = 0;
        }
    }

    /// Gives the bytes away, with the room behind them.
    std::unique_ptr<char[]> release() noexcept {
        size_ = capacity_ = 0;
        return std::move(bytes_);
    }

    void swap(buffer& other) noexcept {
        std::swap(bytes_, other.bytes_);
        std::swap(size_, other.size_);
        std::swap(capacity_, other.capacity_);
    }

private:
    /// Never inlined, so that `prepare` is.
    [[gnu::noinline]] void grow(std::size_t room) {
        std::size_t wanted = capacity_ < 256 ? 256 : capacity_ * 2;
        if (wanted - size_ < room) {
            wanted = size_ + room;
        }
        std::unique_ptr<char[]> larger(new char[wanted]);
        if (size_ != 0) {
            std::memcpy(larger.get(), bytes_.get(), size_);
        }
        bytes_ = std::move(larger);
        capacity_ = wanted;
    }

    std::unique_ptr<char[]> bytes_;
    std::size_t size_ = 0;
    std::size_t capacity_ = 0;
};

/// A buffer for one text on its way: each thread keeps the last one for the next, so that nothing
/// is allocated where one ends before the next begins, on whatever thread that is.
class scratch {
public:
    scratch() noexcept {
        if (kept* const of_this_thread = detail::thread_owned<kept>::get()) {
            bytes_ = std::move(of_this_thread->bytes);
            bytes_.clear();
        }
    }
    scratch(scratch&& other) noexcept : bytes_(std::move(other.bytes_)) {}
    scratch(const scratch& other) : scratch() { bytes_.append(other.bytes_.view()); }
    scratch& operator=(const scratch&) = delete;
    scratch& operator=(scratch&& other) noexcept {
        bytes_.swap(other.bytes_);
        return *this;
    }
    ~scratch() {
        kept* const of_this_thread = detail::thread_owned<kept>::get();
        if (of_this_thread != nullptr && bytes_.capacity() > of_this_thread->bytes.capacity() &&
            bytes_.capacity() <= kept_capacity) {
            of_this_thread->bytes = std::move(bytes_);
        }
    }

    buffer& operator*() noexcept { return bytes_; }
    buffer* operator->() noexcept { return &bytes_; }
    std::string_view view() const noexcept { return bytes_.view(); }

private:
    static constexpr std::size_t kept_capacity = std::size_t{64} << 10;

    struct kept {
        buffer bytes;
    };

    buffer bytes_;
};

}  // namespace rpc::inline v1::wire

#endif  // GATEWIRE_WIRE_BUFFER_HPP
