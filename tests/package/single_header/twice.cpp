// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// The single header, found by its place and by its name, in one translation unit.
#include "../../../single_include/gatewire/rpc.hpp"

#include "../consumer.cpp"
