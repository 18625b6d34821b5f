// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "call_log.hpp"

#include "live_table.hpp"

#include <cmath>

namespace cli {

namespace {

/// Calls `use` with each message of a frame that is JSON.
template <class Use>
void each_message(std::string_view frame, Use&& use) {
    const json content = json::parse(frame, nullptr, false);
    if (content.is_array()) {
        for (const json& message : content) {
            use(message);
        }
    } else {
        use(content);
    }
}

}  // namespace

void call_log::to_server(std::string_view frame) {
    each_message(frame, [this](const json& message) {
        const bool is_request = message.is_object() && message.value("method", json()).is_string();
        if (is_request && !message["method"].get<std::string>().starts_with("rpc.")) {
            request(message);
        }
    });
}

void call_log::to_client(std::string_view frame) {
    each_message(frame, [this](const json& message) {
        if (!message.is_object()) {
            return;
        }
        message.contains("method") ? event(message) : answer(message);
    });
}

void call_log::end() {
    for (const auto& [id, call] : open_) {
        out_.write(call.at, call.entry);
    }
    open_.clear();
}

json call_log::entry_of(const json& message, const char* kind) const {
    json entry;
    entry["connection"] = connection_;
    entry[kind] = message["method"];
    entry["params"] = message.value("params", json::array());
    const json extras = message.value("rpc", json::object());
    if (extras.is_object() && extras.contains("key")) {
        entry["key"] = extras["key"];
    }
    return entry;
}

void call_log::request(const json& message) {
    if (message.contains("id")) {
        open_[compact(message["id"])] = {out_.now(), entry_of(message, "call")};
    } else {
        out_.write(out_.now(), entry_of(message, "notify"));
    }
}

void call_log::answer(const json& message) {
    const auto found = open_.find(compact(message.value("id", json())));
    if (found == open_.end()) {
        return;
    }
    json entry = std::move(found->second.entry);
    for (const char* const part : {"result", "error"}) {
        if (message.contains(part)) {
            entry[part] = message[part];
        }
    }
    entry["took"] = std::round((out_.now() - found->second.at) * 1e6) / 1e6;
    out_.write(found->second.at, entry);
    open_.erase(found);
}

void call_log::event(const json& message) {
    const json params = message.value("params", json::object());
    const std::string name =
        message["method"].is_string() ? message["method"].get<std::string>() : "";
    if (name.starts_with("rpc.") || !params.is_object() || !params.contains("data")) {
        return;
    }
    json entry;
    entry["connection"] = connection_;
    entry["event"] = name;
    const auto found = keyed_.find(name);
    const bool is_keyed = found != keyed_.end() && found->second;
    entry["key"] = is_keyed ? json(key_of(params["data"], {})) : json();
    entry["data"] = params["data"];
    out_.write(out_.now(), entry);
}

}  // namespace cli
