// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_LISTENER_HPP
#define GATEWIRE_SESSION_LISTENER_HPP

#include <gatewire/error.hpp>
#include <gatewire/session/endpoint.hpp>
#include <gatewire/session/environment.hpp>
#include <gatewire/session/insist.hpp>
#include <gatewire/session/socket_file.hpp>
#include <gatewire/session/socket_stream.hpp>
#include <gatewire/session/sockets.hpp>

#include <asio/basic_socket_acceptor.hpp>
#include <asio/ip/address.hpp>
#include <asio/ip/v6_only.hpp>
#include <asio/socket_base.hpp>
#include <asio/steady_timer.hpp>

#include <sys/stat.h>

#include <cerrno>
#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

namespace rpc::inline v1::session {

/// An acceptor of sockets.
class listener final : public acceptor, public std::enable_shared_from_this<listener> {
public:
    listener(const asio::any_io_executor& executor, environment::accept_callback accepted)
        : executor_(executor),
          acceptor_(executor),
          pause_(executor),
          accepted_(std::move(accepted)) {}

    ~listener() override { file_.remove(); }

    /// Binds the endpoint and listens; nothing is accepted before `start`.
    /// @param path, mode  The file of a unix socket and its permissions.
    void bind(const stream_endpoint& endpoint, std::string path, unsigned mode,
              asio::error_code& failure) {
        open_socket(acceptor_, protocol_of(endpoint), failure);
        if (!failure) {
            acceptor_.native_non_blocking(true, failure);
        }
        if (!failure && is_tcp(endpoint)) {
            acceptor_.set_option(asio::socket_base::reuse_address(true), failure);
        }
        if (!failure && is_tcp(endpoint) && tcp_endpoint(endpoint).address().is_v6()) {
            acceptor_.set_option(asio::ip::v6_only(true), failure);
        }
        if (!failure) {
            acceptor_.bind(endpoint, failure);
        }
        if (!failure) {
            if (!path.empty()) {
                file_ = socket_file(std::move(path));
                // Nobody can connect before `listen`, so nobody can be quicker than this.
                if (::chmod(file_.path().c_str(), mode) != 0) {
                    failure.assign(errno, asio::error::get_system_category());
                    return;
                }
            }
            acceptor_.listen(asio::socket_base::max_listen_connections, failure);
        }
    }

    std::string address() const override {
        if (!file_.path().empty()) {
            return "unix://" + file_.path();
        }
        asio::error_code ignored;
        return endpoint_text(acceptor_.local_endpoint(ignored));
    }

    stream_endpoint endpoint() const {
        asio::error_code ignored;
        return acceptor_.local_endpoint(ignored);
    }

    void start() override {
        const std::lock_guard lock(mutex_);
        accept();
    }

    /// Removes a unix socket's file, too.
    void close() override {
        const std::lock_guard lock(mutex_);
        file_.remove();
        asio::error_code ignored;
        acceptor_.close(ignored);
        pause_.cancel();
    }

private:
    void accept() {
        if (!acceptor_.is_open()) {
            return;
        }
        insist([this] {
            acceptor_.async_wait(asio::socket_base::wait_read,
                                 [self = shared_from_this()](const asio::error_code& failure) {
                                     self->on_ready(failure);
                                 });
        });
    }

    // Errors: operation_aborted after `close`. Those of accepting: too many open files, or a peer
    // that left again.
    void on_ready(asio::error_code failure) {
        for (int taken = 0; !failure && taken != accepted_at_once; ++taken) {
            stream_socket socket(executor_);
            {
                const std::lock_guard lock(mutex_);
                if (!acceptor_.is_open()) {
                    return;
                }
                accept_socket(acceptor_, socket, failure);
            }
            if (!is_nobody(failure)) {
                deliver(failure, std::move(socket));
            }
        }
        const std::lock_guard lock(mutex_);
        if (!failure || is_nobody(failure)) {
            pause_time_ = pause_min;
            accept();
            return;
        }
        if (!acceptor_.is_open()) {
            return;
        }
        // Without descriptors, accepting again at once would only burn the processor.
        pause_.expires_after(pause_time_);
        pause_time_ = (std::min)(pause_time_ * 2, pause_max);
        insist([this] {
            pause_.async_wait([self = shared_from_this()](const asio::error_code& aborted) {
                if (!aborted) {
                    self->start();
                }
            });
        });
    }

    void deliver(const asio::error_code& failure, stream_socket socket) noexcept {
        try {
            if (failure) {
                accepted_(nullptr, failure);
                return;
            }
            asio::error_code gone;
            const stream_endpoint remote = socket.remote_endpoint(gone);
            if (!gone) {
                accepted_(std::make_unique<socket_stream>(std::move(socket), remote), failure);
            }
        } catch (...) {
            return;  // No memory for this one: it is closed, and the next may come.
        }
    }

    static constexpr int accepted_at_once = 16;  // then the loop may do something else
    static constexpr std::chrono::milliseconds pause_min{10};
    static constexpr std::chrono::milliseconds pause_max{1'000};

    const asio::any_io_executor executor_;
    std::mutex mutex_;
    asio::basic_socket_acceptor<stream_protocol, asio::any_io_executor> acceptor_;
    asio::steady_timer pause_;
    std::chrono::milliseconds pause_time_ = pause_min;
    environment::accept_callback accepted_;
    socket_file file_;
};

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_LISTENER_HPP
