// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_PROTOCOL_INQUIRIES_HPP
#define GATEWIRE_PROTOCOL_INQUIRIES_HPP

#include <gatewire/protocol/answer_queue.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rpc::inline v1::protocol {

/// A question about the server as a whole.
struct inquiry {
    enum class subject : unsigned char { document, statistics };

    subject about;
    std::string id;  ///< As it was written.
    batch_ptr batch;
};

/// The questions about its server that one connection asks. Answers to them are large beside the
/// questions, so none is made before the one before it is queued, and none twice for one batch.
class inquiries {
public:
    inquiries(answer_queue& answers, std::size_t answer_size_max)
        : answers_(answers), answer_size_max_(answer_size_max) {}

    /// Takes a question, to be answered soon, without what guards the connection.
    void receive(inquiry::subject about, std::string_view id, const batch_ptr& batch) {
        const bool is_asked = std::any_of(waiting.begin(), waiting.end(),
                                          [about](const auto& one) { return one.about == about; });
        if (id.empty()) {
            answers_.end(batch);
        } else if (is_asked) {
            answers_.refuse(batch, id, overloaded_code, "this was asked in the same batch already");
        } else {
            waiting.push_back({about, std::string(id), batch});
        }
    }

    /// @param text  JSON, or empty if there is none.
    void answer(const inquiry& asked, std::string_view text) {
        if (text.empty()) {
            answers_.refuse(asked.batch, asked.id, internal_error_code, "there is no answer");
        } else if (text.size() > answer_size_max_) {
            answers_.refuse(asked.batch, asked.id, answer_too_large_code,
                            "the answer has " + std::to_string(text.size()) +
                                " bytes, the limit is " + std::to_string(answer_size_max_));
        } else {
            answers_.answer(asked.batch, asked.id, [text](wire::buffer& to) { to.append(text); });
        }
    }

    /// The peer has had too much already.
    void put_off(const inquiry& asked) {
        answers_.refuse(asked.batch, asked.id, overloaded_code,
                        "this was asked too often for its size; later it is answered again");
    }

    std::vector<inquiry> waiting;  ///< To be answered, in order.

private:
    answer_queue& answers_;
    std::size_t answer_size_max_;
};

}  // namespace rpc::inline v1::protocol

#endif  // GATEWIRE_PROTOCOL_INQUIRIES_HPP
