// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_TESTING_MEMORY_STREAM_HPP
#define GATEWIRE_TESTING_MEMORY_STREAM_HPP

#include <gatewire/session/stream.hpp>
#include <gatewire/testing/memory_link.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace rpc::inline v1::testing {

/// One end of a connection in memory.
class memory_stream final : public session::stream {
public:
    memory_stream(std::shared_ptr<memory_link> link, std::size_t end,
                  const asio::any_io_executor& executor, std::string peer)
        : link_(std::move(link)), end_(end), executor_(executor), peer_(std::move(peer)) {}
    ~memory_stream() override { link_->close(end_); }

    void read_some(char* room, std::size_t size,
                   std::shared_ptr<session::stream_user> user) override {
        link_->read(end_, room, size, std::move(user), executor_);
    }
    void write_some(std::string_view bytes, std::shared_ptr<session::stream_user> user) override {
        link_->write(end_, bytes, std::move(user), executor_);
    }
    bool end_sending() override { return link_->end_sending(end_); }
    void close() noexcept override { link_->close(end_); }
    asio::any_io_executor executor() const override { return executor_; }
    const std::string& peer() const noexcept override { return peer_; }

private:
    std::shared_ptr<memory_link> link_;
    std::size_t end_;
    asio::any_io_executor executor_;
    std::string peer_;
};

}  // namespace rpc::inline v1::testing

#endif  // GATEWIRE_TESTING_MEMORY_STREAM_HPP
