// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_GATEWAY_BATCH_HPP
#define GATEWIRE_SESSION_GATEWAY_BATCH_HPP

#include <gatewire/detail/linkage.hpp>
#include <gatewire/error.hpp>
#include <gatewire/json/read.hpp>
#include <gatewire/protocol/client_connection.hpp>
#include <gatewire/protocol/error_codes.hpp>
#include <gatewire/session/call_completion.hpp>
#include <gatewire/session/retry_for_memory.hpp>
#include <gatewire/session/serial_queue.hpp>
#include <gatewire/session_info.hpp>
#include <gatewire/wire/buffer.hpp>

#include <nlohmann/json.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace rpc::inline v1::session {

/// The error object of a JSON-RPC response.
struct response_error {
    int code = 0;
    std::string message;
    std::optional<nlohmann::json> data;
};

/// Reads the error object of a response, as it was written.
GATEWIRE_COLD inline error read_response_error(std::string_view text) {
    response_error parts;
    codec::read_error failure;
    if (!codec::read_text(text, parts, failure)) {
        return error(errc::invalid_answer, "the server's error object: " + failure.text("error"));
    }
    nlohmann::json data = parts.data ? std::move(*parts.data) : nlohmann::json();
    if (parts.code == protocol::cancelled_code && data.is_string() &&
        *data.get_ptr<const std::string*>() == protocol::deadline_reason) {
        // The server's clock was first; this side's would have said the same.
        return error(errc::deadline_exceeded, std::move(parts.message), outcome::may_have_run,
                     parts.code, std::move(data));
    }
    return error(parts.code, std::move(parts.message), std::move(data));
}

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

    gateway_item() = default;
    /// The response to a call.
    gateway_item(const protocol::delivery& response, completion_ptr& of) noexcept
        : what(response.what == protocol::delivery::kind::result ? kind::result : kind::error),
          text(response.text),
          completion(std::move(of)) {}

    /// Ends the call that this is the response to.
    void complete() {
        if (what == kind::result) {
            end_of(std::move(completion)).succeed(text);
            return;
        }
        std::optional<error> why;
        retry_for_memory([&] { why = read_response_error(text); });
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

    void add_response(const protocol::delivery& what, completion_ptr& completion) {
        items.emplace_back(what, completion);
    }

    /// Ends the calls of a batch that holds nothing else.
    void complete_all() {
        for (gateway_item& item : items) {
            item.complete();
        }
    }

    /// Moves out what the gateway must still be given although its client goes: the ends of
    /// sessions. Calls end here.
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

/// Responses whose completions have an executor of their own, on their way from the thread that
/// read them to the moment when the next read is under way.
class received_responses {
public:
    explicit received_responses(bool is_single_threaded) : waiting_(is_single_threaded) {}

    /// Keeps a response; its text is copied, since the bytes go elsewhere. Where there is no
    /// memory, the completion is left where it is.
    void push(const protocol::delivery& what, completion_ptr& completion) {
        std::string text(what.text);
        response kept{gateway_item(what, completion), std::move(text)};
        try {
            waiting_.push(std::move(kept));
        } catch (...) {
            completion = std::move(kept.item.completion);
            throw;
        }
    }

    /// Ends the calls, in order.
    void release() {
        waiting_.run_all([](response& next) {
            next.item.text = next.text;
            next.item.complete();
        });
    }

private:
    struct response {
        gateway_item item;
        std::string text;
    };

    serial_queue<response> waiting_;
};

/// Sorts what one read brought by when and where it may be handed on.
struct delivery_sorter {
    /// Something about the session or its subscriptions.
    struct news {
        const protocol::delivery* what;
        std::size_t place;  // the item of `in_order` that it came before
    };

    received_responses& after_read;
    gateway_batch in_order;   // events, and the responses between them
    gateway_batch at_once{};  // responses for threads that wait; their texts stay in the frames
    std::vector<news> others{};

    /// @param completion  Of a response; null if nobody waits for it any more. Where there is no
    ///                    memory, it is left where it is.
    void add(const protocol::delivery& what, completion_ptr& completion) {
        if (!what.is_of_call()) {
            add_other(what);
        } else if (!completion) {
            return;
        } else if (completion->when() == call_completion::turn::in_order) {
            in_order.add_response(what, completion);
        } else if (completion->when() == call_completion::turn::at_once) {
            at_once.add_response(what, completion);
        } else {
            after_read.push(what, completion);
        }
    }

    void add_other(const protocol::delivery& what) {
        if (what.what == protocol::delivery::kind::event) {
            in_order.add_event(what);
        } else if (what.what != protocol::delivery::kind::ended) {
            others.push_back({&what, in_order.items.size()});
        }
    }

    /// Gives `in_order` the bytes that its texts point into: the frames' own if nothing else needs
    /// them, else a copy.
    void take_bytes(wire::buffer& frames) {
        if (at_once.items.empty()) {
            in_order.bytes.swap(frames);
            return;
        }
        in_order.bytes.clear();
        in_order.bytes.append(frames.view());
        const std::string_view copy = in_order.bytes.view();
        for (gateway_item& item : in_order.items) {
            if (!item.text.empty()) {
                item.text = copy.substr(static_cast<std::size_t>(item.text.data() - frames.data()),
                                        item.text.size());
            }
        }
    }
};

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_GATEWAY_BATCH_HPP
