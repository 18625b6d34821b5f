// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_TYPED_RESULT_IN_PARTS_HPP
#define GATEWIRE_TYPED_RESULT_IN_PARTS_HPP

#include <gatewire/detail/table_entries.hpp>
#include <gatewire/json/write_parts.hpp>
#include <gatewire/protocol/error_codes.hpp>
#include <gatewire/session/retry_for_memory.hpp>
#include <gatewire/typed/detached_call.hpp>
#include <gatewire/wire/buffer.hpp>
#include <gatewire/wire/frame.hpp>

#include <asio/any_io_executor.hpp>
#include <asio/post.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <memory>
#include <type_traits>
#include <utility>

namespace rpc::inline v1::typed {

/// A result that takes long to be written. It is written in parts on the engine's strand, each
/// behind what waited there and in the loop; the response goes out when all is written.
///
/// Events and responses that come meanwhile for the same client wait for it: see `keep_place`.
template <class Value>
class result_in_parts final : public std::enable_shared_from_this<result_in_parts<Value>> {
public:
    result_in_parts(std::shared_ptr<detached_call> of, Value&& value, asio::any_io_executor strand)
        : call_(std::move(of)), value_(std::move(value)), strand_(std::move(strand)) {
        wire::begin_frame(frame_);
        protocol::begin_result(frame_, call_->what().id);
    }

    void begin() {
        call_->responses().origin()->keep_place(call_->what());
        give_way();
    }

private:
    using time_point = protocol::time_point;

    void give_way() {
        left_ = call_->responses().origin()->time();
        session::retry_for_memory(
            [this] { asio::post(strand_, [self = this->shared_from_this()] { self->go_on(); }); });
    }

    void go_on() {
        bool goes_on = false;
        call_->guard([&] {
            if (!write_part()) {
                give_way();
                goes_on = true;
            }
        });
        if (!goes_on) {
            call_->responses().hand_over();
        }
    }

    /// @return Whether it was the last one.
    bool write_part() {
        const bool is_first = so_far_.part_size == 0;
        so_far_.part_size = next_size();
        if (!codec::write_part(frame_, value_, so_far_, failure_)) {
            call_->responses().result_in_frame(call_->what(), frame_, &failure_);
            return true;
        }
        if (so_far_.is_whole) {
            call_->responses().result_in_frame(call_->what(), frame_, nullptr);
            return true;
        }
        if (is_first) {  // Else it is copied each time that it has doubled.
            frame_.prepare(
                (std::min)(so_far_.left + so_far_.left / 16, call_->responses().size_max()));
        }
        return false;
    }

    /// Where others need much time, a part takes about as much as they did, so that they wait twice
    /// as long at most, and this does not wait for ever.
    std::size_t next_size() const {
        constexpr std::size_t least = std::size_t{8} << 10;
        constexpr std::size_t most = std::size_t{1} << 20;
        constexpr std::size_t bytes_per_microsecond = 256;  // are written, or more
        const auto waited = std::chrono::duration_cast<std::chrono::microseconds>(
            call_->responses().origin()->time() - left_);
        const auto microseconds =
            static_cast<std::size_t>((std::max)(waited.count(), decltype(waited.count()){0}));
        return (std::clamp)((std::min)(microseconds, most) * bytes_per_microsecond, least, most);
    }

    std::shared_ptr<detached_call> call_;
    Value value_;
    asio::any_io_executor strand_;
    wire::buffer frame_;
    codec::parts_written so_far_;
    codec::write_error failure_;
    time_point left_{};
};

/// Whether a result is to be written in parts. What nobody waits for is not written at all. Parts
/// cost nearly half of the time again, so what keeps others for a moment only is in one piece.
template <class Value>
bool is_for_parts(const protocol::call& what, const Value& value) noexcept {
    constexpr std::size_t size_min = std::size_t{256} << 10;
    return codec::divisible_size(value) >= size_min && (!what.id.empty() || what.state->once);
}

/// Whether results of a method may be written in parts. What runs elsewhere than on the strand
/// keeps nobody from it, and what a method refers to stays its own.
template <class Entry>
consteval bool may_be_in_parts() {
    using result = typename detail::awaited_result<typename Entry::result>::type;
    if constexpr (Entry::is_offloaded || std::is_reference_v<result>) {
        return false;
    } else {
        return codec::is_divisible<result>();
    }
}

/// Responds in parts. Where it throws, nothing was responded.
template <class Value>
void respond_in_parts(std::shared_ptr<detached_call> call, Value value,
                      const asio::any_io_executor& strand) {
    std::make_shared<result_in_parts<Value>>(std::move(call), std::move(value), strand)->begin();
}

}  // namespace rpc::inline v1::typed

#endif  // GATEWIRE_TYPED_RESULT_IN_PARTS_HPP
