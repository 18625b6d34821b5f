// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_WIRE_SCRATCH_HPP
#define GATEWIRE_WIRE_SCRATCH_HPP

#include <gatewire/detail/lasting.hpp>
#include <gatewire/wire/buffer.hpp>

#include <cstddef>
#include <string_view>
#include <utility>

namespace rpc::inline v1::wire {

/// A buffer for one text on its way: each thread keeps the last one for the next, so that nothing
/// is allocated where one ends before the next begins, on whatever thread that is.
class scratch {
public:
    scratch() noexcept {
        if (kept* const of_this_thread = detail::of_thread<kept>::get()) {
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
        kept* const of_this_thread = detail::of_thread<kept>::get();
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

#endif  // GATEWIRE_WIRE_SCRATCH_HPP
