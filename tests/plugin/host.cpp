// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

// Goal: errors keep their type and their code between shared libraries that hide their symbols and
// so have a copy of this library each. Method: the host serves, a plug-in that was loaded with
// dlopen calls, and what it throws is caught here.

#include "plugin.hpp"

#include <gatewire/io_thread.hpp>
#include <gatewire/server.hpp>

#include <dlfcn.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <memory>
#include <string_view>
#include <system_error>

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
    }
    return failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
