// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: a server answers or closes, whatever comes. Method: the bytes of a connection, whole and in
// two pieces, which must lead to the same.

#include "../wire_cases/peers.hpp"
#include "target.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string bytes = fuzz::stream_of(fuzz::text_of(data, size));
    const std::string_view all = bytes;
    wire_cases::server_peer whole;
    whole.receive(all);
    fuzz::demand(whole.is_well_spoken(), "every answer is one of JSON-RPC 2.0");
    fuzz::demand(whole.calls_in_flight() == 0, "every call ended");
    wire_cases::server_peer halves;
    halves.receive(all.substr(0, all.size() / 2));
    halves.receive(all.substr(all.size() / 2));
    fuzz::demand(whole.said() == halves.said(), "pieces lead to the same answers");
    return 0;
}
