// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_ANSWER_BUFFERS_HPP
#define GATEWIRE_SESSION_ANSWER_BUFFERS_HPP

#include <gatewire/wire/buffer.hpp>

#include <cstdint>
#include <vector>

namespace rpc::inline v1::session {

/// Frames of answers, and the slots of the calls that they end.
struct answer_buffers {
    wire::buffer frames;
    std::vector<std::uint32_t> answered;
};

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_ANSWER_BUFFERS_HPP
