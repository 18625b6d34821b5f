// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: events outlive clients and brokers, each handled once and in order, or a gap is told.
// Method: clients and a broker that end and come back.

#include "nats_rig.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <functional>
#include <numeric>
#include <string>
#include <thread>
#include <vector>

using namespace test;
using namespace std::chrono_literals;

namespace {

std::vector<int> numbers(int first, int last) {
    std::vector<int> result(static_cast<std::size_t>(last - first + 1));
    std::iota(result.begin(), result.end(), first);
    return result;
}

void publish_deals(served_pit& served, int first, int last) {
    for (int number = first; number <= last; ++number) {
        served.server.publish<"deal">(deal{number});
    }
}

/// A log that a thread of the C client is in when its owner ends.
class lingering_log {
public:
    std::function<void(const rpc::log_record&)> make() {
        return [this](const rpc::log_record& what) {
            events_.add(what.event);
            if (what.event == rpc::log_event::disconnected) {
                wait_for(rpc::log_event::stopped);
                // Nobody waits for the owner's end here, but it gets its chance to be too early.
                for (int turn = 0; turn < 10'000 && !is_owner_gone; ++turn) {
                    std::this_thread::yield();
                }
                was_too_late = is_owner_gone.load();
            }
        };
    }

    bool wait_for(rpc::log_event event) const {
        return events_.wait([event](const auto& all) {
            return std::find(all.begin(), all.end(), event) != all.end();
        });
    }

    std::atomic<bool> is_owner_gone{false};
    std::atomic<bool> was_too_late{true};

private:
    recorder<rpc::log_event> events_;
};

bool are_stored(const served_pit& served, std::uint64_t count) {
    return eventually([&] { return served.server.events_stored() >= count; });
}

}  // namespace

TEST_CASE("nats events: every event arrives once and in order") {
    broker post;
    served_pit served(post);
    hearing_client client(post);
    REQUIRE(client.connect());
    publish_deals(served, 1, 500);
    CHECK(client.heard.deals.wait_for_count(500));
    CHECK(client.heard.deals.all() == numbers(1, 500));
    CHECK(are_stored(served, 500));
    CHECK(eventually([&] { return client->event_position() == 500; }));
    CHECK(client.heard.gaps.count() == 0);
}

TEST_CASE("nats events: what is published before the first engine's stream is there is kept") {
    broker post;
    hearing_client client(post);
    REQUIRE(client.connect());
    served_pit served(post);
    publish_deals(served, 1, 20);
    CHECK(client.heard.deals.wait_for_count(20));
    CHECK(client.heard.deals.all() == numbers(1, 20));
}

TEST_CASE("nats events: that an event has no keys is told to who wants some") {
    broker post;
    served_pit served(post);
    hearing_client client(post);
    client->subscribe<"deal">("a");
    REQUIRE(client.connect());
    REQUIRE(client.heard.refused.wait_for_count(1));
    const rpc::refused_subscription what = client.heard.refused.all().front();
    CHECK(what.event == "deal");
    CHECK(what.keys == std::vector<std::string>{"a"});
    CHECK(what.why.code() == rpc::errc::invalid_params);
}

TEST_CASE("nats events: the broker selects by keys of all kinds") {
    broker post;
    served_pit served(post);
    hearing_client client(post);
    const std::vector<std::string> keys{"a.b", "c*", "d>", "e f", "\xc3\xa9", "", "50%", "c1"};
    client->subscribe<"print">("a.b", "e f", "\xc3\xa9", "", "c1");
    REQUIRE(client.connect());
    for (const std::string& key : keys) {
        served.server.publish<"print">(price{key, 1});
    }
    CHECK(client.heard.prints.wait_for_count(5));
    client->subscribe<"print">();
    publish_deals(served, 1, 1);
    CHECK(client.heard.deals.wait_for_count(1));
    std::vector<std::string> heard = client.heard.prints.all();
    heard.resize(5);
    std::sort(heard.begin(), heard.end());
    CHECK(heard == std::vector<std::string>{"1", "a.b1", "c11", "e f1",
                                            "\xc3\xa9"
                                            "1"});
}

TEST_CASE("nats events: of latest events the newest of each key is there for who comes late") {
    broker post;
    served_pit served(post);
    for (int value = 1; value <= 50; ++value) {
        served.server.publish<"price">(price{"x", value});
        served.server.publish<"price">(price{"y", value});
    }
    REQUIRE(are_stored(served, 100));
    hearing_client client(post);
    REQUIRE(client.connect());
    REQUIRE(client.heard.prices.wait_for_count(2));
    std::vector<std::string> heard = client.heard.prices.all();
    std::sort(heard.begin(), heard.end());
    CHECK(heard == std::vector<std::string>{"x50", "y50"});
    served.server.publish<"price">(price{"x", 51});
    CHECK(client.heard.prices.wait_for_count(3));
}

TEST_CASE("nats events: a client that is started anew goes on where it was") {
    broker post;
    served_pit served(post);
    std::uint64_t position = 0;
    {
        hearing_client client(post);
        REQUIRE(client.connect());
        publish_deals(served, 1, 10);
        REQUIRE(client.heard.deals.wait_for_count(10));
        REQUIRE(eventually([&] { return client->event_position() == 10; }));
        position = client->event_position();
    }
    publish_deals(served, 11, 20);
    hearing_client client(post, {.after = position});
    REQUIRE(client.connect());
    publish_deals(served, 21, 30);
    CHECK(client.heard.deals.wait_for_count(20));
    CHECK(client.heard.deals.all() == numbers(11, 30));
    CHECK(client.heard.gaps.count() == 0);
}

TEST_CASE("nats events: a broker that is killed and comes back loses nothing and doubles nothing") {
    broker post;
    served_pit served(post);
    hearing_client client(post);
    REQUIRE(client.connect());
    publish_deals(served, 1, 100);
    REQUIRE(are_stored(served, 100));
    REQUIRE(client.heard.deals.wait_for_count(100));
    for (int round = 1; round <= 2; ++round) {
        post.kill();
        publish_deals(served, 100 * round + 1, 100 * round + 50);
        post.start();
        publish_deals(served, 100 * round + 51, 100 * round + 100);
        REQUIRE(client.heard.deals.wait_for_count(static_cast<std::size_t>(100 * round + 100)));
        // Events do not wait for the engine; the next kill must not come before it is back.
        REQUIRE(client.heard.connected.wait_for_count(static_cast<std::size_t>(round + 1)));
    }
    std::vector<int> heard = client.heard.deals.all();
    std::sort(heard.begin(), heard.end());  // Those on their way may have changed places.
    CHECK(heard == numbers(1, 300));
    CHECK(client.heard.gaps.count() == 0);
    CHECK(client.heard.connected.count() == 3);
    CHECK(client.heard.connected.all().back().resumed);
}

TEST_CASE("nats events: what the stream keeps no longer is a gap") {
    broker post;
    served_pit served(post, {.stream = {.events_max = 10}});
    std::uint64_t position = 0;
    {
        hearing_client client(post);
        REQUIRE(client.connect());
        publish_deals(served, 1, 5);
        REQUIRE(client.heard.deals.wait_for_count(5));
        REQUIRE(eventually([&] { return client->event_position() == 5; }));
        position = client->event_position();
    }
    publish_deals(served, 6, 50);
    REQUIRE(are_stored(served, 50));
    hearing_client client(post, {.after = position});
    REQUIRE(client.connect());
    CHECK(client.heard.deals.wait_for_count(10));
    CHECK(client.heard.deals.all() == numbers(41, 50));
    REQUIRE(client.heard.gaps.count() == 1);
    CHECK(client.heard.gaps.all().front().from == position + 1);
    CHECK(client.heard.gaps.all().front().to == 40);
}

TEST_CASE("nats events: after a client's end no thread of the C client is in it") {
    broker post;
    lingering_log log;
    {
        hearing_client client(post, {.log = log.make()});
        client->start();
        post.kill();
        REQUIRE(log.wait_for(rpc::log_event::disconnected));
    }
    log.is_owner_gone = true;
    CHECK(!log.was_too_late);
}

TEST_CASE("nats events: after a server's end no thread of the C client is in it") {
    broker post;
    lingering_log log;
    {
        served_pit served(post, {.log = log.make()});
        post.kill();
        REQUIRE(log.wait_for(rpc::log_event::disconnected));
        served.server.stop();
    }
    log.is_owner_gone = true;
    CHECK(!log.was_too_late);
}

TEST_CASE("nats events: too much that waits for the stream is refused") {
    broker post;
    served_pit served(post, {.events_pending_max = 3});
    post.kill();
    publish_deals(served, 1, 3);
    const rpc::error why = error_of([&] { served.server.publish<"deal">(deal{4}); });
    CHECK(why.code() == rpc::errc::overloaded);
    CHECK(why.outcome() == rpc::outcome::not_sent);
}
