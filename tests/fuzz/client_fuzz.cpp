// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: a client takes whatever a server says, before and after it was welcomed. Method: the bytes
// of a connection, whole and in two pieces, which must lead to the same.

#include "../wire_cases/peers.hpp"
#include "target.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string bytes = fuzz::stream_of(fuzz::text_of(data, size));
    const std::string_view all = bytes;
    for (const bool is_ready : {false, true}) {
        wire_cases::client_peer whole(is_ready);
        whole.receive(all);
        wire_cases::client_peer halves(is_ready);
        halves.receive(all.substr(0, all.size() / 2));
        halves.receive(all.substr(all.size() / 2));
        fuzz::demand(whole.heard() == halves.heard(), "pieces lead to the same");
    }
    return 0;
}
