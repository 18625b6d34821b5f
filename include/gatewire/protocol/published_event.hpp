// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_PROTOCOL_PUBLISHED_EVENT_HPP
#define GATEWIRE_PROTOCOL_PUBLISHED_EVENT_HPP

#include <gatewire/wire/buffer.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace rpc::inline v1::protocol {

/// The bytes of a frame, which the queues of several sessions and the store of events share.
class shared_frame {
public:
    shared_frame() = default;
    explicit shared_frame(std::string_view bytes) : size_(bytes.size()) {
        auto copy = std::make_shared_for_overwrite<char[]>(size_);
        std::memcpy(copy.get(), bytes.data(), size_);
        bytes_ = std::move(copy);
    }
    /// The same without a copy.
    explicit shared_frame(wire::buffer&& bytes) : size_(bytes.size()), bytes_(bytes.release()) {}

    std::string_view view() const noexcept { return {bytes_.get(), size_}; }
    std::size_t size() const noexcept { return size_; }

private:
    std::size_t size_ = 0;
    std::shared_ptr<const char[]> bytes_;
};

// Who alone shall have an event, as text; an empty text means everyone.

/// The session with this number.
inline std::string target_session(std::uint64_t number) {
    return "#" + std::to_string(number);
}

/// Every client with this identity.
inline std::string target_identity(std::string_view identity) {
    return "=" + std::string(identity);
}

/// An event on its way to those who want it. The views belong to whoever hands it on.
struct published_event {
    std::uint64_t number = 0;  ///< Its `seq`.
    std::size_t event = 0;     ///< Its place among the server's events.
    bool is_latest = false;    ///< A newer one of the same key makes it worthless.
    std::string_view key;      ///< Empty where the event has none.
    std::string_view target;   ///< Who alone shall have it, as written above.
    std::string_view frame;    ///< As it is sent.
    /// The same, if it can be kept without a copy; null otherwise.
    const shared_frame* shared = nullptr;
};

}  // namespace rpc::inline v1::protocol

#endif  // GATEWIRE_PROTOCOL_PUBLISHED_EVENT_HPP
