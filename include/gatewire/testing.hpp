// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_TESTING_HPP
#define GATEWIRE_TESTING_HPP

#include <gatewire/options.hpp>
#include <gatewire/session/loop_access.hpp>
#include <gatewire/testing/clockwork.hpp>
#include <gatewire/testing/memory_environment.hpp>
#include <gatewire/testing/proxy_faults.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

/// Tests of one's own engine and gateway, without sockets, sleeps and threads. An optional header:
/// `<gatewire/rpc.hpp>` does not include it.
namespace rpc::inline v1::testing {

/// A connection of a world, as the one who spoils it sees it. Where the connection is over, all
/// functions that change it do nothing. Copies are the same connection; it may outlive the world
/// only to be destroyed.
class connection {
public:
    /// Made by `world` only.
    explicit connection(std::shared_ptr<memory_connection> made) : connection_(std::move(made)) {}

    /// 1, 2 and so on, in the order in which clients came, those that were refused counted.
    std::uint64_t number() const noexcept { return connection_->number(); }

    /// Whether neither end has closed it, and nobody cut it.
    bool is_open() const noexcept { return connection_->is_open(); }

    /// Bytes that were read in one direction so far.
    std::uint64_t delivered(direction way) const noexcept {
        return connection_->delivered(sender_of(way));
    }

    /// Breaks it: both ends hear of it at once, and what is on its way is lost.
    void cut() { connection_->cut(); }

    /// Breaks it once exactly so many more bytes of one direction were read.
    void cut_after(direction way, std::uint64_t bytes) {
        connection_->cut_after(sender_of(way), bytes);
    }

    /// Stops the bytes of one direction where they are, and the news of its end too. The sender
    /// goes on until `conditions::window` is full.
    void stall(direction way) { connection_->hold(sender_of(way), true); }
    /// The same in both directions.
    void stall() {
        stall(direction::to_server);
        stall(direction::to_client);
    }

    /// Lets everything that was stalled go on.
    void resume() {
        connection_->hold(0, false);
        connection_->hold(1, false);
    }

    /// Takes the peer of each end away without telling it, as an unplugged cable does: nothing
    /// arrives any more, ever, not even the end.
    void vanish() noexcept { connection_->lose(); }

    /// Changes what it is like, for all that is sent from now on.
    void set(const conditions& weather) noexcept { connection_->set(weather); }

private:
    static std::size_t sender_of(direction way) noexcept {
        return way == direction::to_server ? 0 : 1;
    }

    std::shared_ptr<memory_connection> connection_;
};

/// A small world for one test: a loop, a clock that only moves when the test says so, a network in
/// memory, and chance that comes from one number.
///
/// ```cpp
/// rpc::testing::world world;
/// engine e;
/// rpc::server<engine> server{world.get_executor(), e, world.server_options()};
/// rpc::client<engine> client{world.get_executor(), world.client_options()};
/// server.start();
/// client.start();
/// CHECK(client.call<"add">(1, 2) == 3);  // a call that blocks runs the world until it is answered
/// world.run_for(std::chrono::hours(1));  // takes a moment
/// ```
///
/// Servers and clients are the ordinary ones, with all their timeouts and limits. The addresses of
/// the options name places in this world: nothing outside can be reached, and nobody can reach it.
/// The same seed and the same calls give the same run, byte for byte.
///
/// A method or handler may run the world itself, by a blocking call or by `run_for`: then time goes
/// on inside of it, as if it were slow, and whoever ran the world outside gets it back later.
///
/// What else keeps time in a test must ask the world, too: `async_wait` where production has a
/// timer of Asio, which would wait for the real clock; and `now` instead of the system's clock.
///
/// @par Lifetime
/// The world must outlive its servers and clients.
///
/// @par Thread safety
/// None: the world and everything in it belong to the thread that made it, and throw
/// `std::logic_error` when another one comes. `server_options::worker` must stay empty.
class world {
public:
    /// Virtual time.
    using duration = std::chrono::nanoseconds;
    /// What servers and clients of this world run on.
    using executor_type = clockwork::executor_type;

    /// @param seed  Chooses all that is left to chance: jitter, split reads, pauses before
    ///              connecting again, the names of sessions.
    explicit world(std::uint64_t seed = 1) : world(chance(seed)) {}

    ~world() { network_.abandon(); }
    world(const world&) = delete;
    world& operator=(const world&) = delete;

    /// For the servers and clients of this world.
    executor_type get_executor() noexcept { return loop_.get_executor(); }

    /// The options of a server in this world.
    rpc::server_options server_options(rpc::server_options options = {}) const {
        options.environment = environment_;
        return options;
    }

    /// The options of a client in this world.
    rpc::client_options client_options(rpc::client_options options = {}) const {
        options.environment = environment_;
        return options;
    }

    /// The time in this world.
    time_point now() const noexcept { return loop_.now(); }

    /// How much time has passed since it was made.
    duration elapsed() const noexcept { return loop_.now() - begin_; }

    /// Runs everything that happens within this time; all of it has passed then.
    /// @throws std::logic_error  Something goes on for ever without time passing.
    template <class Time>
    void run_for(Time time) {
        const session::blocking_scope hands;
        const time_point until = protocol::after(loop_.now(), time);
        while (loop_.run_one(until)) {
        }
    }

    /// Runs until a condition holds, at most for this time. @return Whether it does.
    template <class Condition, class Time = std::chrono::minutes>
    bool run_until(Condition&& holds, Time at_most = Time(5)) {
        const session::blocking_scope hands;
        const time_point until = protocol::after(loop_.now(), at_most);
        while (!holds()) {
            if (!loop_.run_one(until)) {
                return holds();
            }
        }
        return true;
    }

    /// Runs until no handler is ready and no byte on its way. Timers that wait, heartbeats among
    /// them, are left alone, and so is what is stalled.
    void run_until_idle() {
        const session::blocking_scope hands;
        while (loop_.is_busy()) {
            loop_.run_one(protocol::never);
        }
    }

    /// Waits for time to pass in this world.
    /// @par Completion
    /// `void(asio::error_code)`; with any token. `operation_aborted` if it was cancelled.
    /// @par Cancellation
    /// Every type.
    template <class Time, class Token>
    auto async_wait(Time time, Token&& token) {
        return wait_in(loop_, protocol::after(loop_.now(), time), std::forward<Token>(token));
    }

    /// What connections are like that are made from now on. Others stay as they are.
    void set(const conditions& weather) noexcept { network_.weather = weather; }

    /// Lets attempts to connect fail from now on, or succeed again.
    void set(reachability reach) noexcept { network_.reach = reach; }

    /// Lets what is ready at one moment run in any order that the seed chooses, as the threads of a
    /// pool might, instead of first come, first served.
    void shuffle_handlers(bool on = true) noexcept { loop_.shuffle(on); }

    /// The connections that are open, in the order in which they were made.
    std::vector<connection> connections() {
        std::vector<connection> open;
        for (auto& made : network_.connections()) {
            open.emplace_back(std::move(made));
        }
        return open;
    }

    /// Breaks every connection that is open.
    void cut_all() {
        for (connection& one : connections()) {
            one.cut();
        }
    }

    /// A random number below the bound, by the seed; for what a test leaves to chance.
    std::uint64_t random(std::uint64_t bound) noexcept { return chance_.below(bound); }

    /// One number for all bytes that were read, where and when, and for each connection that was
    /// made, refused or cut. Two runs with the same hash were the same.
    std::uint64_t trace_hash() const noexcept { return network_.seen.hash(); }

private:
    explicit world(chance seeds)
        : chance_(seeds.next()),
          network_(loop_, seeds.next()),
          loop_(seeds.next()),
          environment_(std::make_shared<memory_environment>(loop_, network_, seeds.next())) {}

    chance chance_;
    memory_network network_;  // outlives what the loop still holds
    clockwork loop_;
    std::shared_ptr<session::environment> environment_;
    const time_point begin_ = loop_.now();
};

}  // namespace rpc::inline v1::testing

#endif  // GATEWIRE_TESTING_HPP
