// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// The clients of the codec floor: the bare frames, values through the library's codec, and a plain
// array of the calls that wait.

#include "../../load.hpp"
#include "../stream.hpp"
#include "messages.hpp"

#include <asio/io_context.hpp>
#include <asio/post.hpp>

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace {

/// A call's id is this and its place in the array, so that it has as many digits as in the bare
/// frame.
constexpr std::uint64_t first_id = 100'000;

bench::order_request parameter_of(const bench::task&, bench::send_order) {
    return bench::make_order(12);
}

bench::history_request parameter_of(const bench::task&, bench::query_history) {
    return bench::make_history_request(bench::history_size);
}

std::string parameter_of(const bench::task& what, bench::echo) {
    return std::string(what.count, 'x');
}

std::size_t size_of_result(const bench::task& what) {
    return what.workload == "history"   ? bench::history_size
           : what.workload == "payload" ? what.count
                                        : bench::make_order_id(0).size();
}

/// Both floors must send the same bytes, or their difference is more than the codec.
void compare_with_bare_frames() {
    constexpr std::uint64_t number = 123'456;
    rpc::wire::buffer out;
    bench::write_request<bench::send_order>(out, bench::make_order(12), number);
    bench::write_response(out, number, bench::make_order_id(12));
    bench::write_request<bench::query_history>(
        out, bench::make_history_request(bench::history_size), number);
    bench::write_request<bench::echo>(out, std::string(16, 'x'), number);
    bench::write_tick(out, number, bench::make_tick(12));
    if (out.view() != bench::order_frame() + bench::order_answer_frame() + bench::history_frame() +
                          bench::echo_frame(16) + bench::tick_frame()) {
        bench::fail("the frames of the two floors differ");
    }
}

/// Keeps calls in flight on one connection: each answer is followed by the next call.
template <class Method>
class caller {
public:
    using stream = bench::stream<caller>;

    caller(asio::io_context& loop, const bench::task& what, bench::meter& results)
        : results_(results),
          is_timed_(what.calls_in_flight() == 1 && what.workload != "active"),
          parameter_(parameter_of(what, Method())),
          result_size_(size_of_result(what)),
          is_waiting_(what.calls_in_flight()),
          link_(bench::connected_socket(loop, what), *this) {
        link_.start();
    }

    bool is_timed() const noexcept { return is_timed_; }

    void start() {
        for (std::size_t place = 0; place < is_waiting_.size(); ++place) {
            call(place);
        }
        link_.flush();
    }

    void on_frame(stream&, std::string_view text) {
        typename Method::result result{};
        const std::uint64_t place = bench::read_response(text, result) - first_id;
        if (place >= is_waiting_.size() || is_waiting_[place] == 0 ||
            result.size() != result_size_) {
            bench::fail("an answer that nobody waits for");
        }
        is_waiting_[place] = 0;
        if (is_timed_) {
            results_.lap();
        } else {
            results_.count();
        }
        if (!results_.is_over()) {
            call(place);
        }
    }
    void on_frames(stream&, std::size_t) {}
    void on_end(stream&) { bench::fail("the connection was lost"); }

private:
    void call(std::size_t place) {
        is_waiting_[place] = 1;
        bench::write_request<Method>(link_.outgoing(), parameter_, first_id + place);
    }

    bench::meter& results_;
    bool is_timed_;
    typename Method::parameter parameter_;
    std::size_t result_size_;
    std::vector<char> is_waiting_;
    stream link_;
};

template <class Method>
void call_from_loop(const bench::task& what, bench::meter& results) {
    asio::io_context loop(1);
    caller<Method> calls(loop, what, results);
    results.begin();
    calls.start();
    bench::run_until_over(loop, results, calls.is_timed());
}

/// One call in flight on each of many connections.
void call_on_many(const bench::task& what, bench::meter& results) {
    if (!bench::raise_descriptor_limit(what.count)) {
        bench::skip("skipped: this system allows a process too few descriptors");
    }
    asio::io_context loop(1);
    std::deque<caller<bench::send_order>> callers;
    for (std::size_t number = 0; number < what.count; ++number) {
        callers.emplace_back(loop, what, results).start();
    }
    bench::run_until_over(loop, results, false);
}

/// Lets another thread wait for each answer.
class rendezvous {
public:
    using stream = bench::stream<rendezvous>;

    void on_frame(stream&, std::string_view text) {
        std::string id;
        bench::read_response(text, id);
        const std::lock_guard lock(mutex_);
        answer_ = std::move(id);
        answered_.notify_one();
    }
    void on_frames(stream&, std::size_t) {}
    void on_end(stream&) { bench::fail("the connection was lost"); }

    std::string wait() {
        std::unique_lock lock(mutex_);
        answered_.wait(lock, [this] { return !answer_.empty(); });
        return std::exchange(answer_, {});
    }

private:
    std::mutex mutex_;
    std::condition_variable answered_;
    std::string answer_;
};

void call_from_thread(const bench::task& what, bench::meter& results) {
    asio::io_context loop;
    rendezvous answers;
    rendezvous::stream link(bench::connected_socket(loop, what), answers);
    const bench::order_request order = bench::make_order(12);
    const std::size_t id_size = size_of_result(what);
    rpc::wire::buffer request;
    link.start();
    std::thread io([&loop] { loop.run(); });
    for (results.begin(); !results.is_over(); results.lap()) {
        request.clear();
        bench::write_request<bench::send_order>(request, order, first_id);
        asio::post(loop, [&] {
            link.send(request.view());
            link.flush();
        });
        if (answers.wait().size() != id_size) {
            bench::fail("a call failed");
        }
    }
    loop.stop();
    io.join();
}

class subscriber {
public:
    using stream = bench::stream<subscriber>;

    subscriber(asio::io_context& loop, const bench::task& what, bench::meter& results)
        : results_(results), link_(bench::connected_socket(loop, what), *this) {
        link_.start();
    }

    void on_frame(stream&, std::string_view text) {
        bench::tick received;
        const std::uint64_t sequence = bench::read_tick(text, received);
        if (received.symbol.size() != 6 || sequence <= sequence_) {
            bench::fail("a tick was damaged");
        }
        sequence_ = sequence;
        results_.count();
    }
    void on_frames(stream&, std::size_t) {}
    void on_end(stream&) { bench::fail("the connection was lost"); }

private:
    bench::meter& results_;
    std::uint64_t sequence_ = 0;
    stream link_;
};

void receive_events(const bench::task& what, bench::meter& results) {
    asio::io_context loop(1);
    std::deque<subscriber> subscribers;
    for (std::size_t number = 0; number < what.count; ++number) {
        subscribers.emplace_back(loop, what, results);
    }
    bench::run_until_over(loop, results, false);
}

}  // namespace

int main(int argc, char** argv) {
    const bench::task what(argc, argv);
    bench::meter results(what);
    compare_with_bare_frames();
    if (what.workload == "events") {
        receive_events(what, results);
    } else if (what.workload == "blocking") {
        call_from_thread(what, results);
    } else if (what.workload == "active") {
        call_on_many(what, results);
    } else if (what.workload == "history") {
        call_from_loop<bench::query_history>(what, results);
    } else if (what.workload == "payload") {
        call_from_loop<bench::echo>(what, results);
    } else {
        call_from_loop<bench::send_order>(what, results);
    }
    results.report("codec floor");
}
