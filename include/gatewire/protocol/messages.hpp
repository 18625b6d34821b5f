// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_PROTOCOL_MESSAGES_HPP
#define GATEWIRE_PROTOCOL_MESSAGES_HPP

#include <gatewire/detail/linkage.hpp>
#include <gatewire/json/fast_message.hpp>
#include <gatewire/json/message.hpp>
#include <gatewire/json/read.hpp>
#include <gatewire/json/write.hpp>
#include <gatewire/wire/buffer.hpp>
#include <gatewire/wire/frame.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Writes the messages of JSON-RPC 2.0, sections 4 and 5, and takes them apart. Events are
/// notifications whose params are `{"seq":n,"data":payload}`.
namespace rpc::inline v1::protocol {

/// An error response up to its data. Text that is not UTF-8 is mended, so that it can always be
/// sent.
/// @param id  The request's id as it was written; empty when it is not known, so `null`.
inline void begin_error(wire::buffer& out, std::string_view id, int code,
                        std::string_view message) {
    out.append(R"({"jsonrpc":"2.0","id":)");
    out.append(id.empty() ? std::string_view("null") : id);
    out.append(R"(,"error":{"code":)");
    codec::write_integer(out, code);
    out.append(R"(,"message":)");
    codec::write_text_lossy(out, message);
}

/// A whole error response.
inline void write_error(wire::buffer& out, std::string_view id, int code,
                        std::string_view message) {
    begin_error(out, id, code, message);
    out.append("}}");
}

/// The same with data, which is left out when `null`. When it has no JSON form, a text in its place
/// says so.
inline void write_error(wire::buffer& out, std::string_view id, int code, std::string_view message,
                        const nlohmann::json& data) {
    begin_error(out, id, code, message);
    if (!data.is_null()) {
        const std::size_t before = out.size();
        out.append(R"(,"data":)");
        codec::write_error failure;
        if (!codec::write(out, data, failure)) {
            out.truncate(before);
            out.append(R"(,"data":)");
            codec::write_text_lossy(out, failure.text("the error's data cannot be sent: data"));
        }
    }
    out.append("}}");
}

/// The code and the message of an error object.
struct error_text {
    int code = 0;
    std::string message;
};

/// Reads an error object as it was written; one that cannot be read has a message that says so.
GATEWIRE_COLD inline error_text read_error_text(std::string_view text) {
    error_text result;
    codec::read_error problem;
    if (!codec::read_text(text, result, problem)) {
        result.message = problem.text("error");
    }
    return result;
}

/// The number that an id of this library's calls is; none if it is somebody else's.
inline std::optional<std::uint64_t> number_of(std::string_view id) {
    std::uint64_t number = 0;
    codec::read_error unused;
    return codec::read_text(id, number, unused) ? std::optional(number) : std::nullopt;
}

/// A request of the protocol's own up to its params.
GATEWIRE_COLD inline void begin_own_request(wire::buffer& out, std::string_view method) {
    out.append(R"({"jsonrpc":"2.0","method":")");
    out.append(method);
    out.append(R"(","params":)");
}
GATEWIRE_COLD inline void end_own_request(wire::buffer& out, std::string_view id) {
    if (!id.empty()) {
        out.append(R"(,"id":)");
        out.append(id);
    }
    out.append('}');
}

/// A whole request of the protocol's own; a notification if `id` is empty.
template <class Params>
void write_own_request(wire::buffer& out, std::string_view method, std::string_view id,
                       const Params& params) {
    begin_own_request(out, method);
    codec::write_error unused;
    codec::write(out, params, unused);  // A type of the library's, whose texts are UTF-8.
    end_own_request(out, id);
}

/// What the frames of an event begin with, up to its number.
inline std::string event_head(std::string_view name) {
    wire::buffer out;
    out.append(R"({"jsonrpc":"2.0","method":)");
    codec::write_text_lossy(out, name);
    out.append(R"(,"params":{"seq":)");
    return std::string(out.view());
}

/// Writes the frame of an event, whose `event_head` is given, at the end of `out`.
inline void write_event_frame(wire::buffer& out, std::string_view head, std::uint64_t number,
                              std::string_view data) {
    constexpr std::size_t others_max = 64;  // the number, what stands around it, and the slack
    const std::size_t begin = wire::begin_frame(out);
    char* at = out.prepare(head.size() + data.size() + others_max);
    at = std::copy(head.begin(), head.end(), at);
    at = codec::put_literal(codec::put_integer(at, number), R"(,"data":)");
    at = std::copy(data.begin(), data.end(), at);
    out.commit_to(codec::put_literal(at, "}}"));
    wire::end_frame(out, begin);
}

inline void write_event(wire::buffer& out, std::string_view name, std::uint64_t number,
                        std::string_view data) {
    write_event_frame(out, event_head(name), number, data);
}

/// Takes the params of an event apart; `data` is not looked into.
/// @return Whether both members are there.
inline bool read_event(std::string_view params, std::uint64_t& number, std::string_view& data) {
    codec::strict_reader in(params);
    const codec::name_stack::mark names = in.names().open();
    bool first = true;
    std::optional<std::uint64_t> seq;
    std::string_view raw;
    std::string_view name;
    if (!in.enter_object()) {
        return false;
    }
    for (;;) {
        const codec::step next = in.next_member(first, name);
        if (next != codec::step::item) {
            break;
        }
        in.add_name(name);
        bool good = false;
        if (name == "seq") {
            good = codec::read(in, seq.emplace());
        } else if (name == "data") {
            good = codec::fast_skip_raw(in, raw);
        } else {
            good = codec::strict_skip(in);
        }
        if (!good) {
            return false;
        }
    }
    if (in.failed() || !in.close_names(names) || !seq || raw.empty()) {
        return false;
    }
    number = *seq;
    data = raw;
    return true;
}

/// Takes a whole event apart that has the very form in which `write_event` writes it.
/// @return false if it has another form, which need not be wrong.
inline bool read_plain_event(std::string_view text, std::string_view& name, std::uint64_t& number,
                             std::string_view& data) noexcept {
    codec::fast_cursor in(text);
    return in.take(R"({"jsonrpc":"2.0","method":")") && in.take_name(name) &&
           in.take(R"(,"params":{"seq":)") && in.take_number(number) && in.take(R"(,"data":)") &&
           (in.take_container_before(2, data) || in.take_value(data)) && in.take("}}") &&
           in.is_at_end();
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

}  // namespace rpc::inline v1::protocol

#endif  // GATEWIRE_PROTOCOL_MESSAGES_HPP
