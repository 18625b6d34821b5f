// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_PROTOCOL_CALL_TABLE_HPP
#define GATEWIRE_PROTOCOL_CALL_TABLE_HPP

#include <gatewire/detail/block_cache.hpp>
#include <gatewire/detail/linkage.hpp>
#include <gatewire/error.hpp>
#include <gatewire/json/block.hpp>
#include <gatewire/json/digits.hpp>
#include <gatewire/json/write_scalar.hpp>
#include <gatewire/limits.hpp>
#include <gatewire/protocol/client_requests.hpp>
#include <gatewire/protocol/connection_watch.hpp>
#include <gatewire/protocol/contract.hpp>
#include <gatewire/protocol/extensions.hpp>
#include <gatewire/protocol/messages.hpp>
#include <gatewire/protocol/pending_calls.hpp>
#include <gatewire/protocol/time.hpp>
#include <gatewire/wire/buffer.hpp>
#include <gatewire/wire/frame.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rpc::inline v1::protocol {

/// The calls of a client, over any number of connections: decides which are sent now, which wait,
/// which are sent again on the next connection, and which end without an answer and how.
///
/// | a call that            | is given up [1] | loses its connection | loses its session |
/// | ---------------------- | --------------- | -------------------- | ----------------- |
/// | waits                  | `not_sent`      | waits on             | waits on          |
/// | was sent               | `may_have_run`  | is sent again        | `may_have_run`    |
/// | was sent with a key    | `may_have_run`  | is sent again        | is sent again [2] |
/// | was sent as idempotent | `may_have_run`  | is sent again        | is sent again     |
///
/// [1] By its deadline, a cancel, a stop. [2] To a server that was not started anew; else
/// `may_have_run`.
///
/// Frames are written to the buffer that is given, and calls that ended are added to a list: each
/// is in one list once, for the caller to complete. A function that throws leaves the calls as they
/// were, save `open`, behind which the connection must end.
///
/// @tparam Completion  What a call ends with; it moves, and is false when it is empty.
template <class Completion>
class call_table {
public:
    static constexpr call_id no_id = static_cast<call_id>(-1);

    /// A call that ended on this side.
    struct failed_call {
        call_id id;
        Completion completion;
        error why;
    };
    using failed_calls = std::vector<failed_call>;

    /// The server of a connection that is ready.
    struct server {
        const hello_response& welcome;
        const contract_check& contract;  ///< Must live until `close` or `stop`.
        bool is_same;                    ///< It was not started anew since the last connection.
    };

    struct submitted {
        call_id id = no_id;  ///< That of a call which has an end to wait for, or waits itself.
        std::optional<error> refused{};
    };

    /// Takes no call before `accept`.
    explicit call_table(const client_limits& limits) : limits_(limits) {}

    /// Takes calls: the client was started, or asks anew whether it is let in.
    void accept() noexcept { refusal_.reset(); }

    /// Whether the next call is written when it is submitted.
    bool has_room() const noexcept {
        return contract_ != nullptr && waiting_.empty() && has_place();
    }
    /// Whether `send_waiting` has something to write.
    bool has_to_send() const noexcept {
        return contract_ != nullptr && !waiting_.empty() && has_place();
    }

    /// Takes a call: writes it if there is room, else lets it wait.
    /// @param completion  Empty for a notification. It stays where it is if the call is refused.
    submitted submit(const call_request& call, Completion& completion, time_point now,
                     wire::buffer& out) {
        const bool is_sent = has_room();
        if (!is_sent || !is_easy(call)) {
            const obstacle found = obstacle_to(call, static_cast<bool>(completion));
            if (found != obstacle::none) {
                return {no_id, refusal(found, call.method, call.size())};
            }
        }
        if (is_sent && !completion) {
            write_notification(call.body, out);
            return {};
        }
        const time_point deadline = after(now, call.timeout);
        const auto [id, kept] = pending_.open(deadline);
        try {
            kept.is_sent = is_sent;
            kept.deadline = deadline;
            keep(call, id, kept);
            if (is_sent) {
                write(id, kept, call.timeout, out);
            }
        } catch (...) {
            pending_.close(id);
            throw;
        }
        kept.completion = std::move(completion);
        return {id, {}};
    }

    /// A connection is ready: ends what can never be sent there or must not be sent again, and
    /// writes again what was sent on the one before, in the order in which it was sent there.
    /// `send_waiting` is to follow.
    void open(const server& with, time_point now, wire::buffer& out, failed_calls& failed) {
        const hello_response& welcome = with.welcome;
        contract_ = &with.contract;
        lost_until_ = never;
        if (!welcome.resumed) {
            end_sent(
                with.is_same ? repeat::keyed : repeat::harmless,
                error(errc::connection_lost, "the connection was lost, and the session with it",
                      outcome::may_have_run),
                failed);
        }
        window_ = (std::max)(std::size_t{1},
                             static_cast<std::size_t>(welcome.limits.calls_in_flight_max));
        frame_size_max_ = static_cast<std::size_t>(welcome.limits.frame_size_max);
        count_left_running(welcome);
        end_impossible(failed);
        write_again(now, out);
        if (contract_->fits_all() && frame_size_max_ > tail_size_max) {
            easy_size_max_ = (std::min)(frame_size_max_ - tail_size_max, limits_.queue_hard_max);
        }
    }

    /// Writes what waits, as far as the server takes more calls.
    void send_waiting(time_point now, wire::buffer& out) {
        while (has_to_send()) {
            const call_id id = waiting_.front();
            pending* const call = pending_.find(id);
            if (call != nullptr && !call->completion) {
                write_notification(call->request(), out);
                forget(*call);
                pending_.close(id);
            } else if (call != nullptr) {  // Else it ended while it waited.
                write(id, *call, call->deadline - now, out);
                forget(*call);
                call->is_sent = true;
                call->order = ++sent_;
            }
            waiting_.pop_front();
        }
    }

    /// A call was answered. @return Empty if nobody waits for it any more.
    Completion take_answered(call_id id) {
        if (in_flight_ != 0) {
            --in_flight_;
        }
        pending* const call = pending_.find(id);
        if (call == nullptr || !call->is_sent) {
            return {};
        }
        Completion completion = std::move(call->completion);
        pending_.close(id);
        return completion;
    }

    /// A call that was given up before its connection was lost runs no more.
    void take_ended(call_id id) {
        const auto found = std::find(left_running_.begin(), left_running_.end(), id);
        if (found != left_running_.end()) {
            left_running_.erase(found);
            --in_flight_;
        }
    }

    /// Ends a call, and tells the server if it may run there.
    void give_up(call_id id, const close_reason& reason, wire::buffer& out, failed_calls& failed) {
        pending* const call = pending_.find(id);
        if (call == nullptr || !call->completion) {
            return;
        }
        error why(reason.code, reason.text,
                  call->is_sent ? outcome::may_have_run : outcome::not_sent);
        failed.reserve(failed.size() + 1);
        if (call->is_sent && contract_ != nullptr) {
            client_requests(out).cancel(id);
        }
        failed.push_back({id, std::move(call->completion), std::move(why)});
        forget(*call);
        pending_.close(id);
    }

    /// Ends the calls whose time is over, as `give_up` does, and those of a lost session that can
    /// go on no more. To be called at `next_deadline`, which may be too early.
    void expire(time_point now, wire::buffer& out, failed_calls& failed) {
        if (now >= pending_.earliest_deadline()) {
            const endings why(errc::deadline_exceeded, "no answer in time");
            failed.reserve(failed.size() + pending_.size());
            tell_expired(now, out);
            end_all(pending_.take_expired(now), why, failed);
        }
        if (now >= lost_until_) {
            end_sent(repeat::keyed, lost_, failed);
            lost_until_ = never;
        }
    }

    time_point next_deadline() const noexcept {
        return (std::min)(pending_.earliest_deadline(), lost_until_);
    }

    /// The connection is gone, if it ever was ready. What was sent waits for the session to go on;
    /// if the server did not let this client in, it does not let its calls in either, which end.
    /// @param grace  The server keeps the session so long; zero: it is over.
    void close(const close_reason& why, std::chrono::milliseconds grace, time_point now,
               failed_calls& failed) {
        if (why.code == errc::unauthenticated || why.code == errc::forbidden) {
            refuse_all(why.code, why.text, error(why.code, why.text, outcome::not_sent), failed);
            return;
        }
        if (contract_ != nullptr) {
            error lost(errc::connection_lost, "the connection was lost: " + why.text,
                       outcome::may_have_run);
            if (grace.count() == 0) {
                end_sent(repeat::keyed, lost, failed);
            } else {
                lost_until_ = after(now, grace);
            }
            lost_ = std::move(lost);
            leave_server();
        }
        accept();
    }

    /// Ends every call, and takes no more until `accept`.
    void stop(const std::string& why, failed_calls& failed) {
        refuse_all(errc::cancelled, why, not_started(), failed);
    }

private:
    /// Room for the members `rpc` and `id` of any call.
    static constexpr std::size_t tail_size_max = 96;
    /// What a slot keeps of the room that a request needed.
    static constexpr std::size_t kept_capacity = 1024;

    /// Which calls may be sent again when their session is lost: those that do no harm, and, to the
    /// same server, those with a key.
    enum class repeat : unsigned char { harmless, keyed };

    struct pending {
        Completion completion{};
        wire::buffer body;             // the request, and behind it more members of its `rpc`
        std::size_t members_size = 0;  // those
        time_point deadline{};
        std::size_t method = 0;
        std::uint64_t order = 0;  // among those that were sent
        bool is_sent = false;
        bool is_idempotent = false;
        bool is_keyed = false;

        std::string_view request() const noexcept {
            return {body.data(), body.size() - members_size};
        }
        std::string_view members() const noexcept {
            return body.view().substr(body.size() - members_size);
        }

        void clear_for_reuse() noexcept {
            completion = Completion{};
            members_size = 0;
            body.clear();
            if (body.capacity() > kept_capacity) {
                body = wire::buffer{};
            }
        }
    };
    using pending_list = std::vector<std::pair<call_id, pending>>;

    /// How calls end that were sent, and that were not; made before any of them ends.
    struct endings {
        endings(errc code, const std::string& text)
            : sent(code, text, outcome::may_have_run), unsent(code, text, outcome::not_sent) {}
        error sent;
        error unsent;
    };

    static error not_started() {
        return error(errc::not_connected, "the client is not started", outcome::not_sent);
    }

    bool has_place() const noexcept { return in_flight_ < window_; }

    void leave_server() noexcept {
        contract_ = nullptr;
        easy_size_max_ = 0;
    }

    /// Whether a call is surely taken if there is room for it: most are, and no more is asked of
    /// them.
    bool is_easy(const call_request& call) const noexcept {
        return call.size() <= easy_size_max_ && call.timeout > std::chrono::milliseconds::zero() &&
               pending_.size() < limits_.calls_pending_max;
    }

    /// Why a call is not taken. Found out for each call; its text is made for those refused.
    enum class obstacle : unsigned char {
        none,
        all_refused,
        contract_differs,
        frame_too_large,
        no_time,
        too_many_calls,
        too_many_bytes
    };

    obstacle obstacle_to(const call_request& call, bool has_completion) const {
        if (refusal_) {
            return obstacle::all_refused;
        }
        if (contract_ != nullptr) {
            const obstacle found = obstacle_there(call.method, call.size());
            if (found != obstacle::none) {
                return found;
            }
        }
        if (has_completion && call.timeout <= std::chrono::milliseconds::zero()) {
            return obstacle::no_time;
        }
        if (pending_.size() >= limits_.calls_pending_max) {
            return obstacle::too_many_calls;
        }
        if (waiting_bytes_ + call.body.size() > limits_.queue_hard_max) {
            return obstacle::too_many_bytes;
        }
        return obstacle::none;
    }

    /// Whether the server cannot be asked this at all.
    obstacle obstacle_there(std::size_t method, std::size_t size) const {
        if (!contract_->method(method).empty()) {
            return obstacle::contract_differs;
        }
        return size + tail_size_max > frame_size_max_ ? obstacle::frame_too_large : obstacle::none;
    }

    GATEWIRE_COLD error refusal(obstacle found, std::size_t method, std::size_t size) const {
        switch (found) {
            case obstacle::contract_differs:
                return error(errc::contract_mismatch, contract_->method(method), outcome::not_sent);
            case obstacle::frame_too_large:
                return error(errc::frame_too_large,
                             "the call has " + std::to_string(size) +
                                 " bytes, over the server's limit of " +
                                 std::to_string(frame_size_max_),
                             outcome::not_sent);
            case obstacle::no_time:
                return error(errc::deadline_exceeded, "the call was given no time",
                             outcome::not_sent);
            case obstacle::too_many_calls:
                return error(errc::overloaded,
                             "too many calls are pending: the limit is " +
                                 std::to_string(limits_.calls_pending_max),
                             outcome::not_sent);
            case obstacle::too_many_bytes:
                return error(errc::overloaded,
                             "too many bytes of calls wait to be sent: the limit is " +
                                 std::to_string(limits_.queue_hard_max),
                             outcome::not_sent);
            case obstacle::none:
            case obstacle::all_refused: break;
        }
        return refusal_.value_or(not_started());
    }

    void keep(const call_request& call, call_id id, pending& kept) {
        kept.method = call.method;
        kept.is_idempotent = call.is_idempotent;
        kept.is_keyed = call.is_keyed;
        if (call.holder != nullptr && call.holder->capacity() <= kept_capacity) {
            kept.body.swap(*call.holder);
        } else {
            kept.body.append(call.body);
        }
        if (!call.members.empty()) {
            kept.body.append(call.members);
            kept.members_size = call.members.size();
        }
        if (kept.is_sent) {
            kept.order = ++sent_;
        } else {
            waiting_.push_back(id);
            waiting_bytes_ += call.body.size();
        }
    }

    static void write_notification(std::string_view body, wire::buffer& out) {
        out.prepare(body.size() + tail_size_max);
        const std::size_t frame = wire::begin_frame(out);
        out.append(body);
        out.append('}');
        wire::end_frame(out, frame);
    }

    template <class Duration>
    void write(call_id id, const pending& call, Duration left, wire::buffer& out) {
        const std::string_view request = call.request();
        // More than its last members need, with all that is written behind numbers.
        char* const frame = out.prepare(call.body.size() + 128);
        char* at = frame + wire::frame_header_size;
        std::memcpy(at, request.data(), request.size());
        at = timeout_.put(at + request.size(), to_milliseconds(left));
        if (call.members_size != 0) {
            at = codec::copy_short(at, call.members());
        }
        at = codec::put_literal(at, R"(},"id":)");
        at = codec::put_digits(at, id);
        *at++ = '}';
        wire::write_frame_header(frame,
                                 static_cast<std::size_t>(at - frame) - wire::frame_header_size);
        out.commit_to(at);
        ++in_flight_;
    }

    /// The wire has 32 bits for it, which is 49 days.
    template <class Duration>
    static std::uint32_t to_milliseconds(Duration left) {
        const std::int64_t count = std::chrono::ceil<std::chrono::milliseconds>(left).count();
        return static_cast<std::uint32_t>(
            std::clamp(count, std::int64_t{0}, std::int64_t{0xffffffff}));
    }

    /// What runs there and is not sent again takes a place in flight, too.
    GATEWIRE_COLD void count_left_running(const hello_response& welcome) {
        left_running_.clear();
        if (welcome.running) {
            for (const codec::raw_text& one : *welcome.running) {
                const auto id = number_of(one.text);
                if (id && pending_.find(*id) == nullptr) {
                    left_running_.push_back(*id);
                }
            }
        }
        in_flight_ = left_running_.size();
    }

    GATEWIRE_COLD void end_impossible(failed_calls& failed) {
        for (const call_id id : waiting_) {
            pending* const call = pending_.find(id);
            if (call == nullptr) {
                continue;
            }
            const std::size_t size = call->body.size();
            const obstacle found = obstacle_there(call->method, size);
            if (found == obstacle::none) {
                continue;
            }
            if (call->completion) {
                error why = refusal(found, call->method, size);
                failed.reserve(failed.size() + 1);
                failed.push_back({id, std::move(call->completion), std::move(why)});
            }
            forget(*call);
            pending_.close(id);
        }
    }

    GATEWIRE_COLD void write_again(time_point now, wire::buffer& out) {
        std::vector<std::pair<std::uint64_t, call_id>> sent;
        pending_.for_each([&sent](call_id id, const pending& call) {
            if (call.is_sent) {
                sent.emplace_back(call.order, id);
            }
        });
        std::sort(sent.begin(), sent.end());
        for (const auto& [order, id] : sent) {
            if (const pending* const call = pending_.find(id)) {
                write(id, *call, call->deadline - now, out);
            }
        }
    }

    void tell_expired(time_point now, wire::buffer& out) const {
        if (contract_ == nullptr) {
            return;
        }
        const std::size_t begin = out.size();
        try {
            pending_.for_each([&](call_id id, const pending& call) {
                if (call.is_sent && call.deadline <= now) {
                    client_requests(out).cancel(id);
                }
            });
        } catch (...) {
            out.truncate(begin);
            throw;
        }
    }

    /// Ends the calls that were sent and may not be sent again: their session is gone.
    void end_sent(repeat allowed, const error& why, failed_calls& failed) {
        failed.reserve(failed.size() + pending_.size());
        for (auto& [id, call] : pending_.take_matching([allowed](const pending& one) {
                 const bool is_safe =
                     one.is_idempotent || (allowed == repeat::keyed && one.is_keyed);
                 return one.is_sent && !is_safe;
             })) {
            failed.push_back({id, std::move(call.completion), why});
        }
    }

    /// @param refused  What every new call ends with.
    GATEWIRE_COLD void refuse_all(errc code, const std::string& text, error refused,
                                  failed_calls& failed) {
        const endings why(code, text);
        failed.reserve(failed.size() + pending_.size());
        end_all(pending_.take_matching([](const pending&) { return true; }), why, failed);
        waiting_.clear();
        waiting_bytes_ = 0;
        refusal_ = std::move(refused);
        leave_server();
        lost_until_ = never;
    }

    /// @param failed  Has room for them.
    void end_all(pending_list taken, const endings& why, failed_calls& failed) noexcept {
        for (auto& [id, call] : taken) {
            forget(call);
            if (call.completion) {
                failed.push_back(
                    {id, std::move(call.completion), call.is_sent ? why.sent : why.unsent});
            }
        }
    }

    void forget(const pending& call) noexcept {
        waiting_bytes_ -= call.is_sent ? 0 : call.request().size();
    }

    /// How the time goes into a request. It is kept as it was written for the last call, since the
    /// next one has most often as much.
    class timeout_member {
    public:
        /// There must be room for 32 bytes.
        char* put(char* at, std::uint32_t milliseconds) noexcept {
            if (milliseconds != milliseconds_) {
                write(milliseconds);
            }
            std::memcpy(at, text_.data(), 32);
            return at + size_;
        }

    private:
        void write(std::uint32_t milliseconds) noexcept {
            char* const end = codec::put_digits(
                codec::put_literal(text_.data(), R"(,"rpc":{"timeout_ms":)"), milliseconds);
            size_ = static_cast<std::size_t>(end - text_.data());  // 31 at most
            milliseconds_ = milliseconds;
        }

        std::array<char, 64> text_{};
        std::size_t size_ = 0;
        std::int64_t milliseconds_ = -1;
    };

    const client_limits& limits_;
    timeout_member timeout_;
    pending_calls<pending> pending_;
    std::deque<call_id, detail::cached_allocator<call_id>> waiting_;
    std::size_t waiting_bytes_ = 0;
    std::uint64_t sent_ = 0;
    std::size_t in_flight_ = 0;
    std::vector<call_id> left_running_;  // those of them that were given up before
    std::size_t window_ = 1;
    std::size_t frame_size_max_ = static_cast<std::size_t>(-1);
    std::size_t easy_size_max_ = 0;  // of a call that nothing but room can be lacking for
    const contract_check* contract_ = nullptr;      // the server's, while a connection is ready
    time_point lost_until_ = never;                 // the lost session may go on until then
    error lost_{errc::connection_lost, {}};         // what its calls end with
    std::optional<error> refusal_ = not_started();  // what every new call ends with
};

}  // namespace rpc::inline v1::protocol

#endif  // GATEWIRE_PROTOCOL_CALL_TABLE_HPP
