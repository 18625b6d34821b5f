// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// The clients of the loopback benchmarks over bare Asio: constant frames of the same bytes.

#include "../load.hpp"
#include "../payloads.hpp"
#include "stream.hpp"

#include <asio/io_context.hpp>
#include <asio/post.hpp>

#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace {

struct lost {
    template <class Stream>
    void on_end(Stream&) {
        bench::fail("the connection was lost");
    }
};

/// Keeps calls in flight: each answer is followed by the next call.
struct caller : lost {
    bench::meter& results;
    bool is_timed;
    std::string request;

    caller(const bench::task& what, bench::meter& meter)
        : results(meter),
          is_timed(what.workload == "sequential" || what.workload == "history"),
          request(request_of(what)) {}

    static std::string request_of(const bench::task& what) {
        if (what.workload == "history") {
            return bench::history_frame();
        }
        return what.workload == "payload" ? bench::echo_frame(what.count) : bench::order_frame();
    }

    template <class Stream>
    void on_frames(Stream& from, std::size_t count) {
        for (; count != 0; --count) {
            if (is_timed) {
                results.lap();
            } else {
                results.count();
            }
            if (!results.is_over()) {
                from.send(request);
            }
        }
    }
};

/// Lets another thread wait for each answer.
class rendezvous : public lost {
public:
    template <class Stream>
    void on_frames(Stream&, std::size_t) {
        const std::lock_guard lock(mutex_);
        is_answered_ = true;
        answered_.notify_one();
    }

    void wait() {
        std::unique_lock lock(mutex_);
        answered_.wait(lock, [this] { return is_answered_; });
        is_answered_ = false;
    }

private:
    std::mutex mutex_;
    std::condition_variable answered_;
    bool is_answered_ = false;
};

struct subscriber : lost {
    bench::meter& results;

    explicit subscriber(bench::meter& meter) : results(meter) {}

    template <class Stream>
    void on_frames(Stream&, std::size_t count) {
        for (; count != 0; --count) {
            results.count();
        }
    }
};

void call_from_loop(const bench::task& what, bench::meter& results) {
    asio::io_context loop(1);
    caller calls(what, results);
    bench::stream<caller> link(bench::connected_socket(loop, what), calls);
    link.start();
    results.begin();
    for (std::size_t lane = 0; lane < what.calls_in_flight(); ++lane) {
        link.send(calls.request);
    }
    link.flush();
    bench::run_until_over(loop, results, calls.is_timed);
}

/// One call in flight on each of many connections.
void call_on_many(const bench::task& what, bench::meter& results) {
    if (!bench::raise_descriptor_limit(what.count)) {
        bench::skip("skipped: this system allows a process too few descriptors");
    }
    asio::io_context loop(1);
    caller calls(what, results);
    std::vector<std::unique_ptr<bench::stream<caller>>> links;
    for (std::size_t number = 0; number < what.count; ++number) {
        links.push_back(
            std::make_unique<bench::stream<caller>>(bench::connected_socket(loop, what), calls));
        links.back()->start();
        links.back()->send(calls.request);
        links.back()->flush();
    }
    bench::run_until_over(loop, results, false);
}

void call_from_thread(const bench::task& what, bench::meter& results) {
    asio::io_context loop;
    rendezvous answers;
    bench::stream<rendezvous> link(bench::connected_socket(loop, what), answers);
    const std::string request = bench::order_frame();
    link.start();
    std::thread io([&loop] { loop.run(); });
    for (results.begin(); !results.is_over(); results.lap()) {
        asio::post(loop, [&] {
            link.send(request);
            link.flush();
        });
        answers.wait();
    }
    loop.stop();
    io.join();
}

void receive_events(const bench::task& what, bench::meter& results) {
    if (!bench::raise_descriptor_limit(what.count)) {
        bench::skip("skipped: this system allows a process too few descriptors");
    }
    asio::io_context loop(1);
    subscriber counting(results);
    std::vector<std::unique_ptr<bench::stream<subscriber>>> links;
    for (std::size_t number = 0; number < what.count; ++number) {
        links.push_back(std::make_unique<bench::stream<subscriber>>(
            bench::connected_socket(loop, what), counting));
        links.back()->start();
    }
    bench::run_until_over(loop, results, false);
}

}  // namespace

int main(int argc, char** argv) {
    const bench::task what(argc, argv);
    bench::meter results(what);
    if (what.workload == "events" || what.workload == "fanout") {
        receive_events(what, results);
    } else if (what.workload == "blocking") {
        call_from_thread(what, results);
    } else if (what.workload == "active") {
        call_on_many(what, results);
    } else {
        call_from_loop(what, results);
    }
    results.report("bare");
}
