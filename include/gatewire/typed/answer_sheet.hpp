// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_TYPED_ANSWER_SHEET_HPP
#define GATEWIRE_TYPED_ANSWER_SHEET_HPP

#include <gatewire/detail/linkage.hpp>
#include <gatewire/error.hpp>
#include <gatewire/json/read_error.hpp>
#include <gatewire/json/write.hpp>
#include <gatewire/protocol/answer_codes.hpp>
#include <gatewire/protocol/call.hpp>
#include <gatewire/session/answer_buffers.hpp>
#include <gatewire/session/call_origin.hpp>
#include <gatewire/session/held_back.hpp>
#include <gatewire/wire/frame.hpp>

#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace rpc::inline v1::typed {

/// What a method gives when it gives nothing.
struct nothing {};

/// Writes the answers of calls that have one origin and hands them over, many at a time.
///
/// What is not written for each type of result is defined in answer_sheet_impl.hpp.
class answer_sheet final : public session::held_back {
public:
    /// @param room  Buffers that were used before; `take_room` gives them back.
    answer_sheet(std::shared_ptr<session::call_origin> to, std::size_t answer_size_max,
                 session::answer_buffers room = {})
        : to_(std::move(to)),
          watch_(to_->watch()),
          answer_size_max_(answer_size_max),
          room_(std::move(room)) {}
    GATEWIRE_INLINE ~answer_sheet() override;
    answer_sheet(const answer_sheet&) = delete;
    answer_sheet& operator=(const answer_sheet&) = delete;

    /// Answers with a value; if that has no JSON form, is too large, or its code throws while it is
    /// written, with an error that says so, and nothing else of it is sent.
    template <class Value>
    void result(const protocol::call& to, const Value& value) {
        write(to, [&](wire::buffer& out) {
            const std::size_t begin = out.size();
            protocol::begin_result(out, to.id);
            if constexpr (std::is_same_v<Value, nothing>) {
                out.append("null");
            } else {
                codec::write_error failure;
                if (!codec::guarded_write(out, value, failure)) {
                    replace(out, begin, to, failure);
                    return;
                }
            }
            out.append('}');
            if (out.size() - begin > answer_size_max_) {
                replace_too_large(out, begin, to);
            }
        });
    }

    void fail(const protocol::call& to, int code, std::string_view message);
    void fail(const protocol::call& to, int code, std::string_view message,
              const nlohmann::json& data);

    /// Answers a call whose deadline passed while it ran.
    void fail_expired(const protocol::call& to);

    /// Answers with what an earlier call with the same key was answered.
    void repeat(const protocol::call& to, const std::string& tail);

    /// The same, for a call whose method was not called.
    void refuse(const protocol::call& to, int code, std::string_view message);

    /// Answers params that could not be read. A text that is not JSON was not a request at all, so
    /// it is answered without its id, even if it looked like a notification.
    void fail_params(const protocol::call& to, const codec::read_error& failure);

    /// Answers with what a method threw. Call inside of a catch block, or with its exception.
    void fail_exception(const protocol::call& to, const std::exception_ptr& thrown);

    /// Ends a call whose answer could not be written: with what is being handled, with less, or, if
    /// there is no memory for any of it, by the end of its origin. Only inside of a catch block.
    void fail_anyhow(const protocol::call& to) noexcept;

    /// The last call ended at this moment; until this is called, the clock is read instead.
    void ended(protocol::time_point now) noexcept { last_end_ = now; }

    /// Gives the origin what was written so far.
    void hand_over() noexcept;

    /// Once all is handed over.
    session::answer_buffers take_room() noexcept { return std::move(room_); }

    void let_go() noexcept override { hand_over(); }

    const std::shared_ptr<session::call_origin>& origin() const noexcept { return to_; }
    const session::call_watch* watch() const noexcept { return watch_; }

private:
    using time_point = protocol::time_point;

    template <class Write>
    void write(const protocol::call& to, Write&& write) {
        if (to.state->once || to.is_batched) {
            write_apart(to, write);
            return;
        }
        const std::size_t before = room_.frames.size();
        const std::uint64_t errors = errors_;
        try {
            if (!to.id.empty()) {
                const std::size_t begin = wire::begin_frame(room_.frames);
                write(room_.frames);
                wire::end_frame(room_.frames, begin);
            }
            room_.answered.push_back(to.slot);
        } catch (...) {  // Half an answer would spoil all that follow.
            room_.frames.truncate(before);
            errors_ = errors;
            throw;
        }
        if (watch_ != nullptr) {
            tell_ended(to, room_.frames.size() - before);
        }
    }

    /// `write` for an answer that is also kept elsewhere, or belongs to a batch.
    template <class Write>
    void write_apart(const protocol::call& to, Write& write) {
        wire::buffer part;
        if (to.state->once || !to.id.empty()) {
            write(part);
        }
        take_part(to, part.view());
    }

    /// Takes an answer that is not only sent by itself; see `write`.
    void take_part(const protocol::call& to, std::string_view part);

    /// Writes an error in place of a result that begins there.
    void replace(wire::buffer& out, std::size_t begin, const protocol::call& to,
                 const codec::write_error& failure);
    void replace_too_large(wire::buffer& out, std::size_t begin, const protocol::call& to);

    void write_down(const protocol::call& to, std::string_view answer);
    void keep_tail(const protocol::call& to, const std::string& tail);

    /// Tells who hears of calls that one is answered, in so many bytes.
    void tell_ended(const protocol::call& to, std::size_t size);

    std::shared_ptr<session::call_origin> to_;
    const session::call_watch* watch_;  // null if nobody hears of calls
    std::size_t answer_size_max_;
    session::answer_buffers room_;
    std::uint64_t errors_ = 0;  // among the frames
    int code_ = 0;              // of the answer that is being written
    time_point last_end_{};
};

}  // namespace rpc::inline v1::typed

#endif  // GATEWIRE_TYPED_ANSWER_SHEET_HPP
