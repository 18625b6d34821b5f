// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_JSON_TEXT_HPP
#define GATEWIRE_JSON_TEXT_HPP

#include <string>

namespace rpc::inline v1 {

/// A whole JSON value as it is written: what `rpc::dynamic_client` sends or receives to the letter,
/// with the order of members and the digits of numbers. `nlohmann::json` sorts members.
struct json_text {
    std::string text = "null";  ///< One JSON value in UTF-8.
};

}  // namespace rpc::inline v1

#endif  // GATEWIRE_JSON_TEXT_HPP
