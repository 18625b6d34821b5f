// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "../peer.hpp"

#include <zmq.hpp>

#include <deque>
#include <string>
#include <vector>

namespace {

void receive(zmq::socket_t& socket) {
    zmq::message_t message;
    if (!socket.recv(message)) {
        bench::fail("nothing was received");
    }
}

void call(zmq::socket_t& socket, const bench::task& what, bench::meter& results) {
    const std::string request =
        what.workload == "history" ? bench::history_frame() : bench::order_frame();
    for (results.begin(); !results.is_over(); results.lap()) {
        socket.send(zmq::buffer(request), zmq::send_flags::none);
        receive(socket);
    }
}

void call_in_window(zmq::socket_t& socket, const bench::task& what, bench::meter& results) {
    const std::string request = bench::order_frame();
    for (std::size_t lane = 0; lane < what.count; ++lane) {
        socket.send(zmq::buffer(request), zmq::send_flags::none);
    }
    for (results.begin(); !results.is_over(); results.count_and_look()) {
        receive(socket);
        socket.send(zmq::buffer(request), zmq::send_flags::none);
    }
}

void receive_events(zmq::context_t& context, const std::string& address, std::size_t subscribers,
                    bench::meter& results) {
    std::deque<zmq::socket_t> sockets;
    std::vector<zmq::pollitem_t> items;
    for (; subscribers != 0; --subscribers) {
        zmq::socket_t& socket = sockets.emplace_back(context, zmq::socket_type::sub);
        socket.connect(address);
        socket.set(zmq::sockopt::subscribe, "");
        items.push_back({socket.handle(), 0, ZMQ_POLLIN, 0});
    }
    zmq::message_t message;
    for (results.begin(); !results.is_over();) {
        zmq::poll(items, std::chrono::milliseconds(-1));
        for (zmq::socket_t& socket : sockets) {
            while (!results.is_over() && socket.recv(message, zmq::recv_flags::dontwait)) {
                results.count_and_look();
            }
        }
    }
}

}  // namespace

int main(int argc, char** argv) {
    const bench::task what(argc, argv);
    bench::meter results(what);
    zmq::context_t context;
    const std::string address = "tcp://127.0.0.1:" + std::to_string(what.port);
    if (what.workload == "events") {
        receive_events(context, address, what.count, results);
    } else {
        const bool is_pipelined = what.workload == "pipelined";
        zmq::socket_t socket(context,
                             is_pipelined ? zmq::socket_type::dealer : zmq::socket_type::req);
        socket.connect(address);
        (is_pipelined ? call_in_window : call)(socket, what, results);
    }
    results.report("zeromq");
    bench::end_now();
}
