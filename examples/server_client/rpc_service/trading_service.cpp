// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "trading_service.hpp"

#include <asio/associated_executor.hpp>
#include <asio/async_result.hpp>
#include <asio/post.hpp>
#include <asio/use_awaitable.hpp>
#include <nlohmann/json.hpp>

#include <memory>
#include <stdexcept>

namespace trader::rpc_service {

namespace {

/// What the platform calls an invalid argument is one of the caller's.
template <class Work>
auto checked(Work&& work) {
    try {
        return work();
    } catch (const std::invalid_argument& wrong) {
        throw rpc::error(rpc::errc::invalid_params, wrong.what());
    }
}

std::string name_of_client(const std::string& identity, const std::string& peer) {
    return identity.empty() ? peer : identity + " (" + peer + ")";
}

std::string name_of_client(const rpc::caller& caller) {
    return name_of_client(caller.identity(), caller.peer());
}

std::string describe(const order_request& request) {
    const auto number = [](double value) { return nlohmann::json(value).dump(); };
    return std::string(name_of(request.direction)) + " " + number(request.volume) + " " +
           request.vt_symbol() + " at " +
           (request.type == order_type::MARKET ? "any price" : number(request.price));
}

std::string asked_id(const order_request& request) {
    return request.orderid;
}

std::string asked_id(const quote_request& request) {
    return request.quoteid;
}

subscribe_request request_for(const std::string& vt_symbol) {
    const auto dot = vt_symbol.rfind('.');
    for (const auto& [value, name] : exchange_names) {
        if (name == vt_symbol.substr(dot + 1)) {
            return {vt_symbol.substr(0, dot), value};
        }
    }
    return {vt_symbol};
}

}  // namespace

void trading_service::prepare(const reset_data& reset) {
    const auto forget = [&](const auto& known) {
        for (const auto& [id, data] : known) {
            if (reset.covers(data.gateway_name)) {
                owners_.forget(id);
            }
        }
    };
    // Only of what is known: what a client sends now comes after the reset.
    forget(book_.all<order_data>());
    forget(book_.all<quote_data>());
}

void trading_service::update(const event& happened) {
    if (const auto* order = std::get_if<order_data>(&happened.data)) {
        follow(*order);
    } else if (const auto* quote = std::get_if<quote_data>(&happened.data)) {
        follow(*quote);
    }
}

template <class Data>
void trading_service::follow(const Data& data) {
    const auto found = active_.find(data.id());
    if (found == active_.end()) {
        return;
    }
    const bool is_orphan = found->second.is_orphan;
    if (is_orphan || !data.is_active()) {
        active_.erase(found);
    }
    if (is_orphan && data.is_active()) {
        cancel(data);
    }
}

/// Notes whose an order or a quote is that a gateway took. The book does not know it yet, unless it
/// was there before this call.
template <class Data, class Request>
void trading_service::remember(const rpc::caller& caller, const std::string& id,
                               const Request& request, const std::string& gateway_name) {
    const auto known = book_.find<Data>(id);
    if (const auto& who = access_of(caller); !who.name.empty()) {
        const std::string asked = asked_id(request);
        // What is there and nobody's was sent by this desk itself. Orders and quotes share ids.
        const bool is_there =
            book_.all<order_data>().contains(id) || book_.all<quote_data>().contains(id);
        const bool is_free = !is_there || owners_.is_owned(id);
        const bool is_own =
            is_free && owners_.claim(id, who.name,
                                     asked.empty() ? gateway_name
                                                   : id.substr(0, id.size() - asked.size() - 1));
        if (!is_own && !who.sees_all) {
            throw rpc::error(rpc::errc::forbidden, "the id " + id + " is somebody else's");
        }
    }
    if (!known || known->is_active()) {
        active_.try_emplace(id, sent_order{caller.session()});
    }
}

trading_service::session& trading_service::session_of(const rpc::caller& caller) {
    return sessions_
        .try_emplace(caller.session(),
                     session{.throttle = order_throttle(rules_.orders_per_second)})
        .first->second;
}

void trading_service::require_trader(const rpc::caller& caller) const {
    if (!access_of(caller).may_trade) {
        throw rpc::error(rpc::errc::forbidden, caller.identity() + " may watch, not trade");
    }
}

order_throttle& trading_service::throttle_of(const rpc::caller& caller, int limit) {
    // Who has a name has one limit, however often it is connected.
    return caller.identity().empty()
               ? session_of(caller).throttle
               : throttles_.try_emplace(caller.identity(), limit).first->second;
}

void trading_service::admit(const rpc::caller& caller, std::size_t count) {
    require_trader(caller);
    const int own = access_of(caller).orders_per_second;
    const int limit = own > 0 ? own : rules_.orders_per_second;
    if (!throttle_of(caller, limit).admit(count, std::chrono::steady_clock::now())) {
        log_(name_of_client(caller) + " sends too many orders", log_data::warning);
        throw rpc::error(rpc::errc::overloaded, "no more than " + std::to_string(limit) +
                                                    " orders, quotes and cancels in a second");
    }
}

/// Refuses to cancel what the caller may not see. An id is not enough to tell: with dots in it,
/// `SIM.x` and `1` make the same as `SIM` and `x.1`, and are taken for another order.
template <class Data>
void trading_service::require_own(const rpc::caller& caller, const cancel_request& request,
                                  const std::string& gateway_name) const {
    const auto& who = access_of(caller);
    if (who.sees_all) {
        return;
    }
    const std::string id = gateway_name + "." + request.orderid;
    const auto known = book_.find<Data>(id);
    const std::string gateway = known ? known->gateway_name : owners_.gateway_of(id);
    if (!owners_.is_owner(who.name, id) || gateway != gateway_name) {
        throw rpc::error(rpc::errc::forbidden, id + " is not one of " + who.name + "'s");
    }
}

rights trading_service::get_rights(const rpc::caller& caller) {
    const auto& who = access_of(caller);
    return {who.name, who.may_trade, who.sees_all};
}

void trading_service::subscribe(const rpc::caller& caller, const subscribe_request& request,
                                const std::string& gateway_name) {
    auto& wanted = session_of(caller).subscriptions;
    if (!wanted.contains({gateway_name, request.vt_symbol()})) {
        checked([&] { main_.subscribe(request, gateway_name); });
        wanted.insert({gateway_name, request.vt_symbol()});
    }
}

void trading_service::unsubscribe(const rpc::caller& caller, const subscribe_request& request,
                                  const std::string& gateway_name) {
    if (session_of(caller).subscriptions.erase({gateway_name, request.vt_symbol()}) > 0) {
        checked([&] { main_.unsubscribe(request, gateway_name); });
    }
}

std::string trading_service::take_order(const rpc::caller& caller, const order_request& request,
                                        const std::string& gateway_name) {
    const auto id = checked([&] { return main_.send_order(request, gateway_name); });
    remember<order_data>(caller, id, request, gateway_name);
    log_(name_of_client(caller) + " sent " + id + ": " + describe(request), log_data::info);
    return id;
}

std::string trading_service::send_order(const rpc::caller& caller, const order_request& request,
                                        const std::string& gateway_name) {
    admit(caller, 1);
    return take_order(caller, request, gateway_name);
}

std::vector<std::string> trading_service::send_orders(const rpc::caller& caller,
                                                      const std::vector<order_request>& requests,
                                                      const std::string& gateway_name) {
    admit(caller, requests.size());
    std::vector<std::string> ids;
    for (const auto& each : requests) {
        ids.push_back(take_order(caller, each, gateway_name));
    }
    return ids;
}

void trading_service::cancel_order(const rpc::caller& caller, const cancel_request& request,
                                   const std::string& gateway_name) {
    cancel_orders(caller, {request}, gateway_name);
}

void trading_service::cancel_orders(const rpc::caller& caller,
                                    const std::vector<cancel_request>& requests,
                                    const std::string& gateway_name) {
    admit(caller, requests.size());
    for (const auto& each : requests) {
        require_own<order_data>(caller, each, gateway_name);
    }
    checked([&] { main_.cancel_orders(requests, gateway_name); });
    for (const auto& each : requests) {
        log_(name_of_client(caller) + " cancels " + gateway_name + "." + each.orderid,
             log_data::info);
    }
}

std::string trading_service::send_quote(const rpc::caller& caller, const quote_request& request,
                                        const std::string& gateway_name) {
    admit(caller, 1);
    const auto id = checked([&] { return main_.send_quote(request, gateway_name); });
    remember<quote_data>(caller, id, request, gateway_name);
    log_(name_of_client(caller) + " quotes " + id, log_data::info);
    return id;
}

void trading_service::cancel_quote(const rpc::caller& caller, const cancel_request& request,
                                   const std::string& gateway_name) {
    admit(caller, 1);
    require_own<quote_data>(caller, request, gateway_name);
    checked([&] { main_.cancel_quote(request, gateway_name); });
}

void trading_service::require_accounts(const rpc::caller& caller) const {
    if (!access_of(caller).sees_all) {
        require_trader(caller);
    }
}

void trading_service::query_account(const rpc::caller& caller, const std::string& gateway_name) {
    require_accounts(caller);
    checked([&] { main_.query_account(gateway_name); });
}

void trading_service::query_position(const rpc::caller& caller, const std::string& gateway_name) {
    require_accounts(caller);
    checked([&] { main_.query_position(gateway_name); });
}

asio::awaitable<std::vector<bar_data>> trading_service::query_history(history_request request,
                                                                      std::string gateway_name) {
    checked([&] { main_.get_gateway(gateway_name); });
    const auto begin = [this, &request, &gateway_name](auto handler) {
        // A history_handler can be copied; a coroutine's handler cannot. It is resumed where the
        // coroutine runs, wherever the gateway calls.
        const auto waiting = std::make_shared<decltype(handler)>(std::move(handler));
        const history_handler resume = [waiting](std::vector<bar_data> bars, std::string error) {
            asio::post(asio::get_associated_executor(*waiting),
                       [waiting, bars = std::move(bars), error]() mutable {
                           std::move (*waiting)(std::move(bars), std::move(error));
                       });
        };
        try {
            main_.query_history(request, gateway_name, resume);
        } catch (const std::exception& failure) {
            resume({}, failure.what());  // Nothing may leave from here.
        }
    };
    auto [bars, error] = co_await asio::async_initiate<decltype(asio::use_awaitable),
                                                       void(std::vector<bar_data>, std::string)>(
        begin, asio::use_awaitable);
    if (!error.empty()) {
        throw std::runtime_error(error);
    }
    co_return std::move(bars);
}

nlohmann::json trading_service::call_function(const rpc::caller& caller, const std::string& name,
                                              const nlohmann::json& argument) {
    require_trader(caller);  // Nobody knows what it does.
    const auto found = checked([&] { return functions_.find(name); });
    log_(name_of_client(caller) + " calls " + name, log_data::info);
    return found(argument);
}

void trading_service::cancel(const order_data& order) {
    main_.cancel_order(order.create_cancel_request(), order.gateway_name);
}

void trading_service::cancel(const quote_data& quote) {
    main_.cancel_quote(quote.create_cancel_request(), quote.gateway_name);
}

template <class Data>
bool trading_service::cancel_known(const std::string& id) {
    const auto known = book_.find<Data>(id);
    if (known) {
        cancel(*known);
    }
    return known.has_value();
}

void trading_service::on_session_end(const rpc::session_end& ended) {
    if (ended.reason.code() == rpc::errc::unauthenticated) {
        return;  // It never was here.
    }
    if (const auto found = sessions_.find(ended.session); found != sessions_.end()) {
        for (const auto& [gateway, vt_symbol] : found->second.subscriptions) {
            main_.unsubscribe(request_for(vt_symbol), gateway);
        }
        sessions_.erase(found);
    }
    std::size_t cancelled = 0;
    for (auto each = active_.begin(); each != active_.end();) {
        if (each->second.session != ended.session || each->second.is_orphan) {
            ++each;
        } else if (!rules_.cancel_on_disconnect) {
            each = active_.erase(each);
        } else {
            ++cancelled;
            each->second.is_orphan = true;
            const bool is_known =
                cancel_known<order_data>(each->first) || cancel_known<quote_data>(each->first);
            each = is_known ? active_.erase(each) : std::next(each);
        }
    }
    log_(name_of_client(ended.identity, ended.peer) + " is gone: " + ended.reason.what() +
             (cancelled == 0 ? "" : "; orders and quotes cancelled: " + std::to_string(cancelled)),
         log_data::info);
}

}  // namespace trader::rpc_service
