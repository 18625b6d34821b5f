// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_PROTOCOL_SESSION_MEMORY_HPP
#define GATEWIRE_PROTOCOL_SESSION_MEMORY_HPP

#include <gatewire/json/message.hpp>
#include <gatewire/protocol/kept_answers.hpp>
#include <gatewire/protocol/sent_events.hpp>
#include <gatewire/wire/buffer.hpp>
#include <gatewire/wire/frame.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rpc::inline v1::protocol {

/// What a session takes along from connection to connection: answers that may not have arrived,
/// and the calls that still run for an earlier connection.
///
/// A request whose id was used on an earlier connection is that call, sent again: it gets the
/// answer that was kept, or joins the call. An id that the client uses twice on one connection is
/// a new call, as JSON-RPC allows.
class session_memory {
public:
    kept_answers answers;
    sent_events events;

    /// Whether the session can be resumed, so that answers must be kept.
    bool is_kept = false;

    /// Frames of answers to calls are sent: they are kept until the client says that they arrived.
    void keep(std::string_view frames) {
        if (is_kept && !frames.empty()) {
            answers.keep(frames);
        } else {
            answers.pass(frames);
        }
    }

    /// An event is sent, or, with `is_sent` false, would have been if the connection still stood.
    void sent_event(std::uint64_t number, bool is_sent) {
        if (is_kept) {
            events.sent(number, is_sent);
        }
    }

    /// The client has so many answers of the session, and has asked again for all that it wants.
    /// @param unwanted  Gets the ids of calls of earlier connections that nobody wants any more.
    void acknowledged(std::uint64_t count, std::vector<std::string>& unwanted) {
        answers.acknowledged(count);
        for (std::string& id : settle()) {
            unwanted.push_back(std::move(id));
        }
    }

    /// Whether there is a call of an earlier connection that could be met.
    bool has_earlier() const noexcept { return !elsewhere_.empty() || answers.has_earlier(); }

    /// What a request with an id of before turns out to be.
    enum class meeting : unsigned char { fresh, answered, joined };

    /// Looks an id up. With `answered`, `answer` is the message to send again.
    meeting meet(std::string_view id, std::string& answer) {
        if (auto kept = answers.take_earlier(id)) {
            answer = std::move(*kept);
            return meeting::answered;
        }
        const auto running = elsewhere_.find(id);
        if (running == elsewhere_.end()) {
            return meeting::fresh;
        }
        running->second.is_joined = true;
        return meeting::joined;
    }

    /// Goes on with a session: takes over its memory, and the ids of calls that run.
    void resume(session_memory& before, std::vector<std::string> running,
                std::optional<std::uint64_t> received) {
        const std::uint64_t sent = answers.sent();
        answers = std::move(before.answers);
        answers.begin_connection(received, sent);
        elsewhere_ = std::exchange(before.elsewhere_, {});
        for (auto& [id, call] : elsewhere_) {
            call.is_joined = false;
        }
        for (std::string& id : running) {
            elsewhere_.emplace(std::move(id), call_elsewhere{});
        }
    }

    /// Takes answers of calls that ran for an earlier connection: those that were asked for again
    /// are added to `again`, the others kept.
    void take(std::string_view frames, wire::buffer& again) {
        for_each_frame(frames, [&](std::string_view body) {
            for_each_message(body, [&](std::string_view text) { take_one(text, again); });
        });
    }

    /// The client has asked again for all that it wants.
    /// @return The calls of earlier connections that nobody wants any more, each once.
    std::vector<std::string> settle() {
        is_settled_ = true;
        answers.forget_earlier();
        std::vector<std::string> unwanted;
        for (auto& [id, call] : elsewhere_) {
            if (!call.is_joined && !std::exchange(call.is_given_up, true)) {
                unwanted.push_back(id);
            }
        }
        return unwanted;
    }

    /// Whether this call runs for an earlier connection and was not given up yet; it is now.
    bool give_up(std::string_view id) {
        const auto running = elsewhere_.find(id);
        return running != elsewhere_.end() && !std::exchange(running->second.is_given_up, true);
    }

    /// The ids of the calls that run for earlier connections.
    std::vector<std::string> elsewhere() const {
        std::vector<std::string> ids;
        ids.reserve(elsewhere_.size());
        for (const auto& [id, call] : elsewhere_) {
            ids.push_back(id);
        }
        return ids;
    }

    /// Takes out the ids of those that have ended without having been asked for again.
    std::vector<std::string> take_ended() { return std::exchange(ended_, {}); }

    std::size_t running_elsewhere() const noexcept { return elsewhere_.size(); }

private:
    struct call_elsewhere {
        bool is_joined = false;    // it was asked for again on this connection
        bool is_given_up = false;  // its connection was told, which takes a look at all of them
    };

    void take_one(std::string_view text, wire::buffer& again) {
        codec::message answer;
        codec::read_error unused;
        codec::parse_message(text, answer, unused);
        const auto running = elsewhere_.find(answer.id);
        const bool is_joined = running != elsewhere_.end() && running->second.is_joined;
        if (running != elsewhere_.end()) {
            elsewhere_.erase(running);
            if (!is_joined) {
                ended_.emplace_back(answer.id);
            }
        }
        if (is_joined) {
            const std::size_t begin = wire::begin_frame(again);
            again.append(text);
            wire::end_frame(again, begin);
        } else if (!is_settled_) {
            answers.add_earlier(text);
        }
    }

    std::map<std::string, call_elsewhere, std::less<>> elsewhere_;  // by id
    std::vector<std::string> ended_;                                // those that nobody asked for
    bool is_settled_ = false;  // the client has asked again for all that it wants
};

}  // namespace rpc::inline v1::protocol

#endif  // GATEWIRE_PROTOCOL_SESSION_MEMORY_HPP
