// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: the parts that others rely on where memory runs out either do a thing or do nothing of it.
// Method: each part alone; each of its allocations fails in turn.

#include "failing_memory.hpp"

#include <gatewire/protocol/client_requests.hpp>
#include <gatewire/session/event_hub.hpp>
#include <gatewire/session/idempotency_keys.hpp>
#include <gatewire/session/publish_batch.hpp>
#include <gatewire/session/serial_executor.hpp>

#include <asio/any_io_executor.hpp>
#include <asio/execution/blocking.hpp>
#include <asio/execution/outstanding_work.hpp>
#include <asio/execution/relationship.hpp>
#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <asio/prefer.hpp>
#include <asio/require.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <new>
#include <string>
#include <vector>

namespace {

namespace protocol = rpc::protocol;
namespace session = rpc::session;

/// Runs `act()` while the allocation behind so many others fails. @return Whether one did.
bool fails_at(long count, const std::function<void()>& act, long fails = 1) {
    memory.has_failed = false;
    memory.fails = fails;
    memory.left = count;
    try {
        act();
    } catch (const std::bad_alloc&) {
    }
    memory.left = -1;
    return memory.has_failed;
}

/// Erases, copies and changes an executor as Asio does where it ends the process without memory.
template <class Executor>
void check_needs_no_memory(const Executor& executor) {
    const bool has_failed = fails_at(0, [&] {
        const asio::any_io_executor erased = executor;
        asio::any_io_executor copy = erased;
        copy = asio::require(copy, asio::execution::blocking.never);
        copy = asio::prefer(copy, asio::execution::outstanding_work.tracked);
        copy = asio::prefer(copy, asio::execution::relationship.continuation);
        const asio::any_io_executor tracked = copy;
        copy = asio::prefer(copy, asio::execution::outstanding_work.untracked);
        copy = asio::prefer(copy, asio::execution::blocking.possibly);
        copy = asio::prefer(copy, asio::execution::relationship.fork);
    });
    CHECK_FALSE(has_failed);
}

struct listener final : session::event_receiver {
    void receive_event(const protocol::published_event& event) noexcept override {
        const bool had_memory = memory.left < 0;
        const long left = memory.left;
        memory.left = -1;
        numbers.push_back(event.number);
        memory.left = had_memory ? -1 : left;
    }
    void flush_events() noexcept override { ++flushes; }

    std::vector<std::uint64_t> numbers;
    int flushes = 0;
};

std::vector<protocol::entry_description> two_events() {
    std::vector<protocol::entry_description> events(2);
    events[0].name = "news";
    events[1].name = "tick";
    events[1].is_latest = true;
    return events;
}

}  // namespace

TEST_CASE("short memory: executors are erased, copied and changed without any") {
    asio::io_context loop;
    const session::serial_executor strand(asio::any_io_executor(loop.get_executor()));
    check_needs_no_memory(strand);

    const auto hub =
        std::make_shared<session::event_hub>(two_events(), rpc::server_limits{}, nullptr, true);
    check_needs_no_memory(session::engine_executor(strand, *hub, hub));
}

TEST_CASE("short memory: an executor that is tracked keeps the loop running, a copy of it too") {
    asio::io_context loop;
    const session::serial_executor strand(asio::any_io_executor(loop.get_executor()));
    int runs = 0;
    {
        const asio::any_io_executor erased = strand;
        asio::any_io_executor tracked =
            asio::prefer(erased, asio::execution::outstanding_work.tracked);
        const asio::any_io_executor copy = tracked;
        tracked = asio::prefer(tracked, asio::execution::outstanding_work.untracked);
        asio::post(loop, [&] { ++runs; });
        CHECK(loop.run_one() == 1);
        CHECK(loop.poll() == 0);
        CHECK_FALSE(loop.stopped());
    }
    CHECK(loop.stopped());
    CHECK(runs == 1);
}

TEST_CASE("short memory: what waits on a strand is run once there is memory for its turn") {
    asio::io_context loop;
    const session::serial_executor strand(asio::any_io_executor(loop.get_executor()));
    const auto work = asio::make_work_guard(loop);  // the turns that fail do not end the loop
    int runs = 0;
    strand.try_run([&] {
        asio::post(strand, [&] { ++runs; });
        memory.has_failed = false;
        memory.fails = 3;
        memory.left = 0;  // The turn is sent when this ends.
    });
    memory.left = -1;
    CHECK(memory.has_failed);
    loop.poll();
    CHECK(runs == 1);

    bool has_failed = true;
    for (long count = 0; has_failed; ++count) {
        CAPTURE(count);
        runs = 0;
        bool is_posted = false;
        has_failed = fails_at(count, [&] {
            asio::post(strand, [&] { ++runs; });
            is_posted = true;
        });
        loop.poll();
        CHECK(runs == (is_posted ? 1 : 0));
    }
}

TEST_CASE("short memory: an event is published to all or not at all, and has a number then only") {
    for (const std::size_t event : {std::size_t{0}, std::size_t{1}}) {
        bool has_failed = true;
        for (long count = 0; has_failed; ++count) {
            CAPTURE(event);
            CAPTURE(count);
            session::event_hub hub(two_events(), rpc::server_limits{}, nullptr, true);
            hub.session_began();
            const auto first = std::make_shared<listener>();
            const auto second = std::make_shared<listener>();
            hub.change([&](auto& index, std::uint64_t) {
                index.subscribe(first, event, nullptr);
                index.subscribe(second, event, nullptr);
            });
            const std::string key(100, 'k');
            bool is_published = false;
            has_failed = fails_at(count, [&] {
                hub.publish(event, key, "1");
                is_published = true;
            });
            CHECK(hub.position() == (is_published ? 1 : 0));
            CHECK(first->numbers.size() == (is_published ? 1 : 0));
            CHECK(second->numbers == first->numbers);
            if (!is_published) {
                hub.publish(event, key, "1");
            }
            hub.publish(event, key, "2");
            CHECK(first->numbers == std::vector<std::uint64_t>{1, 2});
            CHECK(second->numbers == first->numbers);

            std::vector<std::uint64_t> again;
            hub.store().replay(
                protocol::events_seen{}, protocol::lacking_events{},
                [](const auto&) { return true; },
                [&](const protocol::published_event& one) { again.push_back(one.number); });
            const bool is_latest = event == 1;
            CHECK(again ==
                  (is_latest ? std::vector<std::uint64_t>{2} : std::vector<std::uint64_t>{1, 2}));
        }
    }
}

TEST_CASE("short memory: half a request never stays among those to be sent") {
    const protocol::subscription_request wish{
        1, true, {std::string(100, 'e'), std::vector<std::string>{std::string(100, 'k')}}, 0};
    bool has_failed = true;
    for (long count = 0; has_failed; ++count) {
        CAPTURE(count);
        rpc::wire::buffer out;
        protocol::client_requests requests(out);
        requests.ping();
        const std::string before(out.view());
        bool is_written = false;
        has_failed = fails_at(count, [&] {
            requests.subscribe(wish);
            is_written = true;
        });
        CHECK((is_written || out.view() == before));
    }
}

TEST_CASE("short memory: a key whose answer could not be kept gets another one") {
    bool has_failed = true;
    for (long count = 0; has_failed; ++count) {
        CAPTURE(count);
        session::idempotency_keys book(10, 10'000);
        const std::string answer(200, 'a');
        int heard = 0;
        const auto ask = [&] {
            return book.begin("m", "", "k", "[]", [&]() -> protocol::keyed_call_waiter {
                return [&](const std::string& tail) { heard += tail == answer ? 1 : 100; };
            });
        };
        using meeting = session::idempotency_keys::state;
        const auto first = ask();
        REQUIRE(first.what == meeting::first);
        CHECK(ask().what == meeting::joined);
        bool is_kept = false;
        has_failed = fails_at(count, [&] {
            book.end(first.entry, answer);
            is_kept = true;
        });
        if (!is_kept) {
            CHECK(heard == 0);
            book.end(first.entry, answer);
        }
        CHECK(heard == 1);
        CHECK(ask().answer == answer);
    }
}
