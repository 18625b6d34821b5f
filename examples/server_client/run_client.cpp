// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// A strategy in a process of its own: it connects to run_server, takes a snapshot, follows the
// market and trades a moving-average rule. It survives the server, and ends with Ctrl-C or after
// --seconds with a summary of what it did.

#include "flags.hpp"
#include "screen.hpp"
#include "trader.hpp"

#include <gatewire/rpc.hpp>

#include <asio/io_context.hpp>
#include <asio/signal_set.hpp>
#include <asio/steady_timer.hpp>

#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <fstream>
#include <iostream>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>

namespace {

using namespace std::chrono_literals;

/// Tells once, not at every try, that there is no server.
rpc::log_callback log_without_repeats() {
    return [last = std::optional<rpc::log_event>()](const rpc::log_record& record) mutable {
        if (record.event == rpc::log_event::connect_failed && record.event != last) {
            rpc::log_to_stderr(record);
        }
        last = record.event;
    };
}

/// A name that no other client has: the server's list of trades is told apart by it.
std::string own_name() {
    return "trader-" + std::to_string(std::random_device{}() % 1'000'000);
}

nlohmann::json summary_of(const desk::trader& trader) {
    const desk::book& own = trader.books();
    nlohmann::json server_agrees;
    if (trader.server_agrees()) {
        server_agrees = *trader.server_agrees();
    }
    return {{"name", own.reference()},
            {"orders_sent", own.counts().sent},
            {"accepted", own.counts().accepted},
            {"rejected", own.counts().rejected},
            {"unknown", own.counts().unknown},
            {"events", trader.events()},
            {"trades", own.trades()},
            {"trades_of_this_server", own.trades_of_this_server()},
            {"position", own.position()},
            {"cash", own.cash()},
            {"server_agrees", server_agrees},
            {"connected", trader.connections().connected},
            {"lost", trader.connections().lost},
            {"new_servers", trader.connections().new_servers}};
}

void print(const desk::trader& trader) {
    const desk::book& own = trader.books();
    const auto& counts = own.counts();
    const auto& links = trader.connections();
    std::printf("\nsummary of %s\n", own.reference().c_str());
    std::printf("  orders sent  %zu = %zu accepted + %zu rejected + %zu unknown%s\n", counts.sent,
                counts.accepted, counts.rejected, counts.unknown,
                counts.add_up() ? "" : " DOES NOT ADD UP");
    std::printf("  events      ");
    for (const auto& [kind, count] : trader.events()) {
        std::printf(" %zu %s ", count, kind.c_str());
    }
    std::printf("\n  own trades   %zu, position %lld, cash %.2f\n", own.trades(),
                static_cast<long long>(own.position()), own.cash());
    std::printf("  position     %s\n", !trader.server_agrees() ? "not checked: no server at the end"
                                       : *trader.server_agrees()
                                           ? "is the sum of the server's trades and of its orders"
                                           : "DIFFERS from the server's lists");
    std::printf("  connection   connected %zu, lost %zu, new servers %zu\n", links.connected,
                links.lost, links.new_servers);
}

bool run(const desk::flags& flags) {
    desk::trader_settings settings{.name = flags.at("--name")};
    settings.fast_days = static_cast<std::size_t>(desk::number_in(flags, "--fast", 1));
    settings.slow_days = static_cast<std::size_t>(desk::number_in(flags, "--slow", 2));
    settings.position_limit = static_cast<std::int64_t>(desk::number_in(flags, "--limit", 1));
    const double seconds = desk::number_in(flags, "--seconds", 0);

    asio::io_context io;
    desk::trader trader{io.get_executor(),
                        settings,
                        {.address = flags.at("--connect"),
                         .call_timeout = 2s,
                         .backoff_max = 500ms,
                         .log = log_without_repeats()}};

    asio::signal_set signals{io, SIGINT, SIGTERM};
    asio::steady_timer end{io, asio::steady_timer::time_point::max()};
    const auto finish = [&](const asio::error_code& failed) {
        if (!failed) {
            signals.cancel();
            end.cancel();
            trader.finish();
        }
    };
    signals.async_wait([&finish](const asio::error_code& failed, int) { finish(failed); });
    if (seconds > 0) {
        end.expires_after(std::chrono::milliseconds{static_cast<std::int64_t>(seconds * 1e3)});
        end.async_wait(finish);
    }
    io.run();

    print(trader);
    if (!flags.at("--summary").empty()) {
        std::ofstream file(flags.at("--summary"));
        if (!(file << summary_of(trader) << std::endl)) {
            throw std::runtime_error("cannot write " + flags.at("--summary"));
        }
    }
    return trader.books().counts().add_up() && trader.server_agrees().value_or(true);
}

}  // namespace

int main(int argc, char** argv) {
    try {
        const bool is_sound = run(desk::read_flags(argc, argv,
                                                   {{"--connect", "tcp://127.0.0.1:2014"},
                                                    {"--name", own_name()},
                                                    {"--fast", "3"},
                                                    {"--slow", "8"},
                                                    {"--limit", "10"},
                                                    {"--seconds", "0"},
                                                    {"--summary", ""}}));
        return is_sound ? 0 : 1;
    } catch (const std::exception& failure) {
        std::cerr << "run_client: " << failure.what() << '\n';
        return 1;
    }
}
