// Copyright (c) 2026 The gatewire authors
// SPDX-License-Identifier: MIT

#ifndef GATEWIRE_SESSION_SECURE_ENVIRONMENT_HPP
#define GATEWIRE_SESSION_SECURE_ENVIRONMENT_HPP

#include <gatewire/error.hpp>
#include <gatewire/session/encryption.hpp>
#include <gatewire/session/environment.hpp>
#include <gatewire/session/secure_attempt.hpp>

#include <asio/error.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace rpc::inline v1::session {

/// An acceptor of plain connections that tells clients to encrypt theirs.
class secure_acceptor final : public acceptor {
public:
    explicit secure_acceptor(std::shared_ptr<acceptor> plain) : plain_(std::move(plain)) {}

    std::string address() const override { return "tls" + plain_->address().substr(3); }
    void start() override { plain_->start(); }
    void close() override { plain_->close(); }

private:
    std::shared_ptr<acceptor> plain_;
};

/// An environment in which `tls://` addresses work. Another one makes the connections, as it does
/// for `tcp://`; here they are encrypted.
class secure_environment final : public environment {
public:
    secure_environment(std::shared_ptr<environment> world,
                       std::shared_ptr<server_encryption> of_servers,
                       std::shared_ptr<client_encryption> of_clients)
        : world_(std::move(world)),
          of_servers_(std::move(of_servers)),
          of_clients_(std::move(of_clients)) {}

    time_point now() const noexcept override { return world_->now(); }
    std::uint64_t random() override { return world_->random(); }
    std::unique_ptr<timer> make_timer(const asio::any_io_executor& executor) override {
        return world_->make_timer(executor);
    }
    loop_access access(const asio::any_io_executor& executor) override {
        return world_->access(executor);
    }

    std::vector<std::shared_ptr<acceptor>> listen(const asio::any_io_executor& executor,
                                                  const std::string& address, bool beyond_loopback,
                                                  const accept_callback& accepted) override {
        if (!of_servers_ ||
            protocol::parse_address(address).kind != protocol::address::scheme::tls) {
            return world_->listen(executor, address, beyond_loopback, accepted);
        }
        const auto wrapped = [accepted, keys = of_servers_](std::unique_ptr<stream> plain,
                                                            const asio::error_code& failure) {
            std::unique_ptr<stream> made;
            try {
                made = plain ? keys->wrap(std::move(plain)) : nullptr;
            } catch (const error&) {  // An accept loop must survive a moment without memory.
                accepted(nullptr, asio::error::no_memory);
                return;
            }
            accepted(std::move(made), failure);
        };
        std::vector<std::shared_ptr<acceptor>> bound;
        try {
            bound = world_->listen(executor, "tcp" + address.substr(3),
                                   beyond_loopback || of_servers_->proves_clients(), wrapped);
        } catch (const error& refused) {
            std::string text = refused.message();
            const std::size_t place = text.find("tcp://");
            throw error(errc::invalid_address,
                        place == std::string::npos ? text : text.replace(place, 3, "tls"),
                        outcome::not_sent);
        }
        for (std::shared_ptr<acceptor>& one : bound) {
            one = std::make_shared<secure_acceptor>(std::move(one));
        }
        return bound;
    }

    std::shared_ptr<attempt> connect(const asio::any_io_executor& executor,
                                     const protocol::address& address,
                                     std::chrono::milliseconds deadline,
                                     connect_callback done) override {
        if (!of_clients_ || address.kind != protocol::address::scheme::tls) {
            return world_->connect(executor, address, deadline, std::move(done));
        }
        auto begun = std::make_shared<secure_attempt>(executor, world_, of_clients_, deadline,
                                                      std::move(done));
        begun->start(address);
        return begun;
    }

private:
    std::shared_ptr<environment> world_;
    std::shared_ptr<server_encryption> of_servers_;
    std::shared_ptr<client_encryption> of_clients_;
};

inline std::shared_ptr<environment> secure(std::shared_ptr<environment> world,
                                           std::shared_ptr<server_encryption> keys) {
    return std::make_shared<secure_environment>(std::move(world), std::move(keys), nullptr);
}
inline std::shared_ptr<environment> secure(std::shared_ptr<environment> world,
                                           std::shared_ptr<client_encryption> keys) {
    return std::make_shared<secure_environment>(std::move(world), nullptr, std::move(keys));
}

}  // namespace rpc::inline v1::session

#endif  // GATEWIRE_SESSION_SECURE_ENVIRONMENT_HPP
