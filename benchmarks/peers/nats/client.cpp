// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "../peer.hpp"
#include "connection.hpp"

#include <atomic>
#include <string>

namespace {

std::atomic<std::size_t> counted{0};

void call(natsConnection* link, const std::string& request, bench::meter& results) {
    for (results.begin(); !results.is_over(); results.lap()) {
        natsMsg* answer = nullptr;
        if (natsConnection_Request(&answer, link, "call", request.data(),
                                   static_cast<int>(request.size()), 10'000) != NATS_OK) {
            bench::fail("a call failed");
        }
        natsMsg_Destroy(answer);
    }
}

void send_call(natsConnection* link) {
    static const std::string request = bench::order_frame();
    natsConnection_PublishRequest(link, "call", "answers", request.data(),
                                  static_cast<int>(request.size()));
}

void on_answer(natsConnection* link, natsSubscription*, natsMsg* message, void*) {
    natsMsg_Destroy(message);
    ++counted;
    send_call(link);
}

void on_tick(natsConnection*, natsSubscription*, natsMsg* message, void*) {
    natsMsg_Destroy(message);
    ++counted;
}

void subscribe(natsConnection* link, const char* subject, natsMsgHandler handler) {
    natsSubscription* subscription = nullptr;
    natsConnection_Subscribe(&subscription, link, subject, handler, nullptr);
    natsSubscription_SetPendingLimits(subscription, -1, -1);
    natsConnection_Flush(link);
}

}  // namespace

int main(int argc, char** argv) {
    const bench::task what(argc, argv);
    bench::meter results(what);
    const std::string port = std::to_string(what.port);
    natsConnection* const link = bench::connect_nats(port, what.workload == "sequential");
    if (what.workload == "pipelined") {
        subscribe(link, "answers", on_answer);
        for (std::size_t lane = 0; lane < what.count; ++lane) {
            send_call(link);
        }
        bench::measure(results, counted);
    } else if (what.workload == "events") {
        for (std::size_t number = 0; number < what.count; ++number) {
            subscribe(bench::connect_nats(port, false), "tick", on_tick);
        }
        natsConnection_PublishString(link, "start", "");
        bench::measure(results, counted);
    } else {
        call(link, what.workload == "history" ? bench::history_frame() : bench::order_frame(),
             results);
    }
    results.report("nats");
    bench::end_now();
}
