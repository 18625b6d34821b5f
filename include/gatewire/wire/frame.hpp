// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_WIRE_FRAME_HPP
#define GATEWIRE_WIRE_FRAME_HPP

#include <gatewire/detail/linkage.hpp>
#include <gatewire/wire/buffer.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// The wire format, normative.
///
/// A connection is a sequence of frames in each direction. A frame is 4 bytes, the unsigned
/// big-endian length n, followed by n bytes of UTF-8 JSON: one JSON-RPC 2.0 message or a batch.
///
///     00 00 00 2e  {"jsonrpc":"2.0","method":"add","params":[1,2],"id":7}   (length as it is)
///
/// - n over the receiver's limit closes the connection before anything is allocated, since the
///   stream cannot be brought back in step.
/// - n = 0 is a text that is not JSON. Like every other bad text it is answered with -32700 and id
///   null, and the connection goes on: the frame kept the stream in step.
/// - An event is a notification: its method is the event's name and its params are
///   `{"seq":n,"data":payload}`. `seq` grows by one for each event that the server publishes,
///   whoever receives it; it starts anew with each epoch, that is with each new server object.
/// - A request may carry `"rpc":{"timeout_ms":n,"key":"k","epoch":"e","traceparent":"t"}`, each
///   member optional: the server does not start it after that time; a call of a method that runs
///   once for each key runs if the key is new, and is refused with -32009 in another epoch than
///   `e`; the trace is that of W3C Trace Context, and passed over if it is none.
/// - Methods that begin with `rpc.` belong to the protocol; their messages are described in
///   <gatewire/protocol/extensions.hpp>. A peer needs none of them to call methods.
namespace rpc::inline v1::wire {

inline constexpr std::size_t frame_header_size = 4;

/// Writes the header of a frame whose body has `size` bytes.
inline void write_frame_header(char* header, std::size_t size) noexcept {
    header[0] = static_cast<char>((size >> 24) & 0xff);
    header[1] = static_cast<char>((size >> 16) & 0xff);
    header[2] = static_cast<char>((size >> 8) & 0xff);
    header[3] = static_cast<char>(size & 0xff);
}

/// Reads the body's length out of a frame's header.
inline std::size_t read_frame_header(const char* header) noexcept {
    const auto byte = [header](int at) {
        return std::size_t{static_cast<unsigned char>(header[at])};
    };
    return byte(0) << 24 | byte(1) << 16 | byte(2) << 8 | byte(3);
}

/// How other protocols begin, and their names.
struct first_words {
    std::string_view text;
    std::string_view protocol;
};

inline constexpr std::array<first_words, 19> other_protocols{{
    {"HTTP", "HTTP"},
    {"GET ", "HTTP"},
    {"POST", "HTTP"},
    {"PUT ", "HTTP"},
    {"HEAD", "HTTP"},
    {"DELE", "HTTP"},
    {"OPTI", "HTTP"},
    {"PATC", "HTTP"},
    {"PRI ", "HTTP/2"},
    {"<!DO", "HTTP"},
    {"<htm", "HTTP"},
    {"SSH-", "SSH"},
    {"\x16\x03", "TLS"},
    {"\x15\x03", "TLS"},
    {"INFO", "NATS"},
    {"-ERR", "Redis"},
    {"220 ", "FTP or SMTP"},
    {"8=FI", "FIX"},
    {"{\"", "JSON without lengths"},
}};

/// The protocol whose first words a frame's header is; empty if it is none that is known.
inline std::string_view other_protocol(std::size_t size) noexcept {
    std::array<char, frame_header_size> header{};
    write_frame_header(header.data(), size);
    const std::string_view words(header.data(), header.size());
    const auto found = std::find_if(
        other_protocols.begin(), other_protocols.end(),
        [&](const first_words& one) { return words.substr(0, one.text.size()) == one.text; });
    return found == other_protocols.end() ? std::string_view() : found->protocol;
}

/// Leaves room for a header at the end of `out` and returns where the frame begins.
inline std::size_t begin_frame(buffer& out) {
    const std::size_t begin = out.size();
    out.prepare(frame_header_size);
    out.commit(frame_header_size);
    return begin;
}

/// Fills in the header of the frame that began at `begin` and ends with `out`.
inline void end_frame(buffer& out, std::size_t begin) noexcept {
    write_frame_header(out.data() + begin, out.size() - begin - frame_header_size);
}

/// Cuts the bytes of a connection into frames.
///
/// Bytes go into the room that `prepare` gives; `next` then hands out the bodies in place. Nothing
/// is allocated on the word of a peer beyond what arrived, save one frame within the limit.
class frame_reader {
public:
    explicit frame_reader(std::size_t frame_size_max) : frame_size_max_(frame_size_max) {}

    /// Room for what comes next, at least `room` bytes. An unfinished frame gets the room that its
    /// header asks for, but in steps: a length is believed only as far as bytes have followed it.
    char* prepare(std::size_t room) {
        return bytes_.prepare((std::max)(room, (std::min)(missing(), room_step)));
    }
    std::size_t room() const noexcept { return bytes_.capacity() - bytes_.size(); }
    void commit(std::size_t received) noexcept {
        bytes_.commit(received);
        received_ += received;
    }

    /// All bytes that ever came.
    std::uint64_t received() const noexcept { return received_; }

    /// From here on frames up to this size are taken.
    void allow(std::size_t frame_size_max) noexcept { frame_size_max_ = frame_size_max; }

    /// The body of the next whole frame, or nothing yet. The view lives until `take` or `compact`.
    std::optional<std::string_view> next() noexcept {
        if (too_large_ || bytes_.size() - begin_ < frame_header_size) {
            return std::nullopt;
        }
        const std::size_t size = read_frame_header(bytes_.data() + begin_);
        if (size > frame_size_max_) {
            too_large_ = true;
            return std::nullopt;
        }
        if (bytes_.size() - begin_ - frame_header_size < size) {
            return std::nullopt;
        }
        const std::string_view body{bytes_.data() + begin_ + frame_header_size, size};
        begin_ += frame_header_size + size;
        return body;
    }

    /// Whether a length over the limit was met; no frame follows it.
    bool is_too_large() const noexcept { return too_large_; }

    /// The length that was refused.
    std::size_t refused_size() const noexcept { return read_frame_header(bytes_.data() + begin_); }

    /// The same as a sentence. A length that reads as text is most often another protocol's first
    /// words.
    GATEWIRE_COLD std::string refusal() const {
        const std::string_view known = other_protocol(refused_size());
        return "a frame of " + std::to_string(refused_size()) + " bytes is over the limit of " +
               std::to_string(frame_size_max_) +
               (!known.empty()                ? "; the peer speaks " + std::string(known)
                : refused_size() > 0x20000000 ? "; the peer may speak another protocol"
                                              : "");
    }

    /// Whether bytes of an unfinished frame wait for the rest.
    bool is_partial() const noexcept { return bytes_.size() != begin_; }

    /// How many bytes the unfinished frame still lacks, as far as its header tells.
    std::size_t missing() const noexcept {
        const std::size_t have = bytes_.size() - begin_;
        if (too_large_ || have < frame_header_size) {
            return 0;
        }
        const std::size_t whole = frame_header_size + read_frame_header(bytes_.data() + begin_);
        return whole > have ? whole - have : 0;
    }

    /// Hands over the bytes that the views of `next` point into and goes on with `spare`, which
    /// takes over the unfinished frame.
    buffer take(buffer spare) {
        hand_over(spare);
        return spare;
    }

    /// The same in place.
    void hand_over(buffer& spare) {
        spare.clear();
        spare.append(bytes_.view().substr(begin_));
        begin_ = 0;
        bytes_.swap(spare);
    }

    /// Forgets the frames that were handed out. Views of them end here.
    void compact() noexcept {
        bytes_.consume(begin_);
        begin_ = 0;
    }

    /// Frees the room, if nothing stands in it.
    void shrink() noexcept { bytes_.shrink(); }

    /// Forgets the bytes and their room: no more are read. Views of them end here.
    void drop() noexcept {
        bytes_ = buffer{};
        begin_ = 0;
    }

private:
    static constexpr std::size_t room_step = std::size_t{1} << 20;

    buffer bytes_;
    std::size_t begin_ = 0;
    std::size_t frame_size_max_;
    std::uint64_t received_ = 0;
    bool too_large_ = false;
};

}  // namespace rpc::inline v1::wire

#endif  // GATEWIRE_WIRE_FRAME_HPP
