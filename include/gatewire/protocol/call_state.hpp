// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_PROTOCOL_CALL_STATE_HPP
#define GATEWIRE_PROTOCOL_CALL_STATE_HPP

#include <gatewire/json/block.hpp>
#include <gatewire/protocol/time.hpp>

#include <array>
#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace rpc::inline v1::protocol {

struct batch_responses;
using batch_ptr = std::shared_ptr<batch_responses>;
struct once_entry;

/// A request's id as it was written. A short one, as nearly all are, is kept in place.
class id_text {
public:
    id_text& operator=(std::string_view text) {
        if (text.size() <= short_.size()) {
            codec::copy_short(short_.data(), text);
        } else {
            long_ = text;
        }
        size_ = text.size();
        return *this;
    }

    std::string_view view() const noexcept {
        return {size_ <= short_.size() ? short_.data() : long_.data(), size_};
    }
    operator std::string_view() const noexcept { return view(); }
    bool empty() const noexcept { return size_ == 0; }
    void clear() noexcept { size_ = 0; }

    friend bool operator==(const id_text& left, std::string_view right) noexcept {
        return left.view() == right;
    }

private:
    std::array<char, 24> short_{};
    std::size_t size_ = 0;
    std::string long_;
};

/// A call that a server has read and not yet finished with.
struct call_state : std::enable_shared_from_this<call_state> {
    std::atomic<bool> cancelled{false};
    id_text id;                        ///< As it was written; empty for a notification.
    batch_ptr batch;                   ///< The batch that the answer belongs to, if any.
    time_point arrived{};              ///< When the call was read.
    std::string key;                   ///< The client's own name for the call; empty without one.
    std::shared_ptr<once_entry> once;  ///< Where the answer is written down, for a key.
    std::string traceparent;           ///< As the client sent it; empty without one.
    time_point started{};              ///< When it came to the engine, if it is observed.
    std::size_t request_size = 0;      ///< Of its params, if it is observed.
    bool is_void = false;              ///< The method was not called, so the key stays free.
    std::function<void()> cancel;      ///< Reaches a method that waits; empty otherwise.
};

}  // namespace rpc::inline v1::protocol

#endif  // GATEWIRE_PROTOCOL_CALL_STATE_HPP
