// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_TYPED_RESPONSE_SINK_IMPL_HPP
#define GATEWIRE_TYPED_RESPONSE_SINK_IMPL_HPP

#include <gatewire/detail/linkage.hpp>
#include <gatewire/detail/thrown.hpp>
#include <gatewire/error.hpp>
#include <gatewire/json/strict_reader.hpp>
#include <gatewire/protocol/error_codes.hpp>
#include <gatewire/protocol/messages.hpp>
#include <gatewire/session/idempotency_keys.hpp>
#include <gatewire/session/retry_for_memory.hpp>
#include <gatewire/typed/response_sink.hpp>
#include <gatewire/wire/buffer.hpp>
#include <gatewire/wire/frame.hpp>

#include <nlohmann/json.hpp>

#include <cstddef>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

/// The functions of response sinks that no type of a result changes.
namespace rpc::inline v1::typed {

GATEWIRE_INLINE response_sink::~response_sink() {
    hand_over();
}

GATEWIRE_INLINE void response_sink::result_in_frame(const protocol::call& to, wire::buffer& frame,
                                                    const codec::write_error* failure) {
    frame.append('}');
    const std::size_t size = frame.size() - wire::frame_header_size;
    if (failure != nullptr) {
        write(to, [&](wire::buffer& out) { replace(out, out.size(), to, *failure); });
    } else if (size > response_size_max_) {
        write(to, [&](wire::buffer& out) { write_too_large(out, to, size); });
    } else if (to.state->once || to.is_batched) {
        add_part(to, frame.view().substr(wire::frame_header_size));
    } else {
        wire::end_frame(frame, 0);
        room_.answered.push_back(to.slot);
        room_.frames.swap(frame);
        if (watch_ != nullptr) {
            observe_end(to, room_.frames.size());
        }
    }
}

GATEWIRE_INLINE void response_sink::fail(const protocol::call& to, int code,
                                         std::string_view message) {
    fail(to, code, message, nlohmann::json());
}

GATEWIRE_INLINE void response_sink::fail(const protocol::call& to, int code,
                                         std::string_view message, const nlohmann::json& data) {
    write(to, [&](wire::buffer& out) {
        ++errors_;
        code_ = code;
        const std::size_t begin = out.size();
        protocol::write_error(out, to.id, code, message, data);
        if (out.size() - begin > response_size_max_) {
            out.truncate(begin);
            protocol::write_error(out, to.id, code, "the error's text is over the limit");
        }
    });
}

GATEWIRE_INLINE void response_sink::fail_expired(const protocol::call& to) {
    // Not the code of a deadline, which says that the method was never called.
    fail(to, protocol::cancelled_code, "the deadline passed while the call ran",
         protocol::deadline_reason);
}

GATEWIRE_INLINE void response_sink::repeat(const protocol::call& to, const std::string& tail) {
    write(to, [&](wire::buffer& out) {
        const bool is_error = tail.starts_with(R"("error")");
        errors_ += is_error ? 1 : 0;
        code_ = is_error ? protocol::engine_error_code : 0;
        out.append(R"({"jsonrpc":"2.0","id":)");
        out.append(to.id);
        out.append(',');
        out.append(tail);
    });
}

GATEWIRE_COLD GATEWIRE_INLINE void response_sink::refuse(const protocol::call& to, int code,
                                                         std::string_view message) {
    to.state->is_void = true;
    fail(to, code, message);
}

GATEWIRE_COLD GATEWIRE_INLINE void response_sink::fail_params(const protocol::call& to,
                                                              const codec::read_error& failure) {
    to.state->is_void = true;
    codec::read_error worst = failure;
    if (failure.kind == codec::read_failure::value && !to.params.empty()) {
        codec::read_error other;
        if (!codec::validate(to.params, other) && other.kind == codec::read_failure::syntax) {
            worst = other;
        }
    }
    if (worst.kind == codec::read_failure::syntax) {
        protocol::call nameless = to;
        nameless.id = "null";
        fail(nameless, protocol::parse_error_code, protocol::message_of(protocol::parse_error_code),
             worst.text("params"));
    } else {
        fail(to, protocol::invalid_params_code, worst.text("params"));
    }
}

GATEWIRE_COLD GATEWIRE_INLINE void response_sink::fail_exception(const protocol::call& to,
                                                                 const std::exception_ptr& thrown) {
    try {
        std::rethrow_exception(thrown);
    } catch (const error& chosen) {
        fail(to, chosen.peer_code(), chosen.message(), chosen.data());
    } catch (const std::exception& other) {
        if (to.state->cancelled.load(std::memory_order_relaxed)) {
            fail(to, protocol::cancelled_code, "the call was cancelled");
        } else {
            fail(to, protocol::engine_error_code, detail::words_of(other));
        }
    } catch (...) {
        fail(to, protocol::internal_error_code, "the method threw something unknown");
    }
}

GATEWIRE_COLD GATEWIRE_INLINE void response_sink::fail_anyhow(const protocol::call& to) noexcept {
    try {
        try {
            fail_exception(to, std::current_exception());
        } catch (...) {
            fail(to, protocol::internal_error_code, "no memory");
        }
    } catch (...) {
        if (to.state->once) {  // Whoever asks again must not wait for a call that has ended.
            session::retry_for_memory([&] {
                keep_tail(to, R"("error":{"code":)" +
                                  std::to_string(protocol::internal_error_code) +
                                  R"(,"message":"no memory for the answer"}})");
            });
        }
        to_->give_up();
    }
}

GATEWIRE_INLINE void response_sink::hand_over() noexcept {
    if (room_.answered.empty()) {
        return;
    }
    const time_point now = last_end_ == time_point{} ? to_->time() : last_end_;
    try {
        to_->respond(room_.frames, room_.answered, std::exchange(errors_, 0), now);
    } catch (...) {  // Nobody knows how much of them left.
        room_.frames.clear();
        room_.answered.clear();
        to_->give_up();
    }
}

GATEWIRE_INLINE void response_sink::observe_end(const protocol::call& to, std::size_t size) {
    watch_->ended(to, to_->number(), to_->time(), std::exchange(code_, 0), size);
}

GATEWIRE_INLINE void response_sink::add_part(const protocol::call& to, std::string_view part) {
    const std::size_t before = room_.frames.size();
    try {
        if (!to.is_batched && !to.id.empty()) {
            const std::size_t begin = wire::begin_frame(room_.frames);
            room_.frames.append(part);
            wire::end_frame(room_.frames, begin);
        }
        room_.answered.reserve(room_.answered.size() + 1);
        if (to.state->once) {
            keep_response(to, part);
        }
    } catch (...) {
        room_.frames.truncate(before);
        throw;
    }
    if (watch_ != nullptr) {
        observe_end(to, part.size());
    }
    if (!to.is_batched) {
        room_.answered.push_back(to.slot);
        return;
    }
    try {
        to_->respond_part(to.slot, to.id.empty() ? std::string_view() : part,
                          std::exchange(errors_, 0), to_->time());
    } catch (...) {  // Nobody knows how much of it left.
        to_->give_up();
    }
}

GATEWIRE_COLD GATEWIRE_INLINE void response_sink::replace(wire::buffer& out, std::size_t begin,
                                                          const protocol::call& to,
                                                          const codec::write_error& failure) {
    out.truncate(begin);
    ++errors_;
    // What the user's code threw is the engine's error, wherever it did.
    code_ = failure.is_thrown ? protocol::engine_error_code : protocol::internal_error_code;
    protocol::write_error(out, to.id, code_, failure.text("result"));
}

GATEWIRE_COLD GATEWIRE_INLINE void response_sink::write_too_large(wire::buffer& out,
                                                                  const protocol::call& to,
                                                                  std::size_t size) {
    ++errors_;
    code_ = protocol::answer_too_large_code;
    protocol::write_error(out, to.id, protocol::answer_too_large_code,
                          "the answer has " + std::to_string(size) + " bytes, the limit is " +
                              std::to_string(response_size_max_));
}

/// Keeps the response to a call with a key for whoever asks again, and gives it to those who wait.
GATEWIRE_INLINE void response_sink::keep_response(const protocol::call& to,
                                                  std::string_view response) {
    // Behind the id, which a notification has not, or as null.
    constexpr std::size_t prefix = std::string_view(R"({"jsonrpc":"2.0","id":)").size();
    const std::size_t end = to.id.empty() ? response.find(',', prefix) : prefix + to.id.size();
    keep_tail(to, std::string(response.substr(end + 1)));
}

GATEWIRE_INLINE void response_sink::keep_tail(const protocol::call& to, const std::string& tail) {
    const std::shared_ptr<protocol::keyed_call> entry = to.state->once;
    if (to.state->is_void) {
        to_->used_keys().undo(entry, tail);
    } else {
        to_->used_keys().end(entry, tail);
    }
    to.state->once = nullptr;  // Not before: it is done again if there was no memory.
}

}  // namespace rpc::inline v1::typed

#endif  // GATEWIRE_TYPED_RESPONSE_SINK_IMPL_HPP
