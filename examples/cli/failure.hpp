// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_CLI_FAILURE_HPP
#define GATEWIRE_CLI_FAILURE_HPP

#include <gatewire/error.hpp>

#include <stdexcept>
#include <string>

namespace cli {

/// What scripts can tell the end of a command by.
enum class exit_code : int {
    ok = 0,
    call_failed = 1,    ///< The server answered with an error.
    usage = 2,          ///< The command line, or an argument of a call, is wrong.
    not_connected = 3,  ///< There was no connection, or it ended.
    timed_out = 4,
    different = 5  ///< Events were missed, or answers differ.
};

/// Ends a command.
struct failure : std::runtime_error {
    failure(exit_code which, const std::string& text) : std::runtime_error(text), code(which) {}
    exit_code code;
};

/// Ends a command because of what was asked for.
inline failure usage(const std::string& text) {
    return {exit_code::usage, text};
}

exit_code code_of(const rpc::error& why);

/// What a person reads: the code's name, the peer's number, the words, and what the call may have
/// done if that is not plain.
std::string text_of(const rpc::error& why);

}  // namespace cli

#endif  // GATEWIRE_CLI_FAILURE_HPP
