// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TESTS_FIX_DESK_HPP
#define TESTS_FIX_DESK_HPP

#include "desk_pair.hpp"
#include "fix_exchange.hpp"
#include "fix_gateway/fix_gateway.hpp"

#include <nlohmann/json.hpp>

#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <vector>

namespace test {

/// The program fix_exchange, told what to do through its standard input.
class exchange_process {
public:
    explicit exchange_process(const std::string& store) {
        int in[2];
        int out[2];
        if (::pipe(in) != 0 || ::pipe(out) != 0) {
            throw std::runtime_error("no pipe");
        }
        posix_spawn_file_actions_t actions;
        ::posix_spawn_file_actions_init(&actions);
        ::posix_spawn_file_actions_adddup2(&actions, in[0], STDIN_FILENO);
        ::posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
        for (const int each : {in[0], in[1], out[0], out[1]}) {
            ::posix_spawn_file_actions_addclose(&actions, each);
        }
        std::vector<std::string> words{FIX_EXCHANGE, "--store", store};
        std::vector<char*> arguments;
        for (auto& each : words) {
            arguments.push_back(each.data());
        }
        arguments.push_back(nullptr);
        const int failure =
            ::posix_spawn(&process_, FIX_EXCHANGE, &actions, nullptr, arguments.data(), ::environ);
        ::posix_spawn_file_actions_destroy(&actions);
        ::close(in[0]);
        ::close(out[1]);
        commands_ = in[1];
        answers_ = out[0];
        if (failure != 0) {
            throw std::runtime_error("cannot start " FIX_EXCHANGE);
        }
        port_ = read_line().at("port");
    }
    ~exchange_process() {
        ::close(commands_);
        ::close(answers_);
        ::kill(process_, SIGKILL);
        ::waitpid(process_, nullptr, 0);
    }
    exchange_process(const exchange_process&) = delete;
    exchange_process& operator=(const exchange_process&) = delete;

    int port() const { return port_; }

    /// Has a command done. @return The answer.
    nlohmann::json tell(std::string command) {
        command += '\n';
        if (::write(commands_, command.data(), command.size()) < 0) {
            throw std::runtime_error("the exchange is gone");
        }
        return read_line();
    }

private:
    nlohmann::json read_line() {
        const auto limit = std::chrono::duration_cast<std::chrono::milliseconds>(patience);
        for (;;) {
            const auto end = text_.find('\n');
            if (end != std::string::npos) {
                const auto line = text_.substr(0, end);
                text_.erase(0, end + 1);
                return nlohmann::json::parse(line);
            }
            char bytes[4096];
            pollfd one{answers_, POLLIN, 0};
            const auto count = ::poll(&one, 1, static_cast<int>(limit.count())) > 0
                                   ? ::read(answers_, bytes, sizeof bytes)
                                   : 0;
            if (count <= 0) {
                throw std::runtime_error("the exchange does not answer");
            }
            text_.append(bytes, static_cast<std::size_t>(count));
        }
    }

    pid_t process_ = -1;
    int commands_ = -1;
    int answers_ = -1;
    int port_ = 0;
    std::string text_;
};

/// What a platform knows of the exchange's orders and trades, by their ids there.
/// @param gateway  `FIX` or `RPC.FIX`.
inline nlohmann::json known_to(const trader::main_engine& main, const std::string& gateway) {
    nlohmann::json all{{"orders", nlohmann::json::object()}, {"trades", nlohmann::json::object()}};
    for (const auto& each : main.get_all_orders()) {
        if (each.gateway_name == gateway) {
            all["orders"][each.orderid] = agreed(each);
        }
    }
    for (const auto& each : main.get_all_trades()) {
        if (each.gateway_name == gateway) {
            all["trades"][each.tradeid] = agreed(each);
        }
    }
    return all;
}

/// The whole chain: an exchange that speaks FIX, a server with the FIX gateway and the RPC service,
/// and a client with the RPC gateway.
class fix_desk {
public:
    fix_desk() { open_server(); }

    /// Waits until the FIX gateway was in a state so many times.
    bool wait_state(trader::gateway_state state, std::size_t times = 1) const {
        return server->seen.wait([&](const auto& all) {
            std::size_t count = 0;
            for (const trader::event& each : all) {
                const auto* data = std::get_if<trader::gateway_data>(&each.data);
                count += data != nullptr && data->gateway_name == "FIX" && data->state == state;
            }
            return count >= times;
        });
    }
    bool wait_connected(std::size_t times = 1) const {
        return wait_state(trader::gateway_state::CONNECTED, times);
    }
    /// Waits for a line of the FIX gateway's log that has a text in it.
    bool wait_line(const std::string& text) const {
        return server->wait_for<trader::log_data>([&](const auto& line) {
            return line.gateway_name == "FIX" && line.msg.find(text) != std::string::npos;
        });
    }

    nlohmann::json setting(const nlohmann::json& others = nlohmann::json::object()) const {
        nlohmann::json all{{"port", exchange.port()},
                           {"account", "FIX-1"},
                           {"reconnect", 1},
                           {"store", (folder.path() / "desk").string()}};
        all.update(others);
        return all;
    }

    /// Sends an order from the client's desk. @return Its id at the exchange.
    std::string send(double volume, double price, const std::string& reference = {}) {
        const auto id = client->main.send_order(
            {.symbol = "SPX",
             .exchange = trader::exchange::CBOE,
             .direction = volume > 0 ? trader::direction::LONG : trader::direction::SHORT,
             .type = price > 0 ? trader::order_type::LIMIT : trader::order_type::MARKET,
             .volume = std::abs(volume),
             .price = price,
             .reference = reference},
            "RPC.FIX");
        return id.substr(std::string("RPC.FIX.").size());
    }
    void cancel(const std::string& id) {
        client->main.cancel_order(
            {.orderid = id, .symbol = "SPX", .exchange = trader::exchange::CBOE}, "RPC.FIX");
    }
    /// Waits until the client knows that an order is in a state.
    bool wait_order(const std::string& id, trader::status wanted) const {
        return client->wait([&](const auto& main) {
            const auto found = main.get_order("RPC.FIX." + id);
            return found && found->status == wanted;
        });
    }

    /// Waits until exchange, server and client know the same orders and trades.
    /// @return What the exchange knows, if it is so; else all three.
    nlohmann::json agreed_by_all() {
        nlohmann::json truth;
        const bool is_so = eventually([&] {
            truth = {{"orders", exchange.tell("orders")}, {"trades", exchange.tell("trades")}};
            return known_to(server->main, "FIX") == truth &&
                   known_to(client->main, "RPC.FIX") == truth;
        });
        return is_so ? truth
                     : nlohmann::json{{"exchange", truth},
                                      {"server", known_to(server->main, "FIX")},
                                      {"client", known_to(client->main, "RPC.FIX")}};
    }

    /// How many events of a kind both desks were told.
    template <class Data>
    std::pair<std::size_t, std::size_t> count() const {
        return {server->all<Data>().size(), client->all<Data>().size()};
    }

    /// Ends both desks and starts them anew, with the session's numbers as they were.
    void open_server(const nlohmann::json& others = nlohmann::json::object()) {
        client.reset();
        server.reset();
        server = std::make_unique<platform>();
        server->main.add_gateway<trader::fix_gateway>();
        server->main.connect(setting(others), "FIX");
        auto& service = server->main.add_app<trader::rpc_service::rpc_service_app>();
        trader::rpc_service::service_setting served;
        served.listen = {"unix://" + (server->folder.path() / "desk.sock").string()};
        if (!service.start(served)) {
            throw std::runtime_error(service.problem());
        }
        client = std::make_unique<client_side>(served.listen[0]);
        if (!wait_connected() || !client->wait_connected()) {
            throw std::runtime_error("the desk does not connect");
        }
        // What the server was told last may still be on its way to the client.
        const bool is_whole = client->wait([this](const trader::main_engine& main) {
            const auto& there = server->main;
            return main.get_all_contracts().size() == there.get_all_contracts().size() &&
                   main.get_all_accounts().size() == there.get_all_accounts().size();
        });
        if (!is_whole) {
            throw std::runtime_error("the client does not know what the server knows");
        }
    }

    own_folder folder;
    exchange_process exchange{(folder.path() / "exchange").string()};
    std::unique_ptr<platform> server;
    std::unique_ptr<client_side> client;
};

}  // namespace test

#endif  // TESTS_FIX_DESK_HPP
