// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_TRACEPARENT_HPP
#define GATEWIRE_TRACEPARENT_HPP

#include <string>

namespace rpc::inline v1 {

/// The trace that a call belongs to, as W3C Trace Context writes it; stands before the arguments:
/// `client.call<"add">(rpc::traceparent{"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"},
/// 1, 2)`. It travels with the call, `caller::traceparent` and observers see it there.
struct traceparent {
    std::string text;  ///< 55 to 128 characters from `0-9a-f-`; else the call is not sent.
};

}  // namespace rpc::inline v1

#endif  // GATEWIRE_TRACEPARENT_HPP
