// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: however often a session goes on on another connection, the server keeps what its calls
// need and nothing else, and it does not do so without end.
// Method: peers that say hello again and again in a world whose connections are counted.

#include "desk_scene.hpp"
#include "world_peer.hpp"

#include <gatewire/session/environment.hpp>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace test;
using namespace std::chrono_literals;
using rpc::session::stream;
using rpc::session::stream_user;

/// A connection of the server's that is counted as long as it lives.
class counted_stream final : public stream {
public:
    counted_stream(std::unique_ptr<stream> inner, std::size_t& count)
        : inner_(std::move(inner)), count_(count) {
        ++count_;
    }
    ~counted_stream() override { --count_; }

    void read_some(char* room, std::size_t size, std::shared_ptr<stream_user> user) override {
        inner_->read_some(room, size, std::move(user));
    }
    void write_some(std::string_view bytes, std::shared_ptr<stream_user> user) override {
        inner_->write_some(bytes, std::move(user));
    }
    bool end_sending() override { return inner_->end_sending(); }
    void close() noexcept override { inner_->close(); }
    asio::any_io_executor executor() const override { return inner_->executor(); }
    const std::string& peer() const noexcept override { return inner_->peer(); }

private:
    std::unique_ptr<stream> inner_;
    std::size_t& count_;
};

/// A world's environment whose accepted connections are counted.
class counting_environment final : public rpc::session::environment {
public:
    explicit counting_environment(std::shared_ptr<environment> inner) : inner_(std::move(inner)) {}

    rpc::session::time_point now() const noexcept override { return inner_->now(); }
    std::uint64_t random() override { return inner_->random(); }
    std::unique_ptr<rpc::session::timer> make_timer(
        const asio::any_io_executor& executor) override {
        return inner_->make_timer(executor);
    }
    std::vector<std::shared_ptr<rpc::session::acceptor>> listen(
        const asio::any_io_executor& executor, const std::string& address, bool beyond_loopback,
        const accept_callback& accepted) override {
        return inner_->listen(
            executor, address, beyond_loopback,
            [this, accepted](std::unique_ptr<stream> made, const asio::error_code& failure) {
                if (made) {
                    made = std::make_unique<counted_stream>(std::move(made), living);
                }
                accepted(std::move(made), failure);
            });
    }
    std::shared_ptr<rpc::session::attempt> connect(const asio::any_io_executor& executor,
                                                   const rpc::protocol::address& address,
                                                   std::chrono::milliseconds deadline,
                                                   connect_callback done) override {
        return inner_->connect(executor, address, deadline, std::move(done));
    }
    rpc::session::loop_access access(const asio::any_io_executor& executor) override {
        return inner_->access(executor);
    }

    std::size_t living = 0;

private:
    std::shared_ptr<environment> inner_;
};

/// A desk whose connections are counted, and a session that goes on with each hello.
struct flapping_scene {
    explicit flapping_scene(rpc::server_options options = {}) : engine(world) {
        options = world.server_options(std::move(options));
        counted = std::make_shared<counting_environment>(options.environment);
        options.environment = counted;
        server.emplace(world.get_executor(), engine, std::move(options));
        server->start();
    }

    /// A new connection says hello, and goes on with the session if there is one.
    nlohmann::json greet(const std::string& more = {}) {
        auto next = std::make_unique<world_peer>(world);
        nlohmann::json answer = next->ask(
            R"({"jsonrpc":"2.0","method":"rpc.hello","id":"h","params":{"protocol":1)" +
            (session.empty() ? std::string()
                             : R"(,"session":")" + session + R"(","epoch":")" + epoch + '"') +
            more + "}}");
        if (answer.contains("result")) {
            session = answer["result"]["session"];
            epoch = answer["result"]["epoch"];
            line = std::move(next);
        }
        return answer;
    }

    void work(int time_ms, const std::string& id) {
        line->send_frame(R"({"jsonrpc":"2.0","method":"work","params":[)" +
                         std::to_string(time_ms) + R"(],"id":)" + id + '}');
    }

    rpc::testing::world world;
    desk engine;
    std::shared_ptr<counting_environment> counted;
    std::optional<rpc::server<desk>> server;
    std::unique_ptr<world_peer> line;
    std::string session;
    std::string epoch;
};

rpc::server_options often(std::size_t resumes) {
    rpc::server_options options;
    options.heartbeat_timeout = 1h;
    options.limits.resumes_per_minute_max = resumes;
    return options;
}

TEST_CASE("flapping: a connection that a session left is kept for its calls only") {
    flapping_scene play(often(10'000));
    play.greet();
    play.work(1'000'000, "1");
    for (int cut = 0; cut < 2'000; ++cut) {
        REQUIRE(play.greet()["result"]["resumed"] == true);
    }
    play.world.run_until_idle();
    CHECK(play.counted->living == 2);  // the one whose call runs, and the one that stands
    CHECK(play.engine.begun == 1);
    CHECK(play.server->stats().resumed == 2'000);
    CHECK(play.server->stats().in_flight == 1);
    CHECK(play.server->sessions().at(0).resumes == 2'000);
    play.world.run_for(1'000s);
    CHECK(play.engine.ended == 1);
    play.line->send_frame(R"({"jsonrpc":"2.0","method":"work","params":[1000000],"id":1})");
    play.world.run_until_idle();
    const auto answers = play.line->received();
    REQUIRE(answers.size() == 1);
    CHECK(answers[0]["result"] == 1'000'000);
    CHECK(play.engine.begun == 1);
    CHECK(play.counted->living == 1);
}

TEST_CASE("flapping: an answer that comes again in a batch is kept as before") {
    flapping_scene play(often(10));
    play.greet();
    play.work(1, "1");
    play.world.run_for(1s);
    const std::string again = R"({"jsonrpc":"2.0","method":"work","params":[1],"id":1})";
    const std::string ping = R"({"jsonrpc":"2.0","method":"rpc.ping","id":2})";
    for (const std::string& batch :
         {"[" + again + "," + ping + "]", "[" + ping + "," + again + "]", "[" + again + "]"}) {
        CAPTURE(batch);
        REQUIRE(play.greet()["result"]["resumed"] == true);
        play.line->send_frame(batch);
        play.world.run_for(1s);
        CHECK(nlohmann::json(play.line->received())
                  .dump()
                  .find(R"("id":1,"jsonrpc":"2.0","result":1)") != std::string::npos);
        CHECK(play.engine.begun == 1);
    }
}

TEST_CASE("flapping: a batch that ends with a notification is answered at once") {
    flapping_scene play(often(10));
    play.greet();
    play.line->send_frame(R"([{"jsonrpc":"2.0","method":"rpc.ping","id":2},)"
                          R"({"jsonrpc":"2.0","method":"work","params":[1]}])");
    play.world.run_for(1s);
    CHECK(play.engine.begun == 1);
    CHECK(nlohmann::json(play.line->received()).dump().find(R"("id":2)") != std::string::npos);
}

TEST_CASE("flapping: calls of many connections of one session are answered where it stands") {
    flapping_scene play(often(10'000));
    play.greet();
    for (int at = 0; at < 100; ++at) {
        play.work(1'000 * (100 - at), std::to_string(at));
        play.world.run_until_idle();
        for (int cut = 0; cut < 3; ++cut) {
            REQUIRE(play.greet()["result"]["resumed"] == true);
        }
    }
    CHECK(play.engine.begun == 100);
    CHECK(play.counted->living == 101);
    for (int at = 0; at < 100; ++at) {
        play.work(1'000 * (100 - at), std::to_string(at));  // joins the one that runs
    }
    play.world.run_for(200s);
    CHECK(play.line->received().size() == 100);
    CHECK(play.engine.begun == 100);
    CHECK(play.counted->living == 1);
}

TEST_CASE("flapping: the end of a session ends the calls of all its connections") {
    flapping_scene play(often(10'000));
    play.greet();
    for (int at = 0; at < 100; ++at) {
        play.work(1'000'000, std::to_string(at));
        play.world.run_until_idle();
        REQUIRE(play.greet()["result"]["resumed"] == true);
    }
    CHECK(play.counted->living == 101);
    play.line->send_frame(R"({"jsonrpc":"2.0","method":"rpc.bye","params":{"reason":"done"}})");
    play.world.run_until_idle();
    play.line.reset();
    play.world.run_for(1s);
    CHECK(play.engine.given_up == 100);
    CHECK(play.engine.ends.size() == 1);
    CHECK(play.counted->living == 0);
}

TEST_CASE("flapping: a session goes on so often within a minute, then later") {
    flapping_scene play(often(3));
    play.greet();
    for (int cut = 0; cut < 3; ++cut) {
        REQUIRE(play.greet()["result"]["resumed"] == true);
    }
    const nlohmann::json refused = play.greet();
    CHECK(refused["error"]["code"] == -32005);
    CHECK(play.server->stats().resumes_refused == 1);
    CHECK(play.server->connections() <= 2);
    play.world.run_for(50s);
    // The connection that stands is not touched.
    CHECK(play.line->ask(R"({"jsonrpc":"2.0","method":"query","params":[1],"id":1})")["result"] ==
          1);
    CHECK(play.greet()["error"]["code"] == -32005);
    play.line.reset();
    play.world.run_for(11s);
    CHECK(play.greet()["result"]["resumed"] == true);
    CHECK(play.engine.ends.size() == 2);  // those of the connections that were turned away
    CHECK(play.server->stats().resumed == 4);
}

TEST_CASE("flapping: a client whose session may not go on yet comes back to it") {
    flapping_scene play(often(1));
    terminal one(play.world);
    ending<int> work;
    one.client.async_call<"work">(20'000, work.handler());
    play.world.run_for(1s);
    play.world.connections().at(0).cut();
    play.world.run_for(45s);
    one.client.call<"query">(1);
    ending<int> more;
    one.client.async_call<"work">(20'000, more.handler());
    play.world.run_for(10s);
    play.world.connections().at(0).cut();
    play.world.run_for(30s);
    CHECK(work.value == 20'000);
    CHECK(more.value == 20'000);
    CHECK(play.engine.begun == 2);
    CHECK(one.seen.story == "+-r-r");
    CHECK(play.server->stats().resumed == 2);
    CHECK(play.server->stats().resumes_refused > 0);
}

TEST_CASE("flapping: a hello with an attempt that nobody can have reached keeps no client out") {
    flapping_scene play;
    play.greet(R"(,"attempt":1)");
    const std::string session = play.session;
    const std::string epoch = play.epoch;
    const auto owner = std::move(play.line);
    CHECK(play.greet(R"(,"attempt":18446744073709551615)")["result"]["resumed"] == false);
    CHECK_FALSE(owner->is_over());
    play.session = session;
    play.epoch = epoch;
    CHECK(play.greet(R"(,"attempt":2)")["result"]["resumed"] == true);
    CHECK(play.session == session);
    CHECK(play.greet(R"(,"attempt":2)")["result"]["resumed"] == false);  // held up on its way
}

TEST_CASE("flapping: no log has the whole name of a session, which is all it takes to go on") {
    std::string logged;
    const rpc::log_callback log = [&logged](const rpc::log_record& record) {
        logged += to_string(record) + '\n';
    };
    rpc::server_options serving = often(1);
    serving.log = log;
    flapping_scene play(std::move(serving));
    rpc::client_options options;
    options.log = log;
    terminal one(play.world, std::move(options));
    const std::string session = one.seen.sessions.at(0).session;
    for (int cut = 0; cut < 3; ++cut) {
        for (rpc::testing::connection line : play.world.connections()) {
            line.cut();
        }
        play.world.run_for(5s);
    }
    one.client.stop();
    CHECK(logged.find("connected " + rpc::client_options().address + ' ' + session.substr(0, 8)) !=
          std::string::npos);
    CHECK(logged.find(session) == std::string::npos);
    CHECK(logged.find(session.substr(0, 16)) == std::string::npos);
}

}  // namespace
