// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TESTS_SIMULATOR_ACTORS_HPP
#define TESTS_SIMULATOR_ACTORS_HPP

#include "model.hpp"

#include <asio/bind_cancellation_slot.hpp>
#include <asio/cancellation_signal.hpp>

#include <chrono>
#include <cstdint>
#include <exception>
#include <memory>
#include <set>
#include <type_traits>
#include <utility>

namespace simulator {

/// One life of the server, with an engine that knows nothing of the lives before.
class server_life {
public:
    server_life(stage& play, std::uint32_t life, const rpc::server_options& options)
        : engine_(std::make_shared<exchange>(play, life)),
          server_(play.world.get_executor(), *engine_, options) {
        engine_->strand = server_.get_executor();
        engine_->on_fill = [this](const fill& event) { server_.publish<"fill">(event); };
        engine_->on_tick = [this](const tick& event) { server_.publish<"tick">(event); };
        engine_->on_own_tick = [this](const rpc::to_session& who, const tick& event) {
            server_.publish<"tick">(who, event);
        };
        server_.start();
    }
    ~server_life() {
        engine_->on_fill = nullptr;
        engine_->on_tick = nullptr;
        engine_->on_own_tick = nullptr;
    }
    server_life(const server_life&) = delete;
    server_life& operator=(const server_life&) = delete;

    exchange& engine() noexcept { return *engine_; }
    rpc::server<exchange>& server() noexcept { return server_; }
    /// What still runs in it when the server is gone may not be gone yet.
    std::shared_ptr<exchange> keep() const { return engine_; }

private:
    std::shared_ptr<exchange> engine_;
    rpc::server<exchange> server_;
};

/// What was told of a call.
inline verdict verdict_of(const std::exception_ptr& thrown) {
    if (!thrown) {
        return verdict::answered;
    }
    try {
        std::rethrow_exception(thrown);
    } catch (const rpc::error& why) {
        if (why.outcome() == rpc::outcome::not_sent) {
            return verdict::not_sent;
        }
        if (why.outcome() == rpc::outcome::may_have_run) {
            return verdict::may_have_run;
        }
        if (why.code() == rpc::errc::engine_error) {
            return verdict::engine_failed;
        }
        const bool never_began = why.code() == rpc::errc::overloaded ||
                                 why.code() == rpc::errc::shutting_down ||
                                 why.code() == rpc::errc::unauthenticated;
        return never_began ? verdict::refused : verdict::may_have_run;
    }
}

/// One life of a client and the calls that it makes.
class client_life {
public:
    client_life(stage& play, std::uint32_t number, const rpc::client_options& options)
        : play_(play),
          number_(number),
          gateway_(std::make_shared<observer>(play, number)),
          client_(play.world.get_executor(), *gateway_, options) {
        client_.start();
    }

private:
    // Before its use, which must know what it gives.
    template <class Result>
    auto handler(std::uint64_t call, std::shared_ptr<asio::cancellation_signal> signal) {
        const auto slot = signal->slot();
        return asio::bind_cancellation_slot(
            slot,
            [seen = gateway_, call, signal = std::move(signal), connection = gateway_->connections](
                const std::exception_ptr& thrown, const Result& result) {
                if constexpr (std::is_same_v<Result, position>) {
                    seen->end(call, verdict_of(thrown), result.number, thrown);
                    if (!thrown && connection == seen->connections) {
                        seen->note({sight::kind::snapshot, 0, result.life, result.number});
                    }
                } else {
                    seen->end(call, verdict_of(thrown), result.answer, thrown);
                }
            });
    }

public:
    rpc::client<observer>& client() noexcept { return client_; }
    std::uint32_t number() const noexcept { return number_; }

    void call(method what) {
        if (what == method::book) {
            book();
            return;
        }
        const std::chrono::milliseconds timeout(play_.one_in(10) ? play_.below(20)
                                                                 : 50 + play_.below(4'000));
        request ask{make(what, timeout), 0, padding()};
        const rpc::timeout time{timeout};
        auto signal = std::make_shared<asio::cancellation_signal>();
        switch (what) {
            case method::place:
                ask.milliseconds =
                    play_.one_in(2) ? static_cast<std::uint32_t>(play_.below(500)) : 0;
                client_.async_call<"place">(time, ask, handler<receipt>(ask.call, signal));
                break;
            case method::work:
                ask.milliseconds = static_cast<std::uint32_t>(play_.below(1'500));
                client_.async_call<"work">(time, ask, handler<receipt>(ask.call, signal));
                break;
            case method::fail:
                client_.async_call<"fail">(time, ask, handler<receipt>(ask.call, signal));
                break;
            case method::book: break;
            case method::query:
                client_.async_call<"query">(time, ask, handler<position>(ask.call, signal));
                break;
        }
        if (play_.one_in(12)) {
            cancel_later(signal);
        }
    }

    /// Does something that counts once: something new, or again what somebody began lately.
    void book() {
        const std::size_t count = play_.keys.size() - 1;
        const std::size_t recent = count < 4 ? count : 4;
        std::uint64_t key = count + 1;
        if (recent != 0 && play_.one_in(2)) {
            key = count - play_.below(recent);
        } else {
            const bool is_bound = !gateway_->epoch.empty() && play_.one_in(2);
            play_.keys.push_back(
                {"k" + std::to_string(key), is_bound ? gateway_->epoch : std::string()});
            play_.past.bound.push_back(is_bound);
        }
        const std::chrono::milliseconds timeout(50 + play_.below(4'000));
        const std::uint64_t call = make(method::book, timeout);
        play_.past.calls[call].key = key;
        client_.async_call<"book">(
            rpc::timeout{timeout}, play_.keys[key], deed{key},
            handler<receipt>(call, std::make_shared<asio::cancellation_signal>()));
    }

    /// Wants the values of some keys, of one more or one less, or of all of them again.
    void change_subscriptions(std::uint64_t symbols) {
        std::set<std::uint64_t>& wanted = play_.past.clients[number_].wanted;
        if (play_.one_in(4)) {
            wanted.clear();
            client_.subscribe<"tick">();
            gateway_->note({sight::kind::asked, 0});
            return;
        }
        const std::uint64_t key = 1 + play_.below(symbols);
        if (!wanted.empty() && wanted.size() > 2 && wanted.contains(key)) {
            wanted.erase(key);
            client_.unsubscribe<"tick">(symbol_name(key));
            return;
        }
        for (const std::uint64_t one : {key, own_key(number_)}) {
            wanted.insert(one);
            gateway_->note({sight::kind::asked, 0, 0, one});
        }
        client_.subscribe<"tick">(symbol_name(key), symbol_name(own_key(number_)));
    }

    /// A call that blocks, as the main thread of a strategy would make it.
    void ask_and_wait() {
        const std::chrono::milliseconds timeout(play_.below(2'000));
        const std::uint64_t call = make(method::place, timeout);
        play_.past.calls[call].is_blocking = true;
        std::exception_ptr thrown;
        receipt answer;
        try {
            answer = client_.call<"place">(rpc::timeout{timeout}, request{call, 0, 0});
        } catch (const rpc::error&) {
            thrown = std::current_exception();
        }
        gateway_->end(call, verdict_of(thrown), answer.answer, thrown);
    }

private:
    std::uint64_t make(method what, std::chrono::milliseconds timeout) {
        const moment now = play_.now();
        const moment time = std::chrono::nanoseconds(timeout).count();
        play_.past.calls.push_back({number_, what, 0, now, now + time, 0, 0, {}, 0});
        return play_.past.calls.size() - 1;
    }

    std::uint32_t padding() {
        return static_cast<std::uint32_t>(play_.one_in(20) ? play_.below(30'000) : play_.below(20));
    }

    void cancel_later(const std::shared_ptr<asio::cancellation_signal>& signal) {
        play_.world.async_wait(std::chrono::milliseconds(play_.below(300)),
                               [weak = std::weak_ptr(signal)](const asio::error_code&) {
                                   if (const auto still = weak.lock()) {
                                       still->emit(asio::cancellation_type::terminal);
                                   }
                               });
    }

    stage& play_;
    const std::uint32_t number_;
    std::shared_ptr<observer> gateway_;  // its last calls may end after the client
    rpc::client<observer> client_;
};

}  // namespace simulator

#endif  // TESTS_SIMULATOR_ACTORS_HPP
