// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "fix_gateway.hpp"

#include "../trader/clock.hpp"
#include "fix_ledger.hpp"
#include "fix_session.hpp"
#include "fix_setting.hpp"

#include <gatewire/io_thread.hpp>

#include <asio/post.hpp>
#include <asio/steady_timer.hpp>
#include <nlohmann/json.hpp>

#include <future>
#include <optional>
#include <stdexcept>
#include <utility>

namespace trader {

/// The session, what is known of it, and the thread that both are used on.
struct fix_gateway::connection {
    explicit connection(fix::gateway_setting wanted) : setting(std::move(wanted)) {}

    const fix::gateway_setting setting;
    bool is_closed = false;  // This and what follows belong to the thread.
    gateway_state state = gateway_state::CONNECTING;
    std::string reason{};  // Why the session ended last.
    rpc::io_thread io;
    asio::steady_timer waiting{io.get_executor()};
    std::optional<fix::ledger> ledger;
    std::unique_ptr<fix::session> session;
};

fix_gateway::fix_gateway(event_engine& events, std::string name)
    : base_gateway(events, std::move(name)) {}

fix_gateway::~fix_gateway() {
    fix_gateway::close();
}

nlohmann::json fix_gateway::default_setting() const {
    return fix::default_fix_setting();
}

std::vector<exchange> fix_gateway::exchanges() const {
    std::vector<exchange> all;
    for (const auto& [value, name] : exchange_names) {
        all.push_back(value);
    }
    return all;
}

// --- connection ----------------------------------------------------------------------------------

void fix_gateway::connect(const nlohmann::json& setting) {
    const std::scoped_lock lock(mutex_);
    if (connection_) {
        write_log(gateway_name() + " is connected already, or tries to be; close it first",
                  log_data::warning);
        return;
    }
    auto made = std::make_unique<connection>(fix::read_fix_setting(setting, gateway_name()));
    auto* used = made.get();
    try {
        // Its hooks only hand over: they are called under QuickFIX's locks.
        made->session = std::make_unique<fix::session>(
            made->setting.session,
            fix::session_hooks{[this, used] { run(*used, [this, used] { logged_on(*used); }); },
                               [this, used](const std::string& reason) {
                                   run(*used, [this, used, reason] { logged_out(*used, reason); });
                               },
                               [this, used](fix::message received) {
                                   run(*used, [this, used, received = std::move(received)] {
                                       used->ledger->take(received);
                                       look(*used);
                                   });
                               }});
    } catch (const std::runtime_error& refused) {
        throw std::invalid_argument("setting 'store', 'dictionary' or 'sender': " +
                                    std::string(refused.what()));
    }
    if (std::exchange(has_told_, true)) {
        on_event(make_event(reset_data{gateway_name()}));  // All of it will be told again.
    }
    on_state(gateway_state::CONNECTING, made->setting.address);
    made->ledger.emplace(
        made->setting.ledger,
        fix::ledger::hooks{[this](event happened) { on_event(std::move(happened)); },
                           [used](const fix::message& sent) { return used->session->send(sent); },
                           [this](const std::string& text, int level) { write_log(text, level); },
                           &now});
    for (const auto& [vt_symbol, request] : subscribed_) {
        made->ledger->subscribe(request);
    }
    connection_ = std::move(made);
    run(*used, [this, used] { wait_for_answers(*used); });
    used->session->start();
}

void fix_gateway::close() {
    std::unique_ptr<connection> last;
    {
        const std::scoped_lock lock(mutex_);
        last = std::move(connection_);
    }
    if (!last) {
        return;
    }
    last->session->stop();
    // What is queued on the thread must find that it is closed.
    std::promise<void> done;
    asio::post(last->io.get_executor(), [&] {
        last->is_closed = true;
        last->waiting.cancel();
        done.set_value();
    });
    done.get_future().wait();
    on_state(gateway_state::DISCONNECTED);
}

void fix_gateway::run(connection& used, std::function<void()> work) {
    asio::post(used.io.get_executor(), [&used, work = std::move(work)] {
        if (!used.is_closed) {
            work();
        }
    });
}

bool fix_gateway::with_ledger(std::function<void(fix::ledger&)> work) {
    const std::scoped_lock lock(mutex_);
    if (connection_) {
        run(*connection_,
            [used = connection_.get(), work = std::move(work)] { work(*used->ledger); });
    }
    return connection_ != nullptr;
}

void fix_gateway::logged_on(connection& used) {
    set_state(used, gateway_state::INITIALISING, used.setting.address);
    used.ledger->logged_on();
    wait_for_answers(used);
    look(used);
}

void fix_gateway::logged_out(connection& used, const std::string& reason) {
    used.ledger->logged_out();
    wait_for_answers(used);
    if (used.state == gateway_state::LOST && reason == used.reason) {
        return;  // One more attempt that ended as the one before.
    }
    used.reason = reason;
    set_state(used, gateway_state::LOST,
              reason.find("MsgSeqNum too low") == std::string::npos
                  ? reason
                  : reason + "; if this comes again, connect once with 'reset'");
}

/// Says so if there is no logon, and goes on without what is not answered.
void fix_gateway::wait_for_answers(connection& used) {
    used.waiting.expires_after(used.setting.wait);
    used.waiting.async_wait([this, &used](const asio::error_code& ended) {
        if (ended || used.is_closed) {
            return;
        }
        if (used.ledger->give_up()) {
            look(used);
            wait_for_answers(used);
        } else if (!used.session->is_logged_on()) {
            write_log(used.setting.address + " takes no logon of " + used.setting.session.sender +
                          " to " + used.setting.session.target + "; it is tried on",
                      log_data::warning);
        }
    });
}

void fix_gateway::look(connection& used) {
    if (used.state == gateway_state::INITIALISING && used.ledger->is_ready()) {
        set_state(used, gateway_state::CONNECTED, used.setting.address);
    }
}

void fix_gateway::set_state(connection& used, gateway_state state, std::string text) {
    used.state = state;
    // Whoever reads the line finds that it is so.
    on_state(state, text);
    write_log(std::string(name_of(state)) + ": " + text,
              state == gateway_state::LOST ? log_data::warning : log_data::info);
}

// --- requests ------------------------------------------------------------------------------------

void fix_gateway::require_own(const std::string& gateway) const {
    if (gateway != gateway_name()) {
        throw std::invalid_argument("there is no gateway '" + gateway + "' behind " +
                                    gateway_name());
    }
}

void fix_gateway::subscribe(const subscribe_request& request, const std::string& gateway) {
    require_own(gateway);
    {
        const std::scoped_lock lock(mutex_);
        subscribed_[request.vt_symbol()] = request;
    }
    with_ledger([=](auto& ledger) { ledger.subscribe(request); });
}

void fix_gateway::unsubscribe(const subscribe_request& request, const std::string& gateway) {
    require_own(gateway);
    {
        const std::scoped_lock lock(mutex_);
        subscribed_.erase(request.vt_symbol());
    }
    with_ledger([=](auto& ledger) { ledger.unsubscribe(request); });
}

std::string fix_gateway::send_order(const order_request& request, const std::string& gateway) {
    require_own(gateway);
    auto sent = request;
    if (sent.orderid.empty()) {
        sent.orderid = ids_.next();
    }
    auto order = sent.create_order_data(sent.orderid, gateway_name());
    if (!with_ledger([=](auto& ledger) { ledger.send_order(sent); })) {
        order.status = status::REJECTED;
        order.reason = gateway_name() + " is not connected";
        on_order(order);
    }
    return order.vt_orderid();
}

void fix_gateway::cancel_order(const cancel_request& request, const std::string& gateway) {
    require_own(gateway);
    if (!with_ledger([=](auto& ledger) { ledger.cancel_order(request); })) {
        write_log(
            gateway_name() + " is not connected: order " + request.orderid + " is not cancelled",
            log_data::warning);
    }
}

void fix_gateway::query_account() {
    with_ledger([](auto& ledger) { ledger.query_account(); });
}

void fix_gateway::query_position() {
    with_ledger([](auto& ledger) { ledger.query_position(); });
}

}  // namespace trader
