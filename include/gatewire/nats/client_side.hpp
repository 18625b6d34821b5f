// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_NATS_CLIENT_SIDE_HPP
#define GATEWIRE_NATS_CLIENT_SIDE_HPP

#include <gatewire/nats/client_core.hpp>
#include <gatewire/protocol/call_request.hpp>
#include <gatewire/session/key_maker.hpp>
#include <gatewire/typed/call_options.hpp>
#include <gatewire/typed/caller_thread.hpp>
#include <gatewire/typed/client_side.hpp>
#include <gatewire/typed/initiate_call.hpp>
#include <gatewire/typed/require_text.hpp>

#ifndef GATEWIRE_SEPARATE_COMPILATION
#include <gatewire/typed/client_side_impl.hpp>
#endif

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rpc::inline v1::nats {

/// Which engine alone shall run a call, among the first arguments of `call` and `async_call`:
/// `client.call<"add">(rpc::nats::to{"desk-1"}, 1, 2)`.
struct to {
    std::string engine;  ///< Its `server_options::engine_id`.
};

/// What stands before the arguments of a call over NATS.
struct call_options : typed::call_options {
    std::string engine{};  ///< Empty: any engine.

    void take(const to& one) {
        require_name(one.engine, "rpc::nats::to");
        engine = one.engine;
    }
};

/// The call that these options ask for.
inline protocol::call_request make_request(const call_options& options, std::size_t place,
                                           std::string_view body, bool is_idempotent) {
    const typed::call_options& common = options;
    protocol::call_request request = typed::make_request(common, place, body, is_idempotent);
    request.engine = options.engine;
    return request;
}

/// What `rpc::nats::client` does that depends on no type of the gateway's.
class client_side {
public:
    using strand = session::call_completion::strand;

    client_side(const asio::any_io_executor& executor, client_options&& options,
                const typed::served_gateway& served)
        : core_(std::make_shared<client_core>(executor, std::move(options), served)),
          thread_(core_->world(), executor, std::chrono::nanoseconds(0)),
          keys_(*core_->world()) {}

    client_core& core() const noexcept { return *core_; }

    bool wait_connected(std::chrono::milliseconds timeout) {
        return thread_.wait([this] { return core_->is_connected(); },
                            [this](auto until) { return core_->wait_connected(until); }, timeout);
    }

    /// Makes a call; without a completion it expects no answer.
    protocol::call_id submit(const protocol::call_request& what,
                             session::completion_ptr completion) {
        return core_->calls().submit(what, core_->method_name(what.method), std::move(completion));
    }

    /// Makes a call that was refused before it was made.
    void fail_later(session::completion_ptr completion, const error& why) {
        session::end_of(std::move(completion)).fail(why, executor());
    }

    /// Makes a call and waits for its end.
    void call(const protocol::call_request& what, session::completion_ptr completion,
              typed::awaited_end& end) {
        thread_.refuse_if_stuck();
        const protocol::call_id id = submit(what, std::move(completion));
        const auto give_up = [&](errc code, std::string_view why) {
            core_->calls().give_up(id, code, why);
            end.wait(protocol::never);
        };
        try {
            if (!thread_.wait([&] { return end.is_done(); },
                              [&](auto until) { return end.wait(until); }, what.timeout)) {
                give_up(errc::deadline_exceeded, "no answer in time");
            }
        } catch (...) {
            // What the loop ran meanwhile threw; the end of the call must not outlive this frame.
            give_up(errc::cancelled, "waiting for the answer ended with an exception");
            throw;
        }
    }

    void cancel(protocol::call_id id) {
        core_->calls().give_up(id, errc::cancelled, "the call was cancelled");
    }

    /// Wants events of the handler at that place, or wants them no longer.
    void change(std::size_t place, std::vector<std::string> keys, bool is_wanted) {
        for (const std::string& key : keys) {
            typed::require_text(key,
                                "a key of event '" + std::string(core_->event_name(place)) + "'");
        }
        core_->change(place, std::move(keys), is_wanted);
    }

    std::string next_key() { return keys_.next(); }
    const strand& executor() const noexcept { return core_->gateway().executor(); }

private:
    std::shared_ptr<client_core> core_;
    typed::caller_thread thread_;
    session::key_maker keys_;
};

}  // namespace rpc::inline v1::nats

#endif  // GATEWIRE_NATS_CLIENT_SIDE_HPP
