// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef TESTS_RELAY_HPP
#define TESTS_RELAY_HPP

#include "waiting.hpp"

#include <gatewire/io_thread.hpp>

#include <asio/ip/tcp.hpp>
#include <asio/local/stream_protocol.hpp>
#include <asio/post.hpp>
#include <asio/write.hpp>

#include <array>
#include <atomic>
#include <cstddef>
#include <future>
#include <memory>
#include <string>
#include <utility>

namespace test {

/// A cable between clients and a server that can be pulled: passes on what comes on a TCP port to a
/// Unix socket, and back.
class relay {
public:
    explicit relay(std::string target)
        : target_(std::move(target)),
          acceptor_(io_.context(), {asio::ip::address_v4::loopback(), 0}) {
        accept();
    }

    std::string address() const {
        return "tcp://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port());
    }

    /// From now on what comes from that side is lost on the way; the sender does not notice.
    enum class loss { none, of_requests, of_answers };
    void lose(loss what) { lost_ = what; }

    /// Waits until something was lost.
    bool wait_lost(std::size_t times) const { return swallowed_.wait_for_count(times); }

    /// Ends the connection that was made last.
    void pull() {
        std::promise<void> done;
        asio::post(io_.get_executor(), [&] {
            if (current_) {
                current_->close();
            }
            done.set_value();
        });
        done.get_future().wait();
    }

private:
    struct cable {
        explicit cable(asio::io_context& loop) : near(loop), far(loop) {}
        void close() {
            std::error_code ignored;
            near.close(ignored);
            far.close(ignored);
        }
        asio::ip::tcp::socket near;
        asio::local::stream_protocol::socket far;
        std::array<char, 4096> there{};
        std::array<char, 4096> back{};
    };

    void accept() {
        const auto made = std::make_shared<cable>(io_.context());
        acceptor_.async_accept(made->near, [this, made](std::error_code failed) {
            if (failed) {
                return;
            }
            made->far.connect(target_, failed);
            if (!failed) {
                current_ = made;
                pass(made, made->near, made->far, made->there, loss::of_requests);
                pass(made, made->far, made->near, made->back, loss::of_answers);
            }
            accept();
        });
    }

    template <class From, class To>
    void pass(const std::shared_ptr<cable>& of, From& from, To& to, std::array<char, 4096>& bytes,
              loss side) {
        from.async_read_some(asio::buffer(bytes), [=, this, &from, &to, &bytes](
                                                      std::error_code failed, std::size_t count) {
            if (!failed && lost_ == side) {
                swallowed_.add(count);
            } else if (!failed) {
                asio::write(to, asio::buffer(bytes.data(), count), failed);
            }
            if (failed) {
                of->close();
            } else {
                pass(of, from, to, bytes, side);
            }
        });
    }

    std::atomic<loss> lost_ = loss::none;
    recorder<std::size_t> swallowed_;
    const std::string target_;
    rpc::io_thread io_;
    asio::ip::tcp::acceptor acceptor_;
    std::shared_ptr<cable> current_;  // Belongs to the thread.
};

}  // namespace test

#endif  // TESTS_RELAY_HPP
