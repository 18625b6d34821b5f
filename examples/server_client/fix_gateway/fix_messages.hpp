// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TRADER_FIX_MESSAGES_HPP
#define TRADER_FIX_MESSAGES_HPP

#include "../trader/object.hpp"
#include "fix_message.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// From the desk's words to those of FIX 4.4 and back. Nothing here knows a network or a session.
namespace trader::fix {

/// The numbers of the fields, by the names that FIX has for them.
namespace tag {
inline constexpr int account = 1, avg_px = 6, cl_ord_id = 11, cum_qty = 14, exec_id = 17,
                     handl_inst = 21, last_px = 31, last_qty = 32, lines_of_text = 33,
                     msg_seq_num = 34, order_id = 37, order_qty = 38, ord_status = 39,
                     ord_type = 40, orig_cl_ord_id = 41, poss_dup = 43, price = 44,
                     ref_seq_num = 45, sending_time = 52, side = 54, symbol = 55, text = 58,
                     time_in_force = 59, transact_time = 60, trade_date = 75, position_effect = 77,
                     poss_resend = 97, stop_px = 99, cxl_rej_reason = 102, ord_rej_reason = 103,
                     security_desc = 107, orig_sending_time = 122, no_related_sym = 146,
                     headline = 148, exec_type = 150, leaves_qty = 151, security_type = 167,
                     security_exchange = 207, contract_multiplier = 231, md_req_id = 262,
                     subscription_request_type = 263, market_depth = 264, md_update_type = 265,
                     no_md_entry_types = 267, no_md_entries = 268, md_entry_type = 269,
                     md_entry_px = 270, md_entry_size = 271, md_entry_date = 272,
                     md_entry_time = 273, md_entry_id = 278, md_update_action = 279,
                     md_entry_ref_id = 280, md_entry_position_no = 290, security_req_id = 320,
                     security_response_id = 322, ref_msg_type = 372, session_reject_reason = 373,
                     business_reject_ref_id = 379, business_reject_reason = 380,
                     tot_no_related_sym = 393, cxl_rej_response_to = 434, party_id_source = 447,
                     party_id = 448, party_role = 452, no_party_ids = 453,
                     secondary_cl_ord_id = 526, no_sides = 552, security_list_request_type = 559,
                     security_request_result = 560, min_trade_vol = 562, trade_request_id = 568,
                     trade_request_type = 569, previously_reported = 570, trade_report_id = 571,
                     account_type = 581, mass_status_req_id = 584, mass_status_req_type = 585,
                     no_positions = 702, pos_type = 703, long_qty = 704, short_qty = 705,
                     pos_req_id = 710, clearing_business_date = 715, pos_maint_rpt_id = 721,
                     pos_req_type = 724, total_num_pos_reports = 727, pos_req_result = 728,
                     tot_num_trade_reports = 748, trade_request_result = 749,
                     trade_request_status = 750, ord_status_req_id = 790, last_fragment = 893,
                     margin_excess = 899, total_net_value = 900, coll_rpt_id = 908,
                     coll_inquiry_id = 909, coll_status = 910, tot_num_reports = 911,
                     last_rpt_requested = 912, coll_inquiry_status = 945, min_price_increment = 969;
}  // namespace tag

// --- plain values --------------------------------------------------------------------------------

/// A number in as few digits as tell it from its neighbours, never as 1e6.
std::string to_decimal(double number);
/// `20200102-15:30:00.123456`, in UTC.
std::string to_utc(time_point time);
/// What such a text says, with or without fractions; nothing if it is none.
std::optional<time_point> read_utc(std::string_view text);

/// How an exchange is called in field 207: its code by ISO 10383 (`XCME`), or the desk's own name
/// where that is not known here.
std::string code_of(exchange where);
/// The exchange of either name; nothing for another text.
std::optional<exchange> exchange_of(std::string_view code);

/// Why something was refused: the sender's text, else what its code means.
std::string reason_of(const message& refusal);

/// The fields that say which symbol is meant.
void add_symbol(message& made, const std::string& symbol, exchange where);
/// What they say. An exchange that is missing or unknown is LOCAL.
subscribe_request read_symbol(const message& said);

// --- orders --------------------------------------------------------------------------------------

/// Why an order cannot be said in FIX; empty if it can.
std::string unspeakable(const order_request& request);

/// NewOrderSingle.
message new_order(const order_data& order, const std::string& account, time_point now);
/// OrderCancelRequest.
/// @param id         Of this request, as ClOrdID; unlike that of any order.
/// @param server_id  The counterparty's own id of the order, if it is known.
message cancel_order(const order_data& order, const std::string& id, const std::string& server_id,
                     time_point now);
/// OrderStatusRequest.
message ask_order(const order_data& order, const std::string& server_id);

/// What an ExecutionReport tells of an order.
struct execution {
    std::string id;           ///< ExecID.
    std::string client_id;    ///< ClOrdID: the order's, or that of a request to change it.
    std::string original_id;  ///< OrigClOrdID: the order's then.
    std::string server_id;    ///< OrderID.
    char type = ' ';          ///< ExecType.
    order_data order{};       ///< As far as it is told, without gateway and orderid.
    double average_price = 0;
    double last_volume = 0;
    double last_price = 0;
    bool is_unknown = false;  ///< An answer: there is no such order.

    /// Whether it tells of a trade, and not only of where the order stands.
    bool is_fill() const { return (type == 'F' || type == '1' || type == '2') && last_volume > 0; }
    bool is_answer() const { return type == 'I'; }
};
execution read_execution(const message& report);

// --- questions at logon --------------------------------------------------------------------------

// Each has an id that its answers repeat.
message ask_securities(const std::string& id);
message ask_trades(const std::string& id);
message ask_orders(const std::string& id);
message ask_positions(const std::string& id, const std::string& account, time_point now);
message ask_account(const std::string& id, const std::string& account);
/// MarketDataRequest: a snapshot, then what changes of it; or the end of that.
message ask_prices(const std::string& id, const subscribe_request& of, int depth, bool is_wanted);

/// The contracts of a SecurityList.
std::vector<contract_data> read_contracts(const message& list);
/// What a TradeCaptureReport tells, one execution for each side.
std::vector<execution> read_trades(const message& report);
/// What is held by a PositionReport, long less short.
position_data read_position(const message& report);
/// The account of a CollateralReport: `balance` is TotalNetValue, what may be used is MarginExcess.
account_data read_account(const message& report);

}  // namespace trader::fix

#endif  // TRADER_FIX_MESSAGES_HPP
