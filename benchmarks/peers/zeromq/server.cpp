// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// ZeroMQ as it is: messages of the same bytes, without any codec or dispatch.

#include "../peer.hpp"

#include <zmq.hpp>

#include <string>
#include <string_view>

namespace {

void answer(zmq::socket_t& socket, const std::string& text) {
    for (;;) {
        zmq::message_t part;
        // Whom to answer, and the empty part of those who ask by REQ, go back as they came.
        for (bool is_last = false; !is_last;) {
            if (!socket.recv(part)) {
                bench::fail("nothing was received");
            }
            is_last = !part.more();
            if (!is_last) {
                socket.send(part, zmq::send_flags::sndmore);
            }
        }
        socket.send(zmq::buffer(text), zmq::send_flags::none);
    }
}

void publish(zmq::socket_t& socket, std::size_t subscribers) {
    for (; subscribers != 0; --subscribers) {
        zmq::message_t subscription;
        if (!socket.recv(subscription)) {
            bench::fail("nothing was received");
        }
    }
    const std::string tick = bench::tick_frame();
    for (;;) {
        socket.send(zmq::buffer(tick), zmq::send_flags::none);
    }
}

}  // namespace

int main(int argc, char** argv) {
    const bench::server_task what(argc, argv);
    const bool is_event = what.workload == "events";
    zmq::context_t context;
    zmq::socket_t socket(context, is_event ? zmq::socket_type::xpub : zmq::socket_type::router);
    if (is_event) {
        socket.set(zmq::sockopt::xpub_nodrop, true);
        socket.set(zmq::sockopt::xpub_verbose, true);
    }
    socket.bind("tcp://127.0.0.1:*");
    const std::string address = socket.get(zmq::sockopt::last_endpoint);
    bench::leash::announce(address.substr(address.rfind(':') + 1));
    bench::end_with_input();
    if (is_event) {
        publish(socket, what.count);
    }
    answer(socket, what.workload == "history" ? bench::history_answer_frame()
                                              : bench::order_answer_frame());
}
