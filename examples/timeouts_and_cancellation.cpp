// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// A call that takes too long, or is not wanted any more, ends alone: the server is told, and the
// connection and all other calls go on.

#include "prove.hpp"

#include <gatewire/rpc.hpp>

#include <asio/bind_cancellation_slot.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/post.hpp>
#include <asio/redirect_error.hpp>
#include <asio/steady_timer.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/use_future.hpp>

#include <chrono>
#include <future>
#include <semaphore>
#include <string_view>

using namespace std::chrono_literals;

class engine {
public:
    int add(int a, int b) { return a + b; }

    // Would take for ever. The server cancels it when the caller does not wait any more.
    asio::awaitable<int> search() {
        started.release();
        asio::steady_timer result{co_await asio::this_coro::executor,
                                  asio::steady_timer::time_point::max()};
        asio::error_code ended;
        co_await result.async_wait(asio::redirect_error(asio::use_awaitable, ended));
        given_up.release();
        if (ended) {
            throw asio::system_error(ended);  // There is no result to give.
        }
        co_return 42;
    }

    std::counting_semaphore<> started{0};
    std::counting_semaphore<> given_up{0};

    using rpc_table =
        rpc::table<rpc::method<"add", &engine::add>, rpc::method<"search", &engine::search>>;
};

// Waits for a call that must fail.
rpc::error failure_of(std::future<int> call) {
    try {
        call.get();
    } catch (const rpc::error& failure) {
        std::cout << failure.code().message() << ", " << to_string(failure.outcome()) << ": "
                  << failure.message() << '\n';
        return failure;
    }
    prove(false, "the call fails");
    std::abort();
}

int main() {
    rpc::io_thread server_io;
    engine e;
    rpc::server<engine> server{server_io.get_executor(), e, {.listen = {"tcp://127.0.0.1:0"}}};
    server.start();

    rpc::io_thread client_io;
    rpc::client<engine> client{client_io.get_executor(),
                               rpc::client_options{.address = server.addresses().front()}};
    client.start();

    //[timeout
    auto slow = client.async_call<"search">(rpc::timeout{100ms}, asio::use_future);
    //]
    e.started.acquire();
    prove(failure_of(std::move(slow)).code() == rpc::errc::deadline_exceeded,
          "a call ends when its time is over");
    prove(e.given_up.try_acquire_for(10s), "the server gives it up as well");

    //[cancellation
    asio::cancellation_signal stop;
    auto unwanted =
        client.async_call<"search">(asio::bind_cancellation_slot(stop.slot(), asio::use_future));
    e.started.acquire();
    // A signal is no thread's friend: it is emitted where the client runs.
    asio::post(client_io.get_executor(), [&stop] { stop.emit(asio::cancellation_type::terminal); });
    //]
    const auto cancelled = failure_of(std::move(unwanted));
    prove(cancelled.code() == rpc::errc::cancelled, "a call can be cancelled");
    prove(cancelled.outcome() == rpc::outcome::may_have_run, "it was sent, so it may have run");
    prove(e.given_up.try_acquire_for(10s), "the server gives it up as well");

    prove(client.call<"add">(1, 2) == 3, "the connection goes on");
}
