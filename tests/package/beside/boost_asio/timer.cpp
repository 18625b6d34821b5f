// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Boost.Asio, in a translation unit of its own: Boost 1.74 and Asio 1.22, as Debian 12 has them,
// define one name of the global namespace both.

#include <utility>  // Boost 1.74 forgets it

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <functional>

void run_when_due(const std::function<void()>& function) {
    boost::asio::io_context loop;
    boost::asio::steady_timer timer(loop, std::chrono::milliseconds(1));
    timer.async_wait([&](const boost::system::error_code& failure) {
        if (!failure) {
            function();
        }
    });
    loop.run();
}
