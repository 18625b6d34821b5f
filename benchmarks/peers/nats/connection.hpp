// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef BENCH_CONNECTION_HPP
#define BENCH_CONNECTION_HPP

#include "../peer.hpp"

#include <nats/nats.h>

#include <chrono>
#include <string>
#include <thread>

namespace bench {

/// Connects as soon as the broker is there.
/// @param at_once  Sends each message at once: by default the library waits a millisecond.
inline natsConnection* connect_nats(const std::string& port, bool at_once) {
    natsOptions* options = nullptr;
    natsConnection* link = nullptr;
    natsOptions_Create(&options);
    natsOptions_SetURL(options, ("nats://127.0.0.1:" + port).c_str());
    natsOptions_SetSendAsap(options, at_once);
    for (int tries = 0; natsConnection_Connect(&link, options) != NATS_OK; ++tries) {
        if (tries == 500) {
            fail("the broker does not answer");
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return link;
}

}  // namespace bench

#endif  // BENCH_CONNECTION_HPP
