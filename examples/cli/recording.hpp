// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_CLI_RECORDING_HPP
#define GATEWIRE_CLI_RECORDING_HPP

#include "terminal.hpp"

#include <chrono>
#include <fstream>
#include <iosfwd>
#include <mutex>
#include <string>
#include <vector>

namespace cli {

/// A file of JSON lines: first `{"recording": 1, "address": …, "started": …}`, then what happened,
/// each with `at`, the seconds since then:
///
///     {"at": 0.25, "event": "tick", "key": "rb2405", "data": {…}}
///     {"at": 0.31, "connection": 1, "call": "add", "params": [1, 2], "result": 3, "took": 0.0004}
///     {"at": 0.32, "connection": 1, "call": "add", "params": [1], "error": {…}, "took": 0.0003}
///     {"at": 0.33, "connection": 1, "notify": "add", "params": [1, 2]}
///     {"at": 0.34, "gap": {"from": 5, "to": 9, "reason": …}}
///
/// A call without `result` and `error` was never answered.
class recorder {
public:
    /// @param file  Its name, or `-` for the output.
    /// @throws failure  It cannot be written.
    recorder(const std::string& file, const std::string& address);

    /// Seconds since the beginning, to the microsecond.
    double now() const;

    /// From any thread. `entry` gets `at` in front.
    void write(double at, const json& entry);

    std::size_t count() const;

private:
    mutable std::mutex mutex_;
    std::ofstream file_;
    std::ostream* out_;
    std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
    std::size_t count_ = 0;
};

/// The lines of a recording but the first, in the order of their times.
/// @throws failure  It is no recording; the text names the line.
std::vector<json> read_recording(const std::string& file);

}  // namespace cli

#endif  // GATEWIRE_CLI_RECORDING_HPP
