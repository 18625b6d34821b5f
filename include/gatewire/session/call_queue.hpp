// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_CALL_QUEUE_HPP
#define GATEWIRE_SESSION_CALL_QUEUE_HPP

#include <gatewire/detail/cached_allocator.hpp>
#include <gatewire/error.hpp>
#include <gatewire/limits.hpp>
#include <gatewire/protocol/pending_calls.hpp>
#include <gatewire/session/call_completion.hpp>
#include <gatewire/session/client_link.hpp>
#include <gatewire/session/outgoing_call.hpp>
#include <gatewire/wire/buffer.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace rpc::inline v1::session {

/// Which calls may be sent again when their session is lost: those that do no harm, and, to the
/// same server, those with a key.
enum class repeat : unsigned char { harmless, keyed };

/// A call that ended on this side.
struct failed_call {
    protocol::call_id id;
    completion_ptr completion;
    error why;
};

/// The calls of a client: those that were sent and those that wait for a connection or for a place
/// among the calls in flight. Guarded by the client's mutex.
class call_queue {
public:
    explicit call_queue(const client_limits& limits) : limits_(limits) {}

    /// Why this call cannot be taken, if so. @param link  The connection if it is ready, else null.
    std::optional<error> refusal(const outgoing_call& call, const client_link* link) const {
        if (link != nullptr) {
            if (auto why = impossible(call.method, call.body.size() + call.members.size(), *link)) {
                return why;
            }
        }
        if (call.completion && call.timeout <= std::chrono::milliseconds::zero()) {
            return error(errc::deadline_exceeded, "the call was given no time", outcome::not_sent);
        }
        if (pending_.size() >= limits_.calls_pending_max) {
            return error(errc::overloaded,
                         "too many calls are pending: the limit is " +
                             std::to_string(limits_.calls_pending_max),
                         outcome::not_sent);
        }
        if (waiting_bytes_ + call.body.size() > limits_.queue_hard_max) {
            return error(errc::overloaded,
                         "too many bytes of calls wait to be sent: the limit is " +
                             std::to_string(limits_.queue_hard_max),
                         outcome::not_sent);
        }
        return std::nullopt;
    }

    /// Takes a call: sends it on `link`, or, if that is null or full, lets it wait.
    protocol::call_id add(outgoing_call& call, client_link* link, time_point now) {
        const bool is_sent = link != nullptr && waiting_.empty() && in_flight_ < window_;
        if (is_sent && !call.completion) {
            link->send_call({call.body, {}, client_link::no_id, 0}, now);
            return client_link::no_id;
        }
        const auto [id, kept] = pending_.open(protocol::after(now, call.timeout));
        try {
            keep(call, id, kept, is_sent, now);
            if (is_sent) {
                send(*link, kept, id, now);
            }
        } catch (...) {  // The caller hears of it, and nobody else.
            if (kept.completion) {
                call.completion = std::move(kept.completion);
            }
            pending_.close(id);
            throw;
        }
        return id;
    }

    /// The server's limits and its contract are known: calls may be sent.
    /// @return Those that waited and turn out to be impossible.
    std::vector<failed_call> open_window(const client_link& link) {
        const protocol::hello_limits& limits = link.connection().welcome().limits;
        window_ = (std::max)(std::size_t{1}, static_cast<std::size_t>(limits.calls_in_flight_max));
        frame_size_max_ = static_cast<std::size_t>(limits.frame_size_max);
        count_left_running(link.connection().welcome());
        std::vector<failed_call> failed;
        for (const protocol::call_id id : waiting_) {
            pending* const call = pending_.find(id);
            std::optional<error> why;
            if (call != nullptr) {
                why = impossible(call->method, call->body.size() + call->members.size(), link);
            }
            if (why) {
                forget(*call);
                if (call->completion) {
                    failed.push_back({id, std::move(call->completion), *why});
                }
                pending_.close(id);
            }
        }
        return failed;
    }

    /// Sends what waits, as far as the server takes more calls.
    void send_waiting(client_link& link, time_point now) {
        while (!waiting_.empty() && in_flight_ < window_) {
            const protocol::call_id id = waiting_.front();
            pending* const call = pending_.find(id);
            if (call == nullptr) {
                waiting_.pop_front();
                continue;  // It ended while it waited.
            }
            // Nothing is changed before it is sent: there may be no memory for that.
            if (!call->completion) {
                link.send_call({call->body.view(), {}, client_link::no_id, 0}, now);
                forget(*call);
                pending_.close(id);
            } else {
                send(link, *call, id, now);
                forget(*call);
                call->is_sent = true;
                call->order = ++sent_;
            }
            waiting_.pop_front();
        }
    }

    /// Sends what was sent on an earlier connection, in the order in which it was sent there.
    void send_again(client_link& link, time_point now) {
        std::vector<std::pair<std::uint64_t, protocol::call_id>> sent;
        pending_.for_each([&sent](protocol::call_id id, const pending& call) {
            if (call.is_sent) {
                sent.emplace_back(call.order, id);
            }
        });
        std::sort(sent.begin(), sent.end());
        for (const auto& [order, id] : sent) {
            if (pending* const call = pending_.find(id)) {
                send(link, *call, id, now);
            }
        }
    }

    /// Ends a call with an answer. @return Null if nobody waits for it any more.
    completion_ptr take_answered(protocol::call_id id) {
        if (in_flight_ != 0) {
            --in_flight_;
        }
        pending* const call = pending_.find(id);
        if (call == nullptr || !call->is_sent) {
            return nullptr;
        }
        completion_ptr completion = std::move(call->completion);
        pending_.close(id);
        return completion;
    }

    /// A call that was given up before its connection was lost runs no more.
    void take_ended(protocol::call_id id) {
        const auto found = std::find(left_running_.begin(), left_running_.end(), id);
        if (found != left_running_.end()) {
            left_running_.erase(found);
            --in_flight_;
        }
    }

    /// Ends a call without an answer. @return Nothing if it has ended already.
    std::optional<failed_call> take(protocol::call_id id, errc code, std::string_view text) {
        auto taken = pending_.take(id);
        if (!taken || !taken->completion) {
            return std::nullopt;
        }
        return ended(id, std::move(*taken), code, std::string(text));
    }

    std::vector<failed_call> take_expired(time_point now) {
        std::vector<failed_call> failed;
        failed.reserve(pending_.size());
        for (auto& [id, call] : pending_.take_expired(now)) {
            if (call.completion) {
                failed.push_back(
                    ended(id, std::move(call), errc::deadline_exceeded, "no answer in time"));
            } else {
                forget(call);
            }
        }
        return failed;
    }

    /// Ends the calls that were sent and may not be sent again: their session is gone.
    std::vector<failed_call> take_sent(repeat allowed, const error& why) {
        std::vector<failed_call> failed;
        failed.reserve(pending_.size());
        for (auto& [id, call] : pending_.take_matching([allowed](const pending& one) {
                 const bool is_safe =
                     one.is_idempotent || (allowed == repeat::keyed && one.is_keyed);
                 return one.is_sent && !is_safe;
             })) {
            failed.push_back({id, std::move(call.completion), why});
        }
        return failed;
    }

    /// Ends all calls.
    std::vector<failed_call> take_all(errc code, const std::string& why) {
        std::vector<failed_call> failed;
        failed.reserve(pending_.size());
        for (auto& [id, call] : pending_.take_matching([](const pending&) { return true; })) {
            if (call.completion) {
                failed.push_back(ended(id, std::move(call), code, why));
            }
        }
        waiting_.clear();
        waiting_bytes_ = 0;
        return failed;
    }

    time_point earliest_deadline() const noexcept { return pending_.earliest_deadline(); }

private:
    /// Room for the members `rpc` and `id` of any call.
    static constexpr std::size_t tail_size_max = 96;
    /// What a slot keeps of the room that a request needed.
    static constexpr std::size_t kept_capacity = 1024;

    struct pending {
        completion_ptr completion;
        wire::buffer body;
        std::string members;  // more of the request's `rpc`
        time_point deadline{};
        std::size_t method = 0;
        std::uint64_t order = 0;  // among those that were sent
        bool is_sent = false;
        bool is_idempotent = false;
        bool is_keyed = false;

        void clear_for_reuse() noexcept {
            completion.reset();
            members.clear();
            body.clear();
            if (body.capacity() > kept_capacity) {
                body = wire::buffer{};
            }
        }
    };

    void keep(outgoing_call& call, protocol::call_id id, pending& kept, bool is_sent,
              time_point now) {
        kept.deadline = protocol::after(now, call.timeout);
        kept.method = call.method;
        kept.is_sent = is_sent;
        kept.is_idempotent = call.is_idempotent;
        kept.is_keyed = call.is_keyed;
        kept.members = call.members;
        kept.body.append(call.body);
        if (is_sent) {
            kept.order = ++sent_;
        } else {
            waiting_.push_back(id);
            waiting_bytes_ += call.body.size();
        }
        kept.completion = std::move(call.completion);
    }

    /// What runs there and is not sent again takes a place in flight, too.
    void count_left_running(const protocol::hello_answer& welcome) {
        left_running_.clear();
        if (welcome.running) {
            for (const nlohmann::json& id : *welcome.running) {
                if (id.is_number_unsigned() && pending_.find(id.get<std::uint64_t>()) == nullptr) {
                    left_running_.push_back(id.get<std::uint64_t>());
                }
            }
        }
        in_flight_ = left_running_.size();
    }

    void send(client_link& link, const pending& call, protocol::call_id id, time_point now) {
        link.send_call({call.body.view(), call.members, id, milliseconds_until(call.deadline, now)},
                       now);
        ++in_flight_;
    }

    static std::int64_t milliseconds_until(time_point deadline, time_point now) {
        const std::int64_t left =
            std::chrono::ceil<std::chrono::milliseconds>(deadline - now).count();
        // The wire has 32 bits for it, which is 49 days.
        return std::clamp(left, std::int64_t{0}, std::int64_t{0xffffffff});
    }

    /// Why the server cannot be asked this at all, if so.
    std::optional<error> impossible(std::size_t method, std::size_t size,
                                    const client_link& link) const {
        const std::string& mismatch = link.connection().mismatch(method);
        if (!mismatch.empty()) {
            return error(errc::contract_mismatch, mismatch, outcome::not_sent);
        }
        if (size + tail_size_max > frame_size_max_) {
            return error(errc::frame_too_large,
                         "the call has " + std::to_string(size) +
                             " bytes, over the server's limit of " +
                             std::to_string(frame_size_max_),
                         outcome::not_sent);
        }
        return std::nullopt;
    }

    void forget(const pending& call) noexcept {
        waiting_bytes_ -= call.is_sent ? 0 : call.body.size();
    }

    failed_call ended(protocol::call_id id, pending call, errc code, std::string text) {
        forget(call);
        const outcome what = call.is_sent ? outcome::may_have_run : outcome::not_sent;
        return {id, std::move(call.completion), error(code, std::move(text), what)};
    }

    const client_limits& limits_;
    protocol::pending_calls<pending> pending_;
    std::deque<protocol::call_id, detail::cached_allocator<protocol::call_id>> waiting_;
    std::size_t waiting_bytes_ = 0;
    std::uint64_t sent_ = 0;
    std::size_t in_flight_ = 0;
    std::vector<protocol::call_id> left_running_;  // those of them that were given up before
    std::size_t window_ = 1;
    std::size_t frame_size_max_ = static_cast<std::size_t>(-1);
};

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_CALL_QUEUE_HPP
