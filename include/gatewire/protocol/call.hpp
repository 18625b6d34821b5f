// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_PROTOCOL_CALL_HPP
#define GATEWIRE_PROTOCOL_CALL_HPP

#include <gatewire/json/block.hpp>
#include <gatewire/protocol/time.hpp>
#include <gatewire/wire/buffer.hpp>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rpc::inline v1::protocol {

/// The responses to one batch, gathered until its last message has ended.
struct batch_responses {
    std::size_t open = 0;  ///< Messages of the batch that have not ended.
    wire::buffer parts;    ///< Responses so far, with commas between them.
    bool is_kept = false;  ///< Some of them are kept until they have arrived.
};

/// The batch that a message came in; null for a message of its own.
using batch_ptr = std::shared_ptr<batch_responses>;

/// Takes the response to a call: the members behind its id, `"result":7}` or `"error":{..}}`.
using keyed_call_waiter = std::function<void(const std::string& tail)>;

/// A call with an idempotency key: it runs once, and its response is kept for whoever asks again.
struct keyed_call {
    std::string place;                       ///< Method, identity and key.
    std::string params;                      ///< As they were written.
    std::optional<std::string> answer;       ///< The end of its response; nothing while it runs.
    std::vector<keyed_call_waiter> waiters;  ///< Who asked for the same while it ran.
};

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
    batch_ptr batch;                   ///< The batch that the response belongs to, if any.
    time_point arrived{};              ///< When the call was read.
    std::string key;                   ///< The client's own name for the call; empty without one.
    std::shared_ptr<keyed_call> once;  ///< Where its response is kept, if it has a key.
    std::string traceparent;           ///< As the client sent it; empty without one.
    time_point started{};              ///< When it came to the engine, if it is observed.
    std::size_t request_size = 0;      ///< Of its params, if it is observed.
    bool is_void = false;              ///< The method was not called, so the key stays free.
    std::function<void()> cancel;      ///< Reaches a method that waits; empty otherwise.
};

/// A call for the engine. The views point into the frame that brought it.
struct call {
    std::uint32_t slot;
    std::uint32_t method;
    std::string_view id;      ///< As it was written; empty for a notification.
    std::string_view params;  ///< As they were written, not yet checked; empty when absent.
    time_point deadline;      ///< Not to be started from here on.
    bool is_batched;          ///< The response is gathered, not sent by itself.
    call_state* state;        ///< Lives until the call is finished.
};

}  // namespace rpc::inline v1::protocol

#endif  // GATEWIRE_PROTOCOL_CALL_HPP
