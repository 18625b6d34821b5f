// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_CLI_SETTINGS_HPP
#define GATEWIRE_CLI_SETTINGS_HPP

#include <chrono>
#include <string>

namespace cli {

/// What all commands share.
struct settings {
    std::string address = "tcp://127.0.0.1:2014";
    std::string token;
    std::string tls_ca;
    std::string tls_certificate;
    std::string tls_key;
    std::string tls_name;
    std::chrono::milliseconds timeout{10'000};
    bool waits = false;  ///< For a server that is not there yet.
};

/// `10s`, `200ms`, `2m`, `1h`; a number alone is seconds.
/// @throws failure  It is none of these.
std::chrono::milliseconds read_duration(const std::string& text);

}  // namespace cli

#endif  // GATEWIRE_CLI_SETTINGS_HPP
