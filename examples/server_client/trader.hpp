// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef DESK_TRADER_HPP
#define DESK_TRADER_HPP

#include "book.hpp"
#include "moving_average_cross.hpp"
#include "screen.hpp"
#include "types.hpp"
#include "wire_names.hpp"

#include <gatewire/rpc.hpp>

#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/post.hpp>
#include <asio/redirect_error.hpp>
#include <asio/steady_timer.hpp>
#include <asio/use_awaitable.hpp>

#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace desk {

struct trader_settings {
    std::string name;
    std::string symbol = "SPX";
    std::size_t fast_days = 3;
    std::size_t slow_days = 8;
    std::int64_t position_limit = 10;
};

/// Trades one symbol by a moving-average rule. All of it runs on the strand of its client, where
/// answers and events come in the server's order, and nothing blocks. What takes several calls is
/// done by one coroutine, one thing after the other: bring the books up to date, trade, and at the
/// end cancel what is open.
class trader {
public:
    template <class Executor>
    trader(const Executor& executor, trader_settings settings, rpc::client_options options)
        : settings_(std::move(settings)),
          own_(settings_.name),
          screen_(own_),
          rule_(settings_.fast_days, settings_.slow_days),
          client_(std::make_unique<rpc::client<trader>>(executor, *this, std::move(options))),
          wake_(client_->get_executor()) {
        client_->start();
        asio::co_spawn(client_->get_executor(), work(), asio::detached);
    }

    /// Ends trading, cancels what is open, and disconnects.
    void finish() {
        asio::post(client_->get_executor(), [this] {
            is_finishing_ = true;
            wake_.cancel();
        });
    }

    struct connection_counts {
        std::size_t connected = 0;
        std::size_t lost = 0;
        std::size_t new_servers = 0;
    };

    const book& books() const { return own_; }
    const std::map<std::string, std::size_t>& events() const { return events_; }
    const connection_counts& connections() const { return connections_; }
    /// Whether the server's lists gave the same position at the end; nothing if it was not there.
    std::optional<bool> server_agrees() const { return server_agrees_; }

    void on_connected(const rpc::session_info& info) {
        ++connections_.connected;
        is_connected_ = true;
        screen_.say(connections_.connected == 1 ? "connected" : "resumed", info.address);
        if (!epoch_.empty() && epoch_ != info.epoch) {
            ++connections_.new_servers;
            const std::size_t lost = own_.forget_server();
            screen_.say("restarted", "a new server has taken over: " + std::to_string(lost) +
                                         " open orders are lost, position and cash are kept");
        }
        epoch_ = info.epoch;
        last_tick_ = {};
        is_stale_ = true;
        wake_.cancel();
    }

    void on_disconnected(const rpc::error& why) {
        is_connected_ = false;
        if (why.code() == rpc::errc::cancelled) {
            screen_.say("stopped", why.message());
        } else {
            ++connections_.lost;
            screen_.say("lost", why.message());
        }
    }

    void on_tick(const tick& t) {
        ++events_["tick"];
        last_tick_ = t;
        screen_.set_time(t.datetime);
        const auto now = std::chrono::steady_clock::now();
        if (now >= next_shown_) {
            screen_.show(t);
            next_shown_ = now + std::chrono::seconds{1};
        }
        wake_.cancel();
    }

    void on_bar(const bar& b) {
        ++events_["bar"];
        rule_.add(b.close_price);
    }

    void on_order(const order& o) {
        ++events_["order"];
        if (own_.add(o)) {
            screen_.show(o);
        }
    }

    void on_trade(const trade& t) {
        ++events_["trade"];
        if (own_.add(t)) {
            screen_.show(t);
        }
    }

    void on_log(const log_line&) { ++events_["log"]; }

    using rpc_table =
        rpc::table<rpc::remote<"send_order", order(order_request)>,
                   rpc::remote<"cancel_order", order(cancel_request)>,
                   rpc::remote<"query_history", std::vector<bar>(history_request)>,
                   rpc::remote<"get_contract", contract(std::string)>,
                   rpc::remote<"get_all_orders", std::vector<order>()>,
                   rpc::remote<"get_all_trades", std::vector<trade>()>,
                   rpc::on<"tick", &trader::on_tick>, rpc::on<"bar", &trader::on_bar>,
                   rpc::on<"order", &trader::on_order>, rpc::on<"trade", &trader::on_trade>,
                   rpc::on<"log", &trader::on_log>>;

private:
    asio::awaitable<void> work() {
        while (!is_finishing_) {
            const bool was_busy = co_await step();
            if (!was_busy && !is_finishing_) {
                co_await next_event();
            }
        }
        if (is_connected_) {
            co_await close_down();
        }
        client_->stop();
    }

    /// Does what is due. @return Whether anything was, and went well.
    asio::awaitable<bool> step() {
        try {
            if (is_connected_ && is_stale_) {
                co_await take_snapshot();
                co_return true;
            }
            if (is_connected_ && last_tick_.last_price > 0 &&
                wanted_position() != ordered_position_) {
                co_await trade_to(wanted_position());
                co_return true;
            }
        } catch (const rpc::error& failure) {
            screen_.say("failed", failure.message());
        }
        co_return false;
    }

    /// Waits until something happened that the checks in `work` may look at.
    asio::awaitable<void> next_event() {
        wake_.expires_at(asio::steady_timer::time_point::max());
        asio::error_code woken;
        co_await wake_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
    }

    /// Everything that was missed while there was no connection. Answers and events come in the
    /// server's order, so nothing in a snapshot is older than the events before it.
    asio::awaitable<void> take_snapshot() {
        const std::size_t connection = connections_.connected;
        const auto orders = co_await client_->async_call<"get_all_orders">(asio::use_awaitable);
        const auto trades = co_await client_->async_call<"get_all_trades">(asio::use_awaitable);
        const auto missing = own_.take_over(orders, trades);
        contract_ =
            co_await client_->async_call<"get_contract">(settings_.symbol, asio::use_awaitable);
        // Requests have names: GCC 12 destroys a braced one within a co_await expression twice.
        const history_request wanted{settings_.symbol, {}, {}};
        const auto history =
            co_await client_->async_call<"query_history">(wanted, asio::use_awaitable);
        rule_.clear();
        for (const bar& each : history) {
            rule_.add(each.close_price);
        }
        is_stale_ = connection != connections_.connected;  // It broke meanwhile: once more.
        screen_.say("snapshot", std::to_string(orders.size()) + " orders, " +
                                    std::to_string(trades.size()) + " trades (" +
                                    std::to_string(missing) + " of ours were missing), " +
                                    std::to_string(history.size()) + " days of history");
    }

    std::int64_t wanted_position() const {
        const int direction = rule_.direction();
        return direction == 0 ? ordered_position_ : direction * settings_.position_limit;
    }

    asio::awaitable<void> trade_to(std::int64_t target) {
        ordered_position_ = target;
        co_await cancel_open_orders();
        // No order is open, so every trade has been told and the position is exact. What the desk's
        // limit leaves room for may be less than what is wanted.
        std::int64_t volume = target - own_.position();
        while (volume != 0) {
            const bool was_rejected = co_await send(volume);
            volume = was_rejected ? volume / 2 : 0;
        }
    }

    asio::awaitable<void> cancel_open_orders() {
        while (!own_.open_orders().empty()) {
            const cancel_request request{own_.open_orders().begin()->first};
            const order left =
                co_await client_->async_call<"cancel_order">(request, asio::use_awaitable);
            own_.add(left);
        }
    }

    /// Sends a limit order that may pay up to 0.2 percent more than the market asks now.
    /// @return Whether the desk rejected it.
    asio::awaitable<bool> send(std::int64_t volume) {
        const order_request request = limit_order(volume);
        own_.sent();
        try {
            const order first =
                co_await client_->async_call<"send_order">(request, asio::use_awaitable);
            own_.answered(first);
            co_return first.status == order_status::rejected;
        } catch (const rpc::error& failure) {
            count(failure);
        }
        co_return false;
    }

    order_request limit_order(std::int64_t volume) const {
        const bool buys = volume > 0;
        const double price = buys ? last_tick_.ask_price_1 * 1.002 : last_tick_.bid_price_1 * 0.998;
        order_request request;
        request.symbol = settings_.symbol;
        request.side = buys ? side::buy : side::sell;
        request.price = std::round(price / contract_.price_tick) * contract_.price_tick;
        request.volume = std::abs(volume);
        request.reference = settings_.name;
        return request;
    }

    /// An order that failed without an answer of the exchange: its outcome tells what may be.
    void count(const rpc::error& failure) {
        switch (failure.outcome()) {
            case rpc::outcome::not_sent: own_.not_sent(); break;
            case rpc::outcome::may_have_run:
                own_.unanswered();
                is_stale_ = true;  // The server's list tells, if it is still the same server.
                break;
            case rpc::outcome::failed: own_.failed(); break;
        }
        screen_.say("failed", std::string("order: ") + failure.what() + " (" +
                                  std::string(to_string(failure.outcome())) + ")");
    }

    asio::awaitable<void> close_down() {
        try {
            co_await cancel_open_orders();
            const auto orders = co_await client_->async_call<"get_all_orders">(asio::use_awaitable);
            const auto trades = co_await client_->async_call<"get_all_trades">(asio::use_awaitable);
            own_.take_over(orders, trades);
            server_agrees_ = own_.agrees_with(orders, trades);
        } catch (const rpc::error& failure) {
            screen_.say("failed", failure.message());
        }
    }

    trader_settings settings_;
    book own_;
    screen screen_;
    moving_average_cross rule_;
    contract contract_;
    tick last_tick_;
    std::int64_t ordered_position_ = 0;
    std::map<std::string, std::size_t> events_;
    connection_counts connections_;
    std::string epoch_;
    bool is_connected_ = false;
    bool is_stale_ = true;  // The books miss what happened while there was no connection.
    bool is_finishing_ = false;
    std::optional<bool> server_agrees_;
    std::chrono::steady_clock::time_point next_shown_{};
    std::unique_ptr<rpc::client<trader>> client_;
    asio::steady_timer wake_;
};

}  // namespace desk

#endif  // DESK_TRADER_HPP
