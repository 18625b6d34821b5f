// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: the checker finds each kind of broken promise, and nothing in a history that keeps them.
// Method: one forged history for each rule, made from a sound one.

#include "history.hpp"
#include "check.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace {

using namespace simulator;

/// A sound run: two clients, three calls, four events in two lives, one gap.
struct sound {
    sound() {
        what.clients.resize(2);
        what.lives = {{{20, 111, 1, 0}, {30, 222, 0, 0}, {31, 333, 0, 7}}, {{60, 444, 0, 0}}};
        add_call({0, method::place, 0, 10, 1'000, 25, 1, verdict::answered, 5});
        add_call({1, method::query, 0, 12, 1'000, 35, 1, verdict::answered, 3});
        add_call({0, method::place, 0, 40, 1'000, 50, 1, verdict::may_have_run, 0});
        what.executions = {{1, 0, 1, 15, 5}, {2, 0, 2, 32, 3}};
        for (const std::size_t client : {0u, 1u}) {
            see(client, {sight::kind::connected, 5});
        }
        see(0, {sight::kind::answer, 25, 0, 1});
        for (const std::size_t client : {0u, 1u}) {
            see(client, {sight::kind::event, 26, 0, 1, 0, 111});
            see(client, {sight::kind::event, 33, 0, 2, 0, 222});
            see(client, {sight::kind::event, 34, 0, 3, 0, 333});
        }
        see(1, {sight::kind::answer, 35, 0, 2});
        see(1, {sight::kind::snapshot, 35, 0, 3});
        for (const std::size_t client : {0u, 1u}) {
            see(client, {sight::kind::disconnected, 50});
            see(client, {sight::kind::connected, 58});
            see(client, {sight::kind::gap, 58, 1, 1, 0});
            see(client, {sight::kind::event, 61, 1, 1, 0, 444});
            what.clients[client].stayed = true;
        }
        what.slack = 5;
    }

    void add_call(const call_record& call) { what.calls.push_back(call); }
    void see(std::size_t client, const sight& one) { what.clients[client].seen.push_back(one); }

    /// The first sight of this kind that a client has.
    sight& find(std::size_t client, sight::kind kind, std::uint64_t number = 0) {
        for (sight& one : what.clients[client].seen) {
            if (one.what == kind && (number == 0 || one.number == number)) {
                return one;
            }
        }
        throw 1;
    }
    void erase(std::size_t client, sight::kind kind, std::uint64_t number = 0) {
        std::vector<sight>& all = what.clients[client].seen;
        all.erase(all.begin() + (&find(client, kind, number) - all.data()));
    }

    std::vector<std::string> broken() const {
        std::vector<std::string> rules;
        for (const violation& one : check(what)) {
            rules.push_back(one.rule + ": " + one.text);
        }
        return rules;
    }

    history what;
};

using texts = std::vector<std::string>;

TEST_CASE("a sound history breaks no rule") {
    CHECK(sound().broken() == texts{});
}

TEST_CASE("lost: a call was answered and never ran") {
    sound forged;
    forged.what.executions.erase(forged.what.executions.begin());
    CHECK(forged.broken() == texts{"lost: call 1 was answered and never ran"});
}

TEST_CASE("lost: a call failed in an engine that never ran it") {
    sound forged;
    forged.what.calls[3].said = verdict::engine_failed;
    CHECK(forged.broken() == texts{"lost: call 3 failed in the engine without having run"});
}

TEST_CASE("lost: an event was left out and not told") {
    sound forged;
    forged.erase(0, sight::kind::event, 2);
    forged.see(0, {sight::kind::gap, 62, 1, 2, 2});
    forged.erase(0, sight::kind::gap, 1);
    CHECK(forged.broken() == texts{"lost: client 0 missed event 2 of life 0 and was not told"});
}

TEST_CASE("lost: the last events never came though the client stayed") {
    sound forged;
    forged.erase(1, sight::kind::gap);
    forged.erase(1, sight::kind::event, 1);
    forged.find(1, sight::kind::event, 2).number = 1;
    forged.find(1, sight::kind::event, 1).content = 111;
    forged.what.clients[1].seen.back() = {sight::kind::gap, 61, 1, 1, 0};
    CHECK(forged.broken() == texts{"lost: client 1 missed event 1 of life 1 and was not told"});
}

TEST_CASE("lost: the newest event of a key never came") {
    sound forged;
    forged.what.lives[1].push_back({70, 555, 0, 7});
    forged.see(0, {sight::kind::event, 71, 1, 2, 0, 555});
    CHECK(forged.broken() ==
          texts{"lost: client 1 does not know event 2 of life 1, the newest of its key"});
}

TEST_CASE("doubled: a call ran twice") {
    sound forged;
    forged.what.executions.push_back({1, 1, 9, 45, 5});
    CHECK(forged.broken() == texts{"doubled: call 1 ran 2 times"});
}

TEST_CASE("doubled: two calls with one key ran both") {
    sound forged;
    forged.what.bound.resize(2);
    forged.add_call({0, method::book, 1, 40, 1'000, 50, 1, verdict::answered, 5});
    forged.add_call({1, method::book, 1, 41, 1'000, 50, 1, verdict::answered, 5});
    forged.what.executions.push_back({0, 0, 1, 45, 5, 1});
    CHECK(forged.broken() == texts{});
    forged.what.executions.push_back({0, 1, 1, 46, 6, 1});  // another life, which may not know it
    CHECK(forged.broken() == texts{});
    forged.what.bound[1] = true;
    CHECK(forged.broken() == texts{"doubled: key 1 ran more than once"});
    forged.what.bound[1] = false;
    forged.what.executions.back().life = 0;
    CHECK(forged.broken() == texts{"doubled: key 1 ran more than once"});
}

TEST_CASE("doubled: an event came twice") {
    sound forged;
    forged.what.clients[0].seen.push_back(forged.what.clients[0].seen.back());
    CHECK(forged.broken() ==
          texts{"doubled: client 0 saw event 1 of life 1 after event 1 of life 1"});
}

TEST_CASE("doubled: the newest event of a key came twice in one session") {
    sound forged;
    sight& same = forged.find(0, sight::kind::event, 3);
    forged.what.clients[0].seen.insert(forged.what.clients[0].seen.begin() + 4, same);
    CHECK(forged.broken() == texts{"doubled: client 0 saw event 3 of life 0 twice in one session"});
    forged.what.clients[0].seen.insert(forged.what.clients[0].seen.begin() + 1,
                                       {sight::kind::asked, 6, 0, 7});
    CHECK(forged.broken() == texts{});
}

TEST_CASE("doubled: the newest event of a key came again though the session went on") {
    sound forged;
    std::vector<sight>& seen = forged.what.clients[0].seen;
    sight again = forged.find(0, sight::kind::event, 3);
    again.at = 59;
    seen.insert(seen.end() - 1, again);  // to a new session
    CHECK(forged.broken() == texts{});
    (seen.end() - 4)->is_resumed = true;
    CHECK(forged.broken() == texts{"doubled: client 0 saw event 3 of life 0 twice in one session"});
}

TEST_CASE("lost: a value that was published before the client came is missed, if it is wanted") {
    sound forged;
    forged.what.lives[1].insert(forged.what.lives[1].begin(), {3, 777, 0, 8});
    for (const std::size_t client : {0u, 1u}) {
        forged.find(client, sight::kind::event, 1).number = 1;
        sight& last = forged.what.clients[client].seen.back();
        last.number = 2;
        last.content = 444;
    }
    CHECK(forged.broken() ==
          texts{"lost: client 0 does not know event 1 of life 1, the newest of its key",
                "lost: client 1 does not know event 1 of life 1, the newest of its key"});
    forged.what.clients[0].wanted = {7};
    forged.what.clients[1].wanted = {7, 9};
    CHECK(forged.broken() == texts{});
}

TEST_CASE("phantom: an event came that was for another client") {
    sound forged;
    forged.what.lives[1].push_back({61, 555, 0, 9, 1});
    forged.see(0, {sight::kind::event, 62, 1, 2, 0, 555});
    CHECK(forged.broken() == texts{});
    forged.see(1, {sight::kind::event, 62, 1, 2, 0, 555});
    CHECK(forged.broken() ==
          texts{"phantom: client 1 saw event 2 of life 1, which is for another"});
}

TEST_CASE("window: a call was sent though the server took no more") {
    sound forged;
    forged.what.calls[3].overran = true;
    CHECK(forged.broken() == texts{"window: call 3 was sent though the server took no more"});
}

TEST_CASE("phantom: something ran that nobody asked for") {
    sound forged;
    forged.what.executions.push_back({77, 0, 1, 45, 5});
    CHECK(forged.broken() == texts{"phantom: call 77 ran and was never made"});
}

TEST_CASE("phantom: a call ran though it was not sent, or was refused") {
    for (const verdict said : {verdict::not_sent, verdict::refused}) {
        sound forged;
        forged.what.calls[1].said = said;
        CHECK(forged.broken() ==
              texts{"phantom: call 1 ran though the client was told that it did not"});
    }
}

TEST_CASE("phantom: a key ran though everybody was told that it did not") {
    sound forged;
    forged.add_call({0, method::book, 1, 40, 1'000, 50, 1, verdict::not_sent, 0});
    forged.what.executions.push_back({0, 0, 1, 45, 5, 1});
    CHECK(forged.broken() == texts{"phantom: key 1 ran though nobody was told that it may have"});
}

TEST_CASE("answer: a key was answered with something else than it gave") {
    sound forged;
    forged.add_call({0, method::book, 1, 40, 1'000, 50, 1, verdict::answered, 7});
    forged.what.executions.push_back({0, 0, 1, 45, 5, 1});
    CHECK(forged.broken() == texts{"answer: call 4 was answered with what no run of its key gave"});
}

TEST_CASE("resumed: a call was given up with its connection though the server lived") {
    sound forged;
    forged.what.calls[3].lost_link = true;
    CHECK(forged.broken() ==
          texts{"resumed: call 3 was given up with its connection though the server lived"});
    forged.what.ends = {45};
    CHECK(forged.broken() == texts{});
    forged.what.ends = {51};  // after the call
    CHECK(forged.broken().size() == 1);
    forged.what.ends = {4};  // before its welcome arrived
    CHECK(forged.broken() == texts{});
    forged.find(0, sight::kind::connected).life = 1;
    CHECK(forged.broken().size() == 1);
}

TEST_CASE("phantom: an event came that nobody published") {
    sound forged;
    forged.see(0, {sight::kind::event, 70, 1, 9, 0, 1});
    CHECK(forged.broken() ==
          texts{"phantom: client 0 saw event 9 of life 1, which nobody published"});
}

TEST_CASE("answer: a call was answered with something else than it gave") {
    sound forged;
    forged.what.calls[1].answer = 6;
    CHECK(forged.broken() == texts{"answer: call 1 was answered with what no run of it gave"});
}

TEST_CASE("order: calls of one connection began in another order than they were made") {
    sound forged;
    forged.what.executions.insert(forged.what.executions.begin(), {3, 0, 1, 41, 5});
    CHECK(forged.broken() == texts{"order: call 1 began after call 3, which was made later on the "
                                   "same connection"});
}

TEST_CASE("order: events came in another order than they were published") {
    sound forged;
    sight& one = forged.find(0, sight::kind::event, 1);
    sight& two = forged.find(0, sight::kind::event, 2);
    std::swap(one, two);
    forged.what.lives[0][0].at = 1;  // or it would be lost as well
    CHECK(forged.broken() ==
          texts{"order: client 0 saw event 1 of life 0 after event 2 of life 0"});
}

TEST_CASE("order: an older value of a key came after a newer one") {
    sound forged;
    forged.what.lives[0].push_back({32, 666, 0, 7});
    forged.find(0, sight::kind::event, 3) = {sight::kind::event, 34, 0, 4, 0, 666};
    forged.see(0, {sight::kind::event, 70, 0, 3, 0, 333});
    CHECK(forged.broken() ==
          texts{"order: client 0 saw event 3 of life 0 after event 4 of life 0 of the same key"});
}

TEST_CASE("order: an event came before the answer of the call that caused it") {
    sound forged;
    forged.erase(0, sight::kind::answer, 1);
    CHECK(forged.broken() == texts{"order: client 0 saw event 1 of life 0 before the answer to "
                                   "call 1, which caused it"});
}

TEST_CASE(
    "order: a snapshot came later than an event that it does not hold, or before an old one") {
    sound late;
    late.find(1, sight::kind::snapshot).number = 1;
    CHECK(late.broken() ==
          texts{"order: client 1 got a snapshot of position 1 after event 2 of life 0"});
    sound early;
    early.what.clients[1].seen.insert(early.what.clients[1].seen.begin() + 1,
                                      {sight::kind::snapshot, 6, 0, 1});
    CHECK(early.broken() ==
          texts{"order: client 1 saw event 1 of life 0 after a snapshot of position 1"});
}

TEST_CASE("divergence: a client saw other content than was published") {
    sound forged;
    forged.find(1, sight::kind::event, 2).content = 999;
    CHECK(forged.broken() == texts{"divergence: client 1 saw other content in event 2 of life 0"});
}

TEST_CASE("ghost: a call began after the client had stopped waiting") {
    sound forged;
    forged.what.calls[1].deadline = 14;
    forged.what.calls[1].ended = 14;
    CHECK(forged.broken() == texts{"ghost: call 1 began after its deadline"});
    forged.what.transit_max = 2;  // it was on its way for so long
    CHECK(forged.broken() == texts{});
}

TEST_CASE("liveness: a call never ended, ended twice, or ended late") {
    sound forged;
    forged.what.calls[3].endings = 0;
    CHECK(forged.broken() == texts{"liveness: call 3 never ended"});
    forged.what.calls[3].endings = 2;
    CHECK(forged.broken() == texts{"liveness: call 3 ended more than once"});
    forged.what.calls[3].endings = 1;
    forged.what.calls[3].ended = 1'006;
    CHECK(forged.broken() == texts{"liveness: call 3 ended too late"});
}

TEST_CASE("liveness: a client never came back") {
    sound forged;
    forged.see(0, {sight::kind::disconnected, 99});
    CHECK(forged.broken() == texts{"liveness: client 0 was not connected in the end"});
}

TEST_CASE("pairs: connected and disconnected do not take turns") {
    sound forged;
    forged.see(0, {sight::kind::connected, 99});
    CHECK(forged.broken() == texts{"pairs: client 0 was connected twice"});
    forged.see(0, {sight::kind::disconnected, 99});
    forged.see(0, {sight::kind::disconnected, 99});
    CHECK(forged.broken().at(1) ==
          "pairs: client 0 was disconnected without having been connected");
}

}  // namespace
