// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_PROTOCOL_RESPONSE_WRITER_HPP
#define GATEWIRE_PROTOCOL_RESPONSE_WRITER_HPP

#include <gatewire/detail/linkage.hpp>
#include <gatewire/protocol/call.hpp>
#include <gatewire/protocol/error_codes.hpp>
#include <gatewire/protocol/messages.hpp>
#include <gatewire/wire/buffer.hpp>
#include <gatewire/wire/frame.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace rpc::inline v1::protocol {

/// Writes the frames that a server sends back, into the buffer that is given first: a response goes
/// out as it is written, those to a batch go out together when its last message has ended. Those
/// that are kept until they have arrived are gathered apart.
class response_writer {
public:
    explicit response_writer(std::size_t answer_size_max) : answer_size_max_(answer_size_max) {}

    /// A batch of `messages`, held open by one more until `end` is called for that too.
    static batch_ptr open_batch(std::size_t messages) {
        const auto batch = std::make_shared<batch_responses>();
        batch->open = messages + 1;
        return batch;
    }

    /// Where a response goes, and what it answers.
    struct place {
        wire::buffer& out;
        const batch_ptr& batch;
        std::string_view id;  ///< As it was written; empty for a notification.
    };

    /// Writes one response with `write(buffer)`.
    template <class Write>
    void put(wire::buffer& out, const batch_ptr& batch, Write&& write) const {
        if (batch) {
            batch->parts.append(batch->parts.empty() ? '[' : ',');
            write(batch->parts);
        } else {
            put_frame(out, write);
        }
    }

    /// The same for a response that is kept until it has arrived, with the batch that it is in.
    template <class Write>
    void put_kept(const batch_ptr& batch, Write&& write) {
        if (batch) {
            batch->is_kept = true;
        }
        put(kept_, batch, write);
    }

    /// Frames to be sent and kept.
    bool has_kept() const noexcept { return !kept_.empty(); }
    wire::buffer take_kept() noexcept { return std::exchange(kept_, {}); }

    /// One message of the batch has ended, answered or not.
    void end(wire::buffer& out, const batch_ptr& batch) {
        if (!batch || --batch->open != 0 || batch->parts.empty()) {
            return;
        }
        put_frame(batch->is_kept ? kept_ : out, [&](wire::buffer& to) {
            if (batch->parts.size() < answer_size_max_) {
                to.append(batch->parts.view());
                to.append(']');
            } else {
                write_error(to, {}, answer_too_large_code,
                            "the answers of the batch are too large together");
            }
        });
    }

    /// Answers a message with what `write_result(buffer)` writes, unless it is a notification.
    template <class WriteResult>
    void answer(const place& to, WriteResult&& write_result) {
        if (!to.id.empty()) {
            put(to.out, to.batch, [&](wire::buffer& out) {
                begin_result(out, to.id);
                write_result(out);
                out.append('}');
            });
        }
        end(to.out, to.batch);
    }

    /// Answers a request with an error, unless it is a notification.
    GATEWIRE_COLD void refuse(const place& to, int code, std::string_view text) {
        if (!to.id.empty()) {
            put(to.out, to.batch, [&](wire::buffer& out) { write_error(out, to.id, code, text); });
        }
        end(to.out, to.batch);
    }

    /// Answers with one of the errors that JSON-RPC 2.0 names, whose message is the specification's
    /// own; what exactly was wrong is its `data`. A text that is no request at all is answered even
    /// without an id.
    GATEWIRE_COLD void refuse_as(const place& to, int code, std::string_view detail) {
        const bool is_request = code == method_not_found_code;
        if (!is_request) {
            note_refusal(std::string(message_of(code)) + ": " + std::string(detail));
        }
        if (!is_request || !to.id.empty()) {
            put(to.out, to.batch, [&](wire::buffer& out) {
                write_error(out, to.id, code, message_of(code), std::string(detail));
            });
        }
        end(to.out, to.batch);
    }

    /// A message that makes no sense was refused, answered or not.
    void note_refusal(std::string why) {
        refused_ = std::move(why);
        ++refusals_;
    }
    /// Why the last such message was refused, if there was one since the last look.
    bool has_refusal() const noexcept { return !refused_.empty(); }
    std::string take_refusal() noexcept { return std::exchange(refused_, {}); }
    /// How many there were.
    std::uint64_t refusals() const noexcept { return refusals_; }

private:
    template <class Write>
    static void put_frame(wire::buffer& to, Write&& write) {
        const std::size_t begin = wire::begin_frame(to);
        write(to);
        wire::end_frame(to, begin);
    }

    wire::buffer kept_;
    std::string refused_;
    std::uint64_t refusals_ = 0;
    std::size_t answer_size_max_;
};

}  // namespace rpc::inline v1::protocol

#endif  // GATEWIRE_PROTOCOL_RESPONSE_WRITER_HPP
