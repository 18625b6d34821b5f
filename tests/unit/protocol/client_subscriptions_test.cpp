// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: what a client wants outlives its connections; each server is asked for all of it that it
// takes, in parts that it takes, and for nothing else; what cannot be had is told; nothing is kept
// that nobody wants. Method: literal changes and answers; the requests that follow, as texts; a
// server that is a set of keys, beside changes and refusals drawn at random.

#include <gatewire/protocol/client_subscriptions.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <deque>
#include <map>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace {

using rpc::errc;
using rpc::protocol::client_subscriptions;
using rpc::protocol::entry_description;
using rpc::protocol::subscription_bounds;
using rpc::protocol::subscription_request;
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
    std::string text = (one.is_wanted ? "+" : "-") + one.what.event;
    if (one.what.keys) {
        text += ":";
        for (const std::string& key : *one.what.keys) {
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
        keys result;
        for (const subscription_request& one : wanted.next()) {
            under_way.push_back(one);
            result.push_back(text_of(one));
        }
        return result;
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
        keys result;
        for (const auto& one : wanted.take_unfulfilled()) {
            std::string text(wanted.name(one.event));
            for (const std::string& key : one.keys) {
                text += " " + key;
            }
            result.push_back(text + " (" + std::string(to_string(one.code)) + ")");
        }
        return result;
    }

    client_subscriptions wanted{two_events()};
    std::vector<subscription_request> under_way;
};

/// Changes, refusals and cuts as chance will have them, beside a server that is a set of keys.
class adventure {
public:
    /// Of each event its keys; "*" is all of it.
    using selection = std::map<std::string, std::set<std::string>>;

    explicit adventure(unsigned seed) : random_(seed) { begin(false); }

    void step() {
        switch (draw(8)) {
            case 0:
            case 1: subscribe(); break;
            case 2: unsubscribe(); break;
            case 3:
                if (draw(10) == 0) {
                    cut();
                }
                break;
            case 4: wanted.ask_again(); break;
            default: answer(draw(5) == 0);
        }
        if (draw(3) != 0) {
            ask();
        }
    }

    /// Lets the server answer until nothing is asked any more. @return Whether it came to that.
    bool comes_to_rest() {
        for (int round = 0; round < 2000; ++round) {
            wanted.ask_again();
            ask();
            if (line_.empty()) {
                return true;
            }
            answer(false);
        }
        return false;
    }

    static std::size_t count(const selection& of) {
        return of.at("quote").size() + of.at("fill").size();
    }

    client_subscriptions wanted{two_events()};
    selection should_have{{"quote", {"*"}}, {"fill", {"*"}}};
    selection has;

private:
    static constexpr std::size_t room = 40;

    int draw(int below) { return static_cast<int>(random_() % static_cast<unsigned>(below)); }

    keys some_keys() {
        keys some;
        for (int number = draw(4); number > 0; --number) {
            some.push_back("k" + std::to_string(draw(12)));
        }
        return some;
    }

    static void apply(selection& to, const std::string& event, const keys& some, bool is_wanted) {
        auto& of = to[event];
        if (some.empty()) {
            of = is_wanted ? std::set<std::string>{"*"} : std::set<std::string>{};
        } else if (is_wanted) {
            of.erase("*");
            of.insert(some.begin(), some.end());
        } else {
            std::erase_if(of, [&](const std::string& key) {
                return std::find(some.begin(), some.end(), key) != some.end();
            });
        }
    }

    void subscribe() {
        const auto event = static_cast<std::size_t>(draw(2));
        const keys some = some_keys();
        wanted.subscribe(event, some);
        apply(should_have, std::string(wanted.name(event)), some, true);
    }

    void unsubscribe() {
        const auto event = static_cast<std::size_t>(draw(2));
        const keys some = some_keys();
        wanted.unsubscribe(event, some);
        apply(should_have, std::string(wanted.name(event)), some, false);
    }

    void ask() {
        for (const subscription_request& one : wanted.next()) {
            line_.push_back(one);
        }
    }

    /// @return Whether the server does what the request asks for.
    bool carry_out(const subscription_request& one) {
        selection after = has;
        apply(after, one.what.event, one.what.keys.value_or(keys{}), one.is_wanted);
        const bool fits = !one.is_wanted || count(after) <= room;
        if (fits) {
            has = std::move(after);
        }
        return fits;
    }

    void answer(bool is_busy) {
        if (line_.empty()) {
            return;
        }
        const subscription_request one = line_.front();
        line_.pop_front();
        if (!is_busy && carry_out(one)) {
            wanted.fulfilled(one.number);
        } else {
            wanted.refused(one.number, overloaded, "no");
        }
    }

    /// What was on its way may have arrived, but no answer comes.
    void cut() {
        for (const subscription_request& one : line_) {
            if (draw(2) == 0) {
                break;
            }
            carry_out(one);
        }
        wanted.end();
        begin(draw(2) == 0);
    }

    void begin(bool goes_on) {
        line_.clear();
        if (!goes_on) {
            has = {{"quote", {}}, {"fill", {}}};
        }
        subscription_bounds here = bounds(goes_on, draw(2) == 0 ? 0 : room);
        here.frame_size_max = static_cast<std::size_t>(150 + draw(400));
        here.unanswered_max = static_cast<std::size_t>(100 + draw(2000));
        wanted.begin(std::move(here));
    }

    std::mt19937 random_;
    std::deque<subscription_request> line_;
};

}  // namespace

TEST_CASE(
    "client_subscriptions: at first every event is wanted whole, and settled when it is there") {
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

    client_subscriptions nothing{{}};
    nothing.begin(bounds());
    CHECK(nothing.is_settled());
}

TEST_CASE("client_subscriptions: keys replace the whole event, add up, and it replaces them") {
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

TEST_CASE("client_subscriptions: unsubscribing takes keys away, or everything") {
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

TEST_CASE("client_subscriptions: a key taken from the whole event leaves it whole") {
    client one;
    one.meet();
    one.wanted.unsubscribe(quote, {"a"});
    CHECK(one.asked().empty());
}

TEST_CASE(
    "client_subscriptions: each change is asked for at once, also while others are under way") {
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

TEST_CASE("client_subscriptions: changes without a connection collapse, and leave nothing behind") {
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

TEST_CASE("client_subscriptions: a session that goes on is asked only for what it may not have") {
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

TEST_CASE("client_subscriptions: keys that ended are forgotten when the server has ended them") {
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

TEST_CASE(
    "client_subscriptions: what the server has no room for is told, the first ones are asked for") {
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

TEST_CASE(
    "client_subscriptions: at the limit a whole event takes the place of its keys, they its") {
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

TEST_CASE("client_subscriptions: many keys go in parts that fit into the server's frames") {
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
                    for (const std::string& key : part.what.keys.value()) {
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

TEST_CASE("client_subscriptions: a key that fits into no frame is told and never sent") {
    client one;
    one.wanted.unsubscribe(fill, {});
    one.wanted.subscribe(quote, {"a", std::string(1000, 'x'), std::string(300, '\1'), "b"});
    one.wanted.begin({1000, 100, 10'000, false, {}});
    CHECK(one.asked() == keys{"+quote: a b"});
    CHECK(one.wanted.take_unfulfilled().at(0).code == errc::frame_too_large);
    one.done();
    CHECK(one.wanted.is_settled());
}

TEST_CASE("client_subscriptions: only so much is under way at a time, and the rest collapses") {
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

TEST_CASE("client_subscriptions: what is refused for the moment is asked for again, in order") {
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

TEST_CASE(
    "client_subscriptions: as much is asked for as a server takes that does not say how much") {
    client one;
    one.wanted.unsubscribe(fill, {});
    one.wanted.subscribe(quote, numbered(100));
    one.wanted.begin(bounds(false, 0));
    std::set<std::string> has;
    int refusals = 0;
    for (int round = 0; round < 1000 && !one.wanted.is_settled(); ++round) {
        for (const subscription_request& part : one.wanted.next()) {
            if (has.size() + part.what.keys.value().size() <= 61) {
                has.insert(part.what.keys->begin(), part.what.keys->end());
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

TEST_CASE(
    "client_subscriptions: what is refused for good is told and not asked for on this connection") {
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

TEST_CASE("client_subscriptions: an event that cannot be read here is told and not asked for") {
    client one;
    subscription_bounds here = bounds();
    here.mismatches = {"", "data: number here, string there"};
    one.wanted.begin(std::move(here));
    CHECK(one.asked() == keys{"+quote"});
    CHECK(one.told() == keys{"fill (contract_mismatch)"});
    one.done();
    CHECK(one.wanted.is_settled());
}

TEST_CASE("client_subscriptions: answers to what was never asked change nothing") {
    client one;
    one.meet();
    one.wanted.fulfilled(12345);
    one.wanted.refused(12345, overloaded, "no");
    CHECK_FALSE(one.wanted.is_pausing());
    CHECK(one.wanted.is_settled());
}

TEST_CASE(
    "client_subscriptions: whatever happens on the way, in the end the server has what is wanted") {
    for (unsigned seed = 1; seed <= 300; ++seed) {
        CAPTURE(seed);
        adventure one(seed);
        for (int step = 0; step < 300; ++step) {
            one.step();
        }
        REQUIRE(one.comes_to_rest());
        CHECK(one.wanted.is_settled());
        CHECK(one.has == one.should_have);
        CHECK(one.wanted.size() == adventure::count(one.should_have));
    }
}
