// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: every call of a client ends once, and how it ends says what it may have done. Method: what
// the calls are given, the bytes that are written and the calls that ended, line by line; a
// completion is a text.

#include "client_rig.hpp"

#include <gatewire/protocol/call_table.hpp>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

namespace protocol = rpc::protocol;
using protocol::call_id;
using rpc::errc;
using test::at;
using namespace std::chrono_literals;
using texts = std::vector<std::string>;
using text_completion = std::unique_ptr<std::string>;

/// What a test writes down of a call that ended: its completion's text, code and outcome.
std::string ended(std::string_view text, std::string_view code, std::string_view what) {
    return std::string(text) + ": " + std::string(code) + ", " + std::string(what);
}

/// The request with an id, as the table sends it.
std::string with_id(std::string_view name, call_id id, int timeout_ms = 1000,
                    std::string_view members = {}) {
    return R"({"method":")" + std::string(name) + R"(","rpc":{"timeout_ms":)" +
           std::to_string(timeout_ms) + std::string(members) + R"(},"id":)" + std::to_string(id) +
           "}";
}

std::string without_id(std::string_view name) {
    return R"({"method":")" + std::string(name) + R"("})";
}

std::string cancel_of(call_id id) {
    return R"({"jsonrpc":"2.0","method":"rpc.cancel","params":{"id":)" + std::to_string(id) + "}}";
}

/// A table, and the server that a test plays.
struct table_rig {
    using table_type = protocol::call_table<text_completion>;

    rpc::client_limits limits{};
    table_type table{limits};
    protocol::contract_check contract;
    protocol::hello_response welcome;
    protocol::time_point now = at({});
    rpc::wire::buffer out;
    table_type::failed_calls failed;

    table_rig() {
        welcome.limits = {1 << 20, 100, 100, 100};
        table.accept();
    }

    static protocol::call_request request(std::string_view body,
                                          std::chrono::milliseconds timeout = 1000ms) {
        return {0, body, timeout};
    }

    table_type::submitted submit(const protocol::call_request& call, std::string_view name) {
        auto completion = std::make_unique<std::string>(name);
        auto made = table.submit(call, completion, now, out);
        CHECK((completion != nullptr) == made.refused.has_value());
        return made;
    }

    /// Takes a call whose request and completion have this name.
    call_id call(std::string_view name, std::chrono::milliseconds timeout = 1000ms) {
        return send({}, name, timeout);
    }
    call_id keyed(std::string_view name) {
        protocol::call_request how{};
        how.is_keyed = true;
        how.members = R"(,"key":"k")";
        return send(how, name);
    }
    call_id idempotent(std::string_view name) {
        protocol::call_request how{};
        how.is_idempotent = true;
        return send(how, name);
    }
    call_id send(protocol::call_request how, std::string_view name,
                 std::chrono::milliseconds timeout = 1000ms) {
        const std::string body = R"({"method":")" + std::string(name) + '"';
        how.body = body;
        how.timeout = timeout;
        const auto made = submit(how, name);
        CHECK_FALSE(made.refused.has_value());
        return made.id;
    }
    call_id notify(std::string_view name) {
        const std::string body = R"({"method":")" + std::string(name) + '"';
        text_completion none;
        return table.submit(request(body), none, now, out).id;
    }

    /// The first connection, or one of a session that is new.
    void connect(bool is_same_server = false) {
        welcome.resumed = false;
        welcome.running.reset();
        table.open({welcome, contract, is_same_server}, now, out, failed);
        table.send_waiting(now, out);
    }
    void resume(const std::vector<nlohmann::json>& running = {}) {
        welcome.resumed = true;
        for (const nlohmann::json& id : running) {
            welcome.running = welcome.running.value_or(decltype(welcome.running)::value_type());
            welcome.running->push_back({id.dump()});
        }
        table.open({welcome, contract, true}, now, out, failed);
        table.send_waiting(now, out);
    }
    void lose(std::chrono::milliseconds grace = 10s) {
        table.close({errc::connection_lost, "cut"}, grace, now, failed);
    }
    void pass(std::chrono::milliseconds time) {
        now += time;
        table.expire(now, out, failed);
    }
    void give_up(call_id id) { table.give_up(id, {errc::cancelled, "given up"}, out, failed); }
    std::string answer(call_id id) {
        const text_completion completion = table.take_answered(id);
        table.send_waiting(now, out);
        return completion ? *completion : std::string("nobody");
    }

    texts sent() { return test::take_bodies(out); }
    texts ends() {
        texts all;
        for (const auto& one : failed) {
            all.push_back(
                ended(*one.completion, one.why.code().message(), to_string(one.why.outcome())));
        }
        failed.clear();
        return all;
    }
};

}  // namespace

TEST_CASE("call_table: a call is sent, answered, and over") {
    table_rig rig;
    rig.connect();
    const call_id id = rig.call("a");
    CHECK(rig.sent() == texts{with_id("a", id)});
    CHECK(rig.answer(id) == "a");
    CHECK(rig.answer(id) == "nobody");
    rig.pass(1h);
    CHECK(rig.sent().empty());
    CHECK(rig.ends().empty());
}

TEST_CASE("call_table: what waits for a connection is sent on it, in order, with the time left") {
    table_rig rig;
    const call_id first = rig.call("a");
    rig.notify("n");
    const call_id second = rig.keyed("b");
    CHECK(rig.sent().empty());
    rig.now += 200ms;
    rig.connect();
    CHECK(rig.sent() == texts{with_id("a", first, 800), without_id("n"),
                              with_id("b", second, 800, R"(,"key":"k")")});
}

TEST_CASE("call_table: part of a millisecond counts as a whole one, and 49 days are the most") {
    table_rig rig;
    rig.connect();
    rig.now += 1ms;
    const call_id short_one = rig.call("a", 10ms);
    const call_id long_one = rig.call("b", std::chrono::hours(24) * 400);
    CHECK(rig.sent() == texts{with_id("a", short_one, 10),
                              R"({"method":"b","rpc":{"timeout_ms":4294967295},"id":)" +
                                  std::to_string(long_one) + "}"});
    rig.now += std::chrono::microseconds(2500);
    rig.lose();
    rig.resume();
    CHECK(rig.sent()[0] == with_id("a", short_one, 8));
}

TEST_CASE("call_table: a notification has no id and no end") {
    table_rig rig;
    rig.connect();
    CHECK(rig.notify("n") == table_rig::table_type::no_id);
    CHECK(rig.sent() == texts{without_id("n")});
    rig.lose();
    rig.resume();
    CHECK(rig.sent().empty());
    rig.lose();
    rig.notify("late");
    rig.pass(1h);
    rig.resume();
    CHECK(rig.sent().empty());
    CHECK(rig.ends().empty());
}

// What ends a call that waits, and one that was sent.

TEST_CASE("call_table: a deadline passes: not sent while it waits, may have run when sent") {
    table_rig rig;
    rig.call("waits", 100ms);
    rig.pass(99ms);
    CHECK(rig.ends().empty());
    rig.pass(1ms);
    CHECK(rig.ends() == texts{ended("waits", "deadline_exceeded", "not_sent")});
    CHECK(rig.sent().empty());
    rig.connect();
    const call_id id = rig.call("sent", 100ms);
    CHECK(rig.table.next_deadline() == rig.now + 100ms);
    rig.sent();
    rig.pass(100ms);
    CHECK(rig.ends() == texts{ended("sent", "deadline_exceeded", "may_have_run")});
    CHECK(rig.sent() == texts{cancel_of(id)});
    CHECK(rig.answer(id) == "nobody");
    CHECK(rig.table.next_deadline() == protocol::never);
}

TEST_CASE("call_table: a call is given up: not sent while it waits, may have run when sent") {
    table_rig rig;
    const call_id waiting = rig.call("waits");
    rig.give_up(waiting);
    rig.give_up(waiting);
    CHECK(rig.ends() == texts{ended("waits", "cancelled", "not_sent")});
    rig.connect();
    CHECK(rig.sent().empty());
    const call_id id = rig.call("sent");
    rig.sent();
    rig.give_up(id);
    rig.give_up(id);
    CHECK(rig.ends() == texts{ended("sent", "cancelled", "may_have_run")});
    CHECK(rig.sent() == texts{cancel_of(id)});
}

TEST_CASE("call_table: an answered call cannot be given up, nor its slot's next one by its id") {
    table_rig rig;
    rig.connect();
    const call_id old = rig.call("old");
    CHECK(rig.answer(old) == "old");
    const call_id next = rig.call("next");
    rig.sent();
    rig.give_up(old);
    CHECK(rig.ends().empty());
    CHECK(rig.sent().empty());
    CHECK(rig.answer(old) == "nobody");
    CHECK(rig.answer(next) == "next");
}

TEST_CASE("call_table: the client stops: every call ends, and none is taken until it starts") {
    table_rig rig;
    rig.welcome.limits.calls_in_flight_max = 1;
    rig.connect();
    rig.call("sent");
    rig.call("waits");
    rig.table.stop("over", rig.failed);
    CHECK(rig.ends() == texts{ended("sent", "cancelled", "may_have_run"),
                              ended("waits", "cancelled", "not_sent")});
    const auto made = rig.submit(table_rig::request("{"), "late");
    REQUIRE(made.refused.has_value());
    CHECK(made.refused->code() == errc::not_connected);
    CHECK(made.refused->outcome() == rpc::outcome::not_sent);
    rig.table.accept();
    rig.sent();
    const call_id next = rig.call("next");
    rig.connect();
    CHECK(rig.sent() == texts{with_id("next", next)});
}

TEST_CASE("call_table: a client that was never started takes no call") {
    const rpc::client_limits limits;
    protocol::call_table<text_completion> table(limits);
    text_completion completion = std::make_unique<std::string>("a");
    rpc::wire::buffer out;
    const auto made = table.submit(table_rig::request("{"), completion, at({}), out);
    REQUIRE(made.refused.has_value());
    CHECK(made.refused->code() == errc::not_connected);
}

TEST_CASE("call_table: the server does not let the client in: all end so, and so do new calls") {
    table_rig rig;
    rig.connect();
    rig.call("sent");
    rig.lose();
    rig.call("waits");
    rig.table.close({errc::unauthenticated, "no such token"}, {}, rig.now, rig.failed);
    CHECK(rig.ends() == texts{ended("sent", "unauthenticated", "may_have_run"),
                              ended("waits", "unauthenticated", "not_sent")});
    const auto made = rig.submit(table_rig::request("{"), "late");
    REQUIRE(made.refused.has_value());
    CHECK(made.refused->code() == errc::unauthenticated);
    CHECK(made.refused->message() == "no such token");
    rig.table.accept();
    rig.sent();
    const call_id id = rig.call("later");
    rig.connect();
    CHECK(rig.sent() == texts{with_id("later", id)});
}

// What is sent again, and what may have run.

TEST_CASE("call_table: the session goes on: all that was sent is sent again, before what waits") {
    table_rig rig;
    rig.connect();
    const call_id a = rig.call("a");
    const call_id b = rig.call("b");
    rig.answer(a);
    const call_id c = rig.call("c");  // In the slot of `a`, but sent last.
    const call_id d = rig.keyed("d");
    rig.sent();
    rig.lose();
    const call_id e = rig.call("e");
    CHECK(rig.sent().empty());
    rig.now += 100ms;
    rig.welcome.resumed = true;
    rig.table.open({rig.welcome, rig.contract, true}, rig.now, rig.out, rig.failed);
    CHECK(rig.sent() ==
          texts{with_id("b", b, 900), with_id("c", c, 900), with_id("d", d, 900, R"(,"key":"k")")});
    rig.table.send_waiting(rig.now, rig.out);
    CHECK(rig.sent() == texts{with_id("e", e, 900)});
    CHECK(rig.ends().empty());
    CHECK(rig.answer(b) == "b");
}

TEST_CASE("call_table: a new session on the same server: keyed and idempotent calls are repeated") {
    table_rig rig;
    rig.connect();
    rig.call("plain");
    const call_id keyed = rig.keyed("keyed");
    const call_id harmless = rig.idempotent("harmless");
    rig.sent();
    rig.lose();
    rig.connect(true);
    CHECK(rig.ends() == texts{ended("plain", "connection_lost", "may_have_run")});
    CHECK(rig.sent() ==
          texts{with_id("keyed", keyed, 1000, R"(,"key":"k")"), with_id("harmless", harmless)});
}

TEST_CASE("call_table: the server was started anew: only idempotent calls are repeated") {
    table_rig rig;
    rig.connect();
    rig.call("plain");
    rig.keyed("keyed");
    const call_id harmless = rig.idempotent("harmless");
    rig.sent();
    rig.lose();
    const call_id waiting = rig.keyed("waits");
    rig.connect(false);
    CHECK(rig.ends() == texts{ended("plain", "connection_lost", "may_have_run"),
                              ended("keyed", "connection_lost", "may_have_run")});
    CHECK(rig.sent() ==
          texts{with_id("harmless", harmless), with_id("waits", waiting, 1000, R"(,"key":"k")")});
}

TEST_CASE("call_table: a connection is lost and no session kept: plain calls end at once") {
    table_rig rig;
    rig.welcome.limits.calls_in_flight_max = 3;
    rig.connect();
    rig.call("plain");
    const call_id keyed = rig.keyed("keyed");
    const call_id harmless = rig.idempotent("harmless");
    const call_id waiting = rig.call("waits");
    rig.sent();
    rig.lose(0ms);
    CHECK(rig.ends() == texts{ended("plain", "connection_lost", "may_have_run")});
    rig.connect(true);
    CHECK(rig.ends().empty());
    CHECK(rig.sent() == texts{with_id("keyed", keyed, 1000, R"(,"key":"k")"),
                              with_id("harmless", harmless), with_id("waits", waiting)});
}

TEST_CASE("call_table: the time passes in which a lost session may go on: plain calls end") {
    table_rig rig;
    rig.connect();
    rig.call("plain", 1h);
    const call_id harmless = rig.send({0, {}, {}, true}, "harmless", 1h);
    rig.sent();
    rig.lose(5s);
    rig.call("waits", 1h);
    CHECK(rig.table.next_deadline() == rig.now + 5s);
    rig.pass(4999ms);
    CHECK(rig.ends().empty());
    rig.pass(1ms);
    CHECK(rig.ends() == texts{ended("plain", "connection_lost", "may_have_run")});
    CHECK(rig.table.next_deadline() > rig.now + 50min);
    rig.connect();
    CHECK(rig.ends().empty());
    CHECK(rig.sent()[0] == with_id("harmless", harmless, 3595000));
}

TEST_CASE("call_table: once the session goes on, its time to do so means nothing") {
    table_rig rig;
    rig.connect();
    const call_id id = rig.call("a", 1h);
    rig.lose(5s);
    rig.resume();
    rig.pass(6s);
    CHECK(rig.ends().empty());
    CHECK(rig.answer(id) == "a");
}

TEST_CASE("call_table: an attempt that fails before it is ready changes nothing for the calls") {
    table_rig rig;
    rig.connect();
    const call_id sent = rig.call("sent");
    rig.sent();
    rig.lose();
    const call_id waiting = rig.call("waits");
    rig.lose(0ms);
    CHECK(rig.ends().empty());
    rig.resume();
    CHECK(rig.sent() == texts{with_id("sent", sent), with_id("waits", waiting)});
}

TEST_CASE("call_table: sent, then lost: its deadline and its end say that it may have run") {
    table_rig rig;
    rig.connect();
    rig.call("late", 100ms);
    const call_id id = rig.call("given up");
    rig.sent();
    rig.lose();
    rig.pass(100ms);
    rig.give_up(id);
    CHECK(rig.ends() == texts{ended("late", "deadline_exceeded", "may_have_run"),
                              ended("given up", "cancelled", "may_have_run")});
    CHECK(rig.sent().empty());
    rig.resume();
    CHECK(rig.sent().empty());
}

TEST_CASE("call_table: an answer to a call that waits was not made for it") {
    table_rig rig;
    const call_id id = rig.call("a");
    CHECK(rig.answer(id) == "nobody");
    rig.connect();
    CHECK(rig.sent() == texts{with_id("a", id)});
    CHECK(rig.answer(id) == "a");
}

// The window.

TEST_CASE("call_table: what is over the server's window waits for an answer, in order") {
    table_rig rig;
    rig.welcome.limits.calls_in_flight_max = 2;
    rig.connect();
    const call_id a = rig.call("a");
    const call_id b = rig.call("b");
    const call_id c = rig.call("c");
    rig.notify("n");
    const call_id d = rig.call("d");
    CHECK_FALSE(rig.table.has_room());
    CHECK_FALSE(rig.table.has_to_send());
    CHECK(rig.sent() == texts{with_id("a", a), with_id("b", b)});
    rig.answer(b);
    CHECK(rig.sent() == texts{with_id("c", c)});
    rig.answer(a);
    CHECK(rig.sent() == texts{without_id("n"), with_id("d", d)});
    rig.answer(c);
    CHECK(rig.table.has_room());
}

TEST_CASE("call_table: a server that says it takes none is asked one by one") {
    table_rig rig;
    rig.welcome.limits.calls_in_flight_max = 0;
    rig.connect();
    const call_id a = rig.call("a");
    const call_id b = rig.call("b");
    CHECK(rig.sent() == texts{with_id("a", a)});
    rig.answer(a);
    CHECK(rig.sent() == texts{with_id("b", b)});
}

TEST_CASE("call_table: a call that was given up has its place until the server answers") {
    table_rig rig;
    rig.welcome.limits.calls_in_flight_max = 1;
    rig.connect();
    const call_id a = rig.call("a");
    const call_id b = rig.call("b");
    rig.sent();
    rig.give_up(a);
    rig.table.send_waiting(rig.now, rig.out);
    CHECK(rig.sent() == texts{cancel_of(a)});
    CHECK(rig.answer(a) == "nobody");
    CHECK(rig.sent() == texts{with_id("b", b)});
}

TEST_CASE("call_table: what still runs there but was given up here has a place, until it ends") {
    table_rig rig;
    rig.welcome.limits.calls_in_flight_max = 2;
    rig.connect();
    const call_id a = rig.call("a");
    const call_id b = rig.call("b");
    rig.sent();
    rig.lose();
    rig.give_up(a);
    const call_id c = rig.call("c");
    rig.resume({a, b, "another's"});
    CHECK(rig.sent() == texts{with_id("b", b)});
    rig.table.take_ended(b);  // Not one of those.
    rig.table.send_waiting(rig.now, rig.out);
    CHECK(rig.sent().empty());
    rig.table.take_ended(a);
    rig.table.take_ended(a);
    rig.table.send_waiting(rig.now, rig.out);
    CHECK(rig.sent() == texts{with_id("c", c)});
    const call_id d = rig.call("d");
    CHECK(rig.sent().empty());
    CHECK(rig.answer(b) == "b");
    CHECK(rig.sent() == texts{with_id("d", d)});
}

// What is not taken.

TEST_CASE("call_table: calls over a limit are refused, and were not sent") {
    table_rig rig;
    rig.limits.calls_pending_max = 2;
    rig.limits.queue_hard_max = 30;
    const auto refusal = [&rig](std::string_view body, std::chrono::milliseconds timeout) {
        const auto made = rig.submit(table_rig::request(body, timeout), "x");
        REQUIRE(made.refused.has_value());
        CHECK(made.id == table_rig::table_type::no_id);
        CHECK(made.refused->outcome() == rpc::outcome::not_sent);
        return made.refused->message();
    };
    CHECK(refusal("{", 0ms) == "the call was given no time");
    CHECK(refusal(std::string(31, '{'), 1s) ==
          "too many bytes of calls wait to be sent: the limit is 30");
    const call_id a = rig.call("a");
    CHECK(refusal(std::string(30, '{'), 1s) ==
          "too many bytes of calls wait to be sent: the limit is 30");
    rig.call("b");
    CHECK(refusal("{", 1s) == "too many calls are pending: the limit is 2");
    rig.give_up(a);
    rig.call("c");
}

TEST_CASE("call_table: bytes that wait are counted until they are sent, end, or are dropped") {
    table_rig rig;
    rig.limits.queue_hard_max = 14;  // One request of a name of one letter has 13 bytes.
    const auto fits = [&rig] {
        const auto made = rig.submit(table_rig::request(R"({"method":"x")"), "x");
        if (!made.refused) {
            rig.give_up(made.id);
        }
        return !made.refused;
    };
    const call_id a = rig.call("a", 10ms);
    CHECK_FALSE(fits());
    rig.give_up(a);
    CHECK(fits());
    rig.call("b", 10ms);
    rig.pass(10ms);
    CHECK(fits());
    rig.notify("n");
    CHECK_FALSE(fits());
    rig.pass(1s);
    CHECK(fits());
    rig.call("c");
    rig.connect();
    rig.lose();
    CHECK(fits());
    rig.call("d");
    rig.table.stop("over", rig.failed);
    rig.table.accept();
    CHECK(fits());
}

TEST_CASE("call_table: a request that may be kept where it was written is sent again as it was") {
    for (const std::size_t size : {std::size_t{1}, std::size_t{100}, std::size_t{5000}}) {
        const std::string name(size, 'x');
        table_rig rig;
        rig.connect();
        std::vector<call_id> ids;
        texts expected;
        for (int call = 0; call < 3; ++call) {
            rpc::wire::buffer body;
            body.append(R"({"method":")" + name + '"');
            protocol::call_request how = table_rig::request(body.view());
            how.holder = &body;
            how.is_keyed = true;
            how.members = R"(,"key":"k")";
            ids.push_back(rig.submit(how, "kept").id);
            expected.push_back(with_id(name, ids.back(), 1000, R"(,"key":"k")"));
        }
        CHECK(rig.sent() == expected);
        rig.lose();
        rig.resume();
        CHECK(rig.sent() == expected);
        CHECK(rig.answer(ids.front()) == "kept");
        const call_id plain = rig.call("plain");  // Nothing of the call before it is left.
        CHECK(rig.sent() == texts{with_id("plain", plain)});
    }
}

TEST_CASE("call_table: what the server can never take ends: when it is made, or when it waited") {
    table_rig rig;
    rig.welcome.limits.frame_size_max = 300;
    const std::string large = R"({"method":")" + std::string(250, 'x') + '"';
    CHECK_FALSE(rig.submit(table_rig::request(large), "large").refused.has_value());
    const call_id fits = rig.call("fits");
    rig.connect();
    CHECK(rig.ends() == texts{ended("large", "frame_too_large", "not_sent")});
    CHECK(rig.sent() == texts{with_id("fits", fits)});
    const auto made = rig.submit(table_rig::request(large), "large");
    REQUIRE(made.refused.has_value());
    CHECK(made.refused->code() == errc::frame_too_large);
    CHECK(made.refused->outcome() == rpc::outcome::not_sent);
    // The key that is added counts, too.
    const std::string key(120, 'k');
    protocol::call_request call = table_rig::request(std::string_view(large).substr(0, 100));
    CHECK_FALSE(rig.submit(call, "without").refused.has_value());
    call.members = key;
    CHECK(rig.submit(call, "with").refused.has_value());
}

TEST_CASE("call_table: a method of another shape is not called: when it is made, or waited") {
    test::client_rig other;
    other.receive(test::welcome_text(
        R"("batch_max":9)",
        R"({"methods":{"add":{"sent":[{"kind":"string"}],"returned":[]}},"events":{}})"));
    table_rig rig;
    rig.call("waits");
    rig.table.open({rig.welcome, other.connection.contract(), false}, rig.now, rig.out, rig.failed);
    CHECK(rig.ends() == texts{ended("waits", "contract_mismatch", "not_sent")});
    auto made = rig.submit(table_rig::request("{"), "late");
    REQUIRE(made.refused.has_value());
    CHECK(made.refused->code() == errc::contract_mismatch);
    protocol::call_request unlisted = table_rig::request("{");
    unlisted.method = protocol::not_listed;
    CHECK_FALSE(rig.submit(unlisted, "unlisted").refused.has_value());
    rig.lose();
    made = rig.submit(table_rig::request("{"), "waits");  // The next server may have it.
    CHECK_FALSE(made.refused.has_value());
}
