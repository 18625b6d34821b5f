// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "server_link.hpp"

#include <nlohmann/json.hpp>

#include <chrono>
#include <type_traits>

namespace trader::remote {

namespace {

using namespace std::chrono_literals;

// An order that a server did not take in this time is one that nobody wants any more.
constexpr rpc::timeout order_timeout{5s};
constexpr rpc::timeout history_timeout{30s};

std::string text_of(const std::exception_ptr& failed) {
    try {
        std::rethrow_exception(failed);
    } catch (const std::exception& failure) {
        return failure.what();
    } catch (...) {
        return "an unknown error";
    }
}

/// Whether the server is too old to have a method.
bool is_unknown_method(const std::exception_ptr& failed) {
    try {
        std::rethrow_exception(failed);
    } catch (const rpc::error& failure) {
        return failure.code() == rpc::errc::method_not_found ||
               failure.code() == rpc::errc::contract_mismatch;
    } catch (...) {
        return false;
    }
}

}  // namespace

rpc::client_options server_link::options() {
    rpc::client_options made{
        .address = setting_.address,
        .token = setting_.token,
        .call_timeout = 10s,
        .log = [this](const rpc::log_record& record) {
            if (record.event == rpc::log_event::connect_failed) {
                // A server that is not there is told once, not at every try.
                const std::string why{record.text.substr(0, record.text.find("; next try"))};
                if (std::exchange(last_failure_, why) != why) {
                    owner_.log("connect_failed " + setting_.address + " " + why, log_data::warning);
                }
            } else if (record.event == rpc::log_event::contract_differs ||
                       record.event == rpc::log_event::subscription_refused ||
                       record.event == rpc::log_event::handler_threw) {
                owner_.log(rpc::to_string(record), log_data::warning);
            }
        }};
    if (transport::is_encrypted(setting_.address)) {
        transport::encrypt(made, setting_.files);
    }
    return made;
}

// --- requests ------------------------------------------------------------------------------------

auto server_link::warn_of(std::string what) {
    return [this, what = std::move(what)](const std::exception_ptr& failed) {
        if (failed) {
            owner_.log(what + ": " + text_of(failed), log_data::warning);
        }
    };
}

void server_link::subscribe(const subscribe_request& request, const std::string& origin,
                            const std::string& name) {
    const tick_key key{origin, request.vt_symbol()};
    auto& wanted = subscriptions_[key];
    wanted.request = request;
    wanted.names.insert(name);
    if (wanted.is_asked_for) {
        return;  // The newest tick was told, to everybody here.
    }
    client_.subscribe<"tick">(origin + "." + request.vt_symbol());
    if (mirror_.is_live()) {
        subscribe_now(key, wanted);
    }
}

void server_link::subscribe_now(const tick_key& key, wanted_ticks& wanted) {
    const auto& [origin, vt_symbol] = key;
    wanted.is_asked_for = true;
    client_.async_call<"subscribe">(wanted.request, origin,
                                    [this, key](const std::exception_ptr& failed) {
                                        if (const auto found = subscriptions_.find(key);
                                            failed && found != subscriptions_.end()) {
                                            found->second.is_asked_for = false;
                                        }
                                        warn_of("no subscription of " + key.second)(failed);
                                    });
    // For a server that knows a tick which none of its events told.
    client_.async_call<"get_tick">(
        origin + "." + vt_symbol,
        [this](const std::exception_ptr& failed, const std::optional<tick_data>& newest) {
            if (!failed && newest) {
                on_data(*newest);
            }
        });
}

void server_link::unsubscribe(const subscribe_request& request, const std::string& origin,
                              const std::string& name) {
    const auto found = subscriptions_.find({origin, request.vt_symbol()});
    if (found == subscriptions_.end() || found->second.names.erase(name) == 0 ||
        !found->second.names.empty()) {
        return;
    }
    subscriptions_.erase(found);
    client_.unsubscribe<"tick">(origin + "." + request.vt_symbol());
    if (mirror_.is_live()) {
        client_.async_call<"unsubscribe">(request, origin,
                                          warn_of("still subscribed: " + request.vt_symbol()));
    }
}

void server_link::send_order(const order_request& request, const std::string& origin,
                             const order_data& order) {
    begin_sending(order);
    client_.async_call<"send_order">(
        order_timeout, request, origin,
        [this, id = order.id()](const std::exception_ptr& failed, const std::string&) {
            answered<order_data>(id, failed);
        });
}

void server_link::send_quote(const quote_request& request, const std::string& origin,
                             const quote_data& quote) {
    begin_sending(quote);
    client_.async_call<"send_quote">(
        order_timeout, request, origin,
        [this, id = quote.id()](const std::exception_ptr& failed, const std::string&) {
            answered<quote_data>(id, failed);
        });
}

void server_link::cancel_order(const cancel_request& request, const std::string& origin) {
    client_.async_call<"cancel_order">(order_timeout, request, origin,
                                       warn_of("order " + request.orderid + " not cancelled"));
}

void server_link::cancel_quote(const cancel_request& request, const std::string& origin) {
    client_.async_call<"cancel_quote">(order_timeout, request, origin,
                                       warn_of("quote " + request.orderid + " not cancelled"));
}

void server_link::query_account() {
    for (const auto& origin : origins_) {
        client_.async_call<"query_account">(origin, warn_of("no accounts of " + origin));
    }
}

void server_link::query_position() {
    for (const auto& origin : origins_) {
        client_.async_call<"query_position">(origin, warn_of("no positions of " + origin));
    }
}

void server_link::query_history(const history_request& request, const std::string& origin,
                                history_handler handler) {
    client_.async_call<"query_history">(
        history_timeout, request, origin,
        [this, handler = std::move(handler)](const std::exception_ptr& failed,
                                             std::vector<bar_data> bars) {
            for (auto& bar : bars) {
                bar = names_.renamed(std::move(bar));
            }
            handler(std::move(bars), failed ? text_of(failed) : std::string());
        });
}

void server_link::call_function(const std::string& name, const nlohmann::json& argument,
                                function_handler handler) {
    client_.async_call<"call_function">(
        name, argument,
        [handler = std::move(handler)](const std::exception_ptr& failed, nlohmann::json result) {
            handler(std::move(result), failed ? text_of(failed) : std::string());
        });
}

// --- the fate of orders --------------------------------------------------------------------------

template <class Data>
void server_link::begin_sending(const Data& data) {
    if (mirror_.knows<Data>(data.id())) {
        return;  // Sent a second time: its state is not what a new one's is.
    }
    const auto [entry, is_new] = all_sent<Data>().try_emplace(data.id(), sent<Data>{data});
    entry->second.is_on_the_way = true;
    if (is_new) {
        owner_.tell(make_event(data));
    }
}

template <class Data>
void server_link::answered(const std::string& id, std::exception_ptr failed) {
    const auto found = all_sent<Data>().find(id);
    if (found == all_sent<Data>().end()) {
        return;
    }
    if (!failed) {
        all_sent<Data>().erase(found);
        return;
    }
    found->second.is_on_the_way = false;
    try {
        std::rethrow_exception(failed);
    } catch (const rpc::error& failure) {
        if (failure.outcome() != rpc::outcome::may_have_run) {
            reject<Data>(id, failure.message());
            return;
        }
        owner_.log("the fate of " + id + " is unknown: " + failure.message(), log_data::warning);
        // A lost connection is followed by a snapshot, which tells, and a link that is closed has
        // nobody to ask.
        if (failure.code() == rpc::errc::deadline_exceeded) {
            ask_for<Data>(id);
        }
    }
}

template <class Data>
void server_link::ask_for(const std::string& id) {
    const auto handler = [this, id](const std::exception_ptr& failed,
                                    const std::optional<Data>& known) {
        if (failed) {
            return;  // The next snapshot tells.
        }
        if (known) {
            all_sent<Data>().erase(id);
        } else {
            reject<Data>(id, "it never reached the server");
        }
    };
    if constexpr (std::is_same_v<Data, order_data>) {
        client_.async_call<"get_order">(names_.origin(id), handler);
    } else {
        client_.async_call<"get_quote">(names_.origin(id), handler);
    }
}

template <class Data>
void server_link::reject(const std::string& id, const std::string& reason) {
    const auto found = all_sent<Data>().find(id);
    if (found == all_sent<Data>().end()) {
        return;
    }
    Data rejected = std::move(found->second.data);
    all_sent<Data>().erase(found);
    if (!mirror_.knows<Data>(id)) {
        rejected.status = status::REJECTED;
        rejected.reason = reason;
        owner_.tell(make_event(std::move(rejected)));
    }
}

template <class Data>
void server_link::settle() {
    std::vector<std::string> settled;
    for (const auto& [id, each] : all_sent<Data>()) {
        if (!each.is_on_the_way) {
            settled.push_back(id);
        }
    }
    for (const auto& id : settled) {
        reject<Data>(id, "it never reached the server");
    }
}

template <class Data>
void server_link::tell_again() {
    for (const auto& [id, each] : all_sent<Data>()) {
        owner_.tell(make_event(each.data));
    }
}

// --- the connection ------------------------------------------------------------------------------

void server_link::on_connected(const rpc::session_info& info) {
    last_failure_.clear();
    owner_.on_state(gateway_state::INITIALISING, "asking " + info.address + " for everything");
    begin_snapshot();
}

void server_link::on_disconnected(const rpc::error& reason) {
    ++snapshot_;
    retry_.cancel();
    mirror_.pause();
    owner_.on_state(gateway_state::LOST, reason.what());
}

void server_link::on_gap(const rpc::gap& missed) {
    owner_.log("events " + std::to_string(missed.from) + " to " + std::to_string(missed.to) +
                   " are missing (" + missed.reason + "), a snapshot repairs that",
               log_data::warning);
    // Before the first snapshot is whole it covers the gap anyway.
    if (mirror_.is_live()) {
        begin_snapshot();
    }
}

void server_link::begin_snapshot() {
    ++snapshot_;
    mirror_.begin_snapshot();
    take_names();
    take_rights();
}

void server_link::take_rights() {
    client_.async_call<"get_rights">([this, asked = snapshot_](const std::exception_ptr& failed,
                                                               const rpc_service::rights& told) {
        if (asked != snapshot_) {
            return;
        }
        if (failed && !is_unknown_method(failed)) {
            fail_snapshot(failed);
            return;
        }
        // A server that does not know of rights leaves everything to everybody, or refuses it.
        owner_.on_rights(failed ? rpc_service::rights{} : told);
        if (!failed && !told.may_trade) {
            owner_.log("the server lets " + told.name + " look, not trade", log_data::info);
        }
        take_pages<contract_data, account_data, position_data, order_data, trade_data, quote_data,
                   gateway_data>({});
    });
}

void server_link::take_names() {
    client_.async_call<"get_all_gateway_names">(
        [this](const std::exception_ptr& failed, const std::vector<std::string>& names) {
            if (failed) {
                return;  // So will the lists, which report it.
            }
            origins_ = {names.begin(), names.end()};
            if (setting_.logs) {
                client_.subscribe<"log">("");
                for (const auto& name : names) {
                    client_.subscribe<"log">(name);
                }
            }
        });
}

template <class Data, class Handler>
void server_link::ask_for_page(const std::string& after, Handler handler) {
    if constexpr (std::is_same_v<Data, contract_data>) {
        client_.async_call<"page_contracts">(after, handler);
    } else if constexpr (std::is_same_v<Data, account_data>) {
        client_.async_call<"page_accounts">(after, handler);
    } else if constexpr (std::is_same_v<Data, position_data>) {
        client_.async_call<"page_positions">(after, handler);
    } else if constexpr (std::is_same_v<Data, order_data>) {
        client_.async_call<"page_orders">(after, handler);
    } else if constexpr (std::is_same_v<Data, trade_data>) {
        client_.async_call<"page_trades">(after, handler);
    } else if constexpr (std::is_same_v<Data, quote_data>) {
        client_.async_call<"page_quotes">(after, handler);
    } else {
        client_.async_call<"page_gateways">(after, handler);
    }
}

template <class Data, class... Later>
void server_link::take_pages(const std::string& after) {
    ask_for_page<Data>(after, [this, asked = snapshot_](const std::exception_ptr& failed,
                                                        const rpc_service::page<Data>& part) {
        if (asked != snapshot_) {
            return;
        }
        if (failed) {
            fail_snapshot(failed);
            return;
        }
        for (const auto& each : part.items) {
            mirror_.take(names_.renamed(each), owner_.tell);
        }
        if (!part.next.empty()) {
            take_pages<Data, Later...>(part.next);
        } else if constexpr (sizeof...(Later) > 0) {
            take_pages<Later...>({});
        } else {
            finish_snapshot();
        }
    });
}

void server_link::fail_snapshot(const std::exception_ptr& failed) {
    owner_.on_state(gateway_state::INITIALISING, "no snapshot, trying again: " + text_of(failed));
    retry_.expires_after(1s);
    retry_.async_wait([this, asked = snapshot_](const asio::error_code& ended) {
        if (!ended && asked == snapshot_) {
            begin_snapshot();
        }
    });
}

void server_link::finish_snapshot() {
    settle<order_data>();
    settle<quote_data>();
    const bool is_other = mirror_.finish_snapshot(names_.local({}), owner_.tell);
    if (is_other) {
        tell_again<order_data>();
        tell_again<quote_data>();
    }
    for (auto& [key, wanted] : subscriptions_) {
        subscribe_now(key, wanted);
    }
    owner_.on_state(gateway_state::CONNECTED, is_other ? "the server was started anew"
                                              : std::exchange(was_connected_, true)
                                                  ? "resumed"
                                                  : setting_.address);
}

}  // namespace trader::remote
