// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_CLI_CALL_LOG_HPP
#define GATEWIRE_CLI_CALL_LOG_HPP

#include "recording.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

namespace cli {

/// Finds calls, answers and events in the frames of one connection.
class call_log {
public:
    /// @param keyed  Whether each event of the server has keys.
    call_log(std::size_t connection, recorder& out, const std::map<std::string, bool>& keyed)
        : connection_(connection), out_(out), keyed_(keyed) {}

    void to_server(std::string_view frame);
    void to_client(std::string_view frame);
    /// Writes the calls that were not answered.
    void end();

private:
    struct open_call {
        double at;
        json entry;
    };

    void request(const json& message);
    void answer(const json& message);
    void event(const json& message);
    json entry_of(const json& message, const char* kind) const;

    std::size_t connection_;
    recorder& out_;
    const std::map<std::string, bool>& keyed_;
    std::map<std::string, open_call> open_;  // by their ids as text
};

}  // namespace cli

#endif  // GATEWIRE_CLI_CALL_LOG_HPP
