// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// A client of the failover test: URLS NUMBER JOURNAL. It calls, some calls at a time, from the
// first line of its standard input to the second, and takes events until that ends. Lines:
// `connected moment`, `call order moment deadline`, `end order moment verdict answer`,
// `fill engine number`, `gap`.

#include "scene.hpp"

#include <gatewire/nats.hpp>
#include <gatewire/rpc.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <string>
#include <thread>

namespace {

using namespace std::chrono_literals;

/// How a call ended, as the checker knows it.
enum verdict { answered, failed, not_sent, may_have_run };

class gateway {
public:
    explicit gateway(failover::journal& lines) : lines_(lines) {}
    void on_fill(const failover::fill& what) { lines_.write("fill", what.engine, what.number); }
    void on_gap(const rpc::gap&) { lines_.write("gap"); }
    void on_connected(const rpc::session_info&) { lines_.write("connected", failover::now()); }

    using rpc_table = rpc::table<rpc::remote<"place", failover::receipt(failover::order)>,
                                 rpc::on<"fill", &gateway::on_fill>>;

private:
    failover::journal& lines_;
};

verdict verdict_of(const std::exception_ptr& thrown) {
    try {
        std::rethrow_exception(thrown);
    } catch (const rpc::error& why) {
        return why.outcome() == rpc::outcome::not_sent       ? not_sent
               : why.outcome() == rpc::outcome::may_have_run ? may_have_run
                                                             : failed;
    }
}

constexpr auto timeout = 3s;

void wait_for_line() {
    while (std::getchar() != '\n') {
    }
}

}  // namespace

int main(int count, char** arguments) {
    if (count != 4) {
        return 2;
    }
    const auto number = static_cast<std::uint32_t>(std::stoul(arguments[2]));
    failover::journal lines(arguments[3]);
    gateway hearing(lines);
    rpc::io_thread io;
    rpc::nats::client<gateway> client(io.get_executor(), hearing,
                                      {.url = arguments[1], .name = "failover"});
    client.start();
    if (!client.wait_connected()) {
        return 1;
    }
    std::puts("ready");
    std::fflush(stdout);
    wait_for_line();

    std::atomic<bool> goes_on{true};
    std::atomic<int> open{0};
    std::thread caller([&] {
        for (std::uint64_t order = 1; goes_on; ++order) {
            ++open;
            const std::int64_t begun = failover::now();
            lines.write("call", order, begun, begun + std::chrono::nanoseconds(timeout).count());
            client.async_call<"place">(
                rpc::timeout{timeout}, failover::order{number, order},
                [&, order](std::exception_ptr why, failover::receipt what) {
                    lines.write("end", order, failover::now(),
                                static_cast<int>(why ? verdict_of(why) : answered), what.answer);
                    --open;
                });
            failover::rest(open > 16 ? 20ms : 2ms);
        }
    });
    wait_for_line();
    goes_on = false;
    caller.join();
    while (open != 0) {
        failover::rest(10ms);
    }
    std::puts("called");
    std::fflush(stdout);
    while (std::getchar() != EOF) {
    }
    return 0;
}
