// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_TYPED_ANSWER_SHEET_HPP
#define GATEWIRE_TYPED_ANSWER_SHEET_HPP

#include <gatewire/error.hpp>
#include <gatewire/protocol/answer.hpp>
#include <gatewire/session/server_session.hpp>
#include <gatewire/wire/json/read.hpp>
#include <gatewire/wire/json/write.hpp>

#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rpc::inline v1::typed {

/// What a method gives when it gives nothing.
struct nothing {};

/// Writes the answers of one session's calls and hands them over, many at a time.
class answer_sheet final : public session::held_back {
public:
    /// @param room  Buffers that were used before; `take_room` gives them back.
    answer_sheet(std::shared_ptr<session::server_session> to, std::size_t answer_size_max,
                 session::answer_buffers room = {})
        : to_(std::move(to)), answer_size_max_(answer_size_max), room_(std::move(room)) {}
    ~answer_sheet() override { hand_over(); }
    answer_sheet(const answer_sheet&) = delete;
    answer_sheet& operator=(const answer_sheet&) = delete;

    /// Answers with a value; if that has no JSON form or is too large, with an error that says so.
    template <class Value>
    void result(const protocol::call& to, const Value& value) {
        write(to, [&](wire::buffer& out) {
            const std::size_t begin = out.size();
            protocol::begin_result(out, to.id);
            if constexpr (std::is_same_v<Value, nothing>) {
                out.append("null");
            } else {
                wire::json::write_error failure;
                if (!wire::json::write(out, value, failure)) {
                    out.truncate(begin);
                    ++errors_;
                    protocol::write_error(out, to.id, protocol::internal_error_code,
                                          failure.text("result"));
                    return;
                }
            }
            out.append('}');
            if (out.size() - begin > answer_size_max_) {
                const std::size_t size = out.size() - begin;
                out.truncate(begin);
                ++errors_;
                protocol::write_error(out, to.id, protocol::answer_too_large_code,
                                      "the answer has " + std::to_string(size) +
                                          " bytes, the limit is " +
                                          std::to_string(answer_size_max_));
            }
        });
    }

    void fail(const protocol::call& to, int code, std::string_view message,
              const nlohmann::json& data = nullptr) {
        write(to, [&](wire::buffer& out) {
            ++errors_;
            const std::size_t begin = out.size();
            protocol::write_error(out, to.id, code, message, data);
            if (out.size() - begin > answer_size_max_) {
                out.truncate(begin);
                protocol::write_error(out, to.id, code, "the error's text is over the limit");
            }
        });
    }

    /// Answers with what an earlier call with the same key was answered.
    void repeat(const protocol::call& to, const std::string& tail) {
        write(to, [&](wire::buffer& out) {
            errors_ += tail.starts_with(R"("error")") ? 1 : 0;
            out.append(R"({"jsonrpc":"2.0","id":)");
            out.append(to.id);
            out.append(',');
            out.append(tail);
        });
    }

    /// The same, for a call whose method was not called.
    void refuse(const protocol::call& to, int code, std::string_view message) {
        to.state->is_void = true;
        fail(to, code, message);
    }

    /// Answers params that could not be read. A text that is not JSON was not a request at all, so
    /// it is answered without its id, even if it looked like a notification.
    void fail_params(const protocol::call& to, const wire::json::read_error& failure) {
        to.state->is_void = true;
        wire::json::read_error worst = failure;
        if (failure.kind == wire::json::read_failure::value && !to.params.empty()) {
            wire::json::read_error other;
            if (!wire::json::validate(to.params, other) &&
                other.kind == wire::json::read_failure::syntax) {
                worst = other;
            }
        }
        if (worst.kind == wire::json::read_failure::syntax) {
            protocol::call nameless = to;
            nameless.id = "null";
            fail(nameless, protocol::parse_error_code,
                 protocol::message_of(protocol::parse_error_code), worst.text("params"));
        } else {
            fail(to, protocol::invalid_params_code, worst.text("params"));
        }
    }

    /// Answers with what a method threw. Call inside of a catch block, or with its exception.
    void fail_exception(const protocol::call& to, const std::exception_ptr& thrown) {
        try {
            std::rethrow_exception(thrown);
        } catch (const error& chosen) {
            fail(to, chosen.peer_code(), chosen.message(), chosen.data());
        } catch (const std::exception& other) {
            if (to.state->cancelled.load(std::memory_order_relaxed)) {
                fail(to, protocol::cancelled_code, "the call was cancelled");
            } else {
                fail(to, protocol::engine_error_code, other.what());
            }
        } catch (...) {
            fail(to, protocol::internal_error_code, "the method threw something unknown");
        }
    }

    /// The last call ended at this moment; until this is called, the clock is read instead.
    void ended(protocol::time_point now) noexcept { last_end_ = now; }

    /// Gives the session what was written so far.
    void hand_over() {
        if (!room_.slots.empty()) {
            const time_point now = last_end_ == time_point{} ? to_->now() : last_end_;
            to_->answer(room_.frames, room_.slots, std::exchange(errors_, 0), now);
        }
    }

    /// Once all is handed over.
    session::answer_buffers take_room() noexcept { return std::move(room_); }

    void let_go() override { hand_over(); }

    const std::shared_ptr<session::server_session>& session() const noexcept { return to_; }

private:
    using time_point = protocol::time_point;

    template <class Write>
    void write(const protocol::call& to, Write&& write) {
        if (to.state->once || to.is_batched) {
            write_apart(to, write);
            return;
        }
        if (!to.id.empty()) {
            const std::size_t begin = wire::begin_frame(room_.frames);
            write(room_.frames);
            wire::end_frame(room_.frames, begin);
        }
        room_.slots.push_back(to.slot);
    }

    /// `write` for an answer that is also kept elsewhere, or belongs to a batch.
    template <class Write>
    void write_apart(const protocol::call& to, Write& write) {
        wire::buffer part;
        if (to.state->once || !to.id.empty()) {
            write(part);
        }
        if (to.state->once) {
            write_down(to, part.view());
        }
        if (to.is_batched) {
            to_->answer_part(to.slot, to.id.empty() ? std::string_view() : part.view(),
                             std::exchange(errors_, 0), to_->now());
            return;
        }
        if (!to.id.empty()) {
            const std::size_t begin = wire::begin_frame(room_.frames);
            room_.frames.append(part.view());
            wire::end_frame(room_.frames, begin);
        }
        room_.slots.push_back(to.slot);
    }

    /// Keeps the answer of a call with a key for whoever asks again, and tells those who wait.
    void write_down(const protocol::call& to, std::string_view answer) {
        // Behind the id, which a notification has not, or as null.
        constexpr std::size_t prefix = std::string_view(R"({"jsonrpc":"2.0","id":)").size();
        const std::size_t end = to.id.empty() ? answer.find(',', prefix) : prefix + to.id.size();
        const std::string tail(answer.substr(end + 1));
        const std::shared_ptr<protocol::once_entry> entry = std::move(to.state->once);
        if (to.state->is_void) {
            to_->once().undo(entry, tail);
        } else {
            to_->once().end(entry, tail);
        }
    }

    std::shared_ptr<session::server_session> to_;
    std::size_t answer_size_max_;
    session::answer_buffers room_;
    std::uint64_t errors_ = 0;  // among the frames
    time_point last_end_{};
};

}  // namespace rpc::inline v1::typed

#endif  // GATEWIRE_TYPED_ANSWER_SHEET_HPP
