// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_TESTING_VIRTUAL_WAIT_HPP
#define GATEWIRE_TESTING_VIRTUAL_WAIT_HPP

#include <gatewire/testing/clockwork.hpp>

#include <asio/associated_cancellation_slot.hpp>
#include <asio/associated_executor.hpp>
#include <asio/async_result.hpp>
#include <asio/cancellation_type.hpp>
#include <asio/error.hpp>
#include <asio/post.hpp>

#include <memory>
#include <optional>
#include <utility>

namespace rpc::inline v1::testing {

/// A wait under way; it ends once.
template <class Handler>
class pending_wait {
public:
    explicit pending_wait(Handler handler) : handler_(std::move(handler)) {}

    Handler& handler() noexcept { return *handler_; }

    void end(clockwork& loop, const asio::error_code& why) {
        if (handler_) {
            Handler ended = std::move(*handler_);
            handler_.reset();
            asio::get_associated_cancellation_slot(ended).clear();
            const auto executor = asio::get_associated_executor(ended, loop.get_executor());
            asio::post(executor,
                       [ended = std::move(ended), why]() mutable { std::move(ended)(why); });
        }
    }

private:
    std::optional<Handler> handler_;
};

/// Completes the token at a moment of the loop's time.
template <class Token>
auto wait_in(clockwork& loop, time_point until, Token&& token) {
    return asio::async_initiate<Token, void(asio::error_code)>(
        [&loop, until](auto handler) {
            using wait = pending_wait<decltype(handler)>;
            const auto waiting = std::make_shared<wait>(std::move(handler));
            auto slot = asio::get_associated_cancellation_slot(waiting->handler());
            if (slot.is_connected()) {
                slot.assign([&loop, weak = std::weak_ptr<wait>(waiting)](asio::cancellation_type) {
                    if (const auto cancelled = weak.lock()) {
                        cancelled->end(loop, asio::error::operation_aborted);
                    }
                });
            }
            loop.at(until, false, [&loop, waiting] { waiting->end(loop, {}); });
        },
        token);
}

}  // namespace rpc::inline v1::testing

#endif  // GATEWIRE_TESTING_VIRTUAL_WAIT_HPP
