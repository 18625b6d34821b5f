// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#include "plugin.hpp"

#include <gatewire/client.hpp>
#include <gatewire/io_thread.hpp>

#include <asio/use_future.hpp>

#include <unistd.h>

#include <chrono>
#include <future>
#include <mutex>

namespace {

struct face {
    using rpc_table = rpc::table<rpc::remote<"add", int(int, int)>, rpc::remote<"refuse", void()>>;
};

class client_of_plugin final : public plugin {
public:
    explicit client_of_plugin(const char* address)
        : client_(io_.get_executor(), [&] {
              rpc::client_options options;
              options.address = address;
              return options;
          }()) {
        client_.start();
    }

    int add(int left, int right) override { return client_.call<"add">(left, right); }
    void refuse() override { client_.call<"refuse">(); }
    void be_late() override {
        client_.call<"add">(rpc::timeout{std::chrono::milliseconds(0)}, 1, 2);
    }
    std::exception_ptr end_of_async() override {
        std::promise<std::exception_ptr> end;
        client_.async_call<"refuse">([&](std::exception_ptr why) { end.set_value(why); });
        return end.get_future().get();
    }
    bool knows(const std::error_code& forbidden) override {
        return forbidden == rpc::errc::forbidden && forbidden != rpc::errc::cancelled &&
               forbidden.category() == rpc::error_category();
    }
    void wait_for(rpc::session::optional_mutex& mutex, std::atomic<int>& thread) override {
        thread = ::gettid();
        const std::lock_guard lock(mutex);
    }

private:
    rpc::io_thread io_;
    rpc::client<face> client_;
};

}  // namespace

extern "C" [[gnu::visibility("default")]] plugin* make_plugin(const char* address) {
    return new client_of_plugin(address);
}
