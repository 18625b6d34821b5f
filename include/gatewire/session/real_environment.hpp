// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_REAL_ENVIRONMENT_HPP
#define GATEWIRE_SESSION_REAL_ENVIRONMENT_HPP

#include <gatewire/session/bind.hpp>
#include <gatewire/session/connector.hpp>
#include <gatewire/session/environment.hpp>
#include <gatewire/session/secure_environment.hpp>

#include <asio/steady_timer.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace rpc::inline v1::session {

class real_timer final : public timer {
public:
    explicit real_timer(const asio::any_io_executor& executor) : timer_(executor) {}

    void arm(time_point when, std::weak_ptr<wakeable> who) override {
        timer_.expires_at(when);
        timer_.async_wait([who = std::move(who)](const asio::error_code& aborted) {
            const auto sleeper = aborted ? nullptr : who.lock();
            if (sleeper) {
                sleeper->on_wake();
            }
        });
    }

    void cancel() override { timer_.cancel(); }

private:
    asio::steady_timer timer_;
};

/// The system's clock, chance and sockets.
class real_environment final : public environment {
public:
    /// @param unix_socket_mode  Permissions of the files of unix sockets.
    explicit real_environment(unsigned unix_socket_mode = 0600)
        : unix_socket_mode_(unix_socket_mode) {}

    time_point now() const noexcept override { return std::chrono::steady_clock::now(); }

    std::uint64_t random() override {
        std::random_device source;
        return (std::uint64_t{source()} << 32) | source();
    }

    std::unique_ptr<timer> make_timer(const asio::any_io_executor& executor) override {
        return std::make_unique<real_timer>(executor);
    }

    std::vector<std::shared_ptr<acceptor>> listen(const asio::any_io_executor& executor,
                                                  const std::string& address, bool beyond_loopback,
                                                  const accept_callback& accepted) override {
        return bind_address(executor, address, beyond_loopback, unix_socket_mode_, accepted);
    }

    std::shared_ptr<attempt> connect(const asio::any_io_executor& executor,
                                     const protocol::address& address,
                                     std::chrono::milliseconds deadline,
                                     connect_callback done) override {
        auto begun = std::make_shared<connector>(executor, address, deadline, std::move(done));
        begun->start();
        return begun;
    }

    loop_access access(const asio::any_io_executor& executor) override {
        return access_of(executor);
    }

private:
    const unsigned unix_socket_mode_;
};

/// The address of a client's options.
/// @throws rpc::error `invalid_address` if it cannot be read, or needs an option that is not set.
template <class Options>
protocol::address address_of(const Options& options) {
    protocol::address result = protocol::parse_address(options.address);
    if (result.kind == protocol::address::scheme::tls && !options.tls) {
        throw error(errc::invalid_address, "address '" + options.address + "': " + no_encryption,
                    outcome::not_sent);
    }
    return result;
}

/// The options with an environment: the real one, if they name none; with encryption, if they have
/// that.
template <class Options>
Options with_environment(Options options) {
    if (!options.environment) {
        if constexpr (requires { options.unix_socket_mode; }) {
            options.environment = std::make_shared<real_environment>(options.unix_socket_mode);
        } else {
            options.environment = std::make_shared<real_environment>();
        }
    }
    if (options.tls) {
        options.environment = secure(std::move(options.environment), options.tls);
    }
    return options;
}

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_REAL_ENVIRONMENT_HPP
