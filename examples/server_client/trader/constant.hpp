// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TRADER_CONSTANT_HPP
#define TRADER_CONSTANT_HPP

#include <array>
#include <cstddef>
#include <string_view>
#include <type_traits>
#include <utility>

// The enumerations of a trading platform, with the members that vn.py has. Each has a list of
// names: what people read, what stands in files, and what travels, in every language the same.
namespace trader {

template <class Enum, std::size_t Size>
using names = std::array<std::pair<Enum, std::string_view>, Size>;

/// Which way an order or a position goes.
enum class direction { LONG, SHORT, NET };

/// Whether an order opens or closes a position, where the exchange asks.
enum class offset { NONE, OPEN, CLOSE, CLOSETODAY, CLOSEYESTERDAY };

/// What became of an order or a quote so far.
enum class status { SUBMITTING, NOTTRADED, PARTTRADED, ALLTRADED, CANCELLED, REJECTED };

/// What kind of thing is traded.
enum class product {
    EQUITY,
    FUTURES,
    OPTION,
    INDEX,
    FOREX,
    SPOT,
    ETF,
    BOND,
    WARRANT,
    SPREAD,
    FUND,
    CFD,
    SWAP
};

/// How an order meets the market.
enum class order_type { LIMIT, MARKET, STOP, FAK, FOK, RFQ, ETF };

/// Right to buy or to sell.
enum class option_type { CALL, PUT };

/// Length of a bar.
enum class interval { MINUTE, HOUR, DAILY, WEEKLY, TICK };

/// Where a symbol is traded.
enum class exchange {
    CFFEX,
    SHFE,
    CZCE,
    DCE,
    INE,
    GFEX,
    SSE,
    SZSE,
    BSE,
    SHHK,
    SZHK,
    SGE,
    WXE,
    CFETS,
    XBOND,
    SMART,
    NYSE,
    NASDAQ,
    ARCA,
    EDGEA,
    ISLAND,
    BATS,
    IEX,
    AMEX,
    TSE,
    NYMEX,
    COMEX,
    GLOBEX,
    IDEALPRO,
    CME,
    ICE,
    SEHK,
    HKFE,
    SGX,
    CBOT,
    CBOE,
    CFE,
    DME,
    EUREX,
    APEX,
    LME,
    BMD,
    TOCOM,
    EUNX,
    KRX,
    OTC,
    IBKRATS,
    LOCAL,
    GLOBAL
};

/// What an amount is counted in.
enum class currency { USD, HKD, CNY, CAD };

/// How far a gateway is with its connection.
enum class gateway_state { DISCONNECTED, CONNECTING, INITIALISING, CONNECTED, LOST };

inline constexpr names<direction, 3> direction_names{
    {{direction::LONG, "LONG"}, {direction::SHORT, "SHORT"}, {direction::NET, "NET"}}};
inline constexpr names<offset, 5> offset_names{{{offset::NONE, "NONE"},
                                                {offset::OPEN, "OPEN"},
                                                {offset::CLOSE, "CLOSE"},
                                                {offset::CLOSETODAY, "CLOSETODAY"},
                                                {offset::CLOSEYESTERDAY, "CLOSEYESTERDAY"}}};
inline constexpr names<status, 6> status_names{{{status::SUBMITTING, "SUBMITTING"},
                                                {status::NOTTRADED, "NOTTRADED"},
                                                {status::PARTTRADED, "PARTTRADED"},
                                                {status::ALLTRADED, "ALLTRADED"},
                                                {status::CANCELLED, "CANCELLED"},
                                                {status::REJECTED, "REJECTED"}}};
inline constexpr names<product, 13> product_names{{{product::EQUITY, "EQUITY"},
                                                   {product::FUTURES, "FUTURES"},
                                                   {product::OPTION, "OPTION"},
                                                   {product::INDEX, "INDEX"},
                                                   {product::FOREX, "FOREX"},
                                                   {product::SPOT, "SPOT"},
                                                   {product::ETF, "ETF"},
                                                   {product::BOND, "BOND"},
                                                   {product::WARRANT, "WARRANT"},
                                                   {product::SPREAD, "SPREAD"},
                                                   {product::FUND, "FUND"},
                                                   {product::CFD, "CFD"},
                                                   {product::SWAP, "SWAP"}}};
inline constexpr names<order_type, 7> order_type_names{{{order_type::LIMIT, "LIMIT"},
                                                        {order_type::MARKET, "MARKET"},
                                                        {order_type::STOP, "STOP"},
                                                        {order_type::FAK, "FAK"},
                                                        {order_type::FOK, "FOK"},
                                                        {order_type::RFQ, "RFQ"},
                                                        {order_type::ETF, "ETF"}}};
inline constexpr names<option_type, 2> option_type_names{
    {{option_type::CALL, "CALL"}, {option_type::PUT, "PUT"}}};
inline constexpr names<interval, 5> interval_names{{{interval::MINUTE, "MINUTE"},
                                                    {interval::HOUR, "HOUR"},
                                                    {interval::DAILY, "DAILY"},
                                                    {interval::WEEKLY, "WEEKLY"},
                                                    {interval::TICK, "TICK"}}};
inline constexpr names<exchange, 49> exchange_names{
    {{exchange::CFFEX, "CFFEX"},   {exchange::SHFE, "SHFE"},         {exchange::CZCE, "CZCE"},
     {exchange::DCE, "DCE"},       {exchange::INE, "INE"},           {exchange::GFEX, "GFEX"},
     {exchange::SSE, "SSE"},       {exchange::SZSE, "SZSE"},         {exchange::BSE, "BSE"},
     {exchange::SHHK, "SHHK"},     {exchange::SZHK, "SZHK"},         {exchange::SGE, "SGE"},
     {exchange::WXE, "WXE"},       {exchange::CFETS, "CFETS"},       {exchange::XBOND, "XBOND"},
     {exchange::SMART, "SMART"},   {exchange::NYSE, "NYSE"},         {exchange::NASDAQ, "NASDAQ"},
     {exchange::ARCA, "ARCA"},     {exchange::EDGEA, "EDGEA"},       {exchange::ISLAND, "ISLAND"},
     {exchange::BATS, "BATS"},     {exchange::IEX, "IEX"},           {exchange::AMEX, "AMEX"},
     {exchange::TSE, "TSE"},       {exchange::NYMEX, "NYMEX"},       {exchange::COMEX, "COMEX"},
     {exchange::GLOBEX, "GLOBEX"}, {exchange::IDEALPRO, "IDEALPRO"}, {exchange::CME, "CME"},
     {exchange::ICE, "ICE"},       {exchange::SEHK, "SEHK"},         {exchange::HKFE, "HKFE"},
     {exchange::SGX, "SGX"},       {exchange::CBOT, "CBOT"},         {exchange::CBOE, "CBOE"},
     {exchange::CFE, "CFE"},       {exchange::DME, "DME"},           {exchange::EUREX, "EUREX"},
     {exchange::APEX, "APEX"},     {exchange::LME, "LME"},           {exchange::BMD, "BMD"},
     {exchange::TOCOM, "TOCOM"},   {exchange::EUNX, "EUNX"},         {exchange::KRX, "KRX"},
     {exchange::OTC, "OTC"},       {exchange::IBKRATS, "IBKRATS"},   {exchange::LOCAL, "LOCAL"},
     {exchange::GLOBAL, "GLOBAL"}}};
inline constexpr names<currency, 4> currency_names{{{currency::USD, "USD"},
                                                    {currency::HKD, "HKD"},
                                                    {currency::CNY, "CNY"},
                                                    {currency::CAD, "CAD"}}};
inline constexpr names<gateway_state, 5> gateway_state_names{
    {{gateway_state::DISCONNECTED, "DISCONNECTED"},
     {gateway_state::CONNECTING, "CONNECTING"},
     {gateway_state::INITIALISING, "INITIALISING"},
     {gateway_state::CONNECTED, "CONNECTED"},
     {gateway_state::LOST, "LOST"}}};

constexpr const auto& names_of(direction) {
    return direction_names;
}
constexpr const auto& names_of(offset) {
    return offset_names;
}
constexpr const auto& names_of(status) {
    return status_names;
}
constexpr const auto& names_of(product) {
    return product_names;
}
constexpr const auto& names_of(order_type) {
    return order_type_names;
}
constexpr const auto& names_of(option_type) {
    return option_type_names;
}
constexpr const auto& names_of(interval) {
    return interval_names;
}
constexpr const auto& names_of(exchange) {
    return exchange_names;
}
constexpr const auto& names_of(currency) {
    return currency_names;
}
constexpr const auto& names_of(gateway_state) {
    return gateway_state_names;
}

/// An enumeration of this file.
template <class Enum>
concept named_enum = std::is_enum_v<Enum> && requires(Enum value) { names_of(value); };

/// The name of a value; `?` for one that is none of the enumeration's.
template <named_enum Enum>
constexpr std::string_view name_of(Enum value) {
    for (const auto& [known, name] : names_of(value)) {
        if (known == value) {
            return name;
        }
    }
    return "?";
}

}  // namespace trader

#endif  // TRADER_CONSTANT_HPP
