// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_TESTING_MEMORY_ENVIRONMENT_HPP
#define GATEWIRE_TESTING_MEMORY_ENVIRONMENT_HPP

#include <gatewire/session/environment.hpp>
#include <gatewire/session/listener.hpp>
#include <gatewire/testing/memory_network.hpp>

#include <asio/any_io_executor.hpp>
#include <asio/post.hpp>
#include <asio/query.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace rpc::inline v1::testing {

/// A timer that waits for the clock of a loop.
class memory_timer final : public session::timer {
public:
    memory_timer(clockwork& loop, const asio::any_io_executor& executor)
        : loop_(loop), executor_(executor) {}
    ~memory_timer() override { memory_timer::cancel(); }

    void arm(time_point when, std::weak_ptr<session::wakeable> who) override {
        cancel();
        set_ = std::make_shared<sleeper>(sleeper{executor_, std::move(who)});
        loop_.at(when, false, [weak = std::weak_ptr<sleeper>(set_)] {
            if (const auto due = weak.lock()) {
                asio::post(due->executor, [who = due->who] {
                    if (const auto awake = who.lock()) {
                        awake->on_wake();
                    }
                });
            }
        });
    }

    void cancel() override { set_.reset(); }

private:
    struct sleeper {
        asio::any_io_executor executor;
        std::weak_ptr<session::wakeable> who;
    };

    clockwork& loop_;
    asio::any_io_executor executor_;
    std::shared_ptr<sleeper> set_;
};

/// The world of a test as servers and clients see it.
class memory_environment final : public session::environment {
public:
    memory_environment(clockwork& loop, memory_network& network, std::uint64_t seed)
        : loop_(loop), network_(network), chance_(seed) {}

    time_point now() const noexcept override { return loop_.now(); }
    std::uint64_t random() override { return chance_.next(); }

    std::unique_ptr<session::timer> make_timer(const asio::any_io_executor& executor) override {
        require_own(executor);
        return std::make_unique<memory_timer>(loop_, executor);
    }

    std::vector<std::shared_ptr<session::acceptor>> listen(
        const asio::any_io_executor& executor, const std::string& address, bool beyond_loopback,
        const accept_callback& accepted) override {
        require_own(executor);
        const protocol::address place = protocol::parse_address(address);
        if (!beyond_loopback && !is_loopback(place)) {
            session::refuse_beyond_loopback(address);
        }
        return {network_.listen(executor, place, accepted)};
    }

    std::shared_ptr<session::attempt> connect(const asio::any_io_executor& executor,
                                              const protocol::address& address,
                                              std::chrono::milliseconds deadline,
                                              connect_callback done) override {
        require_own(executor);
        auto begun = std::make_shared<trial>();
        begun->done = std::move(done);
        network_.connect(
            executor, address, deadline,
            [begun, executor](std::unique_ptr<session::stream> made, const std::string& failure) {
                asio::post(executor, [begun, made = std::move(made), failure]() mutable {
                    if (const auto then = std::exchange(begun->done, nullptr)) {
                        then(std::move(made), {errc::connection_refused, failure});
                    }
                });
            });
        return begun;
    }

    session::loop_access access(const asio::any_io_executor& executor) override {
        require_own(executor);
        session::loop_access result = session::access_of(executor);  // knows strands
        result.runs_here = [this] {
            loop_.check_thread();
            return true;
        };
        result.run_some = [this](time_point until) {
            loop_.run_one(until);
            return true;
        };
        result.threads = 0;
        return result;
    }

private:
    struct trial final : session::attempt {
        void cancel() override { done = nullptr; }

        connect_callback done{};
    };

    void require_own(const asio::any_io_executor& executor) const {
        if (&asio::query(executor, asio::execution::context) != &loop_) {
            throw std::logic_error(
                "the options are those of a rpc::testing::world, but the executor is not: use "
                "world.get_executor()");
        }
    }

    static bool is_loopback(const protocol::address& address) {
        return address.kind == protocol::address::scheme::unix_socket ||
               address.host == "localhost" || address.host == "::1" ||
               address.host.starts_with("127.");
    }

    clockwork& loop_;
    memory_network& network_;
    chance chance_;
};

}  // namespace rpc::inline v1::testing

#endif  // GATEWIRE_TESTING_MEMORY_ENVIRONMENT_HPP
