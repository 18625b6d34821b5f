// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: whatever a peer sends to a server costs that one connection at most.
// Method: exact bytes on raw connections, with a well-behaved client beside them all the time.

#include "desk.hpp"
#include "raw_peer.hpp"

#include <gatewire/rpc.hpp>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <cstddef>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace {

using test::frame;
using test::raw_socket;
using test::rig;
using test::watcher;
using namespace std::chrono_literals;

const std::string ping = R"({"jsonrpc":"2.0","method":"rpc.ping","id":1})";
const std::string add = R"({"jsonrpc":"2.0","method":"add","params":[1,2],"id":1})";

rpc::server_options impatient() {
    rpc::server_options options;
    options.limits.frame_deadline = 200ms;
    options.limits.first_frame_deadline = 200ms;
    return options;
}

/// A served desk and a client that must not notice anything.
struct attacked {
    explicit attacked(rpc::server_options options = {})
        : served(std::move(options)), client(io.get_executor(), gateway, served.to_here()) {
        client.start();
        REQUIRE(client.wait_connected(test::patience));
    }

    raw_socket connect() const { return raw_socket::connect(served.address()); }

    /// Whether the client goes on undisturbed.
    bool is_unharmed() {
        const int before = served.engine.additions;
        return client.call<"add">(1, 2) == 3 && gateway.losses.count() == 0 &&
               served.engine.additions == before + 1;
    }

    /// Whether, besides, nothing is left of the other peers, which have left.
    bool is_alone_and_unharmed() {
        return is_unharmed() &&
               test::eventually([this] { return served.server.connections() == 1; });
    }

    rig served;
    watcher gateway;
    rpc::io_thread io;
    rpc::client<watcher> client;
};

int code_of(const nlohmann::json& answer) {
    return answer.at("error").at("code").get<int>();
}

}  // namespace

TEST_CASE("server: another protocol's first words, or too large a length, end the connection") {
    attacked target;
    const std::vector<std::string> openings{
        "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11) + std::string(500, '\x5a'),
        "SSH-2.0-OpenSSH_9.2\r\n",
        "8=FIX.4.4\x01"
        "9=65\x01"
        "35=A\x01",
        "\xff\xff\xff\xff",
        std::string("\x80\x00\x00\x00", 4),
        std::string("\x7f\xff\xff\xff", 4),
        std::string("\x00\x10\x00\x01", 4),  // One byte over the limit of 1 MiB.
        "\xff\xff\xff\xff" + std::string(1 << 20, 'x')};
    for (const std::string& opening : openings) {
        CAPTURE(opening.substr(0, 12));
        raw_socket peer = target.connect();
        peer.send(opening);
        CHECK(peer.is_ended());
        peer.close();
        CHECK(target.is_unharmed());
    }
    CHECK(target.is_alone_and_unharmed());
}

TEST_CASE("server: random bytes end their own connection only") {
    attacked target(impatient());
    std::mt19937 random(20'181'231);
    for (int round = 0; round < 30; ++round) {
        CAPTURE(round);
        std::string junk(std::size_t{1} << (4 + round % 14), '\0');
        for (char& byte : junk) {
            byte = static_cast<char>(random() & 0xff);
        }
        if (round % 3 == 0) {
            junk = frame(junk);  // In step, but not JSON.
        }
        raw_socket peer = target.connect();
        peer.send(junk);
        peer.finish_sending();
        CHECK(peer.is_ended());
    }
    CHECK(target.is_alone_and_unharmed());
}

TEST_CASE("server: a frame of exactly the limit is taken, one byte more ends the connection") {
    attacked target;
    raw_socket peer = target.connect();
    std::string largest = add;
    largest.insert(1, std::string((1 << 20) - largest.size(), ' '));
    CHECK(peer.ask(largest).at("result") == 3);
    peer.send_frame(largest + ' ');
    CHECK(peer.is_ended());
    peer.close();
    CHECK(target.is_unharmed());
}

TEST_CASE("server: bad JSON and bad requests are answered, and the connection goes on") {
    attacked target;
    raw_socket peer = target.connect();
    const std::vector<std::pair<std::string, int>> refused{
        {"", -32700},
        {"{", -32700},
        {"\xff\xfe", -32700},
        {add + add, -32700},
        {add + std::string(1, '\0'), -32700},
        {"[" + add, -32700},
        {std::string(100'000, '['), -32700},
        {"[]", -32600},
        {"1", -32600},
        {"{}", -32600},
        {R"({"jsonrpc":"1.0","method":"add","params":[1,2],"id":1})", -32600},
        {R"({"jsonrpc":"2.0","method":1,"id":1})", -32600},
        {R"({"jsonrpc":"2.0","method":"add","params":1,"id":1})", -32602},
        {R"({"jsonrpc":"2.0","method":"add","params":[1,2],"id":{}})", -32600},
        {R"({"jsonrpc":"2.0","method":"none","id":1})", -32601},
        {R"({"jsonrpc":"2.0","method":"rpc.none","id":1})", -32601},
        {R"({"jsonrpc":"2.0","method":"add","params":[1],"id":1})", -32602},
        {R"({"jsonrpc":"2.0","method":"add","params":[1,"2"],"id":1})", -32602},
        {R"({"jsonrpc":"2.0","method":"add","params":[1,99999999999],"id":1})", -32602},
        {R"({"jsonrpc":"2.0","method":"rpc.hello","params":{"protocol":99},"id":1})", -32602},
        {R"({"jsonrpc":"2.0","method":"rpc.subscribe","params":{"event":"none"},"id":1})", -32602},
        {R"({"jsonrpc":"2.0","method":"rpc.subscribe","id":1})", -32602}};
    for (const auto& [text, code] : refused) {
        CAPTURE(text.substr(0, 80));
        CHECK(code_of(peer.ask(text)) == code);
    }
    CHECK(peer.ask(add).at("result") == 3);
    peer.close();
    CHECK(target.is_unharmed());
}

TEST_CASE("server: messages that ask for nothing are passed over") {
    attacked target;
    raw_socket peer = target.connect();
    for (const std::string text :
         {R"({"jsonrpc":"2.0","result":1,"id":1})",
          R"({"jsonrpc":"2.0","error":{"code":1,"message":""},"id":null})",
          R"({"jsonrpc":"2.0","method":"none","params":[]})",
          R"({"jsonrpc":"2.0","method":"rpc.unsubscribe","params":{"event":"fill"}})",
          R"({"jsonrpc":"2.0","method":"rpc.cancel","params":{"id":77}})"}) {
        peer.send_frame(text);
    }
    CHECK(peer.ask(add).at("result") == 3);
    peer.close();
    CHECK(target.is_unharmed());
}

TEST_CASE("server: a request cut after any of its bytes never runs, whichever way it is cut") {
    attacked target;
    const std::string request = frame(add);
    const int before = target.served.engine.additions;
    for (std::size_t cut = 0; cut < request.size(); ++cut) {
        for (int way = 0; way < 3; ++way) {
            CAPTURE(cut);
            raw_socket peer = target.connect();
            peer.send(std::string_view(request).substr(0, cut));
            if (way == 0) {
                peer.close();
            } else if (way == 1) {
                peer.reset();
            } else {
                peer.finish_sending();
                CHECK(peer.is_ended());
            }
        }
    }
    CHECK(target.served.engine.additions == before);
    CHECK(target.is_alone_and_unharmed());
}

TEST_CASE("server: a session sent byte by byte, or all at once, is answered the same") {
    attacked target;
    const std::string session = frame(add) + frame("{") + frame("[" + add + "," + ping + "]");
    for (const std::size_t step : {std::size_t{1}, std::size_t{3}, session.size()}) {
        CAPTURE(step);
        raw_socket peer = target.connect();
        for (std::size_t at = 0; at < session.size(); at += step) {
            peer.send(std::string_view(session).substr(at, step));
        }
        // In whichever order: an answer that needs no engine may overtake.
        std::multiset<std::string> answers;
        for (int left = 3; left > 0; --left) {
            const auto answer = peer.receive_json();
            answers.insert(answer.is_array()           ? "batch"
                           : answer.contains("result") ? "result"
                                                       : std::to_string(code_of(answer)));
        }
        CHECK(answers == std::multiset<std::string>{"-32700", "batch", "result"});
    }
    CHECK(target.is_unharmed());
}

TEST_CASE("server: what was asked before the nonsense, or before the end, is answered") {
    attacked target;
    raw_socket nonsense = target.connect();
    nonsense.send(frame(add) + "\xff\xff\xff\xff" + "nonsense");
    CHECK(nonsense.receive_json().at("result") == 3);
    CHECK(nonsense.is_ended());
    nonsense.close();

    raw_socket half_closed = target.connect();
    half_closed.send_frame(R"({"jsonrpc":"2.0","method":"hold","params":[7],"id":1})");
    REQUIRE(target.served.engine.held.wait_for_count(1));
    half_closed.finish_sending();
    target.served.release();
    CHECK(half_closed.receive_json().at("result") == 7);
    CHECK(half_closed.is_ended());
    half_closed.close();
    CHECK(target.is_unharmed());
}

TEST_CASE("server: peers that begin a frame, or nothing, and then fall silent are ended in time") {
    attacked target(impatient());
    for (const std::string& beginning :
         {std::string(), std::string("\0", 1), std::string("\0\0\0", 3), frame(add).substr(0, 4),
          frame(add).substr(0, 20), frame(ping) + std::string(1, '\0'),
          frame(ping) + frame(add).substr(0, 20)}) {
        CAPTURE(beginning.size());
        raw_socket peer = target.connect();
        peer.send(beginning);
        CHECK(peer.is_ended());
    }
    CHECK(target.is_unharmed());
}

TEST_CASE("server: a frame that dribbles in forever is ended at its deadline all the same") {
    attacked target(impatient());
    raw_socket peer = target.connect();
    REQUIRE(peer.send(frame(std::string(1 << 19, ' ')).substr(0, 4)));
    // One byte now and then: each is a sign of life, but the frame is not done in time.
    CHECK(test::eventually([&] { return !peer.send(" "); }));
    CHECK(target.is_unharmed());
}

TEST_CASE("server: a peer that has left makes room for the next one at once") {
    rpc::server_options options;
    options.limits.connections_max = 30;
    attacked target(options);
    int refused = 0;
    for (int round = 0; round < 200; ++round) {
        raw_socket peer = target.connect();
        refused += peer.ask(ping).contains("error");
    }
    CHECK(refused == 0);
    CHECK(target.is_unharmed());
}

TEST_CASE("server: connections that come and go by the hundred leave nothing behind") {
    attacked target;
    for (int round = 0; round < 300; ++round) {
        raw_socket peer = target.connect();
        if (round % 3 == 1) {
            peer.send(frame(ping));
        }
        if (round % 2 == 0) {
            peer.reset();
        }
    }
    CHECK(target.is_alone_and_unharmed());
}

TEST_CASE("server: a peer that resets while its calls run gives them up") {
    attacked target;
    for (int round = 1; round <= 5; ++round) {
        raw_socket peer = target.connect();
        for (int number = 0; number < 10; ++number) {
            peer.send_frame(R"({"jsonrpc":"2.0","method":"hold","params":[1],"id":1})");
        }
        REQUIRE(target.served.engine.held.wait_for_count(static_cast<std::size_t>(round) * 10));
        peer.reset();
        CHECK(target.served.engine.given_up.wait_for_count(static_cast<std::size_t>(round) * 10));
    }
    CHECK(target.is_unharmed());
}

TEST_CASE("server: no method waits on for a peer that reset at a bad moment") {
    for (const test::threading how : test::all_threadings) {
        CAPTURE(how);
        rig served({}, how);
        const std::string call = frame(R"({"jsonrpc":"2.0","method":"hold","params":[1],"id":1})");
        for (int round = 0; round < 200; ++round) {
            raw_socket peer = raw_socket::connect(served.address());
            peer.send(call + call + call);
            peer.reset();
        }
        CHECK(test::eventually([&] { return served.server.connections() == 0; }));
        CHECK(test::eventually(
            [&] { return served.engine.given_up.count() == served.engine.held.count(); }));
    }
}

TEST_CASE("server: a flood of calls and cancels stays within the calls in flight") {
    rpc::server_options options;
    options.limits.calls_in_flight_max = 8;
    attacked target(options);
    raw_socket peer = target.connect();
    std::string flood;
    for (int number = 0; number < 500; ++number) {
        flood += frame(R"({"jsonrpc":"2.0","method":"hold","params":[1],"id":5})");
        flood += frame(R"({"jsonrpc":"2.0","method":"rpc.cancel","params":{"id":5}})");
    }
    peer.send(flood);
    int answers = 0;
    int strange = 0;
    for (; answers < 500; ++answers) {
        const int code = code_of(peer.receive_json());
        strange += code != -32004 && code != -32005;
    }
    CHECK(strange == 0);
    CHECK(peer.ask(add).at("result") == 3);
    peer.close();
    CHECK(target.is_alone_and_unharmed());
}
