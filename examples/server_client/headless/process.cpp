// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "process.hpp"

#include "../rpc_service/rpc_engine.hpp"

#include <chrono>
#include <csignal>
#include <ctime>
#include <exception>
#include <iostream>
#include <string>

namespace trader {

namespace {

std::string time_text(time_point time) {
    const std::time_t seconds = std::chrono::system_clock::to_time_t(
        std::chrono::time_point_cast<std::chrono::system_clock::duration>(time));
    std::tm parts{};
    localtime_r(&seconds, &parts);
    char text[16];
    std::strftime(text, sizeof text, "%H:%M:%S", &parts);
    return text;
}

void print(const event& happened) {
    const auto& line = std::get<log_data>(happened.data);
    auto& out = line.level >= log_data::warning ? std::cerr : std::cout;
    out << time_text(line.time) << '\t'
        << (line.gateway_name.empty() ? "" : line.gateway_name + ": ") << line.msg << std::endl;
}

}  // namespace

int run_program(const char* name, const std::function<int()>& work) {
    try {
        return work();
    } catch (const std::exception& failure) {
        std::cerr << name << ": " << failure.what() << std::endl;
        return 1;
    }
}

void print_log(event_engine& events) {
    events.register_handler(std::string(EVENT_LOG), print);
    events.register_handler(std::string(rpc_service::EVENT_RPC_LOG), print);
}

signals::signals() : ending_(loop_, SIGINT, SIGTERM), asking_(loop_, SIGUSR1) {}

void signals::wait(const std::function<void()>& asked) {
    ending_.async_wait([this](const asio::error_code&, int) { loop_.stop(); });
    const std::function<void()> wait_for_question = [&] {
        asking_.async_wait([&](const asio::error_code& ended, int) {
            if (!ended) {
                asked();
                wait_for_question();
            }
        });
    };
    wait_for_question();
    loop_.run();
}

}  // namespace trader
