// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "rpc_gateway.hpp"

#include "../trader/setting.hpp"
#include "server_link.hpp"

#include <asio/post.hpp>
#include <nlohmann/json.hpp>

#include <future>
#include <optional>
#include <stdexcept>
#include <utility>
#include <variant>

namespace trader {

namespace {

/// The setting that a refusal is about.
std::string setting_of(const rpc::error& refused, const nlohmann::json& wanted) {
    if (refused.code() == rpc::errc::invalid_certificate) {
        for (const std::string each : {"authority", "certificate", "key"}) {
            const auto file = wanted.at(each).get<std::string>();
            if (!file.empty() && refused.message().find("'" + file + "'") != std::string::npos) {
                return each;
            }
        }
    }
    return refused.code() == rpc::errc::invalid_value ? "token" : "address";
}

void require_both(const nlohmann::json& wanted, const std::string& one, const std::string& other) {
    for (const auto& [missing, there] : {std::pair(one, other), std::pair(other, one)}) {
        if (wanted.at(missing) == "" && wanted.at(there) != "") {
            throw std::invalid_argument("setting '" + missing + "': a " + there + " needs a " +
                                        missing + ", too");
        }
    }
}

}  // namespace

/// The link and its thread.
struct rpc_gateway::connection {
    bool is_closed = false;  // Belongs to the thread.
    rpc::io_thread io;
    std::optional<remote::server_link> link;
};

rpc_gateway::rpc_gateway(event_engine& events, std::string name)
    : base_gateway(events, std::move(name)), names_(gateway_name()) {}

rpc_gateway::~rpc_gateway() {
    close();
}

nlohmann::json rpc_gateway::default_setting() const {
    return {{"address", "tcp://127.0.0.1:2014"},
            {"token", ""},
            {"logs", true},
            {"authority", ""},
            {"certificate", ""},
            {"key", ""}};
}

std::vector<exchange> rpc_gateway::exchanges() const {
    std::vector<exchange> all;
    for (const auto& [value, name] : exchange_names) {
        all.push_back(value);
    }
    return all;
}

std::unique_ptr<rpc_gateway::connection> rpc_gateway::make_connection(
    const nlohmann::json& wanted) {
    require_both(wanted, "certificate", "key");
    try {
        auto made = std::make_unique<connection>();
        made->link.emplace(
            made->io.get_executor(), names_,
            remote::link_setting{
                wanted.at("address"),
                wanted.at("token"),
                {wanted.at("authority"), wanted.at("certificate"), wanted.at("key")},
                wanted.at("logs")},
            remote::server_link::hooks{
                [this](event happened) { tell(std::move(happened)); },
                [this](const rpc_service::rights& told) {
                    const std::lock_guard lock(mutex_);
                    may_trade_ = told.may_trade;
                },
                [this](gateway_state state, std::string text) {
                    set_state(state, std::move(text));
                },
                [this](std::string msg, int level) { write_log(std::move(msg), level); }});
        made->link->start();
        return made;
    } catch (const rpc::error& refused) {
        throw std::invalid_argument("setting '" + setting_of(refused, wanted) +
                                    "': " + refused.message());
    }
}

void rpc_gateway::connect(const nlohmann::json& setting) {
    const auto wanted = with_defaults(default_setting(), setting);
    if (state() == gateway_state::CONNECTED) {
        write_log("is connected already", log_data::warning);
        return;
    }
    // Whatever it was trying before, for example at a wrong address.
    close();
    const std::lock_guard lock(mutex_);
    if (connection_) {
        return;  // Somebody else was faster.
    }
    if (std::exchange(has_told_, false)) {
        // All of it will be told again.
        on_event(make_event(reset_data{gateway_name()}));
    }
    connection_ = make_connection(wanted);
    may_trade_ = true;
    state_ = gateway_state::CONNECTING;
    on_state(state_, wanted.at("address"));
}

void rpc_gateway::close() {
    std::unique_ptr<connection> last;
    {
        const std::lock_guard lock(mutex_);
        last = std::move(connection_);
        state_ = gateway_state::DISCONNECTED;
        origins_.clear();
    }
    if (!last) {
        return;
    }
    // What is queued on the thread must find that it is closed, and who waits for an answer must
    // hear that there is none, before the link goes.
    std::promise<void> done;
    asio::post(last->io.get_executor(), [&] {
        last->is_closed = true;
        last->link->stop([&] { done.set_value(); });
    });
    done.get_future().wait();
    last->link.reset();
    on_state(gateway_state::DISCONNECTED);
}

gateway_state rpc_gateway::state() const {
    const std::lock_guard lock(mutex_);
    return state_;
}

bool rpc_gateway::may_trade() const {
    const std::lock_guard lock(mutex_);
    return may_trade_;
}

bool rpc_gateway::with_link(std::function<void(remote::server_link&)> work) {
    const std::lock_guard lock(mutex_);
    if (connection_) {
        asio::post(connection_->io.get_executor(),
                   [used = connection_.get(), work = std::move(work)] {
                       if (!used->is_closed) {
                           work(*used->link);
                       }
                   });
    }
    return connection_ != nullptr;
}

rpc_gateway::route rpc_gateway::route_of(const std::string& gateway,
                                         const std::string& vt_symbol) const {
    const std::lock_guard lock(mutex_);
    if (state_ != gateway_state::CONNECTED) {
        return {{}, not_connected()};
    }
    if (const auto origin = names_.origin(gateway); !origin.empty()) {
        return {origin, {}};
    }
    const auto found = origins_.find(vt_symbol);
    if (found == origins_.end()) {
        return {{}, "no gateway of the server has " + vt_symbol};
    }
    if (found->second.size() == 1) {
        return {*found->second.begin(), {}};
    }
    std::string several;
    for (const auto& origin : found->second) {
        several += (several.empty() ? "" : ", ") + names_.local(origin);
    }
    return {{}, "several gateways have " + vt_symbol + ", say which: " + several};
}

template <class Request>
bool rpc_gateway::warn_of(const route& found, const Request& request) {
    if (!found.problem.empty()) {
        write_log(request.vt_symbol() + ": " + found.problem, log_data::warning);
    }
    return !found.problem.empty();
}

void rpc_gateway::subscribe(const subscribe_request& request, const std::string& gateway) {
    // Nobody needs to be connected to say what he wants, if he says from whom.
    if (const auto origin = names_.origin(gateway); !origin.empty()) {
        with_link([=](auto& link) { link.subscribe(request, origin, gateway); });
        return;
    }
    const auto found = route_of(gateway, request.vt_symbol());
    if (!warn_of(found, request)) {
        with_link([=](auto& link) { link.subscribe(request, found.origin, gateway); });
    }
}

void rpc_gateway::unsubscribe(const subscribe_request& request, const std::string& gateway) {
    const auto found = route_of(gateway, request.vt_symbol());
    if (!warn_of(found, request)) {
        with_link([=](auto& link) { link.unsubscribe(request, found.origin, gateway); });
    }
}

template <class Data>
std::string rpc_gateway::send(Data made, route found,
                              std::function<void(remote::server_link&)> work) {
    if (found.problem.empty() && !with_link(std::move(work))) {
        found.problem = not_connected();
    }
    if (!found.problem.empty()) {
        made.status = status::REJECTED;
        made.reason = std::move(found.problem);
        on_event(make_event(made));
    }
    return made.id();
}

std::string rpc_gateway::send_order(const order_request& request, const std::string& gateway) {
    const auto found = route_of(gateway, request.vt_symbol());
    auto sent = request;
    if (sent.orderid.empty()) {
        sent.orderid = ids_.next();
    }
    const auto order = sent.create_order_data(sent.orderid, names_.local(found.origin));
    return send(order, found, [=](auto& link) { link.send_order(sent, found.origin, order); });
}

std::string rpc_gateway::send_quote(const quote_request& request, const std::string& gateway) {
    const auto found = route_of(gateway, request.vt_symbol());
    auto sent = request;
    if (sent.quoteid.empty()) {
        sent.quoteid = ids_.next();
    }
    const auto quote = sent.create_quote_data(sent.quoteid, names_.local(found.origin));
    return send(quote, found, [=](auto& link) { link.send_quote(sent, found.origin, quote); });
}

void rpc_gateway::cancel_order(const cancel_request& request, const std::string& gateway) {
    const auto found = route_of(gateway, request.vt_symbol());
    if (!warn_of(found, request)) {
        with_link([=](auto& link) { link.cancel_order(request, found.origin); });
    }
}

void rpc_gateway::cancel_quote(const cancel_request& request, const std::string& gateway) {
    const auto found = route_of(gateway, request.vt_symbol());
    if (!warn_of(found, request)) {
        with_link([=](auto& link) { link.cancel_quote(request, found.origin); });
    }
}

void rpc_gateway::query_account() {
    with_link([](auto& link) { link.query_account(); });
}

void rpc_gateway::query_position() {
    with_link([](auto& link) { link.query_position(); });
}

void rpc_gateway::query_history(const history_request& request, const std::string& gateway,
                                history_handler handler) {
    auto found = route_of(gateway, request.vt_symbol());
    if (found.problem.empty() &&
        !with_link([=](auto& link) { link.query_history(request, found.origin, handler); })) {
        found.problem = not_connected();
    }
    if (!found.problem.empty()) {
        handler({}, found.problem);
    }
}

void rpc_gateway::call_function(const std::string& name, const nlohmann::json& argument,
                                function_handler handler) {
    if (state() != gateway_state::CONNECTED ||
        !with_link([=](auto& link) { link.call_function(name, argument, handler); })) {
        handler({}, not_connected());
    }
}

void rpc_gateway::tell(event happened) {
    const std::lock_guard lock(mutex_);
    if (!connection_) {
        return;  // It was closed meanwhile.
    }
    has_told_ = true;
    if (const auto* contract = std::get_if<contract_data>(&happened.data)) {
        origins_[contract->vt_symbol()].insert(names_.origin(contract->gateway_name));
    } else if (const auto* reset = std::get_if<reset_data>(&happened.data)) {
        for (auto& [vt_symbol, origins] : origins_) {
            std::erase_if(origins, [&](const std::string& each) {
                return reset->covers(names_.local(each));
            });
        }
        std::erase_if(origins_, [](const auto& each) { return each.second.empty(); });
    }
    on_event(std::move(happened));
}

void rpc_gateway::set_state(gateway_state state, std::string text) {
    {
        const std::lock_guard lock(mutex_);
        if (!connection_) {
            return;  // It was closed meanwhile.
        }
        state_ = state;
    }
    // Whoever reads the line finds that it is so.
    on_state(state, text);
    write_log(std::string(name_of(state)) + ": " + text,
              state == gateway_state::LOST ? log_data::warning : log_data::info);
}

}  // namespace trader
