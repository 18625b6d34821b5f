// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_PROTOCOL_SHARED_FRAME_HPP
#define GATEWIRE_PROTOCOL_SHARED_FRAME_HPP

#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>

namespace rpc::inline v1::protocol {

/// The bytes of a frame, which queues and memories of several sessions hold without a copy.
class shared_frame {
public:
    shared_frame() = default;
    explicit shared_frame(std::string_view bytes) : size_(bytes.size()) {
        auto copy = std::make_shared_for_overwrite<char[]>(size_);
        std::memcpy(copy.get(), bytes.data(), size_);
        bytes_ = std::move(copy);
    }

    std::string_view view() const noexcept { return {bytes_.get(), size_}; }
    std::size_t size() const noexcept { return size_; }

private:
    std::shared_ptr<const char[]> bytes_;
    std::size_t size_ = 0;
};

}  // namespace rpc::inline v1::protocol

#endif  // GATEWIRE_PROTOCOL_SHARED_FRAME_HPP
