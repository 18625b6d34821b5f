// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_NATS_RUNNING_CALLS_HPP
#define GATEWIRE_NATS_RUNNING_CALLS_HPP

#include <gatewire/nats/call_reader.hpp>
#include <gatewire/nats/connection.hpp>
#include <gatewire/nats/incoming_call.hpp>
#include <gatewire/protocol/answer.hpp>

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace rpc::inline v1::nats {

using call_ptr = std::shared_ptr<incoming_call>;

/// The calls that an engine has taken and not answered. All functions may be called from any
/// thread at the same time.
class running_calls {
public:
    void add(const call_ptr& call) {
        const std::lock_guard lock(mutex_);
        calls_.emplace(call.get(), call);
    }
    void remove(const incoming_call& call) {
        const std::lock_guard lock(mutex_);
        calls_.erase(&call);
    }
    std::size_t count() const {
        const std::lock_guard lock(mutex_);
        return calls_.size();
    }

    /// Those whose answers go there.
    std::vector<call_ptr> with_reply(std::string_view reply) const {
        std::vector<call_ptr> found;
        const std::lock_guard lock(mutex_);
        for (const auto& [key, weak] : calls_) {
            call_ptr call = weak.lock();
            if (call && call->reply() == reply) {
                found.push_back(std::move(call));
            }
        }
        return found;
    }

private:
    mutable std::mutex mutex_;
    std::map<const incoming_call*, std::weak_ptr<incoming_call>> calls_;
};

/// Sends an answer, or an error if the broker does not take so much.
inline void send_answer(connection& link, const incoming_call& call, std::string_view answer) {
    if (call.reply().empty() || answer.empty()) {
        return;
    }
    const std::size_t size_max = link.message_size_max();
    if (answer.size() <= size_max) {
        link.publish(call.reply(), nullptr, answer);
        return;
    }
    wire::buffer text;
    protocol::write_error(text, call.what().id, protocol::answer_too_large_code,
                          "the answer has " + std::to_string(answer.size()) +
                              " bytes, the broker takes " + std::to_string(size_max));
    link.publish(call.reply(), nullptr, text.view());
}

/// Answers a call that is not run.
/// @param id  As far as it is known.
inline void send_refusal(connection& link, const incoming_call& call, std::string_view id,
                         const call_refusal& why) {
    const bool is_nameless =
        why.code == protocol::parse_error_code || why.code == protocol::invalid_request_code;
    if (!call.reply().empty() && (!id.empty() || is_nameless)) {
        wire::buffer text;
        protocol::write_error(text, id, why.code, why.text);
        link.publish(call.reply(), nullptr, text.view());
    }
}

}  // namespace rpc::inline v1::nats

#endif  // GATEWIRE_NATS_RUNNING_CALLS_HPP
