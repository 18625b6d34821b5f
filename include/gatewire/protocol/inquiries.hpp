// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_PROTOCOL_INQUIRIES_HPP
#define GATEWIRE_PROTOCOL_INQUIRIES_HPP

#include <gatewire/protocol/response_writer.hpp>
#include <gatewire/protocol/server_outcome.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace rpc::inline v1::protocol {

/// The questions about its server that one connection asks. Answers to them are large beside the
/// questions, so none is made before the one before it is queued, and none twice for one batch.
class inquiries {
public:
    inquiries(response_writer& writer, std::size_t answer_size_max)
        : writer_(writer), answer_size_max_(answer_size_max) {}

    /// Takes a question, to be answered soon, without what guards the connection.
    void receive(inquiry::subject about, std::string_view id, const batch_ptr& batch,
                 server_outcome& out) const {
        const bool is_asked = std::any_of(out.inquiries.begin(), out.inquiries.end(),
                                          [about](const auto& one) { return one.about == about; });
        if (id.empty()) {
            writer_.end(out.responses, batch);
        } else if (is_asked) {
            writer_.refuse({out.responses, batch, id}, overloaded_code,
                           "this was asked in the same batch already");
        } else {
            out.inquiries.push_back({about, std::string(id), batch});
        }
    }

    /// @param text  JSON, or empty if there is none.
    void answer(const inquiry& asked, std::string_view text, wire::buffer& out) const {
        if (text.empty()) {
            writer_.refuse({out, asked.batch, asked.id}, internal_error_code, "there is no answer");
        } else if (text.size() > answer_size_max_) {
            writer_.refuse({out, asked.batch, asked.id}, answer_too_large_code,
                           "the answer has " + std::to_string(text.size()) +
                               " bytes, the limit is " + std::to_string(answer_size_max_));
        } else {
            writer_.answer({out, asked.batch, asked.id},
                           [text](wire::buffer& to) { to.append(text); });
        }
    }

    /// The peer has had too much already.
    void put_off(const inquiry& asked, wire::buffer& out) const {
        writer_.refuse({out, asked.batch, asked.id}, overloaded_code,
                       "this was asked too often for its size; later it is answered again");
    }

private:
    response_writer& writer_;
    std::size_t answer_size_max_;
};

}  // namespace rpc::inline v1::protocol

#endif  // GATEWIRE_PROTOCOL_INQUIRIES_HPP
