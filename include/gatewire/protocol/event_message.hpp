// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_PROTOCOL_EVENT_MESSAGE_HPP
#define GATEWIRE_PROTOCOL_EVENT_MESSAGE_HPP

#include <gatewire/json/plain_message.hpp>
#include <gatewire/json/read.hpp>
#include <gatewire/json/write.hpp>
#include <gatewire/wire/buffer.hpp>
#include <gatewire/wire/frame.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

/// Events as they travel: notifications whose params are `{"seq":n,"data":payload}`.
namespace rpc::inline v1::protocol {

/// Writes the frame of an event at the end of `out`.
inline void write_event(wire::buffer& out, std::string_view name, std::uint64_t number,
                        std::string_view data) {
    const std::size_t begin = wire::begin_frame(out);
    out.append(R"({"jsonrpc":"2.0","method":)");
    codec::write_text_lossy(out, name);
    out.append(R"(,"params":{"seq":)");
    codec::write_integer(out, number);
    out.append(R"(,"data":)");
    out.append(data);
    out.append("}}");
    wire::end_frame(out, begin);
}

/// Takes the params of an event apart; `data` is not looked into.
/// @return Whether both members are there.
inline bool read_event(std::string_view params, std::uint64_t& number, std::string_view& data) {
    codec::reader in(params);
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
            good = codec::skip_raw_unchecked(in, raw);
        } else {
            good = codec::skip(in);
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
    codec::plain_cursor in(text);
    return in.take(R"({"jsonrpc":"2.0","method":")") && in.take_name(name) &&
           in.take(R"(,"params":{"seq":)") && in.take_number(number) && in.take(R"(,"data":)") &&
           (in.take_container_before(2, data) || in.take_value(data)) && in.take("}}") &&
           in.is_at_end();
}

}  // namespace rpc::inline v1::protocol

#endif  // GATEWIRE_PROTOCOL_EVENT_MESSAGE_HPP
