// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// The process that holds the market: it replays real days of the S&P 500, takes orders from any
// number of clients, and pushes every tick, bar, order and trade to them. Ctrl-C ends it.

#include "bar_file.hpp"
#include "engine.hpp"
#include "flags.hpp"
#include "replay.hpp"
#include "wire_names.hpp"

#include <gatewire/rpc.hpp>

#include <asio/io_context.hpp>
#include <asio/signal_set.hpp>
#include <asio/steady_timer.hpp>

#include <chrono>
#include <csignal>
#include <cstdint>
#include <exception>
#include <iostream>
#include <utility>

// What the server offers. The engine itself knows nothing of it.
template <>
struct rpc::table_of<desk::engine>
    : rpc::table<rpc::method<"send_order", &desk::engine::send_order>,
                 rpc::method<"cancel_order", &desk::engine::cancel_order>,
                 rpc::method<"query_history", &desk::engine::query_history>,
                 rpc::method<"get_contract", &desk::engine::get_contract, rpc::params<"symbol">>,
                 rpc::method<"get_all_contracts", &desk::engine::get_all_contracts>,
                 rpc::method<"get_all_orders", &desk::engine::get_all_orders>,
                 rpc::method<"get_all_active_orders", &desk::engine::get_all_active_orders>,
                 rpc::method<"get_all_trades", &desk::engine::get_all_trades>,
                 rpc::method<"get_all_positions", &desk::engine::get_all_positions>,
                 rpc::event<"tick", desk::tick, rpc::keyed_by<&desk::tick::symbol>, rpc::latest>,
                 rpc::event<"bar", desk::bar, rpc::keyed_by<&desk::bar::symbol>>,
                 rpc::event<"order", desk::order>, rpc::event<"trade", desk::trade>,
                 rpc::event<"log", desk::log_line>> {};

namespace {

using namespace std::chrono_literals;

/// Advances the engine at a steady pace, on the strand that the server calls it on.
class ticker {
public:
    template <class Executor>
    ticker(const Executor& strand, desk::engine& engine, double ticks_per_second)
        : engine_(engine),
          timer_(strand),
          period_(std::chrono::duration_cast<asio::steady_timer::duration>(
              std::chrono::duration<double>(1 / ticks_per_second))) {}

    void start() {
        timer_.expires_after(period_);
        wait();
    }

    void stop() {
        is_stopped_ = true;
        timer_.cancel();
    }

private:
    void wait() {
        timer_.async_wait([this](const asio::error_code&) {
            if (is_stopped_ || !engine_.advance()) {
                return;
            }
            // A fixed schedule: a late tick does not delay those after it.
            timer_.expires_at(timer_.expiry() + period_);
            wait();
        });
    }

    desk::engine& engine_;
    asio::steady_timer timer_;
    asio::steady_timer::duration period_;
    bool is_stopped_ = false;
};

desk::engine make_engine(const desk::flags& flags) {
    desk::contract traded{.symbol = "SPX", .exchange = "CBOE", .name = "S&P 500 index"};
    desk::replay_settings settings;
    settings.seed = static_cast<std::uint64_t>(desk::number_in(flags, "--seed", 0));
    settings.loop = flags.at("--loop") == "yes";
    auto bars = desk::read_bars(flags.at("--data"), traded.symbol);
    std::cout << "replaying " << bars.size() << " days from " << flags.at("--data") << std::endl;
    return desk::engine(desk::replay(std::move(traded), std::move(bars), settings));
}

void connect(desk::engine& engine, rpc::server<desk::engine>& server) {
    engine.on_tick = [&server](const desk::tick& t) { server.publish<"tick">(t); };
    engine.on_bar = [&server](const desk::bar& b) { server.publish<"bar">(b); };
    engine.on_order = [&server](const desk::order& o) { server.publish<"order">(o); };
    engine.on_trade = [&server](const desk::trade& t) { server.publish<"trade">(t); };
    engine.on_log = [&server](const desk::log_line& line) {
        std::cout << line.msg << std::endl;
        server.publish<"log">(line);
    };
}

void run(const desk::flags& flags) {
    const double ticks_per_second = desk::number_in(flags, "--speed", 0.001);
    desk::engine engine = make_engine(flags);
    asio::io_context io;
    rpc::server<desk::engine> server{
        io.get_executor(),
        engine,
        {.listen = {flags.at("--listen")}, .drain_time = 500ms, .log = rpc::log_to_stderr}};
    connect(engine, server);
    server.start();
    ticker clock{server.get_executor(), engine, ticks_per_second};
    clock.start();

    asio::signal_set signals{server.get_executor(), SIGINT, SIGTERM};
    signals.async_wait([&](const asio::error_code&, int) {
        clock.stop();
        server.stop();
    });
    for (const auto& address : server.addresses()) {
        std::cout << "listening on " << address << ", Ctrl-C ends" << std::endl;
    }
    io.run();
    std::cout << "ended: " << engine.get_all_orders().size() << " orders, "
              << engine.get_all_trades().size() << " trades" << std::endl;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        run(desk::read_flags(argc, argv,
                             {{"--listen", "tcp://127.0.0.1:2014"},
                              {"--speed", "20"},
                              {"--seed", "1"},
                              {"--loop", "yes"},
                              {"--data", DESK_DATA_DIR "/sp500-daily-2018-2020.csv"}}));
    } catch (const std::exception& failure) {
        std::cerr << "run_server: " << failure.what() << '\n';
        return 1;
    }
}
