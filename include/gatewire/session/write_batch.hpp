// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_HELD_BACK_HPP
#define GATEWIRE_SESSION_HELD_BACK_HPP

namespace rpc::inline v1::session {

/// Something else that is held back together with a cork's writes, and is let go before them.
class held_back {
public:
    virtual ~held_back() = default;
    virtual void let_go() noexcept = 0;
};

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_HELD_BACK_HPP
