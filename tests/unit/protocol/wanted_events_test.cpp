// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: what a client wants outlives its connections; each server is asked for all of it that it
// takes, in parts that it takes, and for nothing else; what cannot be had is told; nothing is kept
// that nobody wants. Method: literal changes and answers; the requests that follow, as texts; a
// server that is a set of keys, beside changes and refusals drawn at random.

#include <gatewire/protocol/wanted_events.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace {

using rpc::errc;
using rpc::protocol::entry_description;
using rpc::protocol::subscription_bounds;
using rpc::protocol::subscription_request;
using rpc::protocol::wanted_events;
using keys = std::vector<std::string>;

constexpr std::size_t quote = 0;
constexpr std::size_t fill = 1;
constexpr int overloaded = -32005;

std::vector<entry_description> two_events() {
    std::vector<entry_description> events(2);
    events[quote].name = "quote";
    events[fill].name = "fill";
    return events;
}

subscription_bounds bounds(bool goes_on = false, std::size_t subscriptions_max = 1000) {
    return {std::size_t{1} << 20, subscriptions_max, std::size_t{1} << 20, goes_on, {}};
}

/// A request as text: `+quote` or `-quote: a b`.
std::string text_of(const subscription_request& one) {
    std::string text = (one.is_wanted ? "+" : "-") + one.wish.event;
    if (one.wish.keys) {
        text += ":";
        for (const std::string& key : *one.wish.keys) {
            text += " " + key;
        }
    }
    return text;
}

keys numbered(int count, const std::string& begin = "k") {
    keys result;
    for (int number = 0; number < count; ++number) {
        result.push_back(begin + std::to_string(number));
    }
    return result;
}

struct client {
    /// What is asked for now.
    keys asked() {
        keys texts;
        for (const subscription_request& one : wanted.next()) {
            under_way.push_back(one);
            texts.push_back(text_of(one));
        }
        return texts;
    }
    /// Has the server do all that was asked.
    client& done() {
        for (const auto& one : std::exchange(under_way, {})) {
            wanted.fulfilled(one.number);
        }
        return *this;
    }
    /// Has the server refuse all that was asked.
    client& refused(int code) {
        for (const auto& one : std::exchange(under_way, {})) {
            wanted.refused(one.number, code, "no");
        }
        return *this;
    }
    /// A new connection, on which everything is done at once.
    client& meet(bool goes_on = false, std::size_t subscriptions_max = 1000) {
        lose();
        wanted.begin(bounds(goes_on, subscriptions_max));
        asked();
        return done();
    }
    void lose() {
        wanted.end();
        under_way.clear();
    }
    /// What is not received: `quote: a b (overloaded)`.
    keys told() {
        keys texts;
        for (const auto& one : wanted.take_unfulfilled()) {
            std::string text(wanted.name(one.event));
            for (const std::string& key : one.keys) {
                text += " " + key;
            }
            texts.push_back(text + " (" + std::string(to_string(one.code)) + ")");
        }
        return texts;
    }

    wanted_events wanted{two_events()};
    std::vector<subscription_request> under_way;
};

}  // namespace

TEST_CASE("wanted_events: at first every event is wanted whole, and settled when it is there") {
    client one;
    CHECK(one.asked().empty());  // There is nobody to be asked.
    one.wanted.begin(bounds());
    CHECK_FALSE(one.wanted.is_settled());
    CHECK(one.asked() == keys{"+quote", "+fill"});
    CHECK(one.asked().empty());
    CHECK_FALSE(one.wanted.is_settled());
    one.done();
    CHECK(one.wanted.is_settled());
    CHECK(one.asked().empty());

    wanted_events nothing{{}};
    nothing.begin(bounds());
    CHECK(nothing.is_settled());
}

TEST_CASE("wanted_events: keys replace the whole event, add up, and it replaces them") {
    client one;
    one.meet();
    one.wanted.subscribe(quote, {"b", "a"});
    CHECK(one.asked() == keys{"+quote: b a"});
    one.wanted.subscribe(quote, {"c", "a"});
    CHECK(one.asked() == keys{"+quote: c"});
    one.wanted.subscribe(quote, {});
    CHECK(one.asked() == keys{"+quote"});
    one.done();
    CHECK(one.asked().empty());
    CHECK(one.wanted.size() == 2);
    one.lose();
    one.wanted.begin(bounds());
    CHECK(one.asked() == keys{"+fill", "+quote"});  // As they were wanted.
}

TEST_CASE("wanted_events: unsubscribing takes keys away, or everything") {
    client one;
    one.wanted.subscribe(quote, {"a", "b"});
    one.meet();
    one.wanted.unsubscribe(quote, {"a", "x"});
    CHECK(one.asked() == keys{"-quote: a"});
    one.done();
    one.wanted.unsubscribe(quote, {"b"});
    CHECK(one.asked() == keys{"-quote"});  // Nothing of it is wanted.
    one.wanted.unsubscribe(fill, {});
    CHECK(one.asked() == keys{"-fill"});
    one.done();
    CHECK(one.wanted.size() == 0);
    one.wanted.subscribe(fill, {});
    CHECK(one.asked() == keys{"+fill"});
}

TEST_CASE("wanted_events: a key taken from the whole event leaves it whole") {
    client one;
    one.meet();
    one.wanted.unsubscribe(quote, {"a"});
    CHECK(one.asked().empty());
}

TEST_CASE("wanted_events: each change is asked for at once, also while others are under way") {
    client one;
    one.meet();
    one.wanted.subscribe(quote, {"a"});
    CHECK(one.asked() == keys{"+quote: a"});
    one.wanted.unsubscribe(quote, {"a"});
    CHECK(one.asked() == keys{"-quote"});
    one.wanted.subscribe(quote, {"a", "b"});
    CHECK(one.asked() == keys{"+quote: a b"});
    one.done();
    CHECK(one.asked().empty());
    CHECK(one.wanted.is_settled());
    CHECK(one.wanted.size() == 3);
}

TEST_CASE("wanted_events: changes without a connection collapse, and leave nothing behind") {
    client one;
    one.wanted.subscribe(quote, {"kept"});
    one.meet();
    one.lose();
    for (int round = 0; round < 1000; ++round) {
        const std::string key = "k" + std::to_string(round);
        one.wanted.subscribe(quote, {key, "again"});
        one.wanted.unsubscribe(quote, {key, "again"});
        one.wanted.unsubscribe(fill, {});
        one.wanted.subscribe(fill, {});
    }
    CHECK(one.wanted.size() == 2);
    one.wanted.begin(bounds(true));
    CHECK(one.asked().empty());  // The server has what is wanted.
    one.lose();
    one.wanted.begin(bounds());
    CHECK(one.asked() == keys{"+fill", "+quote: kept"});
}

TEST_CASE("wanted_events: a session that goes on is asked only for what it may not have") {
    client one;
    one.wanted.subscribe(quote, {"a", "b", "c"});
    one.meet();
    one.wanted.unsubscribe(quote, {"a"});
    one.wanted.subscribe(quote, {"d"});
    CHECK(one.asked() == keys{"-quote: a", "+quote: d"});
    one.lose();  // Whether these arrived, nobody knows.
    one.wanted.unsubscribe(quote, {"b"});
    one.wanted.begin(bounds(true));
    CHECK(one.asked() == keys{"-quote: a b", "+quote: d"});
    one.done();
    CHECK(one.wanted.size() == 3);
    one.lose();
    one.wanted.begin(bounds(true));
    CHECK(one.asked().empty());
}

TEST_CASE("wanted_events: keys that ended are forgotten when the server has ended them") {
    client one;
    one.wanted.subscribe(quote, {"kept"});
    one.meet();
    for (int round = 0; round < 1000; ++round) {
        const std::string key = "k" + std::to_string(round);
        one.wanted.subscribe(quote, {key});
        one.asked();
        one.wanted.unsubscribe(quote, {key});
        one.asked();
        one.done();
        CHECK(one.wanted.size() == 2);
    }
}

TEST_CASE("wanted_events: what the server has no room for is told, the first ones are asked for") {
    client one;
    one.wanted.unsubscribe(fill, {});
    one.wanted.begin(bounds(false, 3));
    for (const std::string& key : numbered(5)) {
        one.wanted.subscribe(quote, {key});
    }
    CHECK(one.asked() == keys{"+quote: k0 k1 k2"});
    CHECK(one.told() == keys{"quote k3 k4 (overloaded)"});
    one.done();
    CHECK(one.wanted.is_settled());
    CHECK(one.asked().empty());
    CHECK(one.told().empty());
    // Whoever asks once more hears it once more.
    one.wanted.subscribe(quote, {"k3"});
    CHECK(one.asked().empty());
    CHECK(one.told() == keys{"quote k3 (overloaded)"});
    // What ends makes room, for the first that waits.
    one.wanted.unsubscribe(quote, {"k0"});
    CHECK(one.asked() == keys{"-quote: k0", "+quote: k3"});
    one.done();
    // The next server gets them in the same order.
    one.lose();
    one.wanted.begin(bounds(false, 3));
    CHECK(one.asked() == keys{"+quote: k1 k2 k3"});
    CHECK(one.told() == keys{"quote k4 (overloaded)"});
    one.lose();
    one.wanted.begin(bounds(false, 4));
    CHECK(one.asked() == keys{"+quote: k1 k2 k3 k4"});
}

TEST_CASE("wanted_events: at the limit a whole event takes the place of its keys, they its") {
    client one;
    one.wanted.unsubscribe(fill, {});
    one.wanted.subscribe(quote, {"a", "b"});
    one.meet(false, 2);
    one.wanted.subscribe(quote, {});
    CHECK(one.asked() == keys{"+quote"});
    one.wanted.subscribe(quote, {"c", "d", "e"});
    CHECK(one.asked() == keys{"+quote: c d"});
    CHECK(one.told() == keys{"quote e (overloaded)"});
}

TEST_CASE("wanted_events: many keys go in parts that fit into the server's frames") {
    for (const std::size_t frame_size_max : {std::size_t{1000}, std::size_t{1} << 20}) {
        CAPTURE(frame_size_max);
        client one;
        const keys many = numbered(60'000);
        one.wanted.unsubscribe(fill, {});
        one.wanted.subscribe(quote, many);
        one.wanted.begin({frame_size_max, 0, std::size_t{1} << 20, false, {}});
        std::size_t count = 0;
        const auto take = [&](bool is_wanted) {
            for (std::vector<subscription_request> all; !(all = one.wanted.next()).empty();) {
                std::size_t bytes = 0;
                for (const subscription_request& part : all) {
                    REQUIRE(part.is_wanted == is_wanted);
                    REQUIRE(part.size <= frame_size_max);
                    std::size_t size = 120;
                    for (const std::string& key : part.wish.keys.value()) {
                        size += key.size() + 3;
                        ++count;
                    }
                    REQUIRE(size <= part.size);
                    bytes += part.size;
                    one.wanted.fulfilled(part.number);
                }
                REQUIRE(bytes < std::size_t{3} << 20);
            }
        };
        take(true);
        CHECK(count == many.size());
        CHECK(one.told().empty());
        one.wanted.subscribe(quote, {"one more"});
        take(true);
        one.wanted.unsubscribe(quote, many);
        count = 0;
        take(false);
        CHECK(count == many.size());
        CHECK(one.wanted.size() == 1);
    }
}

TEST_CASE("wanted_events: a key that fits into no frame is told and never sent") {
    client one;
    one.wanted.unsubscribe(fill, {});
    one.wanted.subscribe(quote, {"a", std::string(1000, 'x'), std::string(300, '\1'), "b"});
    one.wanted.begin({1000, 100, 10'000, false, {}});
    CHECK(one.asked() == keys{"+quote: a b"});
    CHECK(one.wanted.take_unfulfilled().at(0).code == errc::frame_too_large);
    one.done();
    CHECK(one.wanted.is_settled());
}

TEST_CASE("wanted_events: only so much is under way at a time, and the rest collapses") {
    client one;
    one.wanted.unsubscribe(fill, {});
    one.wanted.subscribe(quote, {"first"});
    one.wanted.begin({1'000'000, 1000, 300, false, {}});
    CHECK(one.asked() == keys{"+quote: first"});
    one.wanted.subscribe(quote, {"second"});
    CHECK(one.asked() == keys{"+quote: second"});
    one.wanted.subscribe(quote, {"third"});
    CHECK(one.asked() == keys{"+quote: third"});
    for (const std::string& key : numbered(100)) {
        one.wanted.subscribe(quote, {key});
        CHECK(one.asked().empty());
        one.wanted.unsubscribe(quote, {key});
        CHECK(one.asked().empty());
    }
    one.wanted.subscribe(quote, {"last"});
    one.done();
    CHECK(one.asked() == keys{"+quote: last"});
}

TEST_CASE("wanted_events: what is refused for the moment is asked for again, in order") {
    client one;
    one.wanted.subscribe(quote, {"y", "z"});
    one.meet();
    one.wanted.subscribe(quote, {"b", "a"});
    one.wanted.unsubscribe(quote, {"z"});
    CHECK(one.asked() == keys{"-quote: z", "+quote: b a"});
    one.refused(overloaded);
    CHECK(one.wanted.is_pausing());
    one.wanted.subscribe(quote, {"c"});
    CHECK(one.asked().empty());
    CHECK_FALSE(one.wanted.is_settled());
    one.wanted.ask_again();
    CHECK(one.asked() == keys{"-quote: z"});  // One thing at a time, until something works.
    one.done();
    CHECK(one.asked() == keys{"+quote: b a", "+quote: c"});
    one.done();
    CHECK(one.wanted.is_settled());
    CHECK(one.told().empty());
}

TEST_CASE("wanted_events: as much is asked for as a server takes that does not say how much") {
    client one;
    one.wanted.unsubscribe(fill, {});
    one.wanted.subscribe(quote, numbered(100));
    one.wanted.begin(bounds(false, 0));
    std::set<std::string> has;
    int refusals = 0;
    for (int round = 0; round < 1000 && !one.wanted.is_settled(); ++round) {
        for (const subscription_request& part : one.wanted.next()) {
            if (has.size() + part.wish.keys.value().size() <= 61) {
                has.insert(part.wish.keys->begin(), part.wish.keys->end());
                one.wanted.fulfilled(part.number);
            } else {
                one.wanted.refused(part.number, overloaded, "too many");
                ++refusals;
            }
        }
        one.wanted.ask_again();
    }
    CHECK(has.size() == 61);
    CHECK(refusals < 80);
    CHECK(one.wanted.is_settled());  // For what is not there was told.
    const auto told = one.wanted.take_unfulfilled();
    REQUIRE(told.size() == 1);
    CHECK(told[0].keys.size() == 39);
    CHECK(told[0].why == "too many");
}

TEST_CASE("wanted_events: what is refused for good is told and not asked for on this connection") {
    client one;
    one.wanted.begin(bounds());
    CHECK(one.asked() == keys{"+quote", "+fill"});
    one.refused(-32002);
    CHECK(one.told() == keys{"quote (forbidden)", "fill (forbidden)"});
    CHECK(one.wanted.is_settled());
    CHECK(one.asked().empty());
    one.wanted.subscribe(quote, {"a"});
    CHECK(one.asked() == keys{"+quote: a"});
    one.refused(-32602);
    CHECK(one.told() == keys{"quote a (invalid_params)"});
    one.lose();
    one.wanted.begin(bounds(true));
    CHECK(one.asked() == keys{"+fill", "+quote: a"});
}

TEST_CASE("wanted_events: an event that cannot be read here is told and not asked for") {
    client one;
    subscription_bounds here = bounds();
    here.mismatches = {"", "data: number here, string there"};
    one.wanted.begin(std::move(here));
    CHECK(one.asked() == keys{"+quote"});
    CHECK(one.told() == keys{"fill (contract_mismatch)"});
    one.done();
    CHECK(one.wanted.is_settled());
}

TEST_CASE("wanted_events: answers to what was never asked change nothing") {
    client one;
    one.meet();
    one.wanted.fulfilled(12345);
    one.wanted.refused(12345, overloaded, "no");
    CHECK_FALSE(one.wanted.is_pausing());
    CHECK(one.wanted.is_settled());
}

TEST_CASE("wanted_events: whatever happens on the way, in the end the server has what is wanted") {
    for (unsigned seed = 1; seed <= 300; ++seed) {
        CAPTURE(seed);
        std::mt19937 random(seed);
        const auto draw = [&](int below) { return static_cast<int>(random() % unsigned(below)); };
        wanted_events wanted{two_events()};
        // What is wanted and what the server has, of each event: "*" is all of it.
        std::map<std::string, std::set<std::string>> model{{"quote", {"*"}}, {"fill", {"*"}}};
        std::map<std::string, std::set<std::string>> has;
        std::deque<subscription_request> line;
        constexpr std::size_t room = 40;
        const auto count = [](const auto& of) {
            return of.at("quote").size() + of.at("fill").size();
        };
        const auto serve = [&](const subscription_request& one, bool refuse) {
            auto after = has;
            auto& of = after[one.wish.event];
            if (!one.wish.keys) {
                of.clear();
                if (one.is_wanted) {
                    of.insert("*");
                }
            } else {
                if (one.is_wanted) {
                    of.erase("*");
                }
                for (const std::string& key : *one.wish.keys) {
                    one.is_wanted ? static_cast<void>(of.insert(key))
                                  : static_cast<void>(of.erase(key));
                }
            }
            if (refuse || (one.is_wanted && count(after) > room)) {
                wanted.refused(one.number, overloaded, "no");
            } else {
                has = std::move(after);
                wanted.fulfilled(one.number);
            }
        };
        const auto begin = [&](bool goes_on) {
            line.clear();
            if (!goes_on) {
                has = {{"quote", {}}, {"fill", {}}};
            }
            wanted.begin({static_cast<std::size_t>(150 + draw(400)),
                          draw(2) == 0 ? 0 : room,
                          static_cast<std::size_t>(100 + draw(2000)),
                          goes_on,
                          {}});
        };
        begin(false);
        for (int step = 0; step < 300; ++step) {
            const std::size_t event = static_cast<std::size_t>(draw(2));
            const std::string name(wanted.name(event));
            keys some;
            for (int number = draw(4); number > 0; --number) {
                some.push_back("k" + std::to_string(draw(12)));
            }
            auto& of = model[name];
            switch (draw(8)) {
                case 0:
                case 1:
                    wanted.subscribe(event, some);
                    if (some.empty()) {
                        of = {"*"};
                    } else {
                        of.erase("*");
                        of.insert(some.begin(), some.end());
                    }
                    break;
                case 2:
                    wanted.unsubscribe(event, some);
                    if (some.empty()) {
                        of.clear();
                    }
                    for (const std::string& key : some) {
                        of.erase(key);
                    }
                    break;
                case 3:
                    if (draw(10) == 0) {
                        // What was on its way may have arrived, but no answer comes.
                        for (const auto& one : line) {
                            if (draw(2) == 0) {
                                break;
                            }
                            const auto unanswered = one.number + 1'000'000;
                            auto copy = one;
                            copy.number = unanswered;
                            serve(copy, false);
                        }
                        wanted.end();
                        begin(draw(2) == 0);
                    }
                    break;
                case 4: wanted.ask_again(); break;
                default:
                    if (!line.empty()) {
                        serve(line.front(), draw(5) == 0);
                        line.pop_front();
                    }
            }
            if (draw(3) != 0) {
                for (const auto& one : wanted.next()) {
                    line.push_back(one);
                }
            }
        }
        for (int round = 0; round < 2000; ++round) {
            wanted.ask_again();
            for (const auto& one : wanted.next()) {
                line.push_back(one);
            }
            if (line.empty()) {
                break;
            }
            serve(line.front(), false);
            line.pop_front();
        }
        REQUIRE(line.empty());
        CHECK(wanted.is_settled());
        CHECK(has["quote"] == model["quote"]);
        CHECK(has["fill"] == model["fill"]);
        CHECK(wanted.size() == count(model));
    }
}
