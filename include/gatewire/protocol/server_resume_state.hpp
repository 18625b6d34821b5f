// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_PROTOCOL_SERVER_RESUME_STATE_HPP
#define GATEWIRE_PROTOCOL_SERVER_RESUME_STATE_HPP

#include <gatewire/detail/linkage.hpp>
#include <gatewire/json/message.hpp>
#include <gatewire/protocol/event_store.hpp>
#include <gatewire/protocol/messages.hpp>
#include <gatewire/protocol/published_event.hpp>
#include <gatewire/wire/buffer.hpp>
#include <gatewire/wire/frame.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <list>
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

/// The responses of one session that its client has not acknowledged.
///
/// While a connection lasts they are only gathered and, by number, thrown away: the client counts
/// the frames of responses that arrive, and says how many. Only when the session is resumed on
/// another connection are they taken apart by the id of their call.
class kept_responses {
public:
    /// Frames of responses to calls are sent.
    void keep(std::string_view frames) {
        if (chunks_.empty() || chunks_.back().frames.size() >= chunk_size ||
            chunks_.back().large.size() != 0) {
            chunks_.push_back({std::move(spare_), 0, {}});
            spare_.clear();
        }
        sent_ += count_frames(frames);
        chunks_.back().frames.append(frames);
        chunks_.back().last = sent_;
        size_ += frames.size();
    }

    /// The same for large ones, without a copy.
    void keep(const shared_frame& frames) {
        sent_ += count_frames(frames.view());
        chunks_.push_back({{}, sent_, frames});
        size_ += frames.size();
    }

    /// Frames of responses are sent that nobody will ask for again.
    void skip(std::string_view frames) noexcept { sent_ += count_frames(frames); }

    /// The client has the first `count` responses of the session.
    void acknowledge(std::uint64_t count) {
        auto next = chunks_.begin();
        for (; next != chunks_.end() && next->last <= count; ++next) {
            size_ -= next->size();
            if (next->large.size() == 0 && next->frames.capacity() <= 2 * chunk_size) {
                spare_ = std::move(next->frames);
                spare_.clear();
            }
        }
        chunks_.erase(chunks_.begin(), next);
    }

    /// Frees the room that arrived responses left.
    void shrink() noexcept {
        spare_.shrink_to_fit();
        if (chunks_.empty()) {
            chunks_.shrink_to_fit();
        }
    }

    /// Frames of responses that were sent in this session, as both sides count.
    std::uint64_t sent() const noexcept { return sent_; }

    /// Bytes that are kept.
    std::size_t size() const noexcept { return size_; }

    /// A new connection begins. From here on `take_earlier` finds what was sent before.
    /// @param received  So many responses arrived in the session, if the client says so; both sides
    ///                  count on from there. Responses that were sent after the hello are kept,
    ///                  however late the hello comes.
    /// @param sent      So many have been sent on the new connection.
    void begin_connection(std::optional<std::uint64_t> received, std::uint64_t sent) {
        acknowledge(received.value_or(0));
        for (const chunk& one : std::exchange(chunks_, {})) {
            size_ -= one.size();
            const std::string_view frames = one.frames.empty() ? one.large.view() : one.frames;
            for_each_frame(frames, [this](std::string_view body) {
                for_each_message(body, [this](std::string_view text) { add_earlier(text); });
            });
        }
        sent_ = received.value_or(0) + sent;
    }

    /// Keeps one more response that `take_earlier` finds.
    GATEWIRE_COLD void add_earlier(std::string_view text) {
        codec::message response;
        codec::read_error unused;
        if (!codec::parse_message(text, response, unused) || response.id == "null") {
            return;
        }
        auto& kept = earlier_[std::string(response.id)];
        size_ += text.size() - kept.size();
        kept = text;
    }

    /// Whether there is a response of an earlier connection.
    bool has_earlier() const noexcept { return !earlier_.empty(); }

    /// Takes out the response to the call with this id on an earlier connection, if it is there.
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

    /// Nobody asks for responses of earlier connections any more.
    void forget_earlier() {
        for (const auto& [id, text] : std::exchange(earlier_, {})) {
            size_ -= text.size();
        }
    }

private:
    static constexpr std::size_t chunk_size = std::size_t{16} << 10;

    struct chunk {
        std::string frames;
        std::uint64_t last = 0;  // number of the last response in it
        shared_frame large;      // instead of the frames

        std::size_t size() const noexcept { return frames.size() + large.size(); }
    };

    std::vector<chunk> chunks_;  // oldest first
    std::string spare_;          // with the room of a chunk that arrived
    std::map<std::string, std::string, std::less<>> earlier_;  // by id
    std::uint64_t sent_ = 0;                                   // frames of responses
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
    GATEWIRE_COLD lacking_events lacking(std::uint64_t last,
                                         std::optional<std::uint64_t> count) const {
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

    /// The session is resumed on another connection.
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

    std::list<entry> noted_;    // which allocates nothing while it is empty
    entry forgotten_{0, 0, 0};  // the highest of each
    std::uint64_t count_ = 0;
    std::uint64_t highest_ = 0;
};

/// What a server keeps of a session so that it can go on on another connection: responses that may
/// not have arrived, which events were sent, and the calls that still run for an earlier
/// connection.
///
/// A request whose id was used on an earlier connection is that call, sent again: it gets the
/// response that was kept, or waits for the call that runs. An id that the client uses twice on one
/// connection is a new call, as JSON-RPC allows.
class server_resume_state {
public:
    /// From here on the session can be resumed, or not, in which case nothing is kept.
    void set_resumable(bool is_resumable) noexcept { is_resumable_ = is_resumable; }
    bool is_resumable() const noexcept { return is_resumable_; }

    // Responses.

    /// Frames of responses to calls are sent: they are kept until the client says that they
    /// arrived.
    void keep(std::string_view frames) {
        if (is_resumable_ && !frames.empty()) {
            responses_.keep(frames);
        } else {
            responses_.skip(frames);
        }
    }
    void keep(const shared_frame& frames) {
        if (is_resumable_) {
            responses_.keep(frames);
        } else {
            responses_.skip(frames.view());
        }
    }
    /// Frames of responses are sent that nobody will ask for again.
    void skip(std::string_view frames) noexcept { responses_.skip(frames); }
    /// A response was not sent before its connection was lost.
    void add_unsent(std::string_view text) { responses_.add_earlier(text); }

    /// Bytes of responses that are kept.
    std::size_t kept_size() const noexcept { return responses_.size(); }
    /// Frees the room for more.
    void shrink() noexcept { responses_.shrink(); }

    /// So many frames of responses and of events of the session have arrived, and the client has
    /// sent again all calls that it wants.
    /// @param unwanted  Gets the ids of calls of earlier connections that nobody wants any more.
    void acknowledge(std::uint64_t responses, std::uint64_t events,
                     std::vector<std::string>& unwanted) {
        responses_.acknowledge(responses);
        for (std::string& id : end_resending()) {
            unwanted.push_back(std::move(id));
        }
        events_.arrived(events);
    }

    // Events.

    /// An event is sent, or, with `is_sent` false, would have been if the connection still stood.
    void event_sent(std::uint64_t number, bool is_sent) {
        if (is_resumable_) {
            events_.sent(number, is_sent);
        }
    }
    /// As those of `sent_events`.
    void assume_position(std::uint64_t position) noexcept { events_.assume(position); }
    void resume_events(std::uint64_t position, std::optional<std::uint64_t> count) {
        events_.begin_connection(position, count);
    }
    GATEWIRE_COLD lacking_events lacking(std::uint64_t last,
                                         std::optional<std::uint64_t> count) const {
        return events_.lacking(last, count);
    }

    // Calls of earlier connections.

    /// Goes on with a session: takes over what was kept, and the ids of calls that run.
    /// @param received  So many responses arrived in the session, if the client says so.
    GATEWIRE_COLD void resume(server_resume_state& before, std::vector<std::string> running,
                              std::optional<std::uint64_t> received) {
        const std::uint64_t sent = responses_.sent();
        responses_ = std::move(before.responses_);
        responses_.begin_connection(received, sent);
        running_ = std::exchange(before.running_, {});
        for (auto& [id, call] : running_) {
            call.is_awaited = false;
        }
        for (std::string& id : running) {
            running_.emplace(std::move(id), earlier_call{});
        }
    }

    /// Whether there is a call of an earlier connection that could be sent again.
    bool has_earlier() const noexcept { return !running_.empty() || responses_.has_earlier(); }

    /// What a request is, as far as calls of earlier connections are concerned.
    enum class resent : unsigned char {
        no,        // it is a new call
        answered,  // it is one that has ended
        running    // it is one that runs, whose response the client now waits for
    };

    /// Looks the id of a request up. With `answered`, `response` is the message to send again.
    resent take_resent(std::string_view id, std::string& response) {
        if (auto kept = responses_.take_earlier(id)) {
            response = std::move(*kept);
            return resent::answered;
        }
        const auto found = running_.find(id);
        if (found == running_.end()) {
            return resent::no;
        }
        found->second.is_awaited = true;
        return resent::running;
    }

    /// Takes responses to calls that ran for an earlier connection: those that the client waits for
    /// are added to `again`, the others kept.
    void take_responses(std::string_view frames, wire::buffer& again) {
        for_each_frame(frames, [&](std::string_view body) {
            for_each_message(body, [&](std::string_view text) { take_response(text, again); });
        });
    }

    /// The client has sent again all calls that it wants.
    /// @return The calls of earlier connections that nobody wants any more, each once.
    std::vector<std::string> end_resending() {
        is_resending_over_ = true;
        responses_.forget_earlier();
        std::vector<std::string> unwanted;
        for (auto& [id, call] : running_) {
            if (!call.is_awaited && !std::exchange(call.is_given_up, true)) {
                unwanted.push_back(id);
            }
        }
        return unwanted;
    }

    /// Whether this call runs for an earlier connection and was not given up yet; it is now.
    bool give_up(std::string_view id) {
        const auto found = running_.find(id);
        return found != running_.end() && !std::exchange(found->second.is_given_up, true);
    }

    /// The ids of the calls that run for earlier connections.
    std::vector<std::string> running_ids() const {
        std::vector<std::string> ids;
        ids.reserve(running_.size());
        for (const auto& [id, call] : running_) {
            ids.push_back(id);
        }
        return ids;
    }
    std::size_t running() const noexcept { return running_.size(); }

    /// Takes out the ids of those that have ended while the client did not wait for them.
    std::vector<std::string> take_ended() { return std::exchange(ended_, {}); }

private:
    struct earlier_call {
        bool is_awaited = false;   // it was sent again on this connection
        bool is_given_up = false;  // its connection was told, which takes a look at all of them
    };

    void take_response(std::string_view text, wire::buffer& again) {
        codec::message response;
        codec::read_error unused;
        codec::parse_message(text, response, unused);
        const auto found = running_.find(response.id);
        const bool is_awaited = found != running_.end() && found->second.is_awaited;
        if (found != running_.end()) {
            running_.erase(found);
            if (!is_awaited) {
                ended_.emplace_back(response.id);
            }
        }
        if (is_awaited) {
            const std::size_t begin = wire::begin_frame(again);
            again.append(text);
            wire::end_frame(again, begin);
        } else if (!is_resending_over_) {
            responses_.add_earlier(text);
        }
    }

    kept_responses responses_;
    sent_events events_;
    std::map<std::string, earlier_call, std::less<>> running_;  // by id
    std::vector<std::string> ended_;                            // those that nobody waited for
    bool is_resumable_ = false;
    bool is_resending_over_ = false;  // the client has sent again all calls that it wants
};

}  // namespace rpc::inline v1::protocol

#endif  // GATEWIRE_PROTOCOL_SERVER_RESUME_STATE_HPP
