// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_NATS_GATEWAY_WORK_HPP
#define GATEWIRE_NATS_GATEWAY_WORK_HPP

#include <gatewire/error.hpp>
#include <gatewire/json/message.hpp>
#include <gatewire/nats/library.hpp>
#include <gatewire/session/answer_error.hpp>
#include <gatewire/session/call_completion.hpp>
#include <gatewire/session/strand_queue.hpp>

#include <functional>
#include <utility>

namespace rpc::inline v1::nats {

/// Ends a call with the answer that a message holds.
inline void end_with(session::completion_ptr completion, const message& arrived) {
    codec::message answer;
    codec::read_error failure;
    session::call_completion& end = session::end_of(std::move(completion));
    if (!codec::parse_message(arrived.data(), answer, failure) || !answer.is_answer()) {
        end.refuse(error(errc::invalid_answer, "the engine's answer is no JSON-RPC answer"));
    } else if (answer.error.empty()) {
        end.succeed(answer.result);
    } else {
        end.refuse(session::read_answer_error(answer.error));
    }
}

/// One thing for the gateway's strand to do.
struct gateway_work {
    std::function<void()> run{};
    session::completion_ptr completion{};  ///< Of a call that `answer` ends.
    message answer{};

    void operator()() {
        if (completion) {
            end_with(std::move(completion), answer);
        } else {
            run();
        }
    }
};

using gateway_queue = session::strand_queue<gateway_work>;

}  // namespace rpc::inline v1::nats

#endif  // GATEWIRE_NATS_GATEWAY_WORK_HPP
