// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_VERSION_HPP
#define GATEWIRE_VERSION_HPP

#include <string_view>

// The only place that states the version: CMake and the single header's banner read these lines.
#define GATEWIRE_VERSION_MAJOR 0
#define GATEWIRE_VERSION_MINOR 1
#define GATEWIRE_VERSION_PATCH 0

/// One number to compare in `#if`: 10203 is version 1.2.3.
#define GATEWIRE_VERSION \
    (GATEWIRE_VERSION_MAJOR * 10000 + GATEWIRE_VERSION_MINOR * 100 + GATEWIRE_VERSION_PATCH)

// Two steps, so that the arguments are replaced by their numbers before they become text.
#define GATEWIRE_VERSION_QUOTE(major, minor, patch) #major "." #minor "." #patch
#define GATEWIRE_VERSION_TEXT(major, minor, patch) GATEWIRE_VERSION_QUOTE(major, minor, patch)

namespace rpc::inline v1 {

/// The version of the library as text, for logs and reports.
inline constexpr std::string_view version =
    GATEWIRE_VERSION_TEXT(GATEWIRE_VERSION_MAJOR, GATEWIRE_VERSION_MINOR, GATEWIRE_VERSION_PATCH);

}  // namespace rpc::inline v1

#undef GATEWIRE_VERSION_TEXT
#undef GATEWIRE_VERSION_QUOTE

#endif  // GATEWIRE_VERSION_HPP
