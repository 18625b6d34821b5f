// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: standalone Asio and Boost.Asio live in one program. Method: a timer of the one stops a
// server of the other.

#include "../../consumer.hpp"

#include <functional>

void run_when_due(const std::function<void()>& function);

int main() {
    asio::io_context io;
    engine served;
    rpc::server_options listening;
    listening.listen = {"tcp://127.0.0.1:0"};
    rpc::server<engine> server{io.get_executor(), served, listening};
    server.start();
    run_when_due([&] { server.stop(); });
    io.run();
    return server.is_running() ? 1 : 0;
}
