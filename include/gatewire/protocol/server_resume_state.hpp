// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_PROTOCOL_SERVER_RESUME_STATE_HPP
#define GATEWIRE_PROTOCOL_SERVER_RESUME_STATE_HPP

#include <gatewire/json/message.hpp>
#include <gatewire/protocol/event_store.hpp>
#include <gatewire/protocol/messages.hpp>
#include <gatewire/wire/buffer.hpp>
#include <gatewire/wire/frame.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rpc::inline v1::protocol {

/// How many frames stand in these bytes.
inline std::size_t count_frames(std::string_view frames) noexcept {
    std::size_t count = 0;
    while (frames.size() >= wire::frame_header_size) {
        const std::size_t size = wire::frame_header_size + wire::read_frame_header(frames.data());
        frames.remove_prefix((std::min)(size, frames.size()));
        ++count;
    }
    return count;
}

/// Calls `take(body)` for each of these frames.
template <class Take>
void for_each_frame(std::string_view frames, Take&& take) {
    std::size_t at = 0;
    while (at + wire::frame_header_size <= frames.size()) {
        const std::size_t size = wire::read_frame_header(frames.data() + at);
        take(frames.substr(at + wire::frame_header_size, size));
        at += wire::frame_header_size + size;
    }
}

/// The answers of one session that its client has not acknowledged.
///
/// While a connection lasts they are only gathered and, by number, thrown away: the client counts
/// the frames of answers that arrive, and says how many. Only when the session goes on on another
/// connection is it looked which call each belongs to.
class kept_responses {
public:
    /// Frames of answers to calls are sent.
    void keep(std::string_view frames) {
        if (chunks_.empty() || chunks_.back().frames.size() >= chunk_size) {
            chunks_.push_back({std::move(spare_), 0});
            spare_.clear();
        }
        sent_ += count_frames(frames);
        chunks_.back().frames.append(frames);
        chunks_.back().last = sent_;
        size_ += frames.size();
    }

    /// Frames of answers are sent that nobody will ask for again.
    void pass(std::string_view frames) noexcept { sent_ += count_frames(frames); }

    /// The client has the first `count` answers of the session.
    void acknowledged(std::uint64_t count) {
        auto next = chunks_.begin();
        for (; next != chunks_.end() && next->last <= count; ++next) {
            size_ -= next->frames.size();
            if (next->frames.capacity() <= 2 * chunk_size) {
                spare_ = std::move(next->frames);
                spare_.clear();
            }
        }
        chunks_.erase(chunks_.begin(), next);
    }

    /// Frames of answers that were sent in this session, as both sides count.
    std::uint64_t sent() const noexcept { return sent_; }

    /// Bytes that are kept.
    std::size_t size() const noexcept { return size_; }

    /// A new connection begins. From here on `take_earlier` finds what was sent before.
    /// @param received  So many answers arrived in the session, if the client says so; counting
    /// goes
    ///                  on from there on both sides. However late a hello comes, it says nothing of
    ///                  answers that were sent after it.
    /// @param sent      So many have been sent on the new connection.
    void begin_connection(std::optional<std::uint64_t> received, std::uint64_t sent) {
        acknowledged(received.value_or(0));
        for (const chunk& one : std::exchange(chunks_, {})) {
            size_ -= one.frames.size();
            for_each_frame(one.frames, [this](std::string_view body) {
                for_each_message(body, [this](std::string_view text) { add_earlier(text); });
            });
        }
        sent_ = received.value_or(0) + sent;
    }

    /// An answer that was never sent is one of before, too.
    void add_earlier(std::string_view text) {
        codec::message answer;
        codec::read_error unused;
        if (!codec::parse_message(text, answer, unused) || answer.id == "null") {
            return;
        }
        auto& kept = earlier_[std::string(answer.id)];
        size_ += text.size() - kept.size();
        kept = text;
    }

    /// Takes out what answered the call with this id on an earlier connection, if it is there.
    std::optional<std::string> take_earlier(std::string_view id) {
        const auto found = earlier_.find(id);
        if (found == earlier_.end()) {
            return std::nullopt;
        }
        std::string text = std::move(found->second);
        size_ -= text.size();
        earlier_.erase(found);
        return text;
    }

    /// Nobody asks for answers of earlier connections any more.
    void forget_earlier() {
        for (const auto& [id, text] : std::exchange(earlier_, {})) {
            size_ -= text.size();
        }
    }

private:
    static constexpr std::size_t chunk_size = std::size_t{16} << 10;

    struct chunk {
        std::string frames;
        std::uint64_t last = 0;  // number of the last answer in it
    };

    std::vector<chunk> chunks_;  // oldest first
    std::string spare_;          // with the room of a chunk that arrived
    std::map<std::string, std::string, std::less<>> earlier_;  // by id
    std::uint64_t sent_ = 0;                                   // frames of answers
    std::size_t size_ = 0;
};

/// Which events one session's client was sent in another order than that of their numbers.
///
/// The highest number that arrived speaks for all that was sent in order. It says nothing of
/// `latest` events that were sent behind higher numbers: the newest of each key for whoever
/// subscribes, and what was held back for a slow reader. These are noted here until the client says
/// how many events have arrived.
class sent_events {
public:
    /// The client may count itself as having everything up to this number from here on.
    void assume(std::uint64_t position) noexcept { highest_ = (std::max)(highest_, position); }

    /// The next event is sent, or, with `is_sent` false, would have been.
    void sent(std::uint64_t number, bool is_sent = true) {
        count_ += is_sent ? 1U : 0U;
        if (number <= highest_) {
            note(is_sent ? entry{number, count_, highest_} : entry{number, never, never});
        } else if (is_sent) {
            highest_ = number;
        }
    }

    /// So many events of the session have arrived.
    void arrived(std::uint64_t count) {
        while (!noted_.empty() && noted_.front().place <= count) {
            noted_.pop_front();
        }
    }

    /// @param last   The highest number that the client has.
    /// @param count  How many events have arrived, if it says so.
    lacking_events lacking(std::uint64_t last, std::optional<std::uint64_t> count) const {
        const auto is_lacking = [&](const entry& one) {
            // What came after it has a higher number than what had come before it.
            return count ? one.place > *count : one.highest >= last;
        };
        std::vector<std::uint64_t> numbers;
        for (const entry& one : noted_) {
            if (is_lacking(one)) {
                numbers.push_back(one.number);
            }
        }
        return lacking_events(std::move(numbers), is_lacking(forgotten_) ? forgotten_.number : 0);
    }

    /// The session goes on on another connection.
    /// @param position  Up to here the client counts itself as having everything.
    /// @param count     How many events have arrived, if it says so.
    void begin_connection(std::uint64_t position, std::optional<std::uint64_t> count) {
        *this = sent_events();
        highest_ = position;
        count_ = count.value_or(0);
    }

    /// How many are noted.
    std::size_t noted() const noexcept { return noted_.size(); }

    /// So many are noted for a client that does not say what arrives; beyond them it is only known
    /// that some may lack.
    static constexpr std::size_t noted_max = 4096;

private:
    static constexpr std::uint64_t never = (std::numeric_limits<std::uint64_t>::max)();

    struct entry {
        std::uint64_t number;
        std::uint64_t place;    // among all that were sent
        std::uint64_t highest;  // that the client may have had before it
    };

    void note(const entry& one) {
        noted_.push_back(one);
        if (noted_.size() > noted_max) {
            const entry& first = noted_.front();
            forgotten_ = {(std::max)(forgotten_.number, first.number),
                          (std::max)(forgotten_.place, first.place),
                          (std::max)(forgotten_.highest, first.highest)};
            noted_.pop_front();
        }
    }

    std::deque<entry> noted_;
    entry forgotten_{0, 0, 0};  // the highest of each
    std::uint64_t count_ = 0;
    std::uint64_t highest_ = 0;
};

/// What a session takes along from connection to connection: answers that may not have arrived,
/// and the calls that still run for an earlier connection.
///
/// A request whose id was used on an earlier connection is that call, sent again: it gets the
/// answer that was kept, or joins the call. An id that the client uses twice on one connection is
/// a new call, as JSON-RPC allows.
class server_resume_state {
public:
    kept_responses answers;
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
    void resume(server_resume_state& before, std::vector<std::string> running,
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

#endif  // GATEWIRE_PROTOCOL_SERVER_RESUME_STATE_HPP
