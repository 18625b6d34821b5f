// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TESTS_SIMULATOR_SIMULATION_HPP
#define TESTS_SIMULATOR_SIMULATION_HPP

#include "actors.hpp"
#include "check.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace simulator {

/// One run, all of it decided by a seed: a server, some clients, random calls, random faults; then
/// the faults stop, and everything must settle.
class simulation {
public:
    explicit simulation(std::uint64_t seed) : play_(seed) {}

    /// @return What was broken.
    std::vector<violation> run() {
        choose();
        begin_server();
        for (std::uint64_t count = 2 + play_.below(3); count != 0; --count) {
            add_client();
        }
        for (std::uint64_t steps = 30 + play_.below(40); steps != 0; --steps) {
            step();
            play_.world.run_for(play_.one_in(20) ? milliseconds(play_.below(8'000))
                                                 : milliseconds(play_.below(150)));
        }
        settle();
        std::vector<violation> found = check(play_.past);
        if (server_->server().connections() != clients_.size()) {
            found.push_back({"liveness", "the server has " +
                                             std::to_string(server_->server().connections()) +
                                             " connections in the end"});
        }
        return found;
    }

    std::uint64_t trace_hash() const { return play_.world.trace_hash(); }
    std::size_t calls() const { return play_.past.calls.size() - 1; }
    moment elapsed() const { return play_.now(); }
    const history& past() const { return play_.past; }

private:
    using milliseconds = std::chrono::milliseconds;

    void choose() {
        play_.world.shuffle_handlers(play_.one_in(2));
        server_options_.heartbeat = milliseconds(2'000);
        server_options_.heartbeat_timeout = milliseconds(6'000);
        server_options_.drain_time = milliseconds(play_.below(3) * 1'000);
        server_options_.limits.write_deadline = milliseconds(3'000);
        if (play_.one_in(3)) {
            server_options_.limits.calls_in_flight_max = 4;
        }
        symbols_ = play_.one_in(3) ? 40 : 3;
        if (play_.one_in(2)) {
            server_options_.limits.conflate_above = play_.below(2'000);
        }
        if (play_.one_in(4)) {
            server_options_.limits.queue_soft_max = 40'000;
            server_options_.limits.queue_soft_time = milliseconds(1'000);
            server_options_.limits.queue_hard_max = 200'000;
        }
        client_options_.heartbeat = milliseconds(2'000);
        client_options_.heartbeat_timeout = milliseconds(6'000);
        client_options_.backoff_min = milliseconds(10);
        client_options_.backoff_max = milliseconds(500);
        client_options_.limits.connect_deadline = milliseconds(2'000);
        client_options_.limits.write_deadline = milliseconds(3'000);
        client_options_ = play_.world.client_options(client_options_);
        server_options_ = play_.world.server_options(server_options_);
        change_weather();
    }

    void begin_server() {
        server_ = std::make_unique<server_life>(play_, next_life_, server_options_);
        play_.lives[server_->server().stats().epoch] = next_life_++;
        engines_.push_back(server_->keep());
    }

    void add_client() {
        clients_.push_back(std::make_unique<client_life>(play_, next_client_++, client_options_));
    }

    client_life& any_client() { return *clients_[play_.below(clients_.size())]; }

    void step() {
        const std::uint64_t what = play_.below(100);
        if (what < 52) {
            make_calls();
        } else if (what < 55) {
            any_client().change_subscriptions(symbols_);
        } else if (what < 70) {
            publish();
        } else if (what < 74) {
            any_client().ask_and_wait();
        } else {
            spoil();
        }
    }

    void make_calls() {
        client_life& who = any_client();
        for (std::uint64_t count = 1 + play_.below(6); count != 0; --count) {
            constexpr method kinds[] = {method::place, method::place, method::work, method::query,
                                        method::query, method::book,  method::book, method::fail};
            who.call(kinds[play_.below(std::size(kinds))]);
        }
    }

    void publish() {
        const std::uint64_t some = play_.one_in(5) ? symbols_ : 1;
        for (std::uint64_t count = some + play_.below(10); count != 0; --count) {
            if (play_.one_in(3)) {
                server_->engine().publish_fill(0, play_.one_in(20) ? 20'000 : 0);
            } else {
                server_->engine().publish_tick(1 + play_.below(symbols_));
            }
        }
    }

    void spoil() {
        std::vector<rpc::testing::connection> open = play_.world.connections();
        const std::uint64_t what = play_.below(20);
        if (what < 14) {
            if (!open.empty()) {
                spoil(open[play_.below(open.size())], what);
            }
        } else if (what == 14) {
            keep_out();
        } else if (what == 15) {
            change_weather();
        } else if (what == 16) {
            restart_client();
        } else if (what == 17) {
            pause_client();
        } else {
            restart_server(what == 18);
        }
    }

    void spoil(rpc::testing::connection link, std::uint64_t what) {
        using rpc::testing::direction;
        const auto way = play_.one_in(2) ? direction::to_server : direction::to_client;
        if (what < 4) {
            link.cut();
        } else if (what < 9) {
            link.cut_after(way, play_.below(2'000));
        } else if (what < 11) {
            link.stall(way);
            after(stall_max, [link]() mutable { link.resume(); });
        } else if (what < 13) {
            link.stall();
            after(stall_max, [link]() mutable { link.resume(); });
        } else {
            link.vanish();
        }
    }

    /// Does something within a time.
    template <class Action>
    void after(milliseconds at_most, Action action) {
        const milliseconds time(play_.below(static_cast<std::uint64_t>(at_most.count())));
        play_.world.async_wait(
            time, [action = std::move(action)](const asio::error_code&) mutable { action(); });
    }

    void keep_out() {
        using rpc::testing::reachability;
        play_.world.set(play_.one_in(2) ? reachability::refused : reachability::unreachable);
        after(milliseconds(3'000), [this] { play_.world.set(reachability::reachable); });
    }

    void change_weather() {
        rpc::testing::conditions weather;
        weather.latency = milliseconds(play_.one_in(2) ? play_.below(5) : play_.below(80));
        weather.jitter = milliseconds(play_.one_in(2) ? 0 : play_.below(40));
        weather.split_reads = play_.one_in(2);
        weather.window = play_.one_in(3) ? 2'000 : 64 << 10;
        play_.world.set(weather);
    }

    void restart_client() {
        clients_.erase(clients_.begin() +
                       static_cast<std::ptrdiff_t>(play_.below(clients_.size())));
        add_client();
    }

    void pause_client() {
        rpc::client<observer>& client = any_client().client();
        client.stop();
        play_.world.run_for(milliseconds(play_.below(300)));
        client.start();
    }

    void restart_server(bool gently) {
        play_.past.ends.push_back(play_.now());
        if (gently) {
            server_->server().stop();
            play_.world.run_for(milliseconds(play_.below(1'500)));
        }
        server_.reset();
        play_.world.run_for(milliseconds(play_.below(1'000)));
        begin_server();
    }

    void settle() {
        play_.world.set(rpc::testing::reachability::reachable);
        play_.world.set(rpc::testing::conditions{});
        play_.world.run_for(stall_max);
        for (rpc::testing::connection& link : play_.world.connections()) {
            link.set(rpc::testing::conditions{});
        }
        // Longer than any timeout of any call and than any silence may last.
        play_.world.run_for(std::chrono::seconds(12));
        play_.past.settled = play_.now();
        for (const auto& one : clients_) {
            one->call(method::query);
        }
        if (play_.one_in(2)) {  // Else what came last before the end of the faults must do.
            server_->engine().publish_tick(1 + play_.below(symbols_));
            server_->engine().publish_fill(0, 0);
        }
        play_.world.run_for(std::chrono::seconds(5));
        for (const auto& one : clients_) {
            play_.past.clients[one->number()].stayed = true;
        }
        play_.past.transit_max = std::chrono::nanoseconds(stall_max).count() + 200'000'000;
    }

    static constexpr milliseconds stall_max{5'000};

    stage play_;
    std::uint64_t symbols_ = 3;  // how many have ticks
    rpc::server_options server_options_;
    rpc::client_options client_options_;
    std::vector<std::shared_ptr<exchange>> engines_;  // what runs in them may outlast their servers
    std::unique_ptr<server_life> server_;
    std::vector<std::unique_ptr<client_life>> clients_;
    std::uint32_t next_life_ = 0;
    std::uint32_t next_client_ = 0;
};

}  // namespace simulator

#endif  // TESTS_SIMULATOR_SIMULATION_HPP
