// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: a server without free descriptors serves those who are connected, neither spins nor ends,
// and takes those who wait once it has descriptors again.

#include "raw_peer.hpp"
#include "waiting.hpp"

#include <gatewire/rpc.hpp>

#include <doctest/doctest.h>

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

namespace {

const std::string call_text = R"({"jsonrpc":"2.0","method":"add","params":[1,2],"id":1})";
const std::string answer_text = R"({"jsonrpc":"2.0","id":1,"result":3})";

struct adder {
    int add(int a, int b) { return a + b; }
    using rpc_table = rpc::table<rpc::method<"add", &adder::add>>;
};

/// While it lives, this process has no descriptor left.
class no_descriptors {
public:
    no_descriptors() {
        ::getrlimit(RLIMIT_NOFILE, &before_);
        rlimit few = before_;
        few.rlim_cur = 256;
        ::setrlimit(RLIMIT_NOFILE, &few);
        for (int one = ::open("/dev/null", O_RDONLY); one >= 0;
             one = ::open("/dev/null", O_RDONLY)) {
            taken_.push_back(one);
        }
    }
    ~no_descriptors() {
        while (!taken_.empty()) {
            give_one();
        }
        ::setrlimit(RLIMIT_NOFILE, &before_);
    }
    no_descriptors(const no_descriptors&) = delete;
    no_descriptors& operator=(const no_descriptors&) = delete;

    void give_one() {
        ::close(taken_.back());
        taken_.pop_back();
    }

private:
    rlimit before_{};
    std::vector<int> taken_;
};

}  // namespace

TEST_CASE("limits: a server without descriptors goes on, and takes new clients when it has some") {
    test::recorder<rpc::log_event> log;
    rpc::server_options options;
    options.listen = {"tcp://127.0.0.1:0"};
    options.log = [&](const rpc::log_record& record) { log.add(record.event); };
    rpc::io_thread io;
    adder engine;
    rpc::server<adder> server(io.get_executor(), engine, options);
    server.start();
    const std::string address = server.addresses().front();
    test::raw_socket there = test::raw_socket::connect(address);
    there.send_frame(call_text);
    REQUIRE(there.receive_frame() == answer_text);

    const auto failures = [](const auto& events) {
        return std::count(events.begin(), events.end(), rpc::log_event::accept_failed);
    };
    std::optional<test::raw_socket> late;
    {
        no_descriptors none;
        none.give_one();  // for the client's own end
        late.emplace(test::raw_socket::connect(address));
        late->send_frame(call_text);
        // Each try waits longer than the one before.
        REQUIRE(log.wait([&](const auto& events) { return failures(events) >= 3; }));
        there.send_frame(call_text);
        CHECK(there.receive_frame() == answer_text);
        CHECK(failures(log.all()) < 100);
    }
    CHECK(late->receive_frame() == answer_text);
}
