// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "failure.hpp"

#include <nlohmann/json.hpp>

namespace cli {

exit_code code_of(const rpc::error& why) {
    switch (static_cast<rpc::errc>(why.code().value())) {
        case rpc::errc::invalid_address:
        case rpc::errc::invalid_certificate:
        case rpc::errc::invalid_value: return exit_code::usage;
        case rpc::errc::not_connected:
        case rpc::errc::connection_lost:
        case rpc::errc::connection_refused:
        case rpc::errc::protocol_violation:
        case rpc::errc::peer_silent:
        case rpc::errc::peer_stuck: return exit_code::not_connected;
        case rpc::errc::deadline_exceeded: return exit_code::timed_out;
        default: return exit_code::call_failed;
    }
}

std::string text_of(const rpc::error& why) {
    const auto code = static_cast<rpc::errc>(why.code().value());
    std::string text(rpc::to_string(code));
    text += " (" + std::to_string(why.peer_code());
    if (why.outcome() != rpc::outcome::failed) {
        text += ", " + std::string(rpc::to_string(why.outcome()));
    }
    text += "): " + why.message();
    if (!why.data().is_null()) {
        text += " " + why.data().dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    }
    return text;
}

}  // namespace cli
