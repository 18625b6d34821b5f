// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// An engine of the failover test: URLS NUMBER JOURNAL. It serves until its standard input ends,
// then has its events confirmed. Lines: `run client order moment answer`, `confirmed count`.

#include "scene.hpp"

#include <gatewire/nats.hpp>
#include <gatewire/rpc.hpp>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <future>
#include <string>
#include <thread>

namespace {

class engine {
public:
    engine(std::uint32_t number, failover::journal& lines) : number_(number), lines_(lines) {}

    failover::receipt place(const failover::order& what) {
        const std::uint64_t answer = (std::uint64_t{number_} << 40) | ++runs_;
        lines_.write("run", what.client, what.number, failover::now(), answer);
        publish({number_, runs_});
        return {answer};
    }

    using rpc_table =
        rpc::table<rpc::method<"place", &engine::place>, rpc::event<"fill", failover::fill>>;

    std::function<void(const failover::fill&)> publish;

private:
    const std::uint32_t number_;
    failover::journal& lines_;
    std::uint64_t runs_ = 0;
};

}  // namespace

int main(int count, char** arguments) {
    if (count != 4) {
        return 2;
    }
    const std::string number = arguments[2];
    failover::journal lines(arguments[3]);
    engine served(static_cast<std::uint32_t>(std::stoul(number)), lines);
    rpc::io_thread io;
    rpc::nats::server<engine> server(io.get_executor(), served,
                                     {.url = arguments[1],
                                      .name = "failover",
                                      .engine_id = "engine-" + number,
                                      .stream = {.replicas = 3}});
    served.publish = [&](const failover::fill& what) { server.publish<"fill">(what); };
    server.start();
    std::thread watch([&] {
        std::uint64_t known = 0;
        for (;;) {
            const std::uint64_t stored = server.events_stored();
            if (stored != known) {
                lines.write("confirmed", known = stored);
            }
            if (!server.is_running() && server.queued_bytes() == 0) {
                return;
            }
            failover::rest(std::chrono::milliseconds(5));
        }
    });
    std::puts("ready");
    std::fflush(stdout);
    while (std::getchar() != EOF) {
    }
    std::promise<void> drained;
    server.stop();
    server.when_drained([&] { drained.set_value(); });
    drained.get_future().wait();
    watch.join();
    lines.write("confirmed", server.events_stored());
    return 0;
}
