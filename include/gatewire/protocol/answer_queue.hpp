// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_PROTOCOL_ANSWER_QUEUE_HPP
#define GATEWIRE_PROTOCOL_ANSWER_QUEUE_HPP

#include <gatewire/protocol/answer.hpp>
#include <gatewire/wire/buffer.hpp>
#include <gatewire/wire/frame.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace rpc::inline v1::protocol {

/// The answers of one batch, gathered until its last message has ended.
struct batch_answers {
    std::size_t open = 0;  ///< Messages of the batch that have not ended.
    wire::buffer parts;    ///< Answers so far, with commas between them.
    bool is_kept = false;  ///< Some of them are kept until they have arrived.
};

/// The batch that a message came in; null for a message of its own.
using batch_ptr = std::shared_ptr<batch_answers>;

/// Frames that a server sends back: an answer of its own goes out as it is written, the answers of
/// a batch go out together when its last message has ended.
class answer_queue {
public:
    explicit answer_queue(std::size_t answer_size_max) : answer_size_max_(answer_size_max) {}

    wire::buffer frames;  ///< To be sent; nobody will ask for them again.
    wire::buffer kept;    ///< To be sent, and kept until they have arrived: answers of calls.
    std::string refused;  ///< Why the last message that was none was refused, if one was.
    std::uint64_t refusals = 0;  ///< How many there were.

    /// A batch of `messages`, held open by one more until `end` is called for that too.
    static batch_ptr open_batch(std::size_t messages) {
        const auto batch = std::make_shared<batch_answers>();
        batch->open = messages + 1;
        return batch;
    }

    /// Writes one answer with `write(buffer)`.
    template <class Write>
    void put(const batch_ptr& batch, Write&& write) {
        if (batch) {
            batch->parts.append(batch->parts.empty() ? '[' : ',');
            write(batch->parts);
        } else {
            put_frame(frames, write);
        }
    }

    /// The same for an answer that is kept until it has arrived, with the batch that it is in.
    template <class Write>
    void put_kept(const batch_ptr& batch, Write&& write) {
        if (batch) {
            batch->is_kept = true;
            put(batch, write);
        } else {
            put_frame(kept, write);
        }
    }

    /// One message of the batch has ended, answered or not.
    void end(const batch_ptr& batch) {
        if (!batch || --batch->open != 0 || batch->parts.empty()) {
            return;
        }
        put_frame(batch->is_kept ? kept : frames, [&](wire::buffer& to) {
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
    void answer(const batch_ptr& batch, std::string_view id, WriteResult&& write_result) {
        if (!id.empty()) {
            put(batch, [&](wire::buffer& to) {
                begin_result(to, id);
                write_result(to);
                to.append('}');
            });
        }
        end(batch);
    }

    /// Answers a request with an error, unless it is a notification.
    void refuse(const batch_ptr& batch, std::string_view id, int code, std::string_view text) {
        if (!id.empty()) {
            put(batch, [&](wire::buffer& to) { write_error(to, id, code, text); });
        }
        end(batch);
    }

    /// Answers with one of the errors that JSON-RPC 2.0 names, whose message is the specification's
    /// own; what exactly was wrong is its `data`. A text that is no request at all is answered even
    /// without an id.
    void refuse_as(const batch_ptr& batch, std::string_view id, int code, std::string_view detail) {
        const bool is_request = code == method_not_found_code;
        if (!is_request) {
            note_refusal(std::string(message_of(code)) + ": " + std::string(detail));
        }
        if (!is_request || !id.empty()) {
            put(batch, [&](wire::buffer& to) {
                write_error(to, id, code, message_of(code), std::string(detail));
            });
        }
        end(batch);
    }

    /// A message that makes no sense was refused, answered or not.
    void note_refusal(std::string why) {
        refused = std::move(why);
        ++refusals;
    }

private:
    template <class Write>
    static void put_frame(wire::buffer& to, Write&& write) {
        const std::size_t begin = wire::begin_frame(to);
        write(to);
        wire::end_frame(to, begin);
    }

    std::size_t answer_size_max_;
};

}  // namespace rpc::inline v1::protocol

#endif  // GATEWIRE_PROTOCOL_ANSWER_QUEUE_HPP
