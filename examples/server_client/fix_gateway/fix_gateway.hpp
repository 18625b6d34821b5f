// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TRADER_FIX_GATEWAY_HPP
#define TRADER_FIX_GATEWAY_HPP

#include "../trader/base_gateway.hpp"
#include "../trader/order_ids.hpp"

#include <nlohmann/json.hpp>

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace trader {

namespace fix {
class ledger;
}

/// A gateway to a counterparty that speaks FIX 4.4: a broker, an exchange, another desk. The
/// session is QuickFIX's, what is said in it `fix::ledger`'s, which tells how fills, positions and
/// accounts are counted and what is asked after each logon.
///
/// | Setting      | Default     | Meaning                                                        |
/// |--------------|-------------|----------------------------------------------------------------|
/// | `host`       | `127.0.0.1` | Where the counterparty is; for TLS, a tunnel to it.            |
/// | `port`       | 5001        |                                                                |
/// | `sender`     | `DESK`      | SenderCompID, as agreed.                                       |
/// | `target`     | `EXCHANGE`  | TargetCompID.                                                  |
/// | `username`   | ``          | Of the Logon, if one is wanted; the store on the disk has it.  |
/// | `password`   | ``          |                                                                |
/// | `account`    | ``          | Named in orders; empty: none is.                               |
/// | `symbols`    | none        | What can be traded, `["ES.CME"]`, until a SecurityList says it.|
/// | `ask`        | all         | What is asked at logon: securities, trades, orders, positions, |
/// |              |             | account. Take out what the counterparty cannot bear.           |
/// | `depth`      | 5           | Prices of each side; 0 is the whole book.                      |
/// | `heartbeat`  | 30          | Seconds.                                                       |
/// | `reconnect`  | 5           | Seconds from one attempt to the next.                          |
/// | `wait`       | 10          | Seconds for answers to what is asked at logon.                 |
/// | `reset`      | false       | Begin each connection with number 1.                           |
/// | `start_time` | `00:00:00`  | Of the session, in UTC: numbers begin again at 1. With an      |
/// | `end_time`   | `00:00:00`  | equal end it lasts the day.                                    |
/// | `store`      | ``          | Folder for numbers and messages; empty: `.trader/fix` at home. |
/// | `log`        | ``          | Folder for all that is said; empty: it is not written down.    |
/// | `dictionary` | ``          | The counterparty's QuickFIX file of FIX 4.4, if it has one.    |
///
/// INITIALISING is said at logon, CONNECTED when what is asked then is answered, refused, or
/// not answered in `wait` seconds. Orders are taken from the logon on. An order without a session
/// is rejected at once; one that was on its way when the session broke is asked for after the next
/// logon, and never sent again. Lost numbers on either side make every logon fail with `MsgSeqNum
/// too low`, which is told: connect once with `reset`.
///
/// FIX has no history; quotes (MassQuote) are not taken.
///
/// @par Thread safety
/// As `base_gateway`. Everything happens on a thread of the gateway's own; `close` and the
/// destructor may take two seconds, for the goodbye.
class fix_gateway : public base_gateway {
public:
    static constexpr std::string_view default_name = "FIX";

    explicit fix_gateway(event_engine& events, std::string name = std::string(default_name));
    ~fix_gateway() override;

    nlohmann::json default_setting() const override;
    std::vector<exchange> exchanges() const override;

    /// @throws std::invalid_argument  If a setting cannot be used; the text names it. If connected,
    ///                                that is logged and nothing is done.
    void connect(const nlohmann::json& setting) override;
    void close() override;

    // All that follow throw std::invalid_argument if `gateway` is not this gateway's name.

    /// A subscription may be made before `connect` and outlives `close`.
    void subscribe(const subscribe_request& request, const std::string& gateway) override;
    void unsubscribe(const subscribe_request& request, const std::string& gateway) override;
    std::string send_order(const order_request& request, const std::string& gateway) override;
    void cancel_order(const cancel_request& request, const std::string& gateway) override;
    void query_account() override;
    void query_position() override;

private:
    struct connection;

    void require_own(const std::string& gateway) const;
    bool with_ledger(std::function<void(fix::ledger&)> work);
    void run(connection& used, std::function<void()> work);
    void logged_on(connection& used);
    void logged_out(connection& used, const std::string& reason);
    void wait_for_answers(connection& used);
    void look(connection& used);
    void set_state(connection& used, gateway_state state, std::string text);

    order_ids ids_;
    std::mutex mutex_;  // Guards what follows.
    std::map<std::string, subscribe_request> subscribed_;
    std::unique_ptr<connection> connection_;  // None: not connected.
    bool has_told_ = false;
};

}  // namespace trader

#endif  // TRADER_FIX_GATEWAY_HPP
