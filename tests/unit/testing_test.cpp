// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include <gatewire/testing.hpp>

#include <asio/bind_cancellation_slot.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <asio/strand.hpp>

#include <doctest/doctest.h>

#include <array>
#include <chrono>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace {

using namespace std::chrono_literals;
using rpc::testing::direction;
using rpc::testing::reachability;
using rpc::testing::world;

const std::string address = rpc::client_options().address;

/// One end of a connection that keeps all it reads.
struct end_of_line final : rpc::session::stream_user, std::enable_shared_from_this<end_of_line> {
    void use(std::unique_ptr<rpc::session::stream> given) {
        stream = std::move(given);
        read();
    }
    void read() { stream->read_some(room.data(), room.size(), shared_from_this()); }
    void write(std::string_view bytes) { stream->write_some(bytes, shared_from_this()); }

    void on_bytes(const asio::error_code& failure, std::size_t size) override {
        read_failure = failure;
        if (!failure) {
            got.append(room.data(), size);
            sizes.push_back(size);
            read();
        }
    }
    void on_written(const asio::error_code& failure, std::size_t size) override {
        write_failure = failure;
        written += size;
        ++writes;
    }

    std::unique_ptr<rpc::session::stream> stream;
    std::string got;
    std::vector<std::size_t> sizes;
    std::array<char, 4096> room{};
    asio::error_code read_failure;
    asio::error_code write_failure;
    std::size_t written = 0;
    int writes = 0;
};

/// A world with a listener, and connections to it.
struct line {
    explicit line(std::uint64_t seed = 1) : here(seed) {
        environment = here.server_options().environment;
        listening = environment->listen(
            here.get_executor(), address, false,
            [this](auto made, const asio::error_code&) { server->use(std::move(made)); });
        listening.front()->start();
    }
    ~line() {
        for (const auto& end : {client, server}) {
            if (end->stream) {
                end->stream->close();
            }
        }
        here.run_until_idle();
    }

    void begin() {
        attempt = environment->connect(here.get_executor(), rpc::protocol::parse_address(address),
                                       1s, [this](auto made, const auto& why) {
                                           failure = why.text;
                                           if (made) {
                                               client->use(std::move(made));
                                           }
                                       });
    }
    line& meet() {
        begin();
        here.run_until_idle();
        return *this;
    }
    rpc::testing::connection link() { return here.connections().at(0); }

    world here;
    std::shared_ptr<rpc::session::environment> environment;
    std::vector<std::shared_ptr<rpc::session::acceptor>> listening;
    std::shared_ptr<rpc::session::attempt> attempt;
    std::string failure = "none yet";
    std::shared_ptr<end_of_line> client = std::make_shared<end_of_line>();
    std::shared_ptr<end_of_line> server = std::make_shared<end_of_line>();
};

TEST_CASE("time passes only when the world is run, and exactly as long as asked") {
    world here;
    const auto before = here.now();
    here.run_for(90min);
    CHECK(here.now() - before == 90min);
    CHECK(here.elapsed() == 90min);
    here.run_until_idle();
    CHECK(here.elapsed() == 90min);
    CHECK(!here.run_until([] { return false; }, 5s));
    CHECK(here.elapsed() == 90min + 5s);
}

TEST_CASE("waits end in the order of their moments, and equal ones in the order of their making") {
    world here;
    std::string order;
    here.async_wait(2s, [&](const asio::error_code&) { order += 'c'; });
    here.async_wait(1s, [&](const asio::error_code&) { order += 'a'; });
    here.async_wait(1s, [&](const asio::error_code&) { order += 'b'; });
    here.run_for(1s);
    CHECK(order == "ab");
    CHECK(here.run_until([&] { return order.size() == 3; }));
    CHECK(here.elapsed() == 2s);
}

TEST_CASE("a wait that is cancelled ends once, as aborted") {
    world here;
    asio::cancellation_signal signal;
    std::vector<asio::error_code> ends;
    here.async_wait(1s,
                    asio::bind_cancellation_slot(
                        signal.slot(), [&](const asio::error_code& why) { ends.push_back(why); }));
    here.run_for(500ms);
    signal.emit(asio::cancellation_type::terminal);
    CHECK(ends.empty());
    here.run_for(1min);
    REQUIRE(ends.size() == 1);
    CHECK(ends[0] == asio::error::operation_aborted);
}

TEST_CASE("handlers are shuffled by the seed if that is wanted, those of a strand never") {
    const auto order_of = [](std::uint64_t seed, bool is_shuffled) {
        world here(seed);
        here.shuffle_handlers(is_shuffled);
        std::string order;
        const auto strand = asio::make_strand(asio::any_io_executor(here.get_executor()));
        for (const char name : {'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'}) {
            asio::post(here.get_executor(), [&order, name] { order += name; });
        }
        for (const char name : {'1', '2', '3'}) {
            asio::post(strand, [&order, name] { order += name; });
        }
        here.run_until_idle();
        CHECK(order.size() == 11);
        CHECK(order.find('1') < order.find('2'));
        CHECK(order.find('2') < order.find('3'));
        return order;
    };
    CHECK(order_of(1, false) == "abcdefgh123");
    CHECK(order_of(1, true) != "abcdefgh123");
    CHECK(order_of(1, true) == order_of(1, true));
    CHECK(order_of(1, true) != order_of(2, true));
}

TEST_CASE("connecting takes two latencies, and bytes one") {
    line between;
    between.here.set({.latency = 5ms});
    between.meet();
    CHECK(between.failure.empty());
    CHECK(between.here.elapsed() == 10ms);
    between.client->write("hello");
    between.here.run_for(4ms);
    CHECK(between.client->written == 5);
    CHECK(between.server->got.empty());
    between.here.run_for(1ms);
    CHECK(between.server->got == "hello");
    CHECK(between.link().delivered(direction::to_server) == 5);
    CHECK(between.link().delivered(direction::to_client) == 0);
}

TEST_CASE("jitter delays bytes but never lets them overtake each other") {
    line between;
    between.here.set({.latency = 1ms, .jitter = 20ms});
    between.meet();
    std::string sent;
    for (char name = 'a'; name <= 'z'; ++name) {
        const std::string one(1, name);
        between.client->write(one);
        between.here.run_for(1ms);
        sent += one;
    }
    between.here.run_until_idle();
    CHECK(between.server->got == sent);
    CHECK(between.here.elapsed() > 30ms);
    CHECK(between.here.elapsed() < 80ms);
}

TEST_CASE("reads are split by chance if that is wanted") {
    line between;
    between.here.set({.split_reads = true});
    between.meet();
    const std::string bytes(1000, 'x');
    between.client->write(bytes);
    between.here.run_until_idle();
    CHECK(between.server->got == bytes);
    CHECK(between.server->sizes.size() > 3);
}

TEST_CASE("a writer waits while its window is full of what nobody reads") {
    line between;
    between.here.set({.window = 100});
    between.meet();
    between.link().stall(direction::to_server);
    const std::string bytes(150, 'x');
    between.client->write(bytes);
    between.here.run_until_idle();
    CHECK(between.client->written == 100);
    between.client->write(bytes);
    between.here.run_for(1h);
    CHECK(between.client->writes == 1);
    between.server->write("the other direction goes on");
    between.here.run_until_idle();
    CHECK(between.client->got.size() == 27);
    between.link().resume();
    between.here.run_until_idle();
    CHECK(between.client->written == 200);
    CHECK(between.server->got.size() == 200);
}

TEST_CASE("an end that closes is heard of after everything it sent") {
    line between;
    between.here.set({.latency = 5ms});
    between.meet();
    between.client->write("last words");
    between.here.run_for(1ms);
    between.client->stream->close();
    between.here.run_until_idle();
    CHECK(between.client->read_failure == asio::error::operation_aborted);
    CHECK(between.server->got == "last words");
    CHECK(between.server->read_failure == asio::error::eof);
    between.server->write("too late");
    between.here.run_until_idle();
    CHECK(between.server->write_failure == asio::error::broken_pipe);
    CHECK(between.here.connections().empty());
}

TEST_CASE("an end that sends no more can still read") {
    line between;
    between.meet();
    CHECK(between.client->stream->end_sending());
    between.here.run_until_idle();
    CHECK(between.server->read_failure == asio::error::eof);
    between.server->write("answer");
    between.here.run_until_idle();
    CHECK(between.client->got == "answer");
}

TEST_CASE("a connection that is cut is broken for both ends at once") {
    line between;
    between.here.set({.latency = 5ms});
    between.meet();
    between.client->write("lost on the way");
    between.link().cut();
    between.here.run_until_idle();
    CHECK(between.client->read_failure == asio::error::connection_reset);
    CHECK(between.server->read_failure == asio::error::connection_reset);
    CHECK(between.server->got.empty());
    CHECK(!between.client->stream->end_sending());
}

TEST_CASE("a connection can be cut after exactly so many bytes") {
    line between;
    between.here.set({.split_reads = true});
    between.meet();
    between.link().cut_after(direction::to_server, 7);
    between.client->write("0123456789");
    between.here.run_until_idle();
    CHECK(between.server->got == "0123456");
    CHECK(between.server->read_failure == asio::error::connection_reset);
}

TEST_CASE("nothing arrives where the peer has vanished, not even the end") {
    line between;
    between.meet();
    between.link().vanish();
    between.client->write("hello?");
    between.here.run_for(1h);
    between.client->stream->close();
    between.here.run_for(1h);
    CHECK(between.server->got.empty());
    CHECK(!between.server->read_failure);
}

TEST_CASE("connecting fails as the world is told") {
    line between;
    between.here.set(reachability::refused);
    between.meet();
    CHECK(between.failure == "Connection refused");
    between.here.set(reachability::unreachable);
    between.begin();
    between.here.run_for(1s);
    CHECK(between.failure == "no answer within 1000 ms");
    between.here.set(reachability::reachable);
    between.listening.front()->close();
    between.meet();
    CHECK(between.failure == "Connection refused");
}

TEST_CASE("an attempt that is cancelled is not heard of again") {
    line between;
    between.here.set({.latency = 5ms});
    between.begin();
    between.here.run_for(7ms);
    between.attempt->cancel();
    between.here.run_until_idle();
    CHECK(between.failure == "none yet");
    CHECK(between.server->read_failure == asio::error::eof);
}

TEST_CASE("an address belongs to one listener, and port 0 picks a free one") {
    line between;
    const auto listen = [&](const std::string& where) {
        return between.environment->listen(between.here.get_executor(), where, false,
                                           [](auto, const asio::error_code&) {});
    };
    CHECK_THROWS_WITH_AS(listen(address),
                         ("cannot listen on '" + address + "': the address is in use").c_str(),
                         rpc::error);
    const auto first = listen("tcp://localhost:0");
    const auto second = listen("tcp://localhost:0");
    CHECK(first.front()->address() != second.front()->address());
    CHECK_THROWS_AS(listen("tcp://*:0"), rpc::error);
    CHECK(listen("unix:///run/desk.sock").front()->address() == "unix:///run/desk.sock");
}

TEST_CASE("the trace tells runs apart by their bytes and times") {
    const auto run = [](std::string_view bytes, std::chrono::microseconds latency) {
        line between;
        between.here.set({.latency = latency});
        between.meet();
        between.client->write(bytes);
        between.here.run_until_idle();
        return between.here.trace_hash();
    };
    CHECK(run("one", 1ms) == run("one", 1ms));
    CHECK(run("one", 1ms) != run("two", 1ms));
    CHECK(run("one", 1ms) != run("one", 1'001us));
}

TEST_CASE("another thread and another executor are refused") {
    world here;
    bool was_refused = false;
    std::thread([&] {
        try {
            here.run_for(1s);
        } catch (const std::logic_error&) {
            was_refused = true;
        }
    }).join();
    CHECK(was_refused);
    asio::io_context other;
    CHECK_THROWS_AS(here.server_options().environment->make_timer(other.get_executor()),
                    std::logic_error);
}

TEST_CASE("handlers that go on for ever without time passing are found out") {
    world here;
    std::function<void()> again = [&] { asio::post(here.get_executor(), [&] { again(); }); };
    again();
    CHECK_THROWS_AS(here.run_for(1s), std::logic_error);
}

}  // namespace
