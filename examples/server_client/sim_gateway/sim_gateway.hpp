// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TRADER_SIM_GATEWAY_HPP
#define TRADER_SIM_GATEWAY_HPP

#include "../trader/base_gateway.hpp"
#include "sim_exchange.hpp"
#include "sim_setting.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace trader {

/// A gateway to a simulated exchange of its own, in this process: real daily prices, played fast.
///
/// | Setting        | Default          | Meaning                                                |
/// |----------------|------------------|--------------------------------------------------------|
/// | `speed`        | 1                | Ticks of every symbol per second; 0: only by `step`.   |
/// | `seed`         | 1                | The same seed gives the same ticks.                    |
/// | `account`      | `SIM-1`          | Begins with the gateway's name.                        |
/// | `balance`      | 1000000          | What the account begins with.                          |
/// | `data`         | ``               | File of daily bars; empty: the built-in one.           |
/// | `loop`         | true             | Whether the prices start again at the end.             |
/// | `history_bars` | 60               | Days that are over when the exchange opens.            |
/// | `session`      | ``               | What ids begin with; empty: drawn, so that the ids of  |
/// |                |                  | two sessions differ. One that is given is for tests.   |
/// | `symbols`      | `SPX`, `SPY`, `ES` | What is traded.                                      |
///
/// The exchange opens with `connect`, which brings the first tick as well, and is forgotten with
/// `close`; to connect again opens another.
///
/// @par Thread safety
/// As `base_gateway`. The steps come on a thread of the gateway's own. `close` and the destructor
/// wait for the step that is under way; the event engine must live longer than the gateway.
class sim_gateway : public base_gateway {
public:
    static constexpr std::string_view default_name = "SIM";

    explicit sim_gateway(event_engine& events, std::string name = std::string(default_name));
    ~sim_gateway() override;

    nlohmann::json default_setting() const override;
    std::vector<exchange> exchanges() const override;

    /// @throws std::invalid_argument  If a setting cannot be used; the text names it. Nothing is
    ///                                told then. If connected, that is logged and nothing is done.
    void connect(const nlohmann::json& setting) override;
    void close() override;

    // All that follow throw std::invalid_argument if `gateway` is not this gateway's name.

    /// Ticks are told of subscribed symbols only, the newest at once. A subscription may be made
    /// before `connect` and outlives `close`.
    void subscribe(const subscribe_request& request, const std::string& gateway) override;
    void unsubscribe(const subscribe_request& request, const std::string& gateway) override;
    std::string send_order(const order_request& request, const std::string& gateway) override;
    void cancel_order(const cancel_request& request, const std::string& gateway) override;
    std::string send_quote(const quote_request& request, const std::string& gateway) override;
    void cancel_quote(const cancel_request& request, const std::string& gateway) override;
    /// Hands over the daily bars of the days that are over, before it returns.
    void query_history(const history_request& request, const std::string& gateway,
                       history_handler handler) override;

    void query_account() override;
    void query_position() override;

    /// Brings the next tick of every symbol.
    /// @return Whether there was one; not if the data has ended or nothing is connected.
    bool step();

    /// Begins or ends a halt: while it lasts prices stand still. Orders are taken as ever.
    void halt(bool is_wanted);

private:
    class pacer;

    void require_own(const std::string& gateway) const;
    bool require_open(const std::string& what);
    void listen(sim::sim_exchange& source);
    std::string history(const history_request& request, std::vector<bar_data>& found);
    std::string next_refused_id();

    std::mutex mutex_;  // Guards what follows. Events are put under it, which never waits.
    std::unique_ptr<sim::sim_exchange> exchange_;  // None: not connected.
    std::set<std::string> subscribed_;
    std::uint64_t last_refused_ = 0;
    bool is_halted_ = false;
    std::unique_ptr<pacer> pacer_;
};

}  // namespace trader

#endif  // TRADER_SIM_GATEWAY_HPP
