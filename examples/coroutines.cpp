// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Methods that wait: a coroutine at the server gives the engine back while it waits, so calls
// interleave without threads and without locks. At the client, every call can be co_awaited.

#include "prove.hpp"

#include <gatewire/rpc.hpp>

#include <asio/co_spawn.hpp>
#include <asio/post.hpp>
#include <asio/redirect_error.hpp>
#include <asio/steady_timer.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/use_future.hpp>

#include <future>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

class engine {
public:
    // The first caller waits until a second one comes; both get both names.
    asio::awaitable<std::vector<std::string>> meet(std::string name) {
        guests_.push_back(std::move(name));
        if (guests_.size() == 1) {
            const auto executor = co_await asio::this_coro::executor;
            bell_.emplace(executor, asio::steady_timer::time_point::max());
            asio::error_code rung;
            co_await bell_->async_wait(asio::redirect_error(asio::use_awaitable, rung));
        } else {
            bell_->cancel();
        }
        co_return guests_;
    }

    asio::awaitable<void> fail() {
        co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
        throw std::runtime_error("thrown after a suspension");
    }

    std::size_t guests() const { return guests_.size(); }

    using rpc_table =
        rpc::table<rpc::method<"meet", &engine::meet>, rpc::method<"fail", &engine::fail>,
                   rpc::method<"guests", &engine::guests>>;

private:
    std::vector<std::string> guests_;
    std::optional<asio::steady_timer> bell_;
};

//[coroutine_client
asio::awaitable<std::string> visit(rpc::client<engine>& client) {
    const auto guests = co_await client.async_call<"meet">("bob", asio::use_awaitable);
    try {
        co_await client.async_call<"fail">(asio::use_awaitable);
    } catch (const rpc::error& failure) {
        co_return guests.at(0) + " met " + guests.at(1) + ", then: " + failure.message();
    }
    co_return "nothing failed";
}
//]

int main() {
    rpc::io_thread server_io;
    engine e;
    rpc::server<engine> server{server_io.get_executor(), e, {.listen = {"tcp://127.0.0.1:0"}}};
    server.start();

    rpc::io_thread client_io;
    rpc::client<engine> client{client_io.get_executor(),
                               rpc::client_options{.address = server.addresses().front()}};
    client.start();

    auto ann = client.async_call<"meet">("ann", asio::use_future);
    prove(client.call<"guests">() == 1, "a method that waits leaves the engine to others");

    auto bob = asio::co_spawn(client_io.get_executor(), visit(client), asio::use_future);
    const std::string said = bob.get();
    std::cout << said << '\n';
    prove(ann.get() == std::vector<std::string>{"ann", "bob"}, "the first call went on");
    prove(said == "ann met bob, then: thrown after a suspension",
          "co_await gives the result, or throws what the coroutine at the server threw");
}
