// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// An observer that counts how long each method takes, in powers of two, and prints it.

#include "prove.hpp"

#include <gatewire/rpc.hpp>

#include <array>
#include <bit>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <map>
#include <memory>
#include <mutex>
#include <string>

//[observer
class latency_histogram : public rpc::observer {
public:
    void on_call_ended(const rpc::observed_call& call,
                       const rpc::observed_answer& answer) noexcept override {
        const auto time = answer.ended - call.received;
        const auto us = std::chrono::duration_cast<std::chrono::microseconds>(time).count();
        const std::lock_guard lock(mutex_);
        ++counts_[std::string(call.method)][std::bit_width(static_cast<std::uint32_t>(us))];
    }
    //]

    void print() const {
        const std::lock_guard lock(mutex_);
        for (const auto& [method, counts] : counts_) {
            std::printf("%s\n", method.c_str());
            for (std::size_t bits = 0; bits != counts.size(); ++bits) {
                if (counts[bits] != 0) {
                    std::printf("  < %8u us  %llu\n", 1U << bits,
                                static_cast<unsigned long long>(counts[bits]));
                }
            }
        }
    }

    std::uint64_t calls_of(const std::string& method) const {
        const std::lock_guard lock(mutex_);
        std::uint64_t sum = 0;
        for (const std::uint64_t count : counts_.at(method)) {
            sum += count;
        }
        return sum;
    }

private:
    mutable std::mutex mutex_;
    std::map<std::string, std::array<std::uint64_t, 33>> counts_;
};

struct engine {
    int add(int a, int b) { return a + b; }
    std::string repeat(std::string text, int times) {
        std::string all;
        for (; times > 0; --times) {
            all += text;
        }
        return all;
    }

    using rpc_table =
        rpc::table<rpc::method<"add", &engine::add>, rpc::method<"repeat", &engine::repeat>>;
};

int main() {
    rpc::io_thread io;
    engine served;
    const auto seen = std::make_shared<latency_histogram>();
    rpc::server<engine> server{
        io.get_executor(), served, {.listen = {"tcp://127.0.0.1:0"}, .observer = seen}};
    server.start();
    rpc::client<engine> client{io.get_executor(), {.address = server.addresses().front()}};
    client.start();
    for (int count = 0; count < 200; ++count) {
        client.call<"add">(count, 1);
        client.call<"repeat">("gatewire", count * 10);
    }
    client.stop();
    server.stop();
    seen->print();
    prove(seen->calls_of("add") == 200, "each call of a method was seen");
    prove(seen->calls_of("repeat") == 200, "of the other one too");
}
