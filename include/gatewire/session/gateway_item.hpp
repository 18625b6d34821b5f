// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_GATEWAY_ITEM_HPP
#define GATEWIRE_SESSION_GATEWAY_ITEM_HPP

#include <gatewire/protocol/client_connection.hpp>
#include <gatewire/session/answer_error.hpp>
#include <gatewire/session/call_completion.hpp>
#include <gatewire/session/insist.hpp>
#include <gatewire/session/strand_queue.hpp>
#include <gatewire/session_info.hpp>
#include <gatewire/wire/buffer.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace rpc::inline v1::session {

/// What the hooks of a gateway are told.
using session_news = std::variant<session_info, error, gap, refused_subscription>;

/// One thing for the gateway's strand to do.
struct gateway_item {
    enum class kind : unsigned char {
        result,
        error,
        event,
        connected,
        disconnected,
        gap,
        unsubscribed
    };

    kind what = kind::event;
    std::size_t event = 0;                     // its place among the handlers
    std::string_view text;                     // the result, the error object or the event's data
    completion_ptr completion;                 // of a call, with `result` and `error`
    std::unique_ptr<const session_news> news;  // with the other kinds

    /// Becomes the answer of a call.
    void answer_with(const protocol::delivery& answer, completion_ptr& of) noexcept {
        what = answer.what == protocol::delivery::kind::result ? kind::result : kind::error;
        text = answer.text;
        completion = std::move(of);
    }

    /// Ends the call that this answers.
    void complete() {
        if (what == kind::result) {
            end_of(std::move(completion)).succeed(text);
            return;
        }
        std::optional<error> why;
        insist([&] { why = read_answer_error(text); });
        end_of(std::move(completion)).refuse(*why);
    }
};

/// Things to do, in order, and the bytes that their texts point into.
struct gateway_batch {
    wire::buffer bytes;
    std::vector<gateway_item> items;

    void add_event(const protocol::delivery& what) {
        gateway_item& item = items.emplace_back();
        item.event = static_cast<std::size_t>(what.number);
        item.text = what.text;
    }

    void add_answer(const protocol::delivery& what, completion_ptr& completion) {
        items.emplace_back().answer_with(what, completion);
    }

    /// Ends the calls of a batch that holds nothing else.
    void complete_all() {
        for (gateway_item& item : items) {
            item.complete();
        }
    }

    /// Gives what the gateway is still told although its client goes: the ends of sessions. Calls
    /// end here.
    /// @param gateway  The strand of the gateway.
    void move_endings(gateway_batch& to, const call_completion::strand& gateway) {
        for (gateway_item& item : items) {
            if (item.completion) {
                end_of(std::move(item.completion))
                    .fail(error(errc::cancelled, "the client was destroyed", outcome::may_have_run),
                          gateway);
            } else if (item.what == gateway_item::kind::disconnected) {
                to.items.push_back(std::move(item));
            }
        }
    }

    void add_news(gateway_item::kind what, session_news news) {
        gateway_item item;
        item.what = what;
        item.news = std::make_unique<const session_news>(std::move(news));
        items.push_back(std::move(item));
    }
};

using gateway_queue = strand_queue<gateway_batch>;

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_GATEWAY_ITEM_HPP
