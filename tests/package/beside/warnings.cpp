// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: a program that turns on many warnings, and finds the headers with -I, is not told of any
// inside of them. Method: much of what the library offers, instantiated; run.sh names the warnings
// and makes them errors.

#include <gatewire/rpc.hpp>
#ifndef ONLY_RPC
#include <gatewire/fault_proxy.hpp>
#include <gatewire/testing.hpp>
#endif
#ifdef WITH_TLS
#include <gatewire/tls.hpp>
#endif
#ifdef WITH_NATS
#include <gatewire/nats.hpp>
#endif

#include <asio/awaitable.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/use_future.hpp>
#include <nlohmann/json.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

enum class side : signed char { buy, sell };
enum class flag : bool { off, on };
enum class plain { zero, one };

template <>
inline constexpr std::array<std::pair<side, std::string_view>, 2> rpc::enum_names<side>{
    {{side::buy, "buy"}, {side::sell, "sell"}}};
template <>
inline constexpr std::array<std::pair<flag, std::string_view>, 2> rpc::enum_names<flag>{
    {{flag::off, "off"}, {flag::on, "on"}}};

struct money {
    long long cents = 0;
};

inline void to_json(nlohmann::json& json, const money& value) {
    json = value.cents;
}

inline void from_json(const nlohmann::json& json, money& value) {
    value.cents = json.get<long long>();
}

/// Cannot be made without arguments.
class level {
public:
    explicit level(int value) : value_(value) {}
    int value() const { return value_; }

private:
    int value_;
};

template <>
struct nlohmann::adl_serializer<level> {
    static void to_json(json& json, const level& value) { json = value.value(); }
    static level from_json(const json& json) { return level(json.get<int>()); }
};

struct order {
    std::string symbol{};
    double price = 0;
    float weight = 0;
    int volume = 0;
    std::uint8_t priority = 0;
    std::int16_t venue = 0;
    bool hidden = false;
    char letter = 'a';
    std::optional<double> stop{};
    std::optional<float> take{};
    std::vector<int> legs{};
    std::vector<bool> marks{};
    std::array<double, 5> depth{};
    std::chrono::milliseconds wait{};
    std::chrono::duration<double> age{};
    std::chrono::system_clock::time_point at{};
    std::variant<std::monostate, int, std::string> extra{};
    std::variant<int, double> either{};
    std::map<std::string, std::vector<std::optional<float>>> table{};
    std::tuple<int, std::string> both{};
    std::set<std::string> tags{};
    std::deque<std::int64_t> far_away{};
    money fee{};
    side way = side::buy;
    flag urgent = flag::off;
    plain kind = plain::zero;
    std::optional<nlohmann::json> more{};
};

struct quote {
    std::string symbol;
    level best;
    std::optional<level> next;
    std::vector<level> all;
};

struct desk {
    int add(int a, int b) { return a + b; }
    std::string send(const rpc::caller& who, const order& one) {
        return one.symbol + std::to_string(who.session());
    }
    asio::awaitable<money> pay(money amount) { co_return amount; }
    std::map<std::string, double> offloaded(std::uint8_t count) {
        return {{"a", static_cast<double>(count)}};
    }
    nlohmann::json any(nlohmann::json value) { return value; }
    std::size_t lent(std::string_view text, std::span<const std::int16_t> numbers) {
        return text.size() + numbers.size();
    }
    level deepen(const level& one, quote two) { return level(one.value() + two.best.value()); }
    void touch() {}
    void on_session_end(const rpc::session_end&) {}

    using rpc_table =
        rpc::table<rpc::method<"add", &desk::add, rpc::params<"a", "b">, rpc::idempotent>,
                   rpc::method<"send", &desk::send, rpc::once, rpc::needs<"trade">>,
                   rpc::method<"pay", &desk::pay>,
                   rpc::method<"offloaded", &desk::offloaded, rpc::offload>,
                   rpc::method<"any", &desk::any>, rpc::method<"lent", &desk::lent>,
                   rpc::method<"deepen", &desk::deepen>, rpc::method<"touch", &desk::touch>,
                   rpc::event<"fill", order, rpc::keyed_by<&order::symbol>, rpc::latest>,
                   rpc::event<"quote", quote>>;
};

struct strategy {
    void on_fill(const order&) {}
    void on_quote(quote) {}
    void on_connected(const rpc::session_info&) {}
    void on_disconnected(const rpc::error&) {}
    void on_gap(const rpc::gap&) {}

    using rpc_table =
        rpc::table<rpc::remote<"add", int(int, int), rpc::idempotent>,
                   rpc::remote<"send", std::string(order), rpc::once>,
                   rpc::remote<"pay", money(money)>, rpc::remote<"any", nlohmann::json(double)>,
                   rpc::remote<"deepen", level(level, quote)>, rpc::remote<"touch", void()>,
                   rpc::on<"fill", &strategy::on_fill>, rpc::on<"quote", &strategy::on_quote>>;
};

asio::awaitable<void> await(rpc::client<strategy>& client) {
    static_cast<void>(co_await client.async_call<"add">(1, 2, asio::use_awaitable));
    static_cast<void>(co_await client.async_call<"pay">(money{1}, asio::use_awaitable));
}

int main() {
    using namespace std::chrono_literals;
    rpc::io_thread io;
    desk served;
    strategy told;
    rpc::server<desk> server{io.get_executor(), served, {.listen = {"tcp://127.0.0.1:0"}}};
    server.start();
    rpc::client<strategy> client{io.get_executor(), told, {.address = server.addresses().front()}};
    client.start();
    client.subscribe<"fill">("a");
    client.notify<"add">(1, 2);
    const int sum = client.call<"add">(rpc::timeout{10s}, 1, 2);
    client.call<"touch">();
    const level deep = client.call<"deepen">(level(1), quote{"a", level(2), level(3), {level(4)}});
    const nlohmann::json same = client.call<"any">(1.5F);
    auto later = client.async_call<"pay">(money{4}, asio::use_future);
    server.publish<"fill">(order{.symbol = "a"});
    server.publish<"quote">(rpc::to_identity{"x"}, quote{"a", level(1), std::nullopt, {}});
    client.unsubscribe<"fill">("a");
    const nlohmann::json document = rpc::openrpc<desk>("desk", "1");
    static_cast<void>(server.stats());
    static_cast<void>(server.sessions());
    const bool is_good =
        sum == 3 && deep.value() == 3 && same == 1.5 && later.get().cents == 4 && !document.empty();
    client.stop();
    server.stop();
    return is_good ? 0 : 1;
}
