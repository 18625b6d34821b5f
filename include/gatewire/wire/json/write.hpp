// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_WIRE_JSON_WRITE_HPP
#define GATEWIRE_WIRE_JSON_WRITE_HPP

#include <gatewire/json/write.hpp>  // IWYU pragma: export

#endif  // GATEWIRE_WIRE_JSON_WRITE_HPP
