// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TESTS_WIRE_CASES_PEERS_HPP
#define TESTS_WIRE_CASES_PEERS_HPP

#include "../unit/protocol/client_rig.hpp"
#include "../unit/protocol/server_rig.hpp"

#include <gatewire/json/strict_reader.hpp>
#include <gatewire/wire/frame.hpp>

#include <nlohmann/json.hpp>

#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Both ends of the protocol, fed with raw bytes, as the links feed them.
namespace wire_cases {

/// Puts bytes into a reader and hands each whole frame to `take`.
template <class Take>
void feed(rpc::wire::frame_reader& reader, std::string_view bytes, bool& is_closed, Take&& take) {
    if (is_closed || bytes.empty()) {
        return;
    }
    std::memcpy(reader.prepare(bytes.size()), bytes.data(), bytes.size());
    reader.commit(bytes.size());
    while (!is_closed) {
        const auto body = reader.next();
        if (!body) {
            break;
        }
        take(*body);
    }
    reader.compact();
    is_closed = is_closed || reader.is_too_large();
}

/// A server that runs each call at once: what it says is put together as one text.
class server_peer {
public:
    void receive(std::string_view bytes) {
        feed(reader_, bytes, is_closed_, [this](std::string_view body) { receive_body(body); });
    }

    /// `3` for a result, `-32700` for an error, `[...]` for a batch, `x` for the end.
    std::string said() const { return is_closed_ ? said_ + (said_.empty() ? "x" : " x") : said_; }
    bool is_closed() const { return is_closed_; }
    bool is_waiting() const { return reader_.is_partial(); }
    std::size_t frames() const { return frames_; }
    std::size_t calls_in_flight() const { return rig_.connection.in_flight(); }
    bool is_well_spoken() const { return is_well_spoken_; }

private:
    void receive_body(std::string_view body) {
        ++frames_;
        rig_.receive(body);
        for (const test::protocol::call& call : std::exchange(rig_.outcome.calls, {})) {
            run(call);
        }
        for (const auto& change : std::exchange(rig_.outcome.changes, {})) {
            rig_.connection.finish_change(change, 41, rig_.outcome.responses);
        }
        rig_.outcome.cancels.clear();
        for (const std::string& answer : rig_.answers()) {
            said_ += (said_.empty() ? "" : " ") + meaning(answer);
        }
        is_closed_ = rig_.outcome.close.has_value();
    }

    /// Params are the engine's to judge, as its typed reader does.
    void run(const test::protocol::call& call) {
        rpc::codec::read_error failure;
        const bool is_good = call.params.empty() || rpc::codec::validate(call.params, failure);
        if (is_good && (call.params.empty() || call.params[0] == '[' || call.params[0] == '{')) {
            rig_.finish(call, "3");
            return;
        }
        const bool is_json = is_good || failure.kind == rpc::codec::read_failure::value;
        rpc::wire::buffer part;
        test::protocol::write_error(part, is_json ? call.id : std::string_view(),
                                    is_json ? -32602 : -32700, "not taken");
        rig_.finish_with(call, part.view());
    }

    std::string meaning(const std::string& text) {
        const nlohmann::json answer = nlohmann::json::parse(text, nullptr, false);
        if (!answer.is_array()) {
            return meaning_of_one(answer);
        }
        std::string all;
        for (const nlohmann::json& one : answer) {
            all += (all.empty() ? "[" : " ") + meaning_of_one(one);
        }
        return all + "]";
    }

    std::string meaning_of_one(const nlohmann::json& answer) {
        if (!answer.is_object() || answer.value("jsonrpc", "") != "2.0" || !answer.contains("id") ||
            answer.contains("result") == answer.contains("error")) {
            is_well_spoken_ = false;
            return "?";
        }
        return answer.contains("error") ? std::to_string(answer["error"].value("code", 0)) : "3";
    }

    test::server_rig rig_;
    rpc::wire::frame_reader reader_{rpc::server_limits{}.frame_size_max};
    std::string said_;
    std::size_t frames_ = 0;
    bool is_closed_ = false;
    bool is_well_spoken_ = true;
};

/// A client that takes whatever a server says, before or after it was welcomed.
class client_peer {
public:
    explicit client_peer(bool is_ready) {
        if (is_ready) {
            rig_.become_ready();
        }
        rig_.sent();
    }

    void receive(std::string_view bytes) {
        feed(reader_, bytes, is_closed_, [this](std::string_view body) {
            ++frames_;
            rig_.receive(body);
            is_closed_ = rig_.outcome.close.has_value();
        });
        for (const auto& one : std::exchange(rig_.outcome.deliveries, {})) {
            if (one.is_of_call() || one.what == test::protocol::delivery::kind::event) {
                heard_ += (heard_.empty() ? "" : " ") + text_of(one);
            }
        }
    }

    /// `r7` for a result of call 7, `e7` for its error, `v0` for event 0, `x` for the end.
    std::string heard() const {
        return is_closed_ ? heard_ + (heard_.empty() ? "x" : " x") : heard_;
    }
    bool is_closed() const { return is_closed_; }
    bool is_waiting() const { return reader_.is_partial(); }
    std::size_t frames() const { return frames_; }

private:
    static std::string text_of(const test::protocol::delivery& one) {
        using kind = test::protocol::delivery::kind;
        const char mark = one.what == kind::result ? 'r' : one.what == kind::error ? 'e' : 'v';
        return mark + std::to_string(one.number);
    }

    test::client_rig rig_;
    rpc::wire::frame_reader reader_{std::size_t{16} << 20};
    std::string heard_;
    std::size_t frames_ = 0;
    bool is_closed_ = false;
};

}  // namespace wire_cases

#endif  // TESTS_WIRE_CASES_PEERS_HPP
