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
                    const function_list& functions, const service_setting& rules, oms_book known,
                    trading_service::audit log)
        : log_(std::move(log)),
          book_(std::move(known)),
          service_(main, book_, functions, rules, log_),
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
            server_.publish<"event">(app_event{happened.type, *own});
        } else {
            std::visit([this](const auto& data) { publish(data); }, happened.data);
        }
    }
    void publish(const tick_data& data) { server_.publish<"tick">(data); }
    void publish(const trade_data& data) { server_.publish<"trade">(data); }
    void publish(const order_data& data) { server_.publish<"order">(data); }
    void publish(const position_data& data) { server_.publish<"position">(data); }
    void publish(const account_data& data) { server_.publish<"account">(data); }
    void publish(const quote_data& data) { server_.publish<"quote">(data); }
    void publish(const contract_data& data) { server_.publish<"contract">(data); }
    void publish(const gateway_data& data) { server_.publish<"gateway">(data); }
    void publish(const log_data& data) { server_.publish<"log">(data); }
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
