// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TESTS_SIMULATOR_MODEL_HPP
#define TESTS_SIMULATOR_MODEL_HPP

#include "history.hpp"

#include <gatewire/rpc.hpp>
#include <gatewire/testing.hpp>

#include <asio/awaitable.hpp>
#include <asio/bind_executor.hpp>
#include <asio/cancellation_state.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

/// The engine and the gateway of the simulation. Both note what they do in one history.
namespace simulator {

/// What belongs to no side: the world and what happened in it.
struct stage {
    explicit stage(std::uint64_t seed) : world(seed) {}

    moment now() const {
        return std::chrono::duration_cast<std::chrono::nanoseconds>(world.elapsed()).count();
    }
    std::uint64_t below(std::uint64_t bound) { return world.random(bound); }
    bool one_in(std::uint64_t count) { return below(count) == 0; }

    rpc::testing::world world;
    history past;
    std::vector<rpc::key> keys{1};               ///< By number, as every client uses them.
    std::map<std::string, std::uint32_t> lives;  ///< By their epochs.
};

struct request {
    std::uint64_t call = 0;
    std::uint32_t milliseconds = 0;  ///< How long it takes, or when what it causes goes on.
    std::uint32_t padding = 0;       ///< Bytes of its answer beside what counts.
};

/// What is to be done once. Whoever asks again asks the same.
struct deed {
    std::uint64_t key = 0;
};

struct receipt {
    std::uint64_t call = 0;
    std::uint64_t answer = 0;
    std::string padding;
};

struct position {
    std::uint32_t life = 0;
    std::uint64_t number = 0;
};

/// An event of which every one counts.
struct fill {
    std::uint32_t life = 0;
    std::uint64_t number = 0;
    std::uint64_t content = 0;
    std::string padding;
};

/// An event of which the newest of each symbol counts.
struct tick {
    std::uint32_t life = 0;
    std::uint64_t number = 0;
    std::uint64_t content = 0;
    std::string symbol;
};

inline std::string symbol_name(std::uint64_t key) {
    return "s" + std::to_string(key);
}
/// The key of what is for one client alone.
inline std::uint64_t own_key(std::uint64_t client) {
    return 1'000 + client;
}

/// An engine that takes orders and reports what becomes of them.
class exchange : public std::enable_shared_from_this<exchange> {
public:
    exchange(stage& play, std::uint32_t life) : play_(play), life_(life) {
        play_.past.lives.resize(life + 1);
    }

    receipt place(const rpc::caller& who, const request& what) {
        const std::uint64_t answer = run(who, what.call);
        publish_fill(what.call, what.padding);
        if (what.milliseconds != 0) {
            fill_later(what);
        } else if (play_.one_in(2)) {
            publish_for(who, what.call);
        }
        return {what.call, answer, std::string(what.padding, 'r')};
    }

    asio::awaitable<receipt> work(const rpc::caller& who, request what) {
        const std::uint64_t answer = run(who, what.call);
        if (play_.one_in(4)) {  // It cannot be given up, and goes on for nobody.
            co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
        }
        publish_fill(0, 0);  // while it runs, so before its answer
        co_await play_.world.async_wait(std::chrono::milliseconds(what.milliseconds),
                                        asio::use_awaitable);
        publish_fill(what.call, what.padding);
        co_return receipt{what.call, answer, std::string(what.padding, 'r')};
    }

    receipt book(const rpc::caller& who, const deed& what) {
        const std::uint64_t answer = play_.below(1'000'000'007);
        play_.past.executions.push_back({0, life_, who.session(), play_.now(), answer, what.key});
        publish_fill(0, 0);
        return {0, answer, {}};
    }

    receipt fail(const rpc::caller& who, const request& what) {
        run(who, what.call);
        throw rpc::error(17, "no such contract");
    }

    position query(const rpc::caller& who, const request& what) {
        run(who, what.call, play_.past.lives[life_].size());
        return {life_, play_.past.lives[life_].size()};
    }

    void publish_fill(std::uint64_t cause, std::size_t padding) {
        if (!on_fill) {
            return;  // Nobody is there any more who could publish it.
        }
        const auto [number, content] = note(cause, 0);
        on_fill({life_, number, content, std::string(padding, 'f')});
    }

    void publish_tick(std::uint64_t symbol) {
        const auto [number, content] = note(0, symbol);
        on_tick({life_, number, content, symbol_name(symbol)});
    }

    /// Tells the caller alone, under a key that nobody else has.
    void publish_for(const rpc::caller& who, std::uint64_t call) {
        if (!on_own_tick) {
            return;
        }
        const std::uint64_t client = play_.past.calls[call].client;
        const std::uint64_t key = own_key(client);
        const auto [number, content] = note(call, key, client + 1, who.session());
        on_own_tick(rpc::to_session{who.session()}, {life_, number, content, symbol_name(key)});
    }

    using rpc_table =
        rpc::table<rpc::method<"place", &exchange::place>, rpc::method<"work", &exchange::work>,
                   rpc::method<"book", &exchange::book, rpc::once>,
                   rpc::method<"fail", &exchange::fail>, rpc::method<"query", &exchange::query>,
                   rpc::event<"fill", fill>,
                   rpc::event<"tick", tick, rpc::keyed_by<&tick::symbol>, rpc::latest>>;

    std::function<void(const fill&)> on_fill;
    std::function<void(const tick&)> on_tick;
    std::function<void(const rpc::to_session&, const tick&)> on_own_tick;
    /// Where methods run.
    asio::any_io_executor strand;

private:
    std::uint64_t run(const rpc::caller& who, std::uint64_t call) {
        const std::uint64_t answer = play_.below(1'000'000'007);
        run(who, call, answer);
        return answer;
    }
    void run(const rpc::caller& who, std::uint64_t call, std::uint64_t answer) {
        play_.past.executions.push_back({call, life_, who.session(), play_.now(), answer});
    }

    std::pair<std::uint64_t, std::uint64_t> note(std::uint64_t cause, std::uint64_t key,
                                                 std::uint64_t target = 0,
                                                 std::uint64_t session = 0) {
        const std::uint64_t content = play_.below(1'000'000'007);
        play_.past.lives[life_].push_back({play_.now(), content, cause, key, target, session});
        return {play_.past.lives[life_].size(), content};
    }

    void fill_later(const request& what) {
        play_.world.async_wait(
            std::chrono::milliseconds(what.milliseconds),
            asio::bind_executor(strand, [self = shared_from_this(), what](const asio::error_code&) {
                self->publish_fill(what.call, what.padding);
            }));
    }

    stage& play_;
    const std::uint32_t life_;
};

/// Whether a call ended with this error.
inline bool ended_with(const std::exception_ptr& thrown, rpc::errc code) {
    try {
        if (thrown) {
            std::rethrow_exception(thrown);
        }
    } catch (const rpc::error& why) {
        return why.code() == code;
    }
    return false;
}

/// What one client sees.
class observer {
public:
    observer(stage& play, std::uint32_t number) : play_(play), number_(number) {
        play_.past.clients.resize(number + 1);
    }

    void on_fill(const fill& event) {
        note({sight::kind::event, 0, event.life, event.number, 0, event.content});
    }
    void on_tick(const tick& event) {
        note({sight::kind::event, 0, event.life, event.number, 0, event.content});
    }
    void on_connected(const rpc::session_info& info) {
        epoch = info.epoch;
        ++connections;
        sight one{sight::kind::connected, 0, play_.lives.at(info.epoch)};
        one.is_resumed = info.resumed;
        note(one);
    }
    void on_disconnected(const rpc::error&) { note({sight::kind::disconnected, 0}); }
    void on_gap(const rpc::gap& missed) { note({sight::kind::gap, 0, 0, missed.from, missed.to}); }

    /// A call of this client has ended.
    void end(std::uint64_t number, verdict said, std::uint64_t answer,
             const std::exception_ptr& thrown) {
        call_record& call = play_.past.calls[number];
        call.lost_link = ended_with(thrown, rpc::errc::connection_lost);
        call.overran = ended_with(thrown, rpc::errc::overloaded);
        ++call.endings;
        call.ended = play_.now();
        call.said = said;
        call.answer = answer;
        note({sight::kind::answer, 0, 0, number});
    }

    void note(sight one) {
        one.at = play_.now();
        play_.past.clients[number_].seen.push_back(one);
    }

    using rpc_table =
        rpc::table<rpc::remote<"place", receipt(request)>, rpc::remote<"work", receipt(request)>,
                   rpc::remote<"book", receipt(deed), rpc::once>,
                   rpc::remote<"fail", receipt(request)>,
                   rpc::remote<"query", position(request), rpc::idempotent>,
                   rpc::on<"fill", &observer::on_fill>, rpc::on<"tick", &observer::on_tick>>;

    int connections = 0;
    std::string epoch;  ///< Of the server that it met last.

private:
    stage& play_;
    const std::uint32_t number_;
};

}  // namespace simulator

#endif  // TESTS_SIMULATOR_MODEL_HPP
