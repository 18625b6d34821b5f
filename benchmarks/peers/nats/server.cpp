// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// NATS as it is: a broker between the two, messages of the same bytes, no codec. The broker is
// started here and ends with this process.

#include "../peer.hpp"
#include "connection.hpp"

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>

#include <sys/prctl.h>
#include <unistd.h>

#include <csignal>
#include <semaphore>
#include <string>

namespace {

std::string answer_text;
std::binary_semaphore is_wanted{0};

/// A port that was free a moment ago.
std::string free_port() {
    asio::io_context loop;
    const asio::ip::tcp::acceptor acceptor(
        loop, asio::ip::tcp::endpoint(asio::ip::address_v4::loopback(), 0));
    return std::to_string(acceptor.local_endpoint().port());
}

void start_broker(const std::string& port) {
    if (::fork() == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        ::execlp("nats-server", "nats-server", "-a", "127.0.0.1", "-p", port.c_str(), "-l",
                 "/dev/null", nullptr);
        std::_Exit(1);
    }
}

void answer(natsConnection* link, natsSubscription*, natsMsg* message, void*) {
    natsConnection_Publish(link, natsMsg_GetReply(message), answer_text.data(),
                           static_cast<int>(answer_text.size()));
    natsMsg_Destroy(message);
}

void start(natsConnection*, natsSubscription*, natsMsg* message, void*) {
    natsMsg_Destroy(message);
    is_wanted.release();
}

}  // namespace

int main(int argc, char** argv) {
    const bench::server_task what(argc, argv);
    answer_text =
        what.workload == "history" ? bench::history_answer_frame() : bench::order_answer_frame();
    const std::string port = free_port();
    start_broker(port);
    natsConnection* const link = bench::connect_nats(port, what.workload == "sequential");
    natsSubscription* calls = nullptr;
    natsSubscription* starts = nullptr;
    natsConnection_Subscribe(&calls, link, "call", answer, nullptr);
    natsConnection_Subscribe(&starts, link, "start", start, nullptr);
    natsConnection_Flush(link);
    bench::leash::announce(port);
    bench::end_with_input();
    is_wanted.acquire();
    const std::string tick = bench::tick_frame();
    for (;;) {
        natsConnection_Publish(link, "tick", tick.data(), static_cast<int>(tick.size()));
        if (natsConnection_Buffered(link) > (256 << 10)) {
            natsConnection_Flush(link);
        }
    }
}
