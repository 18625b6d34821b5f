// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_PROTOCOL_KEPT_ANSWERS_HPP
#define GATEWIRE_PROTOCOL_KEPT_ANSWERS_HPP

#include <gatewire/json/message.hpp>
#include <gatewire/wire/buffer.hpp>
#include <gatewire/wire/frame.hpp>

#include <algorithm>
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

/// Calls `take(text)` for the message that this is, or for each of a batch.
template <class Take>
void for_each_message(std::string_view body, Take&& take) {
    if (!codec::is_batch(body)) {
        take(body);
        return;
    }
    std::vector<std::string_view> messages;
    codec::split_array(body, messages);
    for (std::string_view text : messages) {
        take(text);
    }
}

/// The answers of one session that its client has not acknowledged.
///
/// While a connection lasts they are only gathered and, by number, thrown away: the client counts
/// the frames of answers that arrive, and says how many. Only when the session goes on on another
/// connection is it looked which call each belongs to.
class kept_answers {
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

    /// Whether there is an answer of an earlier connection.
    bool has_earlier() const noexcept { return !earlier_.empty(); }

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

}  // namespace rpc::inline v1::protocol

#endif  // GATEWIRE_PROTOCOL_KEPT_ANSWERS_HPP
