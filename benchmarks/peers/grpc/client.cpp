// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "../peer.hpp"

#include "engine.grpc.pb.h"

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <memory>
#include <string>

namespace {

using stub = peer::Engine::Stub;

/// Each has a connection of its own: channels to one address would share one.
std::shared_ptr<stub> connect(const bench::task& what) {
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    arguments.SetMaxReceiveMessageSize(-1);
    return peer::Engine::NewStub(grpc::CreateCustomChannel(
        "127.0.0.1:" + std::to_string(what.port), grpc::InsecureChannelCredentials(), arguments));
}

peer::Order make_order() {
    const bench::order_request from = bench::make_order(12);
    peer::Order order;
    order.set_symbol(from.symbol);
    order.set_volume(from.volume);
    order.set_price(from.price);
    order.set_offset(peer::CLOSE);
    order.set_reference(from.reference);
    return order;
}

void call(stub& engine, bench::meter& results) {
    const peer::Order order = make_order();
    for (results.begin(); !results.is_over(); results.lap()) {
        grpc::ClientContext context;
        peer::OrderId answer;
        if (!engine.SendOrder(&context, order, &answer).ok() || answer.id().size() != 11) {
            bench::fail("a call failed");
        }
    }
}

void query(stub& engine, bench::meter& results) {
    peer::HistoryRequest request;
    request.set_symbol("IF2412");
    request.set_count(bench::history_size);
    for (results.begin(); !results.is_over(); results.lap()) {
        grpc::ClientContext context;
        peer::Bars answer;
        if (!engine.QueryHistory(&context, request, &answer).ok() ||
            answer.bars_size() != static_cast<int>(bench::history_size)) {
            bench::fail("a call failed");
        }
    }
}

struct pending {
    grpc::ClientContext context;
    peer::OrderId answer;
    grpc::Status status;
    std::unique_ptr<grpc::ClientAsyncResponseReader<peer::OrderId>> reader;
};

void call_in_window(stub& engine, const bench::task& what, bench::meter& results) {
    const peer::Order order = make_order();
    grpc::CompletionQueue done;
    const auto start = [&] {
        auto* const one = new pending;
        one->reader = engine.AsyncSendOrder(&one->context, order, &done);
        one->reader->Finish(&one->answer, &one->status, one);
    };
    for (std::size_t lane = 0; lane < what.count; ++lane) {
        start();
    }
    void* tag = nullptr;
    bool is_ok = false;
    for (results.begin(); !results.is_over(); results.count_and_look()) {
        done.Next(&tag, &is_ok);
        const std::unique_ptr<pending> one(static_cast<pending*>(tag));
        if (!one->status.ok()) {
            bench::fail("a call failed");
        }
        start();
    }
}

void receive_events(const bench::task& what, bench::meter& results) {
    static std::atomic<std::size_t> counted{0};
    for (std::size_t number = 0; number < what.count; ++number) {
        std::thread([engine = connect(what)] {
            grpc::ClientContext context;
            const auto reader = engine->Ticks(&context, peer::Nothing());
            for (peer::Tick tick; reader->Read(&tick); ++counted) {
            }
            bench::fail("the stream ended");
        }).detach();
    }
    bench::measure(results, counted);
}

}  // namespace

int main(int argc, char** argv) {
    const bench::task what(argc, argv);
    bench::meter results(what);
    const std::shared_ptr<stub> engine = connect(what);
    if (what.workload == "events") {
        receive_events(what, results);
    } else if (what.workload == "pipelined") {
        call_in_window(*engine, what, results);
    } else if (what.workload == "history") {
        query(*engine, results);
    } else {
        call(*engine, results);
    }
    results.report("grpc");
    bench::end_now();
}
