// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_WIRE_JSON_READ_HPP
#define GATEWIRE_WIRE_JSON_READ_HPP

#include <gatewire/json/read.hpp>  // IWYU pragma: export

#endif  // GATEWIRE_WIRE_JSON_READ_HPP
