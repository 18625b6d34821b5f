// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Both forms of the library in one translation unit: some separate headers, the single header
// (its folder comes first on the include path), then all separate headers.
#include <gatewire/error.hpp>
#include <gatewire/table.hpp>

#include <gatewire/rpc.hpp>

#include "../../../include/gatewire/rpc.hpp"
#include "../consumer.cpp"
