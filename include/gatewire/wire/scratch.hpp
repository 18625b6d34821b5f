// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_WIRE_SCRATCH_HPP
#define GATEWIRE_WIRE_SCRATCH_HPP

#include <gatewire/wire/buffer.hpp>

#include <cstddef>
#include <string_view>
#include <utility>

namespace rpc::inline v1::wire {

/// A buffer for one text on its way: each thread keeps the last one for the next, so that nothing
/// is allocated where one ends before the next begins, on whatever thread that is.
class scratch {
public:
    scratch() noexcept : bytes_(std::move(kept())) { bytes_.clear(); }
    scratch(scratch&& other) noexcept : bytes_(std::move(other.bytes_)) {}
    scratch(const scratch& other) : scratch() { bytes_.append(other.bytes_.view()); }
    scratch& operator=(const scratch&) = delete;
    scratch& operator=(scratch&& other) noexcept {
        bytes_.swap(other.bytes_);
        return *this;
    }
    ~scratch() {
        if (bytes_.capacity() > kept().capacity() && bytes_.capacity() <= kept_capacity) {
            kept() = std::move(bytes_);
        }
    }

    buffer& operator*() noexcept { return bytes_; }
    buffer* operator->() noexcept { return &bytes_; }
    std::string_view view() const noexcept { return bytes_.view(); }

private:
    static constexpr std::size_t kept_capacity = std::size_t{64} << 10;

    static buffer& kept() noexcept {
        static thread_local buffer of_thread;
        return of_thread;
    }

    buffer bytes_;
};

}  // namespace rpc::inline v1::wire

#endif  // GATEWIRE_WIRE_SCRATCH_HPP
