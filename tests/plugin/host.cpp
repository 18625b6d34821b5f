// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: errors keep their type and their code between shared libraries that hide their symbols and
// so have a copy of this library each, and one wakes who waits in the other. Method: the host
// serves, a plug-in that was loaded with dlopen calls, and what it throws is caught here.

#include "plugin.hpp"

#include <gatewire/io_thread.hpp>
#include <gatewire/server.hpp>

#include <dlfcn.h>

#include <atomic>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>

namespace {

struct desk {
    int add(int left, int right) { return left + right; }
    void refuse() { throw rpc::error(rpc::errc::forbidden, "not today"); }

    using rpc_table =
        rpc::table<rpc::method<"add", &desk::add>, rpc::method<"refuse", &desk::refuse>>;
};

int failures = 0;

void check(bool holds, const char* what) {
    if (!holds) {
        std::printf("not so: %s\n", what);
        ++failures;
    }
}

template <class Act>
void check_throws(Act&& act, rpc::errc expected, rpc::outcome outcome) {
    try {
        act();
        check(false, "it throws");
    } catch (const rpc::error& caught) {
        check(caught.code() == expected, "the code is the expected one");
        check(!(caught.code() != expected), "and not another");
        check(caught.code() != rpc::errc::overloaded, "it is no other code");
        check(caught.code().category() == rpc::error_category(), "the category is known");
        check(caught.code() ==
                  std::error_condition(static_cast<int>(expected), rpc::error_category()),
              "the condition is known");
        check(caught.outcome() == outcome, "the outcome is the expected one");
    } catch (...) {
        check(false, "it is caught as rpc::error");
    }
}

/// Whether the system says of a thread that it sleeps.
bool sleeps(int thread) {
    std::ifstream file("/proc/self/task/" + std::to_string(thread) + "/stat");
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const std::size_t end = text.rfind(')');  // of the thread's name
    return end != std::string::npos && text.substr(end + 2, 1) == "S";
}

/// A thread that waits inside the plug-in for a mutex of the host's goes on when that is free.
void wake(plugin& other) {
    rpc::session::optional_mutex mutex(true);
    std::atomic<int> number = 0;
    mutex.lock();
    std::thread waiting([&] { other.wait_for(mutex, number); });
    while (number == 0 || !sleeps(number)) {
        std::this_thread::yield();
    }
    mutex.unlock();
    waiting.join();  // for ever, if nobody woke it
}

}  // namespace

int main(int, char** arguments) {
    rpc::io_thread io;
    desk engine;
    rpc::server<desk> server(io.get_executor(), engine, [] {
        rpc::server_options options;
        options.listen = {"tcp://127.0.0.1:0"};
        return options;
    }());
    server.start();
    void* const library = ::dlopen(arguments[1], RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) {
        std::puts(::dlerror());
        return 1;
    }
    auto* const make = reinterpret_cast<plugin_maker*>(::dlsym(library, "make_plugin"));
    {
        const std::unique_ptr<plugin> one(make(server.addresses().front().c_str()));
        check(one->add(1, 2) == 3, "it calls");
        check_throws([&] { one->refuse(); }, rpc::errc::forbidden, rpc::outcome::failed);
        check_throws([&] { one->be_late(); }, rpc::errc::deadline_exceeded, rpc::outcome::not_sent);
        check_throws([&] { std::rethrow_exception(one->end_of_async()); }, rpc::errc::forbidden,
                     rpc::outcome::failed);
        check(one->knows(rpc::errc::forbidden), "the plug-in knows the host's code");
        wake(*one);
    }
    return failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
