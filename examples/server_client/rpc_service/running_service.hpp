// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TRADER_RUNNING_SERVICE_HPP
#define TRADER_RUNNING_SERVICE_HPP

#include "../transport.hpp"
#include "trading_service.hpp"

#include <asio/post.hpp>
#include <nlohmann/json.hpp>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace trader::rpc_service {

/// One start of the service: the server, what its clients were told, their sessions and orders.
///
/// Events and calls meet on the server's strand, so that no answer is older than an event that was
/// sent before it. The connections are served beside it: a slow function delays no heartbeat.
class running_service : public std::enable_shared_from_this<running_service> {
public:
    /// @param known  What was known before the first event that is told.
    template <class Executor>
    running_service(const Executor& executor, rpc::server_options options, main_engine& main,
                    lasting_parts& lasting, const service_setting& rules, oms_book known,
                    trading_service::audit log)
        : log_(std::move(log)),
          book_(std::move(known)),
          service_(main, book_, lasting, rules, log_),
          server_(executor, service_, std::move(options)) {
        // Whoever subscribes gets the newest tick from the server, which must have been told it.
        for (const auto& [id, tick] : book_.all<tick_data>()) {
            try_to_publish(make_event(tick));
        }
    }

    void start() { server_.start(); }
    void stop() { server_.stop(); }
    void when_drained(std::function<void()> done) { server_.when_drained(std::move(done)); }
    std::vector<std::string> addresses() const { return server_.addresses(); }
    std::vector<rpc::session_stats> sessions() const { return server_.sessions(); }

    /// Tells an event to the clients that want it. Returns at once.
    void tell(const event& happened) {
        // Not kept alive by its own queue, which ends after it.
        asio::post(server_.get_executor(), [weak = weak_from_this(), happened] {
            if (const auto self = weak.lock()) {
                self->tell_now(happened);
            }
        });
    }

private:
    void tell_now(const event& happened) {
        if (const auto* reset = std::get_if<reset_data>(&happened.data)) {
            service_.prepare(*reset);
        }
        const bool is_news = book_.update(happened);
        service_.update(happened);
        // A gateway tells the newest tick again to whoever subscribes, which every client that had
        // it would take for another one.
        if (!is_news && std::holds_alternative<tick_data>(happened.data)) {
            return;
        }
        try_to_publish(happened);
    }

    void try_to_publish(const event& happened) {
        try {
            publish(happened);
        } catch (const rpc::error& failure) {
            // Never for this application's own lines: that could go on for ever.
            if (happened.type != EVENT_RPC_LOG) {
                log_("an event " + happened.type + " cannot be sent: " + failure.what(),
                     log_data::error);
            }
        }
    }

    void publish(const event& happened) {
        if (const auto* own = std::get_if<nlohmann::json>(&happened.data)) {
            publish(app_event{happened.type, *own});
        } else {
            std::visit([this](const auto& data) { publish(data); }, happened.data);
        }
    }

    /// Calls `send` for everybody, or for each of those who may see the data.
    template <class Data, class Send>
    void to_readers(const Data& data, Send send) {
        if constexpr (transport::knows_who) {
            if (!service_.seen().all_see(data)) {
                for (const auto& name : service_.seen().readers_of(data)) {
                    send(rpc::to_identity{name}, data);
                }
                return;
            }
        }
        send(data);
    }

    void publish(const tick_data& data) { server_.publish<"tick">(data); }
    void publish(const trade_data& trade) {
        to_readers(trade, [this](const auto&... to) { server_.publish<"trade">(to...); });
    }
    void publish(const order_data& order) {
        to_readers(order, [this](const auto&... to) { server_.publish<"order">(to...); });
    }
    void publish(const position_data& position) {
        to_readers(position, [this](const auto&... to) { server_.publish<"position">(to...); });
    }
    void publish(const account_data& account) {
        to_readers(account, [this](const auto&... to) { server_.publish<"account">(to...); });
    }
    void publish(const quote_data& quote) {
        to_readers(quote, [this](const auto&... to) { server_.publish<"quote">(to...); });
    }
    void publish(const log_data& line) {
        to_readers(line, [this](const auto&... to) { server_.publish<"log">(to...); });
    }
    void publish(const app_event& own) {
        to_readers(own, [this](const auto&... to) { server_.publish<"event">(to...); });
    }
    void publish(const contract_data& data) { server_.publish<"contract">(data); }
    void publish(const gateway_data& data) { server_.publish<"gateway">(data); }
    void publish(const reset_data& data) { server_.publish<"reset">(data); }
    void publish(const std::monostate& /*nothing*/) {}
    void publish(const nlohmann::json& /*goes with its type, above*/) {}

    const trading_service::audit log_;
    oms_book book_;  // Belongs to the server's strand.
    trading_service service_;
    transport::server<trading_service> server_;
};

}  // namespace trader::rpc_service

#endif  // TRADER_RUNNING_SERVICE_HPP
