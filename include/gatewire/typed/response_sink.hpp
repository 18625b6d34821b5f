// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_TYPED_RESPONSE_SINK_HPP
#define GATEWIRE_TYPED_RESPONSE_SINK_HPP

#include <gatewire/detail/linkage.hpp>
#include <gatewire/json/strict_reader.hpp>
#include <gatewire/json/write.hpp>
#include <gatewire/protocol/call.hpp>
#include <gatewire/protocol/error_codes.hpp>
#include <gatewire/session/call_origin.hpp>
#include <gatewire/wire/frame.hpp>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace rpc::inline v1::typed {

/// What a method gives when it gives nothing.
struct no_result {};

/// Writes the responses to calls that have one origin and hands them over, many at a time.
///
/// What is not written for each type of result is defined in response_sink_impl.hpp.
class response_sink final {
public:
    response_sink(std::shared_ptr<session::call_origin> to, std::size_t response_size_max)
        : to_(std::move(to)), watch_(to_->watch()), response_size_max_(response_size_max) {}

    /// @param watch  The origin's.
    /// @param room   Buffers that were used before; `take_room` gives them back.
    response_sink(std::shared_ptr<session::call_origin> to, const session::call_observer* watch,
                  std::size_t response_size_max, session::response_buffers room)
        : to_(std::move(to)),
          watch_(watch),
          response_size_max_(response_size_max),
          room_(std::move(room)) {}
    GATEWIRE_INLINE ~response_sink();
    response_sink(const response_sink&) = delete;
    response_sink& operator=(const response_sink&) = delete;

    /// Responds with a value; if that has no JSON form, is too large, or its code throws while it
    /// is written, with an error that says so, and nothing else of it is sent.
    template <class Value>
    void result(const protocol::call& to, const Value& value) {
        write(to, [&](wire::buffer& out) {
            const std::size_t begin = out.size();
            protocol::begin_result(out, to.id);
            if constexpr (std::is_same_v<Value, no_result>) {
                out.append("null");
            } else {
                codec::write_error failure;
                if (!codec::guarded_write(out, value, failure)) {
                    replace(out, begin, to, failure);
                    return;
                }
            }
            out.append('}');
            if (const std::size_t size = out.size() - begin; size > response_size_max_) {
                out.truncate(begin);
                write_too_large(out, to, size);
            }
        });
    }

    /// The same for a value that was written elsewhere: the frame lacks its header and its last
    /// brace, and is taken over. Nothing else may be gathered here.
    /// @param failure  Why it could not be written; null if it was.
    void result_in_frame(const protocol::call& to, wire::buffer& frame,
                         const codec::write_error* failure);

    void fail(const protocol::call& to, int code, std::string_view message);
    void fail(const protocol::call& to, int code, std::string_view message,
              const nlohmann::json& data);

    /// Responds to a call whose deadline passed while it ran.
    void fail_expired(const protocol::call& to);

    /// Responds as to an earlier call with the same key.
    void repeat(const protocol::call& to, const std::string& tail);

    /// As `fail`, for a call whose method did not run: its key stays free.
    void refuse(const protocol::call& to, int code, std::string_view message);

    /// Refuses params that could not be read. A text that is not JSON was not a request at all, so
    /// the response is without its id, even if it looked like a notification.
    void fail_params(const protocol::call& to, const codec::read_error& failure);

    /// Responds with what a method threw.
    void fail_exception(const protocol::call& to, const std::exception_ptr& thrown);

    /// Ends a call whose response could not be written: with what is being handled, with less, or,
    /// if there is no memory for any of it, by the end of its origin. Only inside of a catch block.
    void fail_anyhow(const protocol::call& to) noexcept;

    /// The last call ended at this moment; until this is called, the clock is read instead.
    void ended(protocol::time_point now) noexcept { last_end_ = now; }

    /// Gives the origin what was written so far.
    void hand_over() noexcept;

    /// Once all is handed over.
    session::response_buffers take_room() noexcept { return std::move(room_); }

    void flush_responses() noexcept { hand_over(); }

    std::size_t size_max() const noexcept { return response_size_max_; }
    const std::shared_ptr<session::call_origin>& origin() const noexcept { return to_; }
    const session::call_observer* watch() const noexcept { return watch_; }

private:
    using time_point = protocol::time_point;

    template <class Write>
    void write(const protocol::call& to, Write&& write) {
        if (to.state->once || to.is_batched) {
            write_part(to, write);
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
        } catch (...) {  // Half a response would spoil all that follow.
            room_.frames.truncate(before);
            errors_ = errors;
            throw;
        }
        if (watch_ != nullptr) {
            observe_end(to, room_.frames.size() - before);
        }
    }

    /// `write` for a response that is kept for the call's key, or belongs to a batch.
    template <class Write>
    void write_part(const protocol::call& to, Write& write) {
        wire::buffer part;
        if (to.state->once || !to.id.empty()) {
            write(part);
        }
        add_part(to, part.view());
    }

    /// Sends, keeps or adds to its batch what `write_part` wrote.
    void add_part(const protocol::call& to, std::string_view part);

    /// Writes an error in place of a result that begins there.
    void replace(wire::buffer& out, std::size_t begin, const protocol::call& to,
                 const codec::write_error& failure);
    void write_too_large(wire::buffer& out, const protocol::call& to, std::size_t size);

    void keep_response(const protocol::call& to, std::string_view response);
    void keep_tail(const protocol::call& to, const std::string& tail);

    /// Tells the observer that a call has ended, with a response of so many bytes.
    void observe_end(const protocol::call& to, std::size_t size);

    std::shared_ptr<session::call_origin> to_;
    const session::call_observer* watch_;  // null without an observer
    std::size_t response_size_max_;
    session::response_buffers room_;
    std::uint64_t errors_ = 0;  // among the frames
    int code_ = 0;              // of the response that is being written
    time_point last_end_{};
};

}  // namespace rpc::inline v1::typed

#endif  // GATEWIRE_TYPED_RESPONSE_SINK_HPP
