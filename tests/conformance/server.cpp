// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: a server with known behaviour for clients in other languages, behind a bad network.
// Method: it prints its addresses as JSON, then does what each line of its input says, and answers
// `ok`. Arguments: its folder, then auth (tokens are wanted), small (little memory of events, short
// answers), tls (with server.pem and server.key of the folder).

#include <gatewire/fault_proxy.hpp>
#include <gatewire/rpc.hpp>
#ifdef CONFORMANCE_WITH_TLS
#include <gatewire/tls.hpp>
#endif

#include <asio/awaitable.hpp>
#include <asio/redirect_error.hpp>
#include <asio/steady_timer.hpp>
#include <asio/this_coro.hpp>
#include <asio/thread_pool.hpp>
#include <asio/use_awaitable.hpp>

#include <nlohmann/json.hpp>

#include <condition_variable>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <memory>
#include <mutex>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using nlohmann::json;

struct tick {
    std::string symbol;
    double price = 0;
};

struct trade {
    int id = 0;
};

/// Wakes the awaitable methods that wait until something about the engine is true. All on the
/// engine's strand.
class changes {
public:
    /// @return Whether something changed; else the method was given up.
    asio::awaitable<bool> wait() {
        const int before = count_;
        asio::steady_timer timer(co_await asio::this_coro::executor,
                                 asio::steady_timer::time_point::max());
        waiting_.insert(&timer);
        asio::error_code ignored;
        co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
        waiting_.erase(&timer);
        co_return count_ != before;
    }
    void notify() {
        ++count_;
        for (asio::steady_timer* const timer : waiting_) {
            timer->cancel();
        }
    }

private:
    std::set<asio::steady_timer*> waiting_;
    int count_ = 0;
};

struct engine {
    int add(int a, int b) { return a + b; }
    json echo(const json& value) { return value; }
    int pay(int amount) { return total += amount; }
    int get_total() { return total; }
    void fail(int code, const std::string& message, const json& data) {
        throw rpc::error(code, message, data);
    }
    void crash(const std::string& text) { throw std::runtime_error(text); }
    std::string text_of(std::size_t size) { return std::string(size, 'x'); }
    std::string whoami(const rpc::caller& caller) { return caller.identity(); }
    std::string buy(const std::string& symbol) { return "bought " + symbol; }

    /// Runs until `release`, or until it is given up. @return How many such calls have begun.
    asio::awaitable<int> hold() {
        const int number = ++held;
        changed.notify();
        const int before = released;
        while (released == before) {
            if (!co_await changed.wait()) {
                ++given_up;
                changed.notify();
                throw std::runtime_error("given up");
            }
        }
        co_return number;
    }
    void release() {
        ++released;
        changed.notify();
    }
    asio::awaitable<int> wait_held(int count) {
        while (held < count) {
            co_await changed.wait();
        }
        co_return held;
    }
    asio::awaitable<int> wait_given_up(int count) {
        while (given_up < count) {
            co_await changed.wait();
        }
        co_return given_up;
    }
    /// Holds the whole engine until the line `unblock`.
    void block() {
        std::unique_lock lock(mutex);
        unblocked.wait(lock, [this] { return is_free; });
        is_free = false;
    }
    void unblock() {
        const std::lock_guard lock(mutex);
        is_free = true;
        unblocked.notify_all();
    }
    /// Cuts all connections, then publishes trades. @return How often it ran.
    int storm(int count) {
        cut();
        publish_trades(count);
        return ++storms;
    }

    using rpc_table =
        rpc::table<rpc::method<"add", &engine::add, rpc::params<"a", "b">>,
                   rpc::method<"echo", &engine::echo, rpc::params<"value">>,
                   rpc::method<"pay", &engine::pay, rpc::params<"amount">>,
                   rpc::method<"pay_once", &engine::pay, rpc::params<"amount">, rpc::once>,
                   rpc::method<"get_total", &engine::get_total>,
                   rpc::method<"fail", &engine::fail, rpc::params<"code", "message", "data">>,
                   rpc::method<"crash", &engine::crash, rpc::params<"text">>,
                   rpc::method<"text_of", &engine::text_of, rpc::params<"size">>,
                   rpc::method<"whoami", &engine::whoami>,
                   rpc::method<"buy", &engine::buy, rpc::params<"symbol">, rpc::needs<"trade">>,
                   rpc::method<"hold", &engine::hold>, rpc::method<"release", &engine::release>,
                   rpc::method<"wait_held", &engine::wait_held, rpc::params<"count">>,
                   rpc::method<"wait_given_up", &engine::wait_given_up, rpc::params<"count">>,
                   rpc::method<"block", &engine::block>,
                   rpc::method<"storm", &engine::storm, rpc::params<"count">>,
                   rpc::event<"tick", tick, rpc::keyed_by<&tick::symbol>, rpc::latest>,
                   rpc::event<"trade", trade>, rpc::event<"secret", trade, rpc::needs<"trade">>>;

    std::function<void()> cut;
    std::function<void(int)> publish_trades;
    int total = 0;
    int storms = 0;
    int held = 0;
    int released = 0;
    int given_up = 0;
    changes changed;
    std::mutex mutex;
    std::condition_variable unblocked;
    bool is_free = false;
};

rpc::identity judge(const rpc::credentials& shown) {
    if (rpc::same_secret(shown.token, "sesame")) {
        return {"alice", {"trade"}};
    }
    if (rpc::same_secret(shown.token, "guest")) {
        return {"bob", {}};
    }
    throw rpc::error(rpc::errc::unauthenticated, "unknown token");
}

/// The server and its engine, which can be started anew, and the network in front of it.
class stage {
public:
    stage(const std::string& folder, const std::set<std::string>& traits)
        : unix_("unix://" + folder + "/server.sock") {
        options_.listen = {unix_};
#ifdef CONFORMANCE_WITH_TLS
        if (traits.contains("tls")) {
            options_.listen.push_back("tls://127.0.0.1:0");
            options_.tls = rpc::tls_server(
                {.certificate_file = folder + "/server.pem", .key_file = folder + "/server.key"});
        }
#endif
        if (traits.contains("auth")) {
            options_.authenticate = judge;
        }
        if (traits.contains("small")) {
            options_.limits.replay_size_max = 1024;
            options_.limits.answer_size_max = 100'000;
        }
        start();
        proxy_ = std::make_unique<rpc::testing::fault_proxy>(unix_);
    }
    ~stage() { engines_.back()->unblock(); }

    json addresses() const {
        json result;
        for (const std::string& address : server_->addresses()) {
            result[address.substr(0, address.find(':'))] = address;
        }
        result["tcp"] = proxy_->address();
        return result;
    }

    /// @return Whether the line is known.
    bool obey(const std::string& line) {
        std::istringstream words(line);
        std::string word;
        words >> word;
        if (word == "cut") {
            proxy_->cut();
        } else if (word == "cut_to_client" || word == "cut_to_server") {
            std::uint64_t bytes = 0;
            words >> bytes;
            proxy_->cut_after(word == "cut_to_client" ? rpc::testing::direction::to_client
                                                      : rpc::testing::direction::to_server,
                              bytes);
        } else if (word == "refuse") {
            proxy_->refuse(true);
        } else if (word == "heal") {
            proxy_->heal();
        } else if (word == "unblock") {
            engines_.back()->unblock();
        } else if (word == "stop") {
            server_->stop();
        } else if (word == "restart") {
            server_.reset();
            start();
        } else {
            return publish_as(word, words);
        }
        return true;
    }

private:
    void start() {
        engines_.push_back(std::make_unique<engine>());
        engine& served = *engines_.back();
        served.cut = [this] { proxy_->cut(); };
        served.publish_trades = [this](int count) { publish(count); };
        server_ = std::make_unique<rpc::server<engine>>(threads_.get_executor(), served, options_);
        server_->start();
    }

    void publish(int count) {
        for (int each = 0; each < count; ++each) {
            server_->publish<"trade">(trade{++trades_});
        }
    }

    bool publish_as(const std::string& word, std::istringstream& words) {
        if (word == "trades") {
            int count = 0;
            words >> count;
            publish(count);
        } else if (word == "secret") {
            server_->publish<"secret">(trade{7});
        } else if (word == "tick") {
            tick news;
            words >> news.symbol >> news.price;
            server_->publish<"tick">(news);
        } else {
            return false;
        }
        return true;
    }

    std::string unix_;
    rpc::server_options options_;
    std::vector<std::unique_ptr<engine>> engines_;  // one for each server that there was
    int trades_ = 0;
    asio::thread_pool threads_{2};  // so that a blocked engine does not hold up connections
    std::unique_ptr<rpc::server<engine>> server_;
    std::unique_ptr<rpc::testing::fault_proxy> proxy_;
};

}  // namespace

int main(int count, char** arguments) {
    if (count < 2) {
        std::cerr << "conformance_server FOLDER [auth] [small] [tls]\n";
        return EXIT_FAILURE;
    }
    stage played(arguments[1], std::set<std::string>(arguments + 2, arguments + count));
    std::cout << played.addresses().dump() << std::endl;
    for (std::string line; std::getline(std::cin, line);) {
        std::cout << (played.obey(line) ? "ok" : "what?") << std::endl;
    }
    return EXIT_SUCCESS;
}
