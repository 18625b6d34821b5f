// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "sim_gateway.hpp"

#include "bar_file.hpp"

#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <exception>
#include <functional>
#include <stdexcept>
#include <system_error>
#include <thread>
#include <utility>

namespace trader {

/// Calls `work` on a thread of its own, so many times per second, until it is destroyed.
class sim_gateway::pacer {
public:
    pacer(double speed, std::function<void()> work)
        : period_(std::chrono::duration_cast<clock::duration>(
              std::chrono::duration<double>(1 / speed))),
          work_(std::move(work)),
          timer_(loop_),
          next_(clock::now()) {
        wait();
        thread_ = std::thread([this] { loop_.run(); });
    }

    ~pacer() {
        loop_.stop();
        thread_.join();
    }

    pacer(const pacer&) = delete;
    pacer& operator=(const pacer&) = delete;

private:
    using clock = std::chrono::steady_clock;

    void wait() {
        // A fixed schedule keeps the speed. A machine that slept does not make up for the night.
        next_ = (std::max)(next_ + period_, clock::now() - std::chrono::seconds(1));
        timer_.expires_at(next_);
        timer_.async_wait([this](std::error_code error) {
            if (!error) {
                work_();
                wait();
            }
        });
    }

    const clock::duration period_;
    const std::function<void()> work_;
    asio::io_context loop_;
    asio::steady_timer timer_;
    clock::time_point next_;
    std::thread thread_;
};

sim_gateway::sim_gateway(event_engine& events, std::string name)
    : base_gateway(events, std::move(name)) {}

sim_gateway::~sim_gateway() {
    sim_gateway::close();
}

nlohmann::json sim_gateway::default_setting() const {
    return sim::default_sim_setting(gateway_name());
}

std::vector<exchange> sim_gateway::exchanges() const {
    std::vector<exchange> found;
    for (const auto& each : sim::all_listings()) {
        found.push_back(each.contract.exchange);
    }
    return found;
}

// --- connection ----------------------------------------------------------------------------------

void sim_gateway::connect(const nlohmann::json& setting) {
    const std::scoped_lock lock(mutex_);
    if (exchange_) {
        write_log(gateway_name() + " is connected already");
        return;
    }
    const auto read = sim::read_sim_setting(setting, gateway_name());
    std::vector<sim::market_replay> markets;
    const char* concerns = "data";
    try {
        const auto bars = sim::read_bars(read.data);
        concerns = "history_bars";
        for (const auto& each : read.listings) {
            markets.emplace_back(each, bars, read.replay);
        }
    } catch (const std::exception& error) {
        throw std::invalid_argument("setting '" + std::string(concerns) + "': " + error.what());
    }
    exchange_ = std::make_unique<sim::sim_exchange>(read.exchange, std::move(markets));
    listen(*exchange_);
    on_state(gateway_state::CONNECTING);
    for (auto& each : exchange_->contracts()) {
        on_contract(std::move(each));
    }
    on_account(exchange_->account());
    exchange_->step();
    on_state(gateway_state::CONNECTED, "session " + read.exchange.session);
    write_log(gateway_name() + " is connected: session " + read.exchange.session + ", " +
              sim::to_text(read.speed) + " steps per second");
    if (read.speed > 0) {
        pacer_ = std::make_unique<pacer>(read.speed, [this] { step(); });
    }
}

void sim_gateway::close() {
    std::unique_ptr<pacer> ending;
    {
        const std::scoped_lock lock(mutex_);
        if (!exchange_) {
            return;
        }
        ending = std::move(pacer_);
        exchange_.reset();
        on_state(gateway_state::DISCONNECTED);
    }
    // Its thread may be waiting for the mutex, so it is joined outside of it.
    ending.reset();
}

void sim_gateway::listen(sim::sim_exchange& source) {
    source.on_tick = [this](const tick_data& tick) {
        if (subscribed_.contains(tick.vt_symbol())) {
            on_tick(tick);
        }
    };
    source.on_trade = [this](const trade_data& trade) { on_trade(trade); };
    source.on_order = [this](const order_data& order) { on_order(order); };
    source.on_quote = [this](const quote_data& quote) { on_quote(quote); };
    source.on_position = [this](const position_data& position) { on_position(position); };
    source.on_account = [this](const account_data& account) { on_account(account); };
    source.on_log = [this](const std::string& msg, int level) {
        write_log(gateway_name() + ": " + msg, level);
    };
}

bool sim_gateway::step() {
    const std::scoped_lock lock(mutex_);
    return exchange_ && (is_halted_ || exchange_->step());
}

void sim_gateway::halt(bool is_wanted) {
    const std::scoped_lock lock(mutex_);
    is_halted_ = is_wanted;
}

void sim_gateway::require_own(const std::string& gateway) const {
    if (gateway != gateway_name()) {
        throw std::invalid_argument("there is no gateway '" + gateway + "' behind " +
                                    gateway_name());
    }
}

bool sim_gateway::require_open(const std::string& what) {
    if (!exchange_) {
        write_log(gateway_name() + " is not connected: " + what + " is not done",
                  log_data::warning);
    }
    return exchange_ != nullptr;
}

// --- prices --------------------------------------------------------------------------------------

void sim_gateway::subscribe(const subscribe_request& request, const std::string& gateway) {
    require_own(gateway);
    const std::scoped_lock lock(mutex_);
    const auto vt_symbol = request.vt_symbol();
    if (!exchange_) {
        subscribed_.insert(vt_symbol);  // Holds once it is connected.
        return;
    }
    if (exchange_->find_replay(vt_symbol) == nullptr) {
        write_log(exchange_->unknown_symbol(vt_symbol), log_data::warning);
        return;
    }
    if (!subscribed_.insert(vt_symbol).second) {
        return;  // The newest tick was told, and to tell it again would make it two.
    }
    if (const auto* tick = exchange_->find_tick(vt_symbol)) {
        on_tick(*tick);
    }
}

void sim_gateway::unsubscribe(const subscribe_request& request, const std::string& gateway) {
    require_own(gateway);
    const std::scoped_lock lock(mutex_);
    const auto vt_symbol = request.vt_symbol();
    if (subscribed_.erase(vt_symbol) == 0) {
        write_log(vt_symbol.substr(0, 32) + " is not subscribed to", log_data::warning);
    }
}

void sim_gateway::query_history(const history_request& request, const std::string& gateway,
                                history_handler handler) {
    require_own(gateway);
    std::vector<bar_data> found;
    std::string error = history(request, found);
    // Not under the mutex: it may want something of this gateway.
    handler(std::move(found), std::move(error));
}

std::string sim_gateway::history(const history_request& request, std::vector<bar_data>& found) {
    const std::scoped_lock lock(mutex_);
    if (!exchange_) {
        return gateway_name() + " is not connected";
    }
    const auto* replay = exchange_->find_replay(request.vt_symbol());
    if (replay == nullptr) {
        return exchange_->unknown_symbol(request.vt_symbol());
    }
    if (request.interval.value_or(interval::DAILY) != interval::DAILY) {
        return gateway_name() + " has DAILY bars only, not " +
               std::string(name_of(*request.interval));
    }
    found = replay->history(request.start, request.end);
    return {};
}

// --- orders --------------------------------------------------------------------------------------

std::string sim_gateway::next_refused_id() {
    return "refused-" + std::to_string(++last_refused_);
}

std::string sim_gateway::send_order(const order_request& request, const std::string& gateway) {
    require_own(gateway);
    const std::scoped_lock lock(mutex_);
    if (exchange_) {
        return gateway_name() + "." + exchange_->send_order(request);
    }
    auto refused = request.create_order_data(
        request.orderid.empty() ? next_refused_id() : request.orderid, gateway_name());
    refused.status = status::REJECTED;
    refused.reason = gateway_name() + " is not connected";
    on_order(refused);
    return refused.vt_orderid();
}

std::string sim_gateway::send_quote(const quote_request& request, const std::string& gateway) {
    require_own(gateway);
    const std::scoped_lock lock(mutex_);
    if (exchange_) {
        return gateway_name() + "." + exchange_->send_quote(request);
    }
    auto refused = request.create_quote_data(
        request.quoteid.empty() ? next_refused_id() : request.quoteid, gateway_name());
    refused.status = status::REJECTED;
    refused.reason = gateway_name() + " is not connected";
    on_quote(refused);
    return refused.vt_quoteid();
}

void sim_gateway::cancel_order(const cancel_request& request, const std::string& gateway) {
    require_own(gateway);
    const std::scoped_lock lock(mutex_);
    if (require_open("to cancel order " + request.orderid)) {
        exchange_->cancel_order(request);
    }
}

void sim_gateway::cancel_quote(const cancel_request& request, const std::string& gateway) {
    require_own(gateway);
    const std::scoped_lock lock(mutex_);
    if (require_open("to cancel quote " + request.orderid)) {
        exchange_->cancel_quote(request);
    }
}

// --- money ---------------------------------------------------------------------------------------

void sim_gateway::query_account() {
    const std::scoped_lock lock(mutex_);
    if (require_open("to ask for the account")) {
        on_account(exchange_->account());
    }
}

void sim_gateway::query_position() {
    const std::scoped_lock lock(mutex_);
    if (require_open("to ask for the positions")) {
        for (auto& each : exchange_->positions()) {
            on_position(std::move(each));
        }
    }
}

}  // namespace trader
