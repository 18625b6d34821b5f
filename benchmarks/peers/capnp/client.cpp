// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "../peer.hpp"

#include "engine.capnp.h"

#include <capnp/ez-rpc.h>

#include <deque>
#include <string>

namespace {

[[noreturn]] void finish(bench::meter& results) {
    results.report("capnp");
    bench::end_now();
}

auto order_to(peer::Engine::Client& engine) {
    static const bench::order_request from = bench::make_order(12);
    auto request = engine.sendOrderRequest();
    auto order = request.initOrder();
    order.setSymbol(from.symbol.c_str());
    order.setVolume(from.volume);
    order.setPrice(from.price);
    order.setOffset(peer::Offset::CLOSE);
    order.setReference(from.reference.c_str());
    return request.send();
}

void call(peer::Engine::Client& engine, kj::WaitScope& scope, bench::meter& results) {
    for (results.begin(); !results.is_over(); results.lap()) {
        if (order_to(engine).wait(scope).getId().size() != 11) {
            bench::fail("a call failed");
        }
    }
}

void query(peer::Engine::Client& engine, kj::WaitScope& scope, bench::meter& results) {
    for (results.begin(); !results.is_over(); results.lap()) {
        auto request = engine.queryHistoryRequest();
        request.initRequest().setSymbol("IF2412");
        if (request.send().wait(scope).getBars().size() != bench::history_size) {
            bench::fail("a call failed");
        }
    }
}

/// Each answer is followed by the next call.
kj::Promise<void> call_on(peer::Engine::Client& engine, bench::meter& results) {
    return order_to(engine).then([&engine, &results](auto) {
        results.count_and_look();
        if (results.is_over()) {
            finish(results);
        }
        return call_on(engine, results);
    });
}

class listener final : public peer::Listener::Server {
public:
    explicit listener(bench::meter& results) : results_(results) {}

    kj::Promise<void> onTick(OnTickContext context) override {
        if (context.getParams().getTick().getSymbol().size() != 6) {
            bench::fail("a tick was damaged");
        }
        results_.count_and_look();
        if (results_.is_over()) {
            finish(results_);
        }
        return kj::READY_NOW;
    }

private:
    bench::meter& results_;
};

}  // namespace

int main(int argc, char** argv) {
    const bench::task what(argc, argv);
    bench::meter results(what);
    const std::string address = "127.0.0.1:" + std::to_string(what.port);
    std::deque<capnp::EzRpcClient> links;
    auto& scope = links.emplace_back(address.c_str()).getWaitScope();
    peer::Engine::Client engine = links.front().getMain<peer::Engine>();
    kj::Vector<kj::Promise<void>> lanes;
    if (what.workload == "events") {
        for (std::size_t number = 0; number < what.count; ++number) {
            auto request =
                links.emplace_back(address.c_str()).getMain<peer::Engine>().subscribeRequest();
            request.setListener(kj::heap<listener>(results));
            request.send().wait(scope);
        }
        results.begin();
        kj::NEVER_DONE.wait(scope);
    } else if (what.workload == "pipelined") {
        results.begin();
        for (std::size_t lane = 0; lane < what.count; ++lane) {
            lanes.add(call_on(engine, results).eagerlyEvaluate(nullptr));
        }
        kj::NEVER_DONE.wait(scope);
    } else if (what.workload == "history") {
        query(engine, scope, results);
    } else {
        call(engine, scope, results);
    }
    finish(results);
}
