// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: a session that rests takes at most 4 KiB of the server's memory, whatever it did before.
// Method: many raw sockets, which take no memory of this program, each say hello, subscribe and
// call over TCP on loopback; then the server's clock, and no other, is put forward, and each sends
// a heartbeat with what arrived. What the allocator has given out, with what it needs for itself,
// has grown by what the sessions hold.

#include "counted.hpp"
#include "raw_peer.hpp"

#include <gatewire/rpc.hpp>
#include <gatewire/session/real_environment.hpp>

#include <asio/io_context.hpp>

#include <poll.h>

#include <doctest/doctest.h>

#include <chrono>
#include <cstddef>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

struct engine {
    std::string echo(const std::string& text) { return text; }

    using rpc_table = rpc::table<rpc::method<"echo", &engine::echo>, rpc::event<"tick", int>>;
};

/// The real world, with a clock that can be put forward. Timers do not go with it.
class later_environment final : public rpc::session::environment {
public:
    rpc::session::time_point now() const noexcept override { return inner_.now() + forward; }
    std::uint64_t random() override { return inner_.random(); }
    std::unique_ptr<rpc::session::timer> make_timer(
        const asio::any_io_executor& executor) override {
        return inner_.make_timer(executor);
    }
    std::vector<std::shared_ptr<rpc::session::acceptor>> listen(
        const asio::any_io_executor& executor, const std::string& address, bool beyond_loopback,
        const accept_callback& accepted) override {
        return inner_.listen(executor, address, beyond_loopback, accepted);
    }
    std::shared_ptr<rpc::session::attempt> connect(const asio::any_io_executor& executor,
                                                   const rpc::protocol::address& address,
                                                   std::chrono::milliseconds deadline,
                                                   connect_callback done) override {
        return inner_.connect(executor, address, deadline, std::move(done));
    }
    rpc::session::loop_access access(const asio::any_io_executor& executor) override {
        return inner_.access(executor);
    }

    std::chrono::seconds forward{0};

private:
    rpc::session::real_environment inner_;
};

/// A server and sockets that are connected to it, all on this thread.
class crowd {
public:
    crowd() : server_(loop_.get_executor(), engine_, options()) { server_.start(); }

    /// Memory that each of so many sessions holds once it rests, in bytes.
    /// @param behave  What each does before, beside a hello, a subscription and a call.
    template <class Behave>
    std::size_t bytes_of_each(std::size_t count, Behave&& behave) {
        // What does not belong to one of them, and what is kept for whoever comes next.
        join(warm_up);
        visit(behave);
        rest();
        const std::size_t before = live_bytes();
        join(warm_up + count);
        visit(behave);
        rest();
        return (live_bytes() - before) / count;
    }

    void ask(test::raw_socket& peer, std::string_view body) {
        peer.send_frame(body);
        take(peer, 1);
    }

    /// Takes so many frames.
    void take(test::raw_socket& peer, std::size_t frames) {
        for (; frames != 0; --frames) {
            pollfd one{peer.descriptor(), POLLIN, 0};
            while (::poll(&one, 1, 0) == 0) {
                loop_.poll();
            }
            REQUIRE(peer.receive_frame());
        }
    }

private:
    static constexpr std::size_t warm_up = 16;

    rpc::server_options options() {
        rpc::server_options chosen;
        chosen.listen = {"tcp://127.0.0.1:0"};
        chosen.environment = world_;
        return chosen;
    }

    void join(std::size_t count) {
        while (peers_.size() != count) {
            fresh_.push_back(
                &peers_.emplace_back(test::raw_socket::connect(server_.addresses().front())));
            ask(peers_.back(),
                R"({"jsonrpc":"2.0","method":"rpc.hello","params":{"protocol":1},"id":1})");
            ask(peers_.back(),
                R"({"jsonrpc":"2.0","method":"rpc.subscribe","params":{"event":"tick"},"id":2})");
            ask(peers_.back(), R"({"jsonrpc":"2.0","method":"echo","params":["once"],"id":3})");
        }
    }

    /// Has those behave who did not yet.
    template <class Behave>
    void visit(Behave&& behave) {
        for (test::raw_socket* const one : std::exchange(fresh_, {})) {
            behave(*this, *one);
        }
    }

    void rest() {
        world_->forward += std::chrono::seconds(2);
        for (test::raw_socket& one : peers_) {
            one.send(heartbeat);
            take(one, 1);
        }
        loop_.poll();
    }

    /// As a client sends it: with what arrived, and in one piece.
    const std::string heartbeat =
        test::frame(R"({"jsonrpc":"2.0","method":"rpc.ack","params":{"answers":1000}})") +
        test::frame(R"({"jsonrpc":"2.0","method":"rpc.ping","params":{},"id":4})");

    std::shared_ptr<later_environment> world_ = std::make_shared<later_environment>();
    asio::io_context loop_{1};
    engine engine_;
    rpc::server<engine> server_;
    std::deque<test::raw_socket> peers_;
    std::vector<test::raw_socket*> fresh_;
};

constexpr std::size_t budget = 4096;

TEST_CASE("allocations: a session that rests takes at most 4 KiB") {
    crowd many;
    const std::size_t bytes = many.bytes_of_each(256, [](crowd&, test::raw_socket&) {});
    MESSAGE("a session takes ", bytes, " bytes");
    CHECK(bytes <= budget);
    CHECK(bytes >= budget / 4);  // The count counts.
}

TEST_CASE("allocations: so does one that was busy before") {
    // As many calls at once as there may be, and so large that every buffer grows.
    constexpr std::size_t calls = 64;
    std::string burst;
    for (std::size_t id = 0; id != calls; ++id) {
        burst +=
            test::frame(R"({"jsonrpc":"2.0","method":"echo","params":[")" +
                        std::string(2'000, 'x') + R"("],"id":)" + std::to_string(10 + id) + '}');
    }
    crowd many;
    const std::size_t bytes = many.bytes_of_each(64, [&](crowd& all, test::raw_socket& peer) {
        for (int times = 0; times != 2; ++times) {
            peer.send(burst);
            all.take(peer, calls);
        }
    });
    MESSAGE("a session takes ", bytes, " bytes");
    CHECK(bytes <= budget);
}

}  // namespace
