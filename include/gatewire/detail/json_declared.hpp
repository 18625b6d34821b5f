// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_DETAIL_JSON_DECLARED_HPP
#define GATEWIRE_DETAIL_JSON_DECLARED_HPP

// Declares nlohmann::json. Some projects have nlohmann's one header without the one that declares:
// they get all of it.
#if __has_include(<nlohmann/json_fwd.hpp>)
#include <nlohmann/json_fwd.hpp>  // IWYU pragma: export
#else
#include <nlohmann/json.hpp>  // IWYU pragma: export
#endif

#endif  // GATEWIRE_DETAIL_JSON_DECLARED_HPP
