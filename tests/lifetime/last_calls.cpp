// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: the last call of a program may come from a destructor of static or of thread storage, or
// from std::atexit; it works, and touches no memory that is gone. Method: a server, its loop and
// clients in static storage, or never destroyed at all; the argument says who makes the last call.
// Sanitizers see what is touched; without them the strings that take the freed memory's place do.

#include <gatewire/rpc.hpp>

#include <asio/use_future.hpp>
#include <nlohmann/json.hpp>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <string_view>
#include <thread>
#include <tuple>
#include <vector>

namespace {

using namespace std::chrono_literals;

class desk {
public:
    int add(std::string left, std::string right) {
        return static_cast<int>(left.size() + right.size());
    }
    void refuse() { throw rpc::error(rpc::errc::forbidden, "not today"); }

    using rpc_table =
        rpc::table<rpc::method<"add", &desk::add>, rpc::method<"refuse", &desk::refuse>,
                   rpc::event<"tick", std::string>>;
};

class face {
public:
    void on_tick(const std::string&) {}

    using rpc_table = rpc::table<rpc::remote<"add", int(std::string, std::string)>,
                                 rpc::remote<"refuse", void()>, rpc::on<"tick", &face::on_tick>>;
};

/// All that takes part.
struct parts {
    rpc::io_thread io;
    desk engine;
    rpc::server<desk> server{io.get_executor(), engine, {.listen = {"tcp://127.0.0.1:0"}}};
    face gateway;
    rpc::client<face> client{io.get_executor(), gateway, [this] {
                                 server.start();
                                 rpc::client_options options;
                                 options.address = server.addresses().front();
                                 return options;
                             }()};
    rpc::dynamic_client plain{io.get_executor(), {}, [this] {
                                  rpc::client_options options;
                                  options.address = server.addresses().front();
                                  return options;
                              }()};

    parts() {
        client.start();
        plain.start();
    }

    /// Everything that a program may do with them, with texts that grow what threads keep.
    void use(std::size_t size) {
        require(client.call<"add">(std::string(size, 'a'), std::string(3, 'b')) ==
                static_cast<int>(size + 3));
        client.notify<"add">(std::string(2 * size, 'c'), std::string());
        require(
            client.async_call<"add">(std::string(3 * size, 'd'), std::string(), asio::use_future)
                .get() == static_cast<int>(3 * size));
        server.publish<"tick">(std::string(4 * size, 'e'));
        require(plain.call<int>("add", std::tuple(std::string(5 * size, 'f'), std::string())) ==
                static_cast<int>(5 * size));
        try {
            client.call<"refuse">();
            require(false);
        } catch (const rpc::error& refused) {
            require(refused.code() == rpc::errc::forbidden);
            require(refused.code().message() == "forbidden");
        }
    }

    static void require(bool holds) {
        if (!holds) {
            std::puts("not as expected");
            std::_Exit(1);
        }
    }
};

parts& everything() {
    static parts one;
    return one;
}

parts& never_destroyed() {
    static parts* const one = new parts;
    return *one;
}

void use_late(parts& what) {
    try {
        // Takes the place of what was freed with the thread's own objects.
        std::vector<std::string> others;
        for (std::size_t size = 200; size < 2'000; size += 16) {
            others.emplace_back(size, 'v');
        }
        what.use(80);
        what.use(300);
        for (const std::string& other : others) {
            parts::require(other.find_first_not_of('v') == std::string::npos);
        }
        std::puts("the last calls were answered");
        std::fflush(stdout);
    } catch (const std::exception& failure) {
        std::puts(failure.what());
        std::_Exit(1);
    }
}

/// A session guard, as people write it.
struct guard {
    parts& (*whose)() = everything;
    ~guard() { use_late(whose()); }
};

}  // namespace

int main(int, char** arguments) {
    const std::string_view who = arguments[1];
    if (who == "earliest_static") {
        static guard late{never_destroyed};
        never_destroyed().use(400);
        return 0;
    }
    everything().use(400);
    if (who == "static") {
        static guard late;
    } else if (who == "exit") {
        static guard late;
        std::exit(0);
    } else if (who == "atexit") {
        std::atexit([] { use_late(everything()); });
    } else if (who == "thread_of_main") {
        static thread_local guard late;
        static_cast<void>(late);
    } else if (who == "thread") {
        std::thread([] {
            // Made before the first call of its thread, so destroyed after what that kept.
            static thread_local guard late;
            static_cast<void>(late);
            everything().use(400);
        }).join();
    } else {
        return 2;
    }
}
