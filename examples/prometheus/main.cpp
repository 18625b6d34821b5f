// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Metrics for Prometheus: calls and their times by method and code, and events by name.
// `prometheus_exporter 9464` serves them at http://127.0.0.1:9464/metrics until it ends; without
// a port it prints once what it would serve.

#include <gatewire/rpc.hpp>

#include <prometheus/counter.h>
#include <prometheus/exposer.h>
#include <prometheus/family.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <memory>
#include <string>

namespace {

const prometheus::Histogram::BucketBoundaries seconds{1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1, 10};

//[exporter
/// Families of the client library are safe for threads, so calls may end on any of them.
class exporter : public rpc::observer {
public:
    explicit exporter(prometheus::Registry& registry)
        : calls_(prometheus::BuildCounter().Name("gatewire_calls_total").Register(registry)),
          queued_(prometheus::BuildHistogram().Name("gatewire_queued_seconds").Register(registry)),
          ran_(prometheus::BuildHistogram().Name("gatewire_run_seconds").Register(registry)),
          events_(prometheus::BuildCounter().Name("gatewire_events_total").Register(registry)) {}

    void on_call_ended(const rpc::observed_call& call,
                       const rpc::observed_answer& answer) noexcept override {
        const std::string method(call.method);
        calls_.Add({{"method", method}, {"code", std::to_string(answer.code)}}).Increment();
        queued_.Add({{"method", method}}, seconds).Observe(between(call.received, call.started));
        ran_.Add({{"method", method}}, seconds).Observe(between(call.started, answer.ended));
    }

    void on_event(const rpc::observed_event& event) noexcept override {
        events_.Add({{"event", std::string(event.event)}}).Increment();
    }
    //]

private:
    static double between(rpc::observed_time begin, rpc::observed_time end) {
        return std::chrono::duration<double>(end - begin).count();
    }

    prometheus::Family<prometheus::Counter>& calls_;
    prometheus::Family<prometheus::Histogram>& queued_;
    prometheus::Family<prometheus::Histogram>& ran_;
    prometheus::Family<prometheus::Counter>& events_;
};

struct quote {
    std::string symbol;
    double price = 0;
};

struct engine {
    int add(int a, int b) { return a + b; }
    using rpc_table = rpc::table<rpc::method<"add", &engine::add>, rpc::event<"quote", quote>>;
};

}  // namespace

int main(int argc, char** argv) {
    // Before threads are made, so that all of them leave these to the wait at the end.
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &ends, nullptr);

    const auto registry = std::make_shared<prometheus::Registry>();
    rpc::io_thread io;
    engine served;
    rpc::server<engine> server{
        io.get_executor(),
        served,
        {.listen = {"tcp://127.0.0.1:0"}, .observer = std::make_shared<exporter>(*registry)}};
    server.start();
    rpc::client<engine> client{io.get_executor(), {.address = server.addresses().front()}};
    client.start();
    for (int count = 0; count < 100; ++count) {
        client.call<"add">(count, 1);
    }
    server.publish<"quote">(quote{"SPX", 5000});
    if (argc < 2) {
        std::puts(prometheus::TextSerializer().Serialize(registry->Collect()).c_str());
        return 0;
    }
    prometheus::Exposer exposer("127.0.0.1:" + std::string(argv[1]));
    exposer.RegisterCollectable(registry);
    std::printf("http://127.0.0.1:%s/metrics\n", argv[1]);
    std::fflush(stdout);
    int which = 0;
    sigwait(&ends, &which);
    return 0;
}
