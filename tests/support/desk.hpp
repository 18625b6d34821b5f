// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TESTS_DESK_HPP
#define TESTS_DESK_HPP

#include "waiting.hpp"

#include <gatewire/rpc.hpp>

#include <asio/awaitable.hpp>
#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>
#include <asio/this_coro.hpp>
#include <asio/thread_pool.hpp>
#include <asio/use_awaitable.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

/// An engine, a gateway and the loops to run them on, for tests on real sockets.
namespace test {

struct quote {
    std::string symbol;
    double price = 0;
};

struct fill {
    std::uint32_t source = 0;
    std::uint32_t number = 0;
    std::string text;
};

/// What an engine of trading looks like to a test: quick, slow, failing and publishing methods.
class desk {
public:
    int add(int a, int b) {
        ++additions;
        return a + b;
    }
    std::string echo(const std::string& text) { return text; }
    std::string letters(std::size_t count) { return std::string(count, 'x'); }

    /// Waits until `release`, or until it is cancelled, which it records.
    asio::awaitable<int> hold(int number) {
        asio::steady_timer gate(co_await asio::this_coro::executor,
                                asio::steady_timer::time_point::max());
        const auto place = gates_.insert(&gate).first;
        const std::size_t generation = releases_;
        held.add(number);
        try {
            co_await gate.async_wait(asio::use_awaitable);
        } catch (const std::system_error&) {
            gates_.erase(place);
            if (releases_ == generation) {
                given_up.add(number);
                throw;
            }
        }
        co_return number;
    }

    /// Lets all that are held go on; to be called where methods run.
    int release() {
        ++releases_;
        const int count = static_cast<int>(gates_.size());
        for (asio::steady_timer* gate : gates_) {
            gate->cancel();
        }
        return count;
    }

    /// Publishes, then answers how many.
    int trade(std::uint32_t count) {
        for (std::uint32_t number = 1; number <= count; ++number) {
            on_fill({0, number, {}});
        }
        return static_cast<int>(count);
    }

    /// Runs what the test put there.
    int command(int argument) { return on_command(argument); }

    using rpc_table =
        rpc::table<rpc::method<"add", &desk::add, rpc::params<"a", "b">>,
                   rpc::method<"echo", &desk::echo>, rpc::method<"letters", &desk::letters>,
                   rpc::method<"hold", &desk::hold>, rpc::method<"release", &desk::release>,
                   rpc::method<"trade", &desk::trade>, rpc::method<"command", &desk::command>,
                   rpc::event<"quote", quote, rpc::keyed_by<&quote::symbol>>,
                   rpc::event<"fill", fill>>;

    std::atomic<int> additions{0};
    recorder<int> held;
    recorder<int> given_up;
    std::function<void(const fill&)> on_fill = [](const fill&) {};
    std::function<int(int)> on_command = [](int argument) { return argument; };

private:
    std::set<asio::steady_timer*> gates_;
    std::size_t releases_ = 0;
};

/// A gateway that only calls.
struct remote_desk {
    using rpc_table =
        rpc::table<rpc::remote<"add", int(int, int)>, rpc::remote<"echo", std::string(std::string)>,
                   rpc::remote<"letters", std::string(std::size_t)>, rpc::remote<"hold", int(int)>,
                   rpc::remote<"release", int()>, rpc::remote<"trade", int(std::uint32_t)>,
                   rpc::remote<"command", int(int)>>;
};

/// A gateway that remembers every event and every hook.
struct watcher {
    void on_quote(const quote& event) {
        quotes.add(event);
        story.add("quote " + event.symbol);
    }
    void on_fill(const fill& event) {
        fills.add(event);
        story.add("fill");
        react(event);
    }
    void on_connected(const rpc::session_info& info) {
        sessions.add(info);
        story.add("connected");
    }
    void on_disconnected(const rpc::error& why) {
        losses.add(why);
        story.add("disconnected");
    }
    void on_gap(const rpc::gap& missed) {
        gaps.add(missed);
        story.add("gap");
    }

    using rpc_table =
        rpc::table<rpc::remote<"add", int(int, int)>, rpc::remote<"echo", std::string(std::string)>,
                   rpc::remote<"hold", int(int)>, rpc::remote<"release", int()>,
                   rpc::remote<"trade", int(std::uint32_t)>, rpc::remote<"command", int(int)>,
                   rpc::on<"quote", &watcher::on_quote>, rpc::on<"fill", &watcher::on_fill>>;

    recorder<quote> quotes;
    recorder<fill> fills;
    recorder<rpc::session_info> sessions;
    recorder<rpc::error> losses;
    recorder<rpc::gap> gaps;
    recorder<std::string> story;  ///< All of them, in order.
    std::function<void(const fill&)> react = [](const fill&) {};
};

enum class threading { one_thread, four_threads, pool };
inline constexpr threading all_threadings[] = {threading::one_thread, threading::four_threads,
                                               threading::pool};

/// A loop and its threads, stopped and joined by the destructor.
class loop {
public:
    explicit loop(threading how) {
        if (how == threading::pool) {
            pool_ = std::make_unique<asio::thread_pool>(3);
            return;
        }
        io_ = std::make_unique<asio::io_context>();
        work_.emplace(io_->get_executor());
        for (int left = how == threading::one_thread ? 1 : 4; left > 0; --left) {
            threads_.emplace_back([this] { io_->run(); });
        }
    }
    ~loop() {
        if (pool_) {
            pool_->stop();
            pool_->join();
        } else {
            io_->stop();
            for (std::thread& thread : threads_) {
                thread.join();
            }
        }
    }
    loop(const loop&) = delete;
    loop& operator=(const loop&) = delete;

    asio::any_io_executor get_executor() const {
        return pool_ ? asio::any_io_executor(pool_->get_executor())
                     : asio::any_io_executor(io_->get_executor());
    }

private:
    std::unique_ptr<asio::thread_pool> pool_;
    std::unique_ptr<asio::io_context> io_;
    std::optional<asio::executor_work_guard<asio::io_context::executor_type>> work_;
    std::vector<std::thread> threads_;
};

/// A log record that outlives its callback.
struct log_line {
    rpc::log_event event;
    std::string text;
};

inline rpc::log_callback log_into(recorder<log_line>& log) {
    return [&log](const rpc::log_record& record) {
        log.add({record.event, std::string(record.text)});
    };
}

/// Waits for a record of this kind. @return Whether it came.
inline bool has_logged(const recorder<log_line>& log, rpc::log_event event, std::size_t times = 1) {
    return log.wait([event, times](const std::vector<log_line>& lines) {
        std::size_t found = 0;
        for (const log_line& line : lines) {
            found += line.event == event ? 1 : 0;
        }
        return found >= times;
    });
}

/// A desk that is served on a port of its own.
class rig {
public:
    explicit rig(rpc::server_options options = {}, threading how = threading::one_thread)
        : runs_on(how), server(runs_on.get_executor(), engine, completed(std::move(options))) {
        engine.on_fill = [this](const fill& event) { server.publish<"fill">(event); };
        server.start();
    }

    std::string address() const { return server.addresses().front(); }

    /// Options of a client that comes here, and comes back at once.
    rpc::client_options to_here() const {
        rpc::client_options options;
        options.address = address();
        options.backoff_min = std::chrono::milliseconds(1);
        options.backoff_max = std::chrono::milliseconds(20);
        return options;
    }

    /// Lets held methods go on, without a call.
    void release() {
        std::promise<void> done;
        asio::post(server.get_executor(), [this, &done] {
            engine.release();
            done.set_value();
        });
        get(done.get_future());
    }

    desk engine;
    recorder<log_line> log;
    loop runs_on;
    rpc::server<desk> server;

private:
    rpc::server_options completed(rpc::server_options options) {
        if (options.listen == rpc::server_options{}.listen) {
            options.listen = {"tcp://127.0.0.1:0"};
        }
        options.log = log_into(log);
        return options;
    }
};

}  // namespace test

#endif  // TESTS_DESK_HPP
