// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// The FIX exchange as a program: says on which port it listens, then does what it is told, a line
// each, and answers each with one line of JSON. Between it and who connects is a bad network.

#include "fix_exchange.hpp"

#include <gatewire/fault_proxy.hpp>

#include <CLI/CLI.hpp>
#include <asio/executor_work_guard.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <asio/read_until.hpp>
#include <asio/steady_timer.hpp>
#include <asio/streambuf.hpp>
#include <nlohmann/json.hpp>

#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <exception>
#include <functional>
#include <iostream>
#include <istream>
#include <map>
#include <memory>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>

namespace {

using nlohmann::json;
using towards = rpc::testing::direction;

/// Reads commands and answers them, one after another.
class console {
public:
    console(asio::io_context& loop, test::fix_exchange& exchange,
            rpc::testing::fault_proxy& network)
        : exchange_(exchange), network_(network), input_(loop, ::dup(STDIN_FILENO)) {
        read();
    }

private:
    using command = std::function<json(std::istream&)>;

    void read() {
        asio::async_read_until(input_, buffer_, '\n', [this](const asio::error_code& ended, auto) {
            if (ended) {
                std::exit(0);  // Who started it is gone.
            }
            std::string line;
            std::istream text(&buffer_);
            std::getline(text, line);
            obey(line);
        });
    }

    void obey(const std::string& line) {
        std::istringstream words(line);
        std::string name;
        words >> name;
        if (name == "await_logout") {
            exchange_.when_logged_out([this] { answer(true); });
            return;
        }
        const auto found = commands_.find(name);
        answer(found == commands_.end() ? json("there is no command " + name)
                                        : found->second(words));
    }

    void answer(const json& text) {
        std::cout << text.dump() << std::endl;
        read();
    }

    template <class Value>
    static Value next(std::istream& words) {
        Value value{};
        words >> value;
        return value;
    }

    command plain(std::function<void()> work) {
        return [work = std::move(work)](std::istream&) {
            work();
            return true;
        };
    }
    /// How many steps were made.
    json step(std::istream& words) {
        int made = 0;
        for (int left = next<int>(words); left > 0 && exchange_.step(); --left) {
            ++made;
        }
        return made;
    }

    test::fix_exchange& exchange_;
    rpc::testing::fault_proxy& network_;
    asio::posix::stream_descriptor input_;
    asio::streambuf buffer_;
    const std::map<std::string, command> commands_{
        // The market.
        {"step", [this](auto& words) { return step(words); }},
        {"orders", [this](auto&) { return exchange_.orders(); }},
        {"trades", [this](auto&) { return exchange_.trades(); }},
        {"positions", [this](auto&) { return exchange_.positions(); }},
        {"account", [this](auto&) { return exchange_.account(); }},
        {"tick", [this](auto& words) { return exchange_.tick(next<std::string>(words)); }},
        // The session.
        {"numbers", [this](auto&) { return json(exchange_.session().numbers()); }},
        {"set_numbers",
         [this](auto& words) {
             const int sent = next<int>(words);
             exchange_.session().set_numbers(sent, next<int>(words));
             return true;
         }},
        {"skip",
         [this](auto& words) {
             const auto [sent, expected] = exchange_.session().numbers();
             exchange_.session().set_numbers(sent + next<int>(words), expected);
             return true;
         }},
        {"repeat",
         [this](auto& words) {
             const auto count = next<std::size_t>(words);
             exchange_.repeat(count, next<std::string>(words));
             return true;
         }},
        {"refuse_type",
         [this](auto& words) {
             exchange_.refuse(next<std::string>(words));
             return true;
         }},
        // The cable.
        {"cut", plain([this] { network_.cut(); })},
        {"vanish", plain([this] { network_.vanish(); })},
        {"turn_away", plain([this] { network_.refuse(true); })},
        {"lose_orders", plain([this] { network_.lose(towards::to_server); })},
        {"heal", plain([this] { network_.heal(); })},
        {"cut_after",
         [this](auto& words) {
             network_.cut_after(towards::to_client, next<std::uint64_t>(words));
             return true;
         }},
        {"corrupt_after", [this](auto& words) {
             network_.corrupt_after(towards::to_client, next<std::uint64_t>(words));
             return true;
         }}};
};

void run(test::fix_exchange::setting wanted, double speed) {
    asio::io_context loop;
    const bool is_chosen = wanted.port != 0;
    test::fix_exchange exchange(loop, std::move(wanted));
    rpc::testing::fault_proxy network("tcp://127.0.0.1:" + std::to_string(exchange.port()));
    const auto address = network.address();
    std::cout << json{{"port", is_chosen ? exchange.port()
                                         : std::stoi(address.substr(address.rfind(':') + 1))}}
                     .dump()
              << std::endl;
    const console commands(loop, exchange, network);
    asio::steady_timer pace(loop);
    const std::function<void()> tick = [&] {
        pace.expires_after(std::chrono::duration_cast<std::chrono::nanoseconds>(
            std::chrono::duration<double>(1 / speed)));
        pace.async_wait([&](const asio::error_code&) {
            exchange.step();
            tick();
        });
    };
    if (speed > 0) {
        tick();
    }
    // What QuickFIX's threads bring is work too.
    const auto more = asio::make_work_guard(loop);
    loop.run();
}

}  // namespace

int main(int argc, char** argv) {
    test::fix_exchange::setting wanted;
    wanted.dictionary = TRADER_DATA_DIR "/fix44.xml";
    double speed = 0;
    CLI::App flags{"The desk's simulated exchange as a FIX 4.4 counterparty: EXCHANGE, to DESK."};
    flags.add_option("--store", wanted.store, "folder for the session's numbers")->required();
    flags.add_option("--port", wanted.port, "where to listen; by default a free port");
    flags.add_option("--speed", speed, "steps of the market in a second; 0: when told to");
    CLI11_PARSE(flags, argc, argv);
    try {
        run(std::move(wanted), speed);
    } catch (const std::exception& failure) {
        std::cerr << "fix_exchange: " << failure.what() << std::endl;
        return 1;
    }
}
